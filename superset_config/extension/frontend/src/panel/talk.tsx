// The conversation: questions about the open tab's database, one after the other, and the place where the next one is written.
import React, { useCallback, useEffect, useMemo, useState } from "react";
import { visible } from "../answer/invisible";
import { useDraft } from "../api/kept";
import { type Followed, useApi, useAsk, useContextOf } from "../api/provider";
import { editorText, type EditorTab, useEditorHasText } from "../host/sqlLab";
import { withSql } from "../parts/bubble";
import { Composer } from "../parts/composer";
import { STATES } from "../parts/history";
import { ScheduleDialog } from "../parts/schedule-dialog";
import { type Context, type Database, finished, type Run } from "../types";
import { useInsert } from "./insert";
import { Chips, NotAsked, Opening } from "./opening";
import { RunBar } from "./run-bar";
import { useFocus, useScroll } from "./sight";
import { Turn } from "./turn";

const MOST_TURNS = 20;

interface TalkProps {
  tab: EditorTab | null;
  thread: string[];
  setThread(thread: string[]): void;
  focus: number;
  onHistory(): void;
}

export function Talk({ tab, thread, setThread, focus, onHistory }: TalkProps) {
  const api = useApi();
  const [draft, write] = useDraft("panel");
  const told = useContextOf(tab?.database ?? null, tab?.schema ?? null);
  const { database, choose } = useDatabase(told.context, tab);
  const [seen, setSeen] = useState<Followed | null>(null);
  const [fresh, setFresh] = useState<Run | null>(null);
  const [scheduling, schedule] = useState<Run | null>(null);
  const [sqlAlong, setSqlAlong] = useState(false);
  const { insert, shown } = useInsert();
  const hasSql = useEditorHasText(converses(told.context) && tab !== null);
  const lastId = thread[thread.length - 1] ?? null;
  const last = seen?.run && seen.run.id === lastId ? seen.run : null;
  const body = useScroll(thread.length, seen);
  const { ask, asking, error, retryAt, retryNow, dismiss } = useAsk((run) => {
    write("");
    setFresh(run);
    setThread([...thread.filter((id) => id !== run.id), run.id].slice(-MOST_TURNS));
  });
  const { reload: readContext } = told;
  const waiting = told.error?.passing ?? false;
  useEffect(() => {
    if (waiting && seen?.run && seen.connection.state === "live") readContext(); // the service is back
  }, [seen, readContext]);
  const live = last !== null && (last.status === "queued" || last.status === "running");
  const waits = last?.status === "needs_input";
  useFocus(body, live);
  const goesOn = last !== null && last.status === "succeeded" && last.database === database?.name && converses(told.context);
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
      <p className="aa-hidden" role="status">
        {last ? outcome(last) : ""}
      </p>
      {shown}
      {scheduling && <ScheduleDialog run={scheduling} canMail={told.context?.can_mail ?? true} onClose={() => schedule(null)} />}
      {live && seen && last ? (
        <RunBar run={last} followed={seen} />
      ) : (
        <Composer
          draft={[draft, write]}
          placeholder={waits ? "Or describe what you mean …" : goesOn ? "Ask a follow-up …" : last ? "Ask another question …" : database ? `Ask about ${database.name} …` : "Ask a question …"}
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

/** What somebody who does not see the panel should hear; the steps before it announce themselves. */
function outcome(run: Run): string {
  if (run.answer && !run.partial) return `Answered. ${visible(run.headline ?? "")}`;
  if (run.status === "needs_input") return `A question back. ${visible(run.clarification?.question ?? "")}`;
  if (run.status === "needs_approval") return `A statement waits for approval. ${visible(run.approval?.why ?? "")}`;
  if (run.status === "refused") return "Not answered.";
  return finished(run.status) ? `${STATES[run.status].words}. ${visible(run.reason ?? "")}` : "";
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

/** The offline model reads each question by itself, against the semantic model and nothing else. */
function converses(context: Context | null): boolean {
  return Boolean(context?.model) && context?.model !== "offline";
}
