"""Where a column is that a query does not have: the nearest names of the tables in it, and the tables of the catalog to join."""

import re
from collections.abc import Iterable, Sequence

from sqlglot import exp

from analytics_agent.catalog.names import nearest, words_of
from analytics_agent.domain.catalog import Table
from analytics_agent.sql.clauses import READS_FIELDS
from analytics_agent.sql.identifiers import written
from analytics_agent.sql.scope import Frame, Resolution, Source
from analytics_agent.sql.verdict import quoted

_MOST_TABLES, _MOST_HOLDING, _MOST_COLUMNS = 5, 20, 8
_KEYS = frozenset({"id", "key", "nr", "no", "number", "code"})


def table_text(table: Table, result: Resolution) -> str:
    """The name by which a statement means this table, in this dialect's quotes."""
    shown = result.index.shown(table) if result.index else table.name
    parts = (table.name,) if shown == table.name or not table.schema else (table.schema, table.name)
    return ".".join(written(part, result.dialect) for part in parts)


def join_to(table: Table, sources: Iterable[Source], result: Resolution) -> str:
    """The condition that joins a table to one that is in sight, by a foreign key; empty without one."""
    dialect = result.dialect
    for source in sources:
        for of_source, of_table in result.index.keys_between(source.table, table) if source.table and result.index else ():
            left, right = written(source.name, dialect), written(table.name, dialect)
            pairs = zip(of_source, of_table, strict=True)
            return " AND ".join(f"{left}.{written(a, dialect)} = {right}.{written(b, dialect)}" for a, b in pairs)
    return ""


def nearest_here(name: str, sources: Sequence[Source], result: Resolution) -> str:
    """The columns of these sources most like the name."""
    by_name: dict[str, list[str]] = {}
    meant: list[str] = []
    for source in sources:
        of_table = {_lower(column.name): _in(source, column.name, result) for column in source.outputs.columns}
        for column in source.outputs.columns:
            by_name.setdefault(column.name, []).append(_in(source, column.name, result))
        meant += [of_table[found] for found in _said_with_table(name, source) if found in of_table]
    close = [shown for match in nearest(name, by_name) for shown in by_name[match]]
    found = list(dict.fromkeys((*meant, *close, *_fields(name, sources, result))))
    return f"Nearest: {', '.join(found[:_MOST_TABLES])}." if found else ""


def in_other_tables(written_name: str, name: str, sources: Sequence[Source], result: Resolution) -> str:
    """Tables that are not in the query and have the column; those that a key joins to it first, with the condition."""
    holding = result.index.holding(name)[:_MOST_HOLDING] if result.index else []
    joined = {table_text(table, result): join_to(table, sources, result) for table in holding}
    shown = sorted(joined, key=lambda table: not joined[table])[:_MOST_TABLES]
    if not shown:
        return _by_name_of_table(written_name, sources, result)
    return f"A column of that name is in: {', '.join(shown)}; {_how(shown[0], joined[shown[0]])}"


def left_out(name: str, frame: Frame, result: Resolution) -> str:
    """What is read inside of a WITH query or a subquery, and not given by it."""
    given = [source for source in frame.sources if source.table is None and source.name and not source.outputs.is_open]
    read = {id(table) for _, table in result.references if table is not None}
    inside = [table for table in (result.index.holding(name) if result.index else ()) if id(table) in read]
    in_sight = {id(source.table) for source in frame.sources}
    if len(given) != 1 or not any(id(table) not in in_sight for table in inside):
        return ""
    columns = ", ".join(written(column.name, result.dialect) for column in given[0].outputs.columns[:_MOST_COLUMNS])
    return f"{quoted(given[0].name)} gives only {columns}: add {written(name, result.dialect)} to its SELECT."


def beside(column: exp.Column, wanted: str, result: Resolution) -> str:
    """A source that stands in the same FROM as the subquery around a column, which cannot see it."""
    inner: exp.Expr | None = column.find_ancestor(exp.Subquery)
    while inner is not None:
        outer = inner.find_ancestor(exp.Select)
        frame = result.frames.get(id(outer)) if outer is not None else None
        if frame is not None and isinstance(inner.parent, (exp.From, exp.Join)) and any(s.name == wanted for s in frame.sources):
            has_lateral = result.dialect in ("postgres", "snowflake", "databricks", "trino")
            instead = "give its key out of the subquery and join by ON"
            return f"A subquery in FROM does not see {quoted(wanted)} beside it: " + (
                f"write LATERAL before it, or {instead}." if has_lateral else f"{instead}."
            )
        inner = inner.find_ancestor(exp.Subquery)
    return ""


