import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { i18n } from "./index";
import en from "./en";
import zh from "./zh-CN";

interface Tree { [key: string]: Tree | string }

function leaves(tree: Tree, before = ""): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === "string" ? [[before + key, value] as [string, string]] : leaves(value, `${before}${key}.`),
  );
}

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "i18n" ? [] : sources(path);
    return /\.(vue|ts)$/.test(path) && !path.endsWith(".test.ts") ? [path] : [];
  });
}

const english = new Map(leaves(en));
const chinese = new Map(leaves(zh));
const code = sources(join(import.meta.dirname, "..")).map((path) => readFileSync(path, "utf8")).join("\n");

/** `{name}`, each once, and how plural forms are chosen. */
const holes = (text: string) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();

describe("the catalogues", () => {
  it("have the same keys", () => {
    expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it("have the same holes", () => {
    const differ = [...english].filter(([key, text]) => holes(text).join() !== holes(chinese.get(key) ?? "").join());
    expect(differ.map(([key]) => key)).toEqual([]);
  });

  it("can all be read: no sign in a text has a meaning it should not have", () => {
    i18n.global.setLocaleMessage("zh-CN", zh);
    for (const locale of ["en", "zh-CN"]) {
      for (const key of english.keys()) expect(() => i18n.global.t(key, {}, { locale }), `${locale} ${key}`).not.toThrow();
    }
  });

  it("have no key that no view uses", () => {
    const exact = new Set([...code.matchAll(/["'`]([a-zA-Z]+(?:\.\w+)+)["'`]/g)].map((match) => match[1]));
    // `phase.${x}` uses all of phase.
    const built = [...code.matchAll(/`([a-zA-Z]+(?:\.\w+)*\.)\$\{/g)].map((match) => match[1] ?? "");
    const unused = [...english.keys()].filter((key) => !exact.has(key) && !built.some((prefix) => key.startsWith(prefix)));
    expect(unused).toEqual([]);
  });

  it("have every key that a view uses", () => {
    const used = [...code.matchAll(/\bt\(\s*["']([^"']+)["']/g)].map((match) => match[1] ?? "");
    expect(used.filter((key) => !english.has(key))).toEqual([]);
  });

  it("leave no word of a view outside", () => {
    const bare = sources(join(import.meta.dirname, "..")).filter((path) => path.endsWith(".vue")).flatMap((path) => {
      const template = /<template>([\s\S]*)<\/template>/.exec(readFileSync(path, "utf8"))?.[1] ?? "";
      const words = template.replace(/<!--[\s\S]*?-->/g, "").replace(/\{\{[\s\S]*?\}\}/g, "").replace(/="[^"]*"/g, "=").replace(/<[^>]*>/g, " ");
      return words.split(/\s+/).filter((word) => /\p{L}{2,}/u.test(word)).map((word) => `${path}: ${word}`);
    });
    expect(bare).toEqual([]);
  });

  it("speak Chinese with Chinese punctuation", () => {
    const western = [...chinese].filter(([, text]) => /[\u4e00-\u9fff][,.;:!?]|[\u4e00-\u9fff] ?\(/.test(text));
    expect(western).toEqual([]);
  });
});
