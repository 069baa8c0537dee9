// A question to be answered again and again: when, over which period, for whom. What it will do is shown before it is made.
import React, { type ReactNode, useEffect, useRef, useState } from "react";
import { ErrorCard } from "../answer/ended";
import { visible } from "../answer/invisible";
import { asProblem, newKey } from "../api/client";
import type { Problem } from "../api/problem";
import { useApi } from "../api/provider";
import type { Format, Run, Schedule, SchedulePreview } from "../types";
import { Skeleton } from "./bubble";
import { Dialog } from "./dialog";
import { EVERY, type Fields, firstFields, messages, MONTHS, orderOf, WEEKDAYS, zones } from "./schedule-order";

interface ScheduleDialogProps {
  run: Run;
  onClose(): void;
  onMade?(schedule: Schedule): void;
  /** Mail is set up here. */
  canMail?: boolean;
  /** Where the person finds schedules later. */
  listed?: ReactNode;
}

const TYPING = 400;
const SHOWN = 3;

export function ScheduleDialog({ run, onClose, onMade, listed, canMail = true }: ScheduleDialogProps) {
  const api = useApi();
  const [fields, put] = useState(firstFields);
  const [ahead, setAhead] = useState<{ preview: SchedulePreview | null; problem: Problem | null }>({ preview: null, problem: null });
  const [made, setMade] = useState<Schedule | null>(null);
  const [sending, setSending] = useState(false);
  const [trouble, setTrouble] = useState<Problem | null>(null);
  const key = useRef(newKey());
  const touched = useRef(false);
  const order = orderOf(run.id, fields);
  const written = JSON.stringify(order);
  const set = (change: Partial<Fields>) => {
    touched.current = true;
    put((before) => ({ ...before, ...change }));
    setTrouble(null);
    key.current = newKey(); // another order is another schedule
  };
  useEffect(() => {
    const controller = new AbortController();
    const timer = window.setTimeout(() => {
      api.previewSchedule(JSON.parse(written), controller.signal).then(
        (preview) => {
          setAhead({ preview, problem: null });
          const moves = preview.moves_by;
          if (!touched.current && moves !== "fixed") put((before) => ({ ...before, every: moves })); // a summer comes once a year
        },
        (error: unknown) => !controller.signal.aborted && setAhead((before) => ({ preview: before.preview, problem: asProblem(error) })),
      );
    }, TYPING);
    return () => {
      window.clearTimeout(timer);
      controller.abort();
    };
  }, [api, written]);
  const send = async () => {
    if (sending) return;
    setSending(true);
    setTrouble(null);
    try {
      const schedule = await api.makeSchedule(order, key.current);
      setMade(schedule);
      onMade?.(schedule);
    } catch (error) {
      setTrouble(asProblem(error));
    } finally {
      setSending(false);
    }
  };
  const problem = trouble ?? ahead.problem;
  if (made) return <Made schedule={made} onClose={onClose} listed={listed} />;
  const said = messages(problem);
  return (
    <Dialog title="Schedule this question" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <p className="aa-second" dir="auto">
          {visible(run.question)}
        </p>
        <When fields={fields} set={set} said={said} />
        <Ahead preview={ahead.preview} problem={ahead.problem} fields={fields} set={set} said={said} />
        <Field label="Send the report to" said={said.recipients} hint={`${canMail ? "Mail addresses, webhook:NAME or folder:NAME." : "webhook:NAME or folder:NAME; mail is not set up here."} Nobody is fine too: then it waits in My questions.`}>
          {(told) => <textarea className="aa-input" rows={1} dir="auto" placeholder={canMail ? "ops@example.com" : "folder:reports"} value={fields.recipients} onChange={(event) => set({ recipients: event.target.value })} {...told} />}
        </Field>
        <Formats fields={fields} set={set} />
        <Field label="Name" said={said.name}>
          {(told) => <input className="aa-input" dir="auto" maxLength={120} placeholder={run.question.slice(0, 120)} value={fields.name} onChange={(event) => set({ name: event.target.value })} {...told} />}
        </Field>
        {trouble && !trouble.fields.length && <ErrorCard error={trouble} onRetry={() => void send()} />}
        {said[""] && (
          <p className="aa-wrong" role="alert" dir="auto">
            {said[""]}
          </p>
        )}
        {/* Enter in any field makes the schedule. */}
        <button type="submit" hidden />
      </form>
      <footer>
        <button type="button" className="aa-button" onClick={onClose}>
          Cancel
        </button>
        <button type="button" className="aa-button aa-filled" disabled={sending || !fields.formats.length} onClick={() => void send()}>
          {sending ? "Scheduling …" : "Schedule the report"}
        </button>
      </footer>
    </Dialog>
  );
}

