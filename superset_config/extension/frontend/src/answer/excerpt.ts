// Which rows of a result stand around a figure's cells, and which of those cells are its sources. Pure.
import { type Cells, cellsOf, parse } from "./expression";
import type { Shape } from "./numbers";
import { isNumeric } from "./numbers";
import type { Figure } from "../types";

/** Rows `offset` to `offset + limit − 1`. */
export interface Window {
  offset: number;
  limit: number;
}

const AROUND = 2;
const MOST_WINDOWS = 3;

/** The rows to fetch: a few around each named row, or the first ones where a whole column is the source. */
export function windows(figure: Figure, total: number): Window[] {
  const size = 2 * AROUND + 1;
  if (total <= size) return total > 0 ? [{ offset: 0, limit: total }] : [];
  const rows = sourceRows(figure).filter((row) => row < total);
  const reach = rows.length > 1 ? 1 : AROUND;
  const wanted = (rows.length ? rows : [0]).slice(0, MOST_WINDOWS).map((row) => {
    const length = 2 * reach + 1;
    return { offset: Math.max(0, Math.min(row - reach, total - length)), limit: length };
  });
  return merged(wanted.sort((one, other) => one.offset - other.offset));
}

/** Neighbors and overlaps become one, so that no row is shown twice. */
function merged(sorted: readonly Window[]): Window[] {
  const found: Window[] = [];
  for (const next of sorted) {
    const last = found[found.length - 1];
    if (last && next.offset <= last.offset + last.limit) last.limit = Math.max(last.limit, next.offset + next.limit - last.offset);
    else found.push({ ...next });
  }
  return found;
}

/** Rows that the reference names by number, and the one that the service found for it. */
function sourceRows(figure: Figure): number[] {
  const named = references(figure).flatMap((cells) => (cells.row === null ? [] : [cells.row]));
  const whole = !named.length && aggregates(figure);
  return [...new Set([...(figure.row === null || whole ? [] : [figure.row]), ...named])];
}

/** The parts of the reference that point into the figure's own result. */
export function references(figure: Figure): Cells[] {
  const tree = parse(figure.expression);
  return tree ? cellsOf(tree).filter((cells) => cells.result === figure.result) : [];
}

/** Results other than the figure's own that its reference names. */
export function otherResults(figure: Figure): string[] {
  const tree = parse(figure.expression);
  return tree ? [...new Set(cellsOf(tree).map((cells) => cells.result))].filter((result) => result !== figure.result) : [];
}

/** Whether the figure is made of a column rather than of named cells. */
export function aggregates(figure: Figure): boolean {
  return references(figure).some((cells) => cells.row === null && !cells.conditions.length);
}

/** Whether a cell is a source of the figure. */
export function isSource(figure: Figure, columns: readonly Shape[], row: number, cells: readonly unknown[], column: number): boolean {
  const name = columns[column]?.name;
  if (row === figure.row && name === figure.column) return true;
  return references(figure).some((wanted) => wanted.column === name && (wanted.row === null ? meets(wanted, columns, cells) : wanted.row === row));
}

function meets(wanted: Cells, columns: readonly Shape[], cells: readonly unknown[]): boolean {
  return wanted.conditions.every((condition) => {
    const value = cells[columns.findIndex((column) => column.name === condition.column)];
    return compare(value, condition.operator, condition.value);
  });
}

function compare(value: unknown, operator: string, given: string): boolean {
  if (value === null || value === undefined) return false;
  const number = typeof value === "number" ? value : NaN;
  const same = Number.isFinite(number) && given.trim() !== "" ? number === Number(given) : String(value).toLowerCase() === given.toLowerCase();
  switch (operator) {
    case "=":
      return same;
    case "!=":
      return !same;
    case "<":
      return number < Number(given);
    case "<=":
      return number <= Number(given);
    case ">":
      return number > Number(given);
    case ">=":
      return number >= Number(given);
    default:
      return false;
  }
}

/** The column that names a row for a person: "Airline" rather than its code; the first one where nothing tells. */
export function labelColumn(columns: readonly Shape[]): number {
  const named = columns.findIndex((column) => column.type === "text" && /(^|_)(name|title|label)$/i.test(column.name));
  if (named >= 0) return named;
  const text = columns.findIndex((column) => !isNumeric(column));
  return Math.max(0, text);
}

/** The columns' order in a narrow table: the one that names the row, the figure's own, then the rest as they are. */
export function shownOrder(columns: readonly Shape[], figure: Figure): number[] {
  const own = new Set([figure.column, ...references(figure).map((cells) => cells.column)]);
  const sources = columns.flatMap((column, place) => (own.has(column.name) ? [place] : []));
  return [...new Set([labelColumn(columns), ...sources, ...columns.keys()])].slice(0, columns.length);
}
