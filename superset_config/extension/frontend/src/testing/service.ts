// The extension's backend as the tests see it: answers by method and path, and keeps what was sent.
import { vi } from "vitest";
import type { Approval, Context, Run, RunEvent, RunStatus } from "../types";
import { BASE } from "../api/client";

export interface Sent {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Record<string, string>;
  body: any;
}

type Answer = unknown | ((sent: Sent) => unknown);

export class Failure {
  constructor(
    readonly status: number,
    readonly body: unknown = null,
    readonly options: { redirected?: string } = {},
  ) {}
}

export const UNREACHABLE = new Failure(503, { type: "urn:analytics-agent:service-unreachable", title: "The analytics service does not answer.", status: 503, detail: "Your question is safe.", hint: "Try again in a moment.", retry_after: 5 });
export const LOGGED_OUT = new Failure(401, { msg: "Missing Authorization Header" });

export class Service {
  readonly sent: Sent[] = [];
  private readonly answers = new Map<string, Answer[]>();

  constructor() {
    vi.stubGlobal("fetch", (address: string, init: RequestInit = {}) => this.fetch(address, init));
  }

  /** What "GET /analyses/r1" is answered with, one after the other; the last one stays. */
  on(request: string, ...answers: Answer[]): this {
    this.answers.set(request, answers);
    return this;
  }

  times(request: string): number {
    return this.sent.filter((one) => `${one.method} ${one.path}` === request).length;
  }

  private async fetch(address: string, init: RequestInit): Promise<Response> {
    const url = new URL(address, "http://superset.test");
    const sent: Sent = { method: init.method ?? "GET", path: url.pathname.replace(BASE, ""), query: url.searchParams, headers: (init.headers ?? {}) as Record<string, string>, body: init.body ? JSON.parse(String(init.body)) : undefined };
    this.sent.push(sent);
    const waiting = this.answers.get(`${sent.method} ${sent.path}`);
    if (!waiting) throw new TypeError(`nothing answers ${sent.method} ${sent.path}`);
    const answer = waiting.length > 1 ? waiting.shift() : waiting[0];
    const made = await Promise.race([Promise.resolve(typeof answer === "function" ? (answer as (sent: Sent) => unknown)(sent) : answer), aborted(init.signal)]);
    if (made instanceof Error) throw made;
    const failure = made instanceof Failure ? made : null;
    const body = failure ? failure.body : made;
    const response = new Response(typeof body === "string" ? body : body === null ? null : JSON.stringify(body), { status: failure?.status ?? 200 });
    if (failure?.options.redirected) {
      Object.defineProperty(response, "redirected", { value: true });
      Object.defineProperty(response, "url", { value: failure.options.redirected });
    }
    return response;
  }
}

function aborted(signal?: AbortSignal | null): Promise<never> {
  return new Promise((_, refuse) => {
    const stop = () => refuse(new DOMException("aborted", "AbortError"));
    if (signal?.aborted) stop();
    signal?.addEventListener("abort", stop);
  });
}

/** Never answers, until the request is given up. */
export const SILENCE = () => new Promise<never>(() => undefined);

export function run(change: Partial<Run> = {}): Run {
  return {
    id: "r1", status: "running", reason: null, question: "How many flights were there?", database: "flights", model: "offline", as_of: null,
    asked_at: new Date().toISOString(), finished_at: null, answer: null, primary: null, queries: [], report: { html: null, pdf: null, charts: [] },
    report_failure: null, superset: { dashboard_url: null, datasets: [], charts: [], failure: null },
    usage: { turns: 1, input_tokens: 1, output_tokens: 1, cache_read_tokens: 0, cache_write_tokens: 0, cost_usd: 0.05, seconds: 12, model_seconds: 1, warehouse_seconds: 1 },
    refusal: null, clarification: null, findings: [], headline: null, caveats: [], not_answered: [], readings: [], ...change,
  };
}

export function approval(change: Partial<Approval> = {}): Approval {
  return {
    id: "a1", title: "Flights in rain", sql: "SELECT count(*) FROM flights CROSS JOIN weather", estimate: { rows_read: 8_795_000_000, rows: 1, cost: 9, scans: ["public.flights"] },
    limit: 1_000_000_000, why: "It is expected to go through about 8.8 billion rows of flights × weather; the limit is 1 billion.",
    instead: "Join flights and weather on flights.origin = weather.origin.", needs: "asker", asked_at: "2026-11-23T08:00:00Z", decision: null, by: "", note: "", decided_at: null, ...change,
  };
}

export function answered(change: Partial<Run> = {}): Run {
  return run({
    status: "succeeded",
    headline: "There were 336,776 flights",
    answer: { summary: "There were **336,776** flights.", claims: [{ heading: "", text: "There were **336,776** flights.", figures: [{ shown: "336,776", value: 336776, unit: null, result: "q1", expression: "q1[0].flights", row: 0, column: "flights" }], finding: null }] },
    primary: "q1",
    queries: [{ id: "q1", title: "Flights", sql: "SELECT count(*) AS flights FROM flights", sql_as_run: "SELECT count(*) AS flights FROM flights", source: "metric", tables: ["flights"], predicates: [], rows: 1, milliseconds: 8, findings: [], columns: [], truncated: false, inputs: [], method: "" }],
    report: { html: "/v1/analyses/r1/report.html", pdf: "/v1/analyses/r1/report.pdf", charts: [] },
    ...change,
  });
}

export function event(seq: number, kind: string, step: string | null, data: Record<string, unknown> = {}): RunEvent {
  return { seq, at: "2026-11-23T08:00:00Z", kind, step, data };
}

export function batch(status: RunStatus, ...events: RunEvent[]) {
  return { events, next: events.length ? events[events.length - 1].seq : 0, status };
}

export function context(change: Partial<Context> = {}): Context {
  const flights = { name: "flights", superset_id: 1, governed: true, dialect: "postgres", examples: ["Which carriers were late most often?"] };
  return { user: { id: 7, name: "Ada" }, database: flights, databases: [flights], model: "offline", can_publish: true, ...change };
}
