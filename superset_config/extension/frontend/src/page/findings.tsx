// The claims as a numbered list: what each one states, and its figure that says most.
import React from "react";
import { visible } from "../answer/invisible";
import { lowered } from "../answer/expression";
import { FigureButton } from "../answer/prose";
import type { FigurePlace } from "../answer/shapes";
import type { Claim, Query, Run } from "../types";

interface Props {
  run: Run;
  open: FigurePlace | null;
  onFigure(place: FigurePlace, button: HTMLButtonElement): void;
}

export function Findings({ run, open, onFigure }: Props) {
  const stated = (run.answer?.claims ?? []).map((claim, place) => ({ claim, place })).filter(({ claim }) => claim.heading.trim());
  if (stated.length < 2) return null;
  return (
    <ol className="ap-findings" aria-label="Findings">
      {stated.map(({ claim, place }, number) => (
        <li key={place}>
          <b aria-hidden="true">{number + 1}</b>
          <p dir="auto">{visible(claim.heading)}</p>
          <Gist claim={claim} place={place} queries={run.queries} open={open} onFigure={onFigure} />
        </li>
      ))}
    </ol>
  );
}

const TELLING = ["share_of_change", "difference", "contribution", "percent_change", "change", "highest"];

/** The place of the figure that says most of a claim; −1 where it has none. */
export function telling(claim: Claim): number {
  for (const column of TELLING) {
    const found = claim.figures.findIndex((figure) => figure.column === column);
    if (found >= 0) return found;
  }
  const number = claim.figures.findIndex((figure) => typeof figure.value === "number");
  return number >= 0 ? number : claim.figures.length - 1;
}

function Gist({ claim, place, queries, open, onFigure }: { claim: Claim; place: number; queries: readonly Query[]; open: FigurePlace | null; onFigure: Props["onFigure"] }) {
  const at = telling(claim);
  const figure = claim.figures[at];
  if (!figure) return null;
  const query = queries.find((one) => one.id === figure.result);
  const label = query?.source === "computed" ? query.columns.find((column) => column.name === figure.column)?.label : undefined;
  return (
    <span className="ap-gist" dir="auto">
      <FigureButton shown={figure.shown} place={{ claim: place, figure: at }} open={open} onFigure={onFigure} />
      {label && <> {lowered(visible(label))}</>}
    </span>
  );
}
