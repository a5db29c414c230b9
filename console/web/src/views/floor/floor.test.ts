import { beforeEach, describe, expect, it } from "vitest";

import type { AlarmView, FloorAgent, FloorQueue } from "@/api/types";
import en from "@/i18n/en";
import zh from "@/i18n/zh-CN";
import type { Text } from "@/i18n";

import { Heard, inOrder } from "./alarms";
import { dayOf, doingOf, FORMULA_NAMES, keepFormula, keptFormula, longestOf, serviceLevel } from "./counts";
import { told } from "./history";
import { reasonWords } from "@/parts/reasons";
import { urgencyOf } from "./urgency";
import { oldFor, PAGE_MS, pageAt, pagesOf } from "./wall";

const speak = (catalogue: object): Text => (key, named = {}) => {
  const found = key.split(".").reduce<unknown>((tree, part) => (tree as Record<string, unknown>)[part], catalogue);
  if (typeof found !== "string") throw new Error(`no text ${key}`);
  return found.replace(/\{(\w+)\}/g, (_, name: string) => String(named[name] ?? `{${name}}`));
};
const t = speak(en);
const names = { agent: (id: string) => `<${id}>`, queue: (id: string) => `[${id}]`, duration: (s: number) => `${String(s)}s` };

const queue = (more: Partial<FloorQueue>): FloorQueue => ({
  id: "q", name: "Q", target_s: 20, waiting: 0, longest_since: null, expected_s: null, open: 0,
  agents: { available: 0, on_break: 0, not_responding: 0, busy: 0, wrap_up: 0, offline: 0 },
  today: {
    since: "2026-05-04T00:00:00Z", offered: 0, answered: 0, answered_within: 0, abandoned: 0, short_abandoned: 0, overflowed: 0, failed: 0,
    service_level: { "answered_within / offered": 0.8, "answered_within / answered": null }, average_speed_of_answer_s: null,
  },
  ...more,
});

describe("the time left to a target", () => {
  it.each([[0, 20, "calm"], [9.9, 20, "calm"], [10, 20, "soon"], [19.9, 20, "soon"], [20, 20, "over"], [500, 0, "calm"]])("%s s of %s s is %s", (waited, target, urgency) => {
    expect(urgencyOf(waited, target)).toBe(urgency);
  });
});

describe("alarms", () => {
  const alarm = (id: string, more: Partial<AlarmView> = {}): AlarmView => ({
    id, threshold: "t", name: "", queue: "q", metric: "waiting", value: 3, above: 2, below: null, clear: 1, severity: "warning",
    since: "2026-05-04T08:00:00Z", acknowledged_by: null, acknowledged_at: null, ...more,
  });
  it("stand with those nobody has seen first, the critical ones before the others, the oldest before the newer", () => {
    const seen = alarm("seen", { acknowledged_by: "sue", severity: "critical" });
    const grave = alarm("grave", { severity: "critical", since: "2026-05-04T09:00:00Z" });
    const late = alarm("late", { since: "2026-05-04T08:30:00Z" });
    expect(inOrder([seen, late, alarm("early"), grave]).map(({ id }) => id)).toEqual(["grave", "early", "late", "seen"]);
  });
  it("are heard once each, and not once somebody has seen them", () => {
    const heard = new Heard();
    const ids = (...alarms: AlarmView[]) => heard.next(alarms).map(({ id }) => id);
    expect(ids(alarm("a"))).toEqual(["a"]);
    expect(ids(alarm("a", { value: 4 }), alarm("b"), alarm("c", { acknowledged_by: "sue" }))).toEqual(["b"]);
    expect(ids()).toEqual([]);
    expect(ids(alarm("a", { since: "2026-05-04T09:00:00Z" }))).toEqual(["a"]);
  });
});

describe("the service level", () => {
  beforeEach(() => localStorage.clear());
  it("is by the formula chosen, and nothing where that has no meaning yet", () => {
    expect(serviceLevel(queue({}), "answered_within / offered")).toBe(0.8);
    expect(serviceLevel(queue({}), "answered_within / answered")).toBeNull();
    expect(serviceLevel(queue({}), "answered_within / (answered + abandoned)")).toBeNull();
  });
  it("keeps the choice, and forgets one that is none", () => {
    keepFormula("answered_within / offered");
    expect(keptFormula()).toBe("answered_within / offered");
    localStorage.setItem("tandem.floor.formula", "made up");
    expect(FORMULA_NAMES).toContain(keptFormula());
  });
});

