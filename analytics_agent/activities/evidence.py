"""Stored results as a model sees them: columns, types and the first rows; and how a result is stored."""

import asyncio
import re
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from analytics_agent.activities.fitting import as_json, cut, first_that_fit
from analytics_agent.activities.sight import FULL, Sight, current, is_blind, note
from analytics_agent.domain.cell import cells
from analytics_agent.domain.confidential import WITHHELD
from analytics_agent.domain.event import News, Step
from analytics_agent.domain.evidence import Evidence, Query, ResultColumn
from analytics_agent.domain.finding import Finding, Findings
from analytics_agent.domain.numbering import Numbers
from analytics_agent.domain.run import Run
from analytics_agent.ports import Artifacts, Store
from analytics_agent.store_ports import Known

if TYPE_CHECKING:
    import pyarrow as pa

PREVIEW_ROWS = 20
OWN_WORDS = frozenset({"rank", "direction"})
"""Columns of computed results that hold places and words of ours, no values."""
LONGEST_PREVIEW = 8_000
"""Bytes of all rows that a model is shown of one result: wide rows are fewer."""
LONGEST_COLUMNS = 10_000
"""Bytes of the columns that a model is told of one result."""
SHORTEST_CELL = 40

LONGEST_CELL = 200
"""Characters of one cell that a model is shown; a longer one is cut and marked."""


async def store_result(store: Store, run_id: str, step: Step, query: Query, *, key: str, line: str = "") -> Query:
    """Give the result its id and tell the progress; the same `key` again changes nothing. `line` is the line of inquiry that made it."""
    numbers = await store.document(run_id, "numbers", Numbers)
    return await store.add_query(
        run_id, query, key=key, number=numbers.of(key) if numbers else None, news=partial(_news, step=step, line=line)
    )


def _news(stored: Query, *, step: Step, line: str) -> News:
    data = {
        "id": stored.id,
        "title": stored.title,
        "rows": stored.rows,
        "milliseconds": stored.milliseconds,
        "source": stored.source,
    } | ({"line": line} if line else {})
    return News("query", step, data, key=f"query:{stored.id}")


async def describe(artifacts: Artifacts, query: Query) -> dict[str, Any]:
    """One result for the model whose turn it is: see `told`. Of who may not see every value more is read: what is to be kept from it."""
    table = await artifacts.get_table(query.artifact, rows=PREVIEW_ROWS if current().is_full else None)
    note(table)
    return told(query, table, current())


async def described(artifacts: Artifacts, query: Query) -> dict[str, Any]:
    """As `describe`, for explore, where the rows that are not shown can be looked at."""
    data = await describe(artifacts, query)
    return data | ({"shown": f"{data['shown']}; look_at_values of {query.id}, page 2, gives more"} if "shown" in data else {})


def told(query: Query, table: "pa.Table", sight: Sight = FULL) -> dict[str, Any]:
    """A result as every step's model is told it: its columns, then its first rows as lists in the order of the columns.

    It is sent again with every later turn, so what goes without saying is left out: a label that is the name, a default format.
    """
    data: dict[str, Any] = {"id": query.id, "rows": query.rows, "columns": shown_columns(query)}
    computed, width = query.source == "computed", len(data["columns"])
    if width < len(query.columns):
        data["left_out"] = f"{len(query.columns) - width} more columns: select fewer to see them"
    if computed and not sight.is_full:
        data["columns"] = [_without_digits(column) for column in data["columns"]]
    if sight.sees == "masked":
        data["columns"] = [column | _nulls(table, place) for place, column in enumerate(data["columns"])]
    if sight.sees != "schema":
        rows = _rows(table, PREVIEW_ROWS, sight, OWN_WORDS if computed else ())
        data["preview"] = _fitting([row[:width] for row in rows])
        shown_rows = len(data["preview"])
        if query.rows > shown_rows:
            data["shown"] = f"the first {shown_rows} of {query.rows} stored rows"
    if query.truncated:
        data["truncated"] = "the limit of a result was reached and more rows exist: aggregate or filter in the query"
    return data


def shown_columns(query: Query) -> list[dict[str, Any]]:
    """As many of a result's columns as a model can be told of with every later turn: the first of them."""
    return list(first_that_fit([_column(column) for column in query.columns], LONGEST_COLUMNS))


def later_rows(table: "pa.Table", start: int, width: int) -> list[list[str | int | float | bool | None]]:
    """Rows from `start` on, as many as a preview has, as far as the model whose turn it is may see them; of the first `width` columns."""
    sight = current()
    return [] if sight.sees == "schema" else _fitting([row[:width] for row in _rows(table, PREVIEW_ROWS, sight, start=start)])


def _fitting(rows: list[list[str | int | float | bool | None]]) -> list[list[str | int | float | bool | None]]:
    """Rows of a length that a model can be shown with every later turn; one at least."""
    kept: list[list[str | int | float | bool | None]] = []
    size = 0
    for row in rows:
        short = [_short(value) for value in row]
        size += len(as_json(short).encode())
        if kept and size > LONGEST_PREVIEW:
            break
        kept.append(short if size <= LONGEST_PREVIEW else _narrow(short))
    return kept


