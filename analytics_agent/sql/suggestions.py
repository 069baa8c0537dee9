"""What is said of a name that means nothing or two things: the nearest valid names, where else it is, and the edit that surely mends it."""

from collections.abc import Iterable, Sequence

from sqlglot import exp

from analytics_agent.catalog.names import is_slip, nearest
from analytics_agent.domain.evidence import SqlFinding
from analytics_agent.sql.elsewhere import beside, field_of, in_other_tables, join_to, left_out, nearest_here, table_text
from analytics_agent.sql.identifiers import written
from analytics_agent.sql.scope import Edit, Frame, Output, Resolution, Source
from analytics_agent.sql.verdict import error, quoted, shown

_MOST_LISTED, _MOST_TABLES = 20, 5
_UNITS = frozenset({"second", "minute", "hour", "day", "week", "month", "quarter", "year", "dow", "doy", "isodow", "epoch"})
_OF_TIME = (exp.Anonymous, exp.DateTrunc, exp.TimestampTrunc, exp.DateAdd, exp.DateSub, exp.DateDiff)


def edit(node: exp.Expr | None, text: str) -> tuple[Edit, ...]:
    """Writes `text` in the place of a name; none where the parser did not keep its place."""
    meta = node.meta if node is not None else {}
    return (Edit(meta["start"], meta["end"], text),) if "start" in meta and "end" in meta else ()


def unknown_column(column: exp.Column, source: Source, in_sight: list[Source], result: Resolution) -> None:
    """table.column, whose table is known."""
    shown, name = f"{column.args['table'].name}.{column.name}", result.fold(column.this)
    edits = _mended(column, [source], result)
    others = [other for other in in_sight if other is not source and other.name and other.outputs.find(name, result.dialect)]
    if not edits and others:
        hint = f"Here it is {', '.join(f'{other.name}.{_exact(other, name, result)}' for other in others[:_MOST_TABLES])}."
        if source.table is None:
            hint += f" {quoted(source.name)} gives {_listed(source.outputs.columns)}."
        is_join = column.find_ancestor(exp.Join, exp.Select).__class__ is exp.Join or isinstance(column.parent, exp.Predicate)
        # In a condition the other side may be that very column: it would be compared with itself.
        edits = edit(column.args["table"], written(others[0].name, result.dialect)) if len(others) == 1 and not is_join else ()
    else:
        here = nearest_here(column.name, [source], result)
        inside = "" if edits else left_out(name, Frame(None, [source]), result)
        away = "" if edits or inside else in_other_tables(column.name, name, in_sight, result)
        listed = "" if here or inside else f"Its columns: {_listed(source.outputs.columns)}."
        hint = _together(here, inside, away, listed)
    result.report(error("unknown-column", f"There is no column {quoted(shown)}.", hint), column, edits)


def unknown_bare(column: exp.Column, name: str, frame: Frame, result: Resolution) -> None:
    """A column without a table, which no source in sight has."""
    item = _gives_it(column, name, result)
    if item is not None and all(parent is not item for parent in _parents(column)):  # in sum(total) AS total it is no output
        _output_name(column, item, result)
        return
    if frame.is_of_combined:
        names = _listed(column for source in frame.sources for column in source.outputs.columns)
        hint = f"ORDER BY of combined queries sees the names of the first one only: {names}."
        result.report(error("unknown-column", f"There is no output {quoted(column.name)}.", hint), column)
        return
    sources = [source for around in frame.around() for source in around.sources]
    edits = _mended(column, frame.sources, result)
    if outputs := () if edits else _outputs_near(column):
        hint = f"Nearest: {', '.join(outputs)}, which this query gives."
        edits = edit(column.this, written(outputs[0], result.dialect)) if is_slip(column.name, outputs[0]) else ()
        result.report(
            error("unknown-column", f"There is no column {quoted(column.name)} in the tables of this query.", hint), column, edits
        )
        return
    here = nearest_here(column.name, sources, result)
    away = "" if edits else left_out(name, frame, result) or in_other_tables(column.name, name, sources, result)
    in_sight = _listed(c for s in sources for c in s.outputs.columns)
    hint = _together(away, here) or (f"In sight here: {in_sight}." if in_sight else "There is no FROM here.")
    if column.this.args.get("quoted") and result.dialect != "bigquery":
        hint += " Text is written in single quotes; double quotes make a name."
        edits = edits or _as_text(column)
    elif not edits and column.name.lower() in _UNITS and isinstance(column.parent, _OF_TIME):
        hint = f"A unit of time is a text here: '{column.name.lower()}'."
    elif not edits and _as_text(column) and _is_of_text(column.parent, sources, result):
        hint += f" If a text is meant: {quoted(repr(column.name))}."
    result.report(error("unknown-column", f"There is no column {quoted(column.name)} in the tables of this query.", hint), column, edits)


