// What stands around a conversation: what is asked about, its beginning, and a question that did not arrive.
import React from "react";
import { ErrorCard } from "../answer/ended";
import { Icon as Drawn } from "../answer/icon";
import { visible } from "../answer/invisible";
import type { Problem } from "../api/problem";
import { type useContextOf, useSlow } from "../api/provider";
import { loginAddress } from "../host/page";
import type { EditorTab } from "../host/sqlLab";
import { Skeleton } from "../parts/bubble";
import type { Database } from "../types";
import { ForAdministrator } from "./turn";
import { Welcome } from "./welcome";

interface ChipsProps {
  tab: EditorTab | null;
  database: Database | null;
  hasSql: boolean;
  sqlAlong: boolean;
  onSql(along: boolean): void;
}

export function Chips({ tab, database, hasSql, sqlAlong, onSql }: ChipsProps) {
  const name = database?.name ?? tab?.databaseName;
  if (!name && !tab) return null;
  return (
    <div className="aa-chips" role="group" aria-label="What is asked about">
      <span className="aa-chip" title="Database">
        <Drawn name="database" size={13} />
        <span dir="auto">{visible(name ?? "Unknown database")}</span>
      </span>
      {tab?.schema && (
        <span className="aa-chip" title="Schema">
          <span dir="auto">{visible(tab.schema)}</span>
        </span>
      )}
      {hasSql && (
        <button type="button" className="aa-chip aa-focus" aria-pressed={sqlAlong} title="Send the editor's SQL with the question" onClick={() => onSql(!sqlAlong)}>
          <Drawn name="code" size={13} />
          <span>SQL in editor</span>
        </button>
      )}
    </div>
  );
}

interface OpeningProps {
  told: ReturnType<typeof useContextOf>;
  tab: EditorTab | null;
  database: Database | null;
  empty: boolean;
  onAsk(question: string): void;
  onChoose(database: Database): void;
}

export function Opening({ told, tab, database, empty, onAsk, onChoose }: OpeningProps) {
  const { context, error, loading, retryAt, reload } = told;
  const slow = useSlow(loading && !context && !error);
  if (error && !context) {
    return (
      <>
        <ErrorCard error={error} retryAt={retryAt} onRetry={reload}>
          {error.kind === "session" && <LogIn />}
        </ErrorCard>
        {error.kind === "unreachable" && <ForAdministrator />}
      </>
    );
  }
  if (slow) return <Skeleton lines={empty ? 6 : 2} />;
  if (!context || (!empty && database)) return null;
  return <Welcome context={context} here={tab?.databaseName ?? null} open={tab !== null} database={database} onAsk={onAsk} onChoose={onChoose} />;
}

function LogIn() {
  return (
    <p>
      <a className="aa-link" href={loginAddress()} target="_blank" rel="noopener">
        Log in again
      </a>
    </p>
  );
}

/** A question that did not arrive: it stays in the composer. */
export function NotAsked({ error, retryAt, onRetry, onDismiss }: { error: Problem; retryAt: number | null; onRetry(): void; onDismiss(): void }) {
  const fields = error.fields.map((one) => one.message).filter(Boolean);
  return (
    <>
      <ErrorCard error={error} retryAt={retryAt} onRetry={onRetry}>
        {fields.map((message) => (
          <p key={message} dir="auto">
            {visible(message)}
          </p>
        ))}
        {error.kind === "session" && <LogIn />}
        {retryAt !== null && (
          <button type="button" className="aa-link" onClick={onDismiss}>
            Do not ask it
          </button>
        )}
      </ErrorCard>
      {error.kind === "unreachable" && <ForAdministrator />}
    </>
  );
}
