// A column that comes over the others where there is no room beside them. Escape and a click beside it close it.
import React, { useEffect, useRef, useState } from "react";

export function Drawer({ side, label, onClose, children }: { side: "start" | "end"; label: string; onClose(): void; children: React.ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    box.current?.focus({ preventScroll: true });
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  return (
    <div className="ap-over">
      <div className="ap-veil" onClick={onClose} />
      <div
        ref={box}
        className={`ap-drawer ap-drawer-${side}`}
        role="dialog"
        aria-modal="true"
        aria-label={label}
        tabIndex={-1}
        onKeyDown={(event) => {
          if (event.key === "Escape") {
            event.stopPropagation();
            onClose();
          } else if (event.key === "Tab") keepInside(event, box.current);
        }}
      >
        {children}
      </div>
    </div>
  );
}

const REACHABLE = "a[href],button:not(:disabled),input:not(:disabled),select,textarea,summary,[tabindex='0']";

function keepInside(event: React.KeyboardEvent, box: HTMLElement | null): void {
  const all = [...(box?.querySelectorAll<HTMLElement>(REACHABLE) ?? [])].filter((one) => one.offsetParent !== null && one.tabIndex >= 0);
  const [first, last] = [all[0], all[all.length - 1]];
  if (!first || !last) return;
  const at = document.activeElement;
  if (event.shiftKey && (at === first || at === box)) {
    event.preventDefault();
    last.focus();
  } else if (!event.shiftKey && at === last) {
    event.preventDefault();
    first.focus();
  }
}

/** Whether the window is that wide at most. */
export function useAtMost(pixels: number): boolean {
  const query = `(max-width:${pixels}px)`;
  const [fits, put] = useState(() => window.matchMedia(query).matches);
  useEffect(() => {
    const list = window.matchMedia(query);
    const hear = () => put(list.matches);
    hear();
    list.addEventListener("change", hear);
    return () => list.removeEventListener("change", hear);
  }, [query]);
  return fits;
}
