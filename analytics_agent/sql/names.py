"""Names resolved against the catalog, by SQL's own scoping rules: which table a reference means, which column, or what is wrong with it.

Findings are complete: resolving goes on after an unknown name. Without a catalog every table is taken to exist with any columns,
and what is checked is that qualifiers are in sight and that no table is the engine's own.
"""

from sqlglot import exp

from analytics_agent.domain.catalog import Catalog, Dialect, Table
from analytics_agent.sql.columns import resolve_columns
from analytics_agent.sql.identifiers import fold_name
from analytics_agent.sql.scope import Ctes, Frame, Output, Outputs, Resolution, Source, table_outputs
from analytics_agent.sql.tables import find, is_system, system_table, unknown
from analytics_agent.sql.verdict import error, quoted


def resolve(tree: exp.Expr, dialect: Dialect, catalog: Catalog | None) -> Resolution:
    """Resolve every name of a checked query."""
    result = Resolution(dialect, catalog)
    result.outputs = _query(tree, {}, None, result)
    _all_tables_were_seen(tree, result)
    return result


def _all_tables_were_seen(tree: exp.Expr, result: Resolution) -> None:
    """A table in a place that resolving does not know is one that nobody allowed."""
    for table in tree.find_all(exp.Table):
        if id(table) not in result.sources:
            message = f"{quoted(table.name)} stands where no table is looked for, so it cannot be checked."
            result.report(error("not-allowed", message, "Read each table in the FROM of a plain SELECT or of a CTE."))


def _query(node: exp.Expr, ctes: Ctes, outer: Frame | None, result: Resolution) -> Outputs:
    ctes = _with(node, ctes, outer, result)
    if isinstance(node, exp.Subquery):
        outputs = _query(node.this, ctes, outer, result)
        _modifiers(node, outputs, ctes, outer, result)
        return outputs
    if isinstance(node, exp.SetOperation):
        return _set_operation(node, ctes, outer, result)
    if isinstance(node, exp.Select):
        return _select(node, ctes, outer, result)
    if isinstance(node, exp.Values):
        return _call(node, Frame(outer), ctes, result)
    return Outputs(is_open=True)


def _with(node: exp.Expr, ctes: Ctes, outer: Frame | None, result: Resolution) -> Ctes:
    clause = node.args.get("with_")
    if clause is None:
        return ctes
    inner = dict(ctes)
    for cte in clause.expressions:
        name = result.fold(cte.args["alias"].this)
        columns = [identifier.name for identifier in cte.args["alias"].args.get("columns") or ()]
        if clause.args.get("recursive") and isinstance(cte.this, exp.SetOperation):
            # The branch that does not recurse comes first and gives the names.
            first = _query(_leftmost(cte.this), inner, outer, result)
            inner[name] = first.renamed(columns)
        inner[name] = _query(cte.this, inner, outer, result).renamed(columns)
    return inner


def _leftmost(node: exp.Expr) -> exp.Expr:
    while isinstance(node, exp.SetOperation):
        node = node.this
    return node


def _set_operation(node: exp.SetOperation, ctes: Ctes, outer: Frame | None, result: Resolution) -> Outputs:
    branches: list[exp.Expr] = []
    left: exp.Expr = node
    while isinstance(left, exp.SetOperation):
        branches.append(left.expression)
        left = left.this
        if isinstance(left, exp.SetOperation):
            ctes = _with(left, ctes, outer, result)
    outputs = _query(left, ctes, outer, result)
    widths = [_query(branch, ctes, outer, result) for branch in reversed(branches)]
    by_name = bool(node.args.get("by_name"))
    for other in widths if not by_name else ():
        if not other.is_open and not outputs.is_open and len(other.columns) != len(outputs.columns):
            message = f"The queries combined by {node.key.upper()} have {len(outputs.columns)} and {len(other.columns)} columns."
            result.report(error("set-width", message, "Select the same number of columns in each."))
    _modifiers(node, outputs, ctes, outer, result)
    return Outputs(tuple(Output(column.name) for column in outputs.columns), outputs.is_open or by_name)


def _modifiers(node: exp.Expr, outputs: Outputs, ctes: Ctes, outer: Frame | None, result: Resolution) -> None:
    """ORDER BY and LIMIT of a combined query see its output names only."""
    frame = Frame(outer, [Source("", outputs)])
    for part in ("order", "limit", "offset"):
        if clause := node.args.get(part):
            _expressions(clause, frame, ctes, result, aliases=outputs)


