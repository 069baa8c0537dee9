// The middle column for one run: its question as title, how it goes, and its answer with findings and follow-up.
import React, { useEffect, useState } from "react";
import { Answer } from "../answer/answer";
import { Approve } from "../answer/approve";
import { Clarify } from "../answer/clarify";
import { Ended, ErrorCard } from "../answer/ended";
import { Icon } from "../answer/icon";
import { visible } from "../answer/invisible";
import { cited, tables } from "../answer/lineage";
import { count, duration, money } from "../answer/numbers";
import { plain } from "../answer/prose-spans";
import { Refusal } from "../answer/refusal";
import { Steps } from "../answer/steps-list";
import { progress, STEPS } from "../answer/steps";
import type { FigurePlace } from "../answer/shapes";
import { asProblem } from "../api/client";
import type { Problem } from "../api/problem";
import { type Followed, useApi, useNow } from "../api/provider";
import { asked } from "../parts/bubble";
import { finished, type Run } from "../types";
import { Findings } from "./findings";

interface Props {
  followed: Followed;
  run: Run;
  open: FigurePlace | null;
  onOpen(place: FigurePlace | null, button: HTMLButtonElement | null): void;
  onAsk(question: string): void;
  onRows(result: string): void;
}

const SHORT_READING = 56;

export function RunView({ followed, run, open, onOpen, onAsk, onRows }: Props) {
  const api = useApi();
  const words = asked(run.question);
  const chips = run.readings.map(plain).filter((reading) => reading.length <= SHORT_READING && !reading.startsWith("“"));
  return (
    <article className="ap-column ap-run" aria-label={visible(words)}>
      <h1 dir="auto" className={words.length > 220 ? "ap-long" : undefined}>
        {visible(words)}
      </h1>
      <p className="ap-chips">
        <span className="ap-chip">
          <Icon name="database" size={13} />
          <bdi>{visible(run.database)}</bdi>
        </span>
        {chips.map((reading) => (
          <span key={reading} className="ap-chip" dir="auto">
            {reading.replace(/^Scope: /, "").replace(/\.$/, "")}
          </span>
        ))}
      </p>
      {run.asked_by && (
        <p className="ap-others" role="note" dir="auto">
          <Icon name="person" size={16} />
          <span>
            <b>Asked by {visible(run.asked_by)}.</b> It is open to you because you may see everything that this answer was made of. You can read it and save its files; only who asked can change it.
          </span>
        </p>
      )}
      {followed.connection.state === "lost" && !finished(run.status) && <ErrorCard error={followed.connection.problem} retryAt={followed.connection.retryAt} onRetry={followed.retryNow} />}
      <Status followed={followed} run={run} />
      <Body run={run} followed={followed} open={open} onOpen={onOpen} onAsk={onAsk} onRows={onRows} api={api} />
    </article>
  );
}

function Body({ run, followed, open, onOpen, onAsk, onRows, api }: Props & { api: ReturnType<typeof useApi> }) {
  const raise = async (limit: { usd?: number; tokens?: number }) => followed.reload(await api.raiseBudget(run.id, limit));
  if (run.answer) {
    return (
      <>
        {run.partial && <Ended run={run} onRaise={raise} level={2} />}
        <Answer run={run} api={api} open={open} onOpen={onOpen} onRows={onRows}>
          <Findings run={run} open={open} onFigure={onOpen} />
        </Answer>
      </>
    );
  }
  switch (run.status) {
    case "needs_approval":
      if (!run.approval) return null;
      return (
        <div className="ap-narrow">
          <Approve
            key={run.approval.id}
            approval={run.approval}
            level={2}
            onApprove={async (id) => followed.reload(await api.approve(run.id, id))}
            onReject={async (id, note) => followed.reload(await api.reject(run.id, id, note))}
          />
        </div>
      );
    case "needs_input":
      return (
        <div className="ap-narrow">
          <Clarify key={run.clarification?.question} run={run} onAnswer={async (text) => followed.reload(await api.answer(run.id, text))} />
        </div>
      );
    case "refused":
      return (
        <div className="ap-narrow">
          <Refusal run={run} onAsk={onAsk} level={2} />
        </div>
      );
    case "failed":
    case "cancelled":
    case "over_budget":
      return (
        <div className="ap-narrow">
          <Ended run={run} onAgain={() => onAsk(run.question)} onRaise={raise} level={2} />
        </div>
      );
    default:
      return null;
  }
}

