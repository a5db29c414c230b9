import type { Action } from "@/api/types";
import type { Language } from "@/i18n";
import english from "@/i18n/actions.en";
import chinese from "@/i18n/actions.zh-CN";

const TEXTS = { en: new Map(Object.entries(english)), "zh-CN": new Map(Object.entries(chinese)) };

/** What was done, in words; as the audit has it where it is none of ours, as in rows of another version. */
export const actionText = (action: string, language: Language): string => TEXTS[language].get(action.replace(/^HEAD /, "GET ")) ?? action;

/** All of them, by their words. */
export const choices = (language: Language): { action: Action; words: string }[] =>
  (Object.keys(english) as Action[])
    .map((action) => ({ action, words: actionText(action, language) }))
    .sort((a, b) => a.words.localeCompare(b.words, language));
