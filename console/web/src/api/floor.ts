/** What a supervisor does, by name. All throw Refusal. */
import { call, part } from "./client";
import type { AgentView, AlarmView, CandidatesView, InteractionList, InteractionView } from "./types";

export type MonitorMode = "listen" | "whisper" | "barge";

const on = (id: string, verb: string): string => `/interactions/${part(id)}/${verb}`;

/** His phone rings; asked again, who hears him changes. */
export const monitor = (id: string, mode: MonitorMode): Promise<InteractionView> => call("POST", on(id, "monitor"), { mode });
export const stopMonitor = (id: string): Promise<InteractionView> => call("DELETE", on(id, "monitor"));
export const takeOver = (id: string): Promise<InteractionView> => call("POST", on(id, "take-over"), {});

export const prioritise = (id: string, priority: number): Promise<InteractionView> => call("PUT", on(id, "priority"), { priority });
export const move = (id: string, queue: string, anyway = false): Promise<InteractionView> =>
  call("POST", on(id, "move"), { queue, ...(anyway ? { anyway } : {}) });
export const assign = (id: string, agent: string): Promise<InteractionView> => call("POST", on(id, "assign"), { agent });

export const acknowledge = (alarm: string): Promise<AlarmView> => call("POST", `/alarms/${part(alarm)}/acknowledge`);

export const candidates = (id: string): Promise<CandidatesView> => call("GET", on(id, "candidates"));
export const candidatesOf = (queue: string): Promise<CandidatesView> => call("GET", `/queues/${part(queue)}/candidates`);
/** Where the browser finds the sound; the server notes who heard it. */
export const soundOf = (id: string, recording: string): string => `/api/v1/interactions/${part(id)}/recordings/${part(recording)}`;

export const setStatus = (agent: string, status: "available" | "on_break", reason: string | null, when: "after" | "now"): Promise<AgentView> =>
  call("PUT", `/agents/${part(agent)}/status`, { status, when, ...(reason === null ? {} : { reason }) });
export const signOut = (agent: string, when: "after" | "now"): Promise<AgentView> => call("POST", `/agents/${part(agent)}/sign-out`, { when });

/** Contacts of a queue or an agent since then, oldest first. */
export const contactsOf = (kind: "queue" | "agent", id: string, since: string): Promise<InteractionList> =>
  call("GET", `/interactions?limit=1000&${kind}=${part(id)}&since=${part(since)}`);
