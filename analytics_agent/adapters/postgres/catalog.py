"""PostgreSQL's tables, columns and keys from pg_catalog: three round trips, whatever the number of tables.

Only what the login may read is in it; system schemas and partitions (the partitioned table stands for them) are not.
"""

import json
from collections.abc import Iterable
from typing import Any

from psycopg import AsyncConnection

from analytics_agent.catalog.build import build, column_type, columns_of
from analytics_agent.domain.catalog import Catalog, ColumnType, ForeignKey, Table, TableName

_MINE = """
    c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
    AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_toast%%' AND n.nspname NOT LIKE 'pg\\_temp%%'
    AND (%(schema)s::text IS NULL OR n.nspname = %(schema)s) AND has_schema_privilege(n.oid, 'USAGE')
"""
_COLUMNS = f"""
SELECT n.nspname, c.relname, c.relkind::text, CASE WHEN c.reltuples >= 0 AND c.relkind <> 'v' THEN c.reltuples::bigint::text END,
       obj_description(c.oid, 'pg_class'), a.attname, format_type(a.atttypid, a.atttypmod), t.typtype::text, a.attnotnull::text,
       col_description(c.oid, a.attnum)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type t ON t.oid = a.atttypid
WHERE {_MINE} AND has_column_privilege(c.oid, a.attnum, 'SELECT')
ORDER BY n.nspname, c.relname, a.attnum
"""
_KEYS = f"""
SELECT n.nspname, c.relname, k.contype::text, to_json(ARRAY(SELECT a.attname FROM unnest(k.conkey) WITH ORDINALITY AS u(num, place)
           JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.num ORDER BY u.place))::text,
       tn.nspname, tc.relname, to_json(ARRAY(SELECT a.attname FROM unnest(k.confkey) WITH ORDINALITY AS u(num, place)
           JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.num ORDER BY u.place))::text
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_class tc ON tc.oid = k.confrelid LEFT JOIN pg_namespace tn ON tn.oid = tc.relnamespace
WHERE k.contype IN ('p', 'f') AND {_MINE}
ORDER BY n.nspname, c.relname, k.conname
"""
_SEARCH_PATH = "SELECT s FROM unnest(current_schemas(false)) AS s WHERE s <> 'pg_catalog' AND s NOT LIKE 'pg\\_temp%'"


def statements(schema: str | None) -> tuple[tuple[str, dict[str, Any] | None], ...]:
    """All that the server is asked, each with its parameters: columns, keys, where bare names are looked up."""
    return (_COLUMNS, {"schema": schema}), (_KEYS, {"schema": schema}), (_SEARCH_PATH, None)


_STAMPS = """
SELECT s.schemaname, s.relname, concat_ws(' ', c.relfilenode, s.n_tup_ins, s.n_tup_upd, s.n_tup_del)
FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid
"""


async def read_stamps(connection: AsyncConnection[Any]) -> dict[TableName, str]:
    """What the server counts of changes, and which file it writes: TRUNCATE begins another. Views and partitioned tables have neither."""
    rows = await (await connection.execute(_STAMPS)).fetchall()
    return {TableName(schema, name): stamp for schema, name, stamp in rows}


async def read(connection: AsyncConnection[Any], database: str, schema: str | None) -> Catalog:
    """The catalog as the login sees it."""
    columns, keys, path = [await (await connection.execute(sql, given)).fetchall() for sql, given in statements(schema)]
    return build(database, "postgres", _tables(columns, keys), (schema,) if schema else tuple(row[0] for row in path))


def _tables(rows: list[Any], keys: Iterable[Any]) -> Iterable[Table]:
    if not rows:
        return
    schemas, tables, relkinds, estimates, said, names, natives, kinds, not_null, comments = zip(*rows, strict=True)
    places = list(zip(schemas, tables, strict=True))
    types: list[ColumnType] = ["text" if kind == "e" else column_type(native) for kind, native in zip(kinds, natives, strict=True)]
    columns = columns_of(places, names, natives, map("true".__ne__, not_null), comments, types)
    told = dict(zip(places, zip(relkinds, estimates, said, strict=True), strict=True))
    primary, foreign = _primary_and_foreign(keys)
    for place, own in columns.items():
        kind, estimate, comment = told[place]
        yield Table(
            schema=place[0],
            name=place[1],
            columns=own,
            kind="view" if kind in ("v", "m") else "table",
            primary_key=primary.get(place, ()),
            foreign_keys=tuple(foreign.get(place, ())),
            comment=comment,
            rows=None if estimate is None else int(estimate),
        )


def _primary_and_foreign(keys: Iterable[Any]) -> tuple[dict[tuple[str, str], tuple[str, ...]], dict[tuple[str, str], list[ForeignKey]]]:
    primary: dict[tuple[str, str], tuple[str, ...]] = {}
    foreign: dict[tuple[str, str], list[ForeignKey]] = {}
    for schema, table, kind, columns, to_schema, to_table, to_columns in keys:
        names = tuple(json.loads(columns))
        if kind == "p":
            primary[schema, table] = names
        else:
            foreign.setdefault((schema, table), []).append(ForeignKey(names, to_schema, to_table, tuple(json.loads(to_columns))))
    return primary, foreign
