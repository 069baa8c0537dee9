// The JSON that the extension's backend gives: the API's own documents (docs/openapi.json), and the context of the person who asks.

export type RunStatus =
  | "queued"
  | "running"
  | "needs_input"
  | "needs_approval"
  | "succeeded"
  | "refused"
  | "failed"
  | "cancelled"
  | "over_budget";

const FINISHED: ReadonlySet<RunStatus> = new Set<RunStatus>(["succeeded", "refused", "failed", "cancelled", "over_budget"]);

export function finished(status: RunStatus): boolean {
  return FINISHED.has(status);
}

export type Cell = string | number | boolean | null;

export interface Figure {
  shown: string;
  value: Cell;
  unit: string | null;
  result: string;
  expression: string;
  row: number | null;
  column: string | null;
}

export interface Claim {
  heading: string;
  text: string;
  figures: Figure[];
  finding: string | null;
}

export interface Column {
  name: string;
  label: string;
  type: string;
  unit: string | null;
  format: string;
  decimals: number | null;
  metric: string | null;
}

export interface Query {
  id: string;
  title: string;
  sql: string;
  sql_as_run: string;
  source: string;
  tables: string[];
  predicates: string[];
  rows: number;
  milliseconds: number;
  findings: { rule: string; severity: string; message: string; hint: string }[];
  columns: Column[];
  truncated: boolean;
  inputs: string[];
  method: string;
  why_not_metrics?: string;
  /** Of SQL that a person vouches for: the question that it answers, by whom and since when. */
  verified?: { question: string; by: string; on: string } | null;
  /** The governed metrics that it stands on, as they were defined when it ran. */
  definitions?: Definition[];
  /** Who let it run although it was over the limit. */
  approval?: string;
}

/** A governed metric and who vouches for it; `status` is certified, reviewed or unreviewed. */
export interface Definition {
  metric: string;
  label: string;
  text: string;
  formula: string;
  status: string;
  by: string;
  details: string;
  owners: string[];
}

/** A semantic model as far as the reader may see it; `splits` says of each dataset what its metrics can be split by. */
export interface ModelPage {
  name: string;
  description: string;
  owners: string[];
  status: string;
  by: string;
  details: string;
  datasets: { name: string; source: string; description: string; grain: string; key: string[]; time: string | null; fields: number; owners: string[]; is_bridge: boolean }[];
  relationships: { name: string; many: string; one: string }[];
  metrics: ModelMetric[];
  splits: Record<string, { name: string; label: string; dataset: string }[]>;
}

export interface ModelMetric extends Omit<Definition, "metric"> {
  name: string;
  dataset: string;
  synonyms: string[];
  unit: string | null;
  caveats: string[];
}

/** `model` is null where the database has none; `in_part`: what the reader may not see is left out of it. */
export interface ModelOverview {
  database: string;
  in_part: boolean;
  model: ModelPage | null;
}

/** A semantic model that was made to serve. Without a `digest` it was taken away; `source` says from where it came. */
export interface ModelVersion {
  number: number;
  serves: boolean;
  set_at: string;
  by: string;
  source: string;
  note: string;
  digest: string;
}

export interface ModelDifference {
  kind: "added" | "removed" | "changed";
  what: string;
  part: string;
  was: string;
  now: string;
  bears_on: "numbers" | "reading" | "words";
}

export interface Finding {
  id: string;
  operation: string;
  title: string;
  result: string;
  inputs: string[];
  parameters: Record<string, unknown>;
  method: string;
  caveats: string[];
}

export interface Refused {
  reason: string;
  missing: string;
  looked_in: string[];
  instead: string[];
  elsewhere?: { database: string; found: string[]; question: string }[];
}

export interface Clarification {
  question: string;
  readings: string[];
  answer: string | null;
}

/** A statement over the limit. `needs` is who may approve it; `decision` is null while it waits. */
export interface Approval {
  id: string;
  title: string;
  sql: string;
  estimate: { rows_read: number | null; rows: number | null; cost: number | null; scans: string[] };
  limit: number;
  why: string;
  instead: string;
  needs: "asker" | "admin";
  asked_at: string;
  decision: "approved" | "rejected" | null;
  by: string;
  note: string;
  decided_at: string | null;
}

export interface Chart {
  title: string;
  subtitle: string;
  alt: string;
  notes: string[];
  result: string;
  url: string;
}

export interface Published {
  uuid: string;
  id: number;
  title: string;
  url: string;
}

export interface Usage {
  turns: number;
  input_tokens: number;
  output_tokens: number;
  cache_read_tokens: number;
  cache_write_tokens: number;
  cost_usd: number;
  seconds: number;
  model_seconds: number;
  warehouse_seconds: number;
}

export type DeliveryState = "waiting" | "sent" | "held" | "failed" | "uncertain";

export interface Delivery {
  id?: string;
  recipient: string;
  state: DeliveryState;
  reason: string | null;
  changed_at: string | null;
}

/** Which budget stopped a run: its own, its owner's of the day, or everybody's. `raise_to` is null where its reader cannot raise it. */
export interface Stopped {
  pool: "run" | "person" | "installation";
  unit: "usd" | "tokens";
  limit: number | null;
  used: number | null;
  needs: number | null;
  raise_to: number | null;
}

