/** A server in the test's hands: answers the API and speaks the live feed as the contract has it, for pictures. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { Page, WebSocketRoute } from "playwright-core";

import type { AgentView, ColleagueView, DeskInteraction, LiveQueueView, EventView, OfferView, SessionView } from "../src/api/types";

/** Run in console/web, by `npm run pictures`. */
const STATIC = join(process.cwd(), "../static");
export const ORIGIN = "http://127.0.0.1:9";

export const ago = (s: number): string => new Date(Date.now() - s * 1000).toISOString();

export const session = (more: Partial<SessionView> = {}): SessionView => ({
  account: "ada", name: "Ada Brown", role: "agent", agent: "ada", queues: [], language: null, must_change: false,
  expires_at: ago(-36000),
  rights: ["POST /api/v1/calls"],
  centre: { timezone: "Europe/Berlin", name: "Demo" },
  phone: { extension: "1001", uri: "sip:1001@tandem", display_name: "Ada Brown", realm: "tandem", ha1: null, url: null, transport: "ws", nailed_up: false, ice_servers: [], lab: true },
  ...more,
});

export const me = (more: Partial<AgentView> = {}): AgentView => ({
  id: "ada", name: "Ada Brown", extension: "1001", enabled: true, status: "available", reason: null, by: null, pending: null, pending_reason: null, pending_by: null,
  since: ago(724), queues: ["sales", "support"], skills: { english: 3 }, capacity: 100, free: 100, busy_with: "", phone: "registered", ...more,
});

export const offer = (more: Partial<OfferView> = {}): OfferView => ({
  id: "o1", interaction_id: "i2", agent: "ada", channel: "voice", queue: "sales", customer_address: "+8613800138000", customer_name: "Liu Yang",
  made_at: ago(6), expires_at: ago(-14), accept_requested: false,
  why: { rule: "longest_idle", waited_s: 41, eligible: ["ada", "boris"], passed_over: {}, eligible_count: 2, passed_over_count: 3, ahead: 0, needs: { english: 2 }, slack_s: -11, reasons: {} },
  ...more,
});

const segment = (phase: string): DeskInteraction["segments"][number] => ({
  id: "s1", agent: "ada", queue: "sales", phase, accepted_at: ago(194), connected_at: phase === "connecting" ? null : ago(192),
  ended_at: phase === "wrap_up" ? ago(9) : null, ended_by: phase === "wrap_up" ? "customer" : null, talk_s: 0, hold_s: 0, holds: 0, away_s: 0, reconnects: 0, wrap_up_s: 0,
  wrap_up_until: phase === "wrap_up" ? ago(-21) : null, disposition_required: true, disposition: null, notes: null,
});

export const interaction = (phase: string, more: Partial<DeskInteraction> = {}): DeskInteraction => ({
  id: "i1", channel: "voice", direction: "inbound", state: "connected", open: true, customer_address: "+493012345678", customer_name: "Katharina Müller-Hohenstein",
  dialled: "5000", arrived_at: ago(260), ended_at: null, outcome: null, queue: "sales", agents: ["ada"], queued_s: 48, reason: null, flow: "demo", flow_step: null,
  place: null, outlook: null, offers: [], segments: [segment(phase)], consult: null, monitors: [],
  recordings: phase === "wrap_up" ? [] : [{ id: "r1", segment: "s1", started_at: ago(191), paused: false, pauses: [], ended_at: null, length_s: null, sha256: null, error: null }],
  voicemails: [], legs: [], version: null, my_segment: "s1", ...more,
});

const colleague = (id: string, name: string, status: string, free: boolean): ColleagueView => ({ id, name, extension: `10${String(name.length).padStart(2, "0")}`, queues: ["sales"], status, free });
const queue = (id: string, name: string, waiting: number): LiveQueueView => ({ id, name, dispositions: ["sold", "lost", "call back", "other"], disposition_required: true, waiting });

export const directory: Record<string, unknown> = Object.fromEntries([
  ...[colleague("ada", "Ada Brown", "available", true), colleague("boris", "Boris Lang", "available", true), colleague("chen", "Chen Wei", "available", false), colleague("dana", "Dana Ortiz", "on_break", false), colleague("emil", "Emil Novak", "not_responding", false), colleague("fay", "Fay Winterbottom-Featherstonehaugh", "offline", false)].map((c) => [`agent:${c.id}`, c]),
  ...[queue("sales", "Sales", 3), queue("support", "Support", 0)].map((q) => [`queue:${q.id}`, q]),
  ["number:5000", { number: "5000", name: "Demo centre" }],
]);

export const events: EventView[] = [
  { type: "Arrived", at: ago(260), data: { dialled: "5000" } },
  { type: "FlowStarted", at: ago(260), data: { flow: "demo" } },
  { type: "StepTaken", at: ago(258), data: { step: "welcome", choice: null } },
  { type: "StepTaken", at: ago(245), data: { step: "menu", choice: "1" } },
  { type: "Queued", at: ago(242), data: { queue: "sales" } },
  { type: "Offered", at: ago(230), data: { agent: "emil" } },
  { type: "OfferExpired", at: ago(210), data: { agent: "emil" } },
  { type: "Offered", at: ago(209), data: { agent: "ada" } },
  { type: "OfferAccepted", at: ago(194), data: { agent: "ada" } },
  { type: "LegAnswered", at: ago(194), data: { leg: "x" } },
  { type: "Connected", at: ago(192), data: { agent: "ada" } },
  { type: "Held", at: ago(120), data: {} },
  { type: "Resumed", at: ago(80), data: {} },
];

