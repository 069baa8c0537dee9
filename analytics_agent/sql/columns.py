"""Which column a reference means, by frame, alias and dialect. What is said of one that means nothing is in suggestions.py."""

from collections.abc import Iterable

from sqlglot import exp

from analytics_agent.sql import suggestions
from analytics_agent.sql.clauses import ALONE_ONLY, PSEUDO_COLUMNS, READS_FIELDS
from analytics_agent.sql.elsewhere import has_field
from analytics_agent.sql.identifiers import fold_name
from analytics_agent.sql.scope import Frame, Output, Resolution, Source

Aliases = dict[str, Output]
"""The output names of a SELECT that may be used at a place of it, folded."""

_ALONE = (exp.Ordered, exp.Group, exp.Tuple, exp.Distinct, exp.Rollup, exp.Cube, exp.GroupingSets)


def resolve_columns(columns: Iterable[exp.Column], frame: Frame, aliases: Aliases, result: Resolution, *, is_order: bool = False) -> None:
    """Resolve each; record where it comes from, or report what is wrong."""
    for column in columns:
        if result.has_enough:
            return
        if column.args.get("table"):
            _qualified(column, frame, result)
        elif not isinstance(column.this, exp.Star):
            _bare(column, frame, aliases, result, is_order)


def _qualified(column: exp.Column, frame: Frame, result: Resolution) -> None:
    wanted = result.fold_source(column.args["table"])
    source = _source_meant(column, wanted, frame, result)
    if source is None:
        if not _is_field_of_a_column(column, frame, result):
            suggestions.unknown_source(column, frame, result)
        return
    if isinstance(column.this, exp.Star):
        return
    name = result.fold(column.this)
    found = source.outputs.find(name, result.dialect)
    if found is not None:
        if source.outputs.is_repeated(name, result.dialect) and result.dialect not in ("duckdb", "sqlite"):
            suggestions.twice_in_one(column, source, result)
        result.origins[id(column)] = found
        result.sources_of[id(column)] = source
    elif not source.outputs.is_open and not _is_pseudo(name, source, result):
        in_sight = [other for around in frame.around() for other in around.sources]
        suggestions.unknown_column(column, source, in_sight, result)


def _source_meant(column: exp.Column, wanted: str, frame: Frame, result: Resolution) -> Source | None:
    schema = column.args.get("db")
    around: Frame | None = frame
    while around is not None:
        for source in around.sources:
            if source.name == wanted and (schema is None or _is_in(source, column, result)):
                return source
        around = around.parent
    return None


def _is_in(source: Source, column: exp.Column, result: Resolution) -> bool:
    """Whether schema.table.column or database.schema.table.column means this source."""
    if source.table is None or result.index is None:
        return True
    database = column.args.get("catalog")
    schema = fold_name(column.args["db"].name, result.dialect, "table") if result.dialect != "postgres" else result.fold(column.args["db"])
    return result.index.schema_of(source.table) in ("", schema) and (database is None or result.is_database(database))


def _bare(column: exp.Column, frame: Frame, aliases: Aliases, result: Resolution, is_order: bool) -> None:
    dialect = result.dialect
    name = result.fold(column.this)
    alias = aliases.get(name) if aliases else None
    if alias is not None and dialect in ALONE_ONLY and not isinstance(column.parent, _ALONE):
        alias = None
    if alias is not None and is_order and isinstance(column.parent, exp.Ordered):
        result.origins[id(column)] = alias
        return
    around: Frame | None = frame
    while around is not None:
        found = [(source, output) for source in around.sources if (output := source.outputs.find(name, dialect)) is not None]
        if len(found) > 1 and not around.is_merged(name, [source for source, _ in found]):
            if alias is not None:
                result.origins[id(column)] = alias
            else:
                suggestions.ambiguous(column, name, [source for source, _ in found], around, result)
            return
        if found:
            source, result.origins[id(column)] = found[0]
            result.sources_of[id(column)] = source
            return
        if around is frame and alias is not None:
            result.origins[id(column)] = alias
            return
        if any(source.outputs.is_open for source in around.sources):
            return
        if any(source.name == name for source in around.sources):
            suggestions.whole_row(column, name, result)
            return
        around = around.parent
    if name not in result.scalars and not _is_pseudo(name, frame.sources[0] if frame.sources else None, result):
        suggestions.unknown_bare(column, name, frame, result)


def _is_pseudo(name: str, source: Source | None, result: Resolution) -> bool:
    """A column that the engine adds to a table and no catalog lists."""
    return source is not None and source.table is not None and name in PSEUDO_COLUMNS.get(result.dialect, ())


def _is_field_of_a_column(column: exp.Column, frame: Frame, result: Resolution) -> bool:
    """Where fields are read with a dot, a.b is field b of the column a when no source is called a; s.a.b with the source before it."""
    if result.dialect not in READS_FIELDS:
        return False
    parts = [part for part in (column.args.get("catalog"), column.args.get("db"), column.args["table"]) if part is not None]
    first = result.fold(parts[0])
    second = result.fold(parts[1]) if len(parts) > 1 else ""
    of = result.fold_source(parts[0])
    dotted = f"{parts[-1].name}.{column.name}"
    for around in frame.around():
        for source in around.sources:
            if source.outputs.is_open:
                return True
            held = source.outputs.find(first, result.dialect)
            within = source.outputs.find(second, result.dialect) if second and source.name == of else None
            of_struct = _lacks_field(held, column.name) if len(parts) == 1 else False
            if of_struct and held is not None and held.column is not None:
                suggestions.unknown_field(column, held.name, held.column.native_type, result)
                return True
            if source.outputs.find(dotted, result.dialect) or _may_have_fields(held) or _may_have_fields(within):
                result.sources_of[id(column)] = source
                return True
    return False


def _lacks_field(output: Output | None, name: str) -> bool:
    """A structured column whose type lists its fields, and not this one."""
    native = output.column.native_type if output is not None and output.column is not None else ""
    return native.upper().startswith("STRUCT(") and native.endswith(")") and not has_field(native, name)


def _may_have_fields(output: Output | None) -> bool:
    """Not a column of numbers, text or time."""
    return output is not None and (output.column is None or output.column.type == "other")
