// The extension's backend, over the session of whoever is logged in. Nothing else is ever asked, and only on Superset's own address.
import { authentication } from "@apache-superset/core";
import { applicationRoot, personHere, sameOrigin } from "../host/page";
import type { Context, Delivery, EventBatch, Format, ModelDifference, ModelOverview, ModelVersion, Rows, Run, RunSummary, Schedule, ScheduleOrder, SchedulePreview } from "../types";
import { offline, outdated, Problem, problemOf } from "./problem";

export const BASE = "/extensions/analytics-agent/ask";
const SECONDS = 25;

export interface Question {
  question: string;
  database: string;
  continues?: string | null;
  schema?: string | null;
}

export interface RunPage {
  analyses: RunSummary[];
  next: string | null;
}

interface Options {
  method?: "GET" | "POST" | "DELETE";
  body?: unknown;
  key?: string;
  signal?: AbortSignal;
  seconds?: number;
}

export class Api {
  private token: Promise<string> | null = null;

  constructor(private readonly root: string = applicationRoot()) {}

  /** Keeps drafts of different people apart. */
  get person(): string {
    return personHere();
  }

  /** A file or picture of a document, whose paths begin with /v1. */
  address(path: string): string {
    return `${this.root}${BASE}${path.replace(/^\/v1(?=\/)/, "")}`;
  }

  /** A dashboard, dataset or chart as this browser reaches it. */
  superset(address: string | null): string | null {
    return sameOrigin(address);
  }

  context(database: number | null, schema: string | null, signal?: AbortSignal): Promise<Context> {
    const query = new URLSearchParams();
    if (database !== null) query.set("database_id", String(database));
    if (schema) query.set("schema", schema);
    return this.json(`/context${tail(query)}`, { signal });
  }

  /** The same key is the same run, however often this is sent. */
  ask(asked: Question, key: string, signal?: AbortSignal): Promise<Run> {
    const body = { question: asked.question, database: asked.database, ...(asked.continues ? { continue: asked.continues } : {}), ...(asked.schema ? { schema: asked.schema } : {}) };
    return this.json("/analyses", { method: "POST", body, key, signal });
  }

  runs(before: string | null = null, limit = 30, signal?: AbortSignal): Promise<RunPage> {
    const query = new URLSearchParams({ view: "summary", limit: String(limit) });
    if (before) query.set("before", before);
    return this.json(`/analyses${tail(query)}`, { signal });
  }

  run(id: string, signal?: AbortSignal): Promise<Run> {
    return this.json(`/analyses/${part(id)}`, { signal });
  }

  events(id: string, after: number, wait: number, signal?: AbortSignal): Promise<EventBatch> {
    return this.json(`/analyses/${part(id)}/events?after=${after}&wait=${wait}`, { signal, seconds: wait + SECONDS });
  }

  rows(id: string, result: string, offset: number, limit: number, signal?: AbortSignal): Promise<Rows> {
    return this.json(`/analyses/${part(id)}/results/${part(result)}?offset=${offset}&limit=${limit}`, { signal });
  }

  model(database: string, signal?: AbortSignal): Promise<ModelOverview> {
    return this.json(`/databases/${part(database)}/semantic-model/overview`, { signal });
  }

  /** The newest first. */
  modelVersions(database: string, signal?: AbortSignal): Promise<{ versions: ModelVersion[] }> {
    return this.json(`/databases/${part(database)}/semantic-model/versions`, { signal });
  }

  /** What is different in the version `to` from the version `from`. */
  modelDifferences(database: string, from: number, to: number, signal?: AbortSignal): Promise<{ changes: ModelDifference[] }> {
    return this.json(`/databases/${part(database)}/semantic-model/versions/${from}/changes?against=${to}`, { signal });
  }

  /** The model as a picture, for an image. */
  modelPicture(database: string, theme: "light" | "dark"): string {
    return this.address(`/v1/databases/${part(database)}/semantic-model/picture.svg?theme=${theme}`);
  }

  cancel(id: string): Promise<Run> {
    return this.json(`/analyses/${part(id)}/cancel`, { method: "POST" });
  }

  /** Let the statement run that waits: the one that was seen, and no other. */
  approve(id: string, approval: string): Promise<Run> {
    return this.json(`/analyses/${part(id)}/approve`, { method: "POST", body: { approval } });
  }

  reject(id: string, approval: string, note: string): Promise<Run> {
    return this.json(`/analyses/${part(id)}/reject`, { method: "POST", body: note ? { approval, note } : { approval } });
  }

  answer(id: string, text: string): Promise<Run> {
    return this.json(`/analyses/${part(id)}/answer`, { method: "POST", body: { text } });
  }

  /** Let a run that was stopped at a budget go on; without a limit with the one it has. */
  raiseBudget(id: string, limit: { usd?: number; tokens?: number }): Promise<Run> {
    return this.json(`/analyses/${part(id)}/budget`, { method: "POST", body: limit });
  }

  /** All of them, page by page. */
  async schedules(signal?: AbortSignal): Promise<Schedule[]> {
    const found: Schedule[] = [];
    for (let tail = ""; ; ) {
      const page = await this.json<{ schedules: Schedule[]; next: string | null }>(`/schedules${tail}`, { signal });
      found.push(...page.schedules);
      if (!page.next) return found;
      tail = `?before=${encodeURIComponent(page.next)}`;
    }
  }

