import { beforeEach, describe, expect, it, vi } from "vitest";

import { call, onSignedOut, part, Refusal } from "./client";

function answer(status: number, body: unknown, headers: Record<string, string> = {}): void {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  vi.stubGlobal("fetch", vi.fn(() => Promise.resolve(new Response(status === 204 ? null : text, { status, headers }))));
}

async function refusal(work: Promise<unknown>): Promise<Refusal> {
  const error = await work.then(() => null, (thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Refusal);
  return error as Refusal;
}

describe("call", () => {
  const out = vi.fn();
  beforeEach(() => {
    out.mockClear();
    onSignedOut(out);
  });

  it("sends the header that no other site can", async () => {
    answer(200, { ok: 1 });
    expect(await call("POST", "/x", { a: 1 })).toEqual({ ok: 1 });
    const [path, options] = vi.mocked(fetch).mock.calls[0] ?? [];
    expect(path).toBe("/api/v1/x");
    expect(options).toMatchObject({ method: "POST", body: '{"a":1}', credentials: "same-origin" });
    expect(options?.headers).toMatchObject({ "X-Tandem": "1", "Content-Type": "application/json" });
  });

  it("takes 204 for done", async () => {
    answer(204, "");
    expect(await call("DELETE", "/session")).toBeUndefined();
  });

  it("tells the server's words, fields and patience", async () => {
    answer(429, { title: "x", status: 429, detail: "wait", errors: [{ path: "a", message: "b" }] }, { "Retry-After": "7" });
    const error = await refusal(call("GET", "/x"));
    expect(error).toMatchObject({ status: 429, detail: "wait", retryAfter: 7, unreachable: false });
    expect(error.errors).toEqual([{ path: "a", message: "b" }]);
  });

  it("survives an answer that is no problem document", async () => {
    answer(502, "<html>a proxy");
    expect(await refusal(call("GET", "/x"))).toMatchObject({ status: 502, errors: [] });
  });

  it("says when the server was not reached", async () => {
    vi.stubGlobal("fetch", vi.fn(() => Promise.reject(new TypeError("no network"))));
    expect((await refusal(call("GET", "/x"))).unreachable).toBe(true);
  });

  it("asks for a sign-in on 401, but not for a wrong password", async () => {
    answer(401, { detail: "no" });
    await refusal(call("POST", "/session", {}));
    expect(out).not.toHaveBeenCalled();
    await refusal(call("GET", "/directory"));
    expect(out).toHaveBeenCalledOnce();
  });
});

it("part keeps an id inside its place", () => {
  expect(part("../x?y#z")).toBe("..%2Fx%3Fy%23z");
});
