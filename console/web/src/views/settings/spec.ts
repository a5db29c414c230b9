import type { Key } from "@/i18n";

/** Where the choices of a field come from: a list of the API, or something the page knows. */
export type Source = "queues" | "agents" | "schedules" | "flows" | "music" | "zones" | "skills";
export type Control =
  | "text" | "number" | "switch" | "choice" | "suggest" | "many" | "skills" | "lines" | "ceilings"
  | "rings" | "overflow" | "week" | "holidays";

export interface Field {
  name: string;
  control: Control;
  /** A choice among these, each with a text of its own. */
  values?: readonly string[];
  /** A choice among entries. */
  from?: Source;
  /** May be nothing, which is sent as null. */
  optional?: boolean;
  unit?: "s" | "days" | "units";
  min?: number;
  max?: number;
  step?: number;
  needed?: boolean;
}

export interface Kind {
  /** In addresses and texts. */
  name: KindName;
  /** Below /api/v1. */
  path: string;
  /** As the audit calls it. */
  audited: string;
  groups: readonly { name: GroupName; fields: readonly Field[] }[];
  /** A new one. */
  blank: Readonly<Record<string, unknown>>;
  /** Fields of the answer that are never sent back. */
  readOnly: readonly string[];
  /** Why an id has the form it has. */
  numbered?: boolean;
}

export type KindName = "queues" | "agents" | "schedules" | "dids" | "accounts" | "reasons" | "thresholds";
type GroupName =
  | "name" | "order" | "who" | "offers" | "overflow" | "hours" | "sound" | "work" | "phone" | "access" | "holidays" | "alarm";

const seconds = (name: string, more: Partial<Field> = {}): Field => ({ name, control: "number", unit: "s", min: 0, max: 86400, ...more });
const flag = (name: string): Field => ({ name, control: "switch" });
const name: Field = { name: "name", control: "text", needed: true, max: 64 };

export const ROLES = ["agent", "supervisor", "manager", "admin", "auditor"] as const;
export const STRATEGIES = ["longest_idle", "round_robin", "best_skill", "ring_all", "last_agent", "fewest_active"] as const;
export const OVERFLOWS = ["full", "nobody", "closed", "waited"] as const;
export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
const METRICS = ["waiting", "longest_wait_s", "expected_wait_s", "available_agents", "service_level", "abandoned_ratio"] as const;

