import { describe, expect, it } from "vitest";
import carriers from "./fixtures/carriers.json";
import monthly from "./fixtures/monthly.json";
import why from "./fixtures/why.json";
import { type Names, cellsOf, inWords, parse } from "./expression";

const NAMES: Names = {
  column: (_, column) => ({ delay: "Mean delay", carrier: "Carrier" })[column] ?? column,
  row: (_, row) => ["Envoy Air", "Southwest"][row] ?? null,
};
const words = (source: string) => {
  const tree = parse(source);
  return tree && inWords(tree, NAMES);
};

describe("the reference behind a figure", () => {
  it("is understood in every real answer", () => {
    for (const { run } of [why, carriers, monthly]) {
      for (const figure of run.answer.claims.flatMap((claim) => claim.figures)) {
        const tree = parse(figure.expression);
        expect(tree, figure.expression).not.toBeNull();
        expect(tree && cellsOf(tree)[0]).toMatchObject({ result: figure.result, column: figure.column });
      }
    }
  });

  it("is told in words", () => {
    expect(words("r1[1].delay")).toBe("Mean delay, Southwest");
    expect(words("difference(r1[1].delay, r1[0].delay)")).toBe("Mean delay, Southwest minus Mean delay, Envoy Air");
    expect(words("abs(difference(r1[1].delay, r1[0].delay))")).toBe("Mean delay, Southwest minus Mean delay, Envoy Air, without its sign");
    expect(words("sum(r6.delay)")).toBe("Sum of all values of Mean delay");
    expect(words("count(r1[delay>=30])")).toBe("Number of rows of r1 where mean delay is at least 30");
    expect(words("rank(r1.delay, carrier=WN)")).toBe("Place by Mean delay where carrier is WN, the highest first");
  });

  it("may hold odd names and values in quotes", () => {
    expect(parse('r1["a, b"="x]y",carrier!=\'z\']."Größe (cm)"')).toEqual({
      kind: "cells",
      result: "r1",
      row: null,
      conditions: [
        { column: "a, b", operator: "=", value: "x]y" },
        { column: "carrier", operator: "!=", value: "z" },
      ],
      column: "Größe (cm)",
    });
  });

  it.each(["", "r1[", "r1[0", "r1[0].x y", "sum(", "sum(r1.x", "9", "abs(".repeat(50)])("is nothing when it is broken: %s", (source) => {
    expect(parse(source)).toBeNull();
  });
});
