import type { SaidView, Sentences } from "@/api/types";

import english from "./said.en";

/** A sentence of the server's: its own words, and the code and values that other words are made of. */
export interface Said {
  code?: string | null;
  params?: SaidView["params"] | null;
}

/** What the server says, in another language. `values`: words among a sentence's values, by their name. */
export interface Wording {
  sentences: Record<keyof Sentences, string>;
  values: Record<string, Record<string, string>>;
}

interface Texts {
  sentences: Partial<Record<string, string>>;
  values: Wording["values"];
}

const ENGLISH: Texts = { sentences: english, values: {} };

let present = ENGLISH;

/** Without a wording: English. */
export function speak(wording?: Wording): void {
  present = wording ?? ENGLISH;
}

/** In the page's language; in the server's `words` where that has no text for it, as of a newer server. */
export function inWords(said: Said, words: string): string {
  const text = said.code ? present.sentences[said.code] : undefined;
  return text === undefined ? words : filled(text, said.params ?? {});
}

function filled(text: string, params: SaidView["params"]): string {
  return text.replace(/\{(\w+)\}/g, (hole, name: string) => {
    const value = params[name];
    if (value === undefined) return hole;
    if (typeof value === "object") return inWords(value, value.words);
    return present.values[name]?.[String(value)] ?? String(value);
  });
}
