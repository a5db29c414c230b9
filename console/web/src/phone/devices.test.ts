import { expect, it } from "vitest";

import { micProblem } from "./devices";

it.each([
  ["NotAllowedError", "micRefused"],
  ["SecurityError", "micRefused"],
  ["NotFoundError", "micNone"],
  ["OverconstrainedError", "micNone"],
  ["NotReadableError", "micBusy"],
  ["AbortError", "micBusy"],
])("%s means %s", (name, problem) => {
  expect(micProblem(new DOMException("x", name))).toBe(problem);
});

it("anything else is a microphone that cannot be opened", () => {
  expect(micProblem("?")).toBe("micBusy");
});
