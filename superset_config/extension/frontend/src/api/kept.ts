// What this tab of the browser keeps for this person through reloads, logins and crashes: drafts and the open conversation.
import { useCallback, useState } from "react";
import { personHere } from "../host/page";

function name(key: string): string {
  return `analytics-agent:${personHere()}:${key}`;
}

export function recall<T>(key: string, otherwise: T): T {
  try {
    const text = window.sessionStorage.getItem(name(key));
    return text === null ? otherwise : (JSON.parse(text) as T);
  } catch {
    return otherwise;
  }
}

export function remember(key: string, value: unknown): void {
  try {
    if (value === null || value === "") window.sessionStorage.removeItem(name(key));
    else window.sessionStorage.setItem(name(key), JSON.stringify(value));
  } catch {
    // storage is switched off or full: then it lives as long as the page
  }
}

/** A state that is kept. Two tabs have one each. */
export function useKept<T>(key: string, first: T): [T, (value: T) => void] {
  const [value, put] = useState<T>(() => recall(key, first));
  const set = useCallback(
    (next: T) => {
      put(next);
      remember(key, next);
    },
    [key],
  );
  return [value, set];
}

export function useDraft(key: string): [string, (text: string) => void] {
  return useKept(`draft:${key}`, "");
}
