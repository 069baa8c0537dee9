// Where in the page one is, as the address says it: ?run=ID, ?view=schedules, ?model=DATABASE, or none of them for a new question. Back and forward work.
import { useCallback, useEffect, useState } from "react";

export interface Place {
  run: string | null;
  schedules: boolean;
  /** The database whose semantic model is looked at. */
  model?: string | null;
}

export const NEW: Place = { run: null, schedules: false };
const DATABASE = /^[a-z][a-z0-9_-]{0,62}$/;
const RUN_ID = /^[A-Za-z0-9_-]{1,64}$/;

export function placeOf(search: string): Place {
  const query = new URLSearchParams(search);
  const run = query.get("run");
  const model = query.get("model");
  return { run: run && RUN_ID.test(run) ? run : null, schedules: query.get("view") === "schedules", ...(model && DATABASE.test(model) ? { model } : {}) };
}

export function addressOf({ run, schedules, model }: Place): string {
  const query = new URLSearchParams();
  if (run) query.set("run", run);
  else if (schedules) query.set("view", "schedules");
  else if (model) query.set("model", model);
  const text = query.toString();
  return `${window.location.pathname}${text ? `?${text}` : ""}`;
}

/** The place, and a way to another one. */
export function usePlace(): [Place, (next: Place) => void] {
  const [place, put] = useState(() => placeOf(window.location.search));
  useEffect(() => {
    const read = () => put(placeOf(window.location.search));
    window.addEventListener("popstate", read);
    return () => window.removeEventListener("popstate", read);
  }, []);
  const go = useCallback((next: Place) => {
    const address = addressOf(next);
    if (address !== `${window.location.pathname}${window.location.search}`) window.history.pushState(window.history.state, "", address);
    put(next);
  }, []);
  return [place, go];
}

/** Follows a link inside the page by itself; a click that wants a new tab stays the browser's. */
export function inPlace(act: () => void): (event: React.MouseEvent) => void {
  return (event) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    act();
  };
}
