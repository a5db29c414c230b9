/**
 * The server's clock, as far as can be told from its messages.
 *
 * Each message is older by its time on the way, so the greatest of the last differences is nearest the
 * truth. A jump of either clock is followed once the old ones are forgotten.
 */
export class ServerClock {
  private seen: number[] = [];

  constructor(
    private readonly local: () => number = () => Date.now(),
    private readonly kept = 16,
  ) {}

  /** `now`: what the server says, in seconds. */
  hear(now: number): void {
    if (!Number.isFinite(now)) return;
    this.seen.push(now * 1000 - this.local());
    if (this.seen.length > this.kept) this.seen.shift();
  }

  /** Milliseconds since 1970 at the server. */
  now(): number {
    return this.local() + (this.seen.length ? Math.max(...this.seen) : 0);
  }
}