type Told = { id: string; "aria-invalid"?: true; "aria-describedby"?: string };
let counted = 0;

function Field({ label, said, hint, children }: { label: string; said?: string; hint?: string; children(told: Told): ReactNode }) {
  const [id] = useState(() => `aa-field-${++counted}`);
  const about = said || hint ? { "aria-describedby": `${id}-about` } : {};
  return (
    <div className="aa-field">
      <label htmlFor={id}>{label}</label>
      {children({ id, ...about, ...(said ? { "aria-invalid": true } : {}) })}
      {said ? (
        <p id={`${id}-about`} className="aa-wrong" dir="auto">
          {visible(said)}
        </p>
      ) : (
        hint && (
          <p id={`${id}-about`} className="aa-third">
            {hint}
          </p>
        )
      )}
    </div>
  );
}

interface Part {
  fields: Fields;
  set(change: Partial<Fields>): void;
  said: ReturnType<typeof messages>;
}

function When({ fields, set, said }: Part) {
  const { every } = fields;
  return (
    <>
      <div className="aa-fields">
        <Field label="How often" said={said.every}>
          {(told) => (
            <select className="aa-input" value={every} onChange={(event) => set({ every: event.target.value as Fields["every"], on: 1 })} {...told}>
              {EVERY.map(([value, words]) => (
                <option key={value} value={value}>
                  {words}
                </option>
              ))}
            </select>
          )}
        </Field>
        {every === "cron" ? (
          <Field label="Minute, hour, day, month, weekday" said={said.cron}>
            {(told) => <input className="aa-input" dir="ltr" spellCheck={false} value={fields.cron} onChange={(event) => set({ cron: event.target.value })} {...told} />}
          </Field>
        ) : (
          <Field label="At" said={said.at}>
            {(told) => <input type="time" className="aa-input" required value={fields.at} onChange={(event) => set({ at: event.target.value })} {...told} />}
          </Field>
        )}
      </div>
      <div className="aa-fields">
        {every === "week" && <Choice label="On" value={fields.on} names={WEEKDAYS} said={said.on} onChange={(on) => set({ on })} />}
        {every === "year" && <Choice label="Month" value={fields.month} names={MONTHS} said={said.month} onChange={(month) => set({ month })} />}
        {(every === "month" || every === "quarter" || every === "year") && <Choice label="On day" value={fields.on} names={DAYS} said={said.on} onChange={(on) => set({ on })} />}
        <Field label="Time zone" said={said.timeZone}>
          {(told) => <input className="aa-input" list="aa-zones" dir="ltr" spellCheck={false} value={fields.timeZone} onChange={(event) => set({ timeZone: event.target.value })} {...told} />}
        </Field>
        <Zones />
      </div>
    </>
  );
}

const DAYS = Array.from({ length: 28 }, (_, at) => String(at + 1));

