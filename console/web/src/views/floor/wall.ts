/** The rotation of a wall screen. */

export const QUEUES_A_PAGE = 4;
export const PAGE_MS = 10_000;
/** From here on what is shown is called old. */
export const OLD_MS = 5000;

/** Queues, some at a time; each page as full as the others, as nearly as can be. */
export function pagesOf<T>(all: readonly T[], most = QUEUES_A_PAGE): T[][] {
  const count = Math.ceil(all.length / most);
  const size = Math.ceil(all.length / Math.max(1, count));
  return Array.from({ length: count }, (_, n) => all.slice(n * size, (n + 1) * size));
}

/** The page at this moment: all walls of a centre turn together. */
export const pageAt = (now: number, count: number): number => (count > 1 ? Math.floor(now / PAGE_MS) % count : 0);

/** Milliseconds since the server was heard last, if that is too long. */
export function oldFor(heardAt: number, now: number): number | null {
  const age = now - heardAt;
  return age > OLD_MS ? age : null;
}
