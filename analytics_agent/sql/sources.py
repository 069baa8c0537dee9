"""What stands in FROM: tables, subqueries, joins, functions that unfold a value, and the columns that each gives."""

from collections.abc import Iterator
from typing import Any

from sqlglot import exp

from analytics_agent.domain.catalog import Dialect, Table
from analytics_agent.sql import names
from analytics_agent.sql.clauses import SEES_NEIGHBORS
from analytics_agent.sql.columns import Aliases, resolve_columns
from analytics_agent.sql.identifiers import fold_name, output_name
from analytics_agent.sql.scope import Ctes, Frame, Output, Outputs, Resolution, Source, table_outputs
from analytics_agent.sql.suggestions import unknown_in_using
from analytics_agent.sql.tables import find, is_system, system_table, unknown
from analytics_agent.sql.verdict import error, quoted

_NOTHING: Aliases = {}
_NOT_ARGUMENTS = frozenset({"alias", "joins", "offset", "laterals", "pivots"})
_VALUES_NAMED: dict[Dialect, str] = {"duckdb": "col{}", "databricks": "col{}", "snowflake": "COLUMN{}"}
_CALLS = (exp.Lateral, exp.Unnest, exp.Values, exp.TableFromRows)


def add(node: exp.Expr, frame: Frame, ctes: Ctes, result: Resolution) -> None:
    """Add what stands in FROM to the frame."""
    if node.args.get("pivots"):
        _pivoted(node, frame, ctes, result)
    else:
        _plain(node, frame, ctes, result)
    for lateral in node.args.get("laterals") or ():
        add(lateral, frame, ctes, result)
    for joined in node.args.get("joins") or ():
        join(joined, frame, ctes, result)


def _plain(node: exp.Expr, frame: Frame, ctes: Ctes, result: Resolution) -> None:
    if isinstance(node, exp.Table):
        _table(node, frame, ctes, result)
    elif isinstance(node, exp.Final):
        _plain(node.this, frame, ctes, result)  # ClickHouse: the table after its merges
    elif isinstance(node, exp.Subquery) and (isinstance(node.unnest(), exp.Table) or _joins_inside(node)):
        _in_brackets(node, frame, ctes, result)
    elif isinstance(node, exp.Subquery):
        sees = frame if result.dialect in SEES_NEIGHBORS else frame.parent
        _put(node, names.query(_without_alias(node), ctes, sees, result), frame, result)
    elif isinstance(node, exp.Lateral) and isinstance(node.this, exp.Subquery):
        _put(node, names.query(node.this, ctes, frame, result), frame, result)
    elif isinstance(node, _CALLS) and not isinstance(node.this, exp.Identifier):
        call(node, frame, ctes, result)
    else:
        result.report(error("not-allowed", f"{type(node).__name__} cannot stand in FROM.", "Use tables, subqueries or VALUES."), node)


def _in_brackets(node: exp.Subquery, frame: Frame, ctes: Ctes, result: Resolution) -> None:
    """Brackets around a table or a join: its names are seen through them, but for an alias, which hides them."""
    alias = node.args.get("alias")
    if alias is None or alias.this is None:
        add(node.this, frame, ctes, result)
        return
    inner = Frame(frame.parent)
    add(node.this, inner, ctes, result)
    _put(node, inner.star(result.dialect), frame, result)


def _joins_inside(node: exp.Subquery) -> bool:
    """Brackets around a subquery that has a name of its own, or is joined to something, inside of them."""
    return isinstance(node.this, exp.Subquery) and bool(node.this.args.get("alias") or node.this.args.get("joins"))


def _without_alias(node: exp.Subquery) -> exp.Expr:
    has_modifiers = any(node.args.get(part) for part in ("with_", "order", "limit", "offset"))
    return node if has_modifiers else node.this


def _table(node: exp.Table, frame: Frame, ctes: Ctes, result: Resolution) -> None:
    if not isinstance(node.this, exp.Identifier):
        call(node, frame, ctes, result)
        return
    if not node.args.get("db") and (given := ctes.get(result.fold_source(node.this))) is not None:
        _put(node, given, frame, result)
        return
    table = _real_table(node, ctes, result)
    _put(node, _outputs(table, result) if table else Outputs(is_open=True), frame, result, table)