function Choice({ label, value, names, said, onChange }: { label: string; value: number; names: readonly string[]; said?: string; onChange(value: number): void }) {
  return (
    <Field label={label} said={said}>
      {(told) => (
        <select className="aa-input" value={value} onChange={(event) => onChange(Number(event.target.value))} {...told}>
          {names.map((name, at) => (
            <option key={name} value={at + 1}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

const Zones = React.memo(function Zones() {
  return (
    <datalist id="aa-zones">
      {zones().map((zone) => (
        <option key={zone} value={zone} />
      ))}
    </datalist>
  );
});

/** When it will run and what each report covers, as the API says; its space is kept while it is asked. */
function Ahead({ preview, problem, fields, set, said }: Part & { preview: SchedulePreview | null; problem: Problem | null }) {
  const blocked = said.movesBy && fields.movesBy === "";
  return (
    <div className="aa-ahead" aria-live="polite">
      {blocked ? (
        <>
          <p className="aa-wrong" dir="auto">
            {said.movesBy}
          </p>
          <button type="button" className="aa-button aa-small" onClick={() => set({ movesBy: "fixed" })}>
            Repeat the same period each time
          </button>
        </>
      ) : preview && !problem ? (
        <>
          <p className="aa-label">Next reports</p>
          <Dues preview={preview} />
          <p className="aa-third" dir="auto">
            {[preview.policies.moves, ...preview.warnings].map(visible).join(" ")}
          </p>
        </>
      ) : problem && !problem.fields.length ? (
        <p className="aa-wrong" role="status">
          {visible(problem.title)} {visible(problem.hint)}
        </p>
      ) : problem ? (
        <p className="aa-third">The next reports are shown here once every field fits.</p>
      ) : (
        <Skeleton lines={4} />
      )}
    </div>
  );
}

function Dues({ preview }: { preview: Pick<SchedulePreview, "next"> }) {
  return (
    <ul className="aa-due">
      {preview.next.slice(0, SHOWN).map((due) => (
        <li key={due.at}>
          <span>{localMoment(due.local)}</span>
          <span dir="auto">{due.period ? `covers ${visible(due.period)}` : ""}</span>
        </li>
      ))}
    </ul>
  );
}

/** "2026-12-01T08:00+01:00", on the clock of its own zone: "Tue 1 Dec 2026, 08:00". */
export function localMoment(local: string): string {
  const [, year, month, day, time] = /^(\d{4})-(\d\d)-(\d\d)T(\d\d:\d\d)/.exec(local) ?? [];
  if (!year) return local;
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return `${date.toLocaleDateString("en-GB", { timeZone: "UTC", weekday: "short", day: "numeric", month: "short", year: "numeric" })}, ${time}`;
}

function Formats({ fields, set }: Pick<Part, "fields" | "set">) {
  const names: readonly [Format, string][] = [
    ["pdf", "PDF"],
    ["html", "HTML"],
  ];
  return (
    <fieldset className="aa-field">
      <legend>Report as</legend>
      <div>
        {names.map(([format, words]) => (
          <label key={format} className="aa-check">
            <input
              type="checkbox"
              checked={fields.formats.includes(format)}
              onChange={(event) => set({ formats: event.target.checked ? [...fields.formats, format] : fields.formats.filter((one) => one !== format) })}
            />
            {words}
          </label>
        ))}
      </div>
      {!fields.formats.length && <em className="aa-wrong">Choose one at least.</em>}
    </fieldset>
  );
}

function Made({ schedule, onClose, listed }: { schedule: Schedule; onClose(): void; listed?: ReactNode }) {
  return (
    <Dialog title="Scheduled" onClose={onClose}>
      <div className="aa-dialog-body" role="status">
        <p dir="auto">
          <strong>{visible(schedule.name)}</strong>
          <br />
          {visible(schedule.when)}
        </p>
        <Dues preview={schedule} />
        <p className="aa-second">
          {schedule.recipients.length ? `Sent to ${schedule.recipients.map((one) => visible(one).replace(/^mail:/, "")).join(", ")}.` : "Sent to nobody; each report waits in My questions."} {visible(schedule.policies.overlap)}
        </p>
        {listed}
      </div>
      <footer>
        <button type="button" className="aa-button aa-filled" onClick={onClose}>
          Done
        </button>
      </footer>
    </Dialog>
  );
}
