// The semantic model of a database: how its data belongs together, and what each metric means, who vouches for it, what splits it.
import React, { useMemo, useState } from "react";
import { ErrorCard } from "../answer/ended";
import { Icon } from "../answer/icon";
import { visible } from "../answer/invisible";
import { voucher } from "../answer/lineage";
import { count } from "../answer/numbers";
import { plain } from "../answer/prose-spans";
import { useApi, useLoaded, useSlow } from "../api/provider";
import { Skeleton } from "../parts/bubble";
import { useTheme } from "../theme";
import type { ModelMetric, ModelOverview, ModelPage } from "../types";
import { useAtMost } from "./drawer";
import { ModelVersions } from "./model-versions";
import { addressOf, inPlace, NEW, type Place } from "./place";

export function ModelView({ database, versions, go }: { database: string; versions?: boolean; go(next: Place): void }) {
  const api = useApi();
  const { value, error, retryAt, loading, reload } = useLoaded(database, (signal) => api.model(database, signal));
  const slow = useSlow(loading && !value);
  return (
    <div className="ap-model">
      <header>
        <h1>
          The model of <bdi>{visible(database)}</bdi>
        </h1>
        {value?.model && <About overview={value} model={value.model} />}
      </header>
      {error && <ErrorCard error={error} onRetry={reload} retryAt={retryAt} withheld={error.kind === "forbidden"} />}
      {slow && <Skeleton lines={6} />}
      {value && !value.model && <None go={go} />}
      {value && !value.model && versions && <ModelVersions database={database} />}
      {value?.model && (
        <>
          <Picture database={database} model={value.model} />
          {versions && <ModelVersions database={database} />}
          <Metrics model={value.model} />
        </>
      )}
    </div>
  );
}

function None({ go }: { go(next: Place): void }) {
  return (
    <p className="aa-second">
      Nobody has described this database yet, so there are no governed metrics: answers are free SQL, labeled so.{" "}
      <a className="aa-link" href={addressOf(NEW)} onClick={inPlace(() => go(NEW))}>
        Ask a question
      </a>
    </p>
  );
}

function About({ overview, model }: { overview: ModelOverview; model: ModelPage }) {
  const sizes = [count(model.metrics.length, "metric"), count(model.datasets.length, "dataset"), count(model.relationships.length, "relationship")];
  return (
    <>
      {model.description && (
        <p className="aa-second" dir="auto">
          {plain(model.description)}
        </p>
      )}
      <p className="aa-third ap-model-facts" dir="auto">
        <span>{sizes.join(" · ")}</span>
        <Badge status={model.status} title={voucher({ ...model, label: "", text: "", formula: "", metric: "" })} />
        {model.owners.length > 0 && <span>Kept by {visible(model.owners.join(", "))}</span>}
        {overview.in_part && <span>What you may not read is not in it.</span>}
      </p>
    </>
  );
}

const BADGES: Record<string, { kind: string; label: string } | undefined> = {
  certified: { kind: "certified", label: "Certified" },
  unreviewed: { kind: "need", label: "Unreviewed draft" },
};

function Badge({ status, title }: { status: string; title?: string }) {
  const badge = BADGES[status];
  if (!badge) return null;
  return (
    <span className={`aa-badge aa-badge-${badge.kind}`} title={title}>
      {status === "certified" && <Icon name="check" size={12} bold />}
      {badge.label}
    </span>
  );
}

/** Fitted into its frame, or at its own size and scrolled. */
function Picture({ database, model }: { database: string; model: ModelPage }) {
  const api = useApi();
  const theme = useTheme() as Record<string, string>;
  const [state, become] = useState<"loading" | "ready" | "failed">("loading");
  const [whole, setWhole] = useState(true);
  const dark = theme["--aa-scheme"] === "dark";
  const address = api.modelPicture(database, dark ? "dark" : "light");
  if (state === "failed") return <p className="aa-second">The picture could not be loaded. The metrics are below.</p>;
  return (
    <figure className="aa-card ap-model-picture">
      <div className={whole ? "ap-model-frame ap-fitted" : "ap-model-frame"} style={{ background: dark ? "#141719" : "#FFFFFF" }} tabIndex={0} role="group" aria-label="The model as a picture">
        <img className={state} src={address} alt={alt(model)} onLoad={() => become("ready")} onError={() => become("failed")} />
      </div>
      <figcaption>
        <span className="aa-third">A forked end has many rows, an end with a bar has one.</span>
        <span className="aa-row">
          <button type="button" className="aa-button aa-small" aria-pressed={!whole} onClick={() => setWhole(!whole)}>
            {whole ? "Show at full size" : "Fit into the page"}
          </button>
          <a className="aa-button aa-small" href={address} download={`${database}-model.svg`}>
            Save
          </a>
        </span>
      </figcaption>
    </figure>
  );
}

