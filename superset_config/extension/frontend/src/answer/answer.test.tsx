import { act, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import React from "react";
import { describe, expect, it, vi } from "vitest";
import { Problem } from "../api/problem";
import type { Definition, Figure, Query, Rows, Run } from "../types";
import { Answer } from "./answer";
import { Clarify } from "./clarify";
import { Ended, ErrorCard } from "./ended";
import carriers from "./fixtures/carriers.json";
import clarify from "./fixtures/clarify.json";
import pilots from "./fixtures/pilots.json";
import why from "./fixtures/why.json";
import { certainty, vouched } from "./lineage";
import { Refusal } from "./refusal";
import { Deliveries, ReportActions } from "./report-actions";
import type { AnswerApi } from "./shapes";
import { Steps } from "./steps-list";

const recorded = (fixture: { run: unknown }) => fixture.run as Run;

/** The service's rows as they were recorded, cut as it cuts them. */
function api(fixture: { results: unknown }, change: Partial<AnswerApi> = {}): AnswerApi {
  const results = fixture.results as Record<string, Rows>;
  return {
    rows: vi.fn(async (_run: string, result: string, offset: number, limit: number) => ({ ...results[result], rows: results[result].rows.slice(offset, offset + limit), offset })),
    address: (path: string) => path,
    superset: (address: string | null) => address,
    saveReport: async () => undefined,
    ...change,
  };
}

/** The carriers, on a metric of this definition. */
function defined(change: Partial<Definition>): Run {
  const definition = { metric: "late_share", label: "Left late", text: "Fifteen minutes or more.", formula: "AVG(late)", status: "reviewed", by: "", details: "", owners: [], ...change };
  const run = recorded(carriers);
  return { ...run, queries: run.queries.map((query): Query => (query.source === "metric" ? { ...query, definitions: [definition] } : query)) };
}

const figure = (shown: string) => screen.getByRole("button", { name: `${shown}, show evidence` });
const NB = "\u00a0";

describe("an answer's figures", () => {
  it("open the cell they come from, with the SQL that made it", async () => {
    render(<Answer run={recorded(carriers)} api={api(carriers)} compact />);
    fireEvent.click(figure(`35.0${NB}%`));
    const card = within(screen.getByRole("region", { name: `Evidence for 35.0${NB}%` }));
    expect((await card.findByText("35.0 %", { selector: ".aa-hit" })).closest("tr")?.textContent).toContain("Southwest Airlines Co.");
    expect(document.querySelectorAll(".aa-hit")).toHaveLength(1);
    expect(card.getByText("Late departure share, Southwest Airlines Co.")).toBeTruthy();
    expect(card.getByText("Governed metric")).toBeTruthy();
    expect(card.getByRole("region", { name: "SQL of r1" }).textContent).toContain("FROM public.flights");
    expect(card.getByText(/^r1, row 4 of 16/)).toBeTruthy();
    expect(card.getByText("season is summer")).toBeTruthy();
    expect(card.getByText("Exact value").nextElementSibling?.textContent).toMatch(/^35\.0\d+ %$/); // and not a fraction
  });

  it("say which rows and columns the asker's rights left out", async () => {
    const said = ["Of flights only the rows that the asker may see are counted.", "flights.tailnum is masked: the asker sees it as nothing."];
    const { unmount } = render(<Answer run={{ ...recorded(carriers), caveats: [...recorded(carriers).caveats, ...said] }} api={api(carriers)} compact />);
    expect(document.querySelectorAll(".aa-caveats .aa-of-rights")).toHaveLength(2);
    fireEvent.click(figure(`35.0${NB}%`));
    expect((await screen.findByText("Rights")).nextElementSibling?.textContent).toBe(said.join(" "));
    unmount();
    render(<Answer run={recorded(carriers)} api={api(carriers)} compact />);
    fireEvent.click(figure(`35.0${NB}%`));
    expect((await screen.findByText("Rights")).nextElementSibling?.textContent).toBe("No row filter, and no masked column");
  });

  it("fold away many remarks, but not what the asker's rights left out", () => {
    const said = "Of flights only the rows that the asker may see are counted.";
    const { container } = render(<Answer run={{ ...recorded(carriers), caveats: ["One.", "Two.", "Three.", said] }} api={api(carriers)} compact />);
    const lines = [...container.querySelectorAll(".aa-caveats li")].map((line) => line.textContent);
    expect(lines).toEqual([said, "One.", "Two.", "Show 1 more"]);
  });

  it("open one at a time, and Escape gives the focus back", async () => {
    render(<Answer run={recorded(carriers)} api={api(carriers)} compact />);
    fireEvent.click(figure(`35.0${NB}%`));
    fireEvent.click(figure(`16.4${NB}%`));
    await screen.findByText("16.4 %", { selector: ".aa-hit" });
    const cards = screen.getAllByRole("region", { name: /^Evidence for/ });
    expect(cards.map((card) => card.getAttribute("aria-label"))).toEqual([`Evidence for 16.4${NB}%`]);
    expect(document.activeElement).toBe(cards[0]);
    fireEvent.keyDown(cards[0], { key: "Escape" });
    expect(screen.queryByRole("region", { name: /^Evidence for/ })).toBeNull();
    expect(document.activeElement).toBe(figure(`16.4${NB}%`));
  });

  it("show the statement behind what was computed, and how", async () => {
    render(<Answer run={recorded(why)} api={api(why)} compact />);
    fireEvent.click(figure(`52.4${NB}%`));
    const card = within(screen.getByRole("region", { name: `Evidence for 52.4${NB}%` }));
    await card.findByText("Share of the change, evening");
    expect(card.getByText("r2, from which it is computed")).toBeTruthy();
    expect(card.getByText(/Rate and mix decomposition after Kitagawa/, { selector: "dd" })).toBeTruthy();
  });

  it("read only the rows around a cell far down", async () => {
    const rows = vi.fn(async (_run: string, _result: string, offset: number, limit: number) => ({ id: "r1", title: "", columns: [], total: 50_000, truncated: false, offset, rows: Array.from({ length: limit }, (_, at) => [`n${offset + at}`, offset + at]) }));
    const { run, claim } = longRun({ row: 40_000, expression: "r1[40000].x" });
    render(<Answer run={run} api={api(why, { rows })} compact />);
    fireEvent.click(figure(claim.shown));
    expect((await screen.findByText("40,000", { selector: ".aa-hit" })).closest("tr")?.textContent).toContain("n40000");
    expect(rows.mock.calls).toEqual([["long", "r1", 39_998, 5]]);
  });

  it("say when the rows cannot be read, and read them again", async () => {
    const failing = vi.fn().mockRejectedValueOnce(new Problem("unreachable", "The analytics service does not answer."));
    const good = api(carriers);
    render(<Answer run={recorded(carriers)} api={{ ...good, rows: async (...given) => (await failing()) ?? good.rows(...given) }} compact />);
    fireEvent.click(figure(`35.0${NB}%`));
    expect((await screen.findByRole("alert")).textContent).toContain("does not answer");
    fireEvent.click(screen.getByRole("button", { name: "Try again" }));
    await screen.findByText("Southwest Airlines Co.", { selector: ".aa-cell" });
  });

  it("never show the rows of another figure that come late", async () => {
    const waiting: (() => void)[] = [];
    const good = api(carriers);
    const rows: AnswerApi["rows"] = async (...given) => {
      await new Promise<void>((done) => waiting.push(done));
      return good.rows(...given);
    };
    render(<Answer run={recorded(carriers)} api={{ ...good, rows }} compact />);
    fireEvent.click(figure(`16.4${NB}%`));
    fireEvent.click(figure(`35.0${NB}%`));
    await act(async () => waiting[1]());
    await screen.findByText("Southwest Airlines Co.", { selector: ".aa-cell" });
    await act(async () => waiting[0]());
    expect(document.querySelector(".aa-hit")?.textContent).toBe(`35.0${NB}%`);
  });
});

describe("an answer", () => {
  it("shows hostile text as the text it is", () => {
    const hostile = '<img src=x onerror=alert(1)> [x](javascript:alert(1)) <script>alert(1)</script>';
    const { run } = longRun({});
    run.headline = hostile;
    run.caveats = [hostile];
    run.report = { html: null, pdf: null };
    run.answer!.claims[0].text = `${hostile} **7**`;
    const { container } = render(<Answer run={run} api={api(why)} compact />);
    expect(container.querySelector("img, script, a")).toBeNull();
    expect(screen.getByRole("heading", { name: hostile })).toBeTruthy();
  });

  it("says what is missing of it", () => {
    const run = { ...recorded(why), report_failure: "The report could not be made.", superset: { dashboard_url: null, datasets: [], charts: [], failure: "Not published to Superset." }, not_answered: ["whether 2013 was unusual"] };
    render(<Answer run={run} api={api(why)} compact />);
    expect(screen.getByRole("note").textContent).toBe("The report could not be made.Not published to Superset.");
    expect(screen.getByText(/whether 2013 was unusual/)).toBeTruthy();
  });

  it("names free SQL as such", () => {
    const run = recorded(carriers);
    render(<Answer run={{ ...run, queries: run.queries.map((query): Query => ({ ...query, source: query.source === "metric" ? "free" : query.source })) }} api={api(carriers)} compact />);
    expect(screen.getByText(/r1: free SQL, checked by the rules/)).toBeTruthy();
    expect(screen.queryByText(/governed metrics/)).toBeNull();
    expect(screen.queryByText(/certified metrics/)).toBeNull();
  });

  it("says of a count of groups which metric its limit is of", () => {
    const run = defined({ label: "Late flights" });
    const counted = run.queries.map((query): Query => ({ ...query, columns: query.columns.map((column) => ({ ...column, metric: null })) }));
    render(<Answer run={{ ...run, queries: counted }} api={api(carriers)} compact />);
    expect(screen.getByText(/^Every figure comes from governed metrics: Late flights/)).toBeTruthy();
  });

  it("tells who vouches for the query behind a figure", () => {
    const verified = { question: "How late <b>?", by: "Ada", on: "2026-01-01" };
    const queries = recorded(carriers).queries.map((query): Query => (query.source === "metric" ? { ...query, source: "verified", verified } : query));
    expect(certainty(queries)).toEqual({ kind: "verified", label: "Verified query" });
    expect(vouched([...queries, ...queries])).toEqual(["“How late <b>?” by Ada on 2026-01-01"]);
    expect(vouched(recorded(carriers).queries)).toEqual([]);
  });

  it("tells the definitions it stands on, and who vouches for them", () => {
    render(<Answer run={defined({ status: "certified", by: "Finance", details: "matches the ledger" })} api={api(carriers)} compact />);
    expect(screen.getByText(/^Every figure comes from certified metrics/)).toBeTruthy();
    expect(screen.getByText("Definition").tagName).toBe("SUMMARY");
    expect(screen.getByText("Certified").title).toBe("Certified by Finance: matches the ledger");
    expect(screen.getByText("AVG(late)").tagName).toBe("CODE");
    fireEvent.click(figure(`35.0${NB}%`));
    expect(screen.getByText("Certified metric").title).toContain("Certified by Finance");
    expect(screen.getByText("Defined as").nextElementSibling?.textContent).toBe("Left late = AVG(late)");
  });

  it("says of a draft that nobody has reviewed it, and never that it is certified", () => {
    render(<Answer run={defined({ status: "unreviewed" })} api={api(carriers)} compact />);
    expect(screen.getByText(/Nobody has reviewed its definition yet/)).toBeTruthy();
    expect(screen.queryByText(/certified/i)).toBeNull();
    fireEvent.click(figure(`35.0${NB}%`));
    expect(screen.getAllByText("Unreviewed draft")).toHaveLength(2);
  });

  it("shows the words of a definition as text", () => {
    const hostile = "<img src=x onerror=alert(1)>";
    const { container } = render(<Answer run={defined({ label: hostile, text: hostile, formula: hostile, owners: [hostile] })} api={api(carriers)} compact />);
    expect(container.querySelector(".aa-definitions img")).toBeNull();
    expect(container.querySelector(".aa-definitions code")?.textContent).toBe(hostile);
  });

  it("tells a chart in words where its picture does not load", () => {
    render(<Answer run={recorded(carriers)} api={api(carriers)} compact />);
    const [chart] = carriers.run.report.charts;
    const picture = screen.getByRole("img", { name: chart.alt });
    expect(picture.getAttribute("src")).toBe(`${chart.url}?theme=light&width=narrow`);
    fireEvent.error(picture);
    expect(screen.getByText(/The picture could not be loaded/).textContent).toContain(chart.alt);
  });
});

describe("a question back", () => {
  it("is answered with the reading that was chosen", async () => {
    const answer = vi.fn().mockResolvedValue(undefined);
    render(<Clarify run={recorded(clarify)} onAnswer={answer} />);
    fireEvent.click(screen.getByRole("radio", { name: /^Late departure share/ }));
    fireEvent.click(screen.getByRole("button", { name: "Go on" }));
    await waitFor(() => expect(answer).toHaveBeenCalledWith(clarify.run.clarification.readings[2]));
    fireEvent.click(screen.getByRole("button", { name: "Sending …" }));
    expect(answer).toHaveBeenCalledTimes(1);
  });

  it("takes one's own words, and keeps them when they do not arrive", async () => {
    render(<Clarify run={recorded(clarify)} onAnswer={() => Promise.reject(new Problem("offline", "Superset does not answer"))} />);
    const words = screen.getByRole<HTMLInputElement>("textbox", { name: "Say it in your own words" });
    fireEvent.focus(words);
    expect(screen.getByRole<HTMLButtonElement>("button", { name: "Go on" }).disabled).toBe(true);
    fireEvent.change(words, { target: { value: " an hour late " } });
    fireEvent.click(screen.getByRole("button", { name: "Go on" }));
    expect((await screen.findByRole("alert")).textContent).toBe("Superset does not answer");
    expect(words.value).toBe(" an hour late ");
  });
});

describe("no answer", () => {
  it("is explained, and what can be answered instead is asked by a click", () => {
    const ask = vi.fn();
    render(<Refusal run={recorded(pilots)} onAsk={ask} />);
    expect(screen.getByRole("heading", { name: "I cannot answer this from flights" })).toBeTruthy();
    expect(screen.getByText(/^6.tables: flights/)).toBeTruthy();
    fireEvent.click(screen.getByRole("button", { name: pilots.run.refusal.instead[1] }));
    expect(ask).toHaveBeenCalledWith(pilots.run.refusal.instead[1]);
  });

  it("says where it stopped and what is kept", () => {
    const run = { ...recorded(why), answer: null, status: "over_budget" as const, reason: "Stopped at the budget of this run." };
    render(<Ended run={run} />);
    expect(screen.getByRole("heading", { name: "Stopped at its budget" })).toBeTruthy();
    expect(screen.getByText(/^10.results are kept/)).toBeTruthy();
  });

  const stopped = { pool: "run" as const, unit: "usd" as const, limit: 0.5, used: 0.41, needs: 0.14, raise_to: 1 };
  const over = { ...recorded(why), answer: null, status: "over_budget" as const, reason: "Stopped at the budget of this run: $0.41 of $0.50 is used. 6 results are kept.", stopped };

  it("goes on with a higher budget by one click, and by no second one", async () => {
    let arrived = () => {};
    const raise = vi.fn(() => new Promise<void>((done) => (arrived = done)));
    render(<Ended run={over} onRaise={raise} onAgain={vi.fn()} />);
    const button = screen.getByRole("button", { name: "Raise to $1.00 and go on" });
    fireEvent.click(button);
    fireEvent.click(button);
    expect(raise).toHaveBeenCalledTimes(1);
    expect(raise).toHaveBeenCalledWith({ usd: 1 });
    expect(screen.queryByText(/^10.results are kept/)).toBeNull();
    arrived();
  });

  it("says why it could not go on", async () => {
    render(<Ended run={{ ...over, partial: true }} onRaise={() => Promise.reject(new Error("The run goes on already."))} />);
    expect(screen.getByText(/a partial answer/)).toBeTruthy();
    fireEvent.click(screen.getByRole("button", { name: "Raise to $1.00 and go on" }));
    expect((await screen.findByRole("alert")).textContent).toBe("The run goes on already.");
  });

  it("offers no budget that its reader may not give, and another try at one of the day", () => {
    const raise = vi.fn(() => Promise.resolve());
    const { rerender } = render(<Ended run={{ ...over, stopped: { ...stopped, raise_to: null } }} onRaise={raise} onAgain={vi.fn()} />);
    expect(screen.queryByRole("button", { name: /Raise/ })).toBeNull();
    expect(screen.queryByRole("button", { name: "Ask again" })).toBeNull(); // it would be stopped at the same place
    expect(screen.getByText(/An administrator can raise it/)).toBeTruthy();
    rerender(<Ended run={{ ...over, stopped: { ...stopped, pool: "person", raise_to: null } }} onRaise={raise} />);
    fireEvent.click(screen.getByRole("button", { name: "Go on" }));
    expect(raise).toHaveBeenCalledWith({});
  });

  it("counts down to the next try", () => {
    const retry = vi.fn();
    render(<ErrorCard error={new Problem("unreachable", "The analytics service does not answer.", "Your question is safe.", "", 503)} retryAt={Date.now() + 8_000} onRetry={retry} />);
    expect(screen.getByText(/^Trying again in [78] s$/)).toBeTruthy();
    fireEvent.click(screen.getByRole("button", { name: "Try now" }));
    expect(retry).toHaveBeenCalled();
  });

  it("says what somebody may not see without alarm, and offers no other try", () => {
    const withheld = new Problem("forbidden", "Not shown here", "This is a DuckDB file, which Superset cannot read.", "", 403);
    const { container } = render(<ErrorCard error={withheld} onRetry={vi.fn()} withheld />);
    expect(screen.queryByRole("alert")).toBeNull();
    expect(screen.queryByRole("button")).toBeNull();
    expect(container.querySelector(".aa-alert-bad")).toBeNull();
    expect(screen.getByRole("note").textContent).toContain("which Superset cannot read");
  });
});

describe("steps", () => {
  it("announce each one once, politely", () => {
    const run = { ...recorded(why), status: "running" as const };
    const { rerender } = render(<Steps events={why.events.slice(0, 5)} run={run} />);
    expect(screen.getByRole("status").textContent).toBe("Explore started");
    rerender(<Steps events={why.events.slice(0, 10)} run={run} />);
    expect(screen.getByRole("status").textContent).toBe("Explore started");
    rerender(<Steps events={why.events.slice(0, 16)} run={run} />);
    expect(screen.getByRole("status").textContent).toBe("Analyze started");
  });
});

describe("a report", () => {
  it("is saved, and says so when it cannot be", async () => {
    const save = vi.fn().mockResolvedValueOnce(undefined).mockRejectedValueOnce(new Problem("session", "Your session in Superset has ended", "", "Log in again."));
    render(<ReportActions run={recorded(carriers)} api={api(carriers, { saveReport: save })} />);
    fireEvent.click(screen.getByRole("button", { name: "Download the report as PDF" }));
    await waitFor(() => expect(save).toHaveBeenCalledWith(recorded(carriers), "pdf"));
    await waitFor(() => expect(screen.getByText("HTML")).toBeTruthy());
    await waitFor(() => expect(screen.getByRole<HTMLButtonElement>("button", { name: "Download the report as HTML" }).disabled).toBe(false));
    fireEvent.click(screen.getByRole("button", { name: "Download the report as HTML" }));
    expect((await screen.findByRole("alert")).textContent).toContain("Your session in Superset has ended");
  });

  it("tells who got it, and who did not and why", () => {
    const deliveries = [
      { recipient: "mail:ops@example.com", state: "sent" as const, reason: null, changed_at: "2026-11-23T08:02:00Z" },
      { recipient: "folder:reports", state: "held" as const, reason: "It is not for this database.", changed_at: null },
    ];
    render(<Deliveries run={{ ...recorded(why), deliveries }} />);
    expect(screen.getAllByRole("listitem").map((item) => item.textContent)).toEqual([expect.stringMatching(/^Sent to ops@example.com, \d\d:\d\d$/), "Held back from the folder reports: It is not for this database."]);
  });
});

function longRun(change: Partial<Figure>): { run: Run; claim: Figure } {
  const claim: Figure = { shown: "7", value: 7, unit: null, result: "r1", expression: "r1[0].x", row: 0, column: "x", ...change };
  const shape = { decimals: 0, format: "number", unit: null, metric: null };
  const columns = [
    { name: "name", label: "Name", type: "text", ...shape },
    { name: "x", label: "X", type: "integer", ...shape },
  ];
  const query: Query = { ...recorded(carriers).queries[0], columns, rows: 50_000 };
  return { run: { ...recorded(carriers), id: "long", queries: [query], answer: { summary: "", claims: [{ heading: "", text: "It is **7**.", figures: [claim], finding: null }] } }, claim };
}
