// An answer: what was found in a sentence, the claims with their doors, charts, and with the same care what is not known.
import React, { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useStyles } from "../theme";
import type { Run } from "../types";
import { Charts } from "./charts";
import { Evidence } from "./evidence";
import { visible } from "./invisible";
import { Caveats, Definitions, NotAnswered, Notes, ReadAs, Sources } from "./notes";
import { ClaimText } from "./prose";
import type { AnswerApi, FigurePlace, InsertSql } from "./shapes";
import { answerCss } from "./styles";

interface AnswerProps {
  run: Run;
  api: AnswerApi;
  onInsertSql?: InsertSql;
  /** 380 px wide: smaller type, and evidence opens under its figure. */
  compact?: boolean;
  /** Without these the answer keeps by itself which figure is open and shows its evidence; with them its owner does. */
  open?: FigurePlace | null;
  onOpen?(place: FigurePlace | null, button: HTMLButtonElement | null): void;
  /** Shows the rows that a chart was drawn from, where there is room for them. */
  onRows?(result: string): void;
  /** What stands between the charts and what is not known. */
  children?: React.ReactNode;
}

const ONE_PARAGRAPH = 420;

export function Answer({ run, api, onInsertSql, compact = false, open: given, onOpen, onRows, children }: AnswerProps) {
  useStyles("answer", answerCss);
  const root = useRef<HTMLDivElement>(null);
  const [own, setOwn] = useState<FigurePlace | null>(null);
  const opener = useRef<HTMLButtonElement | null>(null);
  const owned = onOpen !== undefined;
  const open = owned ? (given ?? null) : own;
  const show = useCallback(
    (place: FigurePlace | null, button: HTMLButtonElement | null) => {
      opener.current = button;
      if (onOpen) onOpen(place, button);
      else setOwn(place);
    },
    [onOpen],
  );
  useEffect(() => setOwn(null), [run.id]);
  const close = () => {
    const back = opener.current;
    show(null, null);
    back?.focus({ preventScroll: true });
  };
  const figureAt = open && run.answer?.claims[open.claim]?.figures[open.figure];
  const cardId = `aa-evidence-${run.id}`;
  const onFigure = (place: FigurePlace, button: HTMLButtonElement) => {
    const same = open !== null && open.claim === place.claim && open.figure === place.figure;
    if (same && !owned) close();
    else show(place, button);
  };
  const claims = run.answer?.claims ?? [];
  const flowing = claims.reduce((length, claim) => length + claim.text.length, 0) <= ONE_PARAGRAPH;
  const Heading = compact ? "h3" : "h2";
  return (
    <div
      ref={root}
      className={compact ? "aa-answer aa-compact" : "aa-answer"}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || owned || !open) return;
        event.stopPropagation();
        close();
      }}
    >
      {run.headline && (
        <Heading className="aa-headline" dir="auto">
          {visible(run.headline)}
        </Heading>
      )}
      <Notes run={run} />
      <div className={flowing ? "aa-claims aa-flowing" : "aa-claims"}>
        {claims.map((claim, place) => (
          <React.Fragment key={place}>
            <p dir="auto">
              <ClaimText claim={claim} place={place} open={open} controls={cardId} onFigure={onFigure} />{" "}
            </p>
            {!owned && figureAt && open.claim === place && (
              <Under button={opener.current} root={root.current} key={`${open.claim}.${open.figure}`}>
                <Evidence run={run} api={api} figure={figureAt} id={cardId} look="card" onClose={close} onInsertSql={onInsertSql} />
              </Under>
            )}
          </React.Fragment>
        ))}
      </div>
      <Charts run={run} api={api} compact={compact} onRows={onRows} />
      {children}
      <div className="aa-notes">
        <Sources run={run} />
        <Definitions run={run} />
        <Caveats run={run} />
        <NotAnswered run={run} />
        <ReadAs run={run} />
      </div>
    </div>
  );
}

/** A card that hangs under a figure, with a point to it, over what follows: nothing below moves. */
function Under({ button, root, children }: { button: HTMLElement | null; root: HTMLElement | null; children: React.ReactNode }) {
  const card = useRef<HTMLDivElement>(null);
  const [at, put] = useState({ top: 0, point: 24 });
  useLayoutEffect(() => {
    const place = () => {
      if (!button || !root) return;
      const [outer, inner] = [root.getBoundingClientRect(), button.getBoundingClientRect()];
      const middle = inner.left + inner.width / 2 - outer.left;
      put({ top: inner.bottom - outer.top + 4, point: Math.max(14, Math.min(outer.width - 14, middle)) });
    };
    place();
    card.current?.scrollIntoView?.({ block: "nearest" });
    window.addEventListener("resize", place);
    const watch = typeof ResizeObserver === "undefined" || !root ? null : new ResizeObserver(place);
    if (root) watch?.observe(root);
    return () => {
      window.removeEventListener("resize", place);
      watch?.disconnect();
    };
  }, [button, root]);
  return (
    <div ref={card} className="aa-under" style={{ top: at.top, "--aa-point": `${at.point}px` } as React.CSSProperties}>
      {children}
    </div>
  );
}
