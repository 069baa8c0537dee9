import { describe, expect, it } from "vitest";
import why from "./fixtures/why.json";
import { aggregates, isSource, labelColumn, otherResults, windows } from "./excerpt";
import type { Figure } from "../types";

const figure = (expression: string, row: number | null = 0, column = "x"): Figure => ({ shown: "", value: 1, unit: null, result: "r1", expression, row, column });

describe("the rows around a figure", () => {
  it("are five around the cell, also far down", () => {
    expect(windows(figure("r1[40000].x", 40_000), 50_000)).toEqual([{ offset: 39_998, limit: 5 }]);
    expect(windows(figure("r1[49999].x", 49_999), 50_000)).toEqual([{ offset: 49_995, limit: 5 }]);
    expect(windows(figure("r1[1].x", 1), 50_000)).toEqual([{ offset: 0, limit: 5 }]);
  });

  it("are all of them where there are few, and none where there are none", () => {
    expect(windows(figure("r1[2].x", 2), 4)).toEqual([{ offset: 0, limit: 4 }]);
    expect(windows(figure("count(r1)", null), 0)).toEqual([]);
  });

  it("are two places for a difference, joined where they touch", () => {
    expect(windows(figure("difference(r1[90].x, r1[3].x)", 90), 100)).toEqual([
      { offset: 2, limit: 3 },
      { offset: 89, limit: 3 },
    ]);
    expect(windows(figure("difference(r1[4].x, r1[3].x)", 4), 100)).toEqual([{ offset: 2, limit: 4 }]);
  });

  it("are the first ones where a whole column is the source", () => {
    expect(windows(figure("sum(r1.x)", 0), 100)).toEqual([{ offset: 0, limit: 5 }]);
    expect(aggregates(figure("sum(r1.x)"))).toBe(true);
  });
});

describe("a source cell", () => {
  const columns = [
    { name: "carrier", label: "Carrier", type: "text", unit: null },
    { name: "x", label: "X", type: "number", unit: null },
  ];

  it("is the one the service named", () => {
    expect(isSource(figure("r1[2].x", 2), columns, 2, ["WN", 1], 1)).toBe(true);
    expect(isSource(figure("r1[2].x", 2), columns, 1, ["WN", 1], 1)).toBe(false);
    expect(isSource(figure("r1[2].x", 2), columns, 2, ["WN", 1], 0)).toBe(false);
  });

  it("is every cell that the reference's conditions meet", () => {
    const share = figure("share(r1[carrier=wn].x, sum(r1[x>=5].x))", 7);
    expect(isSource(share, columns, 0, ["WN", 1], 1)).toBe(true);
    expect(isSource(share, columns, 1, ["UA", 9], 1)).toBe(true);
    expect(isSource(share, columns, 2, ["UA", null], 1)).toBe(false);
  });

  it("is found for every figure of a real answer", () => {
    const results = why.results as unknown as Record<string, { rows: unknown[][] }>;
    for (const one of why.run.answer.claims.flatMap((claim) => claim.figures)) {
      const shape = why.run.queries.find((query) => query.id === one.result)?.columns ?? [];
      const cells = results[one.result]?.rows[one.row] ?? [];
      const hits = shape.filter((_, column) => isSource(one, shape, one.row, cells, column));
      expect(hits.map((column) => column.name)).toEqual([one.column]);
    }
  });
});

describe("what a row is called", () => {
  it("is a name rather than a code", () => {
    const shape = (name: string, type: string) => ({ name, label: name, type, unit: null });
    expect(labelColumn([shape("carrier", "text"), shape("name", "text"), shape("x", "number")])).toBe(1);
    expect(labelColumn([shape("x", "number"), shape("month", "date")])).toBe(1);
    expect(labelColumn([shape("x", "number")])).toBe(0);
    expect(otherResults(figure("ratio(r1[0].x, r7[0].y)"))).toEqual(["r7"]);
  });
});
