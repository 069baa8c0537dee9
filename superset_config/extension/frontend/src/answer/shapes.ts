// What these components ask for beside a run's document.
import type { Api } from "../api/client";

/** What they need of the data layer. */
export type AnswerApi = Pick<Api, "rows" | "address" | "saveReport" | "superset">;

/** A figure by its place in the answer. */
export interface FigurePlace {
  claim: number;
  figure: number;
}

export type InsertSql = (sql: string, title: string) => void;
