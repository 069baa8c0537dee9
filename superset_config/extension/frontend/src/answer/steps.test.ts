import { describe, expect, it } from "vitest";
import pilots from "./fixtures/pilots.json";
import why from "./fixtures/why.json";
import { progress } from "./steps";

describe("a run's steps", () => {
  it("are told from a real run's events, in order", () => {
    const { steps, turns } = progress(why.events, undefined, true);
    expect(steps.map((step) => [step.name, step.state])).toEqual([
      ["explore", "finished"],
      ["analyze", "finished"],
      ["synthesize", "finished"],
      ["report", "finished"],
    ]);
    expect(steps[0]?.lines.map((line) => line.text)).toEqual(["Read model", ...why.run.queries.slice(0, 5).map((query) => query.title)]);
    expect(steps[1]?.lines).toHaveLength(why.run.findings.length);
    expect(turns).toBe(why.run.usage.turns);
  });

  it("wait before they begin, and run until they end", () => {
    const { steps } = progress(why.events.slice(0, 15));
    expect(steps.map((step) => step.state)).toEqual(["finished", "running", "waiting", "waiting"]);
  });

  it("are not doubled by an event that comes twice", () => {
    expect(progress([...why.events, ...why.events])).toEqual(progress(why.events));
  });

  it("end with the run: what did not begin is not shown, what was cut off is stopped", () => {
    expect(progress(pilots.events, undefined, true).steps.map((step) => step.name)).toEqual(["explore"]);
    expect(progress(why.events.slice(0, 10), undefined, true).steps.map((step) => step.state)).toEqual(["stopped"]);
  });

  it("begin anew with the report of a run that goes on after its budget was raised", () => {
    const cut = why.events.filter((event) => event.step === "explore" || event.step === "report");
    const raised = { seq: 1_000, at: "", kind: "run", step: null, data: { status: "queued" } };
    const { steps } = progress([...cut, raised]);
    expect(steps.map((step) => step.state)).toEqual(["finished", "waiting", "waiting", "waiting"]);
    expect(steps[3]?.lines).toEqual([]);
  });

  it("stay calm at data they do not know", () => {
    const odd = { seq: 1, at: "", kind: "query", step: "explore", data: { title: 7, rows: null } };
    expect(progress([odd, { ...odd, seq: 2, kind: "never heard of", step: "nowhere" }]).steps[0]?.lines[0]?.text).toBe("");
  });
});