export interface World {
  session: SessionView | null;
  desk: Record<string, unknown>;
  /** The feed `floor`; without one, it is refused. */
  floor?: Record<string, unknown>;
  /** Of the one contact whose feed differs from the desk's. */
  contact?: Record<string, unknown>;
  /** What GET answers, by the end of its path. */
  answers?: Record<string, unknown>;
  refuse: Record<string, { status: number; detail: string }>;
  /** Requests in order, as METHOD path. */
  asked: string[];
  slow: boolean;
}

/** Let `page` find this world at ORIGIN. Returns a way to cut the live connection. */
export async function give(page: Page, world: World): Promise<{ cut: () => Promise<void> }> {
  const sockets: WebSocketRoute[] = [];
  let away = false;
  await page.route(`${ORIGIN}/**`, async (route) => {
    const url = new URL(route.request().url());
    if (url.pathname.startsWith("/assets/")) {
      const type = url.pathname.endsWith(".css") ? "text/css" : url.pathname.endsWith(".svg") ? "image/svg+xml" : "text/javascript";
      return route.fulfill({ body: readFileSync(join(STATIC, url.pathname)), contentType: type });
    }
    if (url.pathname.startsWith("/live")) return route.abort();
    if (!url.pathname.startsWith("/api/")) {
      const html = readFileSync(join(STATIC, "index.html"), "utf8").replace("__NONCE__", "n0nce");
      return route.fulfill({
        body: html, contentType: "text/html",
        headers: { "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-n0nce'; img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self' ws://127.0.0.1:9; base-uri 'none'; form-action 'self'" },
      });
    }
    const asked = `${route.request().method()} ${url.pathname.slice(7)}`;
    world.asked.push(asked);
    if (world.slow) await new Promise((done) => setTimeout(done, 60_000));
    if (away) return route.abort();
    const refused = Object.entries(world.refuse).find(([path]) => asked.startsWith(path))?.[1];
    if (refused) return route.fulfill({ status: refused.status, json: { title: "No", ...refused } });
    if (asked === "POST /session") world.session = session();
    if (asked.endsWith(" /session")) return world.session ? route.fulfill({ json: world.session }) : route.fulfill({ status: 401, json: { title: "Unauthorized", status: 401, detail: "The name or the password is wrong." } });
    if (/^GET \/interactions\/[^/]+\/customer$/.test(asked)) {
      const identities = [{ kind: "phone", value: "+493012345678", source: "arrival", verified: false, since: ago(260_000), customer: "c1" }];
      return route.fulfill({ json: { id: "c1", name: "Katharina Müller-Hohenstein", note: "Prefers mornings", language: "", created_at: ago(260_000), version: 3, identities, merged: [] } });
    }
    if (asked === "GET /customers/c1/history") {
      const past = { channel: "voice", direction: "inbound", state: "ended", open: false, customer_address: "+493012345678", customer_name: "", dialled: "5000", ended_at: ago(1), agents: [], queued_s: 2 };
      return route.fulfill({ json: { items: [{ ...past, id: "p1", arrived_at: ago(260_000), outcome: "handled", queue: "support" }, { ...past, id: "p2", arrived_at: ago(9000), outcome: "abandoned", queue: "sales" }], more: false, before: null } });
    }
    const answer = Object.entries(world.answers ?? {}).find(([end]) => asked.endsWith(end))?.[1];
    return route.fulfill({ json: answer ?? {} });
  });
  await page.routeWebSocket(/\/live/, (socket) => {
    if (away) return void socket.close();
    sockets.push(socket);
    serve(socket, world);
  });
  return {
    cut: async () => {
      away = true;
      for (const socket of sockets) await socket.close();
    },
  };
}

/** Engine.IO 4 and Socket.IO 5, as much of them as the page needs. */
function serve(socket: WebSocketRoute, world: World): void {
  socket.send(`0${JSON.stringify({ sid: "x", upgrades: [], pingInterval: 25_000, pingTimeout: 20_000, maxPayload: 1e6 })}`);
  socket.onMessage((message) => {
    const text = String(message);
    if (text === "40") return socket.send('40{"sid":"y"}');
    const asked = /^42(\d+)(.*)$/s.exec(text);
    if (!asked) return;
    const [event, data] = JSON.parse(asked[2] ?? "[]") as [string, { feed?: string; tab?: string }];
    socket.send(`43${asked[1] ?? ""}${JSON.stringify([answer(event, data, world)])}`);
  });
}

function answer(event: string, data: { feed?: string; tab?: string }, world: World): object {
  const open = (entities: object) => ({ ok: true, feed: data.feed, epoch: "e", number: 1, now: Date.now() / 1000, entities });
  if (event === "phone") return { ok: true, holder: data.tab };
  if (event !== "open") return { ok: true };
  if (data.feed === "desk") return open(world.desk);
  if (data.feed === "directory") return open(directory);
  if (data.feed === "floor") return world.floor ? open(world.floor) : { ok: false, status: 403, detail: "the role agent may not open floor" };
  if (data.feed === "interaction:gone") return { ok: false, status: 404, detail: "no interaction gone among those you may see" };
  if (data.feed?.startsWith("interaction:") && world.contact) return open(world.contact);
  if (data.feed?.startsWith("interaction:")) return open(Object.fromEntries(events.map((e, n) => [`event:${String(n)}`, e])));
  return { ok: false, status: 404, detail: "no such feed" };
}
