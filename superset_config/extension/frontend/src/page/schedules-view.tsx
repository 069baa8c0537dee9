// Scheduled reports: what runs when, over which period, for whom; pause with a note, go on, make one now, delete.
import React, { useState } from "react";
import { ErrorCard } from "../answer/ended";
import { Icon } from "../answer/icon";
import { visible } from "../answer/invisible";
import { asProblem } from "../api/client";
import type { Problem } from "../api/problem";
import { type Loaded, useApi, useSlow } from "../api/provider";
import { Skeleton } from "../parts/bubble";
import { Dialog } from "../parts/dialog";
import { localMoment } from "../parts/schedule-dialog";
import type { Made, Schedule } from "../types";
import { addressOf, inPlace, type Place } from "./place";
import { when } from "./side-column";

interface Props {
  schedules: Loaded<Schedule[]>;
  go(next: Place): void;
}

export function SchedulesView({ schedules, go }: Props) {
  const { value, error, retryAt, loading, reload } = schedules;
  const slow = useSlow(loading && !value);
  return (
    <div className="ap-column ap-schedules">
      <h1>Schedules</h1>
      <p className="aa-second">A schedule runs an accepted answer's SQL again, its period moved, and says what changed.</p>
      {error && <ErrorCard error={error} onRetry={reload} retryAt={retryAt} />}
      {slow && <Skeleton lines={5} />}
      {value?.length === 0 && <p className="ap-quiet">None yet. Open an answer and choose Schedule.</p>}
      <ul>
        {(value ?? []).map((one) => (
          <ScheduleCard key={one.id} schedule={one} reload={reload} go={go} />
        ))}
      </ul>
    </div>
  );
}

type Asked = "pause" | "delete" | null;

