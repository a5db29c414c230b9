import { computed, inject, onBeforeUnmount, provide, ref, watch, type InjectionKey } from "vue";

import type { AlarmView, FloorAgent, FloorCentre, FloorInteraction, FloorQuarter, FloorQueue } from "@/api/types";
import { followFeed, useLive } from "@/stores/live";

import { keepFormula, keptFormula } from "./counts";

/** The floor, from its feed alone, while this view is open. */
function follow() {
  const { entities, state, close } = followFeed("floor", useLive().feeds);
  onBeforeUnmount(close);
  const sorted = computed(() => {
    const queues: FloorQueue[] = [];
    const agents: FloorAgent[] = [];
    const interactions: FloorInteraction[] = [];
    const alarms: AlarmView[] = [];
    const quarters: FloorQuarter[] = [];
    for (const [key, entity] of entities.value) {
      if (key.startsWith("agent:")) agents.push(entity as FloorAgent);
      else if (key.startsWith("queue:")) queues.push(entity as FloorQueue);
      else if (key.startsWith("interaction:")) interactions.push(entity as FloorInteraction);
      else if (key.startsWith("alarm:")) alarms.push(entity as AlarmView);
      else if (key.startsWith("quarter:")) quarters.push(entity as FloorQuarter);
    }
    return { queues, agents, interactions, alarms, quarters };
  });
  const queues = computed(() => sorted.value.queues);
  const agents = computed(() => sorted.value.agents);
  const interactions = computed(() => sorted.value.interactions);
  const alarms = computed(() => sorted.value.alarms);
  const quarters = computed(() => sorted.value.quarters);
  const centre = computed(() => (entities.value.get("centre") as FloorCentre | undefined) ?? null);
  const one = <T>(kind: string, id: string | null): T | null => (id === null ? null : ((entities.value.get(`${kind}:${id}`) as T | undefined) ?? null));
  const queue = (id: string | null) => one<FloorQueue>("queue", id);
  const agent = (id: string | null) => one<FloorAgent>("agent", id);
  const interaction = (id: string | null) => one<FloorInteraction>("interaction", id);
  const formula = ref(keptFormula());
  watch(formula, keepFormula);
  return {
    queues, agents, interactions, alarms, quarters, centre, state, formula, queue, agent, interaction,
    queueName: (id: string): string => queue(id)?.name ?? id,
    agentName: (id: string): string => agent(id)?.name ?? id,
  };
}

export type Floor = ReturnType<typeof follow>;
const FLOOR: InjectionKey<Floor> = Symbol("floor");

export function provideFloor(): Floor {
  const floor = follow();
  provide(FLOOR, floor);
  return floor;
}

export function useFloor(): Floor {
  const floor = inject(FLOOR);
  if (!floor) throw new Error("no floor is open here");
  return floor;
}
