// Made by scripts/types from the models of the API and of the live feed. Change those, and run
// `scripts/types --write`.

export interface AccountBody {
  id?: string | null;
  name: string;
  role: "agent" | "supervisor" | "manager" | "admin" | "auditor";
  agent?: string | null;
  queues?: string[];
  language?: "en" | "zh-CN" | null;
  enabled?: boolean;
  password?: string | null;
  has_password?: boolean | null;
  must_change?: boolean | null;
}

export interface AccountList {
  versions: Record<string, string>;
  items: AccountView[];
}

export interface AccountView {
  id: string;
  name: string;
  role: "agent" | "supervisor" | "manager" | "admin" | "auditor";
  agent: string | null;
  queues: string[];
  language: "en" | "zh-CN" | null;
  enabled: boolean;
  has_password: boolean;
  must_change: boolean;
}

export interface AgentCounts {
  available: number;
  on_break: number;
  not_responding: number;
  busy: number;
  wrap_up: number;
  offline: number;
}

export interface AgentList {
  items: AgentView[];
}

export interface AgentView {
  id: string;
  name: string;
  extension: string;
  enabled: boolean;
  status: "offline" | "available" | "on_break" | "not_responding";
  reason: string | null;
  by: string | null;
  pending: "offline" | "available" | "on_break" | null;
  pending_reason: string | null;
  pending_by: string | null;
  since: string | null;
  queues: string[];
  skills: Record<string, number>;
  capacity: number;
  free: number | null;
  busy_with: string;
  phone: "registered" | "unregistered" | "unknown";
}

export interface AlarmList {
  items: AlarmView[];
}

export interface AlarmView {
  id: string;
  threshold: string;
  name: string;
  queue: string;
  metric: Metric;
  value: number | null;
  above: number | null;
  below: number | null;
  clear: number;
  severity: Severity;
  since: string;
  acknowledged_by: string | null;
  acknowledged_at: string | null;
}

export interface AliveView {
  status: string;
}

export interface AssignBody {
  agent: string;
  wait_s?: number;
}

export interface AuditList {
  items: AuditView[];
  more: boolean;
}

export interface AuditView {
  code: string | null;
  params: Record<string, string | number | SaidView> | null;
  id: number;
  at: string;
  who: string;
  role: string;
  address: string;
  action: string;
  subject: string;
  outcome: "done" | "refused";
  detail: string;
  change: ChangeView | null;
}

export interface CallBody {
  number: string;
  queue: string;
  as?: string | null;
  agent?: string;
}

export interface CandidatesView {
  interaction_id: string | null;
  queue: string;
  at: string;
  waiting: boolean;
  ahead: number;
  rule: string;
  at_once: number;
  needs: Record<string, number>;
  kept_for: string | null;
  slack_s: number;
  next_change: string | null;
  eligible: EligibleView[];
  passed_over: PassedOverView[];
  reasons: Record<string, number>;
}

export interface CentreView {
  name: string;
  timezone: string;
}

export interface ChangeView {
  kind: string;
  id: string;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
}

export interface ChangedEntry {
  section: string;
  id: string;
  fields: FieldChange[];
}

export interface CloseMessage {
  feed: string;
}

export interface ColleagueView {
  id: string;
  name: string;
  extension: string;
  queues: string[];
  status: string;
  free: boolean;
}

export interface ConsultView {
  id: string;
  segment: string;
  kind: string;
  party: string;
  phase: string;
  started_at: string;
}

export interface CustomerBody {
  name?: string;
  note?: string;
  language?: string;
}

export interface CustomerContact {
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
  yours: boolean;
}

export interface CustomerHistoryList {
  items: CustomerContact[];
  more: boolean;
  before: string | null;
}

export interface CustomerList {
  items: CustomerView[];
}

export interface CustomerView {
  id: string;
  name: string;
  note: string;
  language: string;
  created_at: string;
  version: number;
  identities: IdentityView[];
  merged: MergedView[];
}

export interface DeclineBody {
  reason?: string;
}

export interface DeskInteraction {
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
  reason: string | null;
  flow: string | null;
  flow_step: string | null;
  place: PlaceView | null;
  outlook: OutlookView | null;
  offers: OfferView[];
  segments: SegmentView[];
  consult: ConsultView | null;
  monitors: MonitorView[];
  recordings: RecordingView[];
  voicemails: VoicemailView[];
  legs: LegView[];
  version: number | null;
  my_segment: string | null;
}

export interface DidBody {
  id?: string | null;
  flow: string;
  name?: string | "";
}

export interface DidList {
  versions: Record<string, string>;
  items: DidView[];
}

export interface DidView {
  id: string;
  flow: string;
  name: string | "";
}

