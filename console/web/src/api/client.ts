import { inWords } from "@/i18n/said";

import type { FieldProblem, Problem } from "./types";

/** The server said no, and why, in the page's language. `status` 0: it was not reached. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly detail: string,
    readonly errors: FieldProblem[] = [],
    readonly retryAfter: number | null = null,
  ) {
    super(detail);
  }

  get unreachable(): boolean {
    return this.status === 0;
  }
}

type Method = "GET" | "POST" | "PUT" | "DELETE";

const API = "/api/v1";
const LIMIT_MS = 15_000;

let signedOut: () => void = () => undefined;

/** What happens when the server no longer knows our session. */
export function onSignedOut(act: () => void): void {
  signedOut = act;
}

/** Of an entry, as it was read; with it only that one is changed: another is 412. Null: whatever stands. */
export type Version = string | null;

/** Ask the API. Throws Refusal. */
export async function call<T>(method: Method, path: string, body?: object | Blob, version?: Version): Promise<T> {
  const response = await answered(method, path, body, version);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

/** A sound or another file. Throws Refusal. */
export const fetched = async (method: Method, path: string, body?: object): Promise<Blob> => (await answered(method, path, body)).blob();

async function answered(method: Method, path: string, body?: object | Blob, version: Version = null): Promise<Response> {
  const response = await reach(method, path, body, version);
  if (response.ok) return response;
  const refusal = await refused(response);
  // A wrong password is 401, too, but of nobody who was signed in.
  if (refusal.status === 401 && !path.startsWith("/session")) signedOut();
  throw refusal;
}

async function reach(method: Method, path: string, body: object | Blob | undefined, version: Version): Promise<Response> {
  try {
    return await fetch(API + path, {
      method,
      credentials: "same-origin",
      cache: "no-store",
      // No other site can send this header: it proves that the request is the page's own.
      headers: { "X-Tandem": "1", ...(body ? { "Content-Type": type(body) } : {}), ...(version === null ? {} : { "If-Match": `"${version}"` }) },
      body: body instanceof Blob ? body : body ? JSON.stringify(body) : undefined,
      signal: AbortSignal.timeout(LIMIT_MS),
    });
  } catch (error) {
    throw new Refusal(0, error instanceof Error ? error.message : String(error));
  }
}

const type = (body: object | Blob): string => (body instanceof Blob ? (body.type.split(";")[0] ?? "") : "application/json");

async function refused(response: Response): Promise<Refusal> {
  const after = Number(response.headers.get("Retry-After"));
  const problem = await response.json().catch(() => null) as Partial<Problem> | null;
  const errors = (problem?.errors ?? []).map(worded);
  const params = { ...problem?.params, fields: errors.map(({ message }) => message).join("") };
  return new Refusal(
    response.status,
    inWords({ code: problem?.code, params }, problem?.detail ?? response.statusText),
    errors,
    Number.isFinite(after) && after > 0 ? after : null,
  );
}

/** As the page says it. */
export const worded = <T extends FieldProblem>(one: T): T => ({ ...one, message: inWords(one, one.message) });

/** A part of a path: an id may hold anything. */
export const part = (id: string): string => encodeURIComponent(id);
