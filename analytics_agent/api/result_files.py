"""A stored result as CSV or JSON. Cells are other people's text: what a spreadsheet would run as a formula is disarmed."""

import csv
import io
import math
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from analytics_agent.domain.evidence import Query

if TYPE_CHECKING:
    import pyarrow as pa

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What spreadsheets take for the start of a formula, the full-width forms too (OWASP, CSV injection)."""


def to_csv(table: "pa.Table") -> bytes:
    """RFC 4180, UTF-8: a header line, CRLF, quotes where needed. A missing value is empty."""
    return b"".join(csv_parts(table))


def csv_parts(table: "pa.Table") -> Iterator[bytes]:
    """The same in pieces: as text, a large result has several times the size that it has in memory."""
    yield _lines([[_disarmed(name) for name in table.column_names]])
    for batch in table.to_batches(max_chunksize=10_000):
        yield _lines(zip(*([_csv_cell(value) for value in column.to_pylist()] for column in batch.columns), strict=True))


def _lines(rows: Iterable[Iterable[Any]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode("utf-8", "replace")


def _csv_cell(value: Any) -> Any:
    """Numbers stay numbers: only text can be a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return value
    return _disarmed(value if isinstance(value, str) else str(_json_cell(value)))


def _disarmed(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def to_json(table: "pa.Table", query: Query, *, limit: int | None = None, offset: int = 0) -> dict[str, Any]:
    """Columns as they are to be shown, and rows as lists: `limit` of the `total` from `offset` on, which may be none."""
    shown = table.slice(offset, limit)
    columns = [{"name": column.name, "label": column.label, "type": column.type, "unit": column.unit} for column in query.columns]
    cells = [[_json_cell(value) for value in column.to_pylist()] for column in shown.columns]
    rows = [list(row) for row in zip(*cells, strict=True)]
    where = {"offset": offset, "total": table.num_rows, "truncated": query.truncated}
    return {"id": query.id, "title": query.title, "columns": columns, "rows": rows, **where}


def _json_cell(value: Any) -> Any:
    """Money stays exact: a decimal that a JSON number (a double) cannot hold is given as text."""
    match value:
        case float():
            return value if math.isfinite(value) else None
        case Decimal():
            return float(value) if value.is_finite() and Decimal(repr(float(value))) == value else str(value)
        case datetime() | date() | time():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case bytes():
            return value.hex()
        case list() | tuple():
            return [_json_cell(item) for item in value]
        case dict():
            return {str(name): _json_cell(item) for name, item in value.items()}
        case _:
            return value
