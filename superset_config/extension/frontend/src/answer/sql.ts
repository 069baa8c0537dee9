// SQL cut into words to be colored. Never run, never trusted; joined together again the pieces are the statement, letter for letter.

export interface SqlPiece {
  kind: "keyword" | "function" | "literal" | "comment" | "plain";
  text: string;
}

/** A longer statement is shown without color. */
export const LONGEST = 20_000;

const TOKEN =
  /(--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|('(?:[^']|'')*(?:'|$)|\b\d+(?:\.\d+)?\b)|("(?:[^"]|"")*(?:"|$)|`[^`]*(?:`|$))|([\p{L}_][\p{L}\p{N}_$]*)|([\s\S])/gu;

const KEYWORDS = new Set(
  (
    "all and any array as asc between by case cast cross current date desc distinct double else end escape except exists extract false fetch " +
    "filter first following for from full group grouping having ilike in inner intersect interval is join last lateral left like limit " +
    "materialized natural not null nulls offset on or order outer over partition preceding precision range recursive right row rows select " +
    "sets similar tablesample then time timestamp to true unbounded union unnest using values when where window with within zone at"
  ).split(" "),
);

/** The statement in pieces, neighbors of one kind together. */
export function sqlPieces(sql: string): SqlPiece[] {
  if (sql.length > LONGEST) return [{ kind: "plain", text: sql }];
  const pieces: SqlPiece[] = [];
  for (const match of sql.matchAll(TOKEN)) {
    const kind = kindOf(match, sql);
    const last = pieces[pieces.length - 1];
    if (last && last.kind === kind && kind === "plain") last.text += match[0];
    else pieces.push({ kind, text: match[0] });
  }
  return pieces;
}

function kindOf(match: RegExpMatchArray, sql: string): SqlPiece["kind"] {
  const [text, comment, literal, quoted, word] = match;
  if (comment !== undefined) return "comment";
  if (literal !== undefined) return "literal";
  if (quoted !== undefined || word === undefined) return "plain";
  if (KEYWORDS.has(word.toLowerCase())) return "keyword";
  return sql[(match.index ?? 0) + text.length] === "(" ? "function" : "plain";
}