function alt(model: ModelPage): string {
  const many = model.relationships.map((one) => `${one.many} has one of ${one.one}`);
  return visible(`Datasets: ${model.datasets.map((one) => one.name).join(", ")}. ${many.join("; ")}.`.slice(0, 2_000));
}

function Metrics({ model }: { model: ModelPage }) {
  const [words, setWords] = useState("");
  const [chosen, choose] = useState<string | null>(null);
  const narrow = useAtMost(1024);
  const found = useMemo(() => matching(model.metrics, words), [model.metrics, words]);
  const groups = useMemo(() => [...new Set(found.map((one) => one.dataset))], [found]);
  const open = found.find((one) => one.name === chosen) ?? (narrow ? undefined : found[0]);
  if (!model.metrics.length) return <p className="ap-quiet">It has no metrics that you may see.</p>;
  return (
    <section className="ap-metrics" aria-label="Metrics">
      <div className="ap-metric-list">
        <input className="aa-input ap-search" type="search" aria-label="Search metrics" placeholder={`Search ${count(model.metrics.length, "metric")}`} dir="auto" value={words} onChange={(event) => setWords(event.target.value)} />
        {!found.length && <p className="ap-quiet">No metric is called that.</p>}
        {groups.map((dataset) => (
          <div key={dataset}>
            <h2 dir="auto">{visible(dataset)}</h2>
            <ul>
              {found
                .filter((one) => one.dataset === dataset)
                .map((one) => (
                  <li key={one.name}>
                    <button type="button" className={one === open ? "ap-metric ap-current" : "ap-metric"} aria-expanded={one === open} onClick={() => choose(narrow && one === open ? null : one.name)}>
                      <span dir="auto">{visible(one.label)}</span>
                      <Badge status={one.status} title={voucher({ ...one, metric: one.name })} />
                    </button>
                    {narrow && one === open && <Detail metric={one} model={model} />}
                  </li>
                ))}
            </ul>
          </div>
        ))}
      </div>
      {!narrow && open && <Detail metric={open} model={model} />}
    </section>
  );
}

/** Every word in a metric's names or description; what its names say comes first. */
export function matching(metrics: readonly ModelMetric[], words: string): ModelMetric[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const named = (one: ModelMetric) => [one.label, one.name, ...one.synonyms].join(" ").toLowerCase();
  const all = (text: string) => wanted.every((word) => text.includes(word));
  const found = metrics.filter((one) => all(`${named(one)} ${one.text} ${one.dataset}`.toLowerCase()));
  return wanted.length ? [...found.filter((one) => all(named(one))), ...found.filter((one) => !all(named(one)))] : found;
}

function Detail({ metric, model }: { metric: ModelMetric; model: ModelPage }) {
  const vouched = metric.status !== "reviewed" || metric.by;
  return (
    <article className="ap-metric-detail" aria-label={visible(metric.label)}>
      <h3 dir="auto">
        {visible(metric.label)}
        <Badge status={metric.status} />
      </h3>
      {metric.text && <p dir="auto">{plain(metric.text)}</p>}
      {metric.formula && (
        <pre className="aa-sql aa-wrap" tabIndex={0} dir="ltr">
          {visible(metric.formula)}
        </pre>
      )}
      <dl className="aa-facts">
        <Said name="Status">{vouched ? voucher({ ...metric, metric: metric.name }) : ""}</Said>
        <Said name="Kept by">{metric.owners.join(", ")}</Said>
        <Said name="Also called">{metric.synonyms.join(", ")}</Said>
        <Said name="Unit">{metric.unit ?? ""}</Said>
        <Said name="Note">{metric.caveats.join(" ")}</Said>
        <Said name="Of">{about(metric, model)}</Said>
        <Said name="Split by">
          <Splits metric={metric} model={model} />
        </Said>
      </dl>
    </article>
  );
}

function Said({ name, children }: { name: string; children: React.ReactNode }) {
  if (!children) return null;
  return (
    <>
      <dt>{name}</dt>
      <dd dir="auto">{typeof children === "string" ? visible(children) : children}</dd>
    </>
  );
}

function about(metric: ModelMetric, model: ModelPage): string {
  const dataset = model.datasets.find((one) => one.name === metric.dataset);
  return [metric.dataset, dataset?.grain && `one row is ${dataset.grain}`, dataset?.time && `dated by ${dataset.time}`].filter(Boolean).join(", ");
}

/** Fields by their dataset. */
function Splits({ metric, model }: { metric: ModelMetric; model: ModelPage }) {
  const splits = model.splits[metric.dataset] ?? [];
  const datasets = [...new Set(splits.map((one) => one.dataset))];
  if (!splits.length) return <>Nothing</>;
  return (
    <ul className="ap-splits">
      {datasets.map((dataset) => (
        <li key={dataset}>
          <bdi>{visible(dataset)}</bdi>
          <span>{visible(splits.filter((one) => one.dataset === dataset).map((one) => one.label).join(", "))}</span>
        </li>
      ))}
    </ul>
  );
}
