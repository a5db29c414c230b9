import { measures, palettes, type Scheme } from "./tokens";

/** Make the tokens CSS variables of the document. */
export function applyScheme(scheme: Scheme): void {
  const root = document.documentElement;
  for (const [name, value] of Object.entries({ ...measures, ...palettes[scheme] })) {
    root.style.setProperty(`--${name}`, value);
  }
  root.style.setProperty("color-scheme", scheme);
}
