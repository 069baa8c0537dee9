"""From a run's document and the rows of its primary result to a line of the evaluation."""

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pyarrow.parquet as pq

from analytics_agent.domain.readable import readable
from analytics_agent.evals.cells import of_table
from analytics_agent.evals.compare import TooMuchToCompare, same
from analytics_agent.evals.score import Answered, judged
from analytics_agent.evals.suite import Case
from analytics_agent.evals.warehouses import Gold

ROWS_SHOWN = 1_000
"""A longer result is left out of its line."""

Document = dict[str, Any]


@dataclass(frozen=True)
class Comparison:
    """Whether the primary result is a gold's (None: not compared), what kept us from telling, and its rows where they are few."""

    matches: bool | None = None
    note: str | None = None
    rows: list[list[Any]] | None = None


def compared(content: bytes, golds: Sequence[Gold], *, is_cut: bool) -> Comparison:
    """`content` is the primary result as Parquet; `is_cut` when it has more rows than were fetched."""
    table = readable(pq.ParquetFile(io.BytesIO(content)).read())
    shown = _rows(table) if table.num_rows <= ROWS_SHOWN else None
    if not golds:
        return Comparison(rows=shown)
    if is_cut:
        return Comparison(False, "The result was cut at the most rows that a statement may fetch.", shown)
    found = of_table(table)
    try:
        return Comparison(any(same(found, gold.grid, by=gold.by) for gold in golds), rows=shown)
    except TooMuchToCompare:
        return Comparison(None, "The result has too many columns that look alike to tell which is which.", shown)


def line_of(case: Case, trial: int, document: Document, found: Comparison, *, asked_back: bool, seconds: float) -> Answered:
    outcome, correct, silent = judged(case, document["status"], asked_back=asked_back, matches=found.matches)
    primary = primary_of(document) or {}
    return Answered(
        id=case.id,
        db=case.db,
        question=case.question,
        expect=case.expect,
        status=document["status"],
        outcome=outcome,
        correct=correct,
        silent=silent,
        trial=trial,
        asked_back=asked_back,
        run=document["id"],
        model=document["model"],
        sql=_sql(document, primary),
        source=primary.get("source"),
        rows=found.rows,
        row_count=primary.get("rows"),
        reason=(document["refusal"] or {}).get("reason") or document["reason"],
        note=found.note,
        tags=case.tags,
        seconds=round(seconds, 3),
        usage=document["usage"],
    )


def unasked(case: Case, trial: int, note: str) -> Answered:
    """A question that nothing was spent on."""
    return Answered(case.id, case.db, case.question, case.expect, "failed", "failed", None, False, trial, note=note, tags=case.tags)


def primary_of(document: Document) -> dict[str, Any] | None:
    return next((query for query in document["queries"] if query["id"] == document["primary"]), None)


def _sql(document: Document, primary: dict[str, Any]) -> str | None:
    """Of a result that was computed from others, that of the first it was computed from."""
    by_id = {query["id"]: query for query in document["queries"]}
    names = [primary["id"], *primary["inputs"]] if primary else []
    return next((str(by_id[name]["sql"]) for name in names if by_id.get(name, {}).get("sql")), None)


def _rows(table: Any) -> list[list[Any]]:
    """As JSON has them: decimals as numbers, times as ISO text."""
    columns = [[plain(value) for value in table.column(place).to_pylist()] for place in range(table.num_columns)]
    return [list(row) for row in zip(*columns, strict=True)]


def plain(value: Any) -> Any:
    match value:
        case None | bool() | int() | str():
            return value
        case float() | Decimal():
            return float(value) if math.isfinite(value) else str(value)
        case date() | datetime() | time():
            return value.isoformat()
        case list():
            return [plain(each) for each in value]
        case dict():
            return {str(name): plain(each) for name, each in value.items()}
        case _:
            return str(value)
