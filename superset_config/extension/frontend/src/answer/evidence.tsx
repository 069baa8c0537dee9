// Where a figure comes from: its cell among its neighbors, the SQL that made it, what was filtered and what is left out.
import React, { useEffect, useMemo, useRef } from "react";
import type { Figure, Query, Run } from "../types";
import { CopyButton } from "./copy-button";
import { Excerpt } from "./excerpt-table";
import { useExcerpt } from "./excerpt-rows";
import { labelColumn, otherResults } from "./excerpt";
import { type Names, inWords, parse } from "./expression";
import { Icon } from "./icon";
import { visible } from "./invisible";
import { ancestry, caveats, certainty, definitions, filters, rights, tables, voucher, vouched } from "./lineage";
import { cellText, count, decimalsFor, duration, exact } from "./numbers";
import type { AnswerApi, InsertSql } from "./shapes";
import { SqlText } from "./sql-text";

interface EvidenceProps {
  run: Run;
  api: AnswerApi;
  figure: Figure;
  id?: string;
  /** "page": a column of its own, with larger type. "card": under the figure, closable. */
  look: "card" | "page";
  onClose?(): void;
  onInsertSql?: InsertSql;
  children?: React.ReactNode;
}

export function Evidence({ run, api, figure, id, look, onClose, onInsertSql, children }: EvidenceProps) {
  const chain = useMemo(() => ancestry(figure.result, run.queries), [figure.result, run.queries]);
  const query = chain[0];
  const statement = chain.find((one) => one.sql);
  const excerpt = useExcerpt(api, run.id, figure, query);
  const card = useRef<HTMLElement>(null);
  useEffect(() => {
    if (look === "card") card.current?.focus({ preventScroll: true });
  }, [look, figure]);
  return (
    <section ref={card} id={id} className={`aa-evidence aa-evidence-${look}`} tabIndex={-1} aria-label={`Evidence for ${figure.shown}`}>
      <header className="aa-evidence-head">
        <div className="aa-evidence-value">
          <strong dir="auto">{figure.shown}</strong>
          <Certainty chain={chain} />
          {onClose && (
            <button type="button" className="aa-icon-button" aria-label="Close evidence" onClick={onClose}>
              <Icon name="close" />
            </button>
          )}
        </div>
        <p className="aa-second" dir="auto">
          {derivation(figure, run.queries, excerpt.rowAt)}
        </p>
      </header>
      {look === "page" && <Lineage figure={figure} chain={chain} />}
      {query ? <Excerpt state={excerpt} figure={figure} query={query} /> : <p className="aa-pad aa-second">The result behind this figure is not in the document.</p>}
      {statement && (
        <>
          {statement.id !== figure.result && <p className="aa-sql-title">{statement.id}, from which it is computed</p>}
          <SqlText sql={statement.sql} label={`SQL of ${statement.id}`} />
        </>
      )}
      <Facts run={run} figure={figure} chain={chain} />
      {children}
      {statement && (
        <footer className="aa-evidence-foot">
          {onInsertSql && (
            <button type="button" className="aa-button aa-small" onClick={() => onInsertSql(statement.sql, statement.title)}>
              <Icon name="open" size={13} />
              {look === "page" ? "Open in SQL Lab" : "Open in a tab"}
            </button>
          )}
          <CopyButton text={statement.sql} label="Copy SQL" />
        </footer>
      )}
    </section>
  );
}

/** Tables, then results, then the figure: the way it came. */
function Lineage({ figure, chain }: { figure: Figure; chain: readonly Query[] }) {
  const from = tables(chain.filter((query) => query.source !== "computed"));
  const results = [...chain].reverse().slice(-MOST_RESULTS);
  return (
    <p className="aa-lineage" aria-label="Where it comes from">
      {from.length > 0 && (
        <span className="aa-chip">
          <Icon name="database" size={13} />
          <bdi>{from.slice(0, MOST_TABLES).join(", ") + (from.length > MOST_TABLES ? " …" : "")}</bdi>
        </span>
      )}
      {results.map((query) => (
        <React.Fragment key={query.id}>
          <Icon name="chevron" size={12} />
          <span className="aa-chip">
            {query.id} · {count(query.rows, "row")}
          </span>
        </React.Fragment>
      ))}
      <Icon name="chevron" size={12} />
      <span className="aa-chip aa-on" dir="auto">
        {figure.shown}
      </span>
    </p>
  );
}

const MOST_RESULTS = 3;
const MOST_TABLES = 3;