export const KINDS: Readonly<Record<KindName, Kind>> = {
  queues: {
    name: "queues", path: "/queues", audited: "queue", readOnly: ["id", "warning"],
    blank: {
      name: "", strategy: "longest_idle", priority: 0, skills: {}, rings: [], offer_s: 20, retry_after_s: 15, wrap_up_s: 30,
      wrap_up_extension_s: 0, disposition_required: false, units: 100, record: true, announce_recording: false, music: null,
      max_wait_s: null, max_length: null, nobody_s: null, closing_ends_waits: false, overflow: {}, redial_s: null,
      last_agent_days: 7, last_agent_s: 30, handling_s: 180, target_s: 30, schedule: null, dispositions: [], caller_id: null,
    },
    groups: [
      { name: "name", fields: [name, { name: "caller_id", control: "text", optional: true }] },
      {
        name: "order",
        fields: [
          { name: "priority", control: "number", min: -100, max: 100 }, seconds("target_s", { min: 1 }),
          seconds("redial_s", { min: 1, optional: true }), seconds("handling_s", { min: 1 }),
        ],
      },
      {
        name: "who",
        fields: [
          { name: "strategy", control: "choice", values: STRATEGIES }, { name: "skills", control: "skills" }, { name: "rings", control: "rings" },
          { name: "last_agent_days", control: "number", unit: "days", min: 0, max: 366 }, seconds("last_agent_s", { min: 1 }),
        ],
      },
      {
        name: "offers",
        fields: [
          seconds("offer_s", { min: 1 }), seconds("retry_after_s"), { name: "units", control: "number", unit: "units", min: 1, max: 1000 },
          seconds("wrap_up_s"), seconds("wrap_up_extension_s"), { name: "dispositions", control: "lines" }, flag("disposition_required"),
        ],
      },
      {
        name: "overflow",
        fields: [
          seconds("max_wait_s", { min: 1, optional: true }), { name: "max_length", control: "number", min: 0, max: 100000, optional: true },
          seconds("nobody_s", { optional: true }), { name: "overflow", control: "overflow" },
        ],
      },
      { name: "hours", fields: [{ name: "schedule", control: "choice", from: "schedules", optional: true }, flag("closing_ends_waits")] },
      { name: "sound", fields: [flag("record"), flag("announce_recording"), { name: "music", control: "suggest", from: "music", optional: true }] },
    ],
  },
  agents: {
    name: "agents", path: "/agent-profiles", audited: "agent", readOnly: ["id", "has_phone_password", "phone_password"],
    blank: { name: "", extension: "", queues: [], skills: {}, capacity: 100, ceilings: {}, address: null, nailed_up: false, enabled: true },
    groups: [
      { name: "name", fields: [name, flag("enabled")] },
      {
        name: "work",
        fields: [
          { name: "queues", control: "many", from: "queues" }, { name: "skills", control: "skills" },
          { name: "capacity", control: "number", unit: "units", min: 1, max: 1000 }, { name: "ceilings", control: "ceilings" },
        ],
      },
      { name: "phone", fields: [{ name: "extension", control: "text", needed: true, max: 12 }, flag("nailed_up"), { name: "address", control: "text", optional: true }] },
    ],
  },
  schedules: {
    name: "schedules", path: "/schedules", audited: "schedule", readOnly: ["id"],
    blank: { timezone: "UTC", week: {}, holidays: {} },
    groups: [
      { name: "hours", fields: [{ name: "timezone", control: "suggest", from: "zones", needed: true }, { name: "week", control: "week" }] },
      { name: "holidays", fields: [{ name: "holidays", control: "holidays" }] },
    ],
  },
  dids: {
    name: "dids", path: "/dids", audited: "did", readOnly: ["id"], numbered: true,
    blank: { flow: "", name: "" },
    groups: [{ name: "name", fields: [{ ...name, needed: false }, { name: "flow", control: "suggest", from: "flows", needed: true }] }],
  },
  accounts: {
    name: "accounts", path: "/accounts", audited: "account", readOnly: ["id", "has_password", "must_change"],
    blank: { name: "", role: "agent", agent: null, queues: [], language: null, enabled: true },
    groups: [
      { name: "name", fields: [name, { name: "language", control: "choice", values: ["en", "zh-CN"], optional: true }, flag("enabled")] },
      {
        name: "access",
        fields: [
          { name: "role", control: "choice", values: ROLES }, { name: "agent", control: "choice", from: "agents", optional: true },
          { name: "queues", control: "many", from: "queues" }, { name: "password", control: "text", optional: true },
        ],
      },
    ],
  },
  reasons: {
    name: "reasons", path: "/reasons", audited: "reason", readOnly: ["id"],
    blank: { name: "", order: 0, counts_as: "break" },
    groups: [{ name: "name", fields: [name, { name: "order", control: "number", min: 0, max: 1000 }, { name: "counts_as", control: "choice", values: ["break", "work"] }] }],
  },
  thresholds: {
    name: "thresholds", path: "/thresholds", audited: "threshold", readOnly: ["id"],
    blank: { name: "", queue: "*", metric: "waiting", above: 10, below: null, clear: 7, for_s: 30, severity: "warning", enabled: true },
    groups: [
      { name: "name", fields: [{ ...name, needed: false }, flag("enabled")] },
      {
        name: "alarm",
        fields: [
          { name: "queue", control: "choice", from: "queues" }, { name: "metric", control: "choice", values: METRICS },
          { name: "above", control: "number", min: 0, optional: true }, { name: "below", control: "number", min: 0, optional: true },
          { name: "clear", control: "number", min: 0 }, seconds("for_s"), { name: "severity", control: "choice", values: ["warning", "critical"] },
        ],
      },
    ],
  },
};

/** What else there is in Settings, in the order of the list; `right` shows it. */
export const ENTRIES: readonly { name: string; group: "routing" | "people" | "centre"; right: string }[] = [
  { name: "queues", group: "routing", right: "GET /api/v1/queues" },
  { name: "dids", group: "routing", right: "GET /api/v1/dids" },
  { name: "schedules", group: "routing", right: "GET /api/v1/schedules" },
  { name: "prompts", group: "routing", right: "GET /api/v1/prompts" },
  { name: "agents", group: "people", right: "GET /api/v1/agent-profiles" },
  { name: "skills", group: "people", right: "GET /api/v1/agent-profiles" },
  { name: "reasons", group: "people", right: "GET /api/v1/reasons" },
  { name: "accounts", group: "people", right: "GET /api/v1/accounts" },
  { name: "tokens", group: "people", right: "GET /api/v1/tokens" },
  { name: "thresholds", group: "centre", right: "GET /api/v1/thresholds" },
  { name: "file", group: "centre", right: "GET /api/v1/setup" },
  { name: "audit", group: "centre", right: "GET /api/v1/audit" },
];

export const fieldText = (kind: string, field: string, what: "label" | "help"): Key => `settings.fields.${kind}.${field}.${what}` as Key;
