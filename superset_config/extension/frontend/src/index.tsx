// What Superset runs on every page: registers the panel, and loads nothing of it before SQL Lab shows its column.
import React, { Component, lazy, Suspense, useCallback, useEffect, useRef, useState } from "react";
import { views } from "@apache-superset/core";
import { isHere } from "./page/here";
import { beginsClosed, fold, rememberClosed } from "./panel/column";

const TRIES = 20;

const Panel = lazy(() => import("./panel/panel"));

function Place() {
  const host = useRef<HTMLDivElement>(null);
  const [shown, show] = useState(false);
  useEffect(() => {
    const element = host.current;
    if (!element) return undefined;
    // Superset opens the column each time; it can be folded only once it has been measured.
    let folding = beginsClosed() ? TRIES : 0;
    let wide = false;
    const timer = window.setInterval(() => {
      if (folding > 0 && element.clientWidth > 0) {
        wide = true;
        fold(element);
      }
      folding = wide && element.clientWidth === 0 ? 0 : folding - 1;
      if (folding > 0) return;
      window.clearInterval(timer);
      look();
    }, 100);
    // Null until it was open or folded once: at first nothing has a width yet.
    let before = folding > 0 ? false : null;
    const look = () => {
      const open = element.clientWidth > 0;
      if (!element.isConnected || (open && folding > 0)) return;
      if (before !== null && before !== open) rememberClosed(!open);
      if (before !== null || open) before = open;
      if (open) show(true);
    };
    const watch = new ResizeObserver(look);
    watch.observe(element);
    return () => {
      window.clearInterval(timer);
      watch.disconnect();
    };
  }, []);
  const close = useCallback(() => void fold(host.current), []);
  return (
    <div ref={host} className="aa-panel-host">
      {shown && (
        <Whole>
          <Suspense fallback={null}>
            <Panel onClose={close} />
          </Suspense>
        </Whole>
      )}
    </div>
  );
}

/** What breaks in the panel stays in the panel: SQL Lab goes on. */
class Whole extends Component<{ children: React.ReactNode }, { broken: boolean }> {
  state = { broken: false };
  static getDerivedStateFromError() {
    return { broken: true };
  }
  render() {
    if (!this.state.broken) return this.props.children;
    return (
      <div style={{ padding: 16 }} role="alert">
        <p>The Ask panel could not be shown. Your questions and answers are safe. Reload the page; if that does not help, an administrator runs analytics-agent up.</p>
        <button type="button" onClick={() => window.location.reload()}>
          Reload the page
        </button>
      </div>
    );
  }
}

views.registerView({ id: "analytics-agent.ask.panel", name: "Ask" }, "sqllab.rightSidebar", () => <Place />);

if (isHere()) void import("./page/mount").then(({ mount }) => mount());