def field_of(column: exp.Column, frame: Frame, result: Resolution) -> str:
    """A dot behind a column: a field of JSON is read otherwise."""
    wanted = result.fold(column.args["table"])
    held = next((found for source in frame.sources if (found := source.outputs.find(wanted, result.dialect)) is not None), None)
    if held is None:
        return ""
    shown, key = written(held.name, result.dialect), column.name.replace("'", "''")
    is_json = held.column is not None and ("json" in held.column.native_type.lower() or result.dialect == "sqlite")
    if not is_json:
        return f"{shown} is a column here, not a table."
    read = f"{shown} ->> '{key}'" if result.dialect in ("postgres", "duckdb") else f"JSON_EXTRACT({shown}, '$.{key}')"
    return f"{shown} is a column here; a field of its JSON is {quoted(read)}."


def _how(table: str, condition: str) -> str:
    return f"join {table} by {condition}." if condition else "join it."


def _by_name_of_table(name: str, sources: Sequence[Source], result: Resolution) -> str:
    """product_name is the name of products; region is a name for a row of regions."""
    words = words_of(name)
    here = {id(source.table) for source in sources}
    others = (table for table in (result.catalog.tables if result.catalog and words else ()) if id(table) not in here)
    for table in others:
        of_table = words_of(table.name)
        condition = join_to(table, sources, result) if words[: len(of_table)] == of_table else ""
        if not condition:
            continue
        rest = words[len(of_table) :]
        columns = [column.name for column in table.columns if not rest or set(rest) <= set(words_of(column.name))][:_MOST_COLUMNS]
        if columns:
            shown = ", ".join(f"{written(table.name, result.dialect)}.{written(column, result.dialect)}" for column in columns)
            return f"By joining {table_text(table, result)} by {condition}: {shown}."
    return ""


def _fields(name: str, sources: Sequence[Source], result: Resolution) -> list[str]:
    """Columns of structured values that have a field of this name."""
    if result.dialect not in READS_FIELDS:
        return []
    held = [(source, column) for source in sources for column in source.outputs.columns if column.column is not None]
    return [f"{_in(source, each.name, result)}.{name}" for source, each in held if each.column and has_field(each.column.native_type, name)]


def has_field(native_type: str, name: str) -> bool:
    """Whether a structured type holds a field of this name, at whatever depth."""
    is_structured = native_type.upper().startswith(("STRUCT(", "STRUCT<", "ROW(", "TUPLE("))
    return is_structured and re.search(rf"[(<,]\s*[\"`]?{re.escape(name)}[\"`]?[\s:]", native_type, re.IGNORECASE) is not None


def _said_with_table(name: str, source: Source) -> list[str]:
    """Columns, in lower case: customer_name may be full_name of customers, and id its key customer_id."""
    if source.table is None:
        return []
    words, of_table = words_of(name), words_of(source.table.name)
    key = source.table.primary_key
    if len(words) == 1 and words[0] in _KEYS and len(key) == 1:
        return [_lower(key[0])]
    rest = words[len(of_table) :] if words[: len(of_table)] == of_table else ()
    return [_lower(column.name) for column in source.table.columns if rest and set(rest) <= set(words_of(column.name))]


def _in(source: Source, column: str, result: Resolution) -> str:
    shown = written(column, result.dialect)
    return f"{written(source.name, result.dialect)}.{shown}" if source.name else shown


def of_same_name(left: exp.Expr, right: exp.Expr, result: Resolution) -> str:
    """Of two columns of different types that are compared: the one that has the name and the type of the other. A number that is cast to
    text may match a text key by chance. What every table has, such as id, is no such name."""
    for column, other in ((left, right), (right, left)):
        source, like = result.sources_of.get(id(column)), result.origins.get(id(other))
        if source is None or like is None or like.column is None or not isinstance(other, exp.Column) or _lower(like.name) in _KEYS:
            continue
        found = source.find(result.fold(other.this), result.dialect)
        if found is not None and found.column is not None and found.column.type == like.column.type:
            return f"{quoted(_in(source, found.name, result))} has its name and type: compare that if it is meant. "
    return ""


def _lower(name: str) -> str:
    return name.lower()
