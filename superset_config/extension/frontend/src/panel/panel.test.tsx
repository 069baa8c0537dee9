import { act, cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import React from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { answered, batch, context, event, Failure, LOGGED_OUT, run, Service, SILENCE, UNREACHABLE } from "../testing/service";
import { lab, theme } from "../testing/superset";
import { Api } from "../api/client";
import Panel from "./panel";

let service: Service;
const close = vi.fn();

beforeEach(() => {
  vi.useFakeTimers();
  service = new Service();
  service.on("GET /context", context());
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

async function show(open = true): Promise<void> {
  if (open) lab.open();
  render(<Panel api={new Api("")} onClose={close} />);
  await pass(500);
}

async function pass(milliseconds: number): Promise<void> {
  await act(async () => {
    await vi.advanceTimersByTimeAsync(milliseconds);
  });
}

const field = () => screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Question" });
async function ask(text = "How many flights were there?"): Promise<void> {
  fireEvent.change(field(), { target: { value: text } });
  fireEvent.keyDown(field(), { key: "Enter" });
  await pass(50);
}
const click = async (name: string | RegExp, role = "button") => {
  fireEvent.click(screen.getByRole(role, { name }));
  await pass(50);
};
const ended = (status: "succeeded" | "refused" | "failed" | "cancelled" | "over_budget") => [batch(status, event(1, "step", "explore", { state: "finished", seconds: 1 })), batch(status)] as const;

describe("before a question", () => {
  it("offers questions that this database answers, and asks the one that is clicked", async () => {
    service.on("POST /analyses", run()).on("GET /analyses/r1", run()).on("GET /analyses/r1/events", SILENCE);
    await show();
    expect(screen.getByRole("heading", { name: "Ask flights a question" })).toBeTruthy();
    await click("Which carriers were late most often?");
    expect(service.sent.find((one) => one.method === "POST")?.body).toEqual({ question: "Which carriers were late most often?", database: "flights", schema: "public" });
  });

  it.each([
    ["not_connected", /flights is not connected to the agent. An administrator adds it with analytics-agent databases add/],
    ["no_rights", /You may not ask about flights. An administrator of Superset can grant access/],
  ] as const)("says why this database cannot be asked: %s", async (reason, words) => {
    service.on("GET /context", context({ database: null, reason }));
    await show();
    expect(screen.getByRole("region", { name: "Conversation" }).textContent).toMatch(words);
    await click("flights");
    expect(screen.getByRole("heading", { name: "Ask flights a question" })).toBeTruthy();
  });

  it("says who can help somebody without any database", async () => {
    service.on("GET /context", context({ database: null, databases: [], reason: "no_rights" }));
    await show(false);
    expect(screen.getByText(/There is no database that you may ask about/)).toBeTruthy();
    expect(screen.getByRole("button", { name: "Ask" }).getAttribute("aria-disabled")).toBe("true");
  });

  it("follows the tab's database and schema, and the tab's end", async () => {
    await show();
    lab.change({ databaseId: 2, schema: "sales" });
    await pass(500);
    expect(service.sent[service.sent.length - 1].query.toString()).toBe("database_id=2&schema=sales");
    expect(screen.getByTitle("Schema").textContent).toBe("sales");
    lab.close();
    await pass(500);
    expect(service.sent[service.sent.length - 1].query.toString()).toBe("");
  });

  it("shows grey lines only when it takes a while", async () => {
    service.on("GET /context", SILENCE);
    lab.open();
    render(<Panel api={new Api("")} onClose={close} />);
    await pass(200);
    expect(screen.queryByRole("status", { name: "Loading" })).toBeNull();
    await pass(200);
    expect(screen.getByRole("status", { name: "Loading" })).toBeTruthy();
  });

  it("counts down while the service is away, and goes on by itself", async () => {
    service.on("GET /context", UNREACHABLE, context());
    await show();
    expect(screen.getByText("The analytics service does not answer")).toBeTruthy();
    expect(screen.getByText(/Trying again in [45] s/)).toBeTruthy();
    expect(screen.getByText(/analytics-agent status/)).toBeTruthy();
    await pass(6_000);
    expect(screen.getByRole("heading", { name: "Ask flights a question" })).toBeTruthy();
  });

  it.each([
    ["somebody who is logged out", LOGGED_OUT, "Your session in Superset has ended"],
    ["somebody without the right", new Failure(403, { message: "Forbidden" }), "You may not use Ask"],
    ["a service that is too old", new Failure(404, "<html>"), "This panel and the analytics service do not fit together"],
  ])("tells %s what to do", async (_, failure, words) => {
    service.on("GET /context", failure);
    await show();
    expect(screen.getByRole("alert").textContent).toContain(words);
  });

  it("turns dark with Superset", async () => {
    await show();
    const panel = screen.getByRole("region", { name: "Ask" });
    expect(panel.style.getPropertyValue("--aa-scheme")).toBe("light");
    act(() => theme.themeObject.setConfig({ token: { colorBgContainer: "#141414" } }));
    expect(panel.style.getPropertyValue("--aa-scheme")).toBe("dark");
    act(() => theme.themeObject.setConfig({ token: { colorBgContainer: "#ffffff" } }));
  });
});

describe("a question", () => {
  it("runs live, can be stopped, and tells so", async () => {
    service
      .on("POST /analyses", run({ status: "queued" }))
      .on("GET /analyses/r1", run())
      .on("GET /analyses/r1/events", batch("running", event(1, "step", "explore", { state: "started" }), event(2, "turn", "explore", { cost_usd: 0.03 }), event(3, "query", "explore", { id: "q1", title: "Flights by month", rows: 12, milliseconds: 28 })), SILENCE)
      .on("POST /analyses/r1/cancel", run({ status: "cancelled", reason: "Cancelled by the asker." }));
    await show();
    await ask();
    expect(screen.getByText("Flights by month")).toBeTruthy();
    expect(screen.getByText(/\$0\.03 so far/)).toBeTruthy();
    expect(screen.queryByRole("textbox", { name: "Question" })).toBeNull();
    await click("Stop");
    expect(screen.getByText("Cancelled by the asker.")).toBeTruthy();
    expect(field().value).toBe("");
  });

  it("is asked once it is known what of, when somebody writes faster than that", async () => {
    let tell: (value: unknown) => void = () => undefined;
    service.on("GET /context", () => new Promise((done) => (tell = done))).on("POST /analyses", run()).on("GET /analyses/r1", run()).on("GET /analyses/r1/events", SILENCE);
    await show();
    await ask();
    expect(service.times("POST /analyses")).toBe(0);
    expect(screen.getByRole("button", { name: "Asking" })).toBeTruthy();
    tell(context());
    await pass(100);
    expect(service.times("POST /analyses")).toBe(1);
  });

  it("shows its answer as soon as there is one, while its report is still being made", async () => {
    service
      .on("POST /analyses", run())
      .on("GET /analyses/r1", run(), answered({ status: "running" }))
      .on("GET /analyses/r1/events", batch("running", event(1, "step", "synthesize", { state: "finished", seconds: 0.4 })), batch("running", event(2, "step", "report", { state: "started" })), SILENCE);
    await show();
    await ask();
    await pass(1_500);
    expect(screen.getByRole("heading", { name: "There were 336,776 flights" })).toBeTruthy();
    expect(screen.getByText(/report started/i)).toBeTruthy();
    expect(screen.getByRole("button", { name: "Stop" })).toBeTruthy();
  });

  it("is asked once by two quick Enters", async () => {
    service.on("POST /analyses", run()).on("GET /analyses/r1", run()).on("GET /analyses/r1/events", SILENCE);
    await show();
    fireEvent.change(field(), { target: { value: "How many?" } });
    fireEvent.keyDown(field(), { key: "Enter" });
    fireEvent.keyDown(field(), { key: "Enter" });
    await pass(100);
    expect(service.times("POST /analyses")).toBe(1);
  });

  it("is not sent by Shift+Enter, nor while a word is being composed, nor when it is too long or empty", async () => {
    await show();
    fireEvent.change(field(), { target: { value: "線" } });
    fireEvent.keyDown(field(), { key: "Enter", shiftKey: true });
    fireEvent.keyDown(field(), { key: "Enter", isComposing: true });
    fireEvent.change(field(), { target: { value: "x".repeat(10_001) } });
    fireEvent.keyDown(field(), { key: "Enter" });
    expect(screen.getByText("1 characters too many")).toBeTruthy();
    fireEvent.change(field(), { target: { value: "  " } });
    fireEvent.keyDown(field(), { key: "Enter" });
    await pass(100);
    expect(service.times("POST /analyses")).toBe(0);
  });

  it("keeps its words while the service is away, and arrives once it is back", async () => {
    service.on("POST /analyses", UNREACHABLE, run()).on("GET /analyses/r1", run()).on("GET /analyses/r1/events", SILENCE);
    await show();
    await ask("And by airport?");
    expect(field().value).toBe("And by airport?");
    expect(screen.getByText("Draft kept")).toBeTruthy();
    await pass(6_000);
    expect(service.times("POST /analyses")).toBe(2);
    expect(new Set(service.sent.filter((one) => one.method === "POST").map((one) => one.headers["Idempotency-Key"])).size).toBe(1);
    expect(screen.getByRole("button", { name: "Stop" })).toBeTruthy();
  });

  it("keeps its words when the session has ended, through a reload too", async () => {
    service.on("POST /analyses", LOGGED_OUT);
    await show();
    await ask("And by airport?");
    expect(screen.getByRole("link", { name: "Log in again" }).getAttribute("href")).toBe("/login/");
    cleanup();
    await show();
    expect(field().value).toBe("And by airport?");
    await ask("And by airport?");
    service.on("POST /analyses", run()).on("GET /analyses/r1", run()).on("GET /analyses/r1/events", SILENCE);
    window.dispatchEvent(new Event("focus")); // back from the tab in which somebody logged in
    await pass(100);
    expect(screen.getByRole("button", { name: "Stop" })).toBeTruthy();
  });

  it("goes on where it was after a reload", async () => {
    service.on("POST /analyses", run()).on("GET /analyses/r1", run()).on("GET /analyses/r1/events", SILENCE);
    await show();
    await ask();
    cleanup();
    service.on("GET /analyses/r1", answered()).on("GET /analyses/r1/events", ...ended("succeeded"));
    await show();
    expect(screen.getByRole("heading", { name: "There were 336,776 flights" })).toBeTruthy();
  });

  it("shows where it was when the service goes away in the middle, and takes it up again", async () => {
    service
      .on("POST /analyses", run())
      .on("GET /analyses/r1", run(), answered())
      .on("GET /analyses/r1/events", batch("running", event(1, "step", "analyze", { state: "started" })), UNREACHABLE, ...ended("succeeded"));
    await show();
    await ask();
    await pass(500);
    expect(screen.getByText(/It was at analyze at .* and goes on once the service is back; no work is repeated/)).toBeTruthy();
    await click("Try now");
    await pass(1_000);
    expect(screen.getByRole("heading", { name: "There were 336,776 flights" })).toBeTruthy();
    expect(screen.queryByText(/does not answer/)).toBeNull();
  });
});

describe("what became of it", () => {
  async function showEnded(made: ReturnType<typeof run>): Promise<void> {
    service.on("POST /analyses", made).on("GET /analyses/r1", made).on("GET /analyses/r1/events", ...ended(made.status as "succeeded"));
    await show();
    await ask();
    await pass(1_000);
  }

  it("is an answer, and a follow-up goes on from it", async () => {
    await showEnded(answered());
    expect(screen.getByRole("button", { name: "336,776, show evidence" })).toBeTruthy();
    expect(screen.getByText("1 query, 1 table, 12 s, $0.05")).toBeTruthy();
    expect(field().placeholder).toBe("Ask a follow-up …");
    await ask("And by month?");
    expect(service.sent.filter((one) => one.method === "POST")[1].body.continue).toBe("r1");
    await click("New question");
    expect(screen.getByRole("heading", { name: "Ask flights a question" })).toBeTruthy();
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
    expect(screen.getByText("Question a")).toBeTruthy();
    expect(screen.getByText("Question b")).toBeTruthy();
    expect(service.sent[service.sent.length - 1].query.get("before")).toBe("2026-01-01T00:00:00Z");
    fireEvent.keyDown(screen.getByRole("searchbox"), { key: "Escape" });
    expect(field()).toBeTruthy();
  });
});

it("listens to SQL Lab only while it is there, and closes on a click", async () => {
  await show();
  await click("Close panel");
  expect(close).toHaveBeenCalled();
  cleanup();
  expect(lab.listeners()).toBe(0);
});
