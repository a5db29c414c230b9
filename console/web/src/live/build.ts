const ENTRY = /<script type="module"[^>]* src="([^"]+)"/;

/** The page's first script, in whose name is a hash of all it leads to; null when the text is none of our pages. */
export const entryOf = (html: string): string | null => ENTRY.exec(html)?.[1] ?? null;

/** Whether the server has another build of the page than this one: what it sends may be new to it. */
export async function isOutdated(): Promise<boolean> {
  const mine = document.querySelector("script[type=module][src]")?.getAttribute("src");
  const answer = await fetch("/", { cache: "no-store" }).catch(() => null);
  const theirs = answer?.ok ? entryOf(await answer.text()) : null;
  return theirs !== null && mine !== null && mine !== undefined && theirs !== mine;
}
