// A statement that is expected to take too much, and waits for a person: what it is for, what it would take, what would take less.
import React, { useState } from "react";
import { useStyles } from "../theme";
import type { Approval } from "../types";
import { Icon } from "./icon";
import { visible } from "./invisible";
import { SqlText } from "./sql-text";
import { answerCss } from "./styles";

export interface ApproveProps {
  approval: Approval;
  /** The page has headings of its own above it. */
  level?: 2 | 3;
  onApprove(approval: string): Promise<void> | void;
  onReject(approval: string, note: string): Promise<void> | void;
}

type Sending = "" | "approve" | "reject";

export function Approve({ approval, level = 3, onApprove, onReject }: ApproveProps) {
  useStyles("answer", answerCss);
  const Heading = level === 2 ? "h2" : "h3";
  const [shown, show] = useState(false);
  const [note, write] = useState("");
  const [sending, setSending] = useState<Sending>("");
  const [trouble, setTrouble] = useState("");
  const mine = approval.needs === "asker";
  const send = async (what: Sending, act: () => Promise<void> | void) => {
    if (sending) return;
    setSending(what);
    setTrouble("");
    try {
      await act();
    } catch (error) {
      setTrouble(error instanceof Error && error.message ? error.message : "That did not arrive.");
      setSending("");
    }
  };
  const noteId = `aa-why-not-${approval.id}`;
  return (
    <section className="aa-approve" aria-label="A statement waits for approval">
      <div className="aa-alert aa-alert-need">
        <Icon name="pause" size={18} />
        <div>
          <Heading>{mine ? "Run this statement?" : "This statement needs an administrator"}</Heading>
          <p dir="auto">
            <b>{visible(approval.title)}</b>
          </p>
          <p dir="auto">{visible(approval.why)}</p>
        </div>
      </div>
      {approval.instead && (
        <div>
          <p className="aa-third">What would take less</p>
          <p className="aa-second" dir="auto">
            {visible(approval.instead)}
          </p>
        </div>
      )}
      <div>
        <button type="button" className="aa-link" aria-expanded={shown} onClick={() => show(!shown)}>
          {shown ? "Hide the statement" : "Show the statement"}
        </button>
        {shown && <SqlText sql={approval.sql} label="The statement that waits" />}
      </div>
      <label htmlFor={noteId} className="aa-why-not">
        <span>If not: what should it do instead?</span>
        <input id={noteId} className="aa-input" placeholder="May be left empty" dir="auto" value={note} maxLength={2_000} disabled={sending !== ""} onChange={(event) => write(event.target.value)} />
      </label>
      <div className="aa-row">
        {mine && (
          <button type="button" className="aa-button aa-filled" disabled={sending !== ""} onClick={() => void send("approve", () => onApprove(approval.id))}>
            {sending === "approve" ? "Approving …" : "Approve and run"}
          </button>
        )}
        <button type="button" className="aa-button" disabled={sending !== ""} onClick={() => void send("reject", () => onReject(approval.id, note.trim()))}>
          {sending === "reject" ? "Going on without it …" : "Don't run it"}
        </button>
      </div>
      {trouble ? (
        <p className="aa-bad" role="alert" dir="auto">
          {visible(trouble)}
        </p>
      ) : (
        <p className="aa-third" role="status">
          {sending ? "The run goes on in a moment." : mine ? "Waiting for you. Nothing runs and nothing is charged meanwhile." : "Waiting for an administrator. Nothing runs and nothing is charged meanwhile."}
        </p>
      )}
    </section>
  );
}
