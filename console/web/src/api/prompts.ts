/** Prompts by name. All throw Refusal. */
import { call, fetched, part } from "./client";
import type { PromptView, SavedPromptView } from "./types";

const at = (name: string, language: string | null): string => `/prompts/${part(name)}${language ? `?language=${part(language)}` : ""}`;

export const prompts = async (): Promise<PromptView[]> => (await call<{ items: PromptView[] }>("GET", "/prompts")).items;
export const speak = (text: string, language: string): Promise<Blob> => fetched("POST", "/prompts/preview", { text, language });
export const putText = (name: string, text: string, language: string): Promise<SavedPromptView> => call("PUT", at(name, null), { text, language });
/** Without a language it is for all, and replaces what there was. */
export const putSound = (name: string, sound: Blob, language: string | null): Promise<SavedPromptView> => call("PUT", at(name, language), sound);
export const dropPrompt = (name: string, language: string | null): Promise<unknown> => call("DELETE", at(name, language));
export const listen = (name: string, language: string | null): Promise<Blob> =>
  fetched("GET", `/prompts/${part(name)}/audio${language ? `?language=${part(language)}` : ""}`);
