/** Who a customer is, by name. All throw Refusal. */
import { call, part } from "./client";
import type { CustomerBody, CustomerHistoryList, CustomerList, CustomerView, IdentityBody, MergeList, MergeView } from "./types";

const at = (id: string, rest = ""): string => `/customers/${part(id)}${rest}`;
const asked = ({ kind, value }: IdentityBody): string => `kind=${kind}&value=${part(value)}`;

/** Undefined: nothing says whose it is. */
export const customerOf = (interaction: string): Promise<CustomerView | undefined> =>
  call("GET", `/interactions/${part(interaction)}/customer`);
export const customer = (id: string): Promise<CustomerView> => call("GET", at(id));
export const knownBy = (identity: IdentityBody): Promise<CustomerList> => call("GET", `/customers?${asked(identity)}`);
/** All his contacts, newest first. */
export const history = (id: string, before: string | null): Promise<CustomerHistoryList> =>
  call("GET", at(id, `/history?limit=8${before === null ? "" : `&before=${part(before)}`}`));
/** Only if it is still what was seen. */
export const change = (seen: CustomerView, to: CustomerBody): Promise<CustomerView> =>
  call("PUT", at(seen.id), to, String(seen.version));
export const addIdentity = (id: string, identity: IdentityBody): Promise<CustomerView> => call("POST", at(id, "/identities"), identity);
export const removeIdentity = (id: string, identity: IdentityBody): Promise<CustomerView> =>
  call("DELETE", at(id, `/identities?${asked(identity)}`));
export const merges = (id: string): Promise<MergeList> => call("GET", at(id, "/merges"));
export const merge = (into: string, customer: string, words: string, identity: IdentityBody): Promise<MergeView> =>
  call("POST", at(into, "/merges"), { customer, words, identity });
export const undoMerge = (id: string, merge: string, why: string): Promise<MergeView> =>
  call("POST", at(id, `/merges/${part(merge)}/undo`), { why });
