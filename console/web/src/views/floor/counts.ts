import type { AgentCounts, FloorAgent, FloorQuarter, FloorQueue } from "@/api/types";
import type { Mood } from "@/parts/moods";

/** Named formulas of the service level, as reports/formulas.py has them, and our words for them. */
export const FORMULAS = {
  "answered_within / (answered + abandoned)": "ofEnded",
  "answered_within / (answered + abandoned), excluding short abandons": "ofEndedLong",
  "answered_within / answered": "ofAnswered",
  "answered_within / offered": "ofOffered",
} as const;
export type FormulaName = keyof typeof FORMULAS;
export const FORMULA_NAMES = Object.keys(FORMULAS) as FormulaName[];
const FORMULA = "tandem.floor.formula";

/** The formula this browser chose, if there is still one of that name. */
export function keptFormula(): FormulaName {
  const kept = localStorage.getItem(FORMULA);
  return FORMULA_NAMES.find((name) => name === kept) ?? "answered_within / (answered + abandoned)";
}
export const keepFormula = (name: FormulaName): void => localStorage.setItem(FORMULA, name);

/** By the chosen formula, from 0 to 1; null: it has no meaning yet. */
export const serviceLevel = (queue: FloorQueue, formula: FormulaName): number | null => queue.today.service_level[formula] ?? null;

/** When he who waits longest of all joined, and against which target. */
export function longestOf(queues: readonly FloorQueue[]): FloorQueue | null {
  let found: FloorQueue | null = null;
  for (const queue of queues) {
    if (queue.longest_since === null) continue;
    if (!found?.longest_since || queue.longest_since < found.longest_since) found = queue;
  }
  return found;
}

/** What an agent is at: his contacts come before what he declared. */
export type Doing = "available" | "offered" | "on_contact" | "held" | "wrap_up" | "on_break" | "not_responding" | "offline";
export function doingOf(agent: FloorAgent): { doing: Doing; since: string | null } {
  return agent.load === "free" ? { doing: agent.status, since: agent.since } : { doing: agent.load, since: agent.load_since };
}
export const MOOD_OF: Record<Doing, Mood> = {
  available: "available", offered: "offer", on_contact: "contact", held: "contact", wrap_up: "wrapup", on_break: "break", not_responding: "gone", offline: "break",
};

/** The counts of a strip, in the order in which they are read. */
export const COUNTS: readonly { key: Exclude<keyof AgentCounts, "offline">; mood: Mood }[] = [
  { key: "available", mood: "available" },
  { key: "busy", mood: "contact" },
  { key: "wrap_up", mood: "wrapup" },
  { key: "on_break", mood: "break" },
  { key: "not_responding", mood: "gone" },
];

const QUARTER_MS = 900_000;

/** The day of several queues as one, without gaps between its first and its last quarter. */
export type Quarter = Omit<FloorQuarter, "queue">;
export function dayOf(quarters: readonly Quarter[], until: number): Quarter[] {
  const found = new Map<number, Quarter>();
  for (const quarter of quarters) {
    const at = Date.parse(quarter.from);
    const sum = found.get(at) ?? { from: quarter.from, offered: 0, answered: 0, abandoned: 0 };
    found.set(at, { ...sum, offered: sum.offered + quarter.offered, answered: sum.answered + quarter.answered, abandoned: sum.abandoned + quarter.abandoned });
  }
  if (!found.size) return [];
  const last = Math.max(Math.floor(until / QUARTER_MS) * QUARTER_MS, ...found.keys());
  const day: Quarter[] = [];
  for (let at = Math.min(...found.keys()); at <= last; at += QUARTER_MS) {
    day.push(found.get(at) ?? { from: new Date(at).toISOString(), offered: 0, answered: 0, abandoned: 0 });
  }
  return day;
}
