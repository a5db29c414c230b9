import { beforeEach, describe, expect, it } from "vitest";
import { nextTick, ref } from "vue";

import { asText, filterRows, inSight, ROW_PX, sortRows, steady, tracks, type Column } from "./table";
import { useTable } from "./useTable";

interface Row { id: string; name: string; waits: number | null }

const columns: Column<Row>[] = [
  { key: "name", title: "Name", width: 100, value: (row) => row.name, shown: (row) => row.name },
  { key: "waits", title: "Waits", width: 60, numeric: true, value: (row) => row.waits, shown: (row) => (row.waits === null ? "–" : `${String(row.waits)} s`) },
];
const rows: Row[] = [
  { id: "b", name: "queue 10", waits: 5 },
  { id: "a", name: "Queue 9", waits: null },
  { id: "c", name: "äußeres", waits: 12 },
  { id: "d", name: "b", waits: 5 },
];
const ids = (key: string, down: boolean) => sortRows(rows, columns, { key, down }, (row) => row.id, "en").map((row) => row.id).join("");

describe("sorting", () => {
  it.each([["name", false, "cdab"], ["name", true, "badc"], ["waits", false, "bdca"], ["waits", true, "cbda"]])("by %s, down %s", (key, down, order) => {
    expect(ids(key, down)).toBe(order);
  });
  it("by a column that is gone is by id", () => {
    expect(ids("other", true)).toBe("abcd");
  });
  it("leaves the rows it was given alone", () => {
    const before = [...rows];
    sortRows(rows, columns, { key: "waits", down: true }, (row) => row.id, "en");
    expect(rows).toEqual(before);
  });
});

it("rows under the pointer stay, those gone go, new ones come last", () => {
  expect(steady(["a", "b", "c"], ["d", "c", "a"])).toEqual(["a", "c", "d"]);
  expect(steady([], ["d", "c"])).toEqual(["d", "c"]);
});

describe("the filter", () => {
  it.each([["", 4], ["  QUEUE  9 ", 1], ["queue", 2], ["5 b", 1], ["nobody", 0]])("%j leaves %i", (wanted, n) => {
    expect(filterRows(rows, columns, wanted)).toHaveLength(n);
  });
});

it("is copied as lines of cells, whatever the cells hold", () => {
  expect(asText([{ id: "x", name: "a\tb\nc", waits: 1 }], columns)).toBe("Name\tWaits\na b c\t1 s");
});

describe("what is in sight", () => {
  it("is a few rows of many", () => {
    const [from, to] = inSight(100 * ROW_PX, 10 * ROW_PX, 500);
    expect([from, to]).toEqual([92, 118]);
  });
  it("ends where the rows end", () => {
    expect(inSight(0, 1000, 3)).toEqual([0, 3]);
    expect(inSight(500 * ROW_PX, 280, 3)).toEqual([3, 3]);
    expect(inSight(0, 280, 0)).toEqual([0, 0]);
  });
});

it("the last column takes what is left", () => {
  expect(tracks([80, 60])).toBe("80px minmax(60px, 1fr)");
});

describe("a table's order and widths", () => {
  beforeEach(() => localStorage.clear());
  const table = () => useTable<Row>("t", ref(columns), { key: "name", down: false });

  it("are there the next time", async () => {
    const { sort, draw } = table();
    sort(columns[1] as Column<Row>);
    draw(columns[0] as Column<Row>, 222.4);
    await nextTick();
    const again = table();
    expect(again.order.value).toEqual({ key: "waits", down: true });
    expect(again.widths.value).toEqual([222, 60]);
    again.undraw(columns[0] as Column<Row>);
    expect(again.widths.value).toEqual([100, 60]);
  });
  it("numbers begin with the greatest; the same again turns it", () => {
    const { order, sort } = table();
    sort(columns[1] as Column<Row>);
    sort(columns[1] as Column<Row>);
    expect(order.value).toEqual({ key: "waits", down: false });
  });
  it("never come from somebody else's text", () => {
    localStorage.setItem("tandem.table.t", "{nonsense");
    expect(table().widths.value).toEqual([100, 60]);
  });
  it("no column vanishes or fills the world", () => {
    const { draw, widths } = table();
    draw(columns[0] as Column<Row>, -50);
    draw(columns[1] as Column<Row>, 9999);
    expect(widths.value).toEqual([40, 600]);
  });
});
