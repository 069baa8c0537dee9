import { beforeEach, describe, expect, it, vi } from "vitest";
import { context, Failure, LOGGED_OUT, run, Service, SILENCE, UNREACHABLE } from "../testing/service";
import { lab } from "../testing/superset";
import { Asking } from "./asking";
import { Api } from "./client";
import type { Problem } from "./problem";

let service: Service;
beforeEach(() => {
  vi.useRealTimers();
  service = new Service();
});

const problem = (promise: Promise<unknown>): Promise<Problem> => promise.then(() => expect.unreachable(), (error: Problem) => error);
const QUESTION = { question: "How many?", database: "flights" };

describe("the client", () => {
  it("sends the page's token with what changes something, and with nothing else", async () => {
    service.on("GET /context", context()).on("POST /analyses", run());
    await new Api().context(1, "public");
    await new Api().ask(QUESTION, "key-1");
    expect(service.sent[0].headers["X-CSRFToken"]).toBeUndefined();
    expect(service.sent[0].query.get("schema")).toBe("public");
    expect(service.sent[1].headers).toMatchObject({ "X-CSRFToken": "token-1", "Idempotency-Key": "key-1" });
  });

  it("says the sentence where one asks too much, and waits only where that is soon over", async () => {
    const told = { type: "urn:analytics-agent:too-many", title: "Too many", status: 429, detail: "2 questions of yours are being answered, which is the most at once." };
    service.on("POST /analyses", new Failure(429, { ...told, retry_after: 5 }), new Failure(429, { ...told, detail: "You have asked 9 questions today.", retry_after: 40_000 }));
    const soon = await problem(new Api().ask(QUESTION, "key-1"));
    expect([soon.kind, soon.title, soon.passing, soon.retryAfter]).toEqual(["busy", told.detail, true, 5]);
    const tomorrow = await problem(new Api().ask(QUESTION, "key-2"));
    expect([tomorrow.title, tomorrow.passing]).toEqual(["You have asked 9 questions today.", false]);
  });

  it("asks for a new token once when the page's is of a session that is over", async () => {
    const stale = new Failure(400, { errors: [{ message: "400 Bad Request: The CSRF session token is missing." }] });
    service.on("POST /analyses", stale, run()).on("GET /api/v1/security/csrf_token/", { result: "token-2" });
    await new Api().ask(QUESTION, "key-1");
    expect(service.sent.filter((one) => one.path === "/analyses").map((one) => one.headers["X-CSRFToken"])).toEqual(["token-1", "token-2"]);
    service.on("POST /analyses", stale);
    expect((await problem(new Api().ask(QUESTION, "key-2"))).kind).toBe("session");
  });

  it("lives below the path where Superset lives", async () => {
    const app = document.body.appendChild(document.createElement("div"));
    app.id = "app";
    app.dataset.bootstrap = JSON.stringify({ user: { userId: 7 }, common: { application_root: "/bi/" } });
    const api = new Api();
    expect(api.address("/v1/analyses/r1/report.pdf")).toBe("/bi/extensions/analytics-agent/ask/analyses/r1/report.pdf");
    expect(api.person).toBe("7");
    app.dataset.bootstrap = JSON.stringify({ common: { application_root: "//evil.example" } });
    expect(new Api().address("/v1/x")).toBe("/extensions/analytics-agent/ask/x");
    app.remove();
  });

  it("leads to a dashboard on the address that the browser is on, and nowhere else", () => {
    expect(new Api().superset("http://127.0.0.1:8088/superset/dashboard/x/?a=1")).toBe(`${window.location.origin}/superset/dashboard/x/?a=1`);
    expect(new Api().superset("javascript:alert(1)")).toBeNull();
  });

  it.each([
    ["the service is away", UNREACHABLE, "unreachable", "The analytics service does not answer."],
    ["the session is over", LOGGED_OUT, "session", "Your session in Superset has ended"],
    ["the session is over and Superset shows its login", new Failure(200, "<html>", { redirected: "http://superset.test/login/?next=/x" }), "session", "Your session in Superset has ended"],
    ["a right is missing", new Failure(403, { message: "Forbidden" }), "forbidden", "You may not use Ask"],
    ["there is no such run", new Failure(404, { type: "urn:analytics-agent:unknown-run", title: "There is no run r1.", status: 404 }), "missing", "There is no run r1."],
    ["the routes are not there", new Failure(404, "<html>Not found</html>"), "outdated", "This panel and the analytics service do not fit together"],
    ["the answer is no JSON", new Failure(200, "<html>"), "outdated", "This panel and the analytics service do not fit together"],
    ["a proxy finds no Superset", new Failure(502, "<html>"), "offline", "Superset does not answer"],
    ["the network is gone", new TypeError("Failed to fetch"), "offline", "Superset does not answer"],
    ["it is not set up", new Failure(503, { type: "urn:analytics-agent:not-set-up", title: "Ask is not set up.", status: 503 }), "setup", "Ask is not set up."],
    ["Superset breaks", new Failure(500, { message: "Fatal error" }), "unknown", "Superset answered with an error (500)"],
  ])("says what it is when %s", async (_, failure, kind, title) => {
    service.on("GET /analyses/r1", failure);
    expect(await problem(new Api().run("r1"))).toMatchObject({ kind, title });
  });

  it("keeps every message by its field, and no more than a sane pause", async () => {
    const body = { type: "urn:analytics-agent:invalid-request", title: "No.", detail: "No.", errors: [{ field: "question", message: "Too long." }], retry_after: 9e9 };
    service.on("GET /analyses/r1", new Failure(422, body));
    expect(await problem(new Api().run("r1"))).toMatchObject({ kind: "invalid", detail: "", fields: [{ field: "question", message: "Too long." }], retryAfter: 300 });
  });

  it("reads a list without queries and claims", async () => {
    service.on("GET /analyses", { analyses: [], next: null });
    await new Api().runs("2026-11-23T08:00:00Z");
    expect(Object.fromEntries(service.sent[0].query)).toEqual({ view: "summary", limit: "30", before: "2026-11-23T08:00:00Z" });
  });

  it("gives up a request that nobody answers", async () => {
    vi.useFakeTimers();
    service.on("GET /analyses/r1", SILENCE);
    const given = problem(new Api().run("r1"));
    await vi.advanceTimersByTimeAsync(25_000);
    expect((await given).kind).toBe("offline");
  });
});

