import type { Language } from "./index";

/** m:ss under an hour, h:mm:ss from there; never below zero. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const s = String(whole % 60).padStart(2, "0");
  const m = Math.floor(whole / 60) % 60;
  const h = Math.floor(whole / 3600);
  return h ? `${String(h)}:${String(m).padStart(2, "0")}:${s}` : `${String(m)}:${s}`;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(locale: Language, timeZone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify([locale, timeZone, options]);
  let found = formats.get(key);
  if (!found) {
    // English as it is written where clocks go to 24.
    found = new Intl.DateTimeFormat(locale === "en" ? "en-GB" : locale, { timeZone, ...options });
    formats.set(key, found);
  }
  return found;
}

const DAY = { year: "numeric", month: "2-digit", day: "2-digit" } as const;

/** The time of day in the centre's zone, with the date when that is not today. */
export function time(at: string | number, zone: { locale: Language; timeZone: string; now: number; seconds?: boolean }): string {
  const when = new Date(at);
  if (Number.isNaN(when.getTime())) return "";
  const clock: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", ...(zone.seconds ? { second: "2-digit" } : {}) };
  const day = format(zone.locale, zone.timeZone, DAY);
  const today = day.format(when) === day.format(new Date(zone.now));
  return format(zone.locale, zone.timeZone, today ? clock : { month: "short", day: "numeric", ...clock }).format(when);
}

/** Seconds from an RFC 3339 time until `now` (milliseconds). */
export function secondsSince(at: string, now: number): number {
  return Math.max(0, (now - Date.parse(at)) / 1000);
}
