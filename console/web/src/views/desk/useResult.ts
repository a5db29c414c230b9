import { onBeforeUnmount, ref, watch, type Ref } from "vue";

import * as api from "@/api/desk";
import { useAct } from "@/parts/useAct";
import type { Contact } from "@/stores/desk";

const AFTER_MS = 800;

interface Draft {
  code: string;
  notes: string;
}

function kept(key: string): Draft | null {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? "null") as Draft | null;
  } catch {
    return null;
  }
}

/**
 * Disposition and notes, saved by themselves a moment after the last key.
 *
 * What is not saved yet stays in this tab, so that loading the page anew loses no word.
 */
export function useResult(contact: Ref<Contact>) {
  const { pending, refusal, act } = useAct();
  const segment = contact.value.segment;
  const id = contact.value.interaction.id;
  const key = `tandem.result.${segment.id}`;
  const draft = kept(key);
  const code = ref(draft?.code ?? segment.disposition ?? "");
  const notes = ref(draft?.notes ?? segment.notes ?? "");
  /** What the server has. */
  const saved = ref<Draft>({ code: segment.disposition ?? "", notes: segment.notes ?? "" });
  let timer: ReturnType<typeof setTimeout> | undefined;

  const dirty = () => code.value !== saved.value.code || notes.value !== saved.value.notes;

  /** True: the server has all of it. */
  async function save(): Promise<boolean> {
    clearTimeout(timer);
    if (!dirty()) return true;
    if (!code.value || pending.value !== null) return false;
    const now = { code: code.value, notes: notes.value };
    if (!(await act("save", () => api.dispose(id, now.code, now.notes || null)))) return false;
    saved.value = now;
    sessionStorage.removeItem(key);
    if (dirty()) schedule();
    return !dirty();
  }
  function schedule(): void {
    clearTimeout(timer);
    timer = setTimeout(() => void save(), AFTER_MS);
  }
  watch([code, notes], () => {
    if (!dirty()) return;
    sessionStorage.setItem(key, JSON.stringify({ code: code.value, notes: notes.value }));
    if (code.value) schedule();
  });
  if (draft && code.value && dirty()) schedule();
  // Another contact is opened, or this one is over: what can be saved is saved now, not in a moment.
  onBeforeUnmount(() => void (dirty() && code.value && save()));

  return { code, notes, saved, pending, refusal, dirty, save };
}
