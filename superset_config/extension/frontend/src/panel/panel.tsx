// The panel beside SQL Lab's editor: its frame, and whether the conversation or one's questions are shown.
import React, { useCallback, useState } from "react";
import { Icon as Drawn } from "../answer/icon";
import { answerCss } from "../answer/styles";
import { Api } from "../api/client";
import { useKept } from "../api/kept";
import { AskProvider } from "../api/provider";
import { useEditorTab } from "../host/sqlLab";
import { History } from "../parts/history";
import { Icon } from "../parts/icon";
import { partsCss } from "../parts/styles";
import { useStyles, useTheme } from "../theme";
import type { RunSummary } from "../types";
import { Talk } from "./talk";

export default function Panel({ api, onClose }: { api?: Api; onClose(): void }) {
  const [own] = useState(() => api ?? new Api());
  return (
    <AskProvider api={own}>
      <Column onClose={onClose} />
    </AskProvider>
  );
}

function Column({ onClose }: { onClose(): void }) {
  useStyles("answer", answerCss);
  useStyles("parts", partsCss);
  const style = useTheme();
  const tab = useEditorTab();
  const [thread, setThread] = useKept<string[]>("thread", []);
  const [view, setView] = useState<"talk" | "history">("talk");
  const [focus, setFocus] = useState(0);
  const goTo = useCallback((next: "talk" | "history") => {
    setView(next);
    if (next === "talk") setFocus((value) => value + 1);
  }, []);
  const startNew = () => {
    setThread([]);
    goTo("talk");
  };
  const open = (run: RunSummary) => {
    setThread([run.id]);
    goTo("talk");
  };
  return (
    <section
      className="aa-root aa-panel"
      style={style}
      aria-label="Ask"
      onKeyDown={(event) => {
        if (event.key === "Escape" && view === "history") goTo("talk");
      }}
    >
      <Head view={view} onNew={startNew} onHistory={() => goTo(view === "history" ? "talk" : "history")} onClose={onClose} />
      {view === "history" ? (
        <div className="aa-body">
          <History onOpen={open} current={thread[thread.length - 1] ?? null} />
        </div>
      ) : (
        <Talk tab={tab} thread={thread} setThread={setThread} focus={focus} onHistory={() => goTo("history")} />
      )}
    </section>
  );
}

function Head({ view, onNew, onHistory, onClose }: { view: string; onNew(): void; onHistory(): void; onClose(): void }) {
  return (
    <header>
      <Icon name="ask" size={18} />
      <h2>{view === "history" ? "My questions" : "Ask"}</h2>
      <button type="button" className="aa-icon-button" aria-label="New question" title="New question" onClick={onNew}>
        <Drawn name="plus" size={17} />
      </button>
      <button type="button" className="aa-icon-button" aria-label="My questions" title="My questions" aria-pressed={view === "history"} onClick={onHistory}>
        <Icon name="history" />
      </button>
      <button type="button" className="aa-icon-button" aria-label="Close panel" title="Close panel" onClick={onClose}>
        <Drawn name="close" size={17} />
      </button>
    </header>
  );
}
