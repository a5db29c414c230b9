import { describe, expect, it } from "vitest";

import { actionText, choices } from "./actions";

describe("what the audit names", () => {
  it("is said in the page's language", () => {
    expect(actionText("POST /api/v1/session", "en")).toBe("Sign in");
    expect(actionText("POST /api/v1/session", "zh-CN")).toBe("登录");
    expect(actionText("HEAD /api/v1/queues", "en")).toBe("Look at the queues");
  });

  it("stays as it came where an older or newer Tandem named it", () => {
    expect(actionText("PATCH /api/v1/tomorrow", "zh-CN")).toBe("PATCH /api/v1/tomorrow");
    expect(actionText("toString", "en")).toBe("toString");
  });

  it.each(["en", "zh-CN"] as const)("can be told apart in %s, by words of that language", (language) => {
    const words = choices(language).map((one) => one.words);
    expect(new Set(words).size).toBe(words.length);
    expect(words.filter((text) => /[\u4e00-\u9fff]/.test(text) !== (language === "zh-CN"))).toEqual([]);
  });
});