def _select(node: exp.Select, ctes: Ctes, outer: Frame | None, result: Resolution) -> Outputs:
    frame = Frame(outer)
    if from_ := node.args.get("from_"):
        _source(from_.this, frame, ctes, result)
    for lateral in node.args.get("laterals") or ():
        _source(lateral, frame, ctes, result)
    for join in node.args.get("joins") or ():
        _join(join, frame, ctes, result)
    aliases = Outputs(tuple(Output(result.fold(item.args["alias"])) for item in node.expressions if isinstance(item, exp.Alias)))
    _clauses(node, frame, aliases, ctes, result)
    return Outputs(*_projection(node, frame, result))


def _clauses(node: exp.Select, frame: Frame, aliases: Outputs, ctes: Ctes, result: Resolution) -> None:
    everywhere = result.dialect != "postgres"
    nothing = Outputs()
    in_select = aliases if result.dialect == "duckdb" else nothing
    seen_by = {"where": everywhere, "having": everywhere, "group": True, "order": True, "qualify": everywhere}
    for item in node.expressions:
        _expressions(item, frame, ctes, result, aliases=in_select)
    if distinct := node.args.get("distinct"):
        _expressions(distinct, frame, ctes, result, aliases=aliases)
    for part in ("where", "group", "having", "qualify", "order", "limit", "offset"):
        if clause := node.args.get(part):
            _expressions(clause, frame, ctes, result, aliases=aliases if seen_by.get(part) else nothing)
    for window in node.args.get("windows") or ():
        _expressions(window, frame, ctes, result, aliases=nothing)


def _projection(node: exp.Select, frame: Frame, result: Resolution) -> tuple[tuple[Output, ...], bool]:
    columns: list[Output] = []
    is_open = False
    for item in node.expressions:
        given = _item(item, frame, result)
        columns.extend(given.columns)
        is_open = is_open or given.is_open
    return tuple(columns), is_open


def _item(item: exp.Expr, frame: Frame, result: Resolution) -> Outputs:
    if isinstance(item, exp.Star):
        return _starred(item, frame.star(result.dialect), result)
    if isinstance(item, exp.Column) and isinstance(item.this, exp.Star):
        wanted = result.fold(item.args.get("table"))
        source = next((s for around in frame.around() for s in around.sources if s.name == wanted), None)
        return _starred(item.this, source.outputs, result) if source else Outputs(is_open=True)
    inner = item.this if isinstance(item, exp.Alias) else item
    origin = result.origins.get(id(inner))
    name = result.fold(item.args["alias"]) if isinstance(item, exp.Alias) else _own_name(inner, result)
    if isinstance(item, exp.Alias) and result.dialect != "postgres":
        name = item.alias
    output = (
        Output(name, origin.table, origin.column, origin.nullable) if origin else Output(name, nullable=not isinstance(inner, exp.Count))
    )
    return Outputs((output,), is_open=isinstance(item, exp.Aliases))


def _starred(star: exp.Star, given: Outputs, result: Resolution) -> Outputs:
    left_out = {result.fold(column.this if isinstance(column, exp.Column) else column) for column in star.args.get("except_") or ()}
    renamed = {alias.this.name.lower(): alias.alias for alias in star.args.get("rename") or () if isinstance(alias, exp.Alias)}
    kept = (column for column in given.columns if column.name not in left_out and column.name.lower() not in left_out)
    return Outputs(tuple(Output(renamed.get(c.name.lower(), c.name), c.table, c.column, c.nullable) for c in kept), given.is_open)


def _own_name(node: exp.Expr, result: Resolution) -> str:
    """The name the engine gives an output that has no alias; PostgreSQL's rules, the statement's text elsewhere."""
    if isinstance(node, exp.Column):
        return result.fold(node.this) if result.dialect == "postgres" else node.name
    if result.dialect != "postgres":
        return node.sql(dialect=result.dialect)
    if isinstance(node, (exp.Cast, exp.Paren, exp.Filter, exp.Window, exp.WithinGroup)):
        return _own_name(node.this, result)
    if isinstance(node, exp.Case):
        return "case"
    is_call = isinstance(node, exp.Func) and not isinstance(node, (exp.Connector, exp.Binary))
    return node.sql(dialect="postgres").split("(")[0].strip().lower() if is_call else "?column?"


def _expressions(root: exp.Expr, frame: Frame, ctes: Ctes, result: Resolution, *, aliases: Outputs) -> None:
    """Columns of this clause in this frame; queries inside it in frames of their own."""
    columns: list[exp.Column] = []
    pending = [root]
    while pending:
        node = pending.pop()
        if isinstance(node, exp.Query) and not isinstance(node, exp.Table):
            _query(node, ctes, frame, result)
            continue
        if isinstance(node, exp.Column):
            columns.append(node)
            continue
        pending.extend(node.iter_expressions(reverse=True))
    resolve_columns(columns, frame, aliases, result)


