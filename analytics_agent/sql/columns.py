"""Which column a reference means, by frame, alias and dialect; for one that means nothing or two things, what to write instead."""

from collections.abc import Iterable

from sqlglot import exp

from analytics_agent.catalog.names import nearest
from analytics_agent.domain.evidence import SqlFinding
from analytics_agent.sql.identifiers import fold_name
from analytics_agent.sql.scope import Frame, Output, Outputs, Resolution, Source
from analytics_agent.sql.verdict import error, quoted


def resolve_columns(columns: Iterable[exp.Column], frame: Frame, aliases: Outputs, result: Resolution) -> None:
    """Resolve each; record where it comes from, or report what is wrong."""
    for column in columns:
        if column.args.get("table"):
            _qualified(column, frame, result)
        elif not isinstance(column.this, exp.Star):
            _bare(column, frame, aliases, result)


def _qualified(column: exp.Column, frame: Frame, result: Resolution) -> None:
    wanted = result.fold(column.args["table"])
    source = next((source for around in frame.around() for source in around.sources if _is_meant(source, column, wanted, result)), None)
    if source is None:
        if not _is_field_of_a_column(column, frame, result):
            result.report(_unknown_source(column, frame, result))
        return
    if isinstance(column.this, exp.Star):
        return
    found = source.find(result.fold(column.this), result.dialect)
    if found:
        result.origins[id(column)] = found
    elif not source.outputs.is_open:
        result.report(_unknown_column(column, [source], result))


def _is_meant(source: Source, column: exp.Column, wanted: str, result: Resolution) -> bool:
    schema = column.args.get("db")
    return source.name == wanted and (schema is None or source.table is None or source.table.schema in (None, result.fold(schema)))


def _bare(column: exp.Column, frame: Frame, aliases: Outputs, result: Resolution) -> None:
    name = result.fold(column.this)
    for around in frame.around():
        found = [(source, output) for source in around.sources if (output := source.find(name, result.dialect))]
        if len(found) > 1 and name not in around.merged:
            if not _is_alias(name, column, aliases, result):
                result.report(_ambiguous(column, [source for source, _ in found]))
            return
        if found:
            result.origins[id(column)] = found[0][1]
            return
        if around is frame and _is_alias(name, column, aliases, result):
            return
        if any(source.outputs.is_open for source in around.sources):
            return
        if any(source.name == name for source in around.sources):
            result.report(
                error("whole-row", f"{quoted(name)} is a table here, not a column.", f"Name a column of it: {quoted(name)}.column.")
            )
            return
    result.report(_unknown_bare(column, name, frame, aliases, result))


def _is_alias(name: str, column: exp.Column, aliases: Outputs, result: Resolution) -> bool:
    """Whether an output name (folded) is meant. PostgreSQL reads an output name only where it stands alone in GROUP BY or ORDER BY."""
    if all(alias.name != name for alias in aliases.columns):
        return False
    return result.dialect != "postgres" or isinstance(column.parent, (exp.Ordered, exp.Group, exp.Tuple, exp.Distinct))


def _is_field_of_a_column(column: exp.Column, frame: Frame, result: Resolution) -> bool:
    """DuckDB reads a.b as field b of the column a when no source is called a."""
    if result.dialect != "duckdb":
        return False
    first = result.fold(column.args.get("db") or column.args["table"])
    return any(source.find(first, result.dialect) for around in frame.around() for source in around.sources)


def _unknown_source(column: exp.Column, frame: Frame, result: Resolution) -> SqlFinding:
    wanted = column.args["table"].name
    in_sight = [source.name for around in frame.around() for source in around.sources if source.name]
    aliased = [s.name for around in frame.around() for s in around.sources if s.table and s.table.name.lower() == wanted.lower()]
    if aliased:
        return error("unknown-source", f"{quoted(wanted)} has the alias {aliased[0]} here.", f"Write {aliased[0]}.{quoted(column.name)}.")
    hint = f"In sight here: {', '.join(in_sight)}." if in_sight else "There is no FROM here."
    return error("unknown-source", f"{quoted(wanted)}.{quoted(column.name)}: no table or alias {quoted(wanted)} is in sight.", hint)


def _unknown_column(column: exp.Column, sources: list[Source], result: Resolution) -> SqlFinding:
    shown = f"{column.args['table'].name}.{column.name}"
    hint = _suggestions(column.name, sources) or f"Its columns: {_listed(sources[0].outputs.columns)}."
    return error("unknown-column", f"There is no column {quoted(shown)}.", hint)


def _unknown_bare(column: exp.Column, name: str, frame: Frame, aliases: Outputs, result: Resolution) -> SqlFinding:
    if any(alias.name == name for alias in aliases.columns) or _is_output_name(column, name, result):
        hint = "Repeat the expression instead of its name, or wrap the query in a CTE and use the name outside."
        return error("unknown-column", f"The output name {quoted(name)} cannot be used at this place.", hint)
    sources = [source for around in frame.around() for source in around.sources]
    hint = (
        _suggestions(name, sources)
        or _where_else(name, result)
        or f"In sight here: {_listed(c for s in sources for c in s.outputs.columns)}."
    )
    if column.this.args.get("quoted"):
        hint += " Text is written in single quotes; double quotes make a name."
    return error("unknown-column", f"There is no column {quoted(column.name)} in the tables of this query.", hint)


def _is_output_name(column: exp.Column, name: str, result: Resolution) -> bool:
    select = column.find_ancestor(exp.Select)
    return select is not None and any(
        isinstance(item, exp.Alias) and result.fold(item.args["alias"]) == name for item in select.expressions
    )


def _suggestions(name: str, sources: list[Source]) -> str:
    by_name: dict[str, list[str]] = {}
    for source in sources:
        for column in source.outputs.columns:
            by_name.setdefault(column.name, []).append(f"{source.name}.{column.name}" if source.name else column.name)
    close = [shown for match in nearest(name, by_name) for shown in dict.fromkeys(by_name[match])]
    return f"Nearest: {', '.join(close[:5])}." if close else ""


def _where_else(name: str, result: Resolution) -> str:
    tables = [
        t.name for t in (result.catalog.tables if result.catalog else ()) for c in t.columns if fold_name(c.name, result.dialect) == name
    ]
    return f"A column of that name is in: {', '.join(tables[:5])}; join it." if tables else ""


def _listed(columns: Iterable[Output]) -> str:
    names = list(dict.fromkeys(column.name for column in columns))
    return ", ".join(names[:20]) + (", …" if len(names) > 20 else "")


def _ambiguous(column: exp.Column, sources: list[Source]) -> SqlFinding:
    candidates = ", ".join(f"{source.name}.{column.name}" for source in sources)
    return error("ambiguous-column", f"{quoted(column.name)} is in more than one table of this query.", f"Write one of: {candidates}.")
