// A claim's Markdown as spans: bold, code and backslash escapes, and the figures in order. Everything else stays the text it is:
// no HTML, no links, no images, whatever the data holds.
import { visible } from "./invisible";

export type Span =
  | { kind: "text" | "strong" | "code"; text: string }
  | { kind: "figure"; text: string; figure: number };

const TOKEN = /\\([!-/:-@[-`{-~])|\*\*|`([^`\n]+)`/g;

/** The text's spans; `shown` are the figures' texts, each tied to the next bold span that reads the same. */
export function spans(text: string, shown: readonly string[] = []): Span[] {
  const found = emphasis(visible(text));
  let next = 0;
  return found.map((span) => {
    if (span.kind !== "strong") return span;
    const at = shown.findIndex((figure, place) => place >= next && bare(figure) === bare(span.text));
    if (at < 0) return span;
    next = at + 1;
    return { kind: "figure", text: span.text, figure: at };
  });
}

/** The text without any marks, for names and for screen readers. */
export function plain(text: string): string {
  return emphasis(visible(text))
    .map((span) => span.text)
    .join("");
}

/** Pieces in turn; a `**` that is never closed is two stars. */
function emphasis(text: string): Span[] {
  const pieces: Span[] = [];
  let bold: number | null = null;
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    add(pieces, "text", text.slice(end, match.index));
    end = match.index + match[0].length;
    if (match[1] !== undefined) add(pieces, "text", match[1]);
    else if (match[2] !== undefined) pieces.push({ kind: "code", text: match[2] });
    else if (bold === null) {
      bold = pieces.length;
      pieces.push({ kind: "text", text: "**" });
    } else {
      const inner = pieces.splice(bold).slice(1);
      const said = inner.map((span) => span.text).join("");
      if (said) pieces.push({ kind: "strong", text: said });
      else add(pieces, "text", "****");
      bold = null;
    }
  }
  add(pieces, "text", text.slice(end));
  return joined(pieces);
}

function add(pieces: Span[], kind: "text", text: string): void {
  if (text) pieces.push({ kind, text });
}

function joined(pieces: readonly Span[]): Span[] {
  const whole: Span[] = [];
  for (const piece of pieces) {
    const last = whole[whole.length - 1];
    if (last?.kind === "text" && piece.kind === "text") whole[whole.length - 1] = { kind: "text", text: last.text + piece.text };
    else whole.push(piece);
  }
  return whole;
}

/** Blanks of every kind count alike: a figure's no-break space may have become a plain one. */
function bare(text: string): string {
  return visible(text).replace(/\s+/g, " ").trim();
}
