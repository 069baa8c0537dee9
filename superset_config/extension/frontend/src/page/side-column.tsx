// The right column: where a figure comes from, every statement, every row, and the report.
import React, { useRef } from "react";
import { CopyButton } from "../answer/copy-button";
import { Evidence } from "../answer/evidence";
import { Icon } from "../answer/icon";
import { visible } from "../answer/invisible";
import { certainty, tables } from "../answer/lineage";
import { clock, count, duration } from "../answer/numbers";
import { Deliveries, ReportActions } from "../answer/report-actions";
import type { FigurePlace, InsertSql } from "../answer/shapes";
import { SqlText } from "../answer/sql-text";
import { useApi } from "../api/provider";
import type { Query, Run } from "../types";
import { DataTab } from "./data-tab";

export const TABS = ["Evidence", "SQL", "Data", "Report"] as const;
export type Tab = (typeof TABS)[number];

interface Props {
  run: Run;
  tab: Tab;
  onTab(tab: Tab): void;
  open: FigurePlace | null;
  result: string | null;
  onResult(result: string): void;
  onInsertSql: InsertSql;
  onSchedule?(): void;
  /** In a drawer, which can be closed. */
  onClose?(): void;
}

export function SideColumn({ run, tab, onTab, open, result, onResult, onInsertSql, onSchedule, onClose }: Props) {
  const api = useApi();
  const figure = open ? run.answer?.claims[open.claim]?.figures[open.figure] : undefined;
  return (
    <div className="ap-side-inner">
      <Tabs tab={tab} onTab={onTab} onClose={onClose} />
      <div className="ap-side-body" role="tabpanel" id="aa-side-panel" aria-labelledby={`aa-tab-${tab}`} tabIndex={-1}>
        {tab === "Evidence" && (
          <>
            {figure ? (
              <Evidence key={`${open?.claim}.${open?.figure}`} run={run} api={api} figure={figure} id={`aa-evidence-${run.id}`} look="page" onInsertSql={onInsertSql} />
            ) : (
              <p className="ap-quiet">Choose a figure in the answer to see the cell, the SQL and the tables it comes from.</p>
            )}
            <ReportCard run={run} onSchedule={onSchedule} />
          </>
        )}
        {tab === "SQL" && <SqlTab run={run} onInsertSql={onInsertSql} />}
        {tab === "Data" && <DataTab run={run} result={result} choose={onResult} />}
        {tab === "Report" && <ReportTab run={run} onSchedule={onSchedule} />}
      </div>
    </div>
  );
}

function Tabs({ tab, onTab, onClose }: { tab: Tab; onTab(tab: Tab): void; onClose?(): void }) {
  const list = useRef<HTMLDivElement>(null);
  const move = (event: React.KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const at = TABS.indexOf(tab);
    const next = step !== undefined ? TABS[(at + step + TABS.length) % TABS.length] : { Home: TABS[0], End: TABS[TABS.length - 1] }[event.key];
    if (!next) return;
    event.preventDefault();
    onTab(next);
    list.current?.querySelector<HTMLElement>(`#aa-tab-${next}`)?.focus();
  };
  return (
    <div className="ap-tabs">
      <div ref={list} role="tablist" aria-label="Behind the answer" onKeyDown={move}>
        {TABS.map((one) => (
          <button
            key={one}
            type="button"
            role="tab"
            id={`aa-tab-${one}`}
            aria-selected={one === tab}
            aria-controls="aa-side-panel"
            tabIndex={one === tab ? 0 : -1}
            className={one === tab ? "ap-current" : undefined}
            onClick={() => onTab(one)}
          >
            {one}
          </button>
        ))}
      </div>
      {onClose && (
        <button type="button" className="aa-icon-button" aria-label="Close" onClick={onClose}>
          <Icon name="close" size={17} />
        </button>
      )}
    </div>
  );
}

