"""A data dictionary in a file: what tables and columns mean, in the forms in which people keep it. It goes before what stands in the
database as comments.

CSV and TSV have a line for each column under a header (table, column, description). JSON and YAML are lists of such entries, or tables
with their columns inside, as dbt's schema.yml has them. Markdown has tables, or lists below headings.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import yaml

from analytics_agent.domain.catalog import Catalog, Table
from analytics_agent.semantic.bounded_yaml import documents

LONGEST = 2_000
"""Characters of one description that are read."""
_TABLE = ("table", "table_name", "tablename", "table name", "model", "dataset", "entity")
_COLUMN = ("column", "column_name", "columnname", "column name", "field", "field_name", "field name", "attribute")
_TEXT = ("description", "column_description", "table_description", "comment", "meaning", "definition", "column description", "notes")
_NAME = (*_COLUMN, "name")
_LISTS = ("tables", "models", "sources", "seeds", "snapshots", "datasets", "table_metadata", "columns", "fields", "attributes", "entities")
_OF_COLUMNS = ("columns", "fields", "attributes")
_HEADING = re.compile(r"^#{1,6}\s+(?:table:?\s+)?[`\"]?(?P<name>[\w.$ -]+?)[`\"]?\s*$", re.IGNORECASE)
_BULLET = re.compile(r"^\s*[-*+]\s+[`*\"]*(?P<name>[\w.$]+)[`*\"]*\s*(?:\([^)]*\))?\s*(?::|[-–—]{1,2})\s*(?P<text>\S.*)$")


class Unreadable(ValueError):
    """A file that is no data dictionary; its text says why, for whoever gave the file."""


@dataclass(frozen=True)
class Described:
    """What is said of a table, or of a column of it."""

    table: str
    column: str
    text: str


def read(text: str, file: str) -> tuple[Described, ...]:
    """The entries of a file, read by its ending. Raises Unreadable where nothing is found in it, saying what is looked for."""
    ending = file.lower().rpartition(".")[2]
    try:
        found = tuple(_clean(_READERS.get(ending, _of_markdown)(text)))
    except (csv.Error, yaml.YAMLError, ValueError, LookupError, AttributeError, RecursionError) as wrong:  # such as a 30th of February
        raise Unreadable(f"{file} cannot be read as {ending.upper()}: {str(wrong)[:200]}") from None
    if not found:
        raise Unreadable(f"{file} describes no column: a line of a data dictionary is a table, a column and a description.")
    return found


def _clean(found: Iterable[Described]) -> Iterator[Described]:
    for one in found:
        text = " ".join(one.text.split())[:LONGEST]
        if one.table.strip() and text:
            yield Described(one.table.strip().strip('`"'), one.column.strip().strip('`"'), text)


def _of_csv(text: str) -> Iterator[Described]:
    delimiter = max((",", ";", "\t"), key=text.partition("\n")[0].count)
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=delimiter)
    yield from _of_rows(list(rows))


def _of_rows(rows: Sequence[Sequence[str]], table: str = "") -> Iterator[Described]:
    """Rows under a header. Where the table has no column of its own it is the one that stands above."""
    if not rows:
        return
    head = [cell.strip().lower() for cell in rows[0]]
    at = {kind: next((head.index(name) for name in names if name in head), None) for kind, names in _KINDS.items()}
    column, described = at["column"], at["text"]
    if described is None or (at["table"] is None and not table):
        return
    if column is None and at["table"] is None:
        column = next((head.index(name) for name in ("name",) if name in head), None)
    for row in rows[1:]:
        cells = [*row, *[""] * (len(head) - len(row))]
        named = cells[at["table"]] if at["table"] is not None else table
        yield Described(named, cells[column] if column is not None else "", cells[described])


_KINDS = {"table": _TABLE, "column": _COLUMN, "text": _TEXT}


def _of_json(text: str) -> Iterator[Described]:
    yield from _within(json.loads(text), "")


def _of_yaml(text: str) -> Iterator[Described]:
    for data in documents(text):
        yield from _within(data, "")


def _within(data: Any, table: str) -> Iterator[Described]:
    if isinstance(data, list):
        for item in data:
            yield from _of_item(item, table)
    elif isinstance(data, Mapping):
        yield from _of_mapping(data, table)


def _of_item(item: Any, table: str) -> Iterator[Described]:
    """An entry that names its table and column itself, or a table, or a column of the table around it."""
    if not isinstance(item, Mapping):
        return
    lists = [key for key in item if str(key).lower() in _LISTS and isinstance(item[key], list | Mapping)]
    named = _text_of(item, _TABLE) or ("" if table else _text_of(item, ("name",)))
    if table or (_text_of(item, _TABLE) and not lists):
        yield Described(_text_of(item, _TABLE) or table, _text_of(item, _NAME if table else _COLUMN), _text_of(item, _TEXT))
        return
    if any(str(key).lower() in _OF_COLUMNS for key in lists) or _text_of(item, _TEXT):
        yield Described(named, "", _text_of(item, _TEXT))
    for key in lists:
        yield from _within(item[key], named if str(key).lower() in _OF_COLUMNS else "")


def _of_mapping(data: Mapping[Any, Any], table: str) -> Iterator[Described]:
    """{"orders": {"status": "…"}}, {"orders": [{…}]}, {"tables": …}, {"orders": {"description": "…", "columns": …}}."""
    for key, value in data.items():
        name = str(key)
        if table and isinstance(value, str):
            yield Described(table, "" if name.lower() in _TEXT and name.lower() not in ("notes",) else name, value)
        elif table and isinstance(value, Mapping) and name.lower() not in _LISTS:
            yield Described(table, name, _text_of(value, _TEXT))
        elif name.lower() in _LISTS:
            yield from _within(value, table if name.lower() in _OF_COLUMNS else "")
        elif not table and isinstance(value, Mapping | list):
            yield from _within(value, name)


def _text_of(item: Mapping[Any, Any], names: Iterable[str]) -> str:
    plain = {str(key).lower(): value for key, value in item.items()}
    return next((value for name in names if isinstance(value := plain.get(name), str)), "")


def _of_markdown(text: str) -> Iterator[Described]:
    """Tables, whose header names their columns, and lists of "- `column`: description"; both below a heading with the table's name."""
    table, rows = "", list[list[str]]()
    for line in [*text.splitlines(), ""]:
        if line.strip().startswith("|"):
            cells = [cell.strip().strip("`*") for cell in line.strip().strip("|").split("|")]
            rows += [] if all(set(cell) <= set(":- ") for cell in cells) else [cells]
            continue
        yield from _of_rows(rows, table)
        rows = []
        if heading := _HEADING.match(line):
            table = heading["name"]
        elif table and (bullet := _BULLET.match(line)):
            yield Described(table, bullet["name"], bullet["text"])


