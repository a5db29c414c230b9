import type { Mood } from "@/parts/moods";

/** How much of the target a wait has taken: calm until half of it, then soon, then over. */
export type Urgency = "calm" | "soon" | "over";

export function urgencyOf(waited_s: number, target_s: number): Urgency {
  if (target_s <= 0) return "calm"; // a queue without a target is never late
  if (waited_s >= target_s) return "over";
  return waited_s >= target_s / 2 ? "soon" : "calm";
}

/** The shape and colour beside the number; calm has none, or all would shout. */
export const URGENT: Record<Urgency, Mood | null> = { calm: null, soon: "offer", over: "gone" };
