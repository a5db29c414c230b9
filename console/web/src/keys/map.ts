import type { Key } from "@/i18n";

/** The one map of the keyboard. `?` shows it; useKey gives the acts their hands. */
export const KEYS = {
  search: { keys: "/", group: "anywhere", text: "keys.search" },
  help: { keys: "?", group: "anywhere", text: "keys.help" },
  goDesk: { keys: "g d", group: "anywhere", text: "keys.goDesk" },
  goFloor: { keys: "g f", group: "anywhere", text: "keys.goFloor" },
  goSettings: { keys: "g s", group: "anywhere", text: "keys.goSettings" },
  call: { keys: "n", group: "anywhere", text: "keys.call" },
  leave: { keys: "Escape", group: "anywhere", text: "keys.leave", anywhere: true },
  accept: { keys: "Enter", group: "offer", text: "keys.accept" },
  decline: { keys: "Escape", group: "offer", text: "keys.decline" },
  contactN: { keys: "1…9", group: "contact", text: "keys.contactN" },
  mute: { keys: "m", group: "contact", text: "keys.mute" },
  hold: { keys: "h", group: "contact", text: "keys.hold" },
  transfer: { keys: "t", group: "contact", text: "keys.transfer" },
  consult: { keys: "c", group: "contact", text: "keys.consult" },
  keypad: { keys: "k", group: "contact", text: "keys.keypad" },
  recording: { keys: "r", group: "contact", text: "keys.recording" },
  end: { keys: "e", group: "contact", text: "keys.end" },
  result: { keys: "d", group: "contact", text: "keys.result" },
  finish: { keys: "Ctrl+Enter", group: "contact", text: "keys.finish", anywhere: true },
  // A table that has the focus hears these itself.
  rows: { keys: "↑ ↓", group: "floor", text: "keys.rows" },
  openRow: { keys: "Enter ↵", group: "floor", text: "keys.openRow" },
  acknowledge: { keys: "a", group: "floor", text: "keys.acknowledge" },
  add: { keys: "n", group: "settings", text: "keys.add" },
  save: { keys: "Ctrl+Enter", group: "settings", text: "keys.save", anywhere: true },
} as const satisfies Record<string, { keys: string; group: Group; text: Key; anywhere?: boolean }>;

export type Group = "anywhere" | "offer" | "contact" | "floor" | "settings";
export type Act = keyof typeof KEYS;

/** How a press is written in the map. */
export function written(event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey">): string {
  const held = event.ctrlKey || event.metaKey ? "Ctrl+" : "";
  const key = event.key.length === 1 && held === "" ? event.key : event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return (event.altKey ? "Alt+" : "") + held + key;
}
