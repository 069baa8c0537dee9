// The five steps, with what happens in each while it happens. Announced politely, once a step.
import React, { useMemo } from "react";
import { useStyles } from "../theme";
import { type Run, type RunEvent, finished } from "../types";
import { Icon } from "./icon";
import { duration } from "./numbers";
import { type Step, type StepLine, type StepName, STEPS, progress } from "./steps";
import { answerCss } from "./styles";

interface StepsProps {
  events: readonly RunEvent[];
  run: Run;
  compact?: boolean;
  /** Steps that are shown before they begin. */
  expected?: readonly StepName[];
}

export function Steps({ events, run, compact = false, expected = STEPS.slice(0, 4) }: StepsProps) {
  useStyles("answer", answerCss);
  const over = finished(run.status);
  const { steps } = useMemo(() => progress(events, expected, over), [events, expected, over]);
  const current = [...steps].reverse().find((step) => step.state !== "waiting");
  return (
    <>
      <ol className={compact ? "aa-steps aa-compact" : "aa-steps"} aria-label="Steps">
        {steps.map((step) => (
          <StepItem key={step.name} step={step} waits={run.status === "needs_input" || run.status === "needs_approval"} />
        ))}
      </ol>
      {!over && (
        <p className="aa-hidden" role="status">
          {current ? `${title(current.name)} ${current.state === "finished" ? "finished" : "started"}` : "The question is queued"}
        </p>
      )}
    </>
  );
}

const SAID: Record<Step["state"], string> = { waiting: "not begun", running: "running", finished: "finished", stopped: "stopped" };

function StepItem({ step, waits }: { step: Step; waits: boolean }) {
  const running = step.state === "running";
  return (
    <li className={`aa-step aa-step-${running && waits ? "paused" : step.state}`}>
      <span className="aa-dot" aria-hidden="true">
        {step.state === "finished" && <Icon name="check" size={13} bold />}
        {step.state === "stopped" && <Icon name="stop" size={10} />}
      </span>
      <div className="aa-step-head">
        <span>
          {title(step.name)}
          <span className="aa-hidden">, {running && waits ? "waiting for you" : SAID[step.state]}</span>
        </span>
        {step.seconds !== null && <em>{duration(step.seconds)}</em>}
      </div>
      {step.lines.length > 0 && (
        <ul>
          {step.lines.map((line) => (
            <Line key={line.key} line={line} />
          ))}
        </ul>
      )}
    </li>
  );
}

const SIGNS = { read: "database", done: "check", warning: "warning" } as const;

function Line({ line }: { line: StepLine }) {
  return (
    <li>
      {"result" in line.mark ? <code>{line.mark.result}</code> : <Icon name={SIGNS[line.mark.sign]} size={13} />}
      <span dir="auto">{line.text}</span>
      {line.aside && <em>{line.aside}</em>}
    </li>
  );
}

function title(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}
