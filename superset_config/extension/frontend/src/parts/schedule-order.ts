// What the schedule dialog asks for, as plain data: fields in, the API's order out, problems back to their fields.
import type { Problem } from "../api/problem";
import type { Every, Format, PeriodUnit, ScheduleOrder } from "../types";

export interface Fields {
  name: string;
  every: Every | "cron";
  at: string;
  on: number;
  month: number;
  cron: string;
  timeZone: string;
  recipients: string;
  formats: readonly Format[];
  movesBy: "" | "fixed" | PeriodUnit;
}

export const EVERY: readonly [Fields["every"], string][] = [
  ["day", "Every day"],
  ["weekday", "Monday to Friday"],
  ["week", "Every week"],
  ["month", "Every month"],
  ["quarter", "Every quarter"],
  ["year", "Every year"],
  ["cron", "Cron expression"],
];
export const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
export const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

export function firstFields(): Fields {
  return { name: "", every: "month", at: "08:00", on: 1, month: 1, cron: "0 8 * * 1", timeZone: zoneHere(), recipients: "", formats: ["pdf", "html"], movesBy: "" };
}

export function zoneHere(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}

export function zones(): string[] {
  const listed = (Intl as unknown as { supportedValuesOf?(key: string): string[] }).supportedValuesOf?.("timeZone") ?? [];
  return [...new Set(["UTC", ...listed])];
}

export function orderOf(run: string, fields: Fields): ScheduleOrder {
  const { every, at, on, month, cron, timeZone } = fields;
  const rule = every === "cron" ? { cron: cron.trim() } : { every, at, ...(every === "day" || every === "weekday" ? {} : { on }), ...(every === "year" ? { month } : {}) };
  return {
    analysis: run,
    timing: { time_zone: timeZone.trim(), ...rule },
    recipients: recipientsOf(fields.recipients),
    formats: [...fields.formats],
    ...(fields.name.trim() ? { name: fields.name.trim() } : {}),
    ...(fields.movesBy ? { moves_by: fields.movesBy } : {}),
  };
}

/** Addresses on lines or between commas; a bare address is mail. */
export function recipientsOf(text: string): string[] {
  const found = text.split(/[\s,;]+/).filter(Boolean).map((one) => (/^(mail|webhook|folder):/.test(one) || !one.includes("@") ? one : `mail:${one}`));
  return [...new Set(found)];
}

type Shown = "name" | "every" | "at" | "on" | "month" | "cron" | "timeZone" | "recipients" | "formats" | "movesBy" | "";
const FIELDS: Record<string, Shown> = { name: "name", "timing.every": "every", "timing.at": "at", "timing.on": "on", "timing.month": "month", "timing.cron": "cron", "timing.time_zone": "timeZone", recipients: "recipients", formats: "formats", moves_by: "movesBy" };

/** The messages by the field that they belong to; "" is the order as a whole. */
export function messages(problem: Problem | null): Partial<Record<Shown, string>> {
  const told: Partial<Record<Shown, string>> = {};
  for (const { field, message } of problem?.fields ?? []) {
    const known = FIELDS[field.replace(/[.[]\d+\]?$/, "")] ?? "";
    told[known] = told[known] ? `${told[known]} ${message}` : message;
  }
  return told;
}
