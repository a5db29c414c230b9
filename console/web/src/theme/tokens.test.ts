import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { contrast } from "./contrast";
import { palettes, readable, visible } from "./tokens";

const src = join(import.meta.dirname, "..");

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? sources(path) : [path];
  });
}

describe("contrast", () => {
  it("is 21 between black and white and 1 with itself", () => {
    expect(contrast("#000000", "#ffffff")).toBeCloseTo(21);
    expect(contrast("#777777", "#777777")).toBe(1);
  });
});

for (const [scheme, palette] of Object.entries(palettes)) {
  describe(`the ${scheme} palette`, () => {
    it.each(readable)("%s can be read on %s", (text, ground) => {
      expect(contrast(palette[text], palette[ground])).toBeGreaterThanOrEqual(4.5);
    });
    it.each(visible)("%s can be seen on %s", (edge, ground) => {
      expect(contrast(palette[edge], palette[ground])).toBeGreaterThanOrEqual(3);
    });
  });
}

describe("colours", () => {
  const files = sources(src).filter((path) => /\.(vue|css|ts)$/.test(path) && !/tokens|\.test\.ts$/.test(path));

  it("are defined in tokens.ts alone", () => {
    const own = files.filter((path) => /#[0-9a-f]{3,8}\b|rgba?\(|hsla?\(/i.test(readFileSync(path, "utf8")));
    expect(own).toEqual([]);
  });

  it("that a view uses exist", () => {
    const known = new Set([
      ...Object.keys(palettes.light),
      ...["radius", "bar", "rail", "list", "pane", "font", "small", "base", "large", "huge", "motion"],
    ]);
    const used = files.flatMap((path) =>
      [...readFileSync(path, "utf8").matchAll(/var\(--([a-z-]+)/g)].map((match) => match[1] ?? ""),
    );
    expect([...new Set(used)].filter((name) => !known.has(name))).toEqual([]);
  });
});
