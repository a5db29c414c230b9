import type { EventView, WhyView } from "@/api/types";
import type { Key, Text } from "@/i18n";
import { lineOf, type Names } from "@/views/desk/timeline";

export interface Told {
  key: string;
  at: string;
  text: string;
  /** Of the machinery: told only to who wants all of it. */
  small: boolean;
  why: WhyView | null;
}

const word = (value: unknown): string => (typeof value === "string" || typeof value === "number" ? String(value) : "");

/** What an agent's history leaves out. `small`: of legs and files rather than of people. */
const MORE: Record<string, { small: boolean; holes: readonly string[] }> = {
  OfferWithdrawn: { small: false, holes: ["agent", "reason"] },
  AcceptRequested: { small: true, holes: ["agent"] },
  Prioritised: { small: false, holes: ["was", "priority", "by"] },
  Moved: { small: false, holes: ["queue", "toQueue", "by"] },
  Assigned: { small: false, holes: ["agent", "by"] },
  MonitorStarted: { small: false, holes: ["supervisor"] },
  MonitorAnswered: { small: false, holes: [] },
  MonitorChanged: { small: false, holes: ["mode"] },
  MonitorEnded: { small: false, holes: ["supervisor"] },
  ConsultSwapped: { small: false, holes: [] },
  HandedOver: { small: true, holes: [] },
  WaitTold: { small: true, holes: ["position"] },
  DivertAnswered: { small: true, holes: [] },
  DivertConnected: { small: false, holes: [] },
  DivertFailed: { small: false, holes: ["cause"] },
  WrapUpExtended: { small: false, holes: [] },
  SegmentClosed: { small: false, holes: ["agent"] },
  LegAnswered: { small: true, holes: ["leg"] },
  LegEnded: { small: true, holes: ["leg", "cause"] },
  LegUnwanted: { small: true, holes: ["leg"] },
  RecordingStarted: { small: true, holes: [] },
  RecordingPauseAsked: { small: true, holes: [] },
  RecordingResumeAsked: { small: true, holes: [] },
  RecordingStopped: { small: true, holes: ["time"] },
  RecordingFailed: { small: false, holes: ["error"] },
};

/** An event in words. Every event has some: one we do not know is told by its name. */
export function told(event: EventView, n: number, t: Text, names: Names, legs: ReadonlyMap<string, string>): Told {
  const { type, data } = event;
  const line = lineOf(event, n, t, names);
  const more = MORE[type];
  const text = line?.text ?? (more ? t(`story.${type}` as Key, holesOf(more.holes, data, t, names, legs)) : type);
  return { key: `${String(n)}:${type}`, at: event.at, text, small: line === null && (more?.small ?? true), why: type === "Offered" ? ((data.why as WhyView | undefined) ?? null) : null };
}

function holesOf(holes: readonly string[], data: Record<string, unknown>, t: Text, names: Names, legs: ReadonlyMap<string, string>): Record<string, string> {
  const fill: Record<string, () => string> = {
    agent: () => names.agent(word(data.agent)),
    supervisor: () => names.agent(word(data.supervisor)),
    queue: () => names.queue(word(data.queue)),
    toQueue: () => names.queue(word(data.to)),
    leg: () => legs.get(word(data.leg)) ?? word(data.leg),
    mode: () => t(`monitor.mode.${data.mode === "whisper" || data.mode === "barge" ? data.mode : "listen"}`),
    time: () => names.duration(Number(data.length_s) || 0),
    by: () => byWhom(word(data.by), names),
  };
  return Object.fromEntries(holes.map((hole) => [hole, (fill[hole] ?? (() => word(data[hole])))()]));
}

/** `account:NAME`, `token:NAME` or an agent's id. */
function byWhom(by: string, names: Names): string {
  const [kind, ...rest] = by.split(":");
  return rest.length && (kind === "account" || kind === "token") ? rest.join(":") : names.agent(by);
}