def _outputs(table: Table, result: Resolution) -> Outputs:
    """One record of a table's columns for all statements: a wide table is in many of them."""
    if result.index is None:
        return table_outputs(table)
    kept: Outputs | None = result.index.outputs.get(id(table))
    if kept is None:
        kept = result.index.outputs[id(table)] = table_outputs(table)
    return kept


def _real_table(node: exp.Table, ctes: Ctes, result: Resolution) -> Table | None:
    """The table of the catalog; for an unknown name the one that is surely meant, so that its columns are judged too."""
    table = None
    if result.index is None:
        if is_system(node, result.dialect):
            result.report(system_table(node), node)
    else:
        table = find(node, result.index, result)
        if table is None:
            finding, edits, meant = unknown(node, result.index, ctes, result)
            result.report(finding, node, edits)
            result.references.append((node, None))
            return meant
    result.references.append((node, table))
    return table


def call(node: exp.Expr, frame: Frame, ctes: Ctes, result: Resolution) -> Outputs:
    """UNNEST, a series, VALUES or a JSON function in FROM: its arguments see the sources before it."""
    for name, value in node.args.items():
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, exp.Expr) and name not in _NOT_ARGUMENTS:
                names.expressions(child, frame, ctes, result, aliases=_NOTHING)
    for inner in node.args.get("rows_from") or ():
        result.sources[id(inner)] = Source("", Outputs(is_open=True))
    outputs = _given_by(node, result)
    offset = node.args.get("offset")
    _put(node, outputs, frame, result, extra=offset if isinstance(offset, exp.Identifier) else None)
    return outputs


def _given_by(node: exp.Expr, result: Resolution) -> Outputs:
    if isinstance(node, exp.Values) and node.expressions:
        return _of_values(node, result)
    inner = node if isinstance(node, exp.Unnest) else node.this
    if isinstance(inner, exp.OpenJSON):
        columns = [Output(each.this.name, node=_typed(each)) for each in inner.expressions]
        return Outputs(tuple(columns or (Output("key"), Output("value"), Output("type"))))
    if isinstance(inner, exp.JSONTable):
        return Outputs(tuple(_json_columns(inner.args.get("schema"))))
    return Outputs(is_open=True)


def _of_values(node: exp.Values, result: Resolution) -> Outputs:
    first = node.expressions[0]
    if result.dialect == "clickhouse" and isinstance(first, exp.Tuple) and _is_a_structure(first):
        return Outputs(is_open=True)
    cells = first.expressions if isinstance(first, exp.Tuple) else [first]
    name = _VALUES_NAMED.get(result.dialect, "column{}")
    start = 0 if result.dialect == "duckdb" else 1
    return Outputs(tuple(Output(name.format(place), node=cell) for place, cell in enumerate(cells, start)))


def _is_a_structure(first: exp.Tuple) -> bool:
    """ClickHouse's values('x Int32, y String', (1, 'a'), …): a text names the columns."""
    named, *rows = first.expressions or [None]
    while isinstance(named, (exp.Tuple, exp.Paren)) and len(named.expressions or [named.this]) == 1:
        named = named.expressions[0] if isinstance(named, exp.Tuple) else named.this
    return isinstance(named, exp.Literal) and named.is_string and bool(rows)


def _json_columns(schema: exp.Expr | None) -> Iterator[Output]:
    for column in schema.expressions if schema is not None else ():
        if column.args.get("nested_schema"):
            yield from _json_columns(column.args["nested_schema"])
        elif isinstance(column.this, exp.Identifier):
            yield Output(column.this.name, node=_typed(column))


def _typed(column: exp.Expr) -> exp.Expr | None:
    """A NULL of the type that a column is declared with: an expression for who asks for its type."""
    kind = column.args.get("kind")
    return exp.Cast(this=exp.Null(), to=kind.copy()) if isinstance(kind, exp.DataType) else None