def unknown_field(column: exp.Column, held: str, native_type: str, result: Resolution) -> None:
    """A field that a structured column does not have."""
    message = f"{quoted(held)} has no field {quoted(column.name)}."
    result.report(error("unknown-column", message, f"It is {quoted(native_type, 200)}."), column)


def unknown_source(column: exp.Column, frame: Frame, result: Resolution) -> None:
    """A qualifier that nothing in FROM is called."""
    wanted, name = column.args["table"], result.fold(column.this)
    sources = [source for around in frame.around() for source in around.sources if source.name]
    of_that_table = [s for s in sources if s.table and s.table.name.lower() == wanted.name.lower()]
    if of_that_table:
        alias = written(of_that_table[0].name, result.dialect)
        edits = edit(wanted, alias) if len(of_that_table) == 1 else ()
        message = f"{quoted(wanted.name)} has the alias {of_that_table[0].name} here."
        result.report(error("unknown-source", message, f"Write {alias}.{quoted(column.name)}."), column, edits)
        return
    in_other_case = [source for source in sources if source.name.lower() == wanted.name.lower()]
    edits = edit(wanted, written(in_other_case[0].name, result.dialect)) if len(in_other_case) == 1 else ()
    shown = column.sql(dialect=result.dialect)
    message = f"{quoted(shown)}: no table or alias {quoted(wanted.name)} is in sight."
    result.report(error("unknown-source", message, _for_source(column, name, sources, frame, result)), column, edits)


def ambiguous(column: exp.Column, name: str, sources: list[Source], frame: Frame, result: Resolution) -> None:
    """A column that several sources have."""
    if len(named := [source.name for source in sources if source.name]) > len(set(named)):
        return  # that two sources have one name is told by itself
    candidates = [f"{written(source.name, result.dialect)}.{written(_exact(source, name, result), result.dialect)}" for source in sources]
    edits = edit(column.this, candidates[0]) if _are_equal(name, sources, frame, result) else ()
    message = f"{quoted(column.name)} is in more than one table of this query."
    result.report(error("ambiguous-column", message, f"Write one of: {', '.join(candidates)}."), column, edits)


def twice_in_one(column: exp.Column, source: Source, result: Resolution) -> None:
    message = f"{quoted(source.name)} gives two columns called {quoted(column.name)}."
    result.report(error("ambiguous-column", message, "Give each its own alias inside that subquery."), column)


def whole_row(column: exp.Column, name: str, result: Resolution) -> None:
    hint = f"Name a column of it: {quoted(name)}.column."
    result.report(error("whole-row", f"{quoted(name)} is a table here, not a column.", hint), column)


def unknown_in_using(node: exp.Expr, side: list[Source], result: Resolution) -> SqlFinding:
    """A column that one side of a join does not have."""
    shown = ", ".join(source.name for source in side)
    hint = nearest_here(node.name, side, result)
    return error("unknown-column", f"USING ({quoted(node.name)}): {shown} has no such column.", f"{hint} Join with ON instead.".strip())


def _gives_it(column: exp.Column, name: str, result: Resolution) -> exp.Alias | None:
    """The output of the SELECT around it that has this name."""
    select = column.find_ancestor(exp.Select)
    items = select.expressions if isinstance(select, exp.Select) else []
    return next((item for item in items if isinstance(item, exp.Alias) and result.fold(item.args["alias"]) == name), None)


def _output_name(column: exp.Column, item: exp.Alias, result: Resolution) -> None:
    """Known, but not at this place. What it stands for may be written there if it can be computed there."""
    made_of = item.this
    edits: tuple[Edit, ...] = ()
    if _may_be_repeated(column, made_of):
        text = made_of.sql(dialect=result.dialect, comments=False)
        edits = edit(column.this, text if isinstance(made_of, (exp.Column, exp.Func, exp.Literal)) else f"({text})")
    message = f"The output name {quoted(column.name)} cannot be used at this place."
    result.report(error("unknown-column", message, _instead_of_output(column, made_of, result)), column, edits)


def _may_be_repeated(column: exp.Column, made_of: exp.Expr) -> bool:
    if made_of.find(exp.Window, exp.Query):
        return False
    is_late = column.find_ancestor(exp.Where, exp.Group, exp.Join, exp.AggFunc, exp.Select).__class__ is exp.Select
    return made_of.find(exp.AggFunc) is None or is_late


