// What can be done with an answer: insert its SQL, open its dashboard, save its report, have it again. And who got it.
import React, { useState } from "react";
import { asProblem } from "../api/client";
import type { Problem } from "../api/problem";
import { useStyles } from "../theme";
import type { Delivery, DeliveryState, Format, Run } from "../types";
import { Icon } from "./icon";
import { visible } from "./invisible";
import { clock } from "./numbers";
import type { AnswerApi, InsertSql } from "./shapes";
import { answerCss } from "./styles";

interface ActionsProps {
  run: Run;
  api: AnswerApi;
  onInsertSql?: InsertSql;
  onSchedule?(): void;
  /** The first one filled, as on a card of its own. */
  prominent?: boolean;
}

export function ReportActions({ run, api, onInsertSql, onSchedule, prominent = false }: ActionsProps) {
  useStyles("answer", answerCss);
  const primary = run.queries.find((query) => query.id === run.primary && query.sql) ?? run.queries.find((query) => query.sql);
  const formats: Format[] = [...(run.report.pdf ? ["pdf" as const] : []), ...(run.report.html ? ["html" as const] : [])];
  const dashboard = api.superset(run.superset.dashboard_url);
  const [saving, setSaving] = useState<Format | null>(null);
  const [trouble, setTrouble] = useState<Problem | null>(null);
  const save = async (format: Format) => {
    setSaving(format);
    setTrouble(null);
    try {
      await api.saveReport(run, format);
    } catch (error) {
      setTrouble(asProblem(error));
    } finally {
      setSaving(null);
    }
  };
  return (
    <div className="aa-row aa-actions">
      {onInsertSql && primary && (
        <button type="button" className="aa-button aa-small" onClick={() => onInsertSql(primary.sql, primary.title)}>
          <Icon name="code" size={13} />
          Insert SQL
        </button>
      )}
      {dashboard && (
        <a className="aa-button aa-small" href={dashboard} target="_blank" rel="noopener noreferrer">
          <Icon name="grid" size={13} />
          Dashboard<span className="aa-hidden"> (opens in a new tab)</span>
        </a>
      )}
      {formats.map((format, place) => (
        <button
          key={format}
          type="button"
          className={`aa-button aa-small${prominent && place === 0 ? " aa-filled" : ""}`}
          aria-label={`Download the report as ${format.toUpperCase()}`}
          disabled={saving !== null}
          onClick={() => void save(format)}
        >
          {place === 0 && <Icon name="report" size={13} />}
          {saving === format ? "Saving …" : format.toUpperCase()}
        </button>
      ))}
      {onSchedule && run.status === "succeeded" && (
        <button type="button" className="aa-button aa-small" onClick={onSchedule}>
          <Icon name="clock" size={13} />
          Schedule
        </button>
      )}
      {trouble && (
        <p className="aa-bad aa-whole" role="alert" dir="auto">
          {trouble.title}. {trouble.hint}
        </p>
      )}
    </div>
  );
}

const SAID: Record<DeliveryState, string> = {
  waiting: "Waiting to be sent to",
  sent: "Sent to",
  held: "Held back from",
  failed: "Not sent to",
  uncertain: "Perhaps sent to",
};

/** "Sent to ops@example.com, 08:02". */
export function Deliveries({ run }: { run: Run }) {
  useStyles("answer", answerCss);
  if (!run.deliveries?.length) return null;
  return (
    <ul className="aa-deliveries" aria-label="Deliveries">
      {run.deliveries.map((one, place) => (
        <li key={one.id ?? place} className={`aa-delivery-${one.state}`}>
          <Icon name={one.state === "sent" ? "check" : one.state === "waiting" ? "clock" : "warning"} />
          <span dir="auto">
            {SAID[one.state] ?? visible(one.state)} {address(one)}
            {one.state === "sent" && one.changed_at ? `, ${timeOf(one.changed_at)}` : ""}
            {one.reason ? `: ${visible(one.reason)}` : ""}
          </span>
        </li>
      ))}
    </ul>
  );
}

function address(one: Delivery): string {
  return visible(one.recipient).replace(/^mail:/, "").replace(/^(webhook|folder):/, "the $1 ");
}

function timeOf(iso: string): string {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? "" : clock(at);
}
