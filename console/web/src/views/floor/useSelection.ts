import { computed } from "vue";
import { useRoute, useRouter } from "vue-router";

export type Kind = "queue" | "agent" | "contact";

/** What is open at the side: it stands in the address, so that it can be sent to a colleague, and Back works. */
export function useSelection() {
  const route = useRoute();
  const router = useRouter();
  const kind = computed(() => (route.params.id ? (route.params.kind as Kind) : null));
  const id = computed(() => (kind.value === null ? null : String(route.params.id)));
  const of = (wanted: Kind) => computed(() => (kind.value === wanted ? id.value : null));
  const open = (wanted: Kind, which: string): void => void router.push({ name: "floor", params: { kind: wanted, id: which } });
  const close = (): void => void router.push({ name: "floor", params: { kind: "", id: "" } });
  return { kind, id, of, open, close };
}
