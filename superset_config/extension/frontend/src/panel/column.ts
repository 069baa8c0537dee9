// The column of SQL Lab in which the panel stands: Superset folds it up and out by a handle of its own, and has no other way.

const CLOSED = "analytics-agent:panel-closed";
const ROOMY = 1200;

function bar(inside: Element | null): HTMLElement | null {
  return inside?.closest(".ant-splitter-panel")?.previousElementSibling as HTMLElement | null;
}

/** Folds the column that holds this element. False where Superset looks different from what we know. */
export function fold(inside: Element | null): boolean {
  const handle = bar(inside)?.querySelector<HTMLElement>(".ant-splitter-bar-collapse-bar-end");
  handle?.click();
  return Boolean(handle);
}

/** As the person left it; before that it does not take a narrow window's room from the editor. */
export function beginsClosed(): boolean {
  try {
    const kept = window.localStorage.getItem(CLOSED);
    return kept === null ? window.innerWidth < ROOMY : kept === "yes";
  } catch {
    return false;
  }
}

export function rememberClosed(closed: boolean): void {
  try {
    window.localStorage.setItem(CLOSED, closed ? "yes" : "no");
  } catch {
    // storage is switched off: it begins anew each time
  }
}
