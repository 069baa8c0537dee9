import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import React from "react";
import { describe, expect, it } from "vitest";
import { Api } from "../api/client";
import { ask, click, close, ended, field, pass, service, show, usePanel } from "../testing/panel";
import { answered, batch, context, event, Failure, LOGGED_OUT, run, SILENCE, UNREACHABLE } from "../testing/service";
import { lab, theme } from "../testing/superset";
import Panel from "./panel";

usePanel();

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

  it("says what to expect where no question is known to work for this person", async () => {
    const { database } = context();
    service.on("GET /context", context({ database: { ...database!, examples: [] } }));
    await show();
    expect(screen.getByText(/Answers come from the tables that you may read/)).toBeTruthy();
    expect(screen.queryByText("Answered from governed metrics")).toBeNull();
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
    field().focus();
    await ask();
    expect(document.activeElement).toBe(screen.getByRole("region", { name: "Conversation" }));
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

it("listens to SQL Lab only while it is there, and closes on a click", async () => {
  await show();
  await click("Close panel");
  expect(close).toHaveBeenCalled();
  cleanup();
  expect(lab.listeners()).toBe(0);
});
