"""SQLite's tables, columns and keys from its own schema: three statements, whatever the number of tables.

Columns come as five long JSON arrays: to hand a row for each column to Python takes as long as to find it. Generated columns are among
them; what SQLite calls hidden, of virtual tables, is not.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from itertools import groupby
from operator import itemgetter, not_
from typing import Any

from analytics_agent.catalog.build import columns_of
from analytics_agent.domain.catalog import ForeignKey, Table, TableColumn

_TABLES = "SELECT name, type FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
_COLUMNS = """
SELECT json_group_array(s.name), json_group_array(c.name), json_group_array(c.type), json_group_array(c."notnull"),
       json_group_array(json_array(s.name, c.pk, c.name)) FILTER (WHERE c.pk > 0)
FROM sqlite_schema AS s JOIN pragma_table_xinfo(s.name) AS c WHERE s.type IN ('table', 'view') AND c.hidden <> 1
"""
_KEYS = """
SELECT s.name, k.id, k."table", k."from", k."to" FROM sqlite_schema AS s JOIN pragma_foreign_key_list(s.name) AS k
WHERE s.type = 'table' ORDER BY s.name, k.id, k.seq
"""
_HAS_STATISTICS = "SELECT count(*) FROM sqlite_schema WHERE name = 'sqlite_stat1'"
_ROWS = "SELECT tbl, max(CAST(substr(stat, 1, instr(stat || ' ', ' ') - 1) AS INTEGER)) FROM sqlite_stat1 GROUP BY tbl"

_LONGEST = 250_000_000
"""Bytes of one of the arrays: some three million columns."""


def read(connection: sqlite3.Connection) -> list[Table]:
    """Raises sqlite3.Error. The connection may hold longer texts from then on."""
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
    tables, (columns,), keys = (connection.execute(query).fetchall() for query in (_TABLES, _COLUMNS, _KEYS))
    has_statistics = connection.execute(_HAS_STATISTICS).fetchone()[0]
    rows = dict(connection.execute(_ROWS).fetchall()) if has_statistics else {}
    names, own, natives, not_null, places = map(json.loads, columns)
    of_table = columns_of(names, own, [native or "any" for native in natives], map(not_, not_null))
    primary = {table: tuple([name for _, _, name in key]) for table, key in groupby(sorted(places), itemgetter(0))}
    foreign = _foreign_keys(keys, primary, of_table)
    return [
        Table(
            schema=None,
            name=name,
            columns=of_table.get(name, ()),
            kind=kind,
            primary_key=primary.get(name, ()),
            foreign_keys=tuple(foreign.get(name, ())),
            rows=rows.get(name),
        )
        for name, kind in tables
    ]


def _foreign_keys(
    rows: Iterable[Any], primary: Mapping[str, tuple[str, ...]], columns: Mapping[str, tuple[TableColumn, ...]]
) -> dict[str, list[ForeignKey]]:
    """A key that names no target columns means the target's primary key. Names stand as the key writes them, in any case: here they are
    those of the table that is meant."""
    named = {name.lower(): name for name in columns}
    found: dict[str, list[ForeignKey]] = {}
    for (table, _), parts in groupby(rows, itemgetter(0, 1)):
        _, _, targets, own, others = zip(*parts, strict=True)
        target = named.get(targets[0].lower(), targets[0])
        called = {column.name.lower(): column.name for column in columns.get(target, ())}
        to_columns = primary.get(target, ()) if others[0] is None else tuple(called.get(name.lower(), name) for name in others)
        found.setdefault(table, []).append(ForeignKey(own, None, target, to_columns))
    return found
