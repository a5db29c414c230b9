/** Pictures of the supervisor's floor. */
import type { AlarmView, FloorAgent, FloorInteraction, FloorQueue, InteractionView } from "../src/api/types";

import type { Page } from "playwright-core";

import { ago, events, interaction, me, session, type World } from "./world";

interface Scene {
  path?: string;
  viewport?: { width: number; height: number };
  world?: Partial<World>;
  act?: (page: Page, cut: () => Promise<void>) => Promise<void>;
}

const RIGHTS = [
  "SOCKET open floor", "PUT /api/v1/agents/<id>/status", "POST /api/v1/interactions/<id>/monitor", "POST /api/v1/interactions/<id>/move",
  "POST /api/v1/interactions/<id>/assign", "POST /api/v1/alarms/<id>/acknowledge", "GET /api/v1/interactions/<id>/recordings/<recording_id>",
];
const sue = (agent: string | null = "sue") => session({ account: "sue", name: "Sue Park", role: "supervisor", agent, phone: agent ? session().phone : null, rights: RIGHTS });

const quarter = (queue: string, n: number, offered: number, abandoned: number) => ({
  queue,
  from: new Date(Math.floor(Date.now() / 900_000) * 900_000 - n * 900_000).toISOString(), offered, answered: Math.max(0, offered - abandoned), abandoned,
});
const queue = (id: string, name: string, waiting: number, longest: number | null, target: number): FloorQueue => ({
  id, name, target_s: target, waiting, longest_since: longest === null ? null : ago(longest), expected_s: waiting ? 35 * waiting : 0, open: waiting + 4,
  agents: { available: 5, busy: 12, wrap_up: 3, on_break: 4, not_responding: 1, offline: 8 },
  today: {
    since: ago(40_000), offered: 412, answered: 377, answered_within: 301, abandoned: 31, short_abandoned: 4, overflowed: 3, failed: 1, average_speed_of_answer_s: 17.4,
    service_level: { "answered_within / answered": 0.798, "answered_within / (answered + abandoned)": 0.7377, "answered_within / (answered + abandoned), excluding short abandons": 0.745, "answered_within / offered": 0.731 },
  },
});
const NAMES = ["Ada Brown", "Boris Lang", "Chen Wei", "Dana Ortiz", "Emil Novak", "Fay Winterbottom-Featherstonehaugh", "Gita Rao", "Hugo Petit"];
const STATES: [FloorAgent["status"], FloorAgent["load"], string | null][] = [
  ["available", "on_contact", null], ["available", "free", null], ["on_break", "free", "lunch"], ["not_responding", "free", null], ["available", "wrap_up", null], ["available", "held", null], ["available", "offered", null], ["offline", "free", null],
];
function agent(n: number): FloorAgent {
  const [status, load, reason] = STATES[n % STATES.length] ?? ["offline", "free", null];
  const id = `a${String(n)}`;
  return {
    ...me(), id, name: n < NAMES.length ? (NAMES[n] ?? id) : `${NAMES[n % NAMES.length] ?? ""} ${String(n)}`, extension: String(1000 + n), status, reason, since: status === "offline" ? null : ago(100 + n * 37),
    free: load === "free" ? 100 : 0, load, load_since: load === "free" ? null : ago(20 + n), interactions: n === 0 ? ["i1"] : [],
  } as FloorAgent;
}
function live(n: number, state: string, phase: string | null, more: Partial<FloorInteraction> = {}): FloorInteraction {
  return { ...interaction("talking"), id: `i${String(n)}`, state, phase, agent: phase ? `a${String(n % 6)}` : null, since: ago(4 + n * 7), priority: 0, recording: phase !== null, monitors: n === 1 ? 1 : 0, customer_name: n % 3 ? "" : `Customer ${String(n)}`, customer_address: `+4930${String(1_000_000 + n * 7919)}`, queue: n % 2 ? "sales" : "support", ...more } as FloorInteraction;
}

function alarm(id: string, queue: string, more: Partial<AlarmView> = {}): [string, AlarmView] {
  return [`alarm:${id}@${queue}`, { id: `${id}@${queue}`, threshold: id, name: "", queue, metric: "waiting", value: 7, above: 5, below: null, clear: 3, severity: "warning", since: ago(50), acknowledged_by: null, acknowledged_at: null, ...more }];
}
const ALARMS = Object.fromEntries([
  alarm("many", "sales"), alarm("long", "support", { metric: "longest_wait_s", value: 31, above: 30, severity: "critical" }),
  alarm("level", "billing", { metric: "service_level", value: 0.731, above: null, below: 0.8, acknowledged_by: "sue", acknowledged_at: ago(20) }),
]);

function floor(agents: number): Record<string, unknown> {
  const queues = [queue("sales", "Sales", 7, 14, 20), queue("support", "Support", 2, 31, 30), queue("billing", "Billing and complaints", 0, null, 60), queue("vip", "VIP", 1, 3, 10), queue("night", "Night desk", 0, null, 0)];
  const contacts = [live(1, "connected", "talking"), live(2, "queued", null), live(3, "offered", null), live(4, "connected", "held"), live(5, "in_flow", null), live(6, "ended", "wrap_up"), live(7, "queued", null), ...Array.from({ length: 30 }, (_, n) => live(n + 8, "connected", "talking"))];
  return Object.fromEntries([
    ["centre", { waiting: 10, live: 44, agents: { available: 61, busy: 212, wrap_up: 31, on_break: 40, not_responding: 3, offline: 153 } }],
    ...queues.map((q) => [`queue:${q.id}`, q]),
    ...queues.flatMap((q) => Array.from({ length: 30 }, (_, n) => [`quarter:${q.id}@${String(n)}`, quarter(q.id, 30 - n, Math.round(12 + 9 * Math.sin(n / 4)), n % 5 === 0 ? 3 : 1)])),
    ...Array.from({ length: agents }, (_, n) => [`agent:a${String(n)}`, agent(n)]),
    ...contacts.map((c) => [`interaction:${c.id}`, c]),
  ]);
}

