// Cells and counts as people read them: thousands, a true minus, no-break spaces, dates, by a column's unit and format.
import { visible } from "./invisible";

/** What a cell's column says of showing it; the document's columns have more. */
export interface Shape {
  name: string;
  label: string;
  type: string;
  unit: string | null;
  format?: string;
  decimals?: number | null;
  metric?: string | null;
}

export const NBSP = "\u00a0";
export const MINUS = "\u2212";
const SYMBOLS: Record<string, string> = { $: "$", USD: "$", "€": "€", EUR: "€", "£": "£", GBP: "£", "¥": "¥", JPY: "¥" };
const TIME_PART = /(^|_)(year|quarter|month|week|day|weekday|hour|minute)$/i;
const IDENTIFIER = /(^|_)(id|no|number|code|zip|key)$/i;
const MOST_DECIMALS = 6;

/** A finite number; exact money comes as text and counts as one only where the column is a number's. */
export function asNumber(value: unknown, shape: Shape): number | null {
  const numeric = shape.type === "number" || shape.type === "integer";
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (!numeric || typeof value !== "string" || !/^[-+]?\d/.test(value)) return null;
  const found = Number(value);
  return Number.isFinite(found) ? found : null;
}

export function isNumeric(shape: Shape): boolean {
  return (shape.type === "number" || shape.type === "integer") && !named(shape);
}

/** A number that names something, such as the year 2013 or an order's number, and is no quantity. */
function named(shape: Shape): boolean {
  return shape.type === "integer" && !shape.metric && (TIME_PART.test(shape.name) || IDENTIFIER.test(shape.name));
}

/** One number of decimals for a whole column: its own, or as many as leave the largest value some significant figures. */
export function decimalsFor(shape: Shape, values: readonly unknown[]): number {
  if (shape.decimals !== null && shape.decimals !== undefined) return shape.decimals;
  if (shape.format === "currency") return 2;
  if (shape.format === "percent") return 1;
  const sizes = values.map((value) => Math.abs(asNumber(value, shape) ?? 0));
  const largest = Math.max(0, ...sizes);
  if (shape.type === "integer" || !largest || sizes.every(Number.isInteger)) return 0;
  return largest >= 10 ? 1 : Math.min(MOST_DECIMALS, Math.max(1, 2 - Math.floor(Math.log10(largest))));
}

/** A cell as a table shows it: its unit stands in the column's head, a percent sign at the figure. */
export function cellText(value: unknown, shape: Shape, decimals: number): string {
  if (value === null || value === undefined) return "–";
  if (typeof value === "boolean") return value ? "yes" : "no";
  const number = asNumber(value, shape);
  if (number !== null && named(shape)) return String(value).replace("-", MINUS);
  if (number !== null) return quantity(number, shape, decimals);
  if (typeof value === "string") return shape.type === "date" || shape.type === "timestamp" ? moment(value, shape) : visible(value) || "(blank)";
  return visible(JSON.stringify(value) ?? "–");
}

function quantity(value: number, shape: Shape, decimals: number): string {
  const scaled = shape.format === "percent" ? value * 100 : value;
  const digits = grouped(Math.abs(scaled), decimals);
  const sign = scaled < 0 && /[1-9]/.test(digits) ? MINUS : "";
  const symbol = shape.format === "currency" ? (SYMBOLS[(shape.unit ?? "$").split(" per ")[0] ?? ""] ?? "") : "";
  return sign + symbol + digits + (shape.format === "percent" ? `${NBSP}%` : "");
}

function grouped(size: number, decimals: number): string {
  return size >= 1e21 ? size.toExponential(2) : size.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

/** The column's label with its unit, as a table's head: "Mean departure delay, min". */
export function head(shape: Shape): string {
  const known = shape.format === "percent" || (shape.format === "currency" && SYMBOLS[shape.unit ?? "$"] !== undefined);
  const unit = known ? "" : visible(shape.unit ?? "");
  const label = visible(shape.label || shape.name);
  return unit && !label.toLowerCase().includes(unit.toLowerCase()) ? `${label},${NBSP}${unit}` : label;
}

/** The unrounded value as it is stored, with a true minus and thousands. */
export function exact(value: unknown): string {
  if (typeof value !== "number") return value === null || value === undefined ? "" : visible(typeof value === "boolean" ? (value ? "yes" : "no") : String(value));
  const [whole = "", rest] = String(Math.abs(value)).split(".");
  if (/e/.test(`${whole}${rest ?? ""}`)) return String(value).replace("-", MINUS);
  return (value < 0 ? MINUS : "") + whole.replace(/\B(?=(\d{3})+$)/g, ",") + (rest === undefined ? "" : `.${rest}`);
}

const MONTHS = "January February March April May June July August September October November December".split(" ");
const ISO = /^(-?\d{4,6})-(\d\d)-(\d\d)(?:[T ](\d\d:\d\d)(?::\d\d(?:\.\d+)?)?)?/;

function moment(value: string, shape: Shape): string {
  const found = ISO.exec(value);
  const month = found ? MONTHS[Number(found[2]) - 1] : undefined;
  if (!found || !month) return visible(value);
  const [, year = "", , day = "", time] = found;
  const grain = TIME_PART.exec(shape.name)?.[2]?.toLowerCase();
  const midnight = !time || time === "00:00";
  if (midnight && grain === "month" && day === "01") return `${month}${NBSP}${year}`;
  if (midnight && grain === "quarter" && day === "01" && Number(found[2]) % 3 === 1) return `Q${Math.ceil(Number(found[2]) / 3)}${NBSP}${year}`;
  if (midnight && grain === "year" && day === "01" && month === "January") return year;
  const date = `${Number(day)}${NBSP}${month.slice(0, 3)}${NBSP}${year}`;
  return midnight ? date : `${date}, ${time}`;
}

/** "1 query", "9 queries". */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString("en-US")}${NBSP}${number === 1 ? one : many}`;
}

/** "28 ms", "9.1 s", "48 s", "3 min 8 s", "2 h 5 min". */
export function duration(seconds: number): string {
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)}${NBSP}ms`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${seconds < 9.95 ? seconds.toFixed(1) : whole}${NBSP}s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return whole % 60 ? `${minutes}${NBSP}min ${whole % 60}${NBSP}s` : `${minutes}${NBSP}min`;
  return minutes % 60 ? `${Math.floor(minutes / 60)}${NBSP}h ${minutes % 60}${NBSP}min` : `${minutes / 60}${NBSP}h`;
}

/** Dollars; empty where nothing was spent. */
export function money(dollars: number): string {
  if (!dollars) return "";
  return `$${dollars >= 0.01 ? dollars.toFixed(2) : dollars.toFixed(4)}`;
}

/** "09:05"; midnight is 00:00 in every browser. */
export function clock(at: Date): string {
  return [at.getHours(), at.getMinutes()].map((part) => String(part).padStart(2, "0")).join(":");
}
