/** Every colour and measure there is. Views use the CSS variables made of these, and nothing else. */

const light = {
  bg: "#f4f5f7",
  surface: "#ffffff",
  raised: "#ffffff",
  sunken: "#ebedf1",
  hover: "#eef1f6",
  border: "#d5d9e0",
  control: "#7d8594",
  text: "#1a1e25",
  muted: "#545b69",
  accent: "#1b5bbf",
  "accent-hover": "#174ea5",
  "on-accent": "#ffffff",
  "accent-soft": "#e3ecfb",
  available: "#0e7038",
  "available-soft": "#e0f3e7",
  contact: "#1b5bbf",
  "contact-soft": "#e3ecfb",
  wrapup: "#6a3cc0",
  "wrapup-soft": "#eee7fb",
  break: "#545b69",
  "break-soft": "#ebedf1",
  gone: "#b02318",
  "gone-soft": "#fce8e6",
  offer: "#8a4f06",
  "offer-soft": "#fdf0d9",
  // A scanner wants black on white, whatever the scheme.
  "qr-ink": "#000000",
  "qr-paper": "#ffffff",
  veil: "rgba(20, 24, 31, 0.45)",
};

export type Palette = Record<keyof typeof light, string>;

const dark: Palette = {
  bg: "#13161b",
  surface: "#1a1e24",
  raised: "#222730",
  sunken: "#0f1216",
  hover: "#262c36",
  border: "#353c48",
  control: "#7d8796",
  text: "#e7eaef",
  muted: "#a5adba",
  accent: "#82b3ff",
  "accent-hover": "#a0c6ff",
  "on-accent": "#0b1a30",
  "accent-soft": "#1c2c47",
  available: "#63cd91",
  "available-soft": "#15301f",
  contact: "#82b3ff",
  "contact-soft": "#1c2c47",
  wrapup: "#c0a6ff",
  "wrapup-soft": "#2b2344",
  break: "#a5adba",
  "break-soft": "#262c36",
  gone: "#ff9b92",
  "gone-soft": "#431d1a",
  offer: "#f2b95e",
  "offer-soft": "#3b2a10",
  "qr-ink": "#000000",
  "qr-paper": "#ffffff",
  veil: "rgba(0, 0, 0, 0.6)",
};

export const palettes = { light, dark };
export type Scheme = keyof typeof palettes;

/** Text and what it stands on: WCAG AA wants 4.5. */
export const readable: [keyof Palette, keyof Palette][] = [
  ...(["bg", "surface", "raised", "sunken", "hover", "accent-soft"] as const).flatMap(
    (ground): [keyof Palette, keyof Palette][] => [
      ["text", ground],
      ["muted", ground],
      ["accent", ground],
    ],
  ),
  ["qr-ink", "qr-paper"],
  ["on-accent", "accent"],
  ["on-accent", "accent-hover"],
  ...(["available", "contact", "wrapup", "break", "gone", "offer"] as const).flatMap(
    (mood): [keyof Palette, keyof Palette][] => [
      [mood, "bg"],
      [mood, "surface"],
      [mood, "raised"],
      [mood, "hover"],
      [mood, `${mood}-soft`],
      ["text", `${mood}-soft`],
      ["muted", `${mood}-soft`],
    ],
  ),
];

/** Edges of controls and what they stand on: WCAG AA wants 3. */
export const visible: [keyof Palette, keyof Palette][] = [
  ["control", "bg"],
  ["control", "surface"],
  ["control", "raised"],
  ["accent", "surface"],
];

export const measures = {
  radius: "4px",
  bar: "44px",
  rail: "64px",
  list: "260px",
  pane: "300px",
  font: `system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "WenQuanYi Micro Hei", sans-serif`,
  small: "12px",
  base: "13px",
  large: "16px",
  huge: "20px",
  motion: "100ms",
};
