// A question as its asker wrote it, with the SQL that went along folded away.
import React from "react";
import { visible } from "../answer/invisible";

const MARK = "\n\nThe SQL in my editor:\n";

/** What is sent when the editor's SQL goes along. */
export function withSql(question: string, sql: string): string {
  return sql.trim() ? `${question}${MARK}${sql.trim()}` : question;
}

/** The question without the SQL that went along. */
export function asked(question: string): string {
  return question.split(MARK, 1)[0];
}

export function Bubble({ question }: { question: string }) {
  const words = asked(question);
  const sql = question.slice(words.length + MARK.length);
  return (
    // A long question scrolls, so it can be reached by keyboard.
    <div className="aa-bubble aa-focus" dir="auto" tabIndex={question.length > 300 ? 0 : undefined}>
      {visible(words)}
      {sql && (
        <details>
          <summary>With the SQL in the editor</summary>
          <code dir="ltr">{visible(sql)}</code>
        </details>
      )}
    </div>
  );
}

/** Grey lines where something will be; only when it takes a while. */
export function Skeleton({ lines = 4 }: { lines?: number }) {
  return (
    <div className="aa-skeleton" role="status" aria-label="Loading">
      {Array.from({ length: lines }, (_, at) => (
        <i key={at} style={{ width: `${[72, 100, 94, 60, 88][at % 5]}%` }} />
      ))}
    </div>
  );
}
