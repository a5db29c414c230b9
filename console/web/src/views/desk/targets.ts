import type { Target } from "@/api/desk";
import type { ColleagueView, LiveQueueView } from "@/api/types";

export interface Choice {
  key: string;
  to: Target;
  kind: "agent" | "queue" | "number";
  name: string;
  /** He, or it, can take somebody now. */
  free: boolean;
  status: string;
  waiting: number;
}

const fits = (text: string, wanted: string): boolean => text.toLocaleLowerCase().includes(wanted);

/** A number of 2 to 20 digits as people write them, or null. */
export function asNumber(typed: string): string | null {
  const plain = typed.replace(/[\s().\-/]/g, "");
  return /^\+?[0-9]{2,20}$/.test(plain) ? plain : null;
}

/** Whom a text may mean: free colleagues first, then queues, then the others, then the number itself. */
export function choices(typed: string, me: string, agents: ColleagueView[], queues: LiveQueueView[]): Choice[] {
  const wanted = typed.trim().toLocaleLowerCase();
  const people = agents
    .filter((agent) => agent.id !== me && (fits(agent.name, wanted) || fits(agent.id, wanted) || agent.extension.startsWith(wanted)))
    .map((agent): Choice => ({
      key: `agent:${agent.id}`, to: { agent: agent.id }, kind: "agent", name: agent.name, free: agent.free, status: agent.status, waiting: 0,
    }));
  const lines = queues
    .filter((queue) => fits(queue.name, wanted) || fits(queue.id, wanted))
    .map((queue): Choice => ({
      key: `queue:${queue.id}`, to: { queue: queue.id }, kind: "queue", name: queue.name, free: true, status: "", waiting: queue.waiting,
    }));
  const number = asNumber(typed);
  const outside: Choice[] = number
    ? [{ key: `number:${number}`, to: { number }, kind: "number", name: number, free: true, status: "", waiting: 0 }]
    : [];
  return [...people.filter((choice) => choice.free), ...lines, ...outside, ...people.filter((choice) => !choice.free)];
}
