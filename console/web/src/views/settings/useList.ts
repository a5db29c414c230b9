import { ref, type Ref } from "vue";

import { Refusal } from "@/api/client";

export type ListState = "loading" | "ready" | "forbidden" | "failed";

/** Something read whole: what there is, or why not. */
export function useList<T>(read: () => Promise<T[]>) {
  const items = ref([]) as Ref<T[]>;
  const state = ref<ListState>("loading");
  const detail = ref("");

  /** Never throws. What is shown stays until there is better. */
  async function load(): Promise<void> {
    try {
      items.value = await read();
      state.value = "ready";
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      detail.value = error.unreachable ? "" : error.detail;
      state.value = error.status === 403 ? "forbidden" : "failed";
    }
  }
  return { items, state, detail, load };
}
