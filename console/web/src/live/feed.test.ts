import { beforeEach, describe, expect, it, vi } from "vitest";

import { ServerClock } from "./clock";
import { FeedCopy, type Push, type Snapshot } from "./copy";
import { Feeds, type Ended, type FeedState, type Wire } from "./feed";

const push = (number: number, put: Record<string, unknown> = {}, drop: string[] = [], epoch = "e1"): Push => ({
  feed: "desk", epoch, number, now: 1000, put, drop,
});
const snapshot = (number: number, entities: Record<string, unknown> = {}, epoch = "e1"): Snapshot => ({
  feed: "desk", epoch, number, now: 1000, entities,
});

describe("FeedCopy", () => {
  it("is the snapshot and the pushes since", () => {
    const copy = new FeedCopy();
    copy.begin(snapshot(5, { a: 1, b: 2 }));
    expect(copy.take(push(6, { a: 3 }, ["b"]))).toBe("applied");
    expect(copy.take(push(7, { c: 4 }))).toBe("applied");
    expect(Object.fromEntries(copy.entities)).toEqual({ a: 3, c: 4 });
  });

  it("takes nothing twice, nothing old, nothing after a gap", () => {
    const copy = new FeedCopy();
    copy.begin(snapshot(5, { a: 1 }));
    expect(copy.take(push(6, { a: 2 }))).toBe("applied");
    expect(copy.take(push(6, { a: 9 }))).toBe("known");
    expect(copy.take(push(3, { a: 9 }))).toBe("known");
    expect(copy.take(push(8, { a: 9 }))).toBe("gap");
    expect(copy.take(push(7, { a: 9 }, [], "e2"))).toBe("gap");
    expect(copy.entities.get("a")).toBe(2);
  });

  it("keeps what overtakes the snapshot, in whatever order", () => {
    const copy = new FeedCopy();
    copy.reopen();
    for (const early of [push(7, { a: 7 }), push(5, { a: 5 }), push(6, { b: 6 }), push(9, {}, [], "e0")]) copy.take(early);
    expect(copy.begin(snapshot(5, { a: 0 }))).toBe("applied");
    expect(Object.fromEntries(copy.entities)).toEqual({ a: 7, b: 6 });
  });

  it("sees a gap among what overtook the snapshot", () => {
    const copy = new FeedCopy();
    copy.take(push(8));
    expect(copy.begin(snapshot(5))).toBe("gap");
  });

  it("has nothing left over of an earlier snapshot", () => {
    const copy = new FeedCopy();
    copy.begin(snapshot(1, { a: 1 }));
    copy.begin(snapshot(9, { b: 1 }, "e2"));
    expect([...copy.entities.keys()]).toEqual(["b"]);
  });

  it("equals a fresh snapshot after any sequence of pushes", () => {
    let seed = 7;
    const random = (n: number) => (seed = (seed * 1103515245 + 12345) % 2 ** 31) % n;
    for (let round = 0; round < 200; round++) {
      const truth: Record<string, unknown> = {};
      const copy = new FeedCopy();
      let number = random(50);
      const start = snapshot(number, {});
      const sent: Push[] = [];
      for (let n = 0; n < 20; n++) {
        const key = `k${String(random(5))}`;
        if (random(3) === 0) {
          Reflect.deleteProperty(truth, key);
          sent.push(push(++number, {}, [key]));
        } else {
          truth[key] = n;
          sent.push(push(++number, { [key]: n }));
        }
      }
      const overtaking = random(20);
      for (const early of sent.slice(0, overtaking)) copy.take(early);
      expect(copy.begin(start)).toBe("applied");
      for (const late of sent.slice(random(overtaking + 1))) copy.take(late); // some of them twice
      expect(Object.fromEntries(copy.entities)).toEqual(truth);
    }
  });
});

class FakeWire implements Wire {
  asked: { event: string; data: object; answer: (value: unknown) => void; fail: () => void }[] = [];
  push: (push: Push) => void = () => undefined;
  ended: (ended: Ended) => void = () => undefined;
  up: (up: boolean) => void = () => undefined;

  ask(event: string, data: object): Promise<unknown> {
    return new Promise((answer, reject) => this.asked.push({ event, data, answer, fail: () => reject(new Error("gone")) }));
  }
  onPush(take: (push: Push) => void) { this.push = take; }
  onEnded(take: (ended: Ended) => void) { this.ended = take; }
  onUp(take: (up: boolean) => void) { this.up = take; }

  async answer(value: object): Promise<void> {
    this.asked.at(-1)?.answer(value);
    await vi.advanceTimersByTimeAsync(0);
  }
}

