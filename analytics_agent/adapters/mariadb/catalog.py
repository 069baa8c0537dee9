"""MariaDB's tables, columns and keys from information_schema: three round trips, whatever the number of tables.

A schema is what MariaDB calls a database. Only what the login may select is in it; the server's own schemas and sequences are not.
"""

from collections.abc import Iterable, Mapping
from itertools import chain, groupby
from operator import itemgetter
from typing import Any

from analytics_agent.adapters.mariadb.session import Session
from analytics_agent.catalog.build import build, columns_of, columns_written
from analytics_agent.domain.catalog import Catalog, ForeignKey, Table, TableColumn, TableName

Place = tuple[str, str]
"""A schema and a table."""
Columns = dict[Place, tuple[TableColumn, ...]]
_PARTS = 5
"""Of what is told of a column."""
_SYSTEM = "('information_schema', 'mysql', 'performance_schema', 'sys')"
_TABLES = """
SELECT table_schema, table_name, table_type, CASE WHEN table_type = 'VIEW' THEN NULL ELSE table_rows END,
       CASE WHEN table_type = 'VIEW' THEN '' ELSE table_comment END
FROM information_schema.tables WHERE {mine} AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED', 'VIEW')
"""
_READABLE = "FROM information_schema.columns WHERE {mine} AND privileges LIKE '%select%'"
_COLUMNS = f"""
SELECT table_schema, COUNT(*), GROUP_CONCAT(CONCAT_WS('\\0', table_name, column_name, REPLACE(column_type, '\\0', ''),
           IF(is_nullable = 'YES', 'y', ''), REPLACE(column_comment, '\\0', '')) SEPARATOR '\\0')
{_READABLE} GROUP BY table_schema
"""
_COLUMN_ROWS = f"""
SELECT table_schema, table_name, column_name, column_type, IF(is_nullable = 'YES', 'y', ''), column_comment
{_READABLE} ORDER BY table_schema, table_name, ordinal_position
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


async def read(session: Session, database: str, schema: str | None) -> Catalog:
    """The catalog as the login sees it: of one schema, or of all that it may read. While the server looks for what is asked next, what it
    found is put together."""
    mine = _mine(session, schema)
    texts = await _texts(session, mine)
    await session.ask(_KEYS.format(mine=mine))
    columns = {place: own for name, parts in texts for place, own in _of_schema(name, parts).items()}
    keys = await session.answered()
    await session.ask(_TABLES.format(mine=mine))
    primary, foreign = _primary_and_foreign(keys)
    written = {place: columns_written(own) for place, own in columns.items()}
    tables = await session.answered()
    return build(database, "mysql", _tables(tables, columns, primary, foreign), (schema,) if schema else (), written)


async def _texts(session: Session, mine: str) -> Iterable[tuple[str, list[str]]]:
    """What is told of the columns of each schema, one after another. As one text where the server is known to go through a table's columns
    in their order, and as rows otherwise: those take twice as long to be sorted and handed over. Taken apart as one goes through it."""
    told = await session.all(_COLUMNS.format(mine=mine)) if session.is_mariadb else []
    if told and all(text.count("\0") + 1 == int(count) * _PARTS for _, count, text in told):  # a server cuts what is longer than it may be
        return ((schema, text.split("\0")) for schema, _, text in told)
    rows = await session.all(_COLUMN_ROWS.format(mine=mine))
    return ((schema, list(chain.from_iterable(row[1:] for row in own))) for schema, own in groupby(rows, itemgetter(0)))


def _of_schema(schema: str, parts: list[str]) -> Columns:
    tables, names, natives, nullable, comments = (parts[field::_PARTS] for field in range(_PARTS))
    said = [comment or None for comment in comments]
    return {(schema, table): own for table, own in columns_of(tables, names, natives, map(bool, nullable), said).items()}


def _tables(
    tables: Iterable[Any], columns: Columns, primary: Mapping[Place, list[str]], foreign: Mapping[Place, Mapping[str, ForeignKey]]
) -> Iterable[Table]:
    for schema, name, kind, rows, comment in tables:
        place = (schema, name)
        if place in columns:
            yield Table(
                schema=schema,
                name=name,
                columns=columns[place],
                kind="view" if kind == "VIEW" else "table",
                primary_key=tuple(primary.get(place, ())),
                foreign_keys=tuple(foreign.get(place, {}).values()),
                comment=comment or None,
                rows=None if rows is None else int(rows),
            )


def _primary_and_foreign(keys: Iterable[Any]) -> tuple[dict[Place, list[str]], dict[Place, dict[str, ForeignKey]]]:
    primary: dict[Place, list[str]] = {}
    foreign: dict[Place, dict[str, ForeignKey]] = {}
    for schema, table, constraint, column, to_schema, to_table, to_column in keys:
        if to_table is None:
            primary.setdefault((schema, table), []).append(column)
            continue
        of_table = foreign.setdefault((schema, table), {})
        known = of_table.get(constraint, ForeignKey((), to_schema, to_table, ()))
        of_table[constraint] = ForeignKey((*known.columns, column), to_schema, to_table, (*known.to_columns, to_column))
    return primary, foreign
