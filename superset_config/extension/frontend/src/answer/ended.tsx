// A run that ended before its answer, and an error on the way to the service: what happened, what is safe, what to do next.
import React, { useState } from "react";
import type { Problem } from "../api/problem";
import { useNow } from "../api/provider";
import { useStyles } from "../theme";
import type { Run } from "../types";
import { Icon } from "./icon";
import { visible } from "./invisible";
import { count } from "./numbers";
import { answerCss } from "./styles";

const TITLES: Partial<Record<Run["status"], string>> = {
  failed: "The run stopped before its answer",
  cancelled: "Stopped",
  over_budget: "Stopped at its budget",
};

interface EndedProps {
  run: Run;
  onAgain?(): void;
  /** Lets a run that was stopped at a budget go on, where it can. */
  onRaise?: Raise;
  level?: 2 | 3;
}

/** failed or cancelled without an answer; over budget, with or without a partial one. */
export function Ended({ run, onAgain, onRaise, level = 3 }: EndedProps) {
  const Heading = level === 2 ? "h2" : "h3";
  useStyles("answer", answerCss);
  const title = TITLES[run.status] ?? "The run has ended";
  const asked = run.queries.length;
  const raising = raisable(run);
  const others = run.status === "over_budget" && run.stopped && !raising;
  return (
    <div className={run.status === "failed" ? "aa-alert aa-alert-bad" : "aa-alert aa-alert-need"}>
      <Icon name={run.status === "cancelled" ? "stop" : "warning"} size={18} />
      <div>
        <Heading>{title}</Heading>
        <p dir="auto">{visible(run.reason || "No reason was given.")}</p>
        {asked > 0 && !run.partial && !run.stopped && <p>{count(asked, "result is kept", "results are kept")}.</p>}
        {run.partial && <p>What was found is below: a partial answer, put together without a model.</p>}
        {others && <p>That is the most one question of yours may cost. An administrator can raise it.</p>}
        {raising && onRaise ? (
          <GoOn key={run.reason} raising={raising} onRaise={onRaise} />
        ) : (
          onAgain &&
          !others && (
            <button type="button" className="aa-button aa-small" onClick={onAgain}>
              Ask again
            </button>
          )
        )}
      </div>
    </div>
  );
}

/** One click; a second one while it is under way does nothing. */
function GoOn({ raising, onRaise }: { raising: Raising; onRaise: Raise }) {
  const [sending, setSending] = useState(false);
  const [trouble, setTrouble] = useState("");
  const send = async () => {
    if (sending) return;
    setSending(true);
    setTrouble("");
    try {
      await onRaise(raising.limit);
    } catch (error) {
      setTrouble(error instanceof Error && error.message ? error.message : "It did not go on.");
      setSending(false);
    }
  };
  return (
    <>
      <button type="button" className="aa-button aa-small" disabled={sending} onClick={() => void send()}>
        {raising.words}
      </button>
      {trouble && (
        <p role="alert" dir="auto">
          {visible(trouble)}
        </p>
      )}
    </>
  );
}

export type Raise = (limit: { usd?: number; tokens?: number }) => Promise<void>;

interface Raising {
  limit: { usd?: number; tokens?: number };
  words: string;
}

/** What lets a stopped run go on: a higher budget of its own, or another try at one of the day; null where its reader cannot. */
function raisable({ status, stopped }: Run): Raising | null {
  if (status !== "over_budget" || !stopped) return null;
  if (stopped.pool !== "run") return { limit: {}, words: "Go on" };
  if (stopped.raise_to === null) return null;
  const limit = stopped.unit === "usd" ? { usd: stopped.raise_to } : { tokens: stopped.raise_to };
  const shown = stopped.unit === "usd" ? `$${stopped.raise_to.toFixed(stopped.raise_to < 0.1 ? 4 : 2)}` : `${stopped.raise_to.toLocaleString("en")} tokens`;
  return { limit, words: `Raise to ${shown} and go on` };
}

interface ErrorProps {
  error: Problem;
  onRetry?(): void;
  /** When it is tried again by itself, in milliseconds of the clock. */
  retryAt?: number | null;
  /** What somebody may not see: nothing broke, and another try does not change it. */
  withheld?: boolean;
  children?: React.ReactNode;
}

export function ErrorCard({ error, onRetry, retryAt = null, withheld = false, children }: ErrorProps) {
  useStyles("answer", answerCss);
  const now = useNow(retryAt !== null);
  const left = retryAt === null ? 0 : Math.max(0, Math.ceil((retryAt - now) / 1_000));
  return (
    <div className={withheld ? "aa-alert aa-alert-plain" : "aa-alert aa-alert-bad"} role={withheld ? "note" : "alert"}>
      <Icon name={error.passing ? "offline" : withheld ? "lock" : "warning"} size={18} />
      <div>
        <strong dir="auto">{visible(error.title).replace(/\.$/, "")}</strong>
        {[error.detail, error.hint].filter(Boolean).map((text) => (
          <p key={text} dir="auto">
            {/* A command stands between backticks. */}
            {visible(text)
              .split("`")
              .map((part, place) => (place % 2 ? <code key={place}>{part}</code> : part))}
          </p>
        ))}
        {children}
        {onRetry && !withheld && (
          <div className="aa-row">
            <button type="button" className="aa-button aa-small" onClick={onRetry}>
              Try now
            </button>
            {left > 0 && (
              <span className="aa-second" aria-hidden="true">
                Trying again in {left} s
              </span>
            )}
          </div>
        )}
      </div>
    </div>
  );
}