def _pivoted(node: exp.Expr, frame: Frame, ctes: Ctes, result: Resolution) -> None:
    """PIVOT and UNPIVOT read the columns of what they stand behind, and give others, some of them named by values."""
    inner = Frame(frame.parent)
    _plain(node, inner, ctes, result)
    outputs = inner.star(result.dialect)
    alias: Any = None
    for pivot in node.args["pivots"]:
        used = [column for part in pivot.expressions for column in part.find_all(exp.Column)]
        fields = [field for field in pivot.args.get("fields") or () if isinstance(field, exp.In)]
        used += [field.this for field in fields if isinstance(field.this, exp.Column)]
        if pivot.args.get("unpivot"):
            used += [column for field in fields for column in field.find_all(exp.Column) if column is not field.this]
        resolve_columns(used, inner, _NOTHING, result)
        gone = {result.fold(column.this) for column in used}
        kept = [column for column in outputs.columns if fold_name(column.name, result.dialect) not in gone]
        made = [Output(identifier.name) for identifier in pivot.args.get("columns") or ()]
        outputs = Outputs((*kept, *made), outputs.is_open or not made or bool(pivot.args.get("unpivot")))
        alias = pivot.args.get("alias") or alias
    source = Source(result.fold_source(alias.this) if alias else inner.sources[-1].name if inner.sources else "", outputs)
    result.sources[id(node)] = source
    frame.sources.append(source)


def join(joined: exp.Join, frame: Frame, ctes: Ctes, result: Resolution) -> None:
    """A join adds its right side to the frame; USING and NATURAL make one column of two."""
    if joined.args.get("kind") == "ARRAY":
        _array_join(joined, frame, ctes, result)
        return
    before = len(frame.sources)
    add(joined.this, frame, ctes, result)
    frame.joins.append(joined)
    left, right = frame.sources[:before], frame.sources[before:]
    if joined.args.get("using") or joined.args.get("method") == "NATURAL":
        _merge(joined, left, right, frame, result)
    if joined.args.get("kind") in {"SEMI", "ANTI"}:
        for source in right:
            source.is_shown_by_star = False
    if on := joined.args.get("on"):
        names.expressions(on, frame, ctes, result, aliases=_NOTHING)


def _merge(joined: exp.Join, left: list[Source], right: list[Source], frame: Frame, result: Resolution) -> None:
    using = {result.fold(name): name for name in joined.args.get("using") or ()}
    if joined.args.get("method") == "NATURAL":
        on_the_right = {name for source in right for name in source.outputs.by_name(result.dialect)}
        using = {name: None for source in left for name in source.outputs.by_name(result.dialect) if name in on_the_right}
    for name, node in using.items():
        for side in (left, right):
            holding = [source for source in side if source.outputs.is_open or source.find(name, result.dialect)]
            if not holding and node is not None:
                result.report(unknown_in_using(node, side, result), node)
            frame.merged.setdefault(name, []).extend(holding)


def _array_join(joined: exp.Join, frame: Frame, ctes: Ctes, result: Resolution) -> None:
    """ClickHouse: each element of an array in a row of its own, under the alias or the array's own name."""
    for item in (joined.this, *joined.expressions):
        names.expressions(item, frame, ctes, result, aliases=_NOTHING)
        if isinstance(item, exp.Alias):
            source = Source("", Outputs((Output(item.alias),)), is_shown_by_star=False)
            frame.merged.setdefault(result.fold(item.args["alias"]), []).extend((*frame.sources, source))
            frame.sources.append(source)


def _put(
    node: exp.Expr,
    outputs: Outputs,
    frame: Frame,
    result: Resolution,
    table: Table | None = None,
    extra: exp.Identifier | None = None,
) -> None:
    alias = node.args.get("alias")
    identifier = alias.this if alias is not None and alias.this is not None else node.this if isinstance(node, exp.Table) else None
    name = result.fold_source(identifier) if isinstance(identifier, exp.Identifier) else ""
    listed = alias.args.get("columns") if alias is not None else None
    if listed or extra is not None:
        given = [output_name(column.this if isinstance(column, exp.ColumnDef) else column, result.dialect) for column in listed or ()]
        outputs = outputs.renamed([*given, extra.name] if extra is not None and given else given)
    if name and any(source.name == name for source in frame.sources):
        result.report(error("duplicate-alias", f"{quoted(name)} names two sources in one FROM.", "Give each its own alias."), node)
    source = Source(name, outputs, table)
    result.sources[id(node)] = source
    frame.sources.append(source)