function Certainty({ chain }: { chain: readonly Query[] }) {
  const { kind, label } = certainty(chain);
  return (
    <span className={`aa-badge aa-badge-${kind}`} title={definitions(chain).map((one) => `${one.label}: ${voucher(one)}`).join("\n") || undefined}>
      {kind !== "free" && kind !== "need" && <Icon name="check" size={12} bold />}
      {label}
    </span>
  );
}

function Facts({ run, figure, chain }: { run: Run; figure: Figure; chain: readonly Query[] }) {
  const query = chain[0];
  const asked = chain.filter((one) => one.source !== "computed");
  const { leftOut } = caveats(run);
  const others = otherResults(figure);
  return (
    <dl className="aa-facts">
      {query && <Fact name="Result">{place(figure, query)}</Fact>}
      {query && query.source === "computed" && (
        <Fact name="Computed">
          <Method query={query} />
        </Fact>
      )}
      {others.length > 0 && <Fact name="And from">{others.join(", ")}</Fact>}
      <Fact name="Exact value">{unrounded(figure)}</Fact>
      <Fact name="Defined as">{definitions(chain).map((one) => visible(one.formula && `${one.label} = ${one.formula}`)).filter(Boolean).join(" · ")}</Fact>
      <Fact name="Verified">{vouched(chain).join(" · ")}</Fact>
      <Fact name="Tables">{tables(asked).join(", ")}</Fact>
      <Fact name="Filters">{filters(chain).join(" · ") || (asked.length ? "None" : "")}</Fact>
      <Fact name="Left out">{leftOut.join(" ")}</Fact>
      <Fact name="Approved">{asked.map((one) => visible(one.approval ?? "")).filter(Boolean).join(" · ")}</Fact>
      <Fact name="No metric">{asked.map((one) => visible(one.why_not_metrics ?? "")).filter(Boolean).join(" · ")}</Fact>
      <Fact name="Rights">{rights(run).map(visible).join(" ") || "No row filter, and no masked column"}</Fact>
      {asked.some((one) => one.truncated) && <Fact name="Cut off">More rows exist than were read.</Fact>}
    </dl>
  );
}

/** The value behind a figure that was rounded; of a percentage as one. */
function unrounded(figure: Figure): string {
  if (typeof figure.value !== "number") return "";
  const percent = figure.unit === "%";
  const value = percent ? Number((figure.value * 100).toPrecision(PERCENT_DIGITS)) : figure.value;
  const text = exact(value);
  return figure.shown.startsWith(text) ? "" : percent ? `${text} %` : text;
}

const PERCENT_DIGITS = 12;

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  if (!React.Children.toArray(children).some((child) => child !== "")) return null;
  return (
    <>
      <dt>{name}</dt>
      <dd dir="auto">{children}</dd>
    </>
  );
}

/** A method's first sentence says which one it is; the rest is for who wants to check it. */
function Method({ query }: { query: Query }) {
  const text = visible(query.method);
  const end = /[.:](?=\s)/.exec(text.slice(20));
  const first = end ? `${text.slice(0, 20 + end.index)}.` : text;
  return (
    <>
      From {query.inputs.join(", ")}. {first}
      {first.length < text.length && (
        <details className="aa-method">
          <summary>Whole method</summary>
          {text}
        </details>
      )}
    </>
  );
}

/** "r1, row 4 of 16, 28 ms"; a number of rows is of all of them. */
function place(figure: Figure, query: Query): string {
  const counts = /^count\(\w+\)$/.test(figure.expression);
  const row = figure.row === null || counts ? count(query.rows, "row") : `row ${(figure.row + 1).toLocaleString("en-US")} of ${query.rows.toLocaleString("en-US")}`;
  return [query.id, row, ...(query.milliseconds >= 0.5 ? [duration(query.milliseconds / 1000)] : [])].join(", ");
}

/** How the figure came about, in words; the reference itself where it cannot be read. */
function derivation(figure: Figure, queries: readonly Query[], rowAt: (row: number) => readonly unknown[] | null): string {
  const tree = parse(figure.expression);
  const byId = new Map(queries.map((query) => [query.id, query]));
  const names: Names = {
    column: (result, column) => byId.get(result)?.columns.find((one) => one.name === column)?.label ?? column,
    row: (result, row) => rowName(byId.get(result), result === figure.result ? rowAt(row) : null),
  };
  return tree ? inWords(tree, names) : figure.expression;
}

function rowName(query: Query | undefined, cells: readonly unknown[] | null): string | null {
  if (!query || !cells || query.rows < 2) return null;
  const label = labelColumn(query.columns);
  const shape = query.columns[label];
  return shape ? cellText(cells[label], shape, decimalsFor(shape, [cells[label]])) : null;
}