def _instead_of_output(column: exp.Column, made_of: exp.Expr, result: Resolution) -> str:
    is_early = not isinstance(column.find_ancestor(exp.Where, exp.Group, exp.Select), exp.Select)
    if made_of.find(exp.Window):
        return "It is a window function: compute it in a CTE, and use the name in the query around that."
    if is_early and made_of.find(exp.AggFunc):
        return f"It is an aggregate: filter it after GROUP BY, with HAVING {shown(made_of, result.dialect)} …, or wrap the query in a CTE."
    return "Repeat the expression instead of its name, or wrap the query in a CTE and use the name outside."


def _parents(node: exp.Expr) -> Iterable[exp.Expr]:
    while node.parent is not None:
        node = node.parent
        yield node


def _mended(column: exp.Column, sources: Sequence[Source], result: Resolution) -> tuple[Edit, ...]:
    """The one column of these sources of which the name is a slip of the pen."""
    held = [(source, output) for source in sources for output in source.outputs.columns]
    if any(source.outputs.is_open for source in sources):
        return ()
    slips = [(source, output) for source, output in held if is_slip(column.name, output.name)]
    exactly = [pair for pair in slips if pair[1].name.lower() == column.name.lower()]
    meant = exactly or slips
    return edit(column.this, written(meant[0][1].name, result.dialect)) if len(meant) == 1 else ()


def _as_text(column: exp.Column) -> tuple[Edit, ...]:
    """A text in double quotes, compared with a column."""
    is_compared = isinstance(column.parent, (exp.EQ, exp.NEQ, exp.In, exp.Like, exp.ILike)) and column.parent.this is not column
    escaped = column.name.replace("'", "''")
    return edit(column.this, f"'{escaped}'") if is_compared else ()


def _is_of_text(test: exp.Expr | None, sources: list[Source], result: Resolution) -> bool:
    """Whether it compares a column of text. What the column means may not be known yet, so it is looked for by its name."""
    name = result.fold(test.this.this) if test is not None and isinstance(test.this, exp.Column) else ""
    found = [source.outputs.find(name, result.dialect) for source in sources] if name else []
    return any(output is not None and output.column is not None and output.column.type == "text" for output in found)


def _outputs_near(column: exp.Column) -> tuple[str, ...]:
    """Names that the SELECT gives its outputs, for a name alone in ORDER BY or GROUP BY that is near to one."""
    place = column.parent.parent if isinstance(column.parent, exp.Ordered) else column.parent
    select = place.parent if isinstance(place, (exp.Order, exp.Group)) else None
    items = select.expressions if isinstance(select, exp.Select) else []
    return nearest(column.name, [item.alias for item in items if isinstance(item, exp.Alias)])


def _are_equal(name: str, sources: list[Source], frame: Frame, result: Resolution) -> bool:
    """Whether inner joins set the column of one equal to that of the others: then it does not matter which is meant."""
    wanted = {id(source) for source in sources}
    equal: set[int] = set()
    for join in frame.joins:
        on = join.args.get("on")
        if on is None or join.side or join.args.get("kind") not in (None, "", "INNER"):
            continue
        for test in on.flatten() if isinstance(on, exp.And) else (on,):
            sides = (test.this, test.expression) if isinstance(test, exp.EQ) else ()
            if sides and all(isinstance(side, exp.Column) and result.fold(side.this) == name for side in sides):
                equal |= {id(result.sources_of.get(id(side))) for side in sides}
    return wanted <= equal and not any(join.side for join in frame.joins)


def _for_source(column: exp.Column, name: str, sources: list[Source], frame: Frame, result: Resolution) -> str:
    wanted = column.args["table"].name
    table = next((t for t in (result.index.namesakes(wanted) if result.index else ())), None)
    if table is not None:
        how = join_to(table, sources, result)
        return f"{table_text(table, result)} is not in this query: join it" + (f" by {how}." if how else ".")
    if hint := beside(column, result.fold_source(column.args["table"]), result) or field_of(column, frame, result):
        return hint
    holding = [source for source in sources if source.outputs.find(name, result.dialect)] if name else []
    if holding:
        return f"Here it is {', '.join(f'{s.name}.{_exact(s, name, result)}' for s in holding[:_MOST_TABLES])}."
    in_sight = f"In sight here: {', '.join(dict.fromkeys(source.name for source in sources))}." if sources else "There is no FROM here."
    return _together(in_sight, in_other_tables(column.name, name, sources, result) if name else "")


def _together(*hints: str) -> str:
    return " ".join(hint for hint in hints if hint)


def _exact(source: Source, name: str, result: Resolution) -> str:
    found = source.outputs.find(name, result.dialect)
    return found.name if found else name


def _listed(columns: Iterable[Output]) -> str:
    names = list(dict.fromkeys(column.name for column in columns))
    return ", ".join(names[:_MOST_LISTED]) + (", …" if len(names) > _MOST_LISTED else "")
