"""What a figure leads to, as HTML: its cell among its neighbors, the result, the SQL. Every text is escaped: most of it is data."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from analytics_agent.client import cells
from analytics_agent.client.shelf import Shelf
from analytics_agent.client.words import counted, line
from analytics_agent.domain.invisible import visible

if TYPE_CHECKING:
    import pyarrow as pa

AROUND, FIRST = 2, 6
"""Rows on each side of a cited cell; rows of a result that is shown by itself."""
MOST_COLUMNS = 7
LONGEST_SQL = 20_000
SOURCES = {"metric": "governed metrics", "free": "free SQL", "verified": "a verified query", "computed": "computed"}


@dataclass(frozen=True)
class Cited:
    """A cell of a result."""

    row: int | None = None
    column: str | None = None


def text(value: Any) -> str:
    """Escaped, with nothing invisible in it."""
    return escape(visible(value))


def figure_html(figure: dict[str, Any], queries: dict[str, dict[str, Any]], shelf: Shelf, *, with_sql: bool = True) -> str:
    """The evidence of one figure: how it was read, the cell, where its rows came from."""
    query = queries.get(figure["result"])
    value = "" if figure["value"] is None else f" = {text(line(figure['value']))}"
    read = f'<p class="aa-ref"><b>{text(figure["shown"])}</b> is <code>{text(line(figure["expression"], 200))}</code>{value}</p>'
    if query is None:
        return read
    return read + result_html(query, queries, shelf, Cited(figure["row"], figure["column"]), with_sql=with_sql)


def result_html(
    query: dict[str, Any], queries: dict[str, dict[str, Any]], shelf: Shelf, cited: Cited | None = None, *, with_sql: bool = True
) -> str:
    """A result: some of its rows, where it came from, its SQL or, where it was computed, that of its inputs."""
    asked = [query] if query["sql_as_run"] else [queries[name] for name in query["inputs"] if name in queries]
    statements = [sql_html(one["sql_as_run"]) for one in asked if one["sql_as_run"]]
    sql = "".join(f'<pre class="aa-sql" tabindex="0"><code>{one}</code></pre>' for one in statements)
    later = f'<p class="aa-src">Its SQL is below, with {text(query["id"])}.</p>' if sql else ""
    return _rows(query, shelf, cited or Cited()) + _source(query) + (sql if with_sql else later)


def vouched_for(query: dict[str, Any]) -> str:
    """By whom a verified query was verified, and when."""
    verified = query.get("verified") or {}
    return " ".join(f"{word} {verified[word]}" for word in ("by", "on") if verified.get(word))


def _source(query: dict[str, Any]) -> str:
    parts = [f"<b>{text(query['id'])}</b> {text(line(query['title']))}", counted(query["rows"], "row"), SOURCES.get(query["source"], "")]
    parts += [f"from {text(line(', '.join(query['tables']), 200))}"] if query["tables"] else []
    parts += [f"from {text(', '.join(query['inputs']))}"] if query["inputs"] else []
    parts += [f"where {text(line('; '.join(query['predicates']), 300))}"] if query["predicates"] else []
    parts += [f"verified {text(line(vouched, 200))}"] if (vouched := vouched_for(query)) else []
    parts += ["more rows exist"] if query["truncated"] else []
    parts += [f"no metric fits: {text(line(query['why_not_metrics'], 200))}"] if query.get("why_not_metrics") else []
    method = f'<p class="aa-src">{text(query["method"])}</p>' if query["method"] else ""
    return f'<p class="aa-src">{" · ".join(part for part in parts if part)}</p>{method}'


def _rows(query: dict[str, Any], shelf: Shelf, cited: Cited) -> str:
    table = shelf.table(query["id"])
    if table is None:
        return f'<p class="aa-src">{text(shelf.why)}</p>'
    columns = _columns(query["columns"], table.column_names, cited)
    if not table.num_rows:
        return '<p class="aa-src">The result has no rows.</p>'
    low, high = _range(table.num_rows, cited)
    shown = [_column(table, column, low, high) for column in columns]
    head = "".join(
        f'<th scope="col"{_side(one, column)}>{text(cells.head(column))}</th>' for one, column in zip(shown, columns, strict=True)
    )
    body = "".join(
        f"<tr>{''.join(_cell(one[at], column, one, low + at, cited) for one, column in zip(shown, columns, strict=True))}</tr>"
        for at in range(high - low)
    )
    below = table.num_rows - high
    gaps = _gap(f"{counted(low, 'row')} above" if low else "", columns), _gap(f"{counted(below, 'more row')}" if below else "", columns)
    return (
        f'<div class="aa-scroll" tabindex="0" role="group" aria-label="Rows of {text(query["id"])}">'
        f'<table class="aa-t"><thead><tr>{head}</tr></thead>'
        f"<tbody>{gaps[0]}{body}{gaps[1]}</tbody></table></div>"
    )


def _gap(said: str, columns: Sequence[Any]) -> str:
    return f'<tr class="aa-gap"><td colspan="{len(columns)}">{said}</td></tr>' if said else ""


def _range(rows: int, cited: Cited) -> tuple[int, int]:
    if cited.row is None or not 0 <= cited.row < rows:
        return 0, min(rows, FIRST)
    low = max(0, min(cited.row - AROUND, rows - 2 * AROUND - 1))
    return low, min(rows, low + 2 * AROUND + 1)


def _columns(columns: Sequence[dict[str, Any]], names: Sequence[str], cited: Cited) -> list[dict[str, Any]]:
    """The first ones and the cited one."""
    there = [column for column in columns if column["name"] in names]
    kept = there[:MOST_COLUMNS]
    wanted = next((column for column in there[MOST_COLUMNS:] if column["name"] == cited.column), None)
    return [*kept[:-1], wanted] if wanted else kept


def _column(table: "pa.Table", column: dict[str, Any], low: int, high: int) -> list[Any]:
    from analytics_agent.domain.cell import cells as values

    return values(table.select([column["name"]]).slice(low, high - low), column["name"])


def _cell(value: Any, column: dict[str, Any], beside: Sequence[Any], row: int, cited: Cited) -> str:
    is_cited = row == cited.row and column["name"] == cited.column
    mark = ' class="aa-cited"' if is_cited else ""
    label = '<span class="aa-sr">the cited cell: </span>' if is_cited else ""
    return f"<td{mark}{_side(beside, column)}>{label}{text(cells.shown(value, column, cells.decimals_of(beside, column)))}</td>"


def _side(values: Sequence[Any], column: dict[str, Any]) -> str:
    numeric = column["type"] in ("number", "integer") or any(cells.is_number(value) for value in values)
    return ' data-n="1"' if numeric else ' dir="auto"'


def sql_html(sql: str) -> str:
    """Escaped SQL; words, texts, numbers and comments have a class each."""
    from pygments.lexers import PostgresLexer

    clean = visible(sql).strip()
    if len(clean) > LONGEST_SQL:
        return escape(clean)
    return "".join(_colored(escape(word), kind) for kind, word in PostgresLexer().get_tokens(clean)).rstrip()


def _colored(word: str, kind: Any) -> str:
    from pygments.token import Comment, Keyword, Number, String

    name = next((name for name, family in (("k", Keyword), ("s", String), ("m", Number), ("c", Comment)) if kind in family), None)
    return f'<span class="aa-{name}">{word}</span>' if name else word