function SqlTab({ run, onInsertSql }: { run: Run; onInsertSql: InsertSql }) {
  if (!run.queries.length) return <p className="ap-quiet">No statement was run for this question.</p>;
  return (
    <ol className="ap-statements">
      {run.queries.map((query) => (
        <Statement key={query.id} query={query} primary={query.id === run.primary} onInsertSql={onInsertSql} />
      ))}
    </ol>
  );
}

function Statement({ query, primary, onInsertSql }: { query: Query; primary: boolean; onInsertSql: InsertSql }) {
  const computed = query.source === "computed";
  const { kind, label } = certainty([query]);
  const facts = [count(query.rows, "row"), ...(computed ? [`from ${query.inputs.join(", ")}`] : [duration(query.milliseconds / 1_000), tables([query]).join(", ")])];
  return (
    <li>
      <div className="ap-statement-head">
        <code>{query.id}</code>
        <h2 dir="auto">{visible(query.title)}</h2>
        <span className={computed ? "aa-badge" : `aa-badge aa-badge-${kind}`}>{computed ? "Computed" : label}</span>
      </div>
      <p className="aa-third" dir="auto">
        {visible(facts.filter(Boolean).join(" · "))}
        {primary ? " · answers the question by itself" : ""}
      </p>
      {computed ? <p className="ap-method-text">{visible(query.method)}</p> : <SqlText sql={query.sql} label={`SQL of ${query.id}`} wrap />}
      {query.findings.map((finding) => (
        <p key={`${finding.rule}${finding.message}`} className="aa-note" dir="auto">
          <span className={finding.severity === "info" ? "aa-third" : "aa-need"}>
            <Icon name="warning" />
          </span>
          <span>{visible(finding.message)}</span>
        </p>
      ))}
      {!computed && (
        <div className="aa-row">
          <button type="button" className="aa-button aa-small" onClick={() => onInsertSql(query.sql, query.title)}>
            <Icon name="open" size={13} />
            Open in SQL Lab
          </button>
          <CopyButton text={query.sql} label="Copy SQL" />
        </div>
      )}
    </li>
  );
}

/** The report beside the evidence: what there is, when it was made, and how to have it. */
export function ReportCard({ run, onSchedule }: { run: Run; onSchedule?(): void }) {
  const api = useApi();
  const { pdf, html, charts } = run.report;
  if (!pdf && !html && !run.superset.dashboard_url && !onSchedule) return null;
  const facts = [run.finished_at ? when(run.finished_at) : "", charts?.length ? count(charts.length, "chart") : ""].filter(Boolean);
  return (
    <section className="ap-report-card" aria-label="Report">
      <span className="ap-sheet" aria-hidden="true">
        <i />
        <i />
        <i />
        <i />
        <i />
      </span>
      <div>
        <h2>{pdf || html ? "Report" : "No report was made"}</h2>
        {facts.length > 0 && <p className="aa-second">{facts.join(" · ")}</p>}
        <ReportActions run={run} api={api} onSchedule={onSchedule} prominent />
      </div>
    </section>
  );
}

function ReportTab({ run, onSchedule }: { run: Run; onSchedule?(): void }) {
  return (
    <>
      <ReportCard run={run} onSchedule={onSchedule} />
      {run.report_failure && <p className="aa-second">{visible(run.report_failure)}</p>}
      {run.superset.failure && <p className="aa-second">{visible(run.superset.failure)}</p>}
      <Deliveries run={run} />
      <dl className="aa-facts ap-about">
        <dt>Asked</dt>
        <dd>{when(run.asked_at)}</dd>
        <dt>Database</dt>
        <dd dir="auto">{visible(run.database)}</dd>
        <dt>Model</dt>
        <dd>{visible(run.model)}</dd>
        {run.as_of && (
          <>
            <dt>As of</dt>
            <dd>{visible(run.as_of)}</dd>
          </>
        )}
        <dt>Run</dt>
        <dd>
          <code>{run.id}</code>
        </dd>
      </dl>
    </>
  );
}

/** In the reader's own time: "22 November 2026, 14:05". */
export function when(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return "";
  return `${at.getDate()} ${at.toLocaleString("en", { month: "long" })} ${at.getFullYear()}, ${clock(at)}`;
}
