// Copies text and says so. Works without the clipboard API too, which browsers keep from pages that are not served by https.
import React, { useEffect, useState } from "react";
import { Icon } from "./icon";

export function CopyButton({ text, label }: { text: string; label: string }) {
  const [said, say] = useState("");
  useEffect(() => {
    const timer = said ? window.setTimeout(() => say(""), 2_000) : undefined;
    return () => window.clearTimeout(timer);
  }, [said]);
  return (
    <button type="button" className="aa-button aa-small" onClick={() => void copied(text).then((done) => say(done ? "Copied" : "Select it and copy it by hand"))}>
      <Icon name={said === "Copied" ? "check" : "copy"} size={13} />
      <span aria-live="polite">{said || label}</span>
    </button>
  );
}

async function copied(text: string): Promise<boolean> {
  if (navigator.clipboard?.writeText) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // not allowed here: the old way
    }
  }
  const before = document.activeElement;
  const area = document.createElement("textarea");
  area.value = text;
  area.style.cssText = "position:fixed;inset-block-start:0;opacity:0";
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (before instanceof HTMLElement) before.focus({ preventScroll: true });
  return done;
}
