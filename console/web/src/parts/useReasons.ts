import { computed } from "vue";

import { useText, type Key } from "@/i18n";
import { useDirectory } from "@/stores/directory";

/** Where a centre has set up none: reasons that most have, and anything else may be typed. */
const USUAL = ["break", "lunch", "meeting", "training", "admin"];

/** Why somebody is on a break: to choose from, and in words. */
export function useReasons() {
  const { t } = useText();
  const directory = useDirectory();
  const usual = (reason: string): string => t(`reasons.${reason}` as Key);

  /** Any other words are taken, too. */
  const free = computed(() => directory.reasons.length === 0);
  const choices = computed(() => (free.value ? USUAL.map((id) => ({ id, label: usual(id) })) : directory.reasons.map(({ id, name }) => ({ id, label: name }))));
  /** The usual ones are kept as their name, so that everybody reads them in his own language. */
  function reasonText(reason: string): string {
    const known = directory.reasons.find(({ id }) => id === reason);
    if (known) return known.name;
    return USUAL.includes(reason) ? usual(reason) : reason;
  }
  return { choices, free, reasonText };
}
