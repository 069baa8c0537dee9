import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import React from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Api } from "../api/client";
import { AskProvider } from "../api/provider";
import { answered, Failure, Service, UNREACHABLE } from "../testing/service";
import { localMoment, ScheduleDialog } from "./schedule-dialog";
import { recipientsOf } from "./schedule-order";

const PREVIEW = {
  when: "Every month on day 1 at 08:00, Europe/Berlin", why: "", moves_by: "month", warnings: ["On 28 March 02:30 does not exist."],
  policies: { moves: "Each report covers the month before.", overlap: "One at a time.", catch_up: "" },
  next: [{ at: "2026-12-01T07:00:00Z", local: "2026-12-01T08:00+01:00", period: "November 2026" }],
};
const MADE = { ...PREVIEW, id: "s1", name: "Late flights", recipients: ["mail:ops@example.com"] };

let service: Service;
beforeEach(() => {
  vi.useFakeTimers();
  service = new Service();
  service.on("POST /schedules/preview", PREVIEW);
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

async function pass(milliseconds = 500): Promise<void> {
  await act(async () => {
    await vi.advanceTimersByTimeAsync(milliseconds);
  });
}
async function show(): Promise<void> {
  render(
    <AskProvider api={new Api("")}>
      <ScheduleDialog run={answered()} onClose={() => undefined} />
    </AskProvider>,
  );
  await pass();
}
const write = (label: string | RegExp, value: string) => fireEvent.change(screen.getByLabelText(label), { target: { value } });
const orders = () => service.sent.filter((one) => one.path === "/schedules");

describe("the schedule dialog", () => {
  it("shows when it will run and what each report covers, before anything is made", async () => {
    await show();
    expect(screen.getByText("Tue, 1 Dec 2026, 08:00")).toBeTruthy();
    expect(screen.getByText("covers November 2026")).toBeTruthy();
    expect(screen.getByText(/02:30 does not exist/)).toBeTruthy();
    expect(orders()).toEqual([]);
  });

  it("proposes as often as the period comes, until the person chooses", async () => {
    service.on("POST /schedules/preview", { ...PREVIEW, moves_by: "year" });
    await show();
    const often = () => (screen.getByLabelText("How often") as HTMLSelectElement).value;
    expect(often()).toBe("year");
    write("How often", "month");
    await pass();
    expect(often()).toBe("month");
  });

  it("makes one schedule by two clicks, and tells what was made", async () => {
    service.on("POST /schedules", MADE);
    await show();
    write("How often", "week");
    write("On", "5");
    write("At", "07:15");
    write("Time zone", "Europe/Berlin");
    write(/Send the report to/, "ops@example.com, webhook:alerts");
    const button = screen.getByRole("button", { name: "Schedule the report" });
    fireEvent.click(button);
    fireEvent.click(button);
    await pass();
    expect(orders().map((one) => one.body)).toEqual([
      { analysis: "r1", timing: { time_zone: "Europe/Berlin", every: "week", at: "07:15", on: 5 }, recipients: ["mail:ops@example.com", "webhook:alerts"], formats: ["pdf", "html"] },
    ]);
    expect(screen.getByText(/Sent to ops@example.com/)).toBeTruthy();
  });

  it("is the same schedule when its answer was lost, and another when the order changed", async () => {
    service.on("POST /schedules", UNREACHABLE);
    await show();
    const send = async () => {
      fireEvent.click(screen.getByRole("button", { name: "Schedule the report" }));
      await pass();
    };
    await send();
    await send();
    write("Name", "Other");
    await send();
    const keys = orders().map((one) => one.headers["Idempotency-Key"]);
    expect(keys[0]).toBe(keys[1]);
    expect(keys[2]).not.toBe(keys[0]);
  });

  it("puts every problem beside its field", async () => {
    service.on("POST /schedules/preview", new Failure(422, { type: "urn:analytics-agent:invalid-request", title: "Not like this.", errors: [{ field: "timing.time_zone", message: "There is no time zone 'Berlin'. Nearest: Europe/Berlin." }, { field: "recipients.0", message: "No address." }] }));
    await show();
    expect(screen.getByLabelText("Time zone").getAttribute("aria-invalid")).toBe("true");
    expect(screen.getByText(/Nearest: Europe\/Berlin/)).toBeTruthy();
    expect(screen.getByText("No address.")).toBeTruthy();
  });

  it("offers to repeat a period that cannot move", async () => {
    service.on("POST /schedules/preview", new Failure(422, { type: "urn:analytics-agent:invalid-request", title: "Not like this.", errors: [{ field: "moves_by", message: "Its period cannot move." }] }), PREVIEW);
    await show();
    fireEvent.click(screen.getByRole("button", { name: "Repeat the same period each time" }));
    await pass();
    expect(service.sent[service.sent.length - 1].body.moves_by).toBe("fixed");
    expect(screen.getByText("covers November 2026")).toBeTruthy();
  });

  it("takes a cron expression, and at least one format", async () => {
    await show();
    write("How often", "cron");
    write(/Minute, hour/, "30 6 * * 1-5");
    await pass();
    expect(service.sent[service.sent.length - 1].body.timing).toMatchObject({ cron: "30 6 * * 1-5" });
    fireEvent.click(screen.getByLabelText("PDF"));
    fireEvent.click(screen.getByLabelText("HTML"));
    expect(screen.getByRole<HTMLButtonElement>("button", { name: "Schedule the report" }).disabled).toBe(true);
  });
});

it("reads recipients as people write them", () => {
  expect(recipientsOf(" a@b.example;a@b.example\nfolder:out, nonsense")).toEqual(["mail:a@b.example", "folder:out", "nonsense"]);
});

it("tells a moment on the clock of its own zone, wherever the browser is", () => {
  expect(localMoment("2026-03-29T08:00+02:00")).toBe("Sun, 29 Mar 2026, 08:00");
  expect(localMoment("soon")).toBe("soon");
});
