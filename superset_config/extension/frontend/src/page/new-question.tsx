// The page before a question: which database, what to ask, and what this database is known to answer.
import React from "react";
import { ErrorCard } from "../answer/ended";
import { visible } from "../answer/invisible";
import { useSlow } from "../api/provider";
import type { useContextOf } from "../api/provider";
import { Skeleton } from "../parts/bubble";
import { Examples } from "../parts/examples";
import type { Database } from "../types";
import { addressOf, inPlace, type Place } from "./place";

interface Props {
  found: ReturnType<typeof useContextOf>;
  database: Database | null;
  choose(name: string): void;
  onAsk(question: string): void;
  go(next: Place): void;
  children: React.ReactNode;
}

export function NewQuestion({ found, database, choose, onAsk, go, children }: Props) {
  const { context, loading, error, retryAt, reload } = found;
  const slow = useSlow(loading && !context);
  if (slow) return <div className="ap-column ap-first"><Skeleton lines={5} /></div>;
  if (!context) {
    return (
      <div className="ap-column ap-first">
        {error && (
          <>
            <ErrorCard error={error} onRetry={reload} retryAt={retryAt} />
            {children}
          </>
        )}
      </div>
    );
  }
  if (!context.databases.length) return <Nothing />;
  return (
    <div className="ap-column ap-first">
      <h1>{database ? <>Ask <bdi>{visible(database.name)}</bdi> a question</> : "Ask a question"}</h1>
      <p className="aa-second">Each answer shows the SQL and the rows behind it.{database && !database.governed ? " This database has no governed metrics yet: answers are free SQL, labeled so." : ""}</p>
      {error && <ErrorCard error={error} onRetry={reload} retryAt={retryAt} />}
      {context.databases.length > 1 && (
        <label className="ap-field ap-database">
          <span className="aa-label">Database</span>
          <select className="ap-select" value={database?.name ?? ""} onChange={(event) => choose(event.target.value)}>
            {context.databases.map((one) => (
              <option key={one.name} value={one.name}>
                {visible(one.name)}
              </option>
            ))}
          </select>
        </label>
      )}
      {children}
      <Examples database={database} onAsk={onAsk} />
      {database?.governed && <ToModel database={database} go={go} />}
    </div>
  );
}

function ToModel({ database, go }: { database: Database; go(next: Place): void }) {
  const place = { run: null, schedules: false, model: database.name };
  return (
    <p>
      <a className="aa-link" href={addressOf(place)} onClick={inPlace(() => go(place))}>
        What can be asked: the metrics of <bdi>{visible(database.name)}</bdi> and how its data belongs together
      </a>
    </p>
  );
}

function Nothing() {
  return (
    <div className="ap-column ap-first">
      <h1>There is no database you may ask yet</h1>
      <p className="aa-second">
        An administrator of Superset can grant you one. One that is not connected to the agent is added with{" "}
        <code className="ap-code">analytics-agent databases add</code>.
      </p>
    </div>
  );
}
