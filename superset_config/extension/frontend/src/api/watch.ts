// A run's progress by long polling: every event once and in order, through lost connections and restarts, until the run has ended.
import { finished, type Run, type RunEvent } from "../types";
import type { Api } from "./client";
import { asProblem } from "./client";
import type { Problem } from "./problem";

export type Connection = { state: "live" } | { state: "lost"; problem: Problem; retryAt: number };

export interface Watched {
  run: Run | null;
  events: readonly RunEvent[];
  connection: Connection;
  /** Set when looking on is useless: there is no such run, or it is not this person's. */
  error: Problem | null;
}

export const NOTHING: Watched = { run: null, events: [], connection: { state: "live" }, error: null };

const LONGEST_WAIT = 10;
const PAUSE = { between: 400, asking: 4_000, hidden: 20_000, session: 15_000 };
const BACKOFF = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000];

/** After these the document holds more than before; the answer is there when synthesize has finished, long before the run ends. */
const TELLING = new Set(["run", "ask", "approval", "report", "published", "delivery"]);

export class Watch {
  private seen: Watched = NOTHING;
  private after = 0;
  private failures = 0;
  private stopped = false;
  private running = false;
  private controller = new AbortController();
  private wake: (() => void) | null = null;

  constructor(
    private readonly api: Pick<Api, "run" | "events">,
    private readonly id: string,
    private readonly tell: (seen: Watched) => void,
  ) {}

  start(): void {
    document.addEventListener("visibilitychange", this.look);
    window.addEventListener("online", this.look);
    window.addEventListener("focus", this.lookWhenLost);
    void this.follow();
  }

  stop(): void {
    this.stopped = true;
    document.removeEventListener("visibilitychange", this.look);
    window.removeEventListener("online", this.look);
    window.removeEventListener("focus", this.lookWhenLost);
    this.controller.abort();
    this.wake?.();
  }

  /** Look now: after a click on "Try now", or when the run was just cancelled or answered. */
  readonly look = (): void => {
    if (document.visibilityState === "hidden") return;
    this.wake?.();
  };

  /** Read the run anew, also when it had ended or was given up. */
  refresh(known?: Run): void {
    if (known) this.put({ run: known });
    if (!this.running && !this.stopped) {
      this.put({ error: null });
      void this.follow();
    } else this.wake?.();
  }

  private readonly lookWhenLost = (): void => {
    if (this.seen.connection.state === "lost") this.look();
  };

  private async follow(): Promise<void> {
    this.running = true;
    try {
      while (!this.stopped && !(await this.round()));
    } finally {
      this.running = false;
    }
  }

  /** One look; true when there is nothing more to come. */
  private async round(): Promise<boolean> {
    try {
      const over = await this.read();
      this.failures = 0;
      return over;
    } catch (error) {
      return this.failed(asProblem(error));
    }
  }

  private async read(): Promise<boolean> {
    const { signal } = this.controller;
    if (!this.seen.run) this.put({ run: await this.api.run(this.id, signal), connection: { state: "live" } });
    if (this.seen.run?.asked_by) return true; // how somebody else's came about is theirs alone
    const over = this.seen.run !== null && finished(this.seen.run.status);
    const hidden = document.visibilityState === "hidden";
    const wait = over || hidden || this.failures > 0 || this.asking() ? 0 : LONGEST_WAIT;
    const began = Date.now();
    const batch = await this.api.events(this.id, this.after, wait, signal);
    const fresh = batch.events.filter((event) => event.seq > this.after).sort((one, other) => one.seq - other.seq);
    if (fresh.length) this.after = fresh[fresh.length - 1].seq;
    const run = this.stale(batch.status, fresh) ? await this.api.run(this.id, signal) : this.seen.run;
    this.put({ run, events: fresh.length ? [...this.seen.events, ...fresh] : this.seen.events, connection: { state: "live" } });
    if (run && finished(run.status)) return fresh.length === 0;
    if (!fresh.length || Date.now() - began < PAUSE.between) await this.sleep(this.pause(hidden, batch.retry_after, fresh.length > 0));
    return false;
  }

  private pause(hidden: boolean, retryAfter: number | undefined, moving: boolean): number {
    if (hidden) return PAUSE.hidden;
    if (retryAfter) return retryAfter * 1000;
    return this.asking() && !moving ? PAUSE.asking : PAUSE.between;
  }

  /** A run that waits for a person is looked at now and then: holding a request for that would take it from others. */
  private asking(): boolean {
    return this.seen.run?.status === "needs_input" || this.seen.run?.status === "needs_approval";
  }

  private stale(status: string, fresh: readonly RunEvent[]): boolean {
    return this.seen.run?.status !== status || fresh.some(({ kind, data }) => TELLING.has(kind) || (kind === "step" && data.state === "finished"));
  }

  private async failed(problem: Problem): Promise<boolean> {
    if (this.stopped) return true;
    if (!problem.passing && problem.kind !== "session") {
      this.put({ error: problem });
      return true;
    }
    const pause = problem.kind === "session" ? PAUSE.session : Math.max((problem.retryAfter ?? 0) * 1000, BACKOFF[Math.min(this.failures, BACKOFF.length - 1)]);
    this.failures += 1;
    this.put({ connection: { state: "lost", problem, retryAt: Date.now() + pause } });
    await this.sleep(pause);
    return false;
  }

  private sleep(milliseconds: number): Promise<void> {
    return new Promise((done) => {
      if (this.stopped) return done();
      const timer = window.setTimeout(finish, milliseconds);
      const watch = this;
      this.wake = finish;
      function finish(): void {
        window.clearTimeout(timer);
        watch.wake = null;
        done();
      }
    });
  }

  private put(change: Partial<Watched>): void {
    if (this.stopped) return;
    this.seen = { ...this.seen, ...change };
    this.tell(this.seen);
  }
}