_READERS = {
    "csv": _of_csv,
    "tsv": _of_csv,
    "json": _of_json,
    "yaml": _of_yaml,
    "yml": _of_yaml,
    "md": _of_markdown,
    "markdown": _of_markdown,
}


def described(catalog: Catalog, entries: Sequence[Described]) -> tuple[Catalog, tuple[str, ...]]:
    """The catalog with these descriptions in place of comments, and the names that nothing in it is called by."""
    wanted = {(table.lower(), one.column.lower()): one.text for one in entries for table in (one.table, one.table.rpartition(".")[2])}
    tables = tuple(_described(table, wanted) for table in catalog.tables)
    columns = {table: ("", *(column.name.lower() for column in table.columns)) for table in catalog.tables}
    known = {(name, column) for table in catalog.tables for name in _names(table) for column in columns[table]}
    strange = [one for one in entries if not {(one.table.lower(), one.column.lower()), (_bare(one.table), one.column.lower())} & known]
    return replace(catalog, tables=tables), tuple(dict.fromkeys(f"{one.table}.{one.column}".rstrip(".") for one in strange))


def _described(table: Table, wanted: Mapping[tuple[str, str], str]) -> Table:
    def of(column: str) -> str | None:
        return next((wanted[name, column] for name in _names(table) if (name, column) in wanted), None)

    columns = tuple(replace(column, comment=of(column.name.lower()) or column.comment) for column in table.columns)
    return replace(table, comment=of("") or table.comment, columns=columns)


def _names(table: Table) -> tuple[str, ...]:
    """With its schema, and without."""
    return (*((f"{table.schema}.{table.name}".lower(),) if table.schema else ()), table.name.lower())


def _bare(name: str) -> str:
    return name.lower().rpartition(".")[2]
