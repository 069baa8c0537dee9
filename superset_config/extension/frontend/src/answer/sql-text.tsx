// A statement in color, scrolling inside its box; reachable by keyboard because it scrolls.
import React, { useMemo } from "react";
import { visible } from "./invisible";
import { sqlPieces } from "./sql";

export function SqlText({ sql, label, wrap = false }: { sql: string; label: string; wrap?: boolean }) {
  const pieces = useMemo(() => sqlPieces(visible(sql)), [sql]);
  return (
    // "code": SQL Lab takes padding and background away from every other <pre>.
    <pre className={wrap ? "aa-sql aa-wrap code" : "aa-sql code"} tabIndex={0} role="region" aria-label={label} dir="ltr">
      {pieces.map((piece, place) => (piece.kind === "plain" ? piece.text : <span key={place} className={`aa-${piece.kind}`}>{piece.text}</span>))}
    </pre>
  );
}
