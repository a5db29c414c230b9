import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { entryOf, isOutdated } from "./build";

const page = (name: string): string => `<!doctype html><head><script type="module" crossorigin src="/assets/${name}"></script></head>`;
const served = (text: string, status = 200): void => void vi.stubGlobal("fetch", () => Promise.resolve(new Response(text, { status })));

describe("the page's build", () => {
  beforeEach(() => {
    document.head.innerHTML = '<script type="module" src="/assets/index-one.js"></script>';
  });
  afterEach(() => void vi.unstubAllGlobals());

  it("is known by its first script", () => {
    expect(entryOf(page("index-one.js"))).toBe("/assets/index-one.js");
    expect(entryOf("The console's page is not built.")).toBeNull();
  });
  it("is outdated when the server has another", async () => {
    served(page("index-two.js"));
    expect(await isOutdated()).toBe(true);
  });
  it.each([["the same", page("index-one.js"), 200], ["none", "not built", 503], ["none of ours", "hello", 200]])("is not when the server has %s", async (_, text, status) => {
    served(text, status);
    expect(await isOutdated()).toBe(false);
  });
  it("is not when the server cannot be asked", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("gone")));
    expect(await isOutdated()).toBe(false);
  });
});
