// One's questions by day, as people speak of days. Pure.
import type { RunSummary } from "../types";

export interface Group {
  title: string;
  runs: RunSummary[];
}

const MONTHS = "January February March April May June July August September October November December".split(" ");

/** Today, Yesterday, This week, Last week, then months; runs keep their order. Weeks begin on Monday. */
export function grouped(runs: readonly RunSummary[], now: Date): Group[] {
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

export function midnight(at: Date): number {
  return Date.UTC(at.getFullYear(), at.getMonth(), at.getDate());
}
