import { readFileSync } from "node:fs";
import { join } from "node:path";

import { afterEach, describe, expect, it } from "vitest";

import english from "./said.en";
import { inWords, speak } from "./said";
import chinese from "./said.zh-CN";

/** Code to the names of its values, as scripts/types has found them in the server. */
const declared = readFileSync(join(import.meta.dirname, "../api/types.ts"), "utf8").split("interface Sentences {")[1] ?? "";
const values = new Map([...declared.matchAll(/^ {2}(\w+): (.*);$/gm)].map(([, code, names]) => [code ?? "", [...(names ?? "").matchAll(/\w+(?=")/g)].map(([name]) => name)]));

const holes = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "");

afterEach(() => speak());

describe("the server's sentences", () => {
  it("are all said in Chinese, with values that they have", () => {
    expect(values.size).toBeGreaterThan(200);
    expect(Object.keys(chinese.sentences).sort()).toEqual([...values.keys()].sort());
    const wrong = [...Object.entries(chinese.sentences), ...Object.entries(english)].filter(([code, text]) =>
      holes(text).some((hole) => !values.get(code)?.includes(hole)),
    );
    expect(wrong).toEqual([]);
  });

  it("have Chinese punctuation in Chinese", () => {
    const western = Object.entries(chinese.sentences).filter(([, text]) => /[\u4e00-\u9fff][,.;:!?]|[\u4e00-\u9fff] ?\(/.test(text));
    expect(western).toEqual([]);
  });

  it("stay as they came in English, and where there is no text", () => {
    expect(inWords({ code: "consult_open" }, "a consult is going on")).toBe("a consult is going on");
    speak(chinese);
    expect(inWords({ code: "of_tomorrow", params: {} }, "words of a newer server")).toBe("words of a newer server");
    expect(inWords({}, "no code")).toBe("no code");
  });

  it("are told people otherwise than programs", () => {
    expect(inWords({ code: "offer_not_yours", params: { offer: "5a1f" } }, "GET /api/v1/offers lists those that are")).toBe(
      "this call does not wait for you (any more)",
    );
  });

  it("hold values, words among them, and other sentences", () => {
    speak(chinese);
    expect(inWords({ code: "wrap_up_longest", params: { limit: 30 } }, "")).toBe("话后处理最长 30 秒，已不能再延长。");
    expect(inWords({ code: "contact_state_forbids", params: { command: "Hold", state: "queued" } }, "")).toContain("“排队中”");
    const reason = { words: "is on a break", code: "agent_on_break", params: {} };
    expect(inWords({ code: "agent_cannot_take", params: { agent: "ann", reason } }, "")).toBe("坐席 ann 正在小休；请选择空闲坐席，或转入队列。");
  });
});
