// The left column: a new question, one's own questions by day, and the schedules.
import React, { useMemo, useState } from "react";
import { Icon } from "../answer/icon";
import { visible } from "../answer/invisible";
import type { History } from "../api/provider";
import { useNow, useSlow } from "../api/provider";
import type { RunSummary, Schedule } from "../types";
import { asked } from "../parts/bubble";
import { grouped } from "../parts/days";
import { found } from "../parts/history";
import { markOf, underWay } from "./marks";
import { addressOf, inPlace, NEW, type Place } from "./place";

interface Props {
  history: History;
  schedules: readonly Schedule[];
  place: Place;
  go(next: Place): void;
}

export function HistoryColumn({ history, schedules, place, go }: Props) {
  const [words, setWords] = useState("");
  const now = useNow(history.runs.some(underWay), 1_000);
  const slow = useSlow(history.loading && !history.runs.length);
  const shown = useMemo(() => found(history.runs, words), [history.runs, words]);
  const day = new Date(now).toDateString();
  const groups = useMemo(() => grouped(shown, new Date(day)), [shown, day]);
  return (
    <nav className="ap-history" aria-label="My questions">
      <a className="aa-button aa-filled ap-new" href={addressOf(NEW)} onClick={inPlace(() => go(NEW))}>
        <Icon name="plus" size={15} bold />
        New question
      </a>
      <input className="aa-input ap-search" type="search" aria-label="Search my questions" placeholder="Search my questions" dir="auto" value={words} onChange={(event) => setWords(event.target.value)} />
      <div className="ap-list">
        {history.error && (
          <p className="ap-quiet">
            Your questions are safe; they cannot be read now.{" "}
            <button type="button" className="aa-link" onClick={history.reload}>
              Try now
            </button>
          </p>
        )}
        {slow && <Bones />}
        {!history.loading && !history.error && !history.runs.length && <p className="ap-quiet">No questions yet. What you ask, here or in SQL Lab, is kept here.</p>}
        {words && history.runs.length > 0 && !shown.length && <p className="ap-quiet">None of them says that.</p>}
        {groups.map((group) => (
          <section key={group.title} aria-label={group.title}>
            <h2>{group.title}</h2>
            <ul>
              {group.runs.map((run) => (
                <Item key={run.id} run={run} schedules={schedules} now={now} current={place.run === run.id} go={go} />
              ))}
            </ul>
          </section>
        ))}
        {history.more && (
          <button type="button" className="aa-link ap-older" onClick={history.loadMore} disabled={history.loading}>
            {history.loading ? "Reading …" : "Show older questions"}
          </button>
        )}
      </div>
      <a
        className={place.schedules ? "ap-to-schedules ap-current" : "ap-to-schedules"}
        href={addressOf({ run: null, schedules: true })}
        aria-current={place.schedules ? "page" : undefined}
        onClick={inPlace(() => go({ run: null, schedules: true }))}
      >
        <Icon name="clock" size={15} />
        <span>Schedules</span>
        {schedules.length > 0 && <em>{schedules.length}</em>}
      </a>
    </nav>
  );
}

function Item({ run, schedules, now, current, go }: { run: RunSummary; schedules: readonly Schedule[]; now: number; current: boolean; go(next: Place): void }) {
  const mark = markOf(run, schedules, now);
  const there = { run: run.id, schedules: false };
  return (
    <li>
      <a className={current ? "ap-item ap-current" : "ap-item"} href={addressOf(there)} aria-current={current ? "page" : undefined} onClick={inPlace(() => go(there))}>
        <b dir="auto">{visible(asked(run.question))}</b>
        <small dir="auto">
          {visible(run.database)} · {mark.text}
        </small>
        {mark.badge && <span className={`aa-badge aa-badge-${mark.badge.kind}`}>{mark.badge.text}</span>}
      </a>
    </li>
  );
}

function Bones() {
  return (
    <div role="status" aria-label="Reading your questions">
      {[1, 2, 3, 4].map((one) => (
        <div key={one} className="ap-bone-item">
          <span className="aa-bone" />
          <span className="aa-bone" />
        </div>
      ))}
    </div>
  );
}
