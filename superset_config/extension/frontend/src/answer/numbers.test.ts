import { describe, expect, it } from "vitest";
import { type Shape, asNumber, cellText, count, decimalsFor, duration, exact, head, money } from "./numbers";

const shape = (given: Partial<Shape> = {}): Shape => ({ name: "x", label: "X", type: "number", unit: null, format: "number", decimals: null, ...given });

describe("a cell", () => {
  it("is shown by its column's format", () => {
    expect(cellText(0.3501597, shape({ format: "percent", decimals: 1 }), 1)).toBe("35.0\u00a0%");
    expect(cellText(-1234.5, shape({ format: "currency", unit: "USD" }), 2)).toBe("−$1,234.50");
    expect(cellText("1234.50", shape({ format: "currency", unit: "EUR" }), 2)).toBe("€1,234.50");
    expect(cellText(3130, shape({ type: "integer", unit: "departures" }), 0)).toBe("3,130");
    expect(cellText(2013, shape({ type: "integer", name: "flight_year" }), 0)).toBe("2013");
    expect(cellText(-0.001, shape(), 1)).toBe("0.0");
    expect(cellText(null, shape(), 1)).toBe("–");
    expect(cellText(true, shape({ type: "boolean" }), 0)).toBe("yes");
    expect(cellText("0012", shape({ type: "text" }), 0)).toBe("0012");
    expect(cellText("x\u202ey", shape({ type: "text" }), 0)).toBe("x\ufffdy");
    expect(cellText({ a: 1 }, shape({ type: "json" }), 0)).toBe('{"a":1}');
  });

  it("names a day or the month or quarter that it begins", () => {
    expect(cellText("2013-02-01", shape({ type: "date", name: "flight_date_month" }), 0)).toBe("February\u00a02013");
    expect(cellText("2013-04-01", shape({ type: "date", name: "flight_date_quarter" }), 0)).toBe("Q2\u00a02013");
    expect(cellText("2013-05-01", shape({ type: "date", name: "flight_date_quarter" }), 0)).toBe("1\u00a0May\u00a02013");
    expect(cellText("2013-02-01", shape({ type: "date", name: "day" }), 0)).toBe("1\u00a0Feb\u00a02013");
    expect(cellText("2013-02-01T08:30:00", shape({ type: "timestamp" }), 0)).toBe("1\u00a0Feb\u00a02013, 08:30");
    expect(cellText("no date", shape({ type: "date" }), 0)).toBe("no date");
  });

  it("shares its number of decimals with its column", () => {
    expect(decimalsFor(shape(), [0.001234, 0.5])).toBe(3);
    expect(decimalsFor(shape(), [12, 13])).toBe(0);
    expect(decimalsFor(shape({ decimals: 4 }), [1])).toBe(4);
    expect(decimalsFor(shape({ format: "percent" }), [0.5])).toBe(1);
  });

  it("has its unit in the head, once", () => {
    expect(head(shape({ label: "Delay", unit: "min" }))).toBe("Delay,\u00a0min");
    expect(head(shape({ label: "Departures", unit: "departures" }))).toBe("Departures");
    expect(head(shape({ label: "Share", format: "percent" }))).toBe("Share");
  });

  it("can be told without rounding", () => {
    expect(exact(-1234567.125)).toBe("−1,234,567.125");
    expect(exact(0.3501597444089457)).toBe("0.3501597444089457");
    expect(exact("2013-02-01")).toBe("2013-02-01");
    expect(asNumber("12a", shape())).toBeNull();
  });
});

describe("small words", () => {
  it("count, time and price", () => {
    expect([count(1, "query", "queries"), count(1204, "row")]).toEqual(["1\u00a0query", "1,204\u00a0rows"]);
    expect([0.028, 5.29, 48, 188, 7500].map(duration)).toEqual(["28\u00a0ms", "5.3\u00a0s", "48\u00a0s", "3\u00a0min 8\u00a0s", "2\u00a0h 5\u00a0min"]);
    expect([money(0), money(0.14), money(0.0012)]).toEqual(["", "$0.14", "$0.0012"]);
  });
});
