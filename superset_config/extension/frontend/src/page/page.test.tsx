import { act, fireEvent, render, screen, within } from "@testing-library/react";
import React from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import why from "../answer/fixtures/why.json";
import { answered, batch, context, Failure, LOGGED_OUT, run, Service, SILENCE, UNREACHABLE } from "../testing/service";
import type { Run, Schedule } from "../types";
import { grouped } from "../parts/days";
import { markOf } from "./marks";
import Page from "./page";
import { addressOf, placeOf } from "./place";

let service: Service;

beforeEach(() => {
  vi.useFakeTimers({ now: new Date(2026, 10, 23, 14) });
  service = new Service();
  service.on("GET /context", context()).on("GET /analyses", { analyses: [], next: null }).on("GET /schedules", { schedules: [] });
  window.history.replaceState(null, "", "/ask/");
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function pass(milliseconds = 500): Promise<void> {
  await act(async () => {
    await vi.advanceTimersByTimeAsync(milliseconds);
  });
}

async function show(address = "/ask/"): Promise<void> {
  window.history.replaceState(null, "", address);
  render(<Page />);
  await pass();
}

const field = () => screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Question" });
async function ask(text: string): Promise<void> {
  fireEvent.change(field(), { target: { value: text } });
  fireEvent.keyDown(field(), { key: "Enter" });
  await pass();
}
const click = async (name: string | RegExp, role = "button") => {
  fireEvent.click(screen.getByRole(role, { name }));
  await pass();
};

/** A run that was recorded on the real service, at its address. */
function given(one: Run, ended = true): Run {
  service.on(`GET /analyses/${one.id}`, one).on(`GET /analyses/${one.id}/events`, ended ? batch(one.status) : SILENCE);
  return one;
}
const recorded = (): Run => given(why.run as unknown as Run);
const rowsOf = (result: string) => ({ ...(why.results as Record<string, object>)[result], offset: 0 });

describe("a new question", () => {
  it("is asked once, and has an address of its own", async () => {
    service.on("POST /analyses", given(run({ id: "r9", status: "running" }), false));
    await show();
    fireEvent.change(field(), { target: { value: "How many flights were there?" } });
    fireEvent.keyDown(field(), { key: "Enter" });
    fireEvent.keyDown(field(), { key: "Enter" });
    await pass();
    expect(service.times("POST /analyses")).toBe(1);
    expect(service.sent.find((one) => one.method === "POST")?.body).toEqual({ question: "How many flights were there?", database: "flights" });
    expect(window.location.search).toBe("?run=r9");
    expect(screen.getByRole("heading", { level: 1, name: "How many flights were there?" })).toBeTruthy();
    expect(screen.getByRole("button", { name: "Stop" })).toBeTruthy();
  });

  it("goes to the database that was chosen", async () => {
    const shop = { name: "shop", superset_id: 2, governed: false, dialect: "postgres" };
    service.on("GET /context", context({ databases: [...context().databases, shop] })).on("POST /analyses", given(run({ id: "r9" }), false));
    await show();
    fireEvent.change(screen.getByRole("combobox", { name: "Database" }), { target: { value: "shop" } });
    expect(screen.getByText(/answers are free SQL, labeled so/)).toBeTruthy();
    await ask("How many orders?");
    expect(service.sent.find((one) => one.method === "POST")?.body.database).toBe("shop");
  });

  it("cannot be asked without a database, and the page says who can help", async () => {
    service.on("GET /context", context({ database: null, databases: [] }));
    await show();
    expect(screen.getByRole("heading", { name: "There is no database you may ask yet" })).toBeTruthy();
    expect(screen.queryByRole("textbox", { name: "Question" })).toBeNull();
  });

  it("is kept when the session has ended", async () => {
    service.on("POST /analyses", LOGGED_OUT);
    await show();
    await ask("How many flights were there?");
    expect(screen.getByRole("alert").textContent).toContain("Your session in Superset has ended");
    expect(field().value).toBe("How many flights were there?");
    expect(screen.getByText("Draft kept")).toBeTruthy();
  });
});

describe("while the service is away", () => {
  it("the page says so once, tries again by itself, and a draft can be written", async () => {
    service.on("GET /context", UNREACHABLE, context()).on("GET /analyses", UNREACHABLE, { analyses: [], next: null });
    await show();
    expect(screen.getAllByRole("alert")).toHaveLength(1);
    expect(screen.getByText(/Your questions are safe; they cannot be read now/)).toBeTruthy();
    fireEvent.change(field(), { target: { value: "How many flights were there?" } });
    fireEvent.keyDown(field(), { key: "Enter" });
    await pass(6_000);
    expect(service.times("POST /analyses")).toBe(0);
    expect(screen.getByRole("heading", { name: "Ask flights a question" })).toBeTruthy();
    expect(field().value).toBe("How many flights were there?");
  });
});

describe("an answer on the page", () => {
  beforeEach(() => {
    recorded();
    for (const query of why.run.queries) service.on(`GET /analyses/${why.run.id}/results/${query.id}`, rowsOf(query.id));
  });

  it("has its first figure's evidence beside it, and another one's by a click", async () => {
    await show(`/ask/?run=${why.run.id}`);
    const side = within(screen.getByRole("complementary", { name: "Behind the answer" }));
    expect(side.getByRole("region", { name: "Evidence for 18.3\u00a0min" })).toBeTruthy();
    fireEvent.click(screen.getAllByRole("button", { name: "52.4\u00a0%, show evidence" })[0]);
    await pass();
    expect(side.getByRole("region", { name: "Evidence for 52.4\u00a0%" })).toBeTruthy();
  });

  it("is there while its report is still being made, and can be stopped", async () => {
    given({ ...(why.run as unknown as Run), status: "running" }, false);
    await show(`/ask/?run=${why.run.id}`);
    expect(screen.getByText("Answered, the report is being made")).toBeTruthy();
    expect(screen.getByRole("button", { name: "Stop" })).toBeTruthy();
    expect(screen.getByRole("heading", { name: why.run.headline })).toBeTruthy();
  });

  it("stands when the service goes away", async () => {
    service.on(`GET /analyses/${why.run.id}/events`, UNREACHABLE);
    await show(`/ask/?run=${why.run.id}`);
    expect(screen.getByRole("heading", { name: why.run.headline })).toBeTruthy();
    expect(screen.queryByRole("alert")).toBeNull();
  });

  it("lists its findings with the figure that says most", async () => {
    await show(`/ask/?run=${why.run.id}`);
    const findings = within(screen.getByRole("list", { name: "Findings" })).getAllByRole("listitem");
    expect(findings.map((item) => item.textContent)).toEqual([
      "1Mean departure delay rose from spring to summer5.0\u00a0min difference",
      "2Above its share: evening departures52.4\u00a0% share of the change",
      "3John F Kennedy Intl rose most48.9\u00a0% share of the change",
      "4Otherwise the rise is spread24.6\u00a0% share of the change",
    ]);
  });

  it("closes its evidence with Escape, and the focus goes back to the figure", async () => {
    await show(`/ask/?run=${why.run.id}`);
    const figure = screen.getAllByRole("button", { name: "52.4\u00a0%, show evidence" })[0];
    fireEvent.click(figure);
    fireEvent.keyDown(screen.getByRole("region", { name: "Evidence for 52.4\u00a0%" }), { key: "Escape" });
    await pass();
    expect(screen.queryByRole("region", { name: /^Evidence/ })).toBeNull();
    expect(document.activeElement).toBe(figure);
  });

  it("shows every statement, every row and the report behind tabs that arrows walk through", async () => {
    await show(`/ask/?run=${why.run.id}`);
    fireEvent.keyDown(screen.getByRole("tab", { name: "Evidence" }), { key: "ArrowRight" });
    expect(screen.getByRole("tab", { name: "SQL" }).getAttribute("aria-selected")).toBe("true");
    expect(screen.getAllByRole("region", { name: /^SQL of r/ })).toHaveLength(5);
    fireEvent.keyDown(screen.getByRole("tab", { name: "SQL" }), { key: "ArrowRight" });
    fireEvent.change(screen.getByRole("combobox", { name: "Result" }), { target: { value: "r5" } });
    await pass();
    expect(within(screen.getByRole("region", { name: "Rows of r5" })).getAllByRole("row")).toHaveLength(32);
  });

  it("is gone on from in the same conversation", async () => {
    service.on("POST /analyses", given(run({ id: "r9" }), false));
    await show(`/ask/?run=${why.run.id}`);
    await ask("And by airport?");
    expect(service.sent.find((one) => one.method === "POST")?.body).toEqual({ question: "And by airport?", database: "flights", continue: why.run.id });
  });

  it("has what stands behind it in a drawer where there is no room", async () => {
    vi.stubGlobal("matchMedia", (query: string) => ({ matches: query.includes("1024"), media: query, addEventListener() {}, removeEventListener() {} }));
    await show(`/ask/?run=${why.run.id}`);
    expect(screen.queryByRole("dialog")).toBeNull();
    fireEvent.click(screen.getAllByRole("button", { name: "52.4\u00a0%, show evidence" })[0]);
    await pass();
    const drawer = screen.getByRole("dialog", { name: "Behind the answer" });
    expect(within(drawer).getByRole("region", { name: "Evidence for 52.4\u00a0%" })).toBeTruthy();
    fireEvent.keyDown(drawer, { key: "Escape" });
    await pass();
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(document.activeElement?.getAttribute("aria-label")).toBe("52.4\u00a0%, show evidence");
  });
});

describe("somebody else's answer", () => {
  const other = { ...why.run, asked_by: "Ada Byron" };

  it("says whose it is and can be read, without how it came about", async () => {
    service.on(`GET /analyses/${why.run.id}`, other);
    await show(`/ask/?run=${why.run.id}`);
    expect(screen.getByRole("note").textContent).toMatch(/^Asked by Ada Byron\. It is open to you because/);
    expect(screen.getAllByRole("button", { name: "52.4\u00a0%, show evidence" }).length).toBeGreaterThan(0);
    expect(screen.getByRole("button", { name: "Download the report as PDF" })).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Show steps" })).toBeNull();
    expect(screen.queryByRole("button", { name: "Schedule" })).toBeNull();
    expect(service.times(`GET /analyses/${why.run.id}/events`)).toBe(0);
  });

  it("is not gone on from: what is asked below it is a question of one's own", async () => {
    service.on(`GET /analyses/${why.run.id}`, other).on("POST /analyses", given(run({ id: "r9" }), false));
    await show(`/ask/?run=${why.run.id}`);
    await ask("And by airport?");
    expect(service.sent.find((one) => one.method === "POST")?.body).toEqual({ question: "And by airport?", database: "flights" });
  });
});

describe("going about", () => {
  it("says that somebody else's question is not found", async () => {
    service.on("GET /analyses/abc", new Failure(404, { type: "urn:analytics-agent:unknown-run", title: "No such run.", status: 404, detail: "", hint: "" }));
    await show("/ask/?run=abc");
    expect(screen.getByRole("heading", { name: "Question not found" })).toBeTruthy();
    await click("Ask a new question");
    expect(window.location.search).toBe("");
    expect(screen.getByRole("heading", { name: "Ask flights a question" })).toBeTruthy();
  });

  it("follows the browser's back button", async () => {
    const first = given(answered({ id: "a1", question: "First?" }));
    service.on("GET /analyses", { analyses: [first], next: null }).on("GET /analyses/a1/results/q1", { id: "q1", title: "", columns: [], rows: [[336776]], total: 1, truncated: false });
    await show();
    await click(/^First\?/, "link");
    expect(screen.getByRole("heading", { level: 1, name: "First?" })).toBeTruthy();
    window.history.replaceState(null, "", "/ask/");
    act(() => void window.dispatchEvent(new PopStateEvent("popstate")));
    await pass();
    expect(screen.getByRole("heading", { name: "Ask flights a question" })).toBeTruthy();
  });

  it("leaves a click that wants a new tab to the browser", async () => {
    service.on("GET /analyses", { analyses: [answered({ id: "a1", question: "First?" })], next: null });
    await show();
    fireEvent.click(screen.getByRole("link", { name: /^First\?/ }), { ctrlKey: true });
    expect(window.location.search).toBe("");
    expect(screen.getByRole("link", { name: /^First\?/ }).getAttribute("href")).toBe("/ask/?run=a1");
  });

  it("takes no id from the address that is none", () => {
    expect(placeOf("?run=../../x")).toEqual({ run: null, schedules: false });
    expect(addressOf(placeOf("?view=schedules"))).toMatch(/\?view=schedules$/);
  });
});

describe("my questions", () => {
  const at = (month: number, day: number, hour = 9) => new Date(2026, month - 1, day, hour).toISOString();

  it("stand under the days on which they were asked", () => {
    const days = [at(11, 23), at(11, 22), at(11, 21), at(11, 16), at(11, 3), at(10, 30), "nonsense"];
    const groups = grouped(days.map((asked_at, place) => run({ id: `r${place}`, asked_at })), new Date(2026, 10, 23, 14));
    expect(groups.map((group) => group.title)).toEqual(["Today", "Yesterday", "Last week", "November", "October", "Earlier"]);
    expect(groups[2].runs).toHaveLength(2);
    expect(grouped([run({ asked_at: at(11, 24) })], new Date(2026, 10, 27, 14))[0].title).toBe("This week");
    expect(grouped([run({ asked_at: new Date(2025, 4, 1).toISOString() })], new Date(2026, 10, 27))[0].title).toBe("May 2025");
  });

  it("say how each one stands", () => {
    const mark = (change: Partial<Run>, schedules: Schedule[] = []) => markOf(run(change), schedules, Date.parse("2026-11-23T10:00:12Z"));
    expect(mark({ status: "needs_input" })).toEqual({ text: "waiting for your reading", badge: { text: "Needs you", kind: "need" } });
    expect(mark({ status: "needs_approval" })).toEqual({ text: "waiting for approval", badge: { text: "Needs you", kind: "need" } });
    expect(mark({ status: "running", asked_at: "2026-11-23T10:00:00Z" })).toEqual({ text: "12 s", badge: { text: "Working", kind: "plain" } });
    expect(mark({ status: "refused" }).text).toBe("not answerable");
    expect(markOf(answered(), [], 0).text).toBe("report ready");
    const dashboard = { dashboard_url: "http://127.0.0.1:8088/superset/dashboard/ask-1/", datasets: [], charts: [], failure: null };
    expect(markOf({ ...answered(), superset: dashboard }, [], 0).text).toBe("draft dashboard");
    expect(mark({ id: "r1", status: "succeeded" }, [schedule()]).text).toBe("on the 1st of every month at 08:00, UTC");
  });

  it("are found by a word, and say so when none is", async () => {
    service.on("GET /analyses", { analyses: [answered({ id: "a1", question: "Which carriers?" }), answered({ id: "a2", question: "Überall spät?" })], next: null });
    await show();
    const search = screen.getByRole("searchbox", { name: "Search my questions" });
    fireEvent.change(search, { target: { value: "uberall" } });
    expect(screen.queryByRole("link", { name: /carriers/ })).toBeNull();
    expect(screen.getByRole("link", { name: /Überall/ })).toBeTruthy();
    fireEvent.change(search, { target: { value: "zebra" } });
    expect(screen.getByText("None of them says that.")).toBeTruthy();
  });
});

describe("schedules", () => {
  it("are paused with a note, and deleted only after a second word", async () => {
    service.on("GET /schedules", { schedules: [schedule()] }, { schedules: [schedule({ paused: "Holidays" })] }, { schedules: [] });
    service.on("POST /schedules/s1/pause", schedule({ paused: "Holidays" })).on("DELETE /schedules/s1", "");
    await show("/ask/?view=schedules");
    await click("Pause …");
    fireEvent.change(screen.getByRole("textbox", { name: /^Note/ }), { target: { value: "Holidays" } });
    await click("Pause the schedule");
    expect(service.sent.find((one) => one.path === "/schedules/s1/pause")?.body).toEqual({ note: "Holidays" });
    expect(screen.getByText("Paused: Holidays")).toBeTruthy();
    await click("Delete …");
    expect(service.times("DELETE /schedules/s1")).toBe(0);
    await click("Delete the schedule");
    expect(service.times("DELETE /schedules/s1")).toBe(1);
    expect(screen.getByText(/None yet/)).toBeTruthy();
  });

  it("say why nothing can be made now", async () => {
    const problem = { type: "urn:analytics-agent:conflict", title: "A report of this schedule is still being made.", status: 409, detail: "", hint: "Wait for its end." };
    service.on("GET /schedules", { schedules: [schedule()] }).on("POST /schedules/s1/run", new Failure(409, problem));
    await show("/ask/?view=schedules");
    await click("Make one now");
    expect(screen.getByRole("alert").textContent).toContain("A report of this schedule is still being made");
  });
});

function schedule(change: Partial<Schedule> = {}): Schedule {
  return {
    id: "s1", owner: "superset:7", name: "Monthly", question: "How many flights were there?", database: "flights", analysis: "r1",
    timing: { time_zone: "UTC", cron: null, every: "month", at: "08:00", on: 1, month: 1 }, when: "On the 1st of every month at 08:00, UTC", moves_by: "month",
    recipients: ["mail:ops@example.com"], formats: ["pdf"], publish: false, overlap: "skip", catch_up_hours: 24,
    policies: { moves: "The period moves month by month.", overlap: "", catch_up: "" }, created_at: "2026-11-01T08:00:00Z", paused: null,
    next: [{ at: "2026-12-01T08:00:00Z", local: "2026-12-01T08:00:00+00:00", period: "November 2026" }], runs: [], warnings: [], ...change,
  };
}

describe("the model of a database", () => {
  const metric = { name: "net_sales", label: "Net sales", dataset: "order_lines", text: "What was paid.", formula: "SUM(x)", synonyms: ["revenue"], unit: "EUR", status: "certified", by: "Finance", details: "the ledger", owners: ["ada"], caveats: [] };
  const orders = { ...metric, name: "orders", label: "Orders", dataset: "orders", synonyms: [], status: "reviewed", by: "", details: "", text: "Orders placed." };
  const datasets = ["order_lines", "orders"].map((name) => ({ name, source: name, description: "", grain: "one line", key: ["id"], time: "orders.day", fields: 3, owners: [], is_bridge: false }));
  const model = { name: "shop", description: "A shop.", owners: [], status: "reviewed", by: "", details: "", datasets, relationships: [{ name: "r", many: "order_lines", one: "orders" }], metrics: [metric, orders], splits: { order_lines: [{ name: "products.name", label: "Product", dataset: "products" }], orders: [] } };
  const at = "GET /databases/shop/semantic-model/overview";

  it("has a picture, and of each metric what it means, who vouches for it and what splits it", async () => {
    service.on(at, { database: "shop", in_part: false, model });
    await show("/ask/?model=shop");
    expect(document.title).toBe("Model of shop");
    const picture = screen.getByRole("img", { name: /order_lines has one of orders/ });
    expect(picture.getAttribute("src")).toContain("/databases/shop/semantic-model/picture.svg?theme=light");
    const detail = within(screen.getByRole("article", { name: "Net sales" }));
    expect(detail.getByText("Certified by Finance: the ledger")).toBeTruthy();
    expect(detail.getByText("SUM(x)")).toBeTruthy();
    expect(detail.getByText("Product")).toBeTruthy();
    await click(/^Orders/);
    expect(screen.getByRole("article", { name: "Orders" }).textContent).toContain("Orders placed.");
  });

  it("is searched by every word that people use for a metric", async () => {
    service.on(at, { database: "shop", in_part: true, model });
    await show("/ask/?model=shop");
    expect(screen.getByText("What you may not read is not in it.")).toBeTruthy();
    fireEvent.change(screen.getByRole("searchbox", { name: "Search metrics" }), { target: { value: "REVENUE" } });
    expect(screen.queryByRole("button", { name: /^Orders/ })).toBeNull();
    expect(screen.getByRole("button", { name: /^Net sales/ })).toBeTruthy();
    fireEvent.change(screen.getByRole("searchbox", { name: "Search metrics" }), { target: { value: "nothing like it" } });
    expect(screen.getByText("No metric is called that.")).toBeTruthy();
  });

  it("says where there is none, and why it cannot be read", async () => {
    service.on(at, { database: "shop", in_part: false, model: null });
    await show("/ask/?model=shop");
    expect(screen.getByText(/Nobody has described this database yet/)).toBeTruthy();
  });

  it("stays whole without its picture", async () => {
    service.on(at, { database: "shop", in_part: false, model });
    await show("/ask/?model=shop");
    fireEvent.error(screen.getByRole("img", { name: /order_lines/ }));
    expect(screen.getByText(/The picture could not be loaded/)).toBeTruthy();
    expect(screen.getByRole("article", { name: "Net sales" })).toBeTruthy();
  });

  it("is linked from the question page of a governed database", async () => {
    service.on(at, { database: "flights", in_part: false, model: null }).on("GET /databases/flights/semantic-model/overview", { database: "flights", in_part: false, model: null });
    await show();
    await click(/What can be asked/, "link");
    expect(window.location.search).toBe("?model=flights");
  });

  const versions = [3, 2, 1].map((number) => ({ number, serves: number === 3, set_at: `2026-05-0${number}T10:00:00Z`, by: "laptop", source: number === 1 ? "add" : "set", note: number === 3 ? "net of returns" : "", digest: number === 2 ? "" : "d" }));
  const administers = (yes: boolean) => context({ databases: [{ name: "shop", superset_id: 5, governed: true, dialect: "postgresql", versions: yes }] });

  it("has its versions for an administrator, with what changed where there is something before", async () => {
    const change = { kind: "changed", what: "metric net_sales", part: "expression", was: "SUM(x)", now: "SUM(y)", bears_on: "numbers" };
    const kept = [versions[0], { ...versions[1], digest: "d" }, versions[2]];
    service.on("GET /context", administers(true)).on(at, { database: "shop", in_part: false, model });
    service.on("GET /databases/shop/semantic-model/versions", { versions: kept }).on("GET /databases/shop/semantic-model/versions/2/changes", { changes: [change] });
    await show("/ask/?model=shop");
    expect(screen.getByText("3 versions")).toBeTruthy();
    expect(screen.getByText("net of returns")).toBeTruthy();
    expect(screen.getByText("Serves now")).toBeTruthy();
    expect(screen.queryByRole("button", { name: "What changed in version 1" })).toBeNull();
    await click("What changed in version 3");
    expect(screen.getByText("May change numbers")).toBeTruthy();
    expect(screen.getByText("SUM(y)")).toBeTruthy();
  });

  it("compares no version with one in which the model was taken away", async () => {
    service.on("GET /context", administers(true)).on(at, { database: "shop", in_part: false, model }).on("GET /databases/shop/semantic-model/versions", { versions });
    await show("/ask/?model=shop");
    expect(screen.getByText(/taken away/)).toBeTruthy();
    expect(screen.queryByRole("button", { name: /What changed/ })).toBeNull();
  });

  it("asks for no versions for anybody else, and says nothing of them", async () => {
    service.on("GET /context", administers(false)).on(at, { database: "shop", in_part: false, model });
    await show("/ask/?model=shop");
    expect(screen.queryByText(/version/)).toBeNull();
    expect(service.times("GET /databases/shop/semantic-model/versions")).toBe(0);
  });

  it("is no place for a name that no database has", () => {
    expect(placeOf("?model=../x").model).toBeUndefined();
    expect(addressOf({ run: null, schedules: false, model: "shop" })).toContain("?model=shop");
  });
});
