"""MariaDB's tables, columns and keys from information_schema: three round trips, whatever the number of tables.

A schema is what MariaDB calls a database. Only what the login may select is in it; the server's own schemas and sequences are not.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any

from analytics_agent.adapters.mariadb_session import Session
from analytics_agent.catalog.build import build, by_table, column_type
from analytics_agent.domain.catalog import Catalog, ForeignKey, Table, TableColumn, TableName

_SYSTEM = "('information_schema', 'mysql', 'performance_schema', 'sys')"
_TABLES = """
SELECT table_schema, table_name, table_type, CASE WHEN table_type = 'VIEW' THEN NULL ELSE table_rows END,
       CASE WHEN table_type = 'VIEW' THEN '' ELSE table_comment END
FROM information_schema.tables WHERE {mine} AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED', 'VIEW')
"""
_COLUMNS = """
SELECT table_schema, table_name, column_name, column_type, is_nullable, column_comment
FROM information_schema.columns WHERE {mine} AND FIND_IN_SET('select', REPLACE(privileges, ' ', ''))
ORDER BY table_schema, table_name, ordinal_position
"""
_KEYS = """
SELECT table_schema, table_name, constraint_name, column_name, referenced_table_schema, referenced_table_name, referenced_column_name
FROM information_schema.key_column_usage
WHERE {mine} AND (constraint_name = 'PRIMARY' OR referenced_table_name IS NOT NULL)
ORDER BY table_schema, table_name, constraint_name, ordinal_position
"""


_STAMPS = """
SELECT table_schema, table_name, CONCAT_WS(' ', create_time, COALESCE(update_time, '-'), table_rows, data_length, auto_increment)
FROM information_schema.tables WHERE {mine} AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED')
"""


async def read_stamps(session: Session, schema: str | None) -> dict[TableName, str]:
    """When the server last wrote each table, as long as it remembers, and how large it holds it to be."""
    rows = await session.all(_STAMPS.format(mine=_mine(session, schema)))
    return {TableName(place, name): stamp for place, name, stamp in rows}


def _mine(session: Session, schema: str | None) -> str:
    return f"table_schema = {session.escape(schema)}" if schema else f"table_schema NOT IN {_SYSTEM}"


def statements(session: Session, schema: str | None) -> tuple[str, ...]:
    """All that the server is asked: tables, columns, keys."""
    mine = _mine(session, schema)
    return tuple(query.format(mine=mine) for query in (_TABLES, _COLUMNS, _KEYS))


async def read(session: Session, database: str, schema: str | None) -> Catalog:
    """The catalog as the login sees it: of one schema, or of all that it may read."""
    tables, columns, keys = [await session.all(query) for query in statements(session, schema)]
    return build(database, "mysql", _tables(tables, columns, keys), (schema,) if schema else ())


def _tables(tables: Iterable[Any], columns: Iterable[Any], keys: Iterable[Any]) -> Iterable[Table]:
    columns_of, made = by_table(columns, 0, 1), cache(_column)
    primary, foreign = _primary_and_foreign(keys)
    for schema, name, kind, rows, comment in tables:
        place = (schema, name)
        if place in columns_of:
            yield Table(
                schema=schema,
                name=name,
                columns=tuple([made(*column[2:]) for column in columns_of[place]]),
                kind="view" if kind == "VIEW" else "table",
                primary_key=tuple(primary.get(place, ())),
                foreign_keys=tuple(foreign.get(place, {}).values()),
                comment=comment or None,
                rows=None if rows is None else int(rows),
            )


def _column(name: str, native: str, nullable: str, comment: str) -> TableColumn:
    return TableColumn(name, column_type(native), native, nullable == "YES", comment or None)


def _primary_and_foreign(keys: Iterable[Any]) -> tuple[dict[Any, list[str]], dict[Any, dict[str, ForeignKey]]]:
    primary: dict[Any, list[str]] = {}
    foreign: dict[Any, dict[str, ForeignKey]] = {}
    for schema, table, constraint, column, to_schema, to_table, to_column in keys:
        if to_table is None:
            primary.setdefault((schema, table), []).append(column)
            continue
        of_table = foreign.setdefault((schema, table), {})
        known = of_table.get(constraint, ForeignKey((), to_schema, to_table, ()))
        of_table[constraint] = ForeignKey((*known.columns, column), to_schema, to_table, (*known.to_columns, to_column))
    return primary, foreign
