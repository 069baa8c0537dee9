import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { answered, batch, event, Failure, LOGGED_OUT, run, Service, SILENCE, UNREACHABLE } from "../testing/service";
import { Api } from "./client";
import { Watch, type Watched } from "./watch";

let service: Service;
let seen: Watched;
let watch: Watch;

beforeEach(() => {
  vi.useFakeTimers();
  service = new Service();
});
afterEach(() => {
  watch.stop();
  visibility("visible");
});

function visibility(state: DocumentVisibilityState): void {
  Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}

function follow(): void {
  watch = new Watch(new Api(), "r1", (now) => (seen = now));
  watch.start();
}

const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);
const numbers = () => seen.events.map((one) => one.seq);
const [QUEUED, EXPLORE, QUERY, DONE] = [event(1, "run", null, { status: "queued" }), event(2, "step", "explore", { state: "started" }), event(3, "query", "explore", { id: "r1" }), event(4, "run", null, { status: "succeeded" })];

describe("a run's progress", () => {
  it("is every event once and in order, and ends with the answer", async () => {
    service
      .on("GET /analyses/r1", run(), answered())
      .on("GET /analyses/r1/events", batch("running", EXPLORE, QUEUED), batch("running", EXPLORE, QUERY), batch("succeeded", DONE), batch("succeeded"));
    follow();
    await pass(3_000);
    expect(numbers()).toEqual([1, 2, 3, 4]);
    expect(seen.run?.status).toBe("succeeded");
    const asked = service.sent.filter((one) => one.path.endsWith("/events"));
    expect(asked.map((one) => one.query.get("after"))).toEqual(["0", "2", "3", "4"]);
    const before = service.sent.length;
    await pass(60_000);
    expect(service.sent.length).toBe(before);
  });

  it("loses and doubles nothing when the service restarts in between", async () => {
    service
      .on("GET /analyses/r1", run(), answered())
      .on("GET /analyses/r1/events", batch("running", QUEUED, EXPLORE), UNREACHABLE, new TypeError("gone"), batch("running", EXPLORE, QUERY), batch("succeeded", DONE), batch("succeeded"));
    follow();
    await pass(500);
    expect(seen.connection).toMatchObject({ state: "lost", problem: { kind: "unreachable" } });
    expect(numbers()).toEqual([1, 2]);
    await pass(15_000);
    expect(numbers()).toEqual([1, 2, 3, 4]);
    expect(seen.connection.state).toBe("live");
  });

  it("waits longer and longer while nobody answers, and not at all after a click", async () => {
    service.on("GET /analyses/r1", run()).on("GET /analyses/r1/events", new TypeError("gone"));
    follow();
    await pass(60_000);
    const times = service.times("GET /analyses/r1/events");
    expect(times).toBeLessThanOrEqual(7);
    watch.look();
    await pass(1);
    expect(service.times("GET /analyses/r1/events")).toBe(times + 1);
  });

  it("asks at its leisure when too many wait already", async () => {
    service.on("GET /analyses/r1", run()).on("GET /analyses/r1/events", { ...batch("running"), poll: "short", retry_after: 1.5 });
    follow();
    await pass(15_000);
    expect(service.times("GET /analyses/r1/events")).toBeLessThanOrEqual(11);
  });

  it("never spins when answers come at once", async () => {
    service.on("GET /analyses/r1", run()).on("GET /analyses/r1/events", batch("running"));
    follow();
    await pass(4_000);
    expect(service.times("GET /analyses/r1/events")).toBeLessThanOrEqual(11);
  });

  it("rests while nobody looks, and looks at once when somebody does", async () => {
    service.on("GET /analyses/r1", run()).on("GET /analyses/r1/events", batch("running"));
    visibility("hidden");
    follow();
    await pass(60_000);
    const asked = service.sent.filter((one) => one.path.endsWith("/events"));
    expect(asked.length).toBeLessThanOrEqual(4);
    expect(asked.every((one) => one.query.get("wait") === "0")).toBe(true);
    visibility("visible");
    await pass(1);
    expect(service.times("GET /analyses/r1/events")).toBe(asked.length + 1);
  });

  it("holds no request open while the run waits for a person", async () => {
    service.on("GET /analyses/r1", run({ status: "needs_input" })).on("GET /analyses/r1/events", batch("needs_input"));
    follow();
    await pass(20_000);
    const asked = service.sent.filter((one) => one.path.endsWith("/events"));
    expect(asked.length).toBeLessThanOrEqual(6);
    expect(asked.every((one) => one.query.get("wait") === "0")).toBe(true);
  });

  it("stops with its component: the open request is given up and nothing is told any more", async () => {
    let given = false;
    service.on("GET /analyses/r1", run()).on("GET /analyses/r1/events", SILENCE);
    const fetching = globalThis.fetch;
    vi.stubGlobal("fetch", (address: string, init: RequestInit) => {
      init.signal?.addEventListener("abort", () => (given = true));
      return fetching(address, init);
    });
    follow();
    await pass(100);
    const before = seen;
    watch.stop();
    await pass(60_000);
    expect(given).toBe(true);
    expect(seen).toBe(before);
  });

  it("goes on after a new login, and tells meanwhile that the session is over", async () => {
    service.on("GET /analyses/r1", LOGGED_OUT, answered()).on("GET /analyses/r1/events", batch("succeeded", QUEUED), batch("succeeded"));
    follow();
    await pass(10);
    expect(seen.connection).toMatchObject({ state: "lost", problem: { kind: "session" } });
    window.dispatchEvent(new Event("focus"));
    await pass(2_000);
    expect(seen.run?.status).toBe("succeeded");
  });

  it("ends with a reason when the run is not there or somebody else's", async () => {
    service.on("GET /analyses/r1", new Failure(404, { type: "urn:analytics-agent:unknown-run", title: "There is no run r1." }));
    follow();
    await pass(60_000);
    expect(seen.error?.kind).toBe("missing");
    expect(service.sent.length).toBe(1);
  });

  it("shows an answer given elsewhere as soon as it is told", async () => {
    service.on("GET /analyses/r1", run({ status: "needs_input" }), answered()).on("GET /analyses/r1/events", batch("needs_input"), batch("succeeded", QUEUED), batch("succeeded"));
    follow();
    await pass(100);
    watch.refresh(run({ status: "running" }));
    await pass(1_500);
    expect(seen.run?.status).toBe("succeeded");
  });
});
