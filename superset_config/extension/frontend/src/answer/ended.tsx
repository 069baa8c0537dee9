// A run that ended before its answer, and an error on the way to the service: what happened, what is safe, what to do next.
import React from "react";
import type { Problem } from "../api/problem";
import { useNow } from "../api/provider";
import { useStyles } from "../theme";
import type { Run } from "../types";
import { Icon } from "./icon";
import { visible } from "./invisible";
import { count, money } from "./numbers";
import { answerCss } from "./styles";

const TITLES: Partial<Record<Run["status"], string>> = {
  failed: "The run stopped before its answer",
  cancelled: "Stopped",
};

/** failed, cancelled or over budget, without an answer. */
export function Ended({ run, onAgain, level = 3 }: { run: Run; onAgain?(): void; level?: 2 | 3 }) {
  const Heading = level === 2 ? "h2" : "h3";
  useStyles("answer", answerCss);
  const spent = money(run.usage.cost_usd);
  const title = run.status === "over_budget" ? (spent ? `Stopped at ${spent}` : "Stopped at its budget") : (TITLES[run.status] ?? "The run has ended");
  const asked = run.queries.length;
  return (
    <div className={run.status === "failed" ? "aa-alert aa-alert-bad" : "aa-alert aa-alert-need"}>
      <Icon name={run.status === "cancelled" ? "stop" : "warning"} size={18} />
      <div>
        <Heading>{title}</Heading>
        <p dir="auto">{visible(run.reason || "No reason was given.")}</p>
        {asked > 0 && <p>{count(asked, "result is kept", "results are kept")}.</p>}
        {onAgain && (
          <button type="button" className="aa-button aa-small" onClick={onAgain}>
            Ask again
          </button>
        )}
      </div>
    </div>
  );
}

interface ErrorProps {
  error: Problem;
  onRetry?(): void;
  /** When it is tried again by itself, in milliseconds of the clock. */
  retryAt?: number | null;
  children?: React.ReactNode;
}

export function ErrorCard({ error, onRetry, retryAt = null, children }: ErrorProps) {
  useStyles("answer", answerCss);
  const now = useNow(retryAt !== null);
  const left = retryAt === null ? 0 : Math.max(0, Math.ceil((retryAt - now) / 1_000));
  return (
    <div className="aa-alert aa-alert-bad" role="alert">
      <Icon name={error.passing ? "offline" : "warning"} size={18} />
      <div>
        <strong dir="auto">{visible(error.title).replace(/\.$/, "")}</strong>
        {[error.detail, error.hint].filter(Boolean).map((text) => (
          <p key={text} dir="auto">
            {visible(text)}
          </p>
        ))}
        {children}
        {onRetry && (
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
