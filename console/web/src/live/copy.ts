export type Entities = Record<string, unknown>;

export interface Snapshot {
  feed: string;
  epoch: string | number;
  number: number;
  now: number;
  entities: Entities;
}

export interface Push {
  feed: string;
  epoch: string | number;
  number: number;
  now: number;
  put: Entities;
  drop: string[];
}

/** What became of a push: it counts, it was known already, or one before it is missing. */
export type Taken = "applied" | "known" | "gap";

/**
 * Our copy of one feed: a snapshot and the numbered pushes since.
 *
 * While a snapshot is on its way pushes may overtake it; they are kept and taken after it.
 */
export class FeedCopy {
  readonly entities = new Map<string, unknown>();
  private epoch: string | number | null = null;
  private number = 0;
  private early: Push[] = [];

  get open(): boolean {
    return this.epoch !== null;
  }

  /** A new snapshot has been asked for: what we have may be shown on, but nothing is added to it. */
  reopen(): void {
    this.epoch = null;
    this.early = [];
  }

  /** Take the snapshot, and what came before it. "gap": ask for another. */
  begin(snapshot: Snapshot): Taken {
    this.epoch = snapshot.epoch;
    this.number = snapshot.number;
    this.entities.clear();
    for (const [key, entity] of Object.entries(snapshot.entities)) this.entities.set(key, entity);
    const early = this.early;
    this.early = [];
    early.sort((a, b) => a.number - b.number);
    for (const push of early) {
      // One of an epoch that is over may still have been on its way.
      if (push.epoch === this.epoch && this.take(push) === "gap") return "gap";
    }
    return "applied";
  }

  take(push: Push): Taken {
    if (this.epoch === null) {
      this.early.push(push);
      return "known";
    }
    if (push.epoch !== this.epoch) return "gap";
    if (push.number <= this.number) return "known";
    if (push.number !== this.number + 1) return "gap";
    this.number = push.number;
    for (const key of push.drop) this.entities.delete(key);
    for (const [key, entity] of Object.entries(push.put)) this.entities.set(key, entity);
    return "applied";
  }
}