describe("a question", () => {
  it("is one run when it is sent twice at once", async () => {
    service.on("POST /analyses", run());
    const asking = new Asking(new Api());
    await Promise.all([asking.ask(QUESTION), asking.ask(QUESTION)]);
    expect(service.times("POST /analyses")).toBe(1);
  });

  it("is the same run when its answer was lost, after a reload too", async () => {
    service.on("POST /analyses", new TypeError("gone"), UNREACHABLE, run(), run());
    for (const attempt of [1, 2, 3]) await new Asking(new Api()).ask(QUESTION).catch(() => attempt);
    const keys = service.sent.map((one) => one.headers["Idempotency-Key"]);
    expect(new Set(keys).size).toBe(1);
    await new Asking(new Api()).ask(QUESTION);
    expect(service.sent[3].headers["Idempotency-Key"]).not.toBe(keys[0]);
  });

  it("is a new one after it was refused, and another person's is another", async () => {
    service.on("POST /analyses", new Failure(403, { type: "urn:analytics-agent:not-allowed", title: "No.", status: 403 }), UNREACHABLE, run());
    for (const person of ["7", "7", "8"]) await new Asking({ ask: (asked, key) => new Api().ask(asked, key), person }).ask(QUESTION).catch(() => null);
    expect(new Set(service.sent.map((one) => one.headers["Idempotency-Key"])).size).toBe(3);
  });

  it("goes on without storage and without a token of the host's", async () => {
    vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
      throw new DOMException("full", "QuotaExceededError");
    });
    lab.token = undefined as unknown as string;
    service.on("POST /analyses", run()).on("GET /api/v1/security/csrf_token/", { result: "token-9" });
    expect((await new Asking(new Api()).ask(QUESTION)).id).toBe("r1");
    expect(service.sent[service.sent.length - 1].headers["X-CSRFToken"]).toBe("token-9");
  });
});
