// The column of SQL Lab in which the panel stands: Superset folds it up and out by a handle of its own, and has no other way.

const CLOSED = "analytics-agent:panel-closed";

function bar(inside: Element | null): HTMLElement | null {
  return inside?.closest(".ant-splitter-panel")?.previousElementSibling as HTMLElement | null;
}

/** Folds the column that holds this element, and remembers it. False where Superset looks different from what we know. */
export function fold(inside: Element | null): boolean {
  const handle = bar(inside)?.querySelector<HTMLElement>(".ant-splitter-bar-collapse-bar-end");
  handle?.click();
  return Boolean(handle);
}

export function rememberedClosed(): boolean {
  try {
    return window.localStorage.getItem(CLOSED) === "1";
  } catch {
    return false;
  }
}

export function rememberClosed(closed: boolean): void {
  try {
    if (closed) window.localStorage.setItem(CLOSED, "1");
    else window.localStorage.removeItem(CLOSED);
  } catch {
    // storage is switched off: it is open again next time
  }
}
