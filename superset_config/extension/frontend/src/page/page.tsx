// The page Ask: one's questions at the left, one of them in the middle, what stands behind it at the right.
import React, { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { ErrorCard } from "../answer/ended";
import { Icon } from "../answer/icon";
import { visible } from "../answer/invisible";
import { answerCss } from "../answer/styles";
import type { FigurePlace } from "../answer/shapes";
import { Api } from "../api/client";
import { useDraft, useKept } from "../api/kept";
import { AskProvider, useApi, useAsk, useContextOf, useHistory, useLoaded, useRun, useSlow } from "../api/provider";
import { asked, Skeleton } from "../parts/bubble";
import { Composer } from "../parts/composer";
import { ScheduleDialog } from "../parts/schedule-dialog";
import { partsCss } from "../parts/styles";
import { useStyles, useTheme } from "../theme";
import type { Database, Run } from "../types";
import { Drawer, useAtMost } from "./drawer";
import { underWay } from "./marks";
import { HistoryColumn } from "./history-column";
import { ModelView } from "./model-view";
import { NewQuestion } from "./new-question";
import { NEW, type Place, usePlace } from "./place";
import { RunView } from "./run-view";
import { SchedulesView } from "./schedules-view";
import { SideColumn, type Tab } from "./side-column";
import { openInSqlLab } from "./sql-lab";
import { pageCss } from "./styles";

export default function Page() {
  const api = useMemo(() => new Api(), []);
  return (
    <AskProvider api={api}>
      <Ask />
    </AskProvider>
  );
}

const REFRESH = 10_000;

function Ask() {
  useStyles("answer", answerCss);
  useStyles("parts", partsCss);
  useStyles("page", pageCss);
  const theme = useTheme();
  const api = useApi();
  const [place, go] = usePlace();
  const history = useHistory();
  const schedules = useLoaded("schedules", (signal) => api.schedules(signal));
  const found = useContextOf(null, null);
  const followed = useRun(place.run);
  const narrow = useAtMost(640);
  const [listed, list] = useState(false);
  useFreshHistory(history, followed.run);
  const runs = history.runs.map((run) => (run.id === followed.run?.id ? followed.run : run));
  const walk = useCallback(
    (next: Place) => {
      list(false);
      go(next);
    },
    [go],
  );
  useTitle(place, followed.run);
  const column = <HistoryColumn history={{ ...history, runs }} schedules={schedules.value ?? []} place={place} go={walk} />;
  return (
    <div className="aa-root ap-page" style={theme}>
      {narrow ? listed && <Drawer side="start" label="My questions" onClose={() => list(false)}>{column}</Drawer> : column}
      <Middle place={place} go={walk} found={found} followed={followed} schedules={schedules} onAsked={history.reload} toList={narrow ? () => list(true) : undefined} />
    </div>
  );
}

interface MiddleProps {
  place: Place;
  go(next: Place): void;
  found: ReturnType<typeof useContextOf>;
  followed: ReturnType<typeof useRun>;
  schedules: Parameters<typeof SchedulesView>[0]["schedules"];
  onAsked(): void;
  toList?(): void;
}

function Middle({ place, go, found, followed, schedules, onAsked, toList }: MiddleProps) {
  const [wanted, choose] = useKept<string | null>("database", null);
  const databases = found.context?.databases ?? [];
  const database = databases.find((one) => one.name === wanted) ?? databases[0] ?? null;
  const main = useFocusOnWalk(place);
  const known = place.run ? followed.run : null;
  const behind = useBehind(known, place.run);
  const draftName = place.run ? `page:${place.run}` : "page";
  const ask = useAskFrom(draftName, go, onAsked);
  const continues = known?.answer && !known.asked_by ? known.id : null;
  const send = (question: string) => void ask.send({ question, database: known?.database ?? database?.name ?? "", continues });
  const elsewhere = (question: string) => void ask.send({ question, database: known?.database ?? database?.name ?? "", continues: null });
  const insert = (sql: string, title: string) => void openInSqlLab(sql, title, numberOf(databases, known));
  const composer = (placeholder: string) => (
    <div className="ap-ask">
      {ask.error && <ErrorCard error={ask.error} retryAt={ask.retryAt} onRetry={ask.retryNow} />}
      <Composer key={draftName} draft={ask.draft} placeholder={placeholder} onSubmit={send} busy={ask.asking} disabled={!known && !database} note={ask.error || found.error ? "Draft kept" : ""} />
    </div>
  );
  const canSchedule = known?.status === "succeeded" && !known.schedule && !known.asked_by;
  const [scheduling, schedule] = useState<Run | null>(null);
  const side = known && (known.queries.length > 0 || known.answer) && (
    <SideColumn
      run={known}
      tab={behind.tab}
      onTab={behind.toTab}
      open={behind.open}
      result={behind.result}
      onResult={behind.toRows}
      onInsertSql={insert}
      onSchedule={canSchedule ? () => schedule(known) : undefined}
      onClose={behind.drawer ? behind.close : undefined}
    />
  );
  return (
    <>
      <main className="ap-main" onKeyDown={behind.onKeyDown}>
        {(toList || (behind.drawer && side)) && (
          <div className="ap-top">
            {toList && (
              <button type="button" className="aa-button" onClick={toList}>
                <Icon name="list" size={15} />
                My questions
              </button>
            )}
            {behind.drawer && side && (
              <button type="button" className="aa-button ap-to-side" onClick={(event) => behind.show(event.currentTarget)}>
                <Icon name="side" size={15} />
                Behind the answer
              </button>
            )}
          </div>
        )}
        <div className="ap-scroll" ref={main} tabIndex={-1}>
          {place.run ? (
            <OneRun followed={followed} behind={behind} go={go} onAsk={elsewhere} />
          ) : place.schedules ? (
            <SchedulesView schedules={schedules} go={go} />
          ) : place.model ? (
            <ModelView key={place.model} database={place.model} versions={databases.find((one) => one.name === place.model)?.versions} go={go} />
          ) : (
            <NewQuestion found={found} database={database} choose={choose} onAsk={send} go={go}>
              {composer(database ? `Ask about ${visible(database.name)} …` : "Ask a question …")}
            </NewQuestion>
          )}
        </div>
        {known && !underWay(known) && <div className="ap-foot">{composer(continues ? "Ask a follow-up …" : "Ask another question …")}</div>}
      </main>
      {side && !behind.drawer && (
        <aside className="ap-side" aria-label="Behind the answer" onKeyDown={behind.onKeyDown}>
          {side}
        </aside>
      )}
      {side && behind.drawer && behind.shown && (
        <Drawer side="end" label="Behind the answer" onClose={behind.close}>
          {side}
        </Drawer>
      )}
      {scheduling && <ScheduleDialog run={scheduling} onClose={() => schedule(null)} onMade={schedules.reload} />}
    </>
  );
}

interface OneProps {
  followed: ReturnType<typeof useRun>;
  behind: Behind;
  go(next: Place): void;
  onAsk(question: string): void;
}

function OneRun({ followed, behind, go, onAsk }: OneProps) {
  const slow = useSlow(followed.loading);
  if (followed.run) return <RunView followed={followed} run={followed.run} open={behind.open} onOpen={behind.onOpen} onAsk={onAsk} onRows={behind.toRows} />;
  if (followed.error?.kind === "missing") {
    return (
      <div className="ap-column">
        <h1>Question not found</h1>
        <p className="aa-second">There is no such question among yours. If it is somebody else's, it opens once it is answered, and only to those who may see all that its answer was made of.</p>
        <p>
          <button type="button" className="aa-button aa-filled" onClick={() => go(NEW)}>
            Ask a new question
          </button>
        </p>
      </div>
    );
  }
  const lost = followed.connection.state === "lost" ? followed.connection : null;
  return (
    <div className="ap-column">
      {followed.error && <ErrorCard error={followed.error} onRetry={() => followed.reload()} />}
      {lost && <ErrorCard error={lost.problem} retryAt={lost.retryAt} onRetry={followed.retryNow} />}
      {slow && <Skeleton lines={6} />}
    </div>
  );
}

export interface Behind {
  open: FigurePlace | null;
  tab: Tab;
  result: string | null;
  /** The right column is a drawer. */
  drawer: boolean;
  shown: boolean;
  onOpen(place: FigurePlace | null, button: HTMLButtonElement | null): void;
  toTab(tab: Tab): void;
  toRows(result: string): void;
  show(opener: HTMLElement): void;
  close(): void;
  onKeyDown(event: React.KeyboardEvent): void;
}

interface Looked {
  run: string | null;
  open: FigurePlace | null;
  tab: Tab;
  result: string | null;
  shown: boolean;
}

/** What of the run is looked at: the open figure, the tab, the result. Beside the answer its first figure is open from the start. */
function useBehind(run: Run | null, id: string | null): Behind {
  const drawer = useAtMost(1024);
  const opener = useRef<HTMLElement | null>(null);
  const fresh: Looked = { run: id, open: null, tab: "Evidence", result: null, shown: false };
  const [kept, put] = useState<Looked & { touched?: boolean }>(fresh);
  const looked = kept.run === id ? kept : fresh;
  const first = run?.answer?.claims.findIndex((claim) => claim.figures.length > 0) ?? -1;
  const start = !drawer && first >= 0 ? { claim: first, figure: 0 } : null;
  const open = kept.run === id && kept.touched ? looked.open : start;
  const change = (next: Partial<Looked>) => put({ ...looked, open, ...next, run: id, touched: true });
  const close = () => {
    change({ open: null, shown: false });
    const back = opener.current;
    opener.current = null;
    window.setTimeout(() => back?.isConnected && back.focus({ preventScroll: true }));
  };
  return {
    open,
    tab: looked.tab,
    result: looked.result,
    drawer,
    shown: looked.shown,
    onOpen(place, button) {
      opener.current = button;
      change({ open: place, tab: "Evidence", shown: place !== null });
    },
    toTab: (tab) => change({ tab }),
    toRows: (result) => change({ tab: "Data", result, shown: true }),
    show(button) {
      opener.current = button;
      change({ shown: true });
    },
    close,
    onKeyDown(event) {
      if (event.key !== "Escape" || !open || drawer) return;
      close();
    },
  };
}

/** Asks, and goes to the run that was made. The draft goes when the question has arrived. */
function useAskFrom(draftName: string, go: (next: Place) => void, onAsked: () => void) {
  const draft = useDraft(draftName);
  const { ask, ...rest } = useAsk((run) => {
    draft[1]("");
    go({ run: run.id, schedules: false });
    onAsked();
  });
  return { ...rest, draft, send: ask };
}

/** The list is read anew when the open run changes its state, and now and then while another one is under way. */
function useFreshHistory(history: ReturnType<typeof useHistory>, run: Run | null): void {
  const { reload } = history;
  const status = run ? `${run.id} ${run.status}` : "";
  const before = useRef(status);
  useEffect(() => {
    if (status && before.current.split(" ")[0] === status.split(" ")[0] && before.current !== status) reload();
    before.current = status;
  }, [status, reload]);
  const others = history.runs.some((one) => underWay(one) && one.id !== run?.id);
  useEffect(() => {
    if (!others) return undefined;
    const timer = window.setInterval(() => document.visibilityState === "visible" && reload(), REFRESH);
    return () => window.clearInterval(timer);
  }, [others, reload]);
}

function useTitle(place: Place, run: Run | null): void {
  const title = place.run && run ? visible(asked(run.question)).slice(0, 80) : place.schedules ? "Schedules" : place.model ? `Model of ${place.model}` : "Ask";
  useEffect(() => {
    document.title = title;
  }, [title]);
}

/** Going somewhere brings the reader to the top of it, and the focus too; the first view leaves the focus alone. */
function useFocusOnWalk(place: Place): React.RefObject<HTMLDivElement> {
  const box = useRef<HTMLDivElement>(null);
  const first = useRef(true);
  const where = `${place.run} ${place.schedules} ${place.model ?? ""}`;
  useEffect(() => {
    if (!first.current) {
      box.current?.scrollTo?.({ top: 0 });
      box.current?.focus({ preventScroll: true });
    }
    first.current = false;
  }, [where]);
  return box;
}

function numberOf(databases: readonly Database[], run: Run | null): number | null {
  return databases.find((one) => one.name === run?.database)?.superset_id ?? null;
}
