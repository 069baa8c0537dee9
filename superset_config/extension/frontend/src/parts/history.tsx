// One's own questions: by day, with how each went, and a search through them.
import React, { useEffect, useMemo, useState } from "react";
import { ErrorCard } from "../answer/ended";
import { Icon as Drawn } from "../answer/icon";
import { visible } from "../answer/invisible";
import { clock } from "../answer/numbers";
import { answerCss } from "../answer/styles";
import { useHistory, useNow, useSlow } from "../api/provider";
import { useStyles } from "../theme";
import type { RunStatus, RunSummary } from "../types";
import { asked, Skeleton } from "./bubble";
import { grouped, midnight } from "./days";
import { partsCss } from "./styles";

export interface StateWords {
  words: string;
  tone: "good" | "need" | "bad" | "live" | "plain";
}

export const STATES: Record<RunStatus, StateWords> = {
  queued: { words: "Waiting to begin", tone: "live" },
  running: { words: "Running", tone: "live" },
  needs_input: { words: "Needs you", tone: "need" },
  needs_approval: { words: "Needs you", tone: "need" },
  succeeded: { words: "Answered", tone: "good" },
  refused: { words: "Not answered", tone: "need" },
  failed: { words: "Failed", tone: "bad" },
  cancelled: { words: "Stopped", tone: "plain" },
  over_budget: { words: "Over budget", tone: "need" },
};

interface HistoryProps {
  onOpen(run: RunSummary): void;
  current?: string | null;
  /** Changes when a new question was asked. */
  fresh?: unknown;
}

export function History({ onOpen, current = null, fresh }: HistoryProps) {
  useStyles("answer", answerCss);
  useStyles("parts", partsCss);
  const { runs, more, loading, error, retryAt, loadMore, reload } = useHistory();
  const [wanted, setWanted] = useState("");
  const slow = useSlow(loading && !runs.length);
  const now = useNow(true, 30_000);
  useEffect(() => {
    if (fresh !== undefined) reload();
  }, [fresh, reload]);
  // What runs now will have changed when it is looked at again.
  const live = runs.some((run) => STATES[run.status]?.tone === "live");
  useEffect(() => {
    if (!live) return undefined;
    const timer = window.setInterval(() => document.visibilityState === "visible" && reload(), 10_000);
    return () => window.clearInterval(timer);
  }, [live, reload]);
  const groups = useMemo(() => grouped(found(runs, wanted), new Date(now)), [runs, wanted, now]);
  return (
    <div className="aa-history">
      <div className="aa-search" role="search">
        <Drawn name="search" size={14} />
        <input type="search" className="aa-input" aria-label="Search my questions" placeholder="Search my questions" dir="auto" value={wanted} onChange={(event) => setWanted(event.target.value)} />
      </div>
      {error && <ErrorCard error={error} onRetry={reload} retryAt={retryAt} />}
      {slow && <Skeleton lines={5} />}
      {groups.map(({ title, runs: listed }) => (
        <section key={title} aria-label={title}>
          <h3>{title}</h3>
          <ul className="aa-runs">
            {listed.map((run) => (
              <li key={run.id}>
                <button type="button" className="aa-run" aria-current={run.id === current || undefined} onClick={() => onOpen(run)}>
                  <b dir="auto">{visible(asked(run.question))}</b>
                  <small>
                    <span className={`aa-state-${STATES[run.status]?.tone ?? "plain"}`}>{STATES[run.status]?.words ?? run.status}</span>
                    <span>{run.database}</span>
                    <span>{when(run.asked_at)}</span>
                    {run.schedule && <span>scheduled</span>}
                  </small>
                </button>
              </li>
            ))}
          </ul>
        </section>
      ))}
      {!loading && !error && !runs.length && <p className="aa-second">No questions yet. What you ask is kept here, with its answer.</p>}
      {!loading && wanted.trim() !== "" && runs.length > 0 && !groups.length && (
        <p className="aa-second" role="status" dir="auto">
          {more ? "None among those that are shown." : "None found."}
        </p>
      )}
      {more && (
        <div>
          <button type="button" className="aa-button aa-small" onClick={loadMore} disabled={loading}>
            {loading ? "Loading …" : "Show older ones"}
          </button>
        </div>
      )}
    </div>
  );
}

export function found(runs: readonly RunSummary[], wanted: string): RunSummary[] {
  const words = folded(wanted).split(/\s+/).filter(Boolean);
  return runs.filter((run) => {
    const text = folded(`${run.question} ${run.headline ?? ""} ${run.database}`);
    return words.every((word) => text.includes(word));
  });
}

/** Without case and accents. */
function folded(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

function when(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return "";
  return midnight(at) === midnight(new Date()) ? clock(at) : `${at.toLocaleDateString("en", { day: "numeric", month: "short" })}, ${clock(at)}`;
}
