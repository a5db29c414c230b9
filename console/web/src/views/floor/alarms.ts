import type { AlarmView } from "@/api/types";
import type { Mood } from "@/parts/moods";

/** An alarm and the one that comes after it was clear are two. */
const nameOf = (alarm: AlarmView): string => `${alarm.id} ${alarm.since}`;

const rank = (alarm: AlarmView): number => (alarm.acknowledged_by === null ? 0 : 2) + (alarm.severity === "critical" ? 0 : 1);

/** Those nobody has seen come first, of these the critical ones, then the oldest. */
export const inOrder = (alarms: readonly AlarmView[]): AlarmView[] =>
  [...alarms].sort((a, b) => rank(a) - rank(b) || a.since.localeCompare(b.since) || a.id.localeCompare(b.id));

export const moodOf = (alarm: AlarmView): Mood => (alarm.severity === "critical" ? "gone" : "offer");

/** What is to be heard now: each alarm once, as long as nobody has seen it. */
export class Heard {
  private readonly names = new Set<string>();

  next(alarms: readonly AlarmView[]): AlarmView[] {
    const fresh = alarms.filter((alarm) => alarm.acknowledged_by === null && !this.names.has(nameOf(alarm)));
    for (const alarm of alarms) this.names.add(nameOf(alarm));
    return fresh;
  }
}
