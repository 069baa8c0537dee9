// A run's events as the five steps with what happened in each: pure, so that the same events always show the same.
import type { RunEvent } from "../types";
import { visible } from "./invisible";
import { count, duration } from "./numbers";

export const STEPS = ["explore", "analyze", "synthesize", "report", "deliver"] as const;
export type StepName = (typeof STEPS)[number];

export interface StepLine {
  key: string;
  /** "r1" for a result; a sign otherwise. */
  mark: { result: string } | { sign: "read" | "done" | "warning" };
  text: string;
  aside: string;
}

export interface Step {
  name: StepName;
  state: "waiting" | "running" | "finished" | "stopped";
  seconds: number | null;
  lastSeen: string | null;
  lines: StepLine[];
}

export interface Progress {
  steps: Step[];
  costUsd: number;
  turns: number;
}

/** The steps in order. `expected` are those that are shown before they begin; `over`: nothing will happen any more. */
export function progress(events: readonly RunEvent[], expected: readonly StepName[] = ["explore", "analyze", "synthesize", "report"], over = false): Progress {
  const steps = new Map<StepName, Step>(STEPS.map((name) => [name, waiting(name)]));
  const seen = new Set<number>();
  let costUsd = 0;
  let turns = 0;
  for (const event of events) {
    if (seen.has(event.seq)) continue; // a resumed reader may be told twice
    seen.add(event.seq);
    if (event.kind === "turn") {
      costUsd += number(event.data.cost_usd);
      turns += 1;
    }
    // A run that was stopped at a budget goes on: the report of its partial answer is gone.
    if (event.kind === "run" && event.data.status === "queued") steps.set("report", waiting("report"));
    const step = steps.get(event.step as StepName);
    if (step) tell(step, event);
  }
  const shown = [...steps.values()].filter((step) => expected.includes(step.name) || step.state !== "waiting");
  for (const step of shown) if (over && step.state === "running") step.state = "stopped";
  return { steps: over ? shown.filter((step) => step.state !== "waiting") : shown, costUsd, turns };
}

const waiting = (name: StepName): Step => ({ name, state: "waiting", seconds: null, lastSeen: null, lines: [] });

function tell(step: Step, event: RunEvent): void {
  step.lastSeen = event.at;
  if (event.kind === "step") {
    step.state = event.data.state === "finished" ? "finished" : "running";
    if (typeof event.data.seconds === "number") step.seconds = event.data.seconds;
    return;
  }
  if (step.state === "waiting") step.state = "running";
  const line = lineOf(event);
  if (line) step.lines.push(line);
}

function lineOf(event: RunEvent): StepLine | null {
  const { data } = event;
  const key = String(event.seq);
  switch (event.kind) {
    case "query":
      if (data.source === "computed") return null; // its finding tells of it
      return { key, mark: { result: text(data.id) }, text: ofLine(data, text(data.title)), aside: `${count(number(data.rows), "row")} · ${duration(number(data.milliseconds) / 1000)}` };
    case "finding":
      return { key, mark: { sign: "done" }, text: text(data.title), aside: text(data.operation) };
    case "tool":
      return data.is_error
        ? { key, mark: { sign: "warning" }, text: `${capital(text(data.title) || text(data.name))}: not possible, another way is tried`, aside: "" }
        : { key, mark: { sign: "read" }, text: ofLine(data, capital(text(data.title) || text(data.name))), aside: "" };
    case "report":
      return { key, mark: { sign: "done" }, text: `Report as ${formats(data.formats)}`, aside: "" };
    case "published":
      return { key, mark: { sign: "done" }, text: "Draft dashboard made", aside: count(number(data.charts), "chart") };
    case "delivery":
      return { key, mark: { sign: data.state === "sent" ? "done" : "warning" }, text: `${text(data.recipient)}: ${text(data.state)}`, aside: "" };
    case "approval":
      return { key, mark: { sign: data.state === "approved" ? "done" : "warning" }, text: `${APPROVALS[text(data.state)] ?? ""}${text(data.title)}`, aside: "" };
    case "warning":
      return { key, mark: { sign: "warning" }, text: text(data.message), aside: "" };
    default:
      return null;
  }
}

const APPROVALS: Record<string, string> = { asked: "Waits for approval: ", approved: "Approved: ", rejected: "Not approved: " };

/** What belongs to a line of inquiry stands under the call that began it. */
function ofLine(data: Record<string, unknown>, title: string): string {
  return data.line ? `↳ ${title}` : title;
}

function formats(value: unknown): string {
  return Array.isArray(value) && value.length ? value.map((one) => text(one).toUpperCase()).join(" and ") : "a file";
}

function text(value: unknown): string {
  return typeof value === "string" ? visible(value) : "";
}

function number(value: unknown): number {
  return typeof value === "number" ? value : Array.isArray(value) ? value.length : 0;
}

function capital(words: string): string {
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}
