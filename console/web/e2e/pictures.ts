/**
 * Pictures of every state, to be looked at: npm run pictures -- FOLDER [part of a name]
 *
 * They are not kept in the repository.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { chromium, type Page } from "playwright-core";

import { floorScenes } from "./floor";
import { give, interaction, me, offer, ORIGIN, session, type World } from "./world";

const [folder = "/tmp/pictures", only = ""] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });

interface Scene {
  path?: string;
  viewport?: { width: number; height: number };
  world?: Partial<World>;
  act?: (page: Page, cut: () => Promise<void>) => Promise<void>;
  full?: boolean;
}

/** Made anew for each picture: its times are of now. */
function scenes(): Record<string, Scene> {
const talk = { me: me({ free: 0 }), "interaction:i1": interaction("talking") };
const consult = { id: "c1", segment: "s1", kind: "agent", party: "boris", phase: "talking", started_at: new Date().toISOString() };
const press = (key: string) => async (page: Page) => { await page.keyboard.press(key); };

const all: Record<string, Scene> = {
  signin: { world: { session: null } },
  "signin-wrong": { world: { session: null, refuse: { "POST /session": { status: 401, detail: "The name or the password is wrong." } } }, act: async (page) => { await page.fill("[name=username]", "ada"); await page.fill("[name=password]", "x"); await page.keyboard.press("Enter"); } },
  "password-first": { world: { session: session({ must_change: true }) } },
  loading: { world: { slow: true } },
  "empty-available": { world: { desk: { me: me() } } },
  "empty-offline": { world: { desk: { me: me({ status: "offline" }) } } },
  "not-responding": { world: { desk: { me: me({ status: "not_responding" }) } } },
  offer: { world: { desk: { me: me(), "offer:o1": offer() } } },
  "offer-refused": { world: { desk: { me: me(), "offer:o1": offer() }, refuse: { "POST /offers": { status: 409, detail: "this offer is no longer open; it went to somebody else" } } }, act: press("Enter") },
  talking: { world: { desk: talk } },
  "pending-break": { world: { desk: { ...talk, me: me({ pending: "on_break", pending_reason: "lunch" }) } } },
  held: { world: { desk: { me: me(), "interaction:i1": interaction("held") } } },
  transfer: { world: { desk: talk }, act: press("t") },
  "transfer-refused": { world: { desk: talk, refuse: { "POST /interactions": { status: 409, detail: "queue support is closed now; send `anyway` to have him wait all the same" } } }, act: async (page) => { await page.keyboard.press("t"); await page.keyboard.type("supp"); await page.keyboard.press("Enter"); } },
  consult: { world: { desk: { me: me(), "interaction:i1": interaction("held", { consult }) } } },
  "wrap-up": { world: { desk: { me: me(), "interaction:i1": interaction("wrap_up") } } },
  "wrap-up-required": { world: { desk: { me: me(), "interaction:i1": interaction("wrap_up") } }, act: press("Control+Enter") },
  dial: { world: { desk: { me: me() } }, act: press("n") },
  status: { world: { desk: { me: me() } }, act: async (page) => { await page.click("[data-test=status]"); } },
  phone: { world: { desk: { me: me() } }, act: async (page) => { await page.click("[data-test=phone]"); } },
  "phone-no-password": { world: { desk: { me: me() }, session: session({ phone: { ...phoneOf(), lab: false, url: "ws://127.0.0.1:9/sip" } }) }, act: async (page) => { await page.click("[data-test=phone]"); } },
  "phone-mic-refused": { world: { desk: { me: me() }, session: session({ phone: { ...phoneOf(), lab: false, url: "ws://127.0.0.1:9/sip", ha1: "0".repeat(32) } }) }, act: async (page) => { await page.click("[data-test=phone]"); } },
  me: { world: { desk: { me: me() } }, act: async (page) => { await page.click(".me"); } },
  keys: { world: { desk: { me: me() } }, act: press("?") },
  directory: { world: { desk: talk }, act: async (page) => { await page.keyboard.press("/"); await page.keyboard.type("o"); } },
  drawer: { world: { desk: talk }, act: async (page) => { const fold = page.locator(".unfold"); if (await fold.count()) await fold.click(); } },
  lost: { world: { desk: talk }, act: async (page, cut) => { await cut(); await page.waitForTimeout(7000); } },
  lapsed: { world: { desk: talk }, act: async (page) => { await page.evaluate(() => undefined); await page.keyboard.press("h"); }, full: true },
  "no-agent": { world: { session: session({ role: "manager", agent: null, phone: null }) } },
  hostile: { world: { desk: { me: me(), "offer:o1": offer({ customer_name: "<img src=x onerror=alert(1)> Donaudampfschifffahrtsgesellschaftskapitän" }), "interaction:i1": interaction("talking", { customer_name: "<script>alert(1)</script> لوريم ipsum 很长的名字很长的名字很长的名字" }) } } },
};
Object.assign(all, floorScenes());
all.lapsed = { ...all.lapsed, world: { desk: talk, refuse: { "POST /interactions": { status: 401, detail: "ended" } } } };
return all;
}

function phoneOf() {
  const phone = session().phone;
  if (!phone) throw new Error("the session has a phone");
  return phone;
}

const VIEWPORTS = { wide: { width: 1440, height: 900 }, narrow: { width: 1024, height: 768 } };
const COVER = [
  { size: "wide", scheme: "light", language: "en" },
  { size: "narrow", scheme: "dark", language: "zh-CN" },
  { size: "narrow", scheme: "light", language: "en" },
  { size: "wide", scheme: "dark", language: "zh-CN" },
] as const;

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const faults: string[] = [];
for (const { size, scheme, language } of COVER) {
  for (const name of Object.keys(scenes())) {
    const scene = scenes()[name];
    if (!scene) continue;
    const file = `${name}.${size}.${scheme}.${language}.png`;
    if (!file.includes(only)) continue;
    const context = await browser.newContext({ viewport: scene.viewport ?? VIEWPORTS[size], colorScheme: scheme, locale: language });
    const page = await context.newPage();
    page.on("console", (message) => {
      if (message.type() === "error" && !/Failed to load resource|WebSocket/.test(message.text())) faults.push(`${file}: ${message.text()}`);
    });
    page.on("pageerror", (error) => faults.push(`${file}: ${error.message}`));
    const world: World = { session: session(), desk: { me: me() }, refuse: {}, asked: [], slow: false, ...scene.world };
    const { cut } = await give(page, world);
    await page.goto(ORIGIN + (scene.path ?? "/"));
    await page.waitForTimeout(700);
    await scene.act?.(page, cut);
    await page.waitForTimeout(300);
    const sideways = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    if (sideways) faults.push(`${file}: scrolls sideways`);
    await page.screenshot({ path: join(folder, file) });
    await context.close();
  }
}
await browser.close();
console.log(faults.join("\n") || "no faults");
