import { ref } from "vue";

import { Refusal } from "@/api/client";
import type { FieldProblem } from "@/api/types";
import { useText } from "@/i18n";

/**
 * Something asked of the server: pending at once, and a refusal in words where it was asked.
 *
 * One at a time: a second press while the first is on its way is the same press.
 */
export function useAct() {
  const { t } = useText();
  const pending = ref<string | null>(null);
  const refusal = ref("");
  const lastStatus = ref<number | null>(null);
  /** Fields that the server found wrong. */
  const errors = ref<FieldProblem[]>([]);

  /** True: it was done. */
  async function act(name: string, work: () => Promise<unknown>): Promise<boolean> {
    if (pending.value !== null) return false;
    pending.value = name;
    refusal.value = "";
    lastStatus.value = null;
    errors.value = [];
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      lastStatus.value = error.status;
      errors.value = error.errors;
      refusal.value = words(error);
      return false;
    } finally {
      pending.value = null;
    }
  }

  function words(error: Refusal): string {
    if (error.unreachable) return t("refusal.unreachable");
    return error.status === 401 ? t("refusal.lapsed") : t("refusal.server", { detail: error.detail });
  }

  return { pending, refusal, lastStatus, errors, act };
}
