import { defineStore } from "pinia";
import { computed, ref, watch } from "vue";

import type { AgentView, DeskInteraction, OfferView, SegmentView } from "@/api/types";

import { followFeed, useLive } from "./live";

export interface Contact {
  interaction: DeskInteraction;
  segment: SegmentView;
}

const OPEN = "tandem.open";

function segmentOf(interaction: DeskInteraction): SegmentView | null {
  const segment = interaction.segments.find((one) => one.id === interaction.my_segment);
  return segment && segment.phase !== "closed" ? segment : null;
}

/** What is on the agent's desk, from the feed alone: nothing is shown that the server did not say. */
export const useDesk = defineStore("desk", () => {
  const { entities, state } = followFeed("desk", useLive().feeds);

  function all<T>(kind: string): T[] {
    return [...entities.value].filter(([key]) => key.startsWith(`${kind}:`)).map(([, entity]) => entity as T);
  }
  const me = computed(() => (entities.value.get("me") as AgentView | undefined) ?? null);
  const interactions = computed(() => all<DeskInteraction>("interaction"));
  const offers = computed(() => all<OfferView>("offer").sort((a, b) => a.made_at.localeCompare(b.made_at)));
  /** In the order in which they came to him, so that none moves while he looks. */
  const contacts = computed<Contact[]>(() =>
    interactions.value
      .flatMap((interaction) => {
        const segment = segmentOf(interaction);
        return segment ? [{ interaction, segment }] : [];
      })
      .sort((a, b) => a.segment.accepted_at.localeCompare(b.segment.accepted_at)),
  );

  /** Somebody asks him: his phone rings, but he has no segment until he answers. */
  const asked = computed(() =>
    interactions.value.filter(
      (i) => segmentOf(i) === null && i.consult?.kind === "agent" && i.consult.party === me.value?.id,
    ),
  );

  const openId = ref<string | null>(sessionStorage.getItem(OPEN));
  watch(openId, (id) => (id ? sessionStorage.setItem(OPEN, id) : sessionStorage.removeItem(OPEN)));
  const open = computed(() => contacts.value.find((c) => c.interaction.id === openId.value) ?? null);
  const ready = computed(() => me.value !== null);

  // The only contact there is is the one he wants; a new one never takes the place of one he works on.
  watch(
    () => contacts.value.map((c) => c.interaction.id),
    (ids, before) => {
      if (open.value) return;
      const fresh = ids.filter((id) => !before?.includes(id));
      if (openId.value === null || fresh.length) openId.value = fresh.at(-1) ?? ids.at(-1) ?? null;
    },
    { immediate: true },
  );

  /** In a talk: connected or about to be. */
  const talking = computed(() =>
    contacts.value.find((c) => ["connecting", "talking", "held", "reconnecting", "consulted"].includes(c.segment.phase)) ?? null,
  );
  return { me, ready, state, interactions, offers, contacts, asked, openId, open, talking };
});
