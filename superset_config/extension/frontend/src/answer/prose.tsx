// A claim as text whose figures are doors.
import React, { useMemo } from "react";
import { spans } from "./prose-spans";
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
      {pieces.map((piece, key) => {
        if (piece.kind === "figure") return <FigureButton key={key} shown={piece.text} place={{ claim: place, figure: piece.figure }} {...doors} />;
        if (piece.kind === "code") return <code key={key}>{piece.text}</code>;
        if (piece.kind === "strong") return <strong key={key}>{piece.text}</strong>;
        return <React.Fragment key={key}>{piece.text}</React.Fragment>;
      })}
    </>
  );
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
