import { describe, expect, it } from "vitest";

import en from "@/i18n/en";
import type { Text } from "@/i18n";

import { lineOf } from "./timeline";

const t: Text = (key, named = {}) => {
  const found = key.split(".").reduce<unknown>((tree, part) => (tree as Record<string, unknown>)[part], en);
  if (typeof found !== "string") throw new Error(`no text ${key}`);
  return found.replace(/\{(\w+)\}/g, (_, name: string) => String(named[name] ?? `{${name}}`));
};
const names = { agent: (id: string) => `<${id}>`, queue: (id: string) => `[${id}]`, duration: String };
const said = (type: string, data: Record<string, unknown>) => lineOf({ type, at: "2026-05-04T08:30:00Z", data }, 0, t, names)?.text ?? null;

describe("a line of the history", () => {
  it.each([
    ["Arrived", { dialled: "5000" }, "Called 5000"],
    ["StepTaken", { step: "menu", choice: "2" }, "menu: chose 2"],
    ["StepTaken", { step: "menu", choice: null }, "menu"],
    ["Queued", { queue: "sales" }, "Joined queue [sales]"],
    ["LeftQueue", { queue: "sales", waited_s: 61 }, "Left queue [sales] after 61"],
    ["Offered", { agent: "ann" }, "Offered to <ann>"],
    ["Transferred", { agent: "ann", kind: "queue", to: "support" }, "<ann> transferred to [support]"],
    ["Transferred", { agent: "ann", kind: "outside", to: "+4930" }, "<ann> transferred to +4930"],
    ["ConsultStarted", { agent: "ann", kind: "agent", party: "bob" }, "<ann> asks <bob>"],
    ["SegmentEnded", { by: "customer" }, "The customer hung up"],
    ["Disposed", { code: "sold" }, "Result: sold"],
    ["Held", {}, "On hold"],
  ])("%s %j", (type, data, text) => {
    expect(said(type, data)).toBe(text);
  });

  it.each(["LegAnswered", "LegEnded", "RecordingStarted", "WaitTold", "SomethingNew"])("is not made of %s", (type) => {
    expect(said(type, {})).toBeNull();
  });

  it("stands whatever is in the data", () => {
    expect(said("Arrived", { dialled: { a: 1 } })).toBe("Called ");
    expect(said("SegmentEnded", { by: "magic" })).toBeNull();
    expect(said("Disposed", { code: "<b>x" })).toBe("Result: <b>x");
  });
});