/** A run as the API shows it. Fields that came later are optional: an older API does not send them. */
export interface Run {
  id: string;
  status: RunStatus;
  reason: string | null;
  /** Whose it is where it was opened by somebody else's link: then it can be read, and nothing else. */
  asked_by?: string | null;
  question: string;
  database: string;
  model: string;
  as_of: string | null;
  asked_at: string;
  finished_at: string | null;
  answer: { summary: string; claims: Claim[] } | null;
  primary: string | null;
  queries: Query[];
  report: { html: string | null; pdf: string | null; charts?: Chart[] };
  report_failure: string | null;
  superset: { dashboard_url: string | null; datasets: Published[]; charts: Published[]; failure: string | null };
  usage: Usage;
  refusal: Refused | null;
  clarification: Clarification | null;
  /** The statement that waits to be approved. */
  approval?: Approval | null;
  findings: Finding[];
  headline: string | null;
  caveats: string[];
  /** How the answer was made: what the model was shown, where that was not everything. */
  notices?: string[];
  not_answered: string[];
  readings: string[];
  deliveries?: Delivery[];
  schedule?: { id: string | null; due: string | null; replays: string } | null;
  budget?: { tokens: number | null; usd: number | null } | null;
  /** Put together without a model from what was found until a budget stopped the run. */
  partial?: boolean;
  stopped?: Stopped | null;
}

/** A run as a list shows it: `view=summary`. `dashboard_url` is missing in what an older API sends: whole runs. */
export interface RunSummary extends Pick<Run, "id" | "status" | "reason" | "question" | "headline" | "database" | "asked_at" | "finished_at" | "schedule"> {
  report: { html: string | null; pdf: string | null };
  dashboard_url?: string | null;
  superset?: { dashboard_url: string | null };
}

/** Progress; the data of each kind is described in domain/event.py. */
export interface RunEvent {
  seq: number;
  at: string;
  kind: string;
  step: string | null;
  data: Record<string, unknown>;
}

export interface EventBatch {
  events: RunEvent[];
  next: number;
  status: RunStatus;
  /** "short": too many wait already, so ask again after `retry_after` seconds. */
  poll?: "short";
  retry_after?: number;
}

/** Rows of a stored result, from `offset` on. */
export interface Rows {
  id: string;
  title: string;
  columns: { name: string; label: string; type: string; unit: string | null }[];
  rows: Cell[][];
  total: number;
  offset?: number;
  truncated: boolean;
}

/** A database that this person may ask about. `superset_id` is its number in Superset. */
export interface Database {
  name: string;
  superset_id: number | null;
  governed: boolean;
  dialect: string;
  /** Questions that it is known to answer; only for somebody who may read all of it. */
  examples?: string[];
  /** The versions of its semantic model may be seen: by an administrator who may read all of it. */
  versions?: boolean;
}

/** Who asks, and what of. `database` is null where the editor's database cannot be asked; `reason` says why. */
export interface Context {
  user: { name: string; id?: number };
  database: Database | null;
  reason?: "not_connected" | "no_rights" | null;
  databases: Database[];
  model?: string | null;
  can_publish?: boolean;
  can_mail?: boolean;
  version?: string;
}

export type Every = "day" | "weekday" | "week" | "month" | "quarter" | "year";
export type PeriodUnit = "day" | "week" | "month" | "quarter" | "year";
export type Format = "html" | "pdf";

export interface Timing {
  time_zone: string;
  cron: string | null;
  every: Every | null;
  at: string;
  on: number;
  month: number;
}

export interface Due {
  at: string;
  local: string;
  period: string | null;
}

export interface ScheduleOrder {
  analysis: string;
  timing: Partial<Timing> & { time_zone: string };
  name?: string;
  recipients?: string[];
  formats?: Format[];
  publish?: boolean;
  moves_by?: PeriodUnit | "fixed";
}

/** What a schedule would do; nothing is made. */
export interface SchedulePreview {
  name: string;
  question: string;
  database: string;
  analysis: string;
  timing: Timing;
  when: string;
  moves_by: PeriodUnit | "fixed";
  why: string;
  next: Due[];
  policies: { moves: string; overlap: string; catch_up: string };
  warnings: string[];
}

export interface Made {
  id: string;
  status: RunStatus;
  reason: string | null;
  scheduled_for: string | null;
  finished_at: string | null;
  question: string;
  headline: string | null;
  report: { html: string | null; pdf: string | null };
}

export interface Schedule {
  id: string;
  owner: string;
  name: string;
  question: string;
  database: string;
  analysis: string;
  timing: Timing;
  when: string;
  moves_by: PeriodUnit | "fixed";
  recipients: string[];
  formats: Format[];
  publish: boolean;
  overlap: string;
  catch_up_hours: number;
  policies: { moves: string; overlap: string; catch_up: string };
  created_at: string;
  /** The note with which it was paused; null while it is not. */
  paused: string | null;
  next: Due[];
  runs: Made[];
  warnings: string[];
}
