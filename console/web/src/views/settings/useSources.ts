import { computed, ref } from "vue";

import { Refusal } from "@/api/client";
import * as api from "@/api/settings";
import type { Entry } from "@/api/settings";
import { useSession } from "@/stores/session";

import type { Source } from "./spec";

export interface Option { value: string; label: string }

const PATHS = { queues: "/queues", agents: "/agent-profiles", schedules: "/schedules", flows: "/flows", prompts: "/prompts" } as const;
type Listed = keyof typeof PATHS;

/** What fields choose from. A list that may not be read, or not now, is an empty one. */
export function useSources() {
  const session = useSession();
  const lists = ref<Partial<Record<Listed, Entry[]>>>({});
  async function need(...names: Listed[]): Promise<void> {
    await Promise.all(names.map(async (name) => {
      if (!session.may(`GET /api/v1${PATHS[name]}`)) return;
      try {
        const found = await api.list(PATHS[name]);
        lists.value = { ...lists.value, [name]: found };
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
      }
    }));
  }
  const of = (name: Listed): Entry[] => lists.value[name] ?? [];
  const named = (name: Listed): Option[] =>
    of(name).map(({ id, ...fields }) => ({ value: id, label: typeof fields.name === "string" && fields.name ? fields.name : id }));
  const plain = (texts: Iterable<string>): Option[] => [...new Set(texts)].sort().map((value) => ({ value, label: value }));
  const skills = computed(() => plain([...of("agents"), ...of("queues")].flatMap((entry) => Object.keys((entry.skills ?? {}) as object))));

  function options(source: Source): Option[] {
    switch (source) {
      case "flows":
        return plain(of("flows").map(({ id }) => id));
      case "music":
        return plain([...of("prompts").map((prompt) => String(prompt.name)), ...of("queues").flatMap((queue) => (queue.music ? [String(queue.music)] : []))]);
      case "zones":
        return plain(["UTC", ...Intl.supportedValuesOf("timeZone")]);
      case "skills":
        return skills.value;
      default:
        return named(source);
    }
  }
  return { need, of, options };
}
export type Sources = ReturnType<typeof useSources>;
