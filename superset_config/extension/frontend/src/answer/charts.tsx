// The report's charts as images, drawn for the theme and the width they stand in; each with its sentence for who cannot see it.
import React, { useEffect, useState } from "react";
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

interface CardProps {
  api: AnswerApi;
  chart: Chart;
  compact: boolean;
  onRows?(result: string): void;
}

function ChartCard({ api, chart, compact, onRows }: CardProps) {
  const theme = useTheme() as Record<string, string>;
  const [state, become] = useState<"loading" | "ready" | "failed">("loading");
  const address = api.address(`${chart.url}?theme=${theme["--aa-scheme"] === "dark" ? "dark" : "light"}&width=${compact ? "narrow" : "wide"}`);
  return (
    <figure className="aa-card aa-chart">
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
