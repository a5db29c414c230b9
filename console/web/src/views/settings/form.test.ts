import { describe, expect, it } from "vitest";

import { bodyOf, changes, draftOf, elsewhere, faultsAt, idOf, numberOf, place, recordOf, rowsOf, same, shown, spanOf, spansOf, twice, written } from "./form";
import { phoneUri } from "./phone";
import { skillTable } from "./skills";
import { KINDS } from "./spec";

describe("a draft", () => {
  it("has every field of its form", () => {
    for (const kind of Object.values(KINDS)) {
      const names = kind.groups.flatMap((group) => group.fields.map(({ name }) => name)).filter((name) => name !== "password");
      expect(Object.keys(draftOf(kind, null)).sort()).toEqual(names.sort());
    }
  });
  it("goes back as it was read, without what is only read", () => {
    const read = { ...KINDS.queues.blank, id: "sales", name: "Sales", warning: "x", rings: [{ after_s: 20, skills: { english: 1 } }], skills: { english: 3 } };
    const draft = draftOf(KINDS.queues, read);
    expect(bodyOf(draft)).toEqual({ ...KINDS.queues.blank, name: "Sales", rings: read.rings, skills: read.skills });
  });
  it("shares nothing with what it was made of", () => {
    const read = { id: "a", name: "A", skills: { english: 1 }, queues: ["sales"] };
    const draft = draftOf(KINDS.agents, read);
    (draft.skills as Record<string, number>).english = 9;
    (draftOf(KINDS.agents, null).queues as string[]).push("x");
    expect(read.skills.english).toBe(1);
    expect(KINDS.agents.blank.queues).toEqual([]);
  });
  it("sends a password only when one was typed", () => {
    expect(bodyOf({ name: "Sue", password: null })).toEqual({ name: "Sue" });
    expect(bodyOf({ name: "Sue", password: "" })).toEqual({ name: "Sue" });
    expect(bodyOf({ name: "Sue", password: "long enough" })).toEqual({ name: "Sue", password: "long enough" });
  });
});

it("equal values are one text, whatever the order of their names", () => {
  expect(same({ a: 1, b: { c: 1, d: 2 } }, { b: { d: 2, c: 1 }, a: 1 })).toBe(true);
  expect(same([1, 2], [2, 1])).toBe(false);
  expect(written({ b: 1, a: null })).toBe('{"a":null,"b":1}');
});

describe("faults", () => {
  const errors = [{ path: "name", message: "is long" }, { path: "rings.1.skills.english", message: "too much" }, { path: "(body)", message: "odd" }];
  it("stand at their fields", () => {
    expect(faultsAt(errors, "name")).toEqual(["is long"]);
    expect(faultsAt(errors, "rings")).toEqual(["1.skills.english: too much"]);
    expect(faultsAt(errors, "ring")).toEqual([]);
  });
  it("of no field are told apart", () => {
    expect(elsewhere(errors, ["name", "rings"])).toEqual([errors[2]]);
  });
});

it.each([["Sales, Berlin", "sales_berlin"], ["Köln", "koln"], ["  --  ", ""], ["销售", ""], ["VIP 2", "vip_2"]])("%s gives the id %s", (name, id) => {
  expect(idOf(name)).toBe(id);
});
it.each([["", null], [" 20 ", 20], ["1.5", 1.5], ["-3", -3], ["abc", "abc"], ["1,5", "1,5"]])("%o is the number %o", (typed, value) => {
  expect(numberOf(typed)).toBe(value);
});

describe("rows", () => {
  it("are a record and back", () => {
    expect(recordOf(rowsOf({ refunds: 2, english: 5 }))).toEqual({ english: 5, refunds: 2 });
    expect(rowsOf({ b: 1, a: 2 }).map(({ name }) => name)).toEqual(["a", "b"]);
  });
  it("without a name are none yet", () => {
    expect(recordOf([{ name: " ", level: 3 }, { name: " english ", level: 2 }])).toEqual({ english: 2 });
  });
  it("named twice are named", () => {
    expect(twice([{ name: "a", level: 1 }, { name: "a ", level: 2 }, { name: "", level: 1 }, { name: "", level: 1 }])).toEqual(["a"]);
  });
});

describe("spans", () => {
  it.each([
    ["09:00-12:30", "09:00-12:30"], ["9-17", "09:00-17:00"], ["9.30 – 18", "09:30-18:00"], ["22:00-24:00", "22:00-24:00"], ["9：00至12：00", "09:00-12:00"],
    ["12-9", null], ["9-9", null], ["9:60-10", null], ["24:00-24:00", null], ["9-25", null], ["soon", null],
  ])("%s is %s", (typed, span) => {
    expect(spanOf(typed)).toBe(span);
  });
  it("of a line are in order", () => {
    expect(spansOf("13:30-18, 9-12:30")).toEqual(["09:00-12:30", "13:30-18:00"]);
    expect(spansOf("9-12，13-18")).toEqual(["09:00-12:00", "13:00-18:00"]);
    expect(spansOf("")).toEqual([]);
    expect(spansOf("9-12, noon")).toBeNull();
  });
  it("lie in the day", () => {
    expect(place("06:00-24:00")).toEqual({ from: 0.25, to: 1 });
  });
});

describe("a change", () => {
  it("is the fields that differ", () => {
    expect(changes({ a: 1, b: [1] }, { a: 2, b: [1], c: null })).toEqual([{ field: "a", before: 1, after: 2 }, { field: "c", before: undefined, after: null }]);
    expect(changes(null, { a: 1 })).toEqual([{ field: "a", before: undefined, after: 1 }]);
    expect(changes({ a: 1 }, null)).toEqual([{ field: "a", before: 1, after: undefined }]);
  });
  it("is shown in a line", () => {
    expect(shown({ english: 3, refunds: 1 })).toBe("english 3, refunds 1");
    expect(shown([{ after_s: 20, skills: {} }])).toBe("after_s 20, skills –");
    expect([shown(null), shown([]), shown(false), shown(0)]).toEqual(["–", "–", "false", "0"]);
  });
});

it("a phone's address has its password escaped", () => {
  const sheet = { agent: "a", name: "A", extension: "1001", password: "a:b@c", domain: "tandem", registrars: [{ transport: "udp", host: "10.0.0.1", port: 5060 }], codecs: [], url: null };
  expect(phoneUri(sheet)).toBe("sip:1001:a%3Ab%40c@tandem;proxy=10.0.0.1:5060;transport=udp");
  expect(phoneUri({ ...sheet, registrars: [] })).toBe("sip:1001:a%3Ab%40c@tandem");
});

it("skills are who has them and who asks for them", () => {
  const table = skillTable(
    [{ id: "ann", name: "Ann", skills: { english: 2 } }, { id: "bob", name: "Bob", skills: { english: 5 } }],
    [{ id: "sales", name: "Sales", skills: { english: 1 }, rings: [{ after_s: 9, skills: { refunds: 2 } }, { after_s: 20 }] }],
  );
  expect(table).toEqual([
    { skill: "english", agents: [{ id: "bob", name: "Bob", level: 5 }, { id: "ann", name: "Ann", level: 2 }], queues: [{ id: "sales", name: "Sales", level: 1 }] },
    { skill: "refunds", agents: [], queues: [{ id: "sales", name: "Sales", level: 2 }] },
  ]);
});
