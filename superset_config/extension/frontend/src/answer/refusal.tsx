// Why there is no answer: what is missing, where it was looked for, and what this data can answer instead.
import React from "react";
import { useStyles } from "../theme";
import type { Run } from "../types";
import { Icon } from "./icon";
import { count, money } from "./numbers";
import { plain } from "./prose-spans";
import { answerCss } from "./styles";

const SHOWN = 6;

/** Whether a reason says what is missing already: then it is not said twice. */
function says(reason: string, missing: string): boolean {
  return missing.split(",").every((part) => reason.toLowerCase().includes(part.trim().toLowerCase()));
}

interface RefusalProps {
  run: Run;
  onAsk?(question: string): void;
  /** The level of its heading among those around it. */
  level?: 2 | 3;
}

export function Refusal({ run, onAsk, level = 3 }: RefusalProps) {
  const [Heading, Below] = level === 2 ? (["h2", "h3"] as const) : (["h3", "h4"] as const);
  useStyles("answer", answerCss);
  const refusal = run.refusal ?? { reason: "", missing: "", looked_in: [], instead: [] };
  const reason = plain(run.reason || refusal.reason || "No reason was given.");
  const ran = run.queries.length ? count(run.queries.length, "query was run", "queries were run") : "No query was run";
  const tables = refusal.looked_in.map(plain);
  return (
    <div className="aa-refusal">
      <div className="aa-alert aa-alert-need">
        <Icon name="warning" size={18} />
        <div>
          <Heading dir="auto">I cannot answer this from {plain(run.database)}</Heading>
          <p dir="auto">
            {refusal.missing && !says(reason, plain(refusal.missing)) && (
              <>
                Missing: <strong>{plain(refusal.missing)}</strong>.{" "}
              </>
            )}
            {reason}
          </p>
        </div>
      </div>
      {tables.length > 0 && (
        <dl className="aa-card aa-facts aa-looked">
          <dt>Looked in</dt>
          <dd dir="auto">
            {count(tables.length, "table")}: {tables.slice(0, SHOWN).join(", ")}
            {tables.length > SHOWN ? ` and ${tables.length - SHOWN} more` : ""}
          </dd>
        </dl>
      )}
      {refusal.instead.length > 0 && (
        <section>
          <Below className="aa-label">What I can answer instead</Below>
          <ul className="aa-choices">
            {refusal.instead.map((question) => (
              <li key={question}>
                {onAsk ? (
                  <button type="button" onClick={() => onAsk(question)} dir="auto">
                    <Icon name="lines" size={16} />
                    <span>{plain(question)}</span>
                  </button>
                ) : (
                  <span dir="auto">{plain(question)}</span>
                )}
              </li>
            ))}
          </ul>
        </section>
      )}
      {(refusal.elsewhere ?? []).length > 0 && (
        <dl className="aa-card aa-facts aa-looked">
          <dt>Elsewhere</dt>
          <dd dir="auto">
            {(refusal.elsewhere ?? []).map((other) => (
              <div key={other.database}>
                The database <strong>{plain(other.database)}</strong> may hold it: {other.found.map(plain).join(", ")}
              </div>
            ))}
          </dd>
        </dl>
      )}
      <p className="aa-third">{[ran, money(run.usage.cost_usd)].filter(Boolean).join(" · ")}</p>
    </div>
  );
}