function ScheduleCard({ schedule, reload, go }: { schedule: Schedule; reload(): void; go(next: Place): void }) {
  const api = useApi();
  const [asked, ask] = useState<Asked>(null);
  const [said, say] = useState("");
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Problem | null>(null);
  const act = async (what: () => Promise<unknown>, done: string) => {
    setBusy(true);
    setTrouble(null);
    try {
      await what();
      say(done);
      ask(null);
      reload();
    } catch (error) {
      setTrouble(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  const [next] = schedule.next;
  return (
    <li className="aa-card ap-schedule">
      <header>
        <h2 dir="auto">{visible(schedule.name)}</h2>
        <State schedule={schedule} />
      </header>
      <dl className="aa-facts">
        <dt>Runs</dt>
        <dd dir="auto">{visible(schedule.when)}</dd>
        {next && schedule.paused === null && (
          <>
            <dt>Next</dt>
            <dd dir="auto">
              {localMoment(next.local)}
              {next.period ? `, covers ${visible(next.period)}` : ""}
            </dd>
          </>
        )}
        <dt>Period</dt>
        <dd dir="auto">{visible(schedule.policies.moves)}</dd>
        <dt>Sent to</dt>
        <dd dir="auto">{schedule.recipients.length ? schedule.recipients.map((one) => visible(one).replace(/^mail:/, "")).join(", ") : "Nobody; each report waits in My questions"}</dd>
        {schedule.runs.length > 0 && (
          <>
            <dt>Last</dt>
            <dd>
              <LastRun made={schedule.runs[0]} go={go} />
            </dd>
          </>
        )}
        <dt>From</dt>
        <dd dir="auto">
          <a className="aa-link" href={addressOf({ run: schedule.analysis, schedules: false })} onClick={inPlace(() => go({ run: schedule.analysis, schedules: false }))}>
            {visible(schedule.question)}
          </a>{" "}
          in {visible(schedule.database)}
        </dd>
      </dl>
      {schedule.paused !== null && (
        <p className="aa-note" dir="auto">
          <span className="aa-need">
            <Icon name="pause" />
          </span>
          <span>Paused: {visible(schedule.paused)}</span>
        </p>
      )}
      {schedule.warnings.map((warning) => (
        <p key={warning} className="aa-note" dir="auto">
          <span className="aa-need">
            <Icon name="warning" />
          </span>
          <span>{visible(warning)}</span>
        </p>
      ))}
      <div className="aa-row">
        {schedule.paused === null ? (
          <button type="button" className="aa-button aa-small" disabled={busy} onClick={() => ask("pause")}>
            Pause …
          </button>
        ) : (
          <button type="button" className="aa-button aa-small" disabled={busy} onClick={() => void act(() => api.resumeSchedule(schedule.id), "Goes on")}>
            Resume
          </button>
        )}
        <button type="button" className="aa-button aa-small" disabled={busy} onClick={() => void act(() => api.runSchedule(schedule.id), "A report is being made; it appears in My questions")}>
          Make one now
        </button>
        <button type="button" className="aa-button aa-small aa-danger" disabled={busy} onClick={() => ask("delete")}>
          Delete …
        </button>
        <span className="aa-third" role="status">
          {busy ? "…" : said}
        </span>
      </div>
      {trouble && !asked && <ErrorCard error={trouble} />}
      {asked === "pause" && <PauseDialog name={schedule.name} busy={busy} trouble={trouble} onClose={() => ask(null)} onPause={(note) => void act(() => api.pauseSchedule(schedule.id, note), "Paused")} />}
      {asked === "delete" && <DeleteDialog name={schedule.name} busy={busy} trouble={trouble} onClose={() => ask(null)} onDelete={() => void act(() => api.deleteSchedule(schedule.id), "Deleted")} />}
    </li>
  );
}

function State({ schedule }: { schedule: Schedule }) {
  if (schedule.paused !== null) return <span className="aa-badge aa-badge-need">Paused</span>;
  if (!schedule.next.length) return <span className="aa-badge">Ended</span>;
  return (
    <span className="aa-badge aa-badge-certified">
      <Icon name="check" size={12} bold />
      On
    </span>
  );
}

const HOW: Partial<Record<Made["status"], string>> = { succeeded: "Answered", refused: "Not answerable", failed: "Failed", cancelled: "Stopped", over_budget: "Stopped at its budget", needs_input: "Needs you", needs_approval: "Needs you" };

function LastRun({ made, go }: { made: Made; go(next: Place): void }) {
  const there = { run: made.id, schedules: false };
  return (
    <a className="aa-link" href={addressOf(there)} onClick={inPlace(() => go(there))} dir="auto">
      {HOW[made.status] ?? "Being made"}
      {made.finished_at ? `, ${when(made.finished_at)}` : ""}
      {made.headline ? `: ${visible(made.headline)}` : made.reason ? `: ${visible(made.reason)}` : ""}
    </a>
  );
}

interface AskProps {
  name: string;
  busy: boolean;
  trouble: Problem | null;
  onClose(): void;
}

function PauseDialog({ name, busy, trouble, onClose, onPause }: AskProps & { onPause(note: string): void }) {
  const [note, setNote] = useState("");
  return (
    <Dialog title="Pause this schedule" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onPause(note);
        }}
      >
        <p dir="auto">{visible(name)}</p>
        <p className="aa-second">No report is made until it is resumed. What is missed meanwhile is not made up for.</p>
        <label className="aa-field">
          <span>Note, for whoever looks at it later</span>
          <input className="aa-input" dir="auto" maxLength={500} value={note} onChange={(event) => setNote(event.target.value)} />
        </label>
        {trouble && <ErrorCard error={trouble} />}
      </form>
      <footer>
        <button type="button" className="aa-button" onClick={onClose}>
          Cancel
        </button>
        <button type="button" className="aa-button aa-filled" disabled={busy} onClick={() => onPause(note)}>
          Pause the schedule
        </button>
      </footer>
    </Dialog>
  );
}

function DeleteDialog({ name, busy, trouble, onClose, onDelete }: AskProps & { onDelete(): void }) {
  return (
    <Dialog title="Delete this schedule" onClose={onClose}>
      <div className="aa-dialog-body">
        <p dir="auto">{visible(name)}</p>
        <p className="aa-second">No more reports are made. Those that were made stay in My questions.</p>
        {trouble && <ErrorCard error={trouble} />}
      </div>
      <footer>
        <button type="button" className="aa-button" onClick={onClose}>
          Keep it
        </button>
        <button type="button" className="aa-button aa-danger" disabled={busy} onClick={onDelete}>
          Delete the schedule
        </button>
      </footer>
    </Dialog>
  );
}
