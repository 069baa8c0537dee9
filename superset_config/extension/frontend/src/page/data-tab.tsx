// The rows of a result, a page at a time, and as a file.
import React, { useEffect, useState } from "react";
import { ErrorCard } from "../answer/ended";
import { isNumeric, cellText, count, decimalsFor, head } from "../answer/numbers";
import { visible } from "../answer/invisible";
import { useApi, useLoaded } from "../api/provider";
import type { Query, Run } from "../types";

const PAGE = 100;

export function DataTab({ run, result, choose }: { run: Run; result: string | null; choose(result: string): void }) {
  const query = run.queries.find((one) => one.id === result) ?? run.queries.find((one) => one.id === run.primary) ?? run.queries[0];
  if (!query) return <p className="ap-quiet">No rows were read for this question.</p>;
  return (
    <div className="ap-data">
      <label className="ap-field">
        <span className="aa-label">Result</span>
        <select className="ap-select" value={query.id} onChange={(event) => choose(event.target.value)}>
          {run.queries.map((one) => (
            <option key={one.id} value={one.id}>
              {one.id} · {visible(one.title)}
            </option>
          ))}
        </select>
      </label>
      <Rows key={`${run.id}/${query.id}`} run={run} query={query} />
    </div>
  );
}

function Rows({ run, query }: { run: Run; query: Query }) {
  const api = useApi();
  const [offset, setOffset] = useState(0);
  const { value, error, retryAt, reload } = useLoaded(`${run.id}/${query.id}/${offset}`, (signal) => api.rows(run.id, query.id, offset, PAGE, signal));
  const [kept, keep] = useState(value);
  useEffect(() => {
    if (value) keep(value);
  }, [value]);
  const shown = value ?? kept;
  if (error) return <ErrorCard error={error} onRetry={reload} retryAt={retryAt} />;
  if (!query.rows) return <p className="ap-quiet">{query.id} has no rows.</p>;
  if (!shown) return <div className="ap-data-space" role="status" aria-label="Reading the rows" />;
  const first = shown.offset ?? offset;
  return (
    <>
      <div className="ap-data-table" tabIndex={0} role="region" aria-label={`Rows of ${query.id}`}>
        <table className="aa-table">
          <thead>
            <tr>
              {query.columns.map((column) => (
                <th key={column.name} scope="col" className={isNumeric(column) ? "aa-number" : undefined}>
                  {head(column)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.rows.map((row, place) => (
              <tr key={first + place}>
                {query.columns.map((column, at) => (
                  <td key={column.name} className={isNumeric(column) ? "aa-number" : undefined}>
                    <span className="aa-cell" dir="auto">
                      {cellText(row[at], column, decimalsFor(column, shown.rows.map((one) => one[at])))}
                    </span>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div className="aa-row ap-pager">
        <span className="aa-third" role="status">
          {shown.total > shown.rows.length ? `${(first + 1).toLocaleString("en-US")} to ${(first + shown.rows.length).toLocaleString("en-US")} of ` : ""}
          {count(shown.total, "row")}
          {query.truncated ? ", more exist" : ""}
        </span>
        {shown.total > PAGE && (
          <>
            <button type="button" className="aa-button aa-small" disabled={offset === 0} onClick={() => setOffset(Math.max(0, offset - PAGE))}>
              Earlier rows
            </button>
            <button type="button" className="aa-button aa-small" disabled={offset + PAGE >= shown.total} onClick={() => setOffset(offset + PAGE)}>
              Later rows
            </button>
          </>
        )}
        <SaveCsv run={run} query={query} />
      </div>
    </>
  );
}

function SaveCsv({ run, query }: { run: Run; query: Query }) {
  const api = useApi();
  const [state, become] = useState<"" | "saving" | "failed">("");
  const save = async () => {
    become("saving");
    try {
      await api.save(`/analyses/${run.id}/results/${query.id}.csv`, `${run.id}-${query.id}.csv`);
      become("");
    } catch {
      become("failed");
    }
  };
  return (
    <>
      <button type="button" className="aa-button aa-small" disabled={state === "saving"} onClick={() => void save()}>
        {state === "saving" ? "Saving …" : "Save as CSV"}
      </button>
      {state === "failed" && (
        <span className="aa-bad" role="alert">
          The file could not be saved. Try again.
        </span>
      )}
    </>
  );
}
