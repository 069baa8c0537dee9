// Where a question is written. Enter asks, Shift+Enter begins a new line; the draft stays until the question has arrived.
import React, { useEffect, useLayoutEffect, useRef } from "react";
import { answerCss } from "../answer/styles";
import { useStyles } from "../theme";
import { Icon } from "./icon";
import { partsCss } from "./styles";

export const LONGEST = 10_000;
const NEAR = 500;

interface ComposerProps {
  draft: readonly [string, (text: string) => void];
  placeholder: string;
  onSubmit(text: string): void;
  /** A question is on its way. */
  busy?: boolean;
  /** Why nothing can be asked now; the draft can still be written. */
  disabled?: boolean;
  /** Said beside the button, such as "Draft kept". */
  note?: string;
  label?: string;
  /** Change it to bring the cursor here. */
  focus?: unknown;
}

export function Composer({ draft: [text, write], placeholder, onSubmit, busy = false, disabled = false, note = "", label = "Question", focus }: ComposerProps) {
  useStyles("answer", answerCss);
  useStyles("parts", partsCss);
  const field = useRef<HTMLTextAreaElement>(null);
  const left = LONGEST - text.length;
  const ready = text.trim() !== "" && left >= 0 && !busy && !disabled;
  useLayoutEffect(() => {
    const area = field.current;
    if (!area) return;
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight}px`;
  }, [text]);
  const first = useRef(true);
  useEffect(() => {
    if (!first.current) field.current?.focus({ preventScroll: true });
    first.current = false;
  }, [focus]);
  const submit = () => {
    if (ready) onSubmit(text.trim());
  };
  return (
    <form
      className="aa-composer"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <textarea
        ref={field}
        rows={1}
        dir="auto"
        aria-label={label}
        placeholder={placeholder}
        value={text}
        onChange={(event) => write(event.target.value)}
        onKeyDown={(event) => {
          // SQL Lab listens for keys of its own; none of them is meant while somebody writes here.
          event.stopPropagation();
          if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          submit();
        }}
      />
      <div>
        <span>
          <Icon name="shield" size={14} />
          Reads as you, never writes
        </span>
        {left < NEAR ? (
          <span className={left < 0 ? "aa-over" : undefined} role="status">
            {left < 0 ? `${(-left).toLocaleString("en")} characters too many` : `${left} left`}
          </span>
        ) : (
          note && <span>{note}</span>
        )}
        <button type="submit" className="aa-send" aria-label={busy ? "Asking" : "Ask"} aria-disabled={!ready}>
          <Icon name="send" size={16} bold />
        </button>
      </div>
    </form>
  );
}