export interface DirectoryQueueView {
  id: string;
  name: string;
  dispositions: string[];
  disposition_required: boolean;
}

export interface DirectoryReasonView {
  id: string;
  name: string;
  counts_as: string;
}

export interface DirectoryView {
  agents: ColleagueView[];
  queues: DirectoryQueueView[];
  reasons: DirectoryReasonView[];
  numbers: OurNumberView[];
}

export interface DispositionBody {
  code: string;
  notes?: string | null;
}

export interface Done {
  ok: true;
}

export interface EligibleView {
  agent: string;
  merit: string;
}

export interface EndedMessage {
  code?: string | null;
  params?: Record<string, string | number | SaidView> | null;
  feed: string | null;
  status: number;
  detail: string;
}

export interface EntryRef {
  section: string;
  id: string;
}

export interface Envelope {
  subject: string;
  sender: string;
  to?: string[];
  cc?: string[];
  reply_to?: string | null;
  message_id?: string;
  references?: string[];
}

export interface EventList {
  items: EventView[];
}

export interface EventView {
  type: string;
  at: string;
  data: Record<string, unknown>;
}

export interface EvidenceIdentityView {
  kind: "phone" | "email" | "account" | "wechat" | "device";
  value: string;
}

export interface ExtendBody {
  by_s: number;
}

export interface FieldChange {
  field: string;
  before: unknown;
  after: unknown;
}

export interface FieldProblem {
  code?: string | null;
  params?: Record<string, string | number | SaidView> | null;
  path: string;
  message: string;
}

export interface File {
  id: string;
  name: string;
  media_type: string;
  size: number;
  inline?: boolean;
  kind?: "file";
}

export interface FloorAgent {
  id: string;
  name: string;
  extension: string;
  enabled: boolean;
  status: "offline" | "available" | "on_break" | "not_responding";
  reason: string | null;
  by: string | null;
  pending: "offline" | "available" | "on_break" | null;
  pending_reason: string | null;
  pending_by: string | null;
  since: string | null;
  queues: string[];
  skills: Record<string, number>;
  capacity: number;
  free: number | null;
  busy_with: string;
  phone: "registered" | "unregistered" | "unknown";
  load: "free" | "offered" | "on_contact" | "held" | "wrap_up";
  load_since: string | null;
  interactions: string[];
}

export interface FloorCentre {
  waiting: number;
  live: number;
  agents: AgentCounts;
}

export interface FloorInteraction {
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
  agent: string | null;
  phase: string | null;
  since: string;
  priority: number;
  recording: boolean;
  monitors: number;
}

export interface FloorQuarter {
  queue: string;
  from: string;
  offered: number;
  answered: number;
  abandoned: number;
}

export interface FloorQueue {
  id: string;
  name: string;
  target_s: number;
  waiting: number;
  longest_since: string | null;
  expected_s: number | null;
  agents: AgentCounts;
  open: number;
  today: QueueDay;
}

export interface FlowList {
  items: FlowView[];
}

export interface FlowView {
  id: string;
}

export interface IdentityBody {
  kind: "phone" | "email" | "account" | "wechat" | "device";
  value: string;
}

export interface IdentityView {
  kind: "phone" | "email" | "account" | "wechat" | "device";
  value: string;
  since: string;
  source: "arrival" | "person" | "site";
  verified: boolean;
  customer: string;
}