def _narrow(row: list[str | int | float | bool | None]) -> list[str | int | float | bool | None]:
    """The one row that is shown although it is too long, with its texts cut."""
    longest = max(SHORTEST_CELL, LONGEST_PREVIEW // (3 * len(row)))
    return [cut(value, longest) if isinstance(value, str) else value for value in row]


def _without_digits(column: dict[str, Any]) -> dict[str, Any]:
    """A label that code made may say how far the rows are apart ("per 4 days")."""
    said = {name: re.sub(r"\d+", WITHHELD, column[name]) for name in ("label", "unit") if name in column}
    return column | said


def _nulls(table: "pa.Table", place: int) -> dict[str, int]:
    nulls = table.column(place).null_count if place < table.num_columns else 0
    return {"nulls": nulls} if nulls else {}


def preview(table: "pa.Table", rows: int = PREVIEW_ROWS) -> list[dict[str, Any]]:
    """The first rows as JSON values, exact, as far as the model whose turn it is may see them; none where it may see no values."""
    sight = current()
    if sight.sees == "schema":
        return []
    return [dict(zip(table.column_names, row, strict=True)) for row in _rows(table, rows, sight)]


def _rows(
    table: "pa.Table", rows: int, sight: Sight, plain: Collection[str] = (), *, start: int = 0
) -> list[list[str | int | float | bool | None]]:
    first = table.slice(start, rows)
    if sight.is_full:
        return [[shown(value) for value in row.values()] for row in first.to_pylist()]
    columns: list[list[Any]] = [
        cells(first, name) if name in plain else list(sight.column(cells(table, name), cells(first, name))) for name in table.column_names
    ]
    return [list(row) for row in zip(*columns, strict=True)]


def _short(value: str | int | float | bool | None) -> str | int | float | bool | None:
    """Digits enough to judge by. Figures of an answer are never read from here: they come from the stored rows."""
    if not isinstance(value, float):
        return value
    return round(value, 4) if abs(value) >= 1 else float(f"{value:.5g}")


def shown(value: object) -> str | int | float | bool | None:
    """A cell as JSON: exact decimals as text, long text cut."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else str(value)
    if isinstance(value, Decimal):
        return float(value) if value == Decimal(repr(float(value))) else str(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    text = str(value)
    return text if len(text) <= LONGEST_CELL else text[:LONGEST_CELL] + "…"


async def digest(store: Known, artifacts: Artifacts, run: Run) -> str:
    """The evidence and findings so far as JSON that cannot close the tag it is put in."""
    run_id, sight = run.question.run_id, current()
    evidence = await store.document(run_id, "evidence", Evidence)
    findings = await store.document(run_id, "findings", Findings) or Findings()
    queries = await store.queries(run_id)
    # Titles, SQL and readings that were written by who saw the values are not for who may not.
    open_words = sight.is_full or is_blind(run.question)
    said = evidence if open_words else None
    record = {
        "primary": evidence.primary if evidence else None,
        "readings": list(said.readings) if said else [],
        "caveats": list(said.caveats) if said else [],
        "results": [
            {"id": query.id} | (_source(query) if open_words else {}) | await describe(artifacts, query)
            for query in _chosen(evidence, queries)
        ],
        "findings": [_finding(finding, open_words=open_words) for finding in findings.findings],
    }
    shown_record = record if sight.is_full else await asyncio.to_thread(sight.scrubbed, record)
    return as_json(shown_record).replace("<", "\\u003c").replace(">", "\\u003e")


def _source(query: Query) -> dict[str, Any]:
    """Where a result comes from: what a later step cannot see in its rows."""
    request = {name: value for name, value in (query.request or {}).items() if name != "purpose"}
    known = {
        "title": query.title,
        "source": query.source,
        "request": request,
        "sql": query.sql if query.source in ("free", "verified") else None,
    }
    return {name: value for name, value in known.items() if value}


def _finding(finding: Finding, *, open_words: bool) -> dict[str, Any]:
    known = {
        "id": finding.id,
        "operation": finding.operation,
        "title": finding.title if open_words else None,
        "result": finding.result,
        "parameters": finding.parameters,
        "caveats": list(finding.caveats),
    }
    return {name: value for name, value in known.items() if value}


def _chosen(evidence: Evidence | None, queries: Sequence[Query]) -> Iterable[Query]:
    """The results explore handed on, and everything computed from them."""
    named = set(evidence.results) | {evidence.primary} if evidence else {query.id for query in queries}
    return [query for query in queries if query.id in named or query.source == "computed"]


def _column(column: ResultColumn) -> dict[str, Any]:
    described = {
        "name": column.name,
        "label": None if _says_its_name(column) else column.label,
        "type": column.type,
        "unit": column.unit,
        "format": column.format if column.format in ("percent", "currency") else None,
        "metric": column.metric,
        "dimension": column.dimension,
        "additive": column.additive,
    }
    return {name: value for name, value in described.items() if value is not None}


def _says_its_name(column: ResultColumn) -> bool:
    words = column.name.replace("_", " ")
    return column.label in (words, words[:1].upper() + words[1:])
