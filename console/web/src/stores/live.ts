import { defineStore } from "pinia";
import { computed, markRaw, ref, shallowRef, watch, type ShallowRef } from "vue";

import { isOutdated } from "@/live/build";
import { ServerClock } from "@/live/clock";
import { Feeds, type FeedReader, type FeedState } from "@/live/feed";
import { liveSocket } from "@/live/socket";

import { useSession } from "./session";

/** From here on what is shown is called old. */
const STALE_MS = 5000;

/** The connection to the server, its clock, and a tick each second for everything that counts time. */
export const useLive = defineStore("live", () => {
  const session = useSession();
  const clock = markRaw(new ServerClock());
  const socket = liveSocket();
  const up = ref(false);
  /** When the connection went, in local milliseconds; null while it is there or was never. */
  const lostAt = ref<number | null>(null);
  const holder = ref<string | null>(null);
  const now = ref(clock.now());

  /** The server has another build of this page since it was loaded. */
  const outdated = ref(false);
  const askForBuild = async (): Promise<void> => void (outdated.value ||= await isOutdated());
  // What a view needs was not there any more as it was opened.
  addEventListener("vite:preloadError", () => void askForBuild());

  socket.onUp((isUp) => {
    up.value = isUp;
    if (isUp && lostAt.value !== null) void askForBuild();
    lostAt.value = isUp ? null : (lostAt.value ?? Date.now());
  });
  socket.onRefused((status) => {
    if (status === 401) session.lapsed = true;
  });
  // A refusal was the end of the socket's own attempts.
  watch(
    () => session.lapsed,
    (lapsed) => void (lapsed || socket.connect()),
  );
  const feeds = markRaw(new Feeds(socket, clock));
  socket.onEnded((ended) => {
    if (ended.feed === null && ended.status === 401) session.lapsed = true;
  });
  socket.onPhone((who) => (holder.value = who));
  setInterval(() => (now.value = clock.now()), 1000);

  const lostFor = computed(() => {
    if (lostAt.value === null) return 0;
    return now.value ? Math.max(0, (Date.now() - lostAt.value) / 1000) : 0;
  });
  const stale = computed(() => lostFor.value * 1000 >= STALE_MS);
  /** What is shown is of then, by the server's clock. */
  const asOf = computed(() => now.value - lostFor.value * 1000);

  /** Say which tab is the phone. `take`: even if another is. */
  async function claimPhone(tab: string, take: boolean): Promise<void> {
    const answer = (await socket.ask("phone", { tab, take })) as { ok: boolean; holder?: string | null };
    if (answer.ok) holder.value = answer.holder ?? null;
  }

  /** Whether the server is there, asked now: a connection that fell silent is missed only much later. */
  async function isThere(): Promise<boolean> {
    const answer = await socket.ask("close", { feed: "none" }).catch(() => null);
    return answer !== null;
  }

  function start(): void {
    socket.connect();
  }

  return { up, outdated, lostAt, lostFor, stale, asOf, now, holder, clock, feeds, claimPhone, isThere, start, close: socket.close };
});

/** A feed as one value that changes. */
export function followFeed(name: string, feeds: Pick<Feeds, "open">): {
  entities: ShallowRef<ReadonlyMap<string, unknown>>;
  state: ShallowRef<FeedState>;
  close: () => void;
} {
  const entities = shallowRef<ReadonlyMap<string, unknown>>(new Map());
  const state = shallowRef<FeedState>({ is: "opening" });
  const reader: FeedReader = {
    changed: (now) => (entities.value = new Map(now)),
    state: (now) => (state.value = now),
  };
  return { entities, state, close: feeds.open(name, reader) };
}
