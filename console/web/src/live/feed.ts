import type { EndedMessage, Refused } from "@/api/types";
import { inWords } from "@/i18n/said";

import type { ServerClock } from "./clock";
import { FeedCopy, type Entities, type Push, type Snapshot } from "./copy";

/** What the feeds need of a connection; socket.ts has the real one. */
export interface Wire {
  /** Send and await the answer. Rejects when the connection goes meanwhile. */
  ask(event: string, data: object): Promise<unknown>;
  onPush(take: (push: Push) => void): void;
  onEnded(take: (ended: Ended) => void): void;
  /** True: it has come up (again); false: it has gone. */
  onUp(take: (up: boolean) => void): void;
}

export type Ended = EndedMessage;

export type FeedState =
  | { is: "opening" }
  | { is: "live" }
  /** The connection has gone; what is shown is of `since` (local milliseconds). */
  | { is: "offline"; since: number }
  | { is: "refused"; status: number; detail: string };

export interface FeedReader {
  changed(entities: ReadonlyMap<string, unknown>): void;
  state(state: FeedState): void;
}

type Answer = ({ ok: true } & Snapshot) | Refused;

/** Between two snapshots of one feed, so that a server that is at fault is not asked without end. */
const AGAIN_MS = [0, 500, 2000, 5000];

class OpenFeed {
  readonly copy = new FeedCopy();
  /** Of the last question; an answer to an older one counts for nothing. */
  asked = 0;
  gaps = 0;

  constructor(readonly reader: FeedReader) {}
}

/** Keeps copies of feeds: opens them, follows them, opens them again after a gap or a lost connection. */
export class Feeds {
  private readonly feeds = new Map<string, OpenFeed>();
  private up = false;
  private readonly now: () => number;

  constructor(
    private readonly wire: Wire,
    private readonly clock: ServerClock,
    now: () => number = () => Date.now(),
  ) {
    this.now = now;
    wire.onPush((push) => this.take(push));
    wire.onEnded((ended) => this.ended(ended));
    wire.onUp((up) => this.turned(up));
  }

  /** Follow a feed. Call what is returned to leave it. */
  open(name: string, reader: FeedReader): () => void {
    const feed = new OpenFeed(reader);
    this.feeds.set(name, feed);
    reader.state({ is: "opening" });
    if (this.up) void this.ask(name, feed);
    return () => {
      if (this.feeds.get(name) !== feed) return;
      this.feeds.delete(name);
      if (this.up) this.wire.ask("close", { feed: name }).catch(() => undefined);
    };
  }

  private turned(up: boolean): void {
    this.up = up;
    for (const [name, feed] of this.feeds) {
      feed.copy.reopen();
      if (up) void this.ask(name, feed);
      else feed.reader.state({ is: "offline", since: this.now() });
    }
  }

  private async ask(name: string, feed: OpenFeed): Promise<void> {
    const turn = ++feed.asked;
    feed.copy.reopen();
    let answer: Answer;
    try {
      answer = (await this.wire.ask("open", { feed: name })) as Answer;
    } catch {
      // No answer in time; where the connection has gone, it is asked anew when that is back.
      if (this.up && turn === feed.asked) this.again(name, feed);
      return;
    }
    if (turn !== feed.asked || this.feeds.get(name) !== feed) return;
    if (!answer.ok) {
      feed.reader.state({ is: "refused", status: answer.status, detail: inWords(answer, answer.detail) });
      return;
    }
    this.clock.hear(answer.now);
    if (feed.copy.begin(answer) === "gap") {
      this.again(name, feed);
      return;
    }
    feed.reader.changed(feed.copy.entities);
    feed.reader.state({ is: "live" });
  }

  private take(push: Push): void {
    const feed = this.feeds.get(push.feed);
    if (!feed) return;
    this.clock.hear(push.now);
    const taken = feed.copy.take(push);
    if (taken === "applied") {
      feed.gaps = 0;
      feed.reader.changed(feed.copy.entities);
    } else if (taken === "gap") {
      this.again(push.feed, feed);
    }
  }

  private again(name: string, feed: OpenFeed): void {
    const wait = AGAIN_MS[Math.min(feed.gaps++, AGAIN_MS.length - 1)] ?? 0;
    const turn = ++feed.asked;
    feed.copy.reopen();
    setTimeout(() => {
      const current = this.feeds.get(name) === feed && turn === feed.asked;
      if (current && this.up) void this.ask(name, feed);
    }, wait);
  }

  private ended(ended: Ended): void {
    for (const [name, feed] of this.feeds) {
      if (ended.feed !== null && ended.feed !== name) continue;
      feed.asked++;
      feed.copy.reopen();
      feed.reader.state({ is: "refused", status: ended.status, detail: inWords(ended, ended.detail) });
    }
  }
}

export type { Entities, Push, Snapshot };
