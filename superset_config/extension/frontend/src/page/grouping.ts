// One's questions by day, as people speak of days, and what the list says of each. Pure.
import { duration } from "../answer/numbers";
import { finished, type Run, type Schedule } from "../types";

export interface Group {
  title: string;
  runs: Run[];
}

const MONTHS = "January February March April May June July August September October November December".split(" ");

/** Today, Yesterday, This week, Last week, then months; runs keep their order. Weeks begin on Monday. */
export function grouped(runs: readonly Run[], now: Date): Group[] {
  const groups: Group[] = [];
  for (const run of runs) {
    const title = titleOf(new Date(run.asked_at), now);
    const last = groups[groups.length - 1];
    if (last?.title === title) last.runs.push(run);
    else groups.push({ title, runs: [run] });
  }
  return groups;
}

function titleOf(at: Date, now: Date): string {
  if (Number.isNaN(at.getTime())) return "Earlier";
  const days = Math.round((midnight(now) - midnight(at)) / 86_400_000);
  const monday = (now.getDay() + 6) % 7;
  if (days <= 0) return "Today";
  if (days === 1) return "Yesterday";
  if (days <= monday) return "This week";
  if (days <= monday + 7) return "Last week";
  const month = MONTHS[at.getMonth()];
  return at.getFullYear() === now.getFullYear() ? month : `${month} ${at.getFullYear()}`;
}

function midnight(at: Date): number {
  return Date.UTC(at.getFullYear(), at.getMonth(), at.getDate());
}

export interface Mark {
  text: string;
  badge: { text: string; kind: "need" | "plain" | "bad" } | null;
}

/** The line under a question in the list: "flights · report ready". */
export function markOf(run: Run, schedules: readonly Schedule[], now: number): Mark {
  const schedule = schedules.find((one) => one.analysis === run.id && one.paused === null);
  if (schedule) return { text: schedule.when.slice(0, 1).toLowerCase() + schedule.when.slice(1), badge: null };
  switch (run.status) {
    case "needs_input":
    case "needs_approval":
      return { text: "waiting for your reading", badge: { text: "Needs you", kind: "need" } };
    case "queued":
    case "running": {
      const since = Math.max(0, Math.floor((now - Date.parse(run.asked_at)) / 1_000));
      return { text: since < 1 ? "just asked" : since < 60 ? `${since} s` : duration(since), badge: { text: run.status === "queued" ? "Queued" : "Working", kind: "plain" } };
    }
    case "succeeded":
      return { text: run.schedule ? "scheduled report" : run.superset.dashboard_url ? "published" : run.report.pdf || run.report.html ? "report ready" : "answered", badge: null };
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

export function underWay(run: Run): boolean {
  return !finished(run.status);
}
