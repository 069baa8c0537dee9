// Where a person looks and writes while a conversation grows.
import React, { useEffect, useLayoutEffect, useRef } from "react";
import type { Followed } from "../api/provider";
import { finished } from "../types";

/** The composer goes while a question runs, and comes back: whoever wrote in it is neither lost at the page's start nor interrupted. */
export function useFocus(body: React.RefObject<HTMLDivElement>, live: boolean): void {
  const latest = useRef<Element | null>(null);
  useEffect(() => {
    const section = body.current?.parentElement;
    const hear = (event: FocusEvent) => (latest.current = event.target as Element);
    section?.addEventListener("focusin", hear);
    return () => section?.removeEventListener("focusin", hear);
  }, [body]);
  useLayoutEffect(() => {
    const gone = latest.current !== null && !latest.current.isConnected;
    const nowhere = document.activeElement === null || document.activeElement === document.body;
    if (gone && nowhere) body.current?.focus({ preventScroll: true });
  }, [body, live]);
}

/** Keeps the newest in sight: a new turn is scrolled to, and its growth is followed while its end is in view. */
export function useScroll(turns: number, seen: Followed | null): React.RefObject<HTMLDivElement> {
  const body = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  useEffect(() => {
    const element = body.current;
    const look = () => {
      if (element) atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < 60;
    };
    element?.addEventListener("scroll", look, { passive: true });
    return () => element?.removeEventListener("scroll", look);
  }, []);
  useLayoutEffect(() => {
    atEnd.current = true;
  }, [turns]);
  const status = seen?.run?.status;
  const readable = Boolean(seen?.run && (seen.run.answer || finished(seen.run.status)));
  const length = readable ? 0 : seen?.events.length;
  useLayoutEffect(() => {
    const element = body.current;
    if (!element || !atEnd.current) return;
    const newest = element.querySelector<HTMLElement>(".aa-turn:last-of-type");
    // An answer is read from its beginning; progress is watched at its end.
    if (readable && newest) element.scrollTop = newest.offsetTop - element.offsetTop - 16;
    else element.scrollTop = element.scrollHeight;
  }, [turns, status, readable, length]);
  return body;
}
