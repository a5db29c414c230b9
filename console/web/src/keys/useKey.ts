import { onBeforeUnmount, onMounted } from "vue";

import { KEYS, written, type Act } from "./map";

/** True: it was mine, and nobody else's. The number is that of a contact, for `contactN`. */
type Hand = (number: number) => boolean;

const hands = new Map<Act, Hand[]>();
/** A second key counts for a sequence such as `g d` so long. */
const SEQUENCE_MS = 1000;
let first: { key: string; at: number } | null = null;

const TYPING = "input, textarea, select, [contenteditable='true'], [role='combobox']";
/** Where Enter has a meaning of its own. */
const PRESSABLE = "button, a[href], [role='menuitem'], [role='option'], summary";

let enabled: () => boolean = () => true;

/** Single keys can be switched off: they are in the way of who speaks to the computer. */
export function keysEnabled(are: () => boolean): void {
  enabled = are;
}

function press(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || event.repeat) return;
  const target = event.target instanceof Element ? event.target : null;
  const typing = target?.closest(TYPING) !== null && target !== null;
  const key = written(event);
  if (key === "Enter" && target?.closest(PRESSABLE)) return;
  const before = first && event.timeStamp - first.at < SEQUENCE_MS ? `${first.key} ${key}` : null;
  first = typing ? null : { key, at: event.timeStamp };
  const acts = (Object.keys(KEYS) as Act[]).filter((act) => {
    const entry = KEYS[act];
    const anywhere = "anywhere" in entry;
    if ((typing || !enabled()) && !anywhere && !(act === "decline" && !typing) && !(act === "accept" && !typing)) return false;
    return entry.keys === key || entry.keys === before || (act === "contactN" && /^[1-9]$/.test(key));
  });
  for (const act of acts) {
    for (const hand of [...(hands.get(act) ?? [])].reverse()) {
      if (hand(Number(key))) {
        event.preventDefault();
        first = null;
        return;
      }
    }
  }
}

if (typeof document !== "undefined") document.addEventListener("keydown", press);

/** While this component is there, `hand` does what the map says. The newest is asked first. */
export function useKey(act: Act, hand: (number: number) => boolean | undefined): void {
  const mine: Hand = (number) => hand(number) ?? true;
  onMounted(() => hands.set(act, [...(hands.get(act) ?? []), mine]));
  onBeforeUnmount(() => hands.set(act, (hands.get(act) ?? []).filter((other) => other !== mine)));
}
