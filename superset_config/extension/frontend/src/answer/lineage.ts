// What stands behind a result: its own query, the results it was computed from, and what that says of certainty.
import type { Definition, Query, Run } from "../types";
import { visible } from "./invisible";

/** The query and everything it was computed from, nearest first; a circle or a missing input ends the walk. */
export function ancestry(id: string, queries: readonly Query[]): Query[] {
  const byId = new Map(queries.map((query) => [query.id, query]));
  const found = new Map<string, Query>();
  const waiting = [id];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const query = byId.get(next);
    if (!query || found.has(next)) continue;
    found.set(next, query);
    waiting.push(...query.inputs);
  }
  return [...found.values()];
}

export type Certainty = { kind: "certified" | "governed" | "need" | "free" | "verified"; label: string };

/** What the figure rests on, the weakest link named. */
export function certainty(chain: readonly Query[]): Certainty {
  const asked = chain.filter((query) => query.source !== "computed");
  if (!asked.length || asked.some((query) => query.source === "free")) return { kind: "free", label: "Free SQL" };
  if (asked.every((query) => query.source === "verified")) return { kind: "verified", label: "Verified query" };
  return governed(definitions(asked));
}

/** A draft is said as such, and "certified" only where somebody vouches for every metric. */
function governed(defined: readonly Definition[]): Certainty {
  if (defined.some((one) => one.status === "unreviewed")) return { kind: "need", label: "Unreviewed draft" };
  if (defined.length && defined.every((one) => one.status === "certified")) return { kind: "certified", label: "Certified metric" };
  return { kind: "governed", label: "Governed metric" };
}

/** The governed metrics behind queries, each once. */
export function definitions(queries: readonly Query[]): Definition[] {
  const found = new Map<string, Definition>();
  for (const one of queries.flatMap((query) => query.definitions ?? [])) if (!found.has(one.metric)) found.set(one.metric, one);
  return [...found.values()];
}

/** Who vouches for a definition and for what: "Certified by Finance: matches the ledger". */
export function voucher({ status, by, details }: Definition): string {
  const word = { certified: "Certified", unreviewed: "Drafted or imported; nobody has reviewed it" }[status] ?? "Reviewed";
  return visible([`${word}${by && status !== "unreviewed" ? ` by ${by}` : ""}`, details].filter(Boolean).join(": "));
}

/** The verified queries behind a figure, each with who vouches for it. */
export function vouched(chain: readonly Query[]): string[] {
  const found = chain.flatMap((query) => (query.verified ? [query.verified] : []));
  return unique(found.map(({ question, by, on }) => [`“${visible(question)}”`, by && `by ${visible(by)}`, on && `on ${visible(on)}`].filter(Boolean).join(" ")));
}

/** How tables belong together is no filter. */
const JOIN = /^[\w$".]+\.[\w$"]+ = [\w$".]+\.[\w$"]+$/;

/** Filters as said once, over the whole chain. */
export function filters(chain: readonly Query[]): string[] {
  return unique(chain.flatMap((query) => query.predicates))
    .filter((predicate) => !JOIN.test(predicate))
    .map(spoken);
}

/** "flights.season is summer" becomes "season is summer": the table is named beside it. Dates become words. */
function spoken(predicate: string): string {
  return visible(predicate)
    .replace(/^(?:[\w$]+\.)+(?=[\w$]+ (?:is|in|not|under|over|at|like|between)\b)/, "")
    .replace(/\b(\d{4})-01-01 to \1-12-31\b/, "$1")
    .replace(/\b\d{4}-\d\d-\d\d\b/g, day);
}

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

function day(iso: string): string {
  const [year, month, date] = iso.split("-").map(Number);
  return `${date} ${MONTHS[(month ?? 1) - 1] ?? month} ${year}`;
}

/** Tables by name; the schema is said only where there are several. */
export function tables(chain: readonly Query[]): string[] {
  const full = unique(chain.flatMap((query) => query.tables));
  const schemas = new Set(full.map((table) => table.slice(0, Math.max(0, table.lastIndexOf(".")))));
  return schemas.size === 1 ? full.map((table) => table.slice(table.lastIndexOf(".") + 1)) : full;
}

const OF_RIGHTS = /\bthe asker may see\b|\bthe asker sees\b/;

/** What the asker's own rights left out of the figures, or changed in them: rows, masked columns. */
export function rights(run: Run): string[] {
  return run.caveats.filter((one) => OF_RIGHTS.test(one));
}

const LEFT_OUT = /\bleft out\b|\bpassed over\b|\bexcluded\b|\bnot counted\b/i;

/** The caveats that say what is not in the figures, and the others. */
export function caveats(run: Run): { leftOut: string[]; others: string[] } {
  return { leftOut: run.caveats.filter((one) => LEFT_OUT.test(one)), others: run.caveats.filter((one) => !LEFT_OUT.test(one)) };
}

/** Free SQL among what the answer's figures rest on; empty where all of it is governed or verified. */
export function freeResults(run: Run): string[] {
  return cited(run)
    .filter((query) => query.source === "free")
    .map((query) => query.id);
}

/** Governed metrics by their labels, of what the figures rest on. */
export function metrics(run: Run): string[] {
  return unique(cited(run).flatMap((query) => (query.source === "computed" ? [] : shownMetrics(query))));
}

/** The metrics that a result shows; where it only counts what passes a limit of some, those. */
function shownMetrics(query: Query): string[] {
  const shown = query.columns.filter((column) => column.metric).map((column) => column.label);
  return shown.length ? shown : (query.definitions ?? []).map((one) => one.label);
}

/** Every query that a figure rests on. */
export function cited(run: Run): Query[] {
  const results = unique((run.answer?.claims ?? []).flatMap((claim) => claim.figures.map((figure) => figure.result)));
  const found = new Map(results.flatMap((result) => ancestry(result, run.queries)).map((query) => [query.id, query]));
  return run.queries.filter((query) => found.has(query.id));
}

export function unique(items: readonly string[]): string[] {
  return [...new Set(items)];
}