describe("Feeds", () => {
  let wire: FakeWire;
  let feeds: Feeds;
  let states: FeedState[];
  let seen: Record<string, unknown>;
  let close: () => void;

  beforeEach(() => {
    vi.useFakeTimers();
    wire = new FakeWire();
    feeds = new Feeds(wire, new ServerClock());
    states = [];
    seen = {};
    close = feeds.open("desk", {
      changed: (entities) => { seen = Object.fromEntries(entities); },
      state: (state) => states.push(state),
    });
  });

  const last = () => states.at(-1)?.is;

  it("opens once the connection is there, and follows", async () => {
    expect(wire.asked).toHaveLength(0);
    wire.up(true);
    await wire.answer({ ok: true, ...snapshot(1, { a: 1 }) });
    expect(last()).toBe("live");
    wire.push(push(2, { a: 2 }));
    expect(seen).toEqual({ a: 2 });
  });

  it("opens again at a gap, and shows the old until then", async () => {
    wire.up(true);
    await wire.answer({ ok: true, ...snapshot(1, { a: 1 }) });
    wire.push(push(3, { a: 3 }));
    await vi.advanceTimersByTimeAsync(0);
    expect(wire.asked).toHaveLength(2);
    expect(seen).toEqual({ a: 1 });
    wire.push(push(4, { a: 4 }));
    await wire.answer({ ok: true, ...snapshot(3, { a: 3 }) });
    expect(seen).toEqual({ a: 4 });
  });

  it("opens again in another epoch", async () => {
    wire.up(true);
    await wire.answer({ ok: true, ...snapshot(1, { a: 1 }) });
    wire.push(push(2, { a: 9 }, [], "e2"));
    await vi.advanceTimersByTimeAsync(0);
    await wire.answer({ ok: true, ...snapshot(7, { b: 1 }, "e2") });
    expect(seen).toEqual({ b: 1 });
  });

  it("asks ever more slowly of a server that never gets it right", async () => {
    wire.up(true);
    await wire.answer({ ok: true, ...snapshot(1) });
    wire.push(push(9));
    await vi.advanceTimersByTimeAsync(0);
    for (let round = 0; round < 5; round++) {
      wire.push(push(99));
      await wire.answer({ ok: true, ...snapshot(1) });
      await vi.advanceTimersByTimeAsync(400);
    }
    const asked = wire.asked.length;
    expect(asked).toBeLessThan(5);
    await vi.advanceTimersByTimeAsync(5000);
    expect(wire.asked.length).toBe(asked + 1);
  });

  it("says that the connection has gone, keeps what it had, and comes back", async () => {
    wire.up(true);
    await wire.answer({ ok: true, ...snapshot(1, { a: 1 }) });
    wire.up(false);
    expect(last()).toBe("offline");
    expect(seen).toEqual({ a: 1 });
    wire.up(true);
    await wire.answer({ ok: true, ...snapshot(40, { a: 2 }, "e2") });
    expect(last()).toBe("live");
    expect(seen).toEqual({ a: 2 });
  });

  it("is not fooled by the answer to a question of the last connection", async () => {
    wire.up(true);
    const first = wire.asked[0];
    wire.up(false);
    wire.up(true);
    await wire.answer({ ok: true, ...snapshot(9, { a: "new" }, "e2") });
    first?.answer({ ok: true, ...snapshot(1, { a: "old" }) });
    await vi.advanceTimersByTimeAsync(0);
    expect(seen).toEqual({ a: "new" });
  });

  it("waits where its question is lost with the connection", async () => {
    wire.up(true);
    wire.asked[0]?.fail();
    await vi.advanceTimersByTimeAsync(0);
    expect(last()).toBe("opening");
    wire.up(true);
    await wire.answer({ ok: true, ...snapshot(1) });
    expect(last()).toBe("live");
  });

  it("tells a refusal, and the end of a feed", async () => {
    wire.up(true);
    await wire.answer({ ok: false, status: 403, detail: "not yours" });
    expect(states.at(-1)).toEqual({ is: "refused", status: 403, detail: "not yours" });
    wire.ended({ feed: null, status: 401, detail: "signed out elsewhere" });
    expect(states.at(-1)).toMatchObject({ status: 401 });
    wire.push(push(2, { a: 1 }));
    expect(seen).toEqual({});
  });

  it("leaves a feed", async () => {
    wire.up(true);
    await wire.answer({ ok: true, ...snapshot(1) });
    close();
    expect(wire.asked.at(-1)).toMatchObject({ event: "close", data: { feed: "desk" } });
    wire.push(push(2, { a: 1 }));
    expect(seen).toEqual({});
  });
});

describe("ServerClock", () => {
  it("believes the message that was fastest, and forgets", () => {
    let local = 1_000_000;
    const clock = new ServerClock(() => local, 3);
    clock.hear(1_059.0); // a second on its way
    clock.hear(1_060.0);
    clock.hear(1_059.5);
    expect(clock.now()).toBe(1_060_000);
    local = 2_000_000;
    for (let n = 0; n < 3; n++) clock.hear(2_000);
    expect(clock.now()).toBe(2_000_000);
    clock.hear(NaN);
    expect(clock.now()).toBe(2_000_000);
  });
});
