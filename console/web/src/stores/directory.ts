import { defineStore } from "pinia";
import { computed, ref } from "vue";

import type { ColleagueView, LiveQueueView, LiveReasonView, OurNumberView } from "@/api/types";

import { followFeed, useLive } from "./live";

/** Colleagues, queues and our numbers, as everybody may know them. */
export const useDirectory = defineStore("directory", () => {
  const { entities, state } = followFeed("directory", useLive().feeds);
  const search = ref("");

  function all<T>(kind: string): T[] {
    return [...entities.value].filter(([key]) => key.startsWith(`${kind}:`)).map(([, entity]) => entity as T);
  }
  const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name);

  const agents = computed(() => all<ColleagueView>("agent").sort(byName));
  const queues = computed(() => all<LiveQueueView>("queue").sort(byName));
  const numbers = computed(() => all<OurNumberView>("number"));
  const reasons = computed(() => all<LiveReasonView>("reason").sort((a, b) => a.order - b.order || a.id.localeCompare(b.id)));
  const agentName = (id: string): string => (entities.value.get(`agent:${id}`) as ColleagueView | undefined)?.name ?? id;
  const queueName = (id: string): string => (entities.value.get(`queue:${id}`) as LiveQueueView | undefined)?.name ?? id;
  const queue = (id: string | null): LiveQueueView | null =>
    id === null ? null : ((entities.value.get(`queue:${id}`) as LiveQueueView | undefined) ?? null);
  const opening = computed(() => entities.value.size === 0 && state.value.is === "opening");
  return { agents, queues, numbers, reasons, agentName, queueName, queue, search, state, opening };
});
