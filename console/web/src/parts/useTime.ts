import { useText } from "@/i18n";
import { duration, secondsSince, time } from "@/i18n/format";
import { useLive } from "@/stores/live";
import { useSession } from "@/stores/session";

/** Times as people read them, counted on each second by the server's clock. */
export function useTime() {
  const { locale } = useText();
  const live = useLive();
  const session = useSession();
  const zone = () => ({ locale: locale(), timeZone: session.view?.centre.timezone ?? "UTC", now: live.now });
  return {
    at: (when: string, seconds = false) => time(when, { ...zone(), seconds }),
    /** m:ss since then. */
    since: (when: string) => duration(secondsSince(when, live.now)),
    /** Seconds from now until then; 0 when it has passed. */
    until: (when: string) => Math.max(0, (Date.parse(when) - live.now) / 1000),
    duration,
  };
}