export interface InteractionList {
  items: InteractionSummary[];
  more: boolean;
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

export interface InteractionView {
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
  reason: string | null;
  flow: string | null;
  flow_step: string | null;
  place: PlaceView | null;
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

export interface LanguageBody {
  language: "en" | "zh-CN" | null;
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

export interface LiveQueueView {
  id: string;
  name: string;
  dispositions: string[];
  disposition_required: boolean;
  waiting: number;
}

export interface LiveReasonView {
  id: string;
  name: string;
  counts_as: string;
  order: number;
}

export interface Location {
  latitude: number;
  longitude: number;
  name?: string;
  kind?: "location";
}

export interface MergeBody {
  customer: string;
  words: string;
  identity?: IdentityBody | null;
  contact?: string | null;
}

export interface MergeList {
  items: MergeView[];
}

export interface MergeView {
  id: string;
  at: string;
  by: string;
  customer: string;
  into: string;
  words: string;
  identity: EvidenceIdentityView | null;
  contact: string | null;
  undone_at: string | null;
  undone_by: string;
  undone_why: string;
}

export interface MergedView {
  id: string;
  name: string;
  into: string;
}

export interface MessageBody {
  id: string;
  text: string;
}

export interface MessageList {
  items: MessageView[];
}

export interface MessageView {
  id: string;
  number: number;
  author: string;
  agent: string | null;
  at: string;
  parts: (Text | Rich | File | QuickReplies | Location)[];
  note: boolean;
  delivery: string | null;
  problem: string | null;
  envelope: Envelope | null;
}

export type Metric = "waiting" | "longest_wait_s" | "expected_wait_s" | "available_agents" | "service_level" | "abandoned_ratio";

export interface ModeBody {
  mode: MonitorMode;
}

export interface MonitorBody {
  mode?: MonitorMode;
}

export type MonitorMode = "listen" | "whisper" | "barge";

export interface MonitorView {
  id: string;
  segment: string;
  supervisor: string;
  mode: string;
  listening: boolean;
  started_at: string;
}

export interface MoveBody {
  queue: string;
  anyway?: boolean;
}

export interface NewPasswordBody {
  old: string;
  new: string;
}

export interface NewTokenView {
  id: string;
  name: string;
  role: string;
  agent: string | null;
  created_at: string;
  expires_at: string | null;
  token: string;
}

export interface OfferList {
  items: OfferView[];
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

export interface OpenMessage {
  feed: string;
}

export interface Opened {
  ok: true;
  feed: string;
  epoch: string;
  number: number;
  now: number;
  entities: Record<string, unknown>;
}

export interface Option {
  id: string;
  title: string;
}

export interface OurNumberView {
  number: string;
  name: string;
}

export interface OutlookView {
  position: number;
  waiting: number;
  expected_s: number | null;
  handling_s: number;
  agents: number;
}

export interface PassedOverView {
  agent: string;
  reason: string;
}

export interface PauseView {
  since: string;
  until: string | null;
}

export interface PhoneAnswer {
  ok: true;
  holder: string | null;
}

export interface PhoneHolder {
  holder: string | null;
}

export interface PhoneMessage {
  tab: string;
  take: boolean;
}

export interface PhoneSheet {
  agent: string;
  name: string;
  extension: string;
  password: string;
  domain: string;
  registrars: RegistrarView[];
  codecs: string[];
  url: string | null;
}

export interface PhoneView {
  extension: string;
  uri: string;
  display_name: string;
  realm: string;
  ha1: string | null;
  url: string | null;
  transport: "ws" | "wss";
  nailed_up: boolean;
  ice_servers: (Record<string, unknown>)[];
  lab: boolean;
}

export interface PlaceView {
  queue: string;
  since: string;
  entered_at: string;
  priority: number;
  front: boolean;
  kept_for: string | null;
  kept_until: string | null;
}

export interface PreviewBody {
  id?: string | null;
  name: string;
  strategy?: "longest_idle" | "round_robin" | "best_skill" | "ring_all" | "last_agent" | "fewest_active";
  priority?: number;
  skills?: Record<string, number>;
  rings?: RingBody[];
  offer_s?: number;
  retry_after_s?: number;
  wrap_up_s?: number;
  wrap_up_extension_s?: number;
  disposition_required?: boolean;
  reconnect_s?: number;
  units?: number;
  record?: boolean;
  announce_recording?: boolean;
  music?: string | null;
  max_wait_s?: number | null;
  max_length?: number | null;
  nobody_s?: number | null;
  closing_ends_waits?: boolean;
  overflow?: Record<string, string>;
  redial_s?: number | null;
  last_agent_days?: number;
  last_agent_s?: number;
  handling_s?: number;
  target_s?: number;
  schedule?: string | null;
  dispositions?: string[];
  caller_id?: string | null;
  warning?: string | null;
  agents?: string[] | null;
}

export interface PriorityBody {
  priority: number;
}

export interface Problem {
  code?: string | null;
  params?: Record<string, string | number | SaidView> | null;
  title: string;
  status: number;
  detail: string;
  errors?: FieldProblem[] | null;
}

export interface ProfileBody {
  id?: string | null;
  name: string;
  extension: string;
  queues?: string[];
  skills?: Record<string, number>;
  capacity?: number;
  ceilings?: Record<string, number>;
  address?: string | null;
  nailed_up?: boolean;
  enabled?: boolean;
  phone_password?: string | null;
  has_phone_password?: boolean | null;
}

export interface ProfileList {
  versions: Record<string, string>;
  items: ProfileView[];
}

export interface ProfileView {
  id: string;
  name: string;
  extension: string;
  queues: string[];
  skills: Record<string, number>;
  capacity: number;
  ceilings: Record<string, number>;
  address: string | null;
  nailed_up: boolean;
  enabled: boolean;
  has_phone_password: boolean;
}

export interface PromptList {
  versions: Record<string, string>;
  items: PromptView[];
}

export interface PromptView {
  name: string;
  kind: "file" | "speech";
  languages: string[];
  length_s: number | null;
  takes: TakeView[];
  queues: string[];
  flows: string[];
}

export interface Push {
  feed: string;
  epoch: string;
  number: number;
  now: number;
  put: Record<string, unknown>;
  drop: string[];
}

export interface QueueBody {
  id?: string | null;
  name: string;
  strategy?: "longest_idle" | "round_robin" | "best_skill" | "ring_all" | "last_agent" | "fewest_active";
  priority?: number;
  skills?: Record<string, number>;
  rings?: RingBody[];
  offer_s?: number;
  retry_after_s?: number;
  wrap_up_s?: number;
  wrap_up_extension_s?: number;
  disposition_required?: boolean;
  reconnect_s?: number;
  units?: number;
  record?: boolean;
  announce_recording?: boolean;
  music?: string | null;
  max_wait_s?: number | null;
  max_length?: number | null;
  nobody_s?: number | null;
  closing_ends_waits?: boolean;
  overflow?: Record<string, string>;
  redial_s?: number | null;
  last_agent_days?: number;
  last_agent_s?: number;
  handling_s?: number;
  target_s?: number;
  schedule?: string | null;
  dispositions?: string[];
  caller_id?: string | null;
  warning?: string | null;
}

export interface QueueDay {
  since: string;
  offered: number;
  answered: number;
  answered_within: number;
  abandoned: number;
  short_abandoned: number;
  overflowed: number;
  failed: number;
  service_level: Record<string, number | null>;
  average_speed_of_answer_s: number | null;
}

export interface QueueList {
  versions: Record<string, string>;
  items: QueueView[];
}

export interface QueuePreview {
  candidates: CandidatesView;
  warnings: WarningView[];
}

export interface QueueView {
  id: string;
  name: string;
  strategy: "longest_idle" | "round_robin" | "best_skill" | "ring_all" | "last_agent" | "fewest_active";
  priority: number;
  skills: Record<string, number>;
  rings: RingBody[];
  offer_s: number;
  retry_after_s: number;
  wrap_up_s: number;
  wrap_up_extension_s: number;
  disposition_required: boolean;
  reconnect_s: number;
  units: number;
  record: boolean;
  announce_recording: boolean;
  music: string | null;
  max_wait_s: number | null;
  max_length: number | null;
  nobody_s: number | null;
  closing_ends_waits: boolean;
  overflow: Record<string, string>;
  redial_s: number | null;
  last_agent_days: number;
  last_agent_s: number;
  handling_s: number;
  target_s: number;
  schedule: string | null;
  dispositions: string[];
  caller_id: string | null;
  warning: string | null;
}

export interface QuickReplies {
  text: string;
  options: Option[];
  kind?: "quick_replies";
}

export interface ReadyView {
  status: string;
  checks: Record<string, string>;
}

export interface ReasonBody {
  id?: string | null;
  name: string;
  order?: number;
  counts_as?: "break" | "work";
}

export interface ReasonList {
  versions: Record<string, string>;
  items: ReasonView[];
}

export interface ReasonView {
  id: string;
  name: string;
  order: number;
  counts_as: "break" | "work";
}

export interface RecordingList {
  items: RecordingView[];
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

export interface Refused {
  code?: string | null;
  params?: Record<string, string | number | SaidView> | null;
  ok: false;
  status: number;
  detail: string;
}

export interface RegistrarView {
  transport: string;
  host: string;
  port: number;
}

export interface Rich {
  html: string;
  text: string;
  quoted_from?: number | null;
  kind?: "rich";
}

export interface RingBody {
  after_s: number;
  skills?: Record<string, number>;
}

export interface SaidView {
  words: string;
  code: string;
  params: Record<string, string | number | SaidView>;
}

export interface SavedAccountView {
  id: string;
  name: string;
  role: "agent" | "supervisor" | "manager" | "admin" | "auditor";
  agent: string | null;
  queues: string[];
  language: "en" | "zh-CN" | null;
  enabled: boolean;
  has_password: boolean;
  must_change: boolean;
  password: string | null;
}

export interface SavedProfileView {
  id: string;
  name: string;
  extension: string;
  queues: string[];
  skills: Record<string, number>;
  capacity: number;
  ceilings: Record<string, number>;
  address: string | null;
  nailed_up: boolean;
  enabled: boolean;
  has_phone_password: boolean;
  phone_password: string | null;
}

export interface SavedPromptView {
  name: string;
  kind: "file" | "speech";
  languages: string[];
  length_s: number | null;
  takes: TakeView[];
  queues: string[];
  flows: string[];
  loudness_db: number | null;
  warnings: string[];
}

export interface ScheduleBody {
  id?: string | null;
  timezone?: string;
  week?: Record<string, string[]>;
  holidays?: Record<string, string[]>;
}

export interface ScheduleList {
  versions: Record<string, string>;
  items: ScheduleView[];
}

export interface ScheduleView {
  id: string;
  timezone: string;
  week: Record<string, string[]>;
  holidays: Record<string, string[]>;
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
  away_s: number;
  reconnects: number;
  wrap_up_s: number;
  wrap_up_until: string | null;
  disposition_required: boolean;
  disposition: string | null;
  notes: string | null;
}

export interface SessionBody {
  name: string;
  password: string;
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

export interface SetupBody {
  prune?: boolean;
  dry_run?: boolean;
}

export interface SetupDiff {
  dry_run: boolean;
  created: EntryRef[];
  changed: ChangedEntry[];
  removed: EntryRef[];
  unchanged: EntryRef[];
  warnings: WarningView[];
}

export interface SetupKind {
  version: string;
}

export type Severity = "warning" | "critical";

export interface SignInBody {
  status?: "available" | "on_break";
  reason?: string | null;
}

export interface SignOutBody {
  when?: "after" | "now";
}

export interface SpokenBody {
  text: string;
  language: string;
}

export interface StatusBody {
  status: "available" | "on_break";
  reason?: string | null;
  when?: "after" | "now";
}

export interface TakeView {
  language: string | null;
  kind: "file" | "speech";
  text: string | null;
  length_s: number | null;
}

export interface Target {
  agent?: string | null;
  queue?: string | null;
  number?: string | null;
}

export interface Text {
  text: string;
  kind?: "text";
}

export interface ThresholdBody {
  id?: string | null;
  name?: string | "";
  queue?: string;
  metric: Metric;
  above?: number | null;
  below?: number | null;
  clear: number;
  for_s?: number;
  severity?: Severity;
  enabled?: boolean;
}

export interface ThresholdList {
  versions: Record<string, string>;
  items: ThresholdView[];
}

export interface ThresholdView {
  id: string;
  name: string | "";
  queue: string;
  metric: Metric;
  above: number | null;
  below: number | null;
  clear: number;
  for_s: number;
  severity: Severity;
  enabled: boolean;
}

export interface TokenBody {
  name: string;
  role: "agent" | "supervisor" | "manager" | "admin" | "auditor";
  agent?: string | null;
  expires_at?: string | null;
}

export interface TokenList {
  items: TokenView[];
}

export interface TokenView {
  id: string;
  name: string;
  role: string;
  agent: string | null;
  created_at: string;
  expires_at: string | null;
}

export interface TransferBody {
  to: Target;
  wait_s?: number;
  anyway?: boolean;
}

export interface UndoMergeBody {
  why: string;
}

export interface UndoneView {
  kind: string;
  id: string;
  removed: boolean;
}

export interface VoicemailView {
  mailbox: string;
  length_s: number;
  left_at: string;
}

export interface WarningView {
  code: string | null;
  params: Record<string, string | number | SaidView> | null;
  path: string;
  message: string;
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

/** Everything that the audit may name as done or refused. */
export type Action =
  | "DELETE /api/v1/accounts/<id>"
  | "DELETE /api/v1/agent-profiles/<id>"
  | "DELETE /api/v1/customers/<id>/identities"
  | "DELETE /api/v1/dids/<id>"
  | "DELETE /api/v1/interactions/<id>/monitor"
  | "DELETE /api/v1/prompts/<name>"
  | "DELETE /api/v1/queues/<id>"
  | "DELETE /api/v1/reasons/<id>"
  | "DELETE /api/v1/schedules/<id>"
  | "DELETE /api/v1/session"
  | "DELETE /api/v1/thresholds/<id>"
  | "DELETE /api/v1/tokens/<id>"
  | "GET /api/v1/accounts"
  | "GET /api/v1/accounts/<id>"
  | "GET /api/v1/agent-profiles"
  | "GET /api/v1/agent-profiles/<id>"
  | "GET /api/v1/agents"
  | "GET /api/v1/agents/<id>"
  | "GET /api/v1/alarms"
  | "GET /api/v1/audit"
  | "GET /api/v1/customers"
  | "GET /api/v1/customers/<id>"
  | "GET /api/v1/customers/<id>/history"
  | "GET /api/v1/customers/<id>/merges"
  | "GET /api/v1/dids"
  | "GET /api/v1/dids/<id>"
  | "GET /api/v1/directory"
  | "GET /api/v1/flows"
  | "GET /api/v1/interactions"
  | "GET /api/v1/interactions/<id>"
  | "GET /api/v1/interactions/<id>/candidates"
  | "GET /api/v1/interactions/<id>/customer"
  | "GET /api/v1/interactions/<id>/events"
  | "GET /api/v1/interactions/<id>/messages"
  | "GET /api/v1/interactions/<id>/recordings"
  | "GET /api/v1/interactions/<id>/recordings/<recording_id>"
  | "GET /api/v1/offers"
  | "GET /api/v1/prompts"
  | "GET /api/v1/prompts/<name>"
  | "GET /api/v1/prompts/<name>/audio"
  | "GET /api/v1/queues"
  | "GET /api/v1/queues/<id>"
  | "GET /api/v1/queues/<id>/candidates"
  | "GET /api/v1/queues/<id>/outlook"
  | "GET /api/v1/reasons"
  | "GET /api/v1/reasons/<id>"
  | "GET /api/v1/reports/cdr"
  | "GET /api/v1/reports/queues"
  | "GET /api/v1/schedules"
  | "GET /api/v1/schedules/<id>"
  | "GET /api/v1/session"
  | "GET /api/v1/setup"
  | "GET /api/v1/thresholds"
  | "GET /api/v1/thresholds/<id>"
  | "GET /api/v1/tokens"
  | "GET /api/v1/tokens/<id>"
  | "POST /api/v1/agent-profiles/<id>/phone"
  | "POST /api/v1/agents/<id>/sign-in"
  | "POST /api/v1/agents/<id>/sign-out"
  | "POST /api/v1/alarms/<id>/acknowledge"
  | "POST /api/v1/audit/<id>/undo"
  | "POST /api/v1/calls"
  | "POST /api/v1/customers/<id>/identities"
  | "POST /api/v1/customers/<id>/merges"
  | "POST /api/v1/customers/<id>/merges/<merge_id>/undo"
  | "POST /api/v1/interactions/<id>/assign"
  | "POST /api/v1/interactions/<id>/consult"
  | "POST /api/v1/interactions/<id>/consult/cancel"
  | "POST /api/v1/interactions/<id>/consult/complete"
  | "POST /api/v1/interactions/<id>/consult/join"
  | "POST /api/v1/interactions/<id>/consult/swap"
  | "POST /api/v1/interactions/<id>/hang-up"
  | "POST /api/v1/interactions/<id>/hold"
  | "POST /api/v1/interactions/<id>/messages"
  | "POST /api/v1/interactions/<id>/monitor"
  | "POST /api/v1/interactions/<id>/move"
  | "POST /api/v1/interactions/<id>/notes"
  | "POST /api/v1/interactions/<id>/reconnect"
  | "POST /api/v1/interactions/<id>/recording/pause"
  | "POST /api/v1/interactions/<id>/recording/resume"
  | "POST /api/v1/interactions/<id>/resume"
  | "POST /api/v1/interactions/<id>/take-over"
  | "POST /api/v1/interactions/<id>/transfer"
  | "POST /api/v1/interactions/<id>/wrap-up/end"
  | "POST /api/v1/interactions/<id>/wrap-up/extend"
  | "POST /api/v1/offers/<offer_id>/accept"
  | "POST /api/v1/offers/<offer_id>/decline"
  | "POST /api/v1/prompts/preview"
  | "POST /api/v1/queues/preview"
  | "POST /api/v1/session"
  | "POST /api/v1/tokens"
  | "PUT /api/v1/accounts/<id>"
  | "PUT /api/v1/agent-profiles/<id>"
  | "PUT /api/v1/agents/<id>/status"
  | "PUT /api/v1/customers/<id>"
  | "PUT /api/v1/dids/<id>"
  | "PUT /api/v1/interactions/<id>/disposition"
  | "PUT /api/v1/interactions/<id>/monitor"
  | "PUT /api/v1/interactions/<id>/priority"
  | "PUT /api/v1/prompts/<name>"
  | "PUT /api/v1/queues/<id>"
  | "PUT /api/v1/reasons/<id>"
  | "PUT /api/v1/schedules/<id>"
  | "PUT /api/v1/session/language"
  | "PUT /api/v1/session/password"
  | "PUT /api/v1/setup"
  | "PUT /api/v1/thresholds/<id>"
  | "close"
  | "connect"
  | "open desk"
  | "open directory"
  | "open floor"
  | "open interaction"
  | "open setup"
  | "phone"
  | "tandem account recover";

/** Every sentence that the server says, by its code: the names of the values in it. */
export interface Sentences {
  above_or_below: never;
  account_changed: "account";
  account_needs_agent: never;
  agent_at_contact: "agent";
  agent_before_break: never;
  agent_busy: never;
  agent_cannot_be_given: "agent" | "reason";
  agent_cannot_take: "agent" | "reason";
  agent_connecting: never;
  agent_disabled: "agent";
  agent_gone: "agent";
  agent_had_offer: "agent";
  agent_has_account: "account" | "agent";
  agent_has_customer: "agent";
  agent_has_offer: "agent";
  agent_is_disabled: never;
  agent_is_there: never;
  agent_lacks_channel: "channel";
  agent_lacks_units: "has" | "units";
  agent_me: never;
  agent_not_responding: never;
  agent_not_visible: "agent";
  agent_not_yours: "agent";
  agent_offline: never;
  agent_on_break: never;
  agent_own_only: never;
  agent_state_forbids: "agent" | "command" | "status";
  agent_unknown: never;
  agent_until_available: "status";
  agent_until_enabled: never;
  alarm_not_visible: "alarm";
  alarm_over: "alarm";
  and_more: "more" | "one";
  and_next: "next" | "one";
  audit_and_more: "detail" | "more";
  audit_hidden: never;
  audit_language_changed: never;
  audit_may_not: never;
  audit_no_change: "row";
  audit_no_header: never;
  audit_no_such_name: never;
  audit_old_password_wrong: never;
  audit_opens_nothing: never;
  audit_other_site: never;
  audit_password_changed: never;
  audit_password_set: never;
  audit_row_unknown: "row";
  audit_too_many_wrong: never;
  audit_undid: "row";
  audit_version_old: never;
  audit_wrong_password: never;
  body_too_long: "limit";
  bool_parsing: never;
  bool_type: never;
  both_at_phone: never;
  changed_again: "id" | "kind";
  clear_above: "most";
  clear_below: "least";
  closing_needs_schedule: never;
  connect_first: never;
  connect_password_first: never;
  connect_sign_in: never;
  connect_too_many: never;
  connect_too_many_guesses: never;
  consult_answered: "consult";
  consult_open: never;
  consult_open_swap: never;
  consult_over: "consult";
  consult_rings: "party";
  consulted_only_hang_up: never;
  contact_does_not_wait: "contact" | "state";
  contact_in_no_queue: "contact";
  contact_in_no_queue_name_one: "contact";
  contact_moved: "contact";
  contact_not_visible: "contact";
  contact_not_visible_feed: "contact";
  contact_offered: "agent" | "contact";
  contact_state_forbids: "command" | "state";
  contact_unknown: "command" | "contact";
  cookies_many: never;
  crashed: never;
  crashed_feed: never;
  crashed_live: never;
  customer_by_one: never;
  customer_changed: never;
  customer_identities_many: "most";
  customer_merge_self: never;
  customer_merged_already: "customer";
  customer_not_visible: "customer";
  customer_not_with_yours: "contact";
  customer_not_yours: never;
  customer_unmerged_already: never;
  database_away: "text";
  database_slow: never;
  date_wrong: "day";
  datetime_from_date_parsing: never;
  datetime_object_invalid: never;
  datetime_parsing: never;
  datetime_type: never;
  day_unknown: "day";
  desk_agents_only: never;
  desk_needs_agent: never;
  dict_type: never;
  did_you_mean: "name" | "what";
  disposition_final: "segment";
  disposition_first: "contact" | "known" | "queue";
  disposition_missing: never;
  disposition_unknown: "known" | "queue";
  entries_below_id: never;
  entry_wrong: "fields";
  enum: "expected";
  evidence_contact: never;
  evidence_identity: never;
  extension_taken: "agent" | "extension";
  extra_forbidden: never;
  feed_unknown: never;
  feed_unknown_names: never;
  feeds_too_fast: never;
  feeds_too_many: "limit";
  fields_below: never;
  fields_wrong: "fields";
  finite_number: never;
  float_parsing: never;
  float_type: never;
  from_0: never;
  from_0_to_1: never;
  greater_than: "gt";
  greater_than_equal: "ge";
  half_character: never;
  header_missing: "header";
  held_at_phone: never;
  id_differs: "id" | "path";
  id_misfit: "id" | "pattern";
  id_not_key: "id";
  id_pattern: "pattern";
  identity_account: never;
  identity_device: never;
  identity_email: never;
  identity_not_his: never;
  identity_of_another: never;
  identity_phone: never;
  identity_wechat: never;
  in_no_wrap_up: never;
  in_use: "by" | "id" | "kind";
  in_use_document: "by";
  int_from_float: never;
  int_parsing: never;
  int_parsing_size: never;
  int_type: never;
  known_are: "known" | "what";
  language_unknown: never;
  language_unspoken: never;
  last_admin: "account";
  last_admin_token: never;
  leave_out: "what";
  leg_used: "leg";
  less_than: "lt";
  less_than_equal: "le";
  list_type: never;
  listener_busy: never;
  listens_already: "supervisor";
  literal_error: "expected";
  live_event_unknown: never;
  message_wrong: "fields" | "wrong";
  metrics_local: never;
  missing: never;
  model_attributes_type: never;
  model_type: never;
  monitor_over: "monitor";
  music_unknown: "music";
  named_twice: "names";
  needed: never;
  never_beyond: never;
  never_offered: never;
  never_open: "schedule";
  news_missed: never;
  no_agent: never;
  no_consult: never;
  no_field: never;
  no_json: never;
  no_json_object: never;
  no_json_type: never;
  no_phone_number: never;
  no_restriction: never;
  no_right: "method" | "rule";
  no_secrets: "agent";
  no_section: never;
  no_sound_type: never;
  no_way_out: never;
  nobody_serves: never;
  none_of_yours_had_it: never;
  not_held_at_phone: never;
  not_in_wrap_up: "segment";
  not_listening: "contact";
  not_recorded: never;
  nothing_to_hear: never;
  number_barred: never;
  number_not_bool: never;
  number_unreadable: never;
  number_wrong: never;
  of_contact: "contact" | "reason";
  offer_not_yours: "offer";
  offer_over: "offer";
  offer_past_target: "offer" | "target";
  offered_after: "after";
  one_target: never;
  other_site: never;
  other_site_sign_in: never;
  overflow_circle: "way";
  overflow_self: never;
  own_account_changed: never;
  own_music: "name";
  own_page_only: never;
  page_file_gone: never;
  password_changed: never;
  password_first: never;
  password_is_name: never;
  password_old_wrong: never;
  password_one_character: never;
  password_same: never;
  password_short: "least";
  password_too_long: "limit";
  phone_back: "segment";
  phone_elsewhere: "address" | "agent";
  phone_password_gone: never;
  phone_without_password: "agent";
  prompt_empty: "prompt";
  prompt_no_language: "known" | "language" | "prompt";
  prompt_unavailable: "text";
  queue_closed: never;
  queue_full: never;
  queue_nobody: never;
  queue_nobody_free: "queue";
  queue_not_visible: "queue";
  queue_not_yours: "queue";
  queue_not_yours_call: "known" | "queue";
  queue_shut: "queue" | "reason";
  queue_unknown: "queue";
  reason_unknown: "known";
  reconnect_off: never;
  recording_gone: "recording" | "why";
  recording_not_here: "prompt";
  recording_refused: "text";
  recording_runs: "recording";
  recording_unknown: "contact" | "recording";
  required_needs_dispositions: never;
  rights_changed: never;
  ring_harder: "skills";
  ring_never: "limit";
  rings_order: "after" | "before";
  role_may_not: "known" | "role";
  role_may_not_open: "role" | "what";
  segment_over: "segment";
  setup_changed: never;
  sign_in_busy: "wait";
  sign_in_first: never;
  sign_in_wrong: never;
  signed_in_disable: "agent";
  signed_in_keep_enabled: never;
  signed_in_remove: "agent";
  signed_out: never;
  skills_beyond_all: "asked" | "fate";
  skills_unreadable: never;
  sound_too_long: "limit";
  span_backwards: "span";
  span_wrong: "day" | "end" | "start";
  spans_overlap: "first" | "second";
  status_undeclarable: "status";
  string_pattern_mismatch: "pattern";
  string_too_long: "max_length";
  string_too_short: "min_length";
  string_type: never;
  string_unicode: never;
  supervisor_at_contact: "supervisor";
  supervisor_phone_rings: never;
  switch_failed: "text";
  text_or_recording: never;
  three_way: never;
  threshold_not_visible: "threshold";
  time_unreadable: "text";
  timezone_aware: never;
  token_agent_unknown: "agent";
  token_expired: never;
  token_expired_already: never;
  token_needs_agent: never;
  token_no_session: never;
  token_no_token: never;
  token_stays_revoked: never;
  token_unknown: never;
  too_long: "max_length";
  too_many_changes: "wait";
  too_many_guesses: "wait";
  too_many_passwords: "wait";
  too_short: "min_length";
  tuple_type: never;
  units_beyond_all: "most" | "units";
  unknown_customer: "customer";
  unknown_entry: "id" | "kind";
  unknown_flow: "known" | "name";
  unknown_merge: "merge";
  unknown_name: "known" | "name";
  unknown_queue: "known" | "queue";
  unknown_threshold_queue: "every" | "known" | "queue";
  use_account: "id";
  use_agent: "id";
  use_flow: "id";
  use_himself: never;
  use_interaction: "id";
  use_last_admin: never;
  use_last_token: never;
  use_queue: "id";
  use_threshold: "id";
  use_token: "name";
  version_gone: "id" | "kind";
  version_old: "id" | "kind";
  voice_not_written: never;
  wait_below_target: "target";
  wrap_up_longest: "limit";
  year_wrong: never;
  zone_unknown: never;
}
