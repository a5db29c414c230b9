import { computed, onBeforeUnmount, watch } from "vue";

import type { SetupKind } from "@/api/types";
import { followFeed, useLive } from "@/stores/live";
import { useSession } from "@/stores/session";

/** `read` is called whenever something of that kind has changed, whoever did it. */
export function useNews(kind: string, read: () => unknown): void {
  if (!useSession().may("SOCKET open setup")) return;
  const { entities, close } = followFeed("setup", useLive().feeds);
  const version = computed(() => (entities.value.get(`kind:${kind}`) as SetupKind | undefined)?.version ?? null);
  watch(version, (now, before) => void (now !== null && before !== null && read()));
  onBeforeUnmount(close);
}
