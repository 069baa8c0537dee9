import { describe, expect, it } from "vitest";
import why from "./fixtures/why.json";
import { plain, spans } from "./prose-spans";

const shown = (text: string, figures: string[] = []) => spans(text, figures).map((span) => [span.kind, span.text]);

describe("a claim's text", () => {
  it("ties every figure of a real answer to its place, in order", () => {
    for (const claim of why.run.answer.claims) {
      const found = spans(claim.text, claim.figures.map((figure) => figure.shown)).filter((span) => span.kind === "figure");
      expect(found.map((span) => span.text)).toEqual(claim.figures.map((figure) => figure.shown));
      expect(found.map((span) => (span.kind === "figure" ? span.figure : -1))).toEqual(claim.figures.map((_, place) => place));
    }
  });

  it("ties the second of two equal figures to the second place", () => {
    const found = spans("From **5 min** to **5 min**.", ["5 min", "5 min"]);
    expect(found.filter((span) => span.kind === "figure")).toEqual([
      { kind: "figure", text: "5 min", figure: 0 },
      { kind: "figure", text: "5 min", figure: 1 },
    ]);
  });

  it("finds a figure whose characters were escaped", () => {
    expect(shown("The best is **a\\*b\\_1**.", ["a*b_1"])).toEqual([
      ["text", "The best is "],
      ["figure", "a*b_1"],
      ["text", "."],
    ]);
  });

  it("leaves HTML, links and images the text they are", () => {
    const hostile = "<img src=x onerror=alert(1)> [here](javascript:alert(1)) ![](http://127.0.0.1/x.png)";
    expect(shown(hostile)).toEqual([["text", hostile]]);
  });

  it("leaves bold text that is no figure bold, and stars that open nothing stars", () => {
    expect(shown("**Mind** the 2 ** 3")).toEqual([
      ["strong", "Mind"],
      ["text", " the 2 ** 3"],
    ]);
    expect(shown("****")).toEqual([["text", "****"]]);
  });

  it("shows what would reorder the line", () => {
    expect(plain("abc\u202edef")).toBe("abc\ufffddef");
  });

  it("reads a long text in a moment", () => {
    const started = Date.now();
    spans("**".repeat(20_000) + "\\".repeat(20_000) + "`".repeat(20_000));
    expect(Date.now() - started).toBeLessThan(1_000);
  });
});
