import { computed, onBeforeUnmount, onMounted, provide, ref, shallowRef, watch, type InjectionKey, type Ref } from "vue";
import { onBeforeRouteLeave, onBeforeRouteUpdate, useRoute, useRouter, type RouteLocationNormalized } from "vue-router";

import * as api from "@/api/settings";
import type { Entry } from "@/api/settings";
import type { FieldProblem } from "@/api/types";
import { useAct } from "@/parts/useAct";
import { useSession } from "@/stores/session";

import { bodyOf, draftOf, idOf, same, type Draft } from "./form";
import type { Kind } from "./spec";
import { useList } from "./useList";
import { useNews } from "./useNews";

/** Precondition failed: it is not the version that was read. */
const CHANGED = 412;

/** Instead of an id: an entry that is not there yet. No id of ours begins so. */
export const FRESH = "~new";

export interface Form {
  kind: Kind;
  draft: Ref<Draft>;
  errors: Ref<FieldProblem[]>;
}
export const FORM: InjectionKey<Form> = Symbol("form");

/** A kind's list, and the one that is open: its draft, saving, removing, and what is not saved yet. */
export function useEntry(kind: Kind) {
  const route = useRoute();
  const router = useRouter();
  const session = useSession();
  const versions = shallowRef<Record<string, string>>({});
  const { items, state, detail, load } = useList<Entry>(async () => {
    const found = await api.versioned(kind.path);
    versions.value = found.versions;
    return found.items;
  });
  const { pending, refusal, errors, lastStatus, act } = useAct();
  useNews(kind.audited, load);

  const selected = computed(() => (typeof route.params.id === "string" && route.params.id ? route.params.id : null));
  const fresh = computed(() => selected.value === FRESH);
  const entry = computed(() => items.value.find(({ id }) => id === selected.value) ?? null);
  const mayEdit = computed(() => session.may(`PUT /api/v1${kind.path}/<id>`));

  const draft = ref<Draft>(draftOf(kind, null));
  const newId = ref("");
  const clean = shallowRef<Draft>(draftOf(kind, null));
  /** Which version of the entry is written on; null: of none that was there. */
  const base = ref<string | null>(null);
  const standing = computed(() => versions.value[selected.value ?? ""] ?? null);
  /** What a save made and shows this once: a password. */
  const once = ref<{ id: string; secret: string } | null>(null);
  const removed = ref<string | null>(null);
  const saves = ref(0);
  const dirty = computed(() => mayEdit.value && selected.value !== null && (!same(draft.value, clean.value) || (fresh.value && newId.value !== "")));

  /** There is none, and nothing is being written that would be lost from sight. */
  const gone = computed(() => state.value === "ready" && selected.value !== null && !fresh.value && !entry.value && !dirty.value);

  function reset(): void {
    base.value = standing.value;
    clean.value = draftOf(kind, entry.value);
    draft.value = draftOf(kind, entry.value);
    newId.value = "";
    errors.value = [];
    refusal.value = "";
  }
  watch([selected, entry], (now, before) => {
    // News of the list must not take away what is being written.
    if (now[0] !== before[0] || !dirty.value) reset();
    if (now[0] !== before[0] && once.value?.id !== now[0]) once.value = null;
    if (now[0] !== null && now[0] !== before[0]) removed.value = null;
  });

  /** Somebody else has changed, or deleted, what is being written here. */
  const overtaken = computed(() => dirty.value && pending.value === null && !fresh.value && standing.value !== base.value);

  const leaving = ref<RouteLocationNormalized | null>(null);
  const guard = (to: RouteLocationNormalized): boolean => {
    if (!dirty.value) return true;
    leaving.value = to;
    return false;
  };
  onBeforeRouteLeave(guard);
  onBeforeRouteUpdate((to) => (to.params.id === route.params.id ? true : guard(to)));
  const unload = (event: BeforeUnloadEvent): void => {
    if (dirty.value) event.preventDefault();
  };
  onMounted(() => {
    window.addEventListener("beforeunload", unload);
    void load();
  });
  onBeforeUnmount(() => window.removeEventListener("beforeunload", unload));

  /** Away without saving. */
  async function discard(): Promise<void> {
    const to = leaving.value;
    leaving.value = null;
    reset();
    if (to) await router.push(to.fullPath);
    else if (fresh.value) await router.push(`/settings/${kind.name}`);
  }

  const id = computed(() => (fresh.value ? newId.value || (kind.numbered ? "" : idOf(String(draft.value.name ?? ""))) : (selected.value ?? "")));

  /** True: it is saved. */
  async function save(): Promise<boolean> {
    if (!mayEdit.value || !dirty.value) return false;
    const to = leaving.value;
    const at = id.value;
    const body = bodyOf(draft.value);
    const done = await act("save", async () => {
      const saved = await api.put(kind.path, at, body, base.value);
      const secret = saved.password ?? saved.phone_password;
      once.value = typeof secret === "string" ? { id: at, secret } : null;
      await load();
    });
    if (!done) return await missed();
    clean.value = draft.value;
    newId.value = "";
    leaving.value = null;
    saves.value += 1;
    await router.push(to ? to.fullPath : `/settings/${kind.name}/${encodeURIComponent(at)}`);
    reset();
    return true;
  }

  /** What was refused because it had changed is read again; what was written here stays. */
  async function missed(): Promise<false> {
    if (lastStatus.value === CHANGED) await load();
    return false;
  }

  /** What is written here in the place of the others', now that they were told of. */
  async function insist(): Promise<boolean> {
    base.value = standing.value;
    return save();
  }

  async function remove(): Promise<void> {
    const at = selected.value;
    if (at === null) return;
    if (!(await act("remove", () => api.remove(kind.path, at, base.value)))) return void (await missed());
    clean.value = draft.value;
    await router.push(`/settings/${kind.name}`);
    await load();
    removed.value = at;
  }

  /** After an undo: what is there now. */
  async function renew(): Promise<void> {
    await load();
    reset();
    saves.value += 1;
  }

  provide(FORM, { kind, draft, errors });
  return {
    items, state, detail, load, selected, fresh, entry, mayEdit, gone, draft, newId, id, dirty, overtaken, reset, once, removed, saves, leaving,
    pending, refusal, errors, lastStatus, save, insist, remove, discard, renew,
  };
}
