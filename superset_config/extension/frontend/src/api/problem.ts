// What can go wrong between the panel and the service, as one kind of error that says what to do next.

export type ProblemKind =
  | "offline" // the browser, the network or Superset itself
  | "unreachable" // Superset answers, the analytics service does not
  | "session" // logged out of Superset
  | "forbidden"
  | "missing"
  | "conflict"
  | "invalid"
  | "setup" // an administrator must do something
  | "busy" // more is asked than one may ask; the service says when it may be less
  | "outdated" // this panel and the service do not fit together
  | "unknown";

export interface FieldProblem {
  field: string;
  message: string;
}

/** Seconds: as long as requests are counted together. A longer pause is somebody's to decide on. */
const A_MINUTE = 60;

export class Problem extends Error {
  constructor(
    readonly kind: ProblemKind,
    readonly title: string,
    readonly detail = "",
    readonly hint = "",
    readonly status = 0,
    readonly retryAfter: number | null = null,
    readonly fields: readonly FieldProblem[] = [],
  ) {
    super(title);
  }

  /** Whether the same request can succeed later without anybody's doing. */
  get passing(): boolean {
    return this.kind === "offline" || this.kind === "unreachable" || (this.kind === "busy" && this.retryAfter !== null && this.retryAfter <= A_MINUTE);
  }
}

export function offline(): Problem {
  const here = typeof navigator !== "undefined" && navigator.onLine === false;
  return new Problem("offline", here ? "You are offline" : "Superset does not answer", "Your question is safe.", "It goes on by itself once the connection is back.");
}

export function outdated(): Problem {
  return new Problem("outdated", "This panel and the analytics service do not fit together", "One of them is older than the other.", "Reload the page. If that does not help, an administrator runs `analytics-agent up`, which installs the panel that fits.");
}

const KINDS: Record<number, ProblemKind> = { 400: "invalid", 401: "session", 403: "forbidden", 404: "missing", 409: "conflict", 413: "invalid", 422: "invalid", 502: "setup", 503: "unreachable", 504: "unreachable" };

/** An answer that is no success, in the words of whoever sent it. */
export async function problemOf(response: Response): Promise<Problem> {
  const body = await jsonOf(response);
  const status = response.status;
  if (isLogin(response, body)) return session();
  if (body && typeof body.type === "string" && typeof body.title === "string") {
    if (status === 429) return new Problem("busy", text(body.detail) || text(body.title), "", text(body.hint), status, wait(response, body));
    const kind = body.type.endsWith(":not-set-up") ? "setup" : (KINDS[status] ?? "unknown");
    return new Problem(kind, text(body.title), repeated(body) ? "" : text(body.detail), text(body.hint), status, wait(response, body), fieldsOf(body.errors));
  }
  return plain(status, body, wait(response, body));
}

function session(): Problem {
  return new Problem("session", "Your session in Superset has ended", "Your question is safe.", "Log in again, in another tab if you like, and go on here.", 401);
}

/** What Superset itself answers, and proxies between. */
function plain(status: number, body: Record<string, unknown> | null, retryAfter: number | null): Problem {
  const said = `${text(body?.message)} ${text(body?.msg)} ${text(firstError(body))}`;
  if (status === 400 && /csrf/i.test(said)) return new Problem("session", "Superset does not know this page any more", "Your question is safe.", "Reload the page; what you wrote stays.", status);
  if (status === 401) return session();
  if (status === 403) return new Problem("forbidden", "You may not use Ask", "", "An administrator of Superset can grant the permission AnalyticsAgent to one of your roles.", status);
  if (status === 404 || status === 405) return outdated();
  if (status === 429) return new Problem("unreachable", "Superset asks for a pause", "Too many requests came from here.", "It goes on by itself.", status, retryAfter ?? 10);
  if (status === 502 || status === 503 || status === 504) return new Problem("offline", "Superset does not answer", "Your question is safe.", "It goes on by itself once Superset is back.", status, retryAfter);
  return new Problem("unknown", `Superset answered with an error (${status})`, "Nothing was lost.", "Try again. If it stays, tell an administrator.", status, retryAfter);
}

/** Superset sends people who are logged out to its login page: with a redirect, which fetch follows. */
function isLogin(response: Response, body: Record<string, unknown> | null): boolean {
  return body === null && response.redirected && /\/login\/?(\?|$)/.test(response.url);
}

async function jsonOf(response: Response): Promise<Record<string, unknown> | null> {
  try {
    const body: unknown = await response.clone().json();
    return body !== null && typeof body === "object" ? (body as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function firstError(body: Record<string, unknown> | null): unknown {
  const first: unknown = Array.isArray(body?.errors) ? body?.errors[0] : null;
  return first && typeof first === "object" ? (first as { message?: unknown }).message : "";
}

function wait(response: Response, body: Record<string, unknown> | null): number | null {
  const said = body?.retry_after ?? response.headers.get("Retry-After");
  const seconds = said === null || said === "" ? NaN : Number(said);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds, 300) : null;
}

function fieldsOf(errors: unknown): FieldProblem[] {
  if (!Array.isArray(errors)) return [];
  return errors.filter((one) => one && typeof one === "object").map((one) => ({ field: text(one.field), message: text(one.message) }));
}

function repeated(body: Record<string, unknown>): boolean {
  return body.title === body.detail;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
