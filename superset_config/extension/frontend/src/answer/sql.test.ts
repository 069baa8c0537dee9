import { describe, expect, it } from "vitest";
import why from "./fixtures/why.json";
import { LONGEST, sqlPieces } from "./sql";

const kind = (sql: string, text: string) => sqlPieces(sql).find((piece) => piece.text === text)?.kind;

describe("colored SQL", () => {
  it("is the statement, letter for letter", () => {
    const statements = [...why.run.queries.map((query) => query.sql_as_run), "SELECT 'a''b', \"x\"\"y\" -- end", "'never closed", "/* nor this", "SELECT 名 FROM “x”"];
    for (const sql of statements) expect(sqlPieces(sql).map((piece) => piece.text).join("")).toBe(sql);
  });

  it("tells keywords, functions, literals and comments from names", () => {
    const sql = "SELECT count(*) FROM flights WHERE month = 6 AND note = 'select 7' -- from here";
    expect(kind(sql, "SELECT")).toBe("keyword");
    expect(kind(sql, "count")).toBe("function");
    expect(kind(sql, "6")).toBe("literal");
    expect(kind(sql, "'select 7'")).toBe("literal");
    expect(kind(sql, "-- from here")).toBe("comment");
    expect(sqlPieces('SELECT "from" FROM t').filter((piece) => piece.kind === "keyword")).toHaveLength(2);
  });

  it("leaves a very long statement without color", () => {
    expect(sqlPieces("SELECT ".repeat(LONGEST))).toHaveLength(1);
  });
});
