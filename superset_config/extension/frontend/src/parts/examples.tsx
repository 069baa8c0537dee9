// Questions that a database is known to answer, each asked by a click.
import React from "react";
import { Icon } from "../answer/icon";
import { visible } from "../answer/invisible";
import type { Database } from "../types";

const MOST = 5;

export function Examples({ database, onAsk }: { database: Database | null; onAsk(question: string): void }) {
  const examples = (database?.examples ?? []).slice(0, MOST);
  if (!database) return null;
  if (!examples.length) return <p className="aa-second">Answers come from the tables that you may read. What they cannot answer is refused, with what is missing.</p>;
  return (
    <section>
      <p className="aa-label">{database.governed ? "Answered from governed metrics" : "Questions that work"}</p>
      <ul className="aa-choices">
        {examples.map((question) => (
          <li key={question}>
            <button type="button" onClick={() => onAsk(question)} dir="auto">
              <Icon name="lines" size={16} />
              <span>{visible(question)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