def _join(join: exp.Join, frame: Frame, ctes: Ctes, result: Resolution) -> None:
    before = len(frame.sources)
    _source(join.this, frame, ctes, result)
    left, right = frame.sources[:before], frame.sources[before:]
    using = [result.fold(name) for name in join.args.get("using") or ()]
    if join.args.get("method") == "NATURAL":
        using = [n for n in _names(left, result) if n in set(_names(right, result))]
    for name in using:
        for side in (left, right):
            if not any(source.outputs.is_open or source.find(name, result.dialect) for source in side):
                shown = ", ".join(source.name for source in side)
                result.report(error("unknown-column", f"USING ({quoted(name)}): {shown} has no such column.", "Join with ON instead."))
        frame.merged.add(name)
    if join.args.get("kind") in {"SEMI", "ANTI"}:
        for source in right:
            source.is_shown_by_star = False
    if on := join.args.get("on"):
        _expressions(on, frame, ctes, result, aliases=Outputs())


def _names(sources: list[Source], result: Resolution) -> list[str]:
    return [fold_name(column.name, result.dialect) for source in sources for column in source.outputs.columns]


def _source(node: exp.Expr, frame: Frame, ctes: Ctes, result: Resolution) -> None:
    """Add what stands in FROM to the frame."""
    if isinstance(node, exp.Table):
        _table(node, frame, ctes, result)
    elif isinstance(node, exp.Subquery) and isinstance(node.unnest(), exp.Table):
        _source(node.this, frame, ctes, result)  # brackets around a table or a join
    elif isinstance(node, exp.Subquery):
        sees = frame if result.dialect == "duckdb" else frame.parent
        _add(node, _query(_without_alias(node), ctes, sees, result), frame, result)
    elif isinstance(node, exp.Lateral) and isinstance(node.this, exp.Subquery):
        _add(node, _query(node.this, ctes, frame, result), frame, result)
    elif isinstance(node, (exp.Lateral, exp.Unnest, exp.Values)) and not isinstance(node.this, exp.Identifier):
        _call(node, frame, ctes, result)
    else:
        result.report(error("not-allowed", f"{type(node).__name__} cannot stand in FROM.", "Use tables, subqueries or VALUES."))
    for join in node.args.get("joins") or ():
        _join(join, frame, ctes, result)


def _without_alias(node: exp.Subquery) -> exp.Expr:
    has_modifiers = any(node.args.get(part) for part in ("with_", "order", "limit", "offset"))
    return node if has_modifiers else node.this


def _table(node: exp.Table, frame: Frame, ctes: Ctes, result: Resolution) -> None:
    if isinstance(node.this, exp.Func):
        _call(node, frame, ctes, result)
        return
    name = result.fold(node.this)
    if not node.args.get("db") and name in ctes:
        _add(node, ctes[name], frame, result)
        return
    table = _real_table(node, result)
    outputs = table_outputs(table) if table else Outputs(is_open=True)
    _add(node, outputs, frame, result, table)


def _real_table(node: exp.Table, result: Resolution) -> Table | None:
    if result.catalog is None:
        if is_system(node, result.dialect):
            result.report(system_table(node))
        result.references.append((node, None))
        return None
    table = find(node, result.catalog, result.dialect)
    if table is None:
        result.report(unknown(node, result.catalog, result.dialect))
    result.references.append((node, table))
    return table


def _call(node: exp.Expr, frame: Frame, ctes: Ctes, result: Resolution) -> Outputs:
    """UNNEST, a series, VALUES or a JSON function in FROM: its arguments see the sources before it."""
    for name, value in node.args.items():
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, exp.Expr) and name not in {"alias", "joins", "offset"}:
                _expressions(child, frame, ctes, result, aliases=Outputs())
    width = len(node.expressions[0].expressions) if isinstance(node, exp.Values) and node.expressions else 0
    values = Outputs(tuple(Output(f"column{i + 1}" if result.dialect != "duckdb" else f"col{i}") for i in range(width)))
    outputs = values if width else Outputs(is_open=True)
    _add(node, outputs, frame, result)
    return outputs


def _add(node: exp.Expr, outputs: Outputs, frame: Frame, result: Resolution, table: Table | None = None) -> None:
    alias = node.args.get("alias")
    identifier = alias.this if alias is not None and alias.this is not None else node.this if isinstance(node, exp.Table) else None
    name = result.fold(identifier) if isinstance(identifier, exp.Identifier) else ""
    columns = [result.fold(c) if result.dialect == "postgres" else c.name for c in (alias.args.get("columns") or () if alias else ())]
    if name and any(source.name == name for source in frame.sources):
        result.report(error("duplicate-alias", f"{quoted(name)} names two sources in one FROM.", "Give each its own alias."))
    source = Source(name, outputs.renamed(columns), table)
    result.sources[id(node)] = source
    frame.sources.append(source)
