/** What a table does to its rows, without a page. */

export interface Column<Row> {
  key: string;
  title: string;
  /** Pixels, until somebody draws it otherwise. */
  width: number;
  /** What it sorts by; null comes last, whichever way. */
  value: (row: Row) => string | number | null;
  /** What it shows, filters by, and copies. */
  shown: (row: Row) => string;
  numeric?: boolean;
}

export interface Order {
  key: string;
  down: boolean;
}

export const ROW_PX = 28;
const NARROWEST_PX = 40;
const WIDEST_PX = 600;

export function sortRows<Row>(rows: readonly Row[], columns: readonly Column<Row>[], order: Order, id: (row: Row) => string, locale: string): Row[] {
  const column = columns.find((c) => c.key === order.key);
  const words = new Intl.Collator(locale, { numeric: true });
  return rows
    .map((row) => ({ row, id: id(row), value: column ? column.value(row) : null }))
    .sort((a, b) => {
      if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null) || words.compare(a.id, b.id);
      const by = typeof a.value === "number" && typeof b.value === "number" ? a.value - b.value : words.compare(String(a.value), String(b.value));
      return (order.down ? -by : by) || words.compare(a.id, b.id);
    })
    .map(({ row }) => row);
}

/** Somebody is about to press a row: those that were there keep their order, and new ones come after them. */
export function steady(before: readonly string[], sorted: readonly string[]): string[] {
  const there = new Set(sorted);
  const known = new Set(before);
  return [...before.filter((id) => there.has(id)), ...sorted.filter((id) => !known.has(id))];
}

/** Rows that have every word somewhere. */
export function filterRows<Row>(rows: readonly Row[], columns: readonly Column<Row>[], wanted: string): Row[] {
  const words = wanted.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return [...rows];
  return rows.filter((row) => {
    const text = columns.map((column) => column.shown(row)).join("\n").toLocaleLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** As spreadsheets take it: a line a row, tabs between the cells. */
export function asText<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const plain = (text: string): string => text.replace(/\s+/g, " ").trim();
  const lines = [columns.map((column) => column.title), ...rows.map((row) => columns.map((column) => column.shown(row)))];
  return lines.map((cells) => cells.map(plain).join("\t")).join("\n");
}

/** Which rows are to be drawn: those in sight, and some beyond. */
export function inSight(top: number, height: number, count: number, beyond = 8): [from: number, to: number] {
  const from = Math.max(0, Math.floor(top / ROW_PX) - beyond);
  return [Math.min(from, count), Math.min(count, Math.ceil((top + height) / ROW_PX) + beyond)];
}

export function fitting(px: number): number {
  return Math.round(Math.min(WIDEST_PX, Math.max(NARROWEST_PX, px)));
}

/** Where the rows are drawn in a row; the last column takes what is left. */
export function tracks(widths: readonly number[]): string {
  return widths.map((px, n) => (n === widths.length - 1 ? `minmax(${String(px)}px, 1fr)` : `${String(px)}px`)).join(" ");
}
