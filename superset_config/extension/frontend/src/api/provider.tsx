// The client for everything below, and the hooks that read from it.
import React, { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from "react";
import type { Context, Run, RunSummary } from "../types";
import { Asking } from "./asking";
import { Api, asProblem, type Question } from "./client";
import type { Problem } from "./problem";
import { NOTHING, Watch, type Watched } from "./watch";

const Given = createContext<{ api: Api; asking: Asking } | null>(null);

export function AskProvider({ api, children }: { api: Api; children: ReactNode }) {
  const given = useMemo(() => ({ api, asking: new Asking(api) }), [api]);
  return <Given.Provider value={given}>{children}</Given.Provider>;
}

function useGiven(): { api: Api; asking: Asking } {
  const given = useContext(Given);
  if (!given) throw new Error("AskProvider is missing");
  return given;
}

export function useApi(): Api {
  return useGiven().api;
}

export interface Loaded<T> {
  value: T | null;
  loading: boolean;
  error: Problem | null;
  /** When it is tried again by itself. */
  retryAt: number | null;
  reload(): void;
}

const RETRY = [2_000, 5_000, 10_000, 20_000];

/** Reads, and reads again while what stands in the way passes. `read` is run anew when `key` changes. */
export function useLoaded<T>(key: string | null, read: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const [state, put] = useState<{ key: string | null; value: T | null; error: Problem | null; retryAt: number | null; loading: boolean }>({ key: null, value: null, error: null, retryAt: null, loading: false });
  const [turn, setTurn] = useState(0);
  const latest = useRef(read);
  latest.current = read;
  const failures = useRef(0);
  useEffect(() => {
    if (key === null) return undefined;
    const controller = new AbortController();
    let timer = 0;
    const again = () => setTurn((value) => value + 1);
    put((before) => ({ key, value: before.key === key ? before.value : null, error: before.key === key ? before.error : null, retryAt: null, loading: true }));
    latest.current(controller.signal).then(
      (value) => {
        failures.current = 0;
        if (!controller.signal.aborted) put({ key, value, error: null, retryAt: null, loading: false });
      },
      (thrown: unknown) => {
        if (controller.signal.aborted) return;
        const error = asProblem(thrown);
        const pause = Math.max((error.retryAfter ?? 0) * 1000, RETRY[Math.min(failures.current++, RETRY.length - 1)]);
        const retryAt = error.passing ? Date.now() + pause : null;
        if (retryAt) timer = window.setTimeout(again, pause);
        put((before) => ({ ...before, key, error, retryAt, loading: false }));
      },
    );
    const back = () => document.visibilityState === "visible" && failures.current > 0 && again();
    window.addEventListener("online", back);
    window.addEventListener("focus", back);
    document.addEventListener("visibilitychange", back);
    return () => {
      controller.abort();
      window.clearTimeout(timer);
      window.removeEventListener("online", back);
      window.removeEventListener("focus", back);
      document.removeEventListener("visibilitychange", back);
    };
  }, [key, turn]);
  const reload = useCallback(() => setTurn((value) => value + 1), []);
  const fits = state.key === key;
  return { value: fits ? state.value : null, loading: key !== null && (state.loading || !fits), error: fits ? state.error : null, retryAt: fits ? state.retryAt : null, reload };
}

export function useContextOf(database: number | null, schema: string | null): { context: Context | null; loading: boolean; error: Problem | null; retryAt: number | null; reload(): void } {
  const api = useApi();
  const { value, ...rest } = useLoaded(`${database ?? ""}/${schema ?? ""}`, (signal) => api.context(database, schema, signal));
  return { context: value, ...rest };
}

export interface Followed extends Watched {
  loading: boolean;
  retryNow(): void;
  reload(known?: Run): void;
}

/** A run and its progress, live until it has ended; nothing is asked after the component is gone. */
export function useRun(id: string | null, known?: Run): Followed {
  const api = useApi();
  const [seen, put] = useState<{ id: string | null; watched: Watched }>({ id: null, watched: NOTHING });
  const watch = useRef<Watch | null>(null);
  useEffect(() => {
    if (!id) return undefined;
    const mine = new Watch(api, id, (watched) => put({ id, watched }));
    watch.current = mine;
    mine.start();
    return () => {
      mine.stop();
      if (watch.current === mine) watch.current = null;
    };
  }, [api, id]);
  const retryNow = useCallback(() => watch.current?.look(), []);
  const reload = useCallback((fresh?: Run) => watch.current?.refresh(fresh), []);
  const watched = seen.id === id ? seen.watched : NOTHING;
  const run = watched.run ?? (known && known.id === id ? known : null);
  return useMemo(
    () => ({ ...watched, run, loading: id !== null && !run && !watched.error && watched.connection.state === "live", retryNow, reload }),
    [watched, run, id, retryNow, reload],
  );
}

export interface History {
  runs: RunSummary[];
  more: boolean;
  loading: boolean;
  error: Problem | null;
  retryAt: number | null;
  loadMore(): void;
  reload(): void;
}

/** One's own questions, the newest first, page by page. */
export function useHistory(active = true): History {
  const api = useApi();
  const [older, setOlder] = useState<{ runs: RunSummary[]; next: string | null; loading: boolean; error: Problem | null } | null>(null);
  const first = useLoaded(active ? "history" : null, (signal) => api.runs(null, PAGE, signal));
  const next = older ? older.next : (first.value?.next ?? null);
  const loadMore = useCallback(() => {
    if (!next || older?.loading) return;
    const before = older?.runs ?? [];
    setOlder({ runs: before, next, loading: true, error: null });
    api.runs(next, PAGE).then(
      (page) => setOlder({ runs: [...before, ...page.analyses], next: page.next, loading: false, error: null }),
      (error: unknown) => setOlder({ runs: before, next, loading: false, error: asProblem(error) }),
    );
  }, [api, next, older]);
  const runs = useMemo(() => unique([...(first.value?.analyses ?? []), ...(older?.runs ?? [])]), [first.value, older]);
  return { runs, more: next !== null, loading: first.loading || Boolean(older?.loading), error: first.error ?? older?.error ?? null, retryAt: first.retryAt, loadMore, reload: first.reload };
}

const PAGE = 30;

/** The first of each: the newest page is read again and again, older ones once. */
function unique(runs: readonly RunSummary[]): RunSummary[] {
  const seen = new Set<string>();
  return runs.filter(({ id }) => !seen.has(id) && seen.add(id));
}

export interface Asked {
  /** The run, or null when it could not be asked now; then `error` says why. */
  ask(question: Question): Promise<Run | null>;
  asking: boolean;
  error: Problem | null;
  retryAt: number | null;
  retryNow(): void;
  /** Forget the error; a retry that was counted down is given up. */
  dismiss(): void;
}

/** Asks once. While the service is away it tries again by itself, with the same key. */
export function useAsk(onAsked?: (run: Run) => void): Asked {
  const { asking } = useGiven();
  const [state, put] = useState<{ busy: boolean; error: Problem | null; retryAt: number | null }>({ busy: false, error: null, retryAt: null });
  const pending = useRef<{ question: Question; timer: number; failures: number } | null>(null);
  const alive = useRef(true);
  const heard = useRef(onAsked);
  heard.current = onAsked;
  const dismiss = useCallback(() => {
    if (pending.current) window.clearTimeout(pending.current.timer);
    pending.current = null;
    put({ busy: false, error: null, retryAt: null });
  }, []);
  const ask = useCallback(
    async (question: Question): Promise<Run | null> => {
      const failures = pending.current?.failures ?? 0;
      if (pending.current) window.clearTimeout(pending.current.timer);
      pending.current = { question, timer: 0, failures };
      const mine = pending.current;
      put((before) => ({ ...before, busy: true, retryAt: null }));
      try {
        const run = await asking.ask(question);
        if (!alive.current || pending.current !== mine) return run;
        pending.current = null;
        put({ busy: false, error: null, retryAt: null });
        heard.current?.(run);
        return run;
      } catch (thrown) {
        if (!alive.current || pending.current !== mine) return null;
        const error = asProblem(thrown);
        const pause = Math.max((error.retryAfter ?? 0) * 1000, RETRY[Math.min(failures, RETRY.length - 1)]);
        mine.failures += 1;
        if (error.passing) mine.timer = window.setTimeout(() => void ask(question), pause);
        put({ busy: false, error, retryAt: error.passing ? Date.now() + pause : null });
        return null;
      }
    },
    [asking],
  );
  const retryNow = useCallback(() => {
    if (pending.current) void ask(pending.current.question);
  }, [ask]);
  const lost = state.error !== null && (state.error.passing || state.error.kind === "session");
  useEffect(() => {
    if (!lost) return undefined;
    // Somebody who comes back has logged in again in another tab, or found the network.
    window.addEventListener("online", retryNow);
    window.addEventListener("focus", retryNow);
    return () => {
      window.removeEventListener("online", retryNow);
      window.removeEventListener("focus", retryNow);
    };
  }, [lost, retryNow]);
  useEffect(() => {
    alive.current = true;
    return () => {
      alive.current = false;
      if (pending.current) window.clearTimeout(pending.current.timer);
    };
  }, []);
  return { ask, asking: state.busy, error: state.error, retryAt: state.retryAt, retryNow, dismiss };
}

/** The time, anew so often while `active`. */
export function useNow(active: boolean, milliseconds = 1000): number {
  const [now, put] = useState(Date.now);
  useEffect(() => {
    if (!active) return undefined;
    put(Date.now());
    const timer = window.setInterval(() => put(Date.now()), milliseconds);
    return () => window.clearInterval(timer);
  }, [active, milliseconds]);
  return now;
}

/** True once `waiting` has lasted a moment: a skeleton that only flashes is worse than none. */
export function useSlow(waiting: boolean, milliseconds = 300): boolean {
  const [slow, put] = useState(false);
  useEffect(() => {
    put(false);
    if (!waiting) return undefined;
    const timer = window.setTimeout(() => put(true), milliseconds);
    return () => window.clearTimeout(timer);
  }, [waiting, milliseconds]);
  return slow && waiting;
}
