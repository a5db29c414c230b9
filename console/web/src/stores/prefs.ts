import { defineStore } from "pinia";
import { computed, reactive, ref, watch } from "vue";

import { browserLanguage, type Language } from "@/i18n";
import type { Scheme } from "@/theme/tokens";

const KEY = "tandem.prefs";

const defaults = {
  scheme: "system" as Scheme | "system",
  language: null as Language | null,
  shortcuts: true,
  notify: false,
  /** The softphone of this page, or any SIP phone of his own. */
  phone: "page" as "page" | "own",
  autoAnswer: false,
  microphone: "",
  speaker: "",
  ringer: "",
  /** On the floor, once for each. */
  alarmSound: true,
};

function kept(): Partial<typeof defaults> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<typeof defaults>;
  } catch {
    return {}; // somebody else's text, or storage is not allowed
  }
}

/** What this browser remembers of whoever works at it. */
export const usePrefs = defineStore("prefs", () => {
  const own = reactive({ ...defaults, ...kept() });
  watch(own, (now) => {
    try {
      localStorage.setItem(KEY, JSON.stringify(now));
    } catch {
      // not allowed: then it holds until the page is closed
    }
  });

  const media = window.matchMedia("(prefers-color-scheme: dark)");
  const systemDark = ref(media.matches);
  media.addEventListener("change", (event) => (systemDark.value = event.matches));
  const scheme = computed<Scheme>(() => {
    if (own.scheme !== "system") return own.scheme;
    return systemDark.value ? "dark" : "light";
  });
  const language = computed<Language>(() => own.language ?? browserLanguage());
  return { own, scheme, language };
});
