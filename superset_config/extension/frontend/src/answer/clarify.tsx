// What a run asks back: each reading with what it would answer, and room for one's own words.
import React, { useState } from "react";
import { useStyles } from "../theme";
import type { Run } from "../types";
import { plain } from "./prose-spans";
import { answerCss } from "./styles";

const OTHER = -1;

export function Clarify({ run, onAnswer }: { run: Run; onAnswer(text: string): Promise<void> | void }) {
  useStyles("answer", answerCss);
  const asked = run.clarification ?? { question: "The run waits for an answer.", readings: [], answer: null };
  const [chosen, choose] = useState(asked.readings.length ? 0 : OTHER);
  const [words, setWords] = useState("");
  const [sending, setSending] = useState(false);
  const [trouble, setTrouble] = useState("");
  const answer = chosen === OTHER ? words.trim() : (asked.readings[chosen] ?? "");
  const send = async (event: React.FormEvent) => {
    event.preventDefault();
    if (!answer || sending) return;
    setSending(true);
    setTrouble("");
    try {
      await onAnswer(answer);
    } catch (error) {
      setTrouble(error instanceof Error && error.message ? error.message : "The answer did not arrive.");
      setSending(false);
    }
  };
  const name = `aa-reading-${run.id}`;
  return (
    <form className="aa-clarify" onSubmit={(event) => void send(event)}>
      <fieldset disabled={sending}>
        <legend dir="auto">{plain(asked.question)}</legend>
        {asked.readings.length > 1 && <p className="aa-second">{number(asked.readings.length)} readings fit.</p>}
        {asked.readings.map((reading, place) => {
          const [title, consequence] = parts(plain(reading));
          return (
            <label key={place} className={chosen === place ? "aa-option aa-chosen" : "aa-option"}>
              <input type="radio" name={name} checked={chosen === place} onChange={() => choose(place)} />
              <span dir="auto">
                <b>{title}</b>
                {consequence && <small>{consequence}</small>}
              </span>
            </label>
          );
        })}
        <div className={chosen === OTHER ? "aa-option aa-chosen" : "aa-option"}>
          {asked.readings.length > 0 && <input type="radio" name={name} id={`${name}-other`} checked={chosen === OTHER} onChange={() => choose(OTHER)} />}
          <span>
            <label htmlFor={asked.readings.length ? `${name}-other` : `${name}-words`}>
              <b>Something else</b>
            </label>
            <input
              id={`${name}-words`}
              className="aa-input"
              aria-label="Say it in your own words"
              placeholder="Say it in your own words"
              dir="auto"
              value={words}
              maxLength={2_000}
              onFocus={() => choose(OTHER)}
              onChange={(event) => setWords(event.target.value)}
            />
          </span>
        </div>
      </fieldset>
      <div className="aa-row">
        <button type="submit" className="aa-button aa-filled" disabled={!answer || sending}>
          {sending ? "Sending …" : "Go on"}
        </button>
      </div>
      {trouble ? (
        <p className="aa-bad" role="alert">
          {trouble}
        </p>
      ) : (
        <p className="aa-third" role="status">
          {sending ? "Your answer is on its way. The run goes on in a moment." : "Waiting for you. Nothing runs and nothing is charged meanwhile."}
        </p>
      )}
    </form>
  );
}

/** "Late departures: flights that left 15 minutes late or more." as what it is called and what it means. */
function parts(reading: string): [string, string] {
  const at = reading.indexOf(": ");
  if (at < 1 || at > 60) return [reading, ""];
  const rest = reading.slice(at + 2);
  return [reading.slice(0, at), rest.slice(0, 1).toUpperCase() + rest.slice(1)];
}

function number(count: number): string {
  return ["", "One", "Two", "Three", "Four", "Five", "Six"][count] ?? String(count);
}
