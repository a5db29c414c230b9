/** Prompts by name. All throw Refusal. */
import { call, fetched, part, type Version } from "./client";
import type { PromptList, SavedPromptView } from "./types";

const at = (name: string, language: string | null): string => `/prompts/${part(name)}${language ? `?language=${part(language)}` : ""}`;

export const prompts = (): Promise<PromptList> => call("GET", "/prompts");
export const speak = (text: string, language: string): Promise<Blob> => fetched("POST", "/prompts/preview", { text, language });
export const putText = (name: string, text: string, language: string, version: Version): Promise<SavedPromptView> =>
  call("PUT", at(name, null), { text, language }, version);
/** Without a language it is for all, and replaces what there was. */
export const putSound = (name: string, sound: Blob, language: string | null, version: Version): Promise<SavedPromptView> =>
  call("PUT", at(name, language), sound, version);
export const dropPrompt = (name: string, language: string | null, version: Version): Promise<unknown> => call("DELETE", at(name, language), undefined, version);
export const listen = (name: string, language: string | null): Promise<Blob> =>
  fetched("GET", `/prompts/${part(name)}/audio${language ? `?language=${part(language)}` : ""}`);
