// Before the first question: what can be asked here, or why nothing can.
import React from "react";
import { Icon } from "../answer/icon";
import { visible } from "../answer/invisible";
import { Examples } from "../parts/examples";
import type { Context, Database } from "../types";

interface WelcomeProps {
  context: Context;
  /** What Superset calls the database of the open tab. */
  here: string | null;
  /** A tab is open. */
  open: boolean;
  database: Database | null;
  onAsk(question: string): void;
  onChoose(database: Database): void;
}

export function Welcome({ context, here, open, database, onAsk, onChoose }: WelcomeProps) {
  if (database) return <Ready database={database} onAsk={onAsk} />;
  const others = context.databases;
  return (
    <div className="aa-welcome">
      <div>
        <h3>{others.length ? (open ? "Not this database" : "Ask a question") : "Nothing to ask yet"}</h3>
        <p dir="auto">{why(context, here, open).split("`").map((part, at) => (at % 2 ? <code key={at}>{part}</code> : part))}</p>
      </div>
      {others.length > 0 && (
        <section>
          <p className="aa-label">{open ? "These can be asked" : "Choose a database"}</p>
          <ul className="aa-choices">
            {others.map((one) => (
              <li key={one.name}>
                <button type="button" onClick={() => onChoose(one)} dir="auto">
                  <Icon name="database" size={16} />
                  <span>{visible(one.name)}</span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function why(context: Context, here: string | null, open: boolean): string {
  const name = here ? visible(here) : "This database";
  if (open && context.reason === "not_connected") return `${name} is not connected to the agent. An administrator adds it with \`analytics-agent databases add\`.`;
  if (open && context.reason === "no_rights") return `You may not ask about ${here ? name : "this database"}. An administrator of Superset can grant access to it or to its tables.`;
  if (!context.databases.length) return "There is no database that you may ask about. An administrator of Superset can grant access to one, or connect one with `analytics-agent databases add`.";
  return "No tab is open in SQL Lab. Open one, or choose a database here.";
}

function Ready({ database, onAsk }: { database: Database; onAsk(question: string): void }) {
  return (
    <div className="aa-welcome">
      <div>
        <h3 dir="auto">Ask {visible(database.name)} a question</h3>
        <p>Each answer shows the SQL and the rows behind it.</p>
      </div>
      <Examples database={database} onAsk={onAsk} />
      {!database.governed && <p className="aa-second">No semantic model describes this database yet, so answers rest on free SQL, and say so.</p>}
    </div>
  );
}
