// A claim as text whose figures are doors.
import React, { useMemo } from "react";
import { type Span, spans } from "./prose-spans";
import type { Claim } from "../types";
import type { FigurePlace } from "./shapes";

interface Doors {
  open: FigurePlace | null;
  /** The id of what a figure opens, where it is open. */
  controls?: string;
  onFigure(place: FigurePlace, button: HTMLButtonElement): void;
}

export function ClaimText({ claim, place, ...doors }: Doors & { claim: Claim; place: number }) {
  const pieces = useMemo(() => spans(claim.text, claim.figures.map((figure) => figure.shown)), [claim]);
  return (
    <>
      {kept(pieces).map((group, key) =>
        group.length === 1 ? <Piece key={key} piece={group[0]} place={place} {...doors} /> : (
          <span key={key} className="aa-kept">
            {group.map((piece, part) => (
              <Piece key={part} piece={piece} place={place} {...doors} />
            ))}
          </span>
        ),
      )}
    </>
  );
}

function Piece({ piece, place, ...doors }: Doors & { piece: Span; place: number }) {
  if (piece.kind === "figure") return <FigureButton shown={piece.text} place={{ claim: place, figure: piece.figure }} {...doors} />;
  if (piece.kind === "code") return <code>{piece.text}</code>;
  if (piece.kind === "strong") return <strong>{piece.text}</strong>;
  return <>{piece.text}</>;
}

/** A browser may break a line beside any button: the marks that touch a figure, as in "(13.4 min).", stay with it. */
function kept(pieces: readonly Span[]): Span[][] {
  const groups: Span[][] = [];
  for (const piece of pieces) {
    const last = groups[groups.length - 1];
    if (piece.kind === "figure" && piece.text.length <= LONG) {
      const before = last?.length === 1 && last[0].kind === "text" ? /^([\s\S]*?)([^\s\p{L}\p{N}]+)$/u.exec(last[0].text) : null;
      if (before) groups[groups.length - 1] = [{ kind: "text", text: before[1] }];
      groups.push(before ? [{ kind: "text", text: before[2] }, piece] : [piece]);
    } else if (piece.kind === "text" && last?.[last.length - 1].kind === "figure" && last[last.length - 1].text.length <= LONG) {
      const after = /^[^\s\p{L}\p{N}]+/u.exec(piece.text)?.[0] ?? "";
      if (after) last.push({ kind: "text", text: after });
      groups.push([{ kind: "text", text: piece.text.slice(after.length) }]);
    } else groups.push([piece]);
  }
  return groups;
}

const LONG = 24;

export function FigureButton({ shown, place, open, controls, onFigure }: Doors & { shown: string; place: FigurePlace }) {
  const isOpen = open !== null && open.claim === place.claim && open.figure === place.figure;
  return (
    <button
      type="button"
      className={`aa-figure${isOpen ? " aa-open" : ""}${shown.length > LONG ? " aa-long" : ""}`}
      aria-label={`${shown}, show evidence`}
      aria-expanded={isOpen}
      aria-controls={isOpen ? controls : undefined}
      data-figure={`${place.claim}.${place.figure}`}
      onClick={(event) => onFigure(place, event.currentTarget)}
    >
      <bdi>{shown}</bdi>
    </button>
  );
}
