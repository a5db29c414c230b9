import { darkTheme, type GlobalThemeOverrides } from "naive-ui";

import { measures, palettes, type Scheme } from "./tokens";

/** Naive UI's base theme of a scheme: null is its light one. */
export const naiveTheme = (scheme: Scheme) => (scheme === "dark" ? darkTheme : null);

/** Naive UI by our tokens. */
export function naiveOverrides(scheme: Scheme): GlobalThemeOverrides {
  const p = palettes[scheme];
  return {
    common: {
      fontFamily: measures.font,
      fontSize: measures.base,
      fontSizeMedium: measures.base,
      fontSizeSmall: measures.base,
      fontSizeLarge: measures.base,
      borderRadius: measures.radius,
      borderRadiusSmall: measures.radius,
      heightMedium: "32px",
      heightSmall: "28px",
      primaryColor: p.accent,
      primaryColorHover: p["accent-hover"],
      primaryColorPressed: p["accent-hover"],
      primaryColorSuppl: p.accent,
      errorColor: p.gone,
      errorColorHover: p.gone,
      warningColor: p.offer,
      successColor: p.available,
      textColorBase: p.text,
      textColor1: p.text,
      textColor2: p.text,
      textColor3: p.muted,
      placeholderColor: p.muted,
      iconColor: p.muted,
      bodyColor: p.bg,
      cardColor: p.surface,
      modalColor: p.raised,
      popoverColor: p.raised,
      inputColor: p.surface,
      borderColor: p.control,
      dividerColor: p.border,
      hoverColor: p.hover,
      cubicBezierEaseInOut: "linear",
      boxShadow1: "none",
      boxShadow2: `0 0 0 1px ${p.control}`,
      boxShadow3: `0 0 0 1px ${p.control}`,
    },
    // A border that is no box: Naive UI's popovers know none.
    Popover: { boxShadow: `0 0 0 1px ${p.control}`, padding: "12px" },
    Select: { peers: { InternalSelection: { border: `1px solid ${p.control}`, color: p.surface, placeholderColor: p.muted } } },
    Tooltip: { color: p.text, textColor: p.surface, padding: "4px 8px" },
    Input: { placeholderColor: p.muted, border: `1px solid ${p.control}` },
  };
}
