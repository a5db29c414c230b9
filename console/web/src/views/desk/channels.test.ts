import { expect, it } from "vitest";

import { i18n, type Text } from "@/i18n";

import { channelName } from "./channels";

const t: Text = (key) => i18n.global.t(key);

it("has a word for each channel that ships, and the admin's own for his", () => {
  expect(channelName(t, "voice")).toBe("Voice");
  expect(channelName(t, "shop")).toBe("shop");
  expect(channelName(t, "constructor")).toBe("constructor");
});
