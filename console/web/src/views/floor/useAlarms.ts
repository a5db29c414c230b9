import { computed, watch } from "vue";

import type { AlarmView } from "@/api/types";
import type { Key } from "@/i18n";
import { alarmTone } from "@/phone/ring";
import { usePrefs } from "@/stores/prefs";

import { Heard, inOrder } from "./alarms";
import { useFloor } from "./useFloor";
import { NONE, useWords } from "./useWords";

/** By this page, however often the floor is opened in it. */
const heard = new Heard();

/** Alarms in words, and heard once each. */
export function useAlarms() {
  const { t, percent, span, since } = useWords();
  const floor = useFloor();
  const prefs = usePrefs();
  const alarms = computed(() => inOrder(floor.alarms.value));
  watch(alarms, (now) => {
    const fresh = heard.next(now);
    if (fresh.length && prefs.own.alarmSound) alarmTone(prefs.own.ringer, fresh.some((alarm) => alarm.severity === "critical"));
  }, { immediate: true });

  function amount(alarm: AlarmView, value: number | null): string {
    if (value === null) return NONE;
    switch (alarm.metric) {
      case "longest_wait_s":
      case "expected_wait_s":
        return span(value);
      case "service_level":
      case "abandoned_ratio":
        return percent(value);
      default:
        return String(value);
    }
  }
  /** A wait goes on: it is counted from when it began. */
  function value(alarm: AlarmView): string {
    const began = alarm.metric === "longest_wait_s" ? (floor.queue(alarm.queue)?.longest_since ?? null) : null;
    return began === null ? amount(alarm, alarm.value) : since(began);
  }
  function says(alarm: AlarmView): string {
    const key = `alarm.${alarm.above === null ? "below" : "above"}.${alarm.metric}` as Key;
    return t(key, { queue: floor.queueName(alarm.queue), value: value(alarm), limit: amount(alarm, alarm.above ?? alarm.below) });
  }
  return { alarms, says, since, t };
}
