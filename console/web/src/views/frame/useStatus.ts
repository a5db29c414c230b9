import { computed } from "vue";

import * as api from "@/api/desk";
import { useText, type Key } from "@/i18n";
import { moodOf } from "@/parts/moods";
import { useReasons } from "@/parts/useReasons";
import { useDesk } from "@/stores/desk";

/** What the agent is, what he will be, and how he says so. */
export function useStatus() {
  const { t } = useText();
  const desk = useDesk();
  const { reasonText } = useReasons();

  /** As seen: what he does comes before what he declared. */
  const shown = computed(() => {
    const me = desk.me;
    if (!me) return { status: "offline", since: null };
    const talk = desk.talking;
    if (talk) return { status: "on_contact", since: talk.segment.connected_at ?? talk.segment.accepted_at };
    const after = desk.contacts.find((c) => c.segment.phase === "wrap_up");
    if (after && me.status !== "not_responding") return { status: "wrap_up", since: after.segment.ended_at };
    return { status: me.status, since: me.since };
  });
  const mood = computed(() => moodOf(shown.value.status));
  const busy = computed(() => desk.contacts.length > 0);

  function named(status: string, reason: string | null): string {
    const word = t(`status.${status}` as Key);
    return reason ? t("status.shown", { status: word, reason: reasonText(reason) }) : word;
  }
  const pendingText = computed(() => {
    const me = desk.me;
    if (!me?.pending) return "";
    const status = t(`status.${me.pending}`);
    return me.pending_reason ? t("status.afterReason", { status, reason: reasonText(me.pending_reason) }) : t("status.after", { status });
  });

  const begin = () => api.signIn("available");
  const available = () => api.setStatus("available", null, "after");
  const rest = (reason: string | null) => api.setStatus("on_break", reason, "after");
  const leave = () => api.signOut("after");
  /** What waits for the end of the contact, at once. */
  const atOnce = () => {
    const me = desk.me;
    if (me?.pending === "offline") return api.signOut("now");
    return api.setStatus(me?.pending === "available" ? "available" : "on_break", me?.pending_reason ?? null, "now");
  };
  /** Asking for what he is takes back what waits. */
  const keep = () => {
    const me = desk.me;
    return api.setStatus(me?.status === "on_break" ? "on_break" : "available", me?.reason ?? null, "after");
  };
  return { shown, mood, busy, named, pendingText, begin, available, rest, leave, atOnce, keep };
}