const why = { rule: "longest_idle", waited_s: 41, eligible: ["a1", "a2"], passed_over: { a3: "not_responding", a4: "in wrap-up", a5: "needs refunds 3, has 1" }, eligible_count: 2, passed_over_count: 3, ahead: 1, needs: { english: 2 }, slack_s: -11, reasons: {} };
const story = Object.fromEntries(events.map((event, n) => [`event:${String(n)}`, event.type === "Offered" ? { ...event, data: { agent: "a1", why } } : event]));
function contact(more: Partial<InteractionView> = {}): Record<string, unknown> {
  const ended = { id: "r0", segment: "s1", started_at: ago(400), paused: false, pauses: [], ended_at: ago(300), length_s: 100, sha256: "0".repeat(64), error: null };
  const view = interaction("talking", { place: null });
  return { interaction: { ...view, segments: view.segments.map((s) => ({ ...s, agent: "a0" })), recordings: [ended], legs: [], ...more }, ...story };
}
const waiting = { state: "queued", segments: [], recordings: [], place: { queue: "sales", since: ago(40), entered_at: ago(40), priority: 3, front: false, kept_for: null, kept_until: null }, outlook: { position: 2, waiting: 7, expected_s: 61, handling_s: 200, agents: 4 } };
const monitored = (mode: string, listening = true) => ({ monitors: [{ id: "m1", segment: "s1", supervisor: "sue", mode, listening, started_at: ago(9) }] });
const candidates = { interaction_id: "i2", queue: "sales", at: ago(0), waiting: true, ahead: 1, rule: "longest_idle", at_once: 1, needs: { english: 2 }, kept_for: null, slack_s: 3, next_change: null, eligible: [{ agent: "a1", merit: "idle for 200 s" }], passed_over: [{ agent: "a2", reason: "on_break" }, { agent: "a5", reason: "needs refunds 3, has 1" }], reasons: {} };

export function floorScenes(): Record<string, Scene> {
  const world = (more: Partial<World> = {}): Partial<World> => ({ session: sue(), floor: floor(500), answers: { "/candidates": candidates }, ...more });
  const wide = { width: 1920, height: 1080 };
  return {
    "floor-all": { path: "/floor", world: world() },
    "floor-alarms": { path: "/floor", world: world({ floor: { ...floor(500), ...ALARMS } }), act: async (page) => { await page.locator("[data-test=alarms] [aria-expanded]").click(); } },
    "floor-empty": { path: "/floor", world: world({ floor: { centre: { waiting: 0, live: 0, agents: { available: 0, busy: 0, wrap_up: 0, on_break: 0, not_responding: 0, offline: 0 } } } }) },
    "floor-forbidden": { path: "/floor", world: { session: session() } },
    "floor-queue": { path: "/floor/queue/sales", world: world() },
    "floor-agent": { path: "/floor/agent/a0", world: world() },
    "floor-gone": { path: "/floor/contact/gone", world: world() },
    "floor-contact": { path: "/floor/contact/i1", world: world({ contact: contact(monitored("whisper")) }), act: async (page) => { await page.locator("summary").first().click(); } },
    "floor-barge": { path: "/floor/contact/i1", world: world({ contact: contact(monitored("listen")) }), act: async (page) => { await page.locator("[data-test=monitor] button").nth(2).click(); } },
    "floor-no-phone": { path: "/floor/contact/i1", world: world({ session: sue(null), contact: contact() }) },
    "floor-waiting": { path: "/floor/contact/i2", world: world({ contact: contact(waiting) }), act: async (page) => { await page.locator("[data-test=candidates] button").first().click(); } },
    "floor-refused": { path: "/floor/contact/i1", world: world({ contact: contact(), refuse: { "POST /interactions": { status: 409, detail: "you are at a contact yourself; your phone has to be free to listen" } } }), act: async (page) => { await page.locator("[data-test=monitor] button").first().click(); } },
    "floor-filter": { path: "/floor", world: world(), act: async (page) => { await page.locator("[data-test=table-agents]").focus(); await page.keyboard.press("/"); await page.keyboard.type("novak"); } },
    "floor-keys": { path: "/floor", world: world(), act: async (page) => { await page.locator("[data-test=table-agents]").focus(); await page.keyboard.press("End"); } },
    "floor-today": { path: "/floor", world: world(), act: async (page) => { const today = page.locator(".today"); if (await today.isVisible()) await today.click(); await page.waitForTimeout(500); } },
    "floor-lost": { path: "/floor", world: world(), act: async (page, cut) => { await cut(); await page.waitForTimeout(6500); } },
    "wall-alarms": { path: "/floor?wall=1", viewport: wide, world: world({ floor: { ...floor(500), ...ALARMS } }) },
    "wall": { path: "/floor?wall=1", world: world() },
    "wall-hd": { path: "/floor?wall=1", viewport: wide, world: world() },
    "wall-old": { path: "/floor?wall=1", viewport: wide, world: world(), act: async (page, cut) => { await cut(); await page.waitForTimeout(6500); } },
  };
}
