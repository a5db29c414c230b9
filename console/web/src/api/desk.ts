/** What an agent does, by name. All throw Refusal. */
import { call, part } from "./client";
import type { AgentView, InteractionView } from "./types";

export type Target = { agent: string } | { queue: string } | { number: string };
export type Declared = "available" | "on_break";
export type ConsultVerb = "swap" | "join" | "complete" | "cancel";

const on = (id: string, verb: string): string => `/interactions/${part(id)}/${verb}`;
const act = (id: string, verb: string, body: object = {}): Promise<InteractionView> => call("POST", on(id, verb), body);

export const accept = (offer: string): Promise<unknown> => call("POST", `/offers/${part(offer)}/accept`, {});
export const decline = (offer: string): Promise<unknown> => call("POST", `/offers/${part(offer)}/decline`, {});

export const hold = (id: string) => act(id, "hold");
export const resume = (id: string) => act(id, "resume");
/** His phone is back and has lost its call: ring it, to answer by itself. */
export const reconnect = (id: string) => act(id, "reconnect");
export const hangUp = (id: string) => act(id, "hang-up");
export const transfer = (id: string, to: Target, anyway = false) => act(id, "transfer", { to, ...(anyway ? { anyway } : {}) });
export const consult = (id: string, whom: Target) => act(id, "consult", whom);
export const consulting = (id: string, verb: ConsultVerb) => act(id, `consult/${verb}`);
export const recording = (id: string, verb: "pause" | "resume") => act(id, `recording/${verb}`);
export const extendWrapUp = (id: string, by_s: number) => act(id, "wrap-up/extend", { by_s });
export const endWrapUp = (id: string) => act(id, "wrap-up/end");
export const dispose = (id: string, code: string, notes: string | null): Promise<InteractionView> =>
  call("PUT", on(id, "disposition"), { code, notes });
export const dial = (number: string, queue: string, as: string | null): Promise<InteractionView> =>
  call("POST", "/calls", { number, queue, ...(as ? { as } : {}) });

export const signIn = (status: Declared): Promise<AgentView> => call("POST", "/agents/me/sign-in", { status });
export const signOut = (when: "after" | "now"): Promise<AgentView> => call("POST", "/agents/me/sign-out", { when });
export const setStatus = (status: Declared, reason: string | null, when: "after" | "now"): Promise<AgentView> =>
  call("PUT", "/agents/me/status", { status, when, ...(reason ? { reason } : {}) });
