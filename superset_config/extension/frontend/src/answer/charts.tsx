// The report's charts as images, drawn for the theme and the width they stand in; each with its sentence for who cannot see it.
import React, { useEffect, useLayoutEffect, useRef, useState } from "react";
import { useTheme } from "../theme";
import type { Chart, Run } from "../types";
import { visible } from "./invisible";
import type { AnswerApi } from "./shapes";

export function Charts({ run, api, compact, onRows }: { run: Run; api: AnswerApi; compact: boolean; onRows?(result: string): void }) {
  const [all, showAll] = useState(false);
  useEffect(() => showAll(false), [run.id]);
  const charts = run.report.charts ?? [];
  if (!charts.length) return null;
  const shown = all ? charts : charts.slice(0, 1);
  return (
    <div className="aa-charts">
      {shown.map((chart, place) => (
        <ChartCard key={place} api={api} chart={chart} compact={compact} onRows={onRows} />
      ))}
      {shown.length < charts.length && (
        <button type="button" className="aa-link" onClick={() => showAll(true)}>
          Show {charts.length - 1} more {charts.length === 2 ? "chart" : "charts"}
        </button>
      )}
    </div>
  );
}

/** A wide picture in less room than this would have letters too small to read. */
const ROOM = 540;

/** Whether what is referred to has no room for a wide picture; as first told where nothing is laid out yet. */
function useNarrow(first: boolean): [React.RefObject<HTMLElement>, boolean] {
  const box = useRef<HTMLElement>(null);
  const [narrow, become] = useState(first);
  useLayoutEffect(() => {
    const look = () => box.current?.clientWidth && become(first || box.current.clientWidth < ROOM);
    look();
    window.addEventListener("resize", look);
    return () => window.removeEventListener("resize", look);
  }, [first]);
  return [box, narrow];
}

interface CardProps {
  api: AnswerApi;
  chart: Chart;
  compact: boolean;
  onRows?(result: string): void;
}

function ChartCard({ api, chart, compact, onRows }: CardProps) {
  const theme = useTheme() as Record<string, string>;
  const [state, become] = useState<"loading" | "ready" | "failed">("loading");
  const [card, narrow] = useNarrow(compact);
  const address = api.address(`${chart.url}?theme=${theme["--aa-scheme"] === "dark" ? "dark" : "light"}&width=${narrow ? "narrow" : "wide"}`);
  return (
    <figure className="aa-card aa-chart" ref={card}>
      <figcaption>
        <strong dir="auto">{visible(chart.title)}</strong>
        {chart.subtitle && <span dir="auto">{visible(chart.subtitle)}</span>}
      </figcaption>
      {state === "failed" ? (
        <p className="aa-second" dir="auto">
          The picture could not be loaded. {visible(chart.alt)}
        </p>
      ) : (
        <img className={state} src={address} alt={visible(chart.alt)} onLoad={() => become("ready")} onError={() => become("failed")} />
      )}
      {(chart.notes?.length || (onRows && chart.result)) && (
        <p className="aa-third" dir="auto">
          {(chart.notes ?? []).map(visible).join(" ")}{" "}
          {onRows && chart.result && (
            <button type="button" className="aa-link" onClick={() => onRows(chart.result)}>
              Show its rows
            </button>
          )}
        </p>
      )}
    </figure>
  );
}