/** "✓ Answered in 48 s  9 queries · 2 tables · $0.14  Show steps"; while it runs the steps themselves, and a way to stop. */
function Status({ followed, run }: { followed: Followed; run: Run }) {
  const over = finished(run.status);
  const [shown, show] = useState(false);
  useEffect(() => show(false), [run.id]);
  const expected = run.report.html || run.report.pdf || !over ? STEPS.slice(0, 4) : STEPS.slice(0, 3);
  const waits = run.status === "needs_input" || run.status === "needs_approval";
  const making = !over && !waits && run.answer !== null;
  if (!over && !waits && !making) {
    return (
      <>
        <Steps events={followed.events} run={run} expected={expected} />
        <RunBar followed={followed} run={run} />
      </>
    );
  }
  return (
    <div className="ap-status">
      <div>
        {run.answer && !run.partial && (
          <span className="aa-good">
            <Icon name="check" size={16} bold />
          </span>
        )}
        {waits ? <span className="aa-badge aa-badge-need">Needs you</span> : <b role={making ? "status" : undefined}>{making ? after(followed) : outcome(run)}</b>}
        {!waits && <span dir="auto">{facts(run)}</span>}
        {(waits || making) && <StopButton followed={followed} run={run} small />}
        {!run.asked_by && (
          <button type="button" className="aa-link" aria-expanded={shown} onClick={() => show(!shown)}>
            {shown ? "Hide steps" : "Show steps"}
          </button>
        )}
      </div>
      {shown && <Steps events={followed.events} run={run} expected={expected} />}
    </div>
  );
}

/** What is still done once the answer is there. */
function after(followed: Followed): string {
  const delivering = followed.events.some((event) => event.step === "deliver");
  return delivering ? "Answered, the dashboard is being made" : "Answered, the report is being made";
}

function outcome(run: Run): string {
  const time = duration(run.usage.seconds);
  if (run.partial) return `Stopped at its budget after ${time}`;
  if (run.answer) return run.status === "succeeded" ? `Answered in ${time}` : `Answered, then stopped after ${time}`;
  return run.status === "refused" ? `Not answerable, after ${time}` : `Ended after ${time}`;
}

function facts(run: Run): string {
  const ran = run.queries.filter((query) => query.source !== "computed");
  const used = run.answer ? tables(cited(run).filter((query) => query.source !== "computed")) : tables(ran);
  const said = [ran.length ? count(ran.length, "query", "queries") : "no query", used.length ? count(used.length, "table") : "", money(run.usage.cost_usd)];
  return said.filter(Boolean).join(" · ");
}

function RunBar({ followed, run }: { followed: Followed; run: Run }) {
  const now = useNow(true);
  const { costUsd } = progress(followed.events);
  const limit = run.budget?.usd ?? null;
  const since = Math.max(0, Math.floor((now - Date.parse(run.asked_at)) / 1_000));
  return (
    <div className="ap-bar">
      <div>
        <p>
          <b>{costUsd ? `${money(costUsd)} so far` : run.status === "queued" ? "Waiting to begin" : "No cost so far"}</b>
          <span aria-hidden="true">
            {limit ? `limit ${money(limit)} · ` : ""}
            {since < 60 ? `${since} s` : duration(since)}
          </span>
        </p>
        <p className="aa-third">You can close this page. The question goes on, and its answer waits here.</p>
      </div>
      <StopButton followed={followed} run={run} />
    </div>
  );
}

function StopButton({ followed, run, small = false }: { followed: Followed; run: Run; small?: boolean }) {
  const api = useApi();
  const [stopping, setStopping] = useState(false);
  const [trouble, setTrouble] = useState<Problem | null>(null);
  const stop = async () => {
    setStopping(true);
    setTrouble(null);
    try {
      followed.reload(await api.cancel(run.id));
    } catch (error) {
      setTrouble(asProblem(error));
      setStopping(false);
    }
  };
  return (
    <>
      {trouble && (
        <span className="aa-bad" role="alert">
          {trouble.title}. {trouble.hint}
        </span>
      )}
      <button type="button" className={small ? "aa-button aa-small aa-danger" : "aa-button aa-danger"} disabled={stopping} onClick={() => void stop()}>
        <Icon name="stop" size={small ? 12 : 14} />
        {stopping ? "Stopping …" : "Stop"}
      </button>
    </>
  );
}