  schedule(id: string, signal?: AbortSignal): Promise<Schedule> {
    return this.json(`/schedules/${part(id)}`, { signal });
  }

  previewSchedule(order: ScheduleOrder, signal?: AbortSignal): Promise<SchedulePreview> {
    return this.json("/schedules/preview", { method: "POST", body: order, signal });
  }

  makeSchedule(order: ScheduleOrder, key: string): Promise<Schedule> {
    return this.json("/schedules", { method: "POST", body: order, key });
  }

  pauseSchedule(id: string, note: string): Promise<Schedule> {
    return this.json(`/schedules/${part(id)}/pause`, { method: "POST", body: note.trim() ? { note } : {} });
  }

  resumeSchedule(id: string): Promise<Schedule> {
    return this.json(`/schedules/${part(id)}/resume`, { method: "POST" });
  }

  runSchedule(id: string): Promise<Schedule> {
    return this.json(`/schedules/${part(id)}/run`, { method: "POST" });
  }

  async deleteSchedule(id: string): Promise<void> {
    await this.request(`/schedules/${part(id)}`, { method: "DELETE" });
  }

  async deliver(id: string, to: string[]): Promise<Delivery[]> {
    return (await this.json<{ deliveries: Delivery[] }>(`/analyses/${part(id)}/deliveries`, { method: "POST", body: { to } })).deliveries;
  }

  /** A file, to be saved under that name. Errors are told here, and not as a page of JSON in a new tab. */
  async save(path: string, name: string): Promise<void> {
    const response = await this.request(path.replace(/^\/v1(?=\/)/, ""), { seconds: 120 });
    const address = URL.createObjectURL(await response.blob());
    const link = Object.assign(document.createElement("a"), { href: address, download: name });
    link.click();
    window.setTimeout(() => URL.revokeObjectURL(address), 60_000);
  }

  saveReport(run: Run, format: Format): Promise<void> {
    return this.save(`/analyses/${part(run.id)}/report.${format}`, `${slug(run.question)}-${run.id}.${format}`);
  }

  private async json<T>(path: string, options: Options = {}): Promise<T> {
    const response = await this.request(path, options);
    try {
      return (await response.json()) as T;
    } catch {
      throw response.redirected ? await problemOf(response) : outdated();
    }
  }

  private async request(path: string, options: Options): Promise<Response> {
    const first = await this.send(path, options);
    if (first.ok && !loggedOut(first)) return first;
    // After a new login the page's token is of a session that is over: a new one is asked for, once.
    if (first.status === 400 && options.method && (await problemOf(first)).kind === "session") {
      this.token = this.freshToken();
      const second = await this.send(path, options);
      if (second.ok && !loggedOut(second)) return second;
      throw await problemOf(second);
    }
    throw await problemOf(first);
  }

  private async send(path: string, { method = "GET", body, key, signal, seconds = SECONDS }: Options): Promise<Response> {
    const headers: Record<string, string> = { Accept: "application/json" };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (key) headers["Idempotency-Key"] = key;
    if (method !== "GET") headers["X-CSRFToken"] = await this.csrf();
    const limit = new AbortController();
    const stop = () => limit.abort();
    const timer = window.setTimeout(stop, seconds * 1000);
    signal?.addEventListener("abort", stop);
    if (signal?.aborted) stop();
    try {
      return await fetch(`${this.root}${BASE}${path}`, {
        method,
        headers,
        body: body === undefined ? undefined : JSON.stringify(body),
        credentials: "same-origin",
        cache: "no-store",
        signal: limit.signal,
      });
    } catch (error) {
      if (signal?.aborted) throw error;
      throw offline();
    } finally {
      window.clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
    }
  }

  private async csrf(): Promise<string> {
    this.token ??= Promise.resolve(authentication.getCSRFToken()).then(
      (token) => token ?? this.freshToken(),
      () => this.freshToken(),
    );
    try {
      return await this.token;
    } catch (error) {
      this.token = null;
      throw error;
    }
  }

  private async freshToken(): Promise<string> {
    let response: Response;
    try {
      response = await fetch(`${this.root}/api/v1/security/csrf_token/`, { credentials: "same-origin", cache: "no-store" });
    } catch {
      throw offline();
    }
    if (!response.ok || loggedOut(response)) throw await problemOf(response);
    return ((await response.json()) as { result: string }).result;
  }
}

function loggedOut(response: Response): boolean {
  return response.redirected && /\/login\/?(\?|$)/.test(response.url);
}

function part(id: string): string {
  return encodeURIComponent(id);
}

function tail(query: URLSearchParams): string {
  const text = query.toString();
  return text ? `?${text}` : "";
}

/** A file's name out of a sentence, in any script. */
function slug(text: string): string {
  const words = text.normalize("NFKC").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "");
  return [...words].slice(0, 60).join("").replace(/-+$/, "") || "report";
}

/** Any error as a Problem: what is none of ours is a mistake of the panel's. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem("unknown", "Something went wrong in this panel", "Your questions and answers are safe.", "Reload the page. If it stays, tell an administrator.");
}

export function newKey(): string {
  return typeof crypto.randomUUID === "function" ? crypto.randomUUID() : [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
