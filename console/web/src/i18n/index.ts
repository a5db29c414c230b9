import { createI18n, useI18n } from "vue-i18n";

import en from "./en";
import { speak } from "./said";

export type Messages = typeof en;
export type Language = "en" | "zh-CN";

type Leaves<T, Before extends string = ""> = {
  [K in keyof T & string]: T[K] extends string ? `${Before}${K}` : Leaves<T[K], `${Before}${K}.`>;
}[keyof T & string];

/** Every key of the catalogue; a text that is not there does not compile. */
export type Key = Leaves<Messages>;

/** `n` chooses the plural form, where a text has several. */
export type Text = (key: Key, named?: Record<string, string | number> & { n?: number }) => string;

export const i18n = createI18n({
  legacy: false,
  locale: "en",
  fallbackLocale: "en",
  messages: { en } as Record<string, Messages>,
  missingWarn: false,
  fallbackWarn: false,
});

/** Switch the language; the catalogue of another one is loaded when it is first wanted. */
export async function setLanguage(language: Language): Promise<void> {
  if (language === "zh-CN" && !i18n.global.availableLocales.includes(language)) {
    i18n.global.setLocaleMessage(language, (await import("./zh-CN")).default);
  }
  speak(language === "zh-CN" ? (await import("./said.zh-CN")).default : undefined);
  i18n.global.locale.value = language;
  document.documentElement.lang = language;
}

/** The language of a browser that has said none of ours yet. */
export function browserLanguage(wanted: readonly string[] = navigator.languages): Language {
  for (const tag of wanted) {
    if (/^zh\b/i.test(tag)) return "zh-CN";
    if (/^en\b/i.test(tag)) return "en";
  }
  return "en";
}

export function useText(): { t: Text; locale: () => Language } {
  const { t, locale } = useI18n({ useScope: "global" });
  return {
    t: (key, named = {}) => (named.n === undefined ? t(key, named) : t(key, named, named.n)),
    locale: () => locale.value as Language,
  };
}
