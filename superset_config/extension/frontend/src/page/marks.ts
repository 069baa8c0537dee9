// What the list says of each question. Pure.
import { duration } from "../answer/numbers";
import { finished, type RunSummary, type Schedule } from "../types";

export interface Mark {
  text: string;
  badge: { text: string; kind: "need" | "plain" | "bad" } | null;
}

/** The line under a question in the list: "flights · report ready". */
export function markOf(run: RunSummary, schedules: readonly Schedule[], now: number): Mark {
  const schedule = schedules.find((one) => one.analysis === run.id && one.paused === null);
  if (schedule) return { text: schedule.when.slice(0, 1).toLowerCase() + schedule.when.slice(1), badge: null };
  switch (run.status) {
    case "needs_approval":
      return { text: "waiting for approval", badge: { text: "Needs you", kind: "need" } };
    case "needs_input":
      return { text: "waiting for your reading", badge: { text: "Needs you", kind: "need" } };
    case "queued":
    case "running": {
      const since = Math.max(0, Math.floor((now - Date.parse(run.asked_at)) / 1_000));
      return { text: since < 1 ? "just asked" : since < 60 ? `${since} s` : duration(since), badge: { text: run.status === "queued" ? "Queued" : "Working", kind: "plain" } };
    }
    case "succeeded":
      return { text: run.schedule ? "scheduled report" : (run.dashboard_url ?? run.superset?.dashboard_url) ? "draft dashboard" : run.report.pdf || run.report.html ? "report ready" : "answered", badge: null };
    case "refused":
      return { text: "not answerable", badge: null };
    case "cancelled":
      return { text: "stopped", badge: null };
    case "over_budget":
      return { text: "stopped at its budget", badge: null };
    default:
      return { text: "did not finish", badge: { text: "Failed", kind: "bad" } };
  }
}

export function underWay(run: RunSummary): boolean {
  return !finished(run.status);
}
