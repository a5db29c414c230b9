import { defineStore } from "pinia";
import { computed, ref } from "vue";

import { call, onSignedOut, Refusal } from "@/api/client";
import type { SessionView } from "@/api/types";
import type { Language } from "@/i18n";

import { usePrefs } from "./prefs";

/** Who is signed in. `lapsed`: the server forgot us while the page was at work; what it shows stays. */
export const useSession = defineStore("session", () => {
  const prefs = usePrefs();
  const view = ref<SessionView | null>(null);
  const known = ref(false);
  const lapsed = ref(false);
  const unreachable = ref(false);

  onSignedOut(() => {
    if (view.value) lapsed.value = true;
  });

  function take(session: SessionView): void {
    const other = view.value !== null && view.value.account !== session.account;
    if (other) {
      location.reload(); // nothing of the one before may be shown to the next
      return;
    }
    view.value = session;
    lapsed.value = false;
    if (session.language) prefs.own.language = session.language;
  }

  /** Is there a session already? Never throws. */
  async function look(): Promise<void> {
    try {
      take(await call<SessionView>("GET", "/session"));
      unreachable.value = false;
      known.value = true;
    } catch (error) {
      unreachable.value = !(error instanceof Refusal && error.status === 401);
      known.value = !unreachable.value;
    }
  }

  async function signIn(name: string, password: string): Promise<void> {
    take(await call<SessionView>("POST", "/session", { name, password }));
  }

  async function changePassword(old: string, fresh: string): Promise<void> {
    take(await call<SessionView>("PUT", "/session/password", { old, new: fresh }));
  }

  async function signOut(): Promise<void> {
    await call("DELETE", "/session");
    location.assign("/");
  }

  /** Here at once; at the server for the next browser. */
  async function speak(language: Language): Promise<void> {
    prefs.own.language = language;
    if (view.value && !lapsed.value) await call("PUT", "/session/language", { language });
  }

  const rights = computed(() => new Set(view.value?.rights ?? []));
  const may = (right: string): boolean => rights.value.has(right);
  return { view, known, lapsed, unreachable, look, signIn, signOut, changePassword, speak, may };
});
