// The shapes of the API and of the live feed.

export interface FieldProblem {
  path: string;
  message: string;
}

export interface Problem {
  title: string;
  status: number;
  detail: string;
  errors?: FieldProblem[] | null;
}

export interface CentreView {
  timezone: string;
  name: string;
}

export interface PhoneView {
  extension: string;
  uri: string;
  display_name: string;
  realm: string;
  ha1: string | null;
  url: string | null;
  nailed_up: boolean;
  ice_servers: Record<string, unknown>[];
  lab: boolean;
}

export interface SessionView {
  account: string;
  name: string;
  role: "agent" | "supervisor" | "manager" | "admin" | "auditor";
  agent: string | null;
  queues: string[];
  language: "en" | "zh-CN" | null;
  must_change: boolean;
  expires_at: string;
  rights: string[];
  centre: CentreView;
  phone: PhoneView | null;
}

export interface AgentView {
  id: string;
  name: string;
  extension: string;
  enabled: boolean;
  status: "offline" | "available" | "on_break" | "not_responding";
  reason: string | null;
  pending: "offline" | "available" | "on_break" | null;
  pending_reason: string | null;
  since: string | null;
  queues: string[];
  skills: Record<string, number>;
  capacity: number;
  free: number | null;
  busy_with: string;
}

export interface WhyView {
  rule: string;
  waited_s: number;
  eligible: string[];
  passed_over: Record<string, string>;
  eligible_count: number;
  passed_over_count: number;
  ahead: number;
  needs: Record<string, number>;
  slack_s: number | null;
  reasons: Record<string, number>;
}

export interface OfferView {
  id: string;
  interaction_id: string;
  agent: string;
  channel: string;
  queue: string;
  customer_address: string;
  customer_name: string;
  made_at: string;
  expires_at: string;
  accept_requested: boolean;
  why: WhyView;
}

export interface OutlookView {
  position: number;
  waiting: number;
  expected_s: number | null;
  handling_s: number;
  agents: number;
}

export interface SegmentView {
  id: string;
  agent: string;
  queue: string;
  phase: string;
  accepted_at: string;
  connected_at: string | null;
  ended_at: string | null;
  ended_by: string | null;
  talk_s: number;
  hold_s: number;
  holds: number;
  wrap_up_s: number;
  wrap_up_until: string | null;
  disposition_required: boolean;
  disposition: string | null;
  notes: string | null;
}

export interface ConsultView {
  id: string;
  segment: string;
  kind: string;
  party: string;
  phase: string;
  started_at: string;
}

export interface MonitorView {
  id: string;
  segment: string;
  supervisor: string;
  mode: string;
  listening: boolean;
  started_at: string;
}

export interface PauseView {
  since: string;
  until: string | null;
}

export interface RecordingView {
  id: string;
  segment: string;
  started_at: string;
  paused: boolean;
  pauses: PauseView[];
  ended_at: string | null;
  length_s: number | null;
  sha256: string | null;
  error: string | null;
}

export interface VoicemailView {
  mailbox: string;
  length_s: number;
  left_at: string;
}

export interface LegView {
  id: string;
  role: string;
  party: string;
  started_at: string;
  answered_at: string | null;
  ended_at: string | null;
  cause: string | null;
}

export interface InteractionSummary {
  id: string;
  channel: string;
  direction: string;
  state: string;
  open: boolean;
  customer_address: string;
  customer_name: string;
  dialled: string;
  arrived_at: string;
  ended_at: string | null;
  outcome: string | null;
  queue: string | null;
  agents: string[];
  queued_s: number;
}

export interface InteractionView extends InteractionSummary {
  reason: string | null;
  flow: string | null;
  flow_step: string | null;
  outlook: OutlookView | null;
  offers: OfferView[];
  segments: SegmentView[];
  consult: ConsultView | null;
  monitors: MonitorView[];
  recordings: RecordingView[];
  voicemails: VoicemailView[];
  legs: LegView[];
  version: number | null;
}

export interface DeskInteraction extends InteractionView {
  my_segment: string | null;
}

export interface InteractionList {
  items: InteractionSummary[];
  more: boolean;
}

export interface EventView {
  type: string;
  at: string;
  data: Record<string, unknown>;
}

export interface ColleagueView {
  id: string;
  name: string;
  extension: string;
  queues: string[];
  status: string;
  free: boolean;
}

export interface DirectoryQueue {
  id: string;
  name: string;
  dispositions: string[];
  disposition_required: boolean;
  waiting: number;
}

export interface OurNumberView {
  number: string;
  name: string;
}
