// A window over everything: the browser keeps the focus in it, Escape closes it, and the focus goes back where it came from.
import React, { type ReactNode, useEffect, useRef } from "react";
import { Icon } from "../answer/icon";
import { answerCss } from "../answer/styles";
import { useStyles } from "../theme";
import { partsCss } from "./styles";

interface DialogProps {
  title: string;
  onClose(): void;
  children: ReactNode;
}

export function Dialog({ title, onClose, children }: DialogProps) {
  useStyles("answer", answerCss);
  useStyles("parts", partsCss);
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    const opened = box.current;
    opened?.showModal();
    return () => {
      opened?.close();
      if (before?.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  return (
    <dialog
      ref={box}
      className="aa-dialog"
      aria-label={title}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <header>
        <h2>{title}</h2>
        <button type="button" className="aa-icon-button" aria-label="Close" onClick={onClose}>
          <Icon name="close" size={16} />
        </button>
      </header>
      {children}
    </dialog>
  );
}
