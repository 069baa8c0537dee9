// What stands beside an answer: what it rests on, what is left out, what was not answered, what could not be finished.
import React from "react";
import { applicationRoot } from "../host/page";
import type { Definition, Run } from "../types";
import { Icon } from "./icon";
import { visible } from "./invisible";
import { cited, definitions, freeResults, metrics, rights, voucher } from "./lineage";
import { plain } from "./prose-spans";

/** On certainty: the governed metrics and who vouches for them, or which results are free SQL. */
export function Sources({ run }: { run: Run }) {
  const free = freeResults(run);
  const named = metrics(run);
  if (free.length) {
    return (
      <p className="aa-note">
        <span className="aa-need">
          <Icon name="warning" />
        </span>
        <span>
          {free.join(", ")}: free SQL, checked by the rules, not by a governed metric.
        </span>
      </p>
    );
  }
  if (!named.length) return null;
  const defined = definitions(cited(run));
  const certified = defined.length > 0 && defined.every((one) => one.status === "certified");
  const drafted = defined.filter((one) => one.status === "unreviewed");
  return (
    <p className="aa-note">
      <span className={drafted.length ? "aa-need" : "aa-good"}>
        <Icon name={drafted.length ? "warning" : "check"} bold={!drafted.length} />
      </span>
      <span dir="auto">
        Every figure comes from {certified ? "certified" : "governed"} metrics: {visible(named.join(", "))}.
        {drafted.length > 0 && ` Nobody has reviewed ${drafted.length < defined.length ? `the definition of ${visible(drafted.map((one) => one.label).join(", "))}` : drafted.length > 1 ? "their definitions" : "its definition"} yet.`}
      </span>
    </p>
  );
}

const STATUS = { certified: { kind: "certified", label: "Certified" }, unreviewed: { kind: "need", label: "Unreviewed draft" } } as const;

/** The metrics that the answer stands on, in the words of the semantic model. */
export function Definitions({ run }: { run: Run }) {
  const defined = definitions(cited(run));
  if (!defined.length) return null;
  return (
    <details className="aa-read-as aa-definitions">
      <summary>{defined.length === 1 ? "Definition" : `${defined.length} definitions`}</summary>
      <dl>
        {defined.map((one) => (
          <Defined key={one.metric} one={one} />
        ))}
      </dl>
      <a className="aa-link" href={`${applicationRoot()}/ask/?model=${encodeURIComponent(run.database)}`}>
        The whole model
      </a>
    </details>
  );
}

function Defined({ one }: { one: Definition }) {
  const badge = STATUS[one.status as keyof typeof STATUS];
  return (
    <div>
      <dt dir="auto">
        {visible(one.label)}
        {badge && (
          <span className={`aa-badge aa-badge-${badge.kind}`} title={voucher(one)}>
            {badge.kind === "certified" && <Icon name="check" size={12} bold />}
            {badge.label}
          </span>
        )}
      </dt>
      {one.text && <dd dir="auto">{plain(one.text)}</dd>}
      {one.formula && (
        <dd>
          <code dir="ltr">{visible(one.formula)}</code>
        </dd>
      )}
      {one.status === "certified" && (one.by || one.details) && (
        <dd className="aa-third" dir="auto">
          {voucher(one)}
        </dd>
      )}
      {one.owners.length > 0 && (
        <dd className="aa-third" dir="auto">
          Kept by {visible(one.owners.join(", "))}
        </dd>
      )}
    </div>
  );
}

const FEW = 2;

/** What the asker's rights left out stands first and is never folded away: without it a figure would say more than it may. */
export function Caveats({ run }: { run: Run }) {
  const [all, showAll] = React.useState(false);
  const notices = run.notices ?? [];
  const ofRights = rights(run);
  const others = run.caveats.filter((caveat) => !ofRights.includes(caveat));
  if (!notices.length && !run.caveats.length) return null;
  const shown = [...notices, ...(all ? others : others.slice(0, FEW))];
  const left = others.length + notices.length - shown.length;
  return (
    <ul className="aa-caveats">
      {ofRights.map((caveat) => (
        <li key={caveat} className="aa-note aa-of-rights">
          <span className="aa-need">
            <Icon name="warning" />
          </span>
          <span dir="auto">{plain(caveat)}</span>
        </li>
      ))}
      {shown.map((caveat) => (
        <li key={caveat} dir="auto">
          {plain(caveat)}
        </li>
      ))}
      {left > 0 && (
        <li>
          <button type="button" className="aa-link" onClick={() => showAll(true)}>
            Show {left} more
          </button>
        </li>
      )}
    </ul>
  );
}

export function NotAnswered({ run }: { run: Run }) {
  if (!run.not_answered.length) return null;
  return (
    <p className="aa-second" dir="auto">
      <strong>Not answered:</strong> {run.not_answered.map((one) => plain(one).replace(/\.$/, "")).join(" · ")}.
    </p>
  );
}

export function ReadAs({ run }: { run: Run }) {
  if (!run.readings.length) return null;
  return (
    <details className="aa-read-as">
      <summary>How the question was read</summary>
      <ul>
        {run.readings.map((reading) => (
          <li key={reading} dir="auto">
            {plain(reading)}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** What is missing of an answer that stands: its report, its dashboard, rows beyond the limit, the rest of a stopped run. */
export function Notes({ run }: { run: Run }) {
  const notes = missing(run);
  if (!notes.length) return null;
  return (
    <div className="aa-alert aa-alert-need" role="note">
      <Icon name="warning" size={18} />
      <div>
        {notes.map((note) => (
          <p key={note} dir="auto">
            {visible(note)}
          </p>
        ))}
      </div>
    </div>
  );
}

export function missing(run: Run): string[] {
  const cut = run.queries.filter((query) => query.truncated).map((query) => query.id);
  return [
    ...(run.answer && !run.partial && run.status !== "succeeded" && run.reason ? [run.reason] : []),
    ...(run.report_failure ? [run.report_failure] : []),
    ...(run.superset.failure ? [run.superset.failure] : []),
    ...(cut.length ? [`${cut.join(", ")} reached the row limit: there are more rows than were read.`] : []),
  ];
}
