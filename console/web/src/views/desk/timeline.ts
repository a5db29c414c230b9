import type { EventView } from "@/api/types";
import type { Key, Text } from "@/i18n";

export interface Names {
  agent: (id: string) => string;
  queue: (id: string) => string;
  duration: (seconds: number) => string;
}

export interface Line {
  key: string;
  at: string;
  text: string;
  /** Said by whom: what the customer did, what we did, what is only a note. */
  weight: "event" | "note";
}

const PLAIN = new Set([
  "CustomerDialled", "CustomerReached", "VoicemailLeft", "Held", "Resumed", "ConsultAnswered", "ConsultJoined", "RecordingPaused", "RecordingResumed", "Ended",
]);
const NOTES = new Set(["FlowStarted", "StepTaken", "RecordingPaused", "RecordingResumed", "Offered", "OfferDeclined", "OfferExpired"]);

const text = (value: unknown): string => (typeof value === "string" ? value : typeof value === "number" ? String(value) : "");

/** An event as a line for people; null: it is of the machinery. */
export function lineOf(event: EventView, n: number, t: Text, names: Names): Line | null {
  const said = sentence(event, t, names);
  return said === null ? null : { key: `${String(n)}:${event.type}`, at: event.at, text: said, weight: NOTES.has(event.type) ? "note" : "event" };
}

function sentence({ type, data }: EventView, t: Text, names: Names): string | null {
  const agent = names.agent(text(data.agent));
  const queue = names.queue(text(data.queue));
  const key = `timeline.${type}` as Key;
  if (PLAIN.has(type)) return t(key);
  switch (type) {
    case "Arrived":
      return t(key, { dialled: text(data.dialled) });
    case "CallPlaced":
      return t(key, { agent, address: text(data.address) });
    case "FlowStarted":
      return t(key, { flow: text(data.flow) });
    case "StepTaken":
      return data.choice ? t("timeline.StepChosen", { step: text(data.step), choice: text(data.choice) }) : t(key, { step: text(data.step) });
    case "LeftQueue":
      return t(key, { queue, time: names.duration(Number(data.waited_s) || 0) });
    case "Queued":
    case "TurnedAway":
    case "Requeued":
      return t(key, { queue });
    case "Diverted":
      return t(key, { destination: text(data.destination) });
    case "Transferred":
      return t(key, { agent, to: party(data.kind, data.to, names) });
    case "ConsultStarted":
    case "ConsultEnded":
      // Kept on the line he was handed the customer: what comes next says so.
      return data.keep ? null : t(key, { agent, party: party(data.kind, data.party, names) });
    case "Offered":
    case "OfferAccepted":
    case "OfferDeclined":
    case "OfferExpired":
    case "Connected":
    case "WrapUpStarted":
      return t(key, { agent });
    case "Disposed":
      return t(key, { code: text(data.code) });
    case "SegmentEnded":
      return ENDS.includes(text(data.by)) ? t(`timeline.SegmentEnded.${text(data.by)}` as Key) : null;
    default:
      return null;
  }
}

const ENDS = ["customer", "agent", "lost", "failed", "transfer", "taken_over", "dismissed"];

function party(kind: unknown, id: unknown, names: Names): string {
  if (kind === "agent") return names.agent(text(id));
  return kind === "queue" ? names.queue(text(id)) : text(id);
}
