// Earlier versions of a semantic model, for an administrator: when each began to serve, who set it and why, and what changed.
import React, { useState } from "react";
import { ErrorCard } from "../answer/ended";
import { visible } from "../answer/invisible";
import { count } from "../answer/numbers";
import { useApi, useLoaded } from "../api/provider";
import { Skeleton } from "../parts/bubble";
import type { ModelDifference, ModelVersion } from "../types";

const FIRST = 10;
const SOURCES: Record<string, string | undefined> = {
  add: "with the database",
  draft: "a draft",
  import: "an import",
  restore: "an earlier version",
  up: "the sample's own",
  before: "there before versions were kept",
};

export function ModelVersions({ database }: { database: string }) {
  const api = useApi();
  const { value, error, retryAt, reload } = useLoaded(`versions/${database}`, (signal) => api.modelVersions(database, signal));
  const [all, showAll] = useState(false);
  if (error) return error.status === 403 ? null : <ErrorCard error={error} onRetry={reload} retryAt={retryAt} />;
  if (!value?.versions.length) return null;
  const kept = value.versions;
  return (
    <details className="aa-read-as ap-versions">
      <summary>{count(kept.length, "version")}</summary>
      <ol>
        {(all ? kept : kept.slice(0, FIRST)).map((one, place) => (
          <Version key={one.number} database={database} version={one} before={kept[place + 1]} />
        ))}
      </ol>
      {!all && kept.length > FIRST && (
        <button type="button" className="aa-button aa-small" onClick={() => showAll(true)}>
          Show {kept.length - FIRST} more
        </button>
      )}
    </details>
  );
}

function Version({ database, version, before }: { database: string; version: ModelVersion; before?: ModelVersion }) {
  const [open, become] = useState(false);
  const comparable = Boolean(version.digest && before?.digest);
  const said = [day(version.set_at), version.by, version.digest ? SOURCES[version.source] : "taken away"].filter(Boolean).join(" · ");
  return (
    <li>
      <div className="ap-version">
        <span className="ap-version-number">{version.number}</span>
        <span className="ap-version-said" dir="auto">
          <span>{visible(said)}</span>
          {version.note && <span className="aa-third">{visible(version.note)}</span>}
        </span>
        {version.serves && <span className="aa-badge aa-badge-governed">Serves now</span>}
        {comparable && (
          <button type="button" className="aa-button aa-small" aria-expanded={open} aria-label={`What changed in version ${version.number}`} onClick={() => become(!open)}>
            What changed
          </button>
        )}
      </div>
      {open && before && <Differences database={database} from={before.number} to={version.number} />}
    </li>
  );
}

function Differences({ database, from, to }: { database: string; from: number; to: number }) {
  const api = useApi();
  const { value, error, retryAt, reload } = useLoaded(`${database}/${from}/${to}`, (signal) => api.modelDifferences(database, from, to, signal));
  if (error) return <ErrorCard error={error} onRetry={reload} retryAt={retryAt} />;
  if (!value) return <Skeleton lines={2} />;
  if (!value.changes.length) return <p className="aa-second">The two mean the same.</p>;
  const left = value.changes.length - FIRST;
  return (
    <>
      <ul className="ap-differences">
        {value.changes.slice(0, FIRST).map((one, place) => (
          <li key={place}>
            <Difference change={one} />
          </li>
        ))}
      </ul>
      {left > 0 && (
        <p className="aa-third">
          {count(left, "change")} more: <code>{`analytics-agent semantic diff ${database} --version ${from} --with ${to}`}</code>
        </p>
      )}
    </>
  );
}

const BEARS: Record<string, string | undefined> = { numbers: "May change numbers", reading: "May be read as another question" };

function Difference({ change }: { change: ModelDifference }) {
  const bears = BEARS[change.bears_on];
  return (
    <>
      <span className="ap-difference" dir="auto">
        {visible(`${VERBS[change.kind]} ${change.what}${change.part ? `: ${change.part.replaceAll("_", " ")}` : ""}`)}
        {bears && <span className={change.bears_on === "numbers" ? "aa-badge aa-badge-need" : "aa-badge"}>{bears}</span>}
      </span>
      {change.was && (
        <span className="aa-third" dir="auto">
          Was <del>{short(change.was)}</del>
        </span>
      )}
      {change.now && (
        <span className="aa-third" dir="auto">
          Is now <ins>{short(change.now)}</ins>
        </span>
      )}
    </>
  );
}

const VERBS: Record<ModelDifference["kind"], string> = { added: "Added", removed: "Removed", changed: "Changed" };

function short(text: string): string {
  const plain = visible(text);
  return plain.length > 200 ? `${plain.slice(0, 199)}…` : plain;
}

function day(at: string): string {
  const moment = new Date(at);
  return moment.toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" });
}
