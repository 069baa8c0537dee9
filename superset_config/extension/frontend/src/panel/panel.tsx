// The panel beside SQL Lab's editor: one conversation at a time, about the database of the open tab.
import React, { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { ErrorCard } from "../answer/ended";
import { Icon as Drawn } from "../answer/icon";
import { visible } from "../answer/invisible";
import { answerCss } from "../answer/styles";
import { Api } from "../api/client";
import { useDraft, useKept } from "../api/kept";
import type { Problem } from "../api/problem";
import { AskProvider, type Followed, useApi, useAsk, useContextOf, useSlow } from "../api/provider";
import { loginAddress } from "../host/page";
import { editorText, type EditorTab, useEditorHasText, useEditorTab } from "../host/sqlLab";
import { Skeleton, withSql } from "../parts/bubble";
import { Composer } from "../parts/composer";
import { History } from "../parts/history";
import { Icon } from "../parts/icon";
import { ScheduleDialog } from "../parts/schedule-dialog";
import { partsCss } from "../parts/styles";
import { useStyles, useTheme } from "../theme";
import { type Context, type Database, finished, type Run } from "../types";
import { useInsert } from "./insert";
import { RunBar } from "./run-bar";
import { ForAdministrator, Turn } from "./turn";
import { Welcome } from "./welcome";

const MOST_TURNS = 20;

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
  const open = (run: Run) => {
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

interface TalkProps {
  tab: EditorTab | null;
  thread: string[];
  setThread(thread: string[]): void;
  focus: number;
  onHistory(): void;
}

function Talk({ tab, thread, setThread, focus, onHistory }: TalkProps) {
  const api = useApi();
  const [draft, write] = useDraft("panel");
  const told = useContextOf(tab?.database ?? null, tab?.schema ?? null);
  const { database, choose } = useDatabase(told.context, tab);
  const [seen, setSeen] = useState<Followed | null>(null);
  const [fresh, setFresh] = useState<Run | null>(null);
  const [scheduling, schedule] = useState<Run | null>(null);
  const [sqlAlong, setSqlAlong] = useState(false);
  const { insert, shown } = useInsert();
  const hasSql = useEditorHasText(readsSql(told.context) && tab !== null);
  const lastId = thread[thread.length - 1] ?? null;
  const last = seen?.run && seen.run.id === lastId ? seen.run : null;
  const body = useScroll(thread.length, seen);
  const { ask, asking, error, retryAt, retryNow, dismiss } = useAsk((run) => {
    write("");
    setFresh(run);
    setThread([...thread.filter((id) => id !== run.id), run.id].slice(-MOST_TURNS));
  });
  const live = last !== null && (last.status === "queued" || last.status === "running");
  const waits = last?.status === "needs_input";
  const goesOn = last !== null && last.status === "succeeded" && last.database === database?.name;
  const [early, keepEarly] = useState<string | null>(null);
  const submit = async (text: string) => {
    if (live) return;
    if (!database) {
      keepEarly(text); // it is asked once it is known what of
      return;
    }
    keepEarly(null);
    const question = sqlAlong && hasSql ? withSql(text, await editorText()) : text;
    await ask({ question, database: database.name, schema: tab?.schema, continues: goesOn ? last?.id : null });
  };
  useEffect(() => {
    if (early !== null && database) void submit(early);
    else if (early !== null && told.context && !told.loading) keepEarly(null); // there is nothing to ask here
  });
  const answerRun = async (text: string) => {
    if (!last || !seen) return;
    try {
      seen.reload(await api.answer(last.id, text));
      write("");
    } catch {
      seen.reload(); // it was answered elsewhere, or has ended: what is so now is shown
    }
  };
  const onAsk = (text: string) => {
    write(text);
    void submit(text);
  };
  return (
    <>
      <Chips tab={tab} database={database} hasSql={hasSql} sqlAlong={sqlAlong} onSql={setSqlAlong} />
      <div ref={body} className="aa-body" role="region" aria-label="Conversation" tabIndex={0}>
        <Opening told={told} tab={tab} database={database} empty={!thread.length} onAsk={onAsk} onChoose={choose} />
        {thread.map((id, at) => (
          <Turn
            key={id}
            id={id}
            known={fresh?.id === id ? fresh : undefined}
            last={at === thread.length - 1}
            onSeen={setSeen}
            onInsertSql={(sql, title, run) => insert({ sql, title, database: numberOf(told.context, run.database) })}
            onAsk={onAsk}
            onSchedule={schedule}
            onHistory={onHistory}
          />
        ))}
        {error && <NotAsked error={error} retryAt={retryAt} onRetry={retryNow} onDismiss={dismiss} />}
      </div>
      {shown}
      {scheduling && <ScheduleDialog run={scheduling} canMail={told.context?.can_mail ?? true} onClose={() => schedule(null)} />}
      {live && seen && last ? (
        <RunBar run={last} followed={seen} />
      ) : (
        <Composer
          draft={[draft, write]}
          placeholder={waits ? "Or describe what you mean …" : goesOn ? "Ask a follow-up …" : database ? `Ask about ${database.name} …` : "Ask a question …"}
          label={waits ? "Your answer" : "Question"}
          busy={asking || early !== null}
          disabled={!waits && !database && told.context !== null}
          note={error && draft ? "Draft kept" : ""}
          onSubmit={(text) => void (waits ? answerRun(text) : submit(text))}
          focus={focus}
        />
      )}
    </>
  );
}

/** The open tab's database, or the one that was chosen where that cannot be asked. */
function useDatabase(context: Context | null, tab: EditorTab | null): { database: Database | null; choose(database: Database): void } {
  const [chosen, put] = useState<{ name: string; beside: number | null } | null>(null);
  const beside = tab?.database ?? null;
  const choose = useCallback((database: Database) => put({ name: database.name, beside }), [beside]);
  const database = useMemo(() => {
    if (!context) return null;
    if (context.database) return context.database;
    return (chosen && chosen.beside === beside ? context.databases.find((one) => one.name === chosen.name) : null) ?? null;
  }, [context, chosen, beside]);
  return { database, choose };
}

function numberOf(context: Context | null, name: string): number | null {
  return context?.databases.find((one) => one.name === name)?.superset_id ?? null;
}

/** The offline model reads questions against the semantic model and nothing else. */
function readsSql(context: Context | null): boolean {
  return Boolean(context?.model) && context?.model !== "offline";
}

interface ChipsProps {
  tab: EditorTab | null;
  database: Database | null;
  hasSql: boolean;
  sqlAlong: boolean;
  onSql(along: boolean): void;
}

function Chips({ tab, database, hasSql, sqlAlong, onSql }: ChipsProps) {
  const name = database?.name ?? tab?.databaseName;
  if (!name && !tab) return null;
  return (
    <div className="aa-chips" role="group" aria-label="What is asked about">
      <span className="aa-chip" title="Database">
        <Drawn name="database" size={13} />
        <span dir="auto">{visible(name ?? "Unknown database")}</span>
      </span>
      {tab?.schema && (
        <span className="aa-chip" title="Schema">
          <span dir="auto">{visible(tab.schema)}</span>
        </span>
      )}
      {hasSql && (
        <button type="button" className="aa-chip aa-focus" aria-pressed={sqlAlong} title="Send the editor's SQL with the question" onClick={() => onSql(!sqlAlong)}>
          <Drawn name="code" size={13} />
          <span>SQL in editor</span>
        </button>
      )}
    </div>
  );
}

interface OpeningProps {
  told: ReturnType<typeof useContextOf>;
  tab: EditorTab | null;
  database: Database | null;
  empty: boolean;
  onAsk(question: string): void;
  onChoose(database: Database): void;
}

function Opening({ told, tab, database, empty, onAsk, onChoose }: OpeningProps) {
  const { context, error, loading, retryAt, reload } = told;
  const slow = useSlow(loading && !context && !error);
  if (error && !context) {
    return (
      <>
        <ErrorCard error={error} retryAt={retryAt} onRetry={reload}>
          {error.kind === "session" && <LogIn />}
        </ErrorCard>
        {error.kind === "unreachable" && <ForAdministrator />}
      </>
    );
  }
  if (slow) return <Skeleton lines={empty ? 6 : 2} />;
  if (!context || (!empty && database)) return null;
  return <Welcome context={context} here={tab?.databaseName ?? null} open={tab !== null} database={database} onAsk={onAsk} onChoose={onChoose} />;
}

function LogIn() {
  return (
    <p>
      <a className="aa-link" href={loginAddress()} target="_blank" rel="noopener">
        Log in again
      </a>
    </p>
  );
}

/** A question that did not arrive: it stays in the composer. */
function NotAsked({ error, retryAt, onRetry, onDismiss }: { error: Problem; retryAt: number | null; onRetry(): void; onDismiss(): void }) {
  const fields = error.fields.map((one) => one.message).filter(Boolean);
  return (
    <>
      <ErrorCard error={error} retryAt={retryAt} onRetry={onRetry}>
        {fields.map((message) => (
          <p key={message} dir="auto">
            {visible(message)}
          </p>
        ))}
        {error.kind === "session" && <LogIn />}
        {retryAt !== null && (
          <button type="button" className="aa-link" onClick={onDismiss}>
            Do not ask it
          </button>
        )}
      </ErrorCard>
      {error.kind === "unreachable" && <ForAdministrator />}
    </>
  );
}

/** Keeps the newest in sight: a new turn is scrolled to, and its growth is followed while its end is in view. */
function useScroll(turns: number, seen: Followed | null): React.RefObject<HTMLDivElement> {
  const body = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  useEffect(() => {
    const element = body.current;
    const look = () => {
      if (element) atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < 60;
    };
    element?.addEventListener("scroll", look, { passive: true });
    return () => element?.removeEventListener("scroll", look);
  }, []);
  useLayoutEffect(() => {
    atEnd.current = true;
  }, [turns]);
  const status = seen?.run?.status;
  const readable = Boolean(seen?.run && (seen.run.answer || finished(seen.run.status)));
  const length = readable ? 0 : seen?.events.length;
  useLayoutEffect(() => {
    const element = body.current;
    if (!element || !atEnd.current) return;
    const newest = element.querySelector<HTMLElement>(".aa-turn:last-of-type");
    // An answer is read from its beginning; progress is watched at its end.
    if (readable && newest) element.scrollTop = newest.offsetTop - element.offsetTop - 16;
    else element.scrollTop = element.scrollHeight;
  }, [turns, status, readable, length]);
  return body;
}
