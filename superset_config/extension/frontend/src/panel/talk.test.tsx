import { fireEvent, screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { ask, click, ended, field, pass, service, show, usePanel } from "../testing/panel";
import { answered, approval, batch, context, Failure, run, SILENCE, UNREACHABLE } from "../testing/service";
import { lab } from "../testing/superset";

usePanel();

describe("what became of it", () => {
  async function showEnded(made: ReturnType<typeof run>): Promise<void> {
    service.on("POST /analyses", made).on("GET /analyses/r1", made).on("GET /analyses/r1/events", ...ended(made.status as "succeeded"));
    await show();
    await ask();
    await pass(1_000);
  }

  it("is an answer, and a follow-up goes on from it", async () => {
    service.on("GET /context", context({ model: "claude-opus-4-7" }));
    await showEnded(answered());
    expect(screen.getByText("Answered. There were 336,776 flights")).toBeTruthy();
    expect(screen.getByRole("button", { name: "336,776, show evidence" })).toBeTruthy();
    expect(screen.getByText("1 query, 1 table, 12 s, $0.05")).toBeTruthy();
    expect(field().placeholder).toBe("Ask a follow-up …");
    await ask("And by month?");
    expect(service.sent.filter((one) => one.method === "POST")[1].body.continue).toBe("r1");
    await click("New question");
    expect(screen.getByRole("heading", { name: "Ask flights a question" })).toBeTruthy();
  });

  it("is no part of a conversation for the offline model, and sends no SQL", async () => {
    await showEnded(answered());
    expect(field().placeholder).toBe("Ask another question …");
    await ask("And by month?");
    expect(service.sent.filter((one) => one.method === "POST")[1].body.continue).toBeUndefined();
    expect(screen.queryByRole("button", { name: "SQL in editor" })).toBeNull();
  });

  it("takes the editor's SQL along when it is told to", async () => {
    service.on("GET /context", context({ model: "claude-opus-4-7" })).on("POST /analyses", run()).on("GET /analyses/r1", run()).on("GET /analyses/r1/events", SILENCE);
    lab.open({ sql: "SELECT 1" });
    await show(false);
    await click("SQL in editor");
    await ask("What does it do?");
    expect(service.sent.find((one) => one.method === "POST")?.body.question).toBe("What does it do?\n\nThe SQL in my editor:\nSELECT 1");
  });

  it("is a question back, answered in place or below", async () => {
    const asks = run({ status: "needs_input", clarification: { question: "What counts as late?", readings: ["Left late: Southwest leads", "Arrived late: Envoy leads"], answer: null } });
    service.on("POST /analyses", asks).on("GET /analyses/r1", asks).on("GET /analyses/r1/events", batch("needs_input")).on("POST /analyses/r1/answer", run());
    await show();
    await ask();
    fireEvent.click(screen.getByRole("radio", { name: /Arrived late/ }));
    service.on("GET /analyses/r1/events", SILENCE);
    await click("Go on");
    expect(service.sent[service.sent.length - 2].body ?? service.sent[service.sent.length - 1].body).toEqual({ text: "Arrived late: Envoy leads" });
    expect(screen.getByRole("button", { name: "Stop" })).toBeTruthy();
  });

  it("is a statement to approve, once, which then runs", async () => {
    const waits = run({ status: "needs_approval", approval: approval() });
    service.on("POST /analyses", waits).on("GET /analyses/r1", waits).on("GET /analyses/r1/events", batch("needs_approval")).on("POST /analyses/r1/approve", run());
    await show();
    await ask();
    expect(screen.getAllByText(/8.8 billion rows of flights × weather/)).not.toHaveLength(0); // shown, and announced
    expect(screen.queryByText(/CROSS JOIN/)).toBeNull();
    await click("Show the statement");
    expect(screen.getByRole("region", { name: "The statement that waits" }).textContent).toContain("CROSS JOIN");
    service.on("GET /analyses/r1/events", SILENCE);
    const button = screen.getByRole("button", { name: "Approve and run" });
    fireEvent.click(button);
    fireEvent.click(button);
    await screen.findByRole("button", { name: "Stop" });
    expect(service.times("POST /analyses/r1/approve")).toBe(1);
    expect(service.sent.find((one) => one.path.endsWith("/approve"))?.body).toEqual({ approval: "a1" });
  });

  it("is a statement not to run, with a word on why", async () => {
    const waits = run({ status: "needs_approval", approval: approval() });
    service.on("POST /analyses", waits).on("GET /analyses/r1", waits).on("GET /analyses/r1/events", batch("needs_approval")).on("POST /analyses/r1/reject", run());
    await show();
    await ask();
    fireEvent.change(screen.getByLabelText(/what should it do instead/), { target: { value: "June only " } });
    service.on("GET /analyses/r1/events", SILENCE);
    await click("Don't run it");
    await screen.findByRole("button", { name: "Stop" });
    expect(service.sent.find((one) => one.path.endsWith("/reject"))?.body).toEqual({ approval: "a1", note: "June only" });
  });

  it("is a statement for an administrator, whom its asker may not stand in for", async () => {
    const waits = run({ status: "needs_approval", approval: approval({ needs: "admin" }) });
    service.on("POST /analyses", waits).on("GET /analyses/r1", waits).on("GET /analyses/r1/events", batch("needs_approval"));
    await show();
    await ask();
    expect(screen.getByRole("heading", { name: "This statement needs an administrator" })).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Approve and run" })).toBeNull();
    expect(screen.getByRole("button", { name: "Don't run it" })).toBeTruthy();
  });

  it("says a refused decision and lets it be made again", async () => {
    const waits = run({ status: "needs_approval", approval: approval() });
    service.on("POST /analyses", waits).on("GET /analyses/r1", waits).on("GET /analyses/r1/events", batch("needs_approval")).on("POST /analyses/r1/approve", UNREACHABLE);
    await show();
    await ask();
    await click("Approve and run");
    expect((await screen.findByRole("alert")).textContent).toContain("does not answer");
    expect(screen.getByRole("button", { name: "Approve and run" })).toHaveProperty("disabled", false);
  });

  it("is a refusal with what would work, which can be asked", async () => {
    await showEnded(run({ status: "refused", refusal: { reason: "No table here has a pilot.", missing: "who flew each flight", looked_in: ["flights"], instead: ["Which aircraft were late most often?"] } }));
    expect(screen.getByText(/who flew each flight/)).toBeTruthy();
    service.on("POST /analyses", run({ id: "r2" })).on("GET /analyses/r2", run({ id: "r2" })).on("GET /analyses/r2/events", SILENCE);
    await click("Which aircraft were late most often?");
    expect(service.times("POST /analyses")).toBe(2);
  });

  it.each([
    ["failed", "The database did not answer in time."],
    ["over_budget", "The budget of $0.50 is used."],
    ["cancelled", "Cancelled by the asker."],
  ] as const)("is told when it %s", async (status, reason) => {
    await showEnded(run({ status, reason }));
    expect(screen.getByText(reason)).toBeTruthy();
    expect(screen.getByRole("button", { name: "Ask again" })).toBeTruthy();
  });

  it("is a part of an answer with what is missing", async () => {
    await showEnded(answered({ report_failure: "The report could not be made.", report: { html: null, pdf: null, charts: [] } }));
    expect(screen.getByText("The report could not be made.")).toBeTruthy();
    expect(screen.getByRole("button", { name: "336,776, show evidence" })).toBeTruthy();
  });

  it("is never shown when it is somebody else's", async () => {
    sessionStorage.setItem("analytics-agent:nobody:thread", '["r1"]');
    service.on("GET /analyses/r1", new Failure(404, { type: "urn:analytics-agent:unknown-run", title: "There is no run r1." }));
    await show();
    expect(screen.getByText("This question is not here")).toBeTruthy();
  });
});

describe("SQL of an answer", () => {
  const made = answered();
  async function showAnswer(sql: string): Promise<void> {
    service.on("POST /analyses", made).on("GET /analyses/r1", made).on("GET /analyses/r1/events", ...ended("succeeded"));
    lab.open({ sql });
    await show(false);
    await ask();
    await pass(1_000);
  }

  it("goes into an empty editor and is run on a click", async () => {
    await showAnswer("SELECT ...");
    await click("Insert SQL");
    expect(lab.current?.sql).toBe(made.queries[0].sql);
    await click("Run it");
    expect(lab.executed).toEqual([{ sql: made.queries[0].sql }]);
  });

  it("asks before it takes the place of what somebody wrote", async () => {
    await showAnswer("SELECT my_work");
    await click("Insert SQL");
    expect(lab.current?.sql).toBe("SELECT my_work");
    const dialog = within(screen.getByRole("dialog", { name: "The editor is not empty" }));
    fireEvent.click(dialog.getByRole("button", { name: "Open in a new tab" }));
    await pass(50);
    expect(lab.tabs.map((tab) => tab.sql)).toEqual(["SELECT my_work", made.queries[0].sql]);
  });

  it("opens a tab of its own when the open one is of another database", async () => {
    await showAnswer("");
    lab.change({ databaseId: 2 });
    await pass(500);
    await click("Insert SQL");
    expect(lab.tabs[1]).toMatchObject({ databaseId: 1, sql: made.queries[0].sql });
  });
});

describe("my questions", () => {
  it("are listed with their states, searched, and opened", async () => {
    const old = run({ id: "r0", status: "refused", question: "Who flew?", asked_at: "2025-01-05T10:00:00Z" });
    service.on("GET /analyses", { analyses: [answered({ asked_at: new Date().toISOString() }), old], next: null }).on("GET /analyses/r1", answered()).on("GET /analyses/r1/events", ...ended("succeeded"));
    await show();
    await click("My questions");
    expect(screen.getAllByRole("heading", { level: 3 }).map((one) => one.textContent)).toEqual(["Today", "January 2025"]);
    fireEvent.change(screen.getByRole("searchbox"), { target: { value: "FLEW" } });
    expect(screen.queryByText("How many flights were there?")).toBeNull();
    expect(screen.getByText("Not answered")).toBeTruthy();
    fireEvent.change(screen.getByRole("searchbox"), { target: { value: "nothing like it" } });
    expect(screen.getByText("None found.")).toBeTruthy();
    fireEvent.change(screen.getByRole("searchbox"), { target: { value: "" } });
    await click(/How many flights/);
    await pass(1_000);
    expect(screen.getByRole("heading", { name: "There were 336,776 flights" })).toBeTruthy();
  });

  it("come page by page, and say when there are none", async () => {
    const page = (id: string, next: string | null) => ({ analyses: [run({ id, status: "failed", question: `Question ${id}` })], next });
    service.on("GET /analyses", page("a", "2026-01-01T00:00:00Z"), page("b", null));
    await show();
    await click("My questions");
    await click("Show older ones");
    service.on("GET /analyses", page("a", "2026-01-01T00:00:00Z"));
    window.dispatchEvent(new Event("online"));
    await pass(50);
    expect(screen.getByText("Question a")).toBeTruthy();
    expect(screen.getByText("Question b")).toBeTruthy();
    expect(service.sent.map((one) => one.query.get("before"))).toContain("2026-01-01T00:00:00Z");
    fireEvent.keyDown(screen.getByRole("searchbox"), { key: "Escape" });
    expect(field()).toBeTruthy();
  });
});
