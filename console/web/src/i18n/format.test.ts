import { describe, expect, it } from "vitest";

import { duration, secondsSince, time } from "./format";
import { browserLanguage } from "./index";

describe("duration", () => {
  it.each([[0, "0:00"], [9.9, "0:09"], [72, "1:12"], [3599, "59:59"], [3600, "1:00:00"], [36061, "10:01:01"], [-5, "0:00"]])("%s s is %s", (s, text) => {
    expect(duration(s)).toBe(text);
  });
});

describe("time", () => {
  const now = Date.parse("2026-05-04T17:30:00Z");
  it("is in the centre's zone, whatever the browser's", () => {
    expect(time("2026-05-04T16:05:00Z", { locale: "en", timeZone: "Asia/Shanghai", now })).toBe("00:05");
    expect(time("2026-05-04T16:05:09Z", { locale: "zh-CN", timeZone: "Europe/Berlin", now, seconds: true })).toBe("18:05:09");
  });
  it("has the date when it is not today there", () => {
    expect(time("2026-05-04T15:59:00Z", { locale: "en", timeZone: "Asia/Shanghai", now })).toMatch(/4 May.*23:59/);
    expect(time("2026-05-04T15:59:00Z", { locale: "zh-CN", timeZone: "Asia/Shanghai", now })).toMatch(/5月4日.*23:59/);
  });
  it("is nothing for what is no time", () => {
    expect(time("soon", { locale: "en", timeZone: "UTC", now })).toBe("");
  });
});

it("secondsSince is never negative", () => {
  expect(secondsSince("2026-05-04T17:30:00Z", Date.parse("2026-05-04T17:31:00Z"))).toBe(60);
  expect(secondsSince("2026-05-04T17:30:00Z", 0)).toBe(0);
});

it.each([[["zh-TW", "en"], "zh-CN"], [["de", "en-US"], "en"], [["zh"], "zh-CN"], [["fr"], "en"], [[], "en"]])("%s reads %s", (wanted, language) => {
  expect(browserLanguage(wanted)).toBe(language);
});
