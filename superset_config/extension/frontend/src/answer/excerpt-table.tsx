// A few rows of a result with the figure's cell outlined. The first column stays while the others scroll.
import React from "react";
import type { Figure, Query } from "../types";
import { aggregates, isSource, shownOrder, windows } from "./excerpt";
import type { ExcerptState, Row } from "./excerpt-rows";
import { cellText, count, decimalsFor, head, isNumeric } from "./numbers";

export function Excerpt({ state, figure, query }: { state: ExcerptState; figure: Figure; query: Query }) {
  if (state.state === "failed") {
    return (
      <p className="aa-pad aa-second" role="alert">
        {state.message}{" "}
        <button type="button" className="aa-link" onClick={state.retry}>
          Try again
        </button>
      </p>
    );
  }
  const expected = windows(figure, query.rows).reduce((sum, window) => sum + window.limit, 0);
  if (state.state === "loading") return <Waiting rows={expected} />;
  if (!state.rows.length) return <p className="aa-pad aa-second">{query.id} has no rows.</p>;
  return (
    <div className="aa-excerpt" tabIndex={0} role="region" aria-label={`Rows of ${query.id}: ${query.title}`}>
      {state.total === 1 && query.columns.length > 3 ? <OneRow row={state.rows[0]} figure={figure} query={query} /> : <Rows rows={state.rows} figure={figure} query={query} />}
      {state.rows.length < state.total && (
        <p className="aa-third aa-more" dir="auto">
          {count(state.rows.length, "row")} of {state.total.toLocaleString("en-US")} shown{aggregates(figure) ? ", all of them count" : ""}
        </p>
      )}
    </div>
  );
}

function Rows({ rows, figure, query }: { rows: Row[]; figure: Figure; query: Query }) {
  const order = shownOrder(query.columns, figure);
  const decimals = query.columns.map((shape, place) => decimalsFor(shape, rows.map((row) => row.cells[place])));
  return (
    <table className="aa-table">
      <thead>
        <tr>
          {order.map((column) => {
            const shape = query.columns[column];
            return (
              <th key={column} scope="col" className={isNumeric(shape) ? "aa-number" : undefined}>
                {head(shape)}
              </th>
            );
          })}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, place) => (
          <React.Fragment key={row.row}>
            {place > 0 && row.row > rows[place - 1].row + 1 && (
              <tr className="aa-gap">
                <td colSpan={order.length}>…</td>
              </tr>
            )}
            <tr className={row.row === figure.row ? "aa-source-row" : undefined}>
              {order.map((column, shown) => {
                const shape = query.columns[column];
                const source = isSource(figure, query.columns, row.row, row.cells, column);
                const Tag = shown === 0 && !isNumeric(shape) ? "th" : "td";
                return (
                  <Tag key={column} scope={Tag === "th" ? "row" : undefined} className={isNumeric(shape) ? "aa-number" : undefined} aria-current={source || undefined}>
                    <span className={source ? "aa-hit" : "aa-cell"} dir="auto">
                      {cellText(row.cells[column], shape, decimals[column])}
                    </span>
                  </Tag>
                );
              })}
            </tr>
          </React.Fragment>
        ))}
      </tbody>
    </table>
  );
}

const MOST_FIELDS = 8;

/** A single row reads better downwards: one line for each column, those of the figure among them whatever their number. */
function OneRow({ row, figure, query }: { row: Row; figure: Figure; query: Query }) {
  const places = [...query.columns.keys()];
  const own = places.filter((place) => isSource(figure, query.columns, row.row, row.cells, place));
  const shown = new Set([...own, ...places].slice(0, MOST_FIELDS));
  return (
    <>
      <table className="aa-table aa-single">
        <tbody>
          {places
            .filter((place) => shown.has(place))
            .map((place) => {
              const shape = query.columns[place];
              const source = own.includes(place);
              return (
                <tr key={place}>
                  <th scope="row">{head(shape)}</th>
                  <td aria-current={source || undefined}>
                    <span className={source ? "aa-hit" : "aa-cell"} dir="auto">
                      {cellText(row.cells[place], shape, decimalsFor(shape, [row.cells[place]]))}
                    </span>
                  </td>
                </tr>
              );
            })}
        </tbody>
      </table>
      {shown.size < places.length && <p className="aa-third aa-more" dir="auto">{count(places.length - shown.size, "more column")} in this row</p>}
    </>
  );
}

/** Takes the room that the rows will take. */
function Waiting({ rows }: { rows: number }) {
  return (
    <div className="aa-excerpt aa-waiting" role="status" aria-label="Reading the rows">
      {Array.from({ length: rows + 1 }, (_, place) => (
        <div key={place} className="aa-bone-row">
          <span className="aa-bone" />
        </div>
      ))}
    </div>
  );
}
