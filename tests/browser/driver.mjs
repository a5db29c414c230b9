// A browser on a string: a line of JSON in, a line of JSON out. The tests are in Python, beside the Tandem they
// drive; Playwright is node's.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const [, , packages, executablePath, ...args] = process.argv;
const require = createRequire(packages);
const { chromium } = require("playwright-core");
const axe = require.resolve("axe-core");

const browser = await chromium.launch({ executablePath, args });
const pages = new Map();
const faults = [];

const acts = {
  /** `init`: a script that each page of this person runs before its own. */
  async open({ page: name, url, options: { init, ...options } = {} }) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
    if (init) await context.addInitScript(init);
    await acts.tab({ page: name, url, context });
  },
  /** Another tab of the same browser. */
  async tab({ page: name, url, of, context = pages.get(of)?.context() }) {
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    page.on("pageerror", (error) => faults.push(error.message));
    page.on("console", (message) => {
      // What a test provokes on purpose (a lost server, a refusal) is the network's to tell.
      if (message.type() === "error" && !/Failed to load resource|WebSocket|ERR_/.test(message.text())) faults.push(message.text());
    });
    pages.set(name, page);
    await page.goto(url);
  },
  click: ({ page, on }) => pages.get(page).locator(on).first().click(),
  fill: ({ page, on, text }) => pages.get(page).locator(on).first().fill(text),
  select: ({ page, on, value }) => pages.get(page).locator(on).first().selectOption(value),
  press: ({ page, key }) => pages.get(page).keyboard.press(key),
  type: ({ page, text }) => pages.get(page).keyboard.type(text),
  see: ({ page, on, gone = false, timeout = 15_000 }) =>
    pages.get(page).locator(on).first().waitFor({ state: gone ? "hidden" : "visible", timeout }),
  text: ({ page, on }) => pages.get(page).locator(on).first().innerText(),
  run: ({ page, script }) => pages.get(page).evaluate(script),
  reload: ({ page }) => pages.get(page).reload(),
  size: ({ page, width, height }) => pages.get(page).setViewportSize({ width, height }),
  unplug: ({ page }) => pages.get(page).context().setOffline(true),
  plugIn: ({ page }) => pages.get(page).context().setOffline(false),
  shot: ({ page, path }) => pages.get(page).screenshot({ path }).then(() => null),
  close: ({ page }) => pages.get(page).close(),
  async axe({ page }) {
    // By the protocol, not as an element: the page's policy lets no foreign script in.
    await pages.get(page).evaluate(require("node:fs").readFileSync(axe, "utf8"));
    const { violations } = await pages.get(page).evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node.html.slice(0, 160)}`));
  },
  faults: () => Promise.resolve(faults.splice(0)),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { act, ...given } = JSON.parse(line);
  try {
    console.log(JSON.stringify({ ok: (await acts[act](given)) ?? null }));
  } catch (error) {
    console.log(JSON.stringify({ failed: String(error?.message ?? error) }));
  }
}
await browser.close();
