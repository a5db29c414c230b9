/** What an admin reads and sets up, by name. All throw Refusal. */
import { call, part, worded, type Version } from "./client";
import type { AuditList, PhoneSheet, QueuePreview, SetupDiff, UndoneView, WarningView } from "./types";

/** An entry of any kind: its id and its fields. */
export type Entry = Record<string, unknown> & { id: string };

export const list = async <T = Entry>(path: string): Promise<T[]> => (await call<{ items: T[] }>("GET", path)).items;
/** Entries, and the version of each by its id. */
export interface Versioned<T> { items: T[]; versions: Record<string, string> }
export const versioned = <T = Entry>(path: string): Promise<Versioned<T>> => call("GET", path);
export const put = <T = Entry>(path: string, id: string, body: object, version: Version): Promise<T> =>
  call("PUT", `${path}/${part(id)}`, body, version);
export const remove = (path: string, id: string, version: Version): Promise<unknown> => call("DELETE", `${path}/${part(id)}`, undefined, version);

export const preview = async (queue: object): Promise<QueuePreview> => warned(await call<QueuePreview>("POST", "/queues/preview", queue));
export const newPhone = (agent: string): Promise<PhoneSheet> => call("POST", `/agent-profiles/${part(agent)}/phone`, {});

export type AuditFilter = Partial<Record<"since" | "until" | "who" | "action" | "subject" | "before" | "limit", string | number>>;
export function audit(filter: AuditFilter): Promise<AuditList> {
  const query = Object.entries(filter).flatMap(([key, value]) => (value === "" ? [] : [`${key}=${part(String(value))}`]));
  return call("GET", `/audit?${query.join("&")}`);
}
export const undo = (row: number): Promise<UndoneView> => call("POST", `/audit/${String(row)}/undo`, {});

export const setupFile = (): Promise<Record<string, unknown>> => call("GET", "/setup");
export const applySetup = async (document: object, prune: boolean, dry: boolean): Promise<SetupDiff> =>
  warned(await call<SetupDiff>("PUT", "/setup", { ...document, prune, dry_run: dry }));

/** Its warnings as the page says them. */
const warned = <T extends { warnings: WarningView[] }>(answer: T): T => ({ ...answer, warnings: answer.warnings.map(worded) });
