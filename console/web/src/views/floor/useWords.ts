import type { FloorAgent, FloorInteraction } from "@/api/types";
import { useText, type Key } from "@/i18n";
import { secondsSince } from "@/i18n/format";
import type { Mood } from "@/parts/moods";
import { useReasons } from "@/parts/useReasons";
import { useTime } from "@/parts/useTime";
import { useLive } from "@/stores/live";

import { doingOf, MOOD_OF, type Doing } from "./counts";
import { urgencyOf, type Urgency } from "./urgency";

export const NONE = "–";

const DOING: Record<Doing, Key> = {
  available: "status.available", offered: "floor.doing.offered", on_contact: "status.on_contact", held: "floor.doing.held",
  wrap_up: "status.wrap_up", on_break: "status.on_break", not_responding: "status.not_responding", offline: "status.offline",
};
const WITH_PHASE = ["connecting", "talking", "held", "wrap_up"];
const STATES = ["arrived", "dialling", "in_flow", "diverted", "queued", "offered", "connecting", "connected", "ended"];

/** The floor in words, ticking. */
export function useWords() {
  const { t, locale } = useText();
  const time = useTime();
  const live = useLive();

  const percent = (value: number | null): string =>
    value === null ? NONE : new Intl.NumberFormat(locale(), { style: "percent", maximumFractionDigits: 0 }).format(value);
  const span = (seconds: number | null): string => (seconds === null ? NONE : time.duration(seconds));
  const since = (at: string | null): string => (at === null ? NONE : time.since(at));
  const { reasonText: reason } = useReasons();

  function agentWord(agent: FloorAgent): string {
    const { doing } = doingOf(agent);
    const word = t(DOING[doing]);
    return doing === "on_break" && agent.reason ? t("status.shown", { status: word, reason: reason(agent.reason) }) : word;
  }
  const agentMood = (agent: FloorAgent): Mood => MOOD_OF[doingOf(agent).doing];

  /** In an agent's hands, what he does with it; else where it is. */
  function contactWord(contact: FloorInteraction): string {
    if (contact.phase !== null && WITH_PHASE.includes(contact.phase)) return t(`phase.${contact.phase}` as Key);
    return STATES.includes(contact.state) ? t(`floor.state.${contact.state}` as Key) : contact.state;
  }
  function contactMood(contact: FloorInteraction): Mood {
    if (contact.phase === "wrap_up") return "wrapup";
    if (contact.phase === "held" || contact.state === "offered") return "offer";
    return contact.phase === null ? "break" : "contact";
  }
  const who = (contact: { customer_name: string; customer_address: string }): string => contact.customer_name || contact.customer_address || t("list.unnamed");
  const urgency = (at: string | null, target_s: number): Urgency => (at === null ? "calm" : urgencyOf(secondsSince(at, live.now), target_s));
  return { t, locale, ...time, percent, span, since, reason, agentWord, agentMood, contactWord, contactMood, who, urgency };
}
