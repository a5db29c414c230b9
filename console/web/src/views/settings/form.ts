/** An entry as it is edited, and as it is sent: pure. */
import type { FieldProblem } from "@/api/types";

import type { Kind } from "./spec";

export type Draft = Record<string, unknown>;

/** A copy of what was read, with every field the form has and none that is only read. */
export function draftOf(kind: Kind, entry: Readonly<Record<string, unknown>> | null): Draft {
  const draft: Draft = structuredClone({ ...kind.blank });
  for (const [field, value] of Object.entries(entry ?? {})) {
    if (!kind.readOnly.includes(field)) draft[field] = JSON.parse(JSON.stringify(value ?? null)) as unknown;
  }
  return draft;
}

/** As it is sent. A password that was not typed stays as it is. */
export function bodyOf(draft: Draft): Draft {
  return Object.fromEntries(Object.entries(draft).filter(([field, value]) => !(field === "password" && !value)));
}

export const same = (a: unknown, b: unknown): boolean => written(a) === written(b);

/** JSON with the names in order: two equal values are one text. */
export function written(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) =>
    item !== null && typeof item === "object" && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  ) ?? "";
}

/** What is wrong with this field: `rings.0.skills` belongs to `rings`. */
export function faultsAt(errors: readonly FieldProblem[], field: string): string[] {
  return errors.flatMap(({ path, message }) => {
    if (path === field) return [message];
    return path.startsWith(`${field}.`) ? [`${path.slice(field.length + 1)}: ${message}`] : [];
  });
}

/** Those that no field of the form shows. */
export function elsewhere(errors: readonly FieldProblem[], fields: readonly string[]): FieldProblem[] {
  return errors.filter(({ path }) => !fields.includes(path.split(".")[0] ?? ""));
}

/** An id made of a name, where it has letters an id may have. */
export function idOf(name: string): string {
  return name.normalize("NFKD").toLowerCase().replace(/[\u0300-\u036f]/g, "").replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "").slice(0, 63);
}

/** A number as typed: nothing is null, what is none is left as it is for the server to name. */
export function numberOf(typed: string): number | string | null {
  const text = typed.trim();
  if (text === "") return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : text;
}

// --- skills, ceilings: a name and a number in each row ---------------------------------------------

export interface Row { name: string; level: number }

export const rowsOf = (record: Readonly<Record<string, number>>): Row[] =>
  Object.entries(record).sort(([a], [b]) => a.localeCompare(b)).map(([name, level]) => ({ name, level }));

/** Rows without a name are not yet any. */
export const recordOf = (rows: readonly Row[]): Record<string, number> =>
  Object.fromEntries(rows.filter(({ name }) => name.trim()).map(({ name, level }) => [name.trim(), level]));

export const twice = (rows: readonly Row[]): string[] => [
  ...new Set(rows.map(({ name }) => name.trim()).filter((name, n, all) => name && all.indexOf(name) !== n)),
];

// --- spans of a day ----------------------------------------------------------------------------------

/** `9-12.30` is 09:00-12:30; null: it is none. */
export function spanOf(typed: string): string | null {
  const found = /^\s*(\d{1,2})(?:[:.](\d{2}))?\s*[-\u2013\u2014~\u81f3]\s*(\d{1,2})(?:[:.](\d{2}))?\s*$/.exec(typed.replaceAll("：", ":"));
  if (!found) return null;
  const clock = (hour = "", minute = "00") => `${hour.padStart(2, "0")}:${minute}`;
  const [start, end] = [clock(found[1], found[2]), clock(found[3], found[4])];
  const fits = (text: string, last: string) => text <= last && text.slice(3) < "60";
  return fits(start, "23:59") && fits(end, "24:00") && start < end ? `${start}-${end}` : null;
}

/** The spans of a line of text, in order; null: one of them is none. */
export function spansOf(typed: string): string[] | null {
  const parts = typed.split(/[,;，；、]/).filter((text) => text.trim());
  const spans = parts.map(spanOf);
  return spans.some((span) => span === null) ? null : (spans as string[]).sort();
}

/** Minutes of the day. */
export const minutes = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
/** Where it lies in a day, from 0 to 1. */
export const place = (span: string): { from: number; to: number } => {
  const [start = "00:00", end = "24:00"] = span.split("-");
  return { from: minutes(start) / 1440, to: minutes(end) / 1440 };
};

// --- before and after --------------------------------------------------------------------------------

export interface Change { field: string; before: unknown; after: unknown }

/** The fields that differ. */
export function changes(before: Readonly<Record<string, unknown>> | null, after: Readonly<Record<string, unknown>> | null): Change[] {
  const fields = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  return fields
    .map((field) => ({ field, before: before?.[field], after: after?.[field] }))
    .filter((change) => !same(change.before, change.after));
}

/** A value in a line. */
export function shown(value: unknown): string {
  if (value === undefined || value === null || value === "") return "–";
  if (Array.isArray(value)) return value.map(shown).join(", ") || "–";
  if (typeof value === "object") return Object.entries(value).map(([key, item]) => `${key} ${shown(item)}`).join(", ") || "–";
  return typeof value === "string" ? value : JSON.stringify(value);
}
