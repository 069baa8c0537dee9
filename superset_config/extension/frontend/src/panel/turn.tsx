// One question of the conversation and what became of it, in every state that a run can be in.
import React, { useEffect, useState } from "react";
import { Answer } from "../answer/answer";
import { Approve } from "../answer/approve";
import { Clarify } from "../answer/clarify";
import { Ended, ErrorCard } from "../answer/ended";
import { clock, count, duration, money } from "../answer/numbers";
import { Refusal } from "../answer/refusal";
import { Deliveries, ReportActions } from "../answer/report-actions";
import { Steps } from "../answer/steps-list";
import { Problem } from "../api/problem";
import { type Followed, useApi, useRun, useSlow } from "../api/provider";
import { Bubble, Skeleton } from "../parts/bubble";
import { finished, type Run } from "../types";

interface TurnProps {
  id: string;
  known?: Run;
  last: boolean;
  onSeen(followed: Followed): void;
  onInsertSql(sql: string, title: string, run: Run): void;
  onAsk(question: string): void;
  onSchedule?(run: Run): void;
  onHistory(): void;
}

export function Turn({ id, known, last, onSeen, onInsertSql, onAsk, onSchedule, onHistory }: TurnProps) {
  const followed = useRun(id, known);
  const { run, error, loading, connection } = followed;
  const slow = useSlow(loading);
  useEffect(() => {
    if (last) onSeen(followed);
  }, [last, followed, onSeen]);
  const lost = connection.state === "lost" ? connection : null;
  return (
    <article className="aa-turn" aria-label={run ? `Question: ${run.question.slice(0, 80)}` : "Question"}>
      {run && <Bubble question={run.question} />}
      {slow && <Skeleton />}
      {error && <ErrorCard error={gone(error)} />}
      {lost && (!run || !finished(run.status)) && <Lost problem={lost.problem} retryAt={lost.retryAt} followed={followed} onHistory={onHistory} />}
      {run && <State run={run} followed={followed} lost={lost !== null} onInsertSql={onInsertSql} onAsk={onAsk} onSchedule={onSchedule} onHistory={onHistory} />}
    </article>
  );
}

type StateProps = Pick<TurnProps, "onInsertSql" | "onAsk" | "onSchedule" | "onHistory"> & { run: Run; followed: Followed; lost: boolean };

function State({ run, followed, lost, onInsertSql, onAsk, onSchedule, onHistory }: StateProps) {
  const api = useApi();
  const { events } = followed;
  const insert = (sql: string, title: string) => onInsertSql(sql, title, run);
  switch (run.status) {
    case "queued":
    case "running":
      if (run.answer) {
        return (
          <>
            <Answer run={run} api={api} compact onInsertSql={insert} />
            <ReportActions run={run} api={api} onInsertSql={insert} />
            <Steps events={events} run={run} compact />
          </>
        );
      }
      return (
        <>
          <Steps events={events} run={run} compact />
          {!lost && (
            <p className="aa-aside">
              You can close this panel or Superset. The question goes on, and its answer waits in{" "}
              <button type="button" className="aa-link" onClick={onHistory}>
                My questions
              </button>
              .
            </p>
          )}
        </>
      );
    case "needs_approval":
      if (!run.approval) return <Steps events={events} run={run} compact />;
      return (
        <Approve
          key={run.approval.id}
          approval={run.approval}
          onApprove={async (id) => followed.reload(await api.approve(run.id, id))}
          onReject={async (id, note) => followed.reload(await api.reject(run.id, id, note))}
        />
      );
    case "needs_input":
      return <Clarify run={run} onAnswer={async (text) => followed.reload(await api.answer(run.id, text))} />;
    case "refused":
      return (
        <>
          <Refusal run={run} onAsk={onAsk} />
          <HowIGotHere run={run} followed={followed} />
        </>
      );
    default:
      return (
        <>
          {(!run.answer || run.partial) && <Ended run={run} onAgain={() => onAsk(run.question)} onRaise={async (limit) => followed.reload(await api.raiseBudget(run.id, limit))} />}
          {run.answer && <Answer run={run} api={api} compact onInsertSql={insert} />}
          <ReportActions run={run} api={api} onInsertSql={run.answer ? insert : undefined} onSchedule={onSchedule && run.status === "succeeded" ? () => onSchedule(run) : undefined} />
          <Deliveries run={run} />
          <HowIGotHere run={run} followed={followed} />
        </>
      );
  }
}

function HowIGotHere({ run, followed }: { run: Run; followed: Followed }) {
  const [open, show] = useState(false);
  const asked = run.queries.filter((query) => query.source !== "computed");
  const tables = new Set(asked.flatMap((query) => query.tables)).size;
  const facts = [asked.length ? count(asked.length, "query", "queries") : "", tables ? count(tables, "table") : "", duration(run.usage.seconds), money(run.usage.cost_usd)];
  return (
    <>
      <p className="aa-meta">
        <span>{run.status === "refused" ? duration(run.usage.seconds) : facts.filter(Boolean).join(", ")}</span>
        {followed.events.length > 0 && (
          <button type="button" className="aa-link" aria-expanded={open} onClick={() => show(!open)}>
            {open ? "Hide the steps" : "How I got here"}
          </button>
        )}
      </p>
      {open && <Steps events={followed.events} run={run} compact />}
    </>
  );
}

/** The connection is lost in the middle of a run: what is safe, and what goes on. */
function Lost({ problem, retryAt, followed, onHistory }: { problem: Problem; retryAt: number; followed: Followed; onHistory(): void }) {
  const latest = [...followed.events].reverse().find((event) => event.step);
  const where = latest ? ` It was at ${latest.step} at ${clock(new Date(latest.at))} and goes on once the service is back; no work is repeated.` : " It goes on once the service is back; no work is repeated.";
  const told = problem.passing ? new Problem(problem.kind, problem.title, `Your question is safe.${where}`, "", problem.status) : problem;
  return (
    <>
      <ErrorCard error={told} retryAt={retryAt} onRetry={followed.retryNow} />
      {problem.kind === "unreachable" && <ForAdministrator />}
      {problem.passing && (
        <p className="aa-third">
          SQL Lab itself works as before. Earlier answers can be read in{" "}
          <button type="button" className="aa-link" onClick={onHistory}>
            My questions
          </button>{" "}
          once the service is back.
        </p>
      )}
    </>
  );
}

export function ForAdministrator() {
  return (
    <div className="aa-card aa-admin">
      <b>For an administrator</b>
      <span className="aa-second">See what runs, then start what does not:</span>
      {/* "code": SQL Lab takes padding and background away from every other <pre>. */}
      <pre className="code">{"analytics-agent status\nanalytics-agent up"}</pre>
    </div>
  );
}

/** A run that is not there, or not this person's: both look the same. */
function gone(problem: Problem): Problem {
  if (problem.kind !== "missing") return problem;
  return new Problem("missing", "This question is not here", "It was removed, or somebody else asked it.", "Your own are in My questions.", 404);
}
