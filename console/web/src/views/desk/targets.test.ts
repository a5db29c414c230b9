import { describe, expect, it } from "vitest";

import type { ColleagueView, LiveQueueView, WhyView } from "@/api/types";
import type { Text } from "@/i18n";

import { asNumber, choices } from "./targets";
import { whyMe } from "./why";

const agent = (id: string, free: boolean): ColleagueView => ({ id, name: id.toUpperCase(), extension: `10${id}`, queues: [], status: free ? "available" : "on_break", free });
const queue = (id: string): LiveQueueView => ({ id, name: `${id} line`, dispositions: [], disposition_required: false, waiting: 2 });
const keys = (typed: string) => choices(typed, "me", [agent("me", true), agent("busy", false), agent("bob", true)], [queue("sales"), queue("bills")]).map((c) => c.key);

describe("choices", () => {
  it("put who is free before queues before who is not, and never oneself", () => {
    expect(keys("")).toEqual(["agent:bob", "queue:sales", "queue:bills", "agent:busy"]);
  });
  it("fit names of people and queues", () => {
    expect(keys(" B")).toEqual(["agent:bob", "queue:bills", "agent:busy"]);
    expect(keys("LINE")).toEqual(["queue:sales", "queue:bills"]);
  });
  it("have a number that was typed", () => {
    expect(keys("+44 (20) 7946-0000")).toEqual(["number:+442079460000"]);
    expect(keys("nobody")).toEqual([]);
  });
});

it.each([["12", "12"], ["+49 30/123", "+4930123"], ["1", null], ["12a", null], ["", null], ["1".repeat(21), null]])("%j is the number %j", (typed, number) => {
  expect(asNumber(typed)).toBe(number);
});

describe("whyMe", () => {
  const said = (why: Partial<WhyView>) => {
    const t: Text = (key, named) => key + (named?.n ?? named?.skills ?? "");
    return whyMe({ rule: "longest_idle", eligible_count: 3, needs: {}, slack_s: null, ...why } as WhyView, t);
  };
  it("tells the rule and among how many", () => {
    expect(said({})).toEqual(["offer.why.longest_idle", "offer.why.ofMany3"]);
  });
  it("names no rule where there was no choice", () => {
    expect(said({ eligible_count: 1 })).toEqual(["offer.why.alone"]);
  });
  it("tells skills, a late customer, and a rule we do not know", () => {
    expect(said({ rule: "new", needs: { english: 2 }, slack_s: -1 })).toEqual(["offer.why.other", "offer.why.ofMany3", "offer.why.needsenglish 2", "offer.why.passed"]);
  });
});
