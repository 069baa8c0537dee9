// The rows around a figure, fetched from the service: a few of them, wherever in the result they stand.
import { useCallback, useEffect, useState } from "react";
import type { Cell, Figure, Query } from "../types";
import { windows } from "./excerpt";
import type { AnswerApi } from "./shapes";

export interface Row {
  row: number;
  cells: Cell[];
}
export interface ExcerptState {
  state: "loading" | "ready" | "failed";
  rows: Row[];
  total: number;
  /** What was told instead of rows. */
  message: string;
  retry(): void;
  rowAt(row: number): readonly unknown[] | null;
}

/** Follows the figure; an answer that comes too late is thrown away. */
export function useExcerpt(api: AnswerApi, run: string, figure: Figure, query: Query | undefined): ExcerptState {
  const [found, take] = useState<{ figure: Figure; rows: Row[]; total: number; message: string } | null>(null);
  const [tries, again] = useState(0);
  useEffect(() => {
    let current = true;
    const give = (rows: Row[], total: number, message = "") => current && take({ figure, rows, total, message });
    if (query) {
      fetched(api, run, figure, query.rows).then(
        ({ rows, total }) => give(rows, total),
        (error: unknown) => give([], 0, error instanceof Error && error.message ? error.message : "The rows could not be read."),
      );
    }
    return () => {
      current = false;
    };
  }, [api, run, figure, query, tries]);
  const retry = useCallback(() => {
    take(null);
    again((count) => count + 1);
  }, []);
  const mine = found?.figure === figure ? found : null;
  const rowAt = (row: number) => mine?.rows.find((one) => one.row === row)?.cells ?? null;
  return { state: !mine ? "loading" : mine.message ? "failed" : "ready", rows: mine?.rows ?? [], total: mine?.total ?? query?.rows ?? 0, message: mine?.message ?? "", retry, rowAt };
}

async function fetched(api: AnswerApi, run: string, figure: Figure, total: number): Promise<{ rows: Row[]; total: number }> {
  const parts = await Promise.all(
    windows(figure, total).map(async (window) => {
      const part = await api.rows(run, figure.result, window.offset, window.limit);
      return { total: part.total, rows: part.rows.map((cells, place) => ({ row: (part.offset ?? window.offset) + place, cells })) };
    }),
  );
  return { rows: parts.flatMap((part) => part.rows), total: parts[0]?.total ?? total };
}