it("the longest wait is of the queue whose first joined first", () => {
  expect(longestOf([queue({})])).toBeNull();
  const late = queue({ id: "late", longest_since: "2026-05-04T08:00:05Z" });
  const early = queue({ id: "early", longest_since: "2026-05-04T08:00:01Z" });
  expect(longestOf([queue({}), late, early])?.id).toBe("early");
});

it("an agent is what he does, else what he declared", () => {
  const agent = { status: "on_break", since: "a", load: "free", load_since: null } as FloorAgent;
  expect(doingOf(agent)).toEqual({ doing: "on_break", since: "a" });
  expect(doingOf({ ...agent, load: "wrap_up", load_since: "b" })).toEqual({ doing: "wrap_up", since: "b" });
});

describe("the day's curve", () => {
  const quarter = (from: string, offered: number) => ({ from, offered, answered: offered - 1, abandoned: 1 });
  const now = Date.parse("2026-05-04T09:10:00Z");
  it("adds queues up and has no gap until now", () => {
    const day = dayOf([quarter("2026-05-04T08:00:00Z", 3), quarter("2026-05-04T08:45:00Z", 1), quarter("2026-05-04T08:00:00Z", 4)], now);
    expect(day.map((q) => q.offered)).toEqual([7, 0, 0, 1, 0]);
    expect(day[0]).toEqual({ from: "2026-05-04T08:00:00Z", offered: 7, answered: 5, abandoned: 2 });
  });
  it("of a day without contacts is empty", () => {
    expect(dayOf([], now)).toEqual([]);
  });
});

describe("a wall screen", () => {
  it("shows queues a few at a time, as evenly as can be", () => {
    expect(pagesOf([1, 2, 3, 4, 5])).toEqual([[1, 2, 3], [4, 5]]);
    expect(pagesOf([1, 2, 3, 4])).toEqual([[1, 2, 3, 4]]);
    expect(pagesOf([])).toEqual([]);
  });
  it("turns them by the clock, and stays where there is one page", () => {
    expect([0, 1, 2, 3].map((n) => pageAt(n * PAGE_MS, 3))).toEqual([0, 1, 2, 0]);
    expect(pageAt(PAGE_MS - 1, 3)).toBe(0);
    expect(pageAt(5 * PAGE_MS, 1)).toBe(0);
    expect(pageAt(5 * PAGE_MS, 0)).toBe(0);
  });
  it("says how old it is after five seconds", () => {
    expect(oldFor(0, 5000)).toBeNull();
    expect(oldFor(0, 5001)).toBe(5001);
  });
});

describe("reasons", () => {
  it.each([
    ["on_break", "On break"],
    ["kept for ann", "Kept for <ann>"],
    ["needs refunds 3, has 1", "Lacks skill: refunds 3, has 1"],
    ["idle for 200 s", "free for 200s"],
    ["something the server says one day", "something the server says one day"],
  ])("%s", (reason, words) => {
    expect(reasonWords(reason, t, names)).toBe(words);
  });
  it("are in Chinese, too", () => {
    expect(reasonWords("kept for ann", speak(zh), names)).toMatch(/^[^a-z]*<ann>[^a-z]*$/);
  });
});

describe("the whole history", () => {
  const say = (type: string, data: Record<string, unknown> = {}) => told({ type, at: "2026-05-04T08:30:00Z", data }, 3, t, names, new Map([["l1", "agent <ann>"]]));
  it.each([
    ["Offered", { agent: "ann", why: { rule: "ring_all" } }, "Offered to <ann>", false],
    ["Prioritised", { priority: 5, was: 0, by: "account:sue" }, "sue changed the priority from 0 to 5", false],
    ["Moved", { queue: "sales", to: "support", by: "bob" }, "<bob> moved the customer from [sales] to [support]", false],
    ["LegEnded", { leg: "l1", cause: "NORMAL_CLEARING" }, "Leg of agent <ann> ended: NORMAL_CLEARING", true],
    ["SomethingNew", {}, "SomethingNew", true],
  ])("%s", (type, data, text, small) => {
    expect(say(type, data)).toMatchObject({ text, small, key: `3:${type}` });
  });
  it("has the reason of an offer", () => {
    expect(say("Offered", { agent: "a", why: { rule: "ring_all" } }).why?.rule).toBe("ring_all");
    expect(say("Offered", { agent: "a" }).why).toBeNull();
  });
});
