// The panel on a page of its own, with SQL Lab and the service as the tests set them up, and a clock that the tests move.
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import React from "react";
import { afterEach, beforeEach, vi } from "vitest";
import { Api } from "../api/client";
import Panel from "../panel/panel";
import { batch, context, event, Service } from "./service";
import { lab } from "./superset";

export let service: Service;
export const close = vi.fn();

/** Once in each test file. */
export function usePanel(): void {
  beforeEach(() => {
    vi.useFakeTimers();
    service = new Service();
    service.on("GET /context", context());
  });
  afterEach(() => {
    cleanup();
    vi.useRealTimers();
  });
}

export async function show(open = true): Promise<void> {
  if (open) lab.open();
  render(<Panel api={new Api("")} onClose={close} />);
  await pass(500);
}

export async function pass(milliseconds: number): Promise<void> {
  await act(async () => {
    await vi.advanceTimersByTimeAsync(milliseconds);
  });
}

export const field = () => screen.getByRole<HTMLTextAreaElement>("textbox", { name: "Question" });
export async function ask(text = "How many flights were there?"): Promise<void> {
  fireEvent.change(field(), { target: { value: text } });
  fireEvent.keyDown(field(), { key: "Enter" });
  await pass(50);
}
export const click = async (name: string | RegExp, role = "button") => {
  fireEvent.click(screen.getByRole(role, { name }));
  await pass(50);
};
export const ended = (status: "succeeded" | "refused" | "failed" | "cancelled" | "over_budget") => [batch(status, event(1, "step", "explore", { state: "finished", seconds: 1 })), batch(status)] as const;
