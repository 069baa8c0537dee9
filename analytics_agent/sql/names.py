"""Names resolved against the catalog, by SQL's own scoping rules: queries, their clauses and what they give. FROM is in sources.py.

Findings are complete: resolving goes on after an unknown name. Without a catalog every table is taken to exist with any columns,
and what is checked is that qualifiers are in sight and that no table is the engine's own.
"""

from sqlglot import exp

from analytics_agent.domain.catalog import Catalog, Dialect
from analytics_agent.sql import sources
from analytics_agent.sql.clauses import ALIASES_SEEN_IN
from analytics_agent.sql.columns import Aliases, resolve_columns
from analytics_agent.sql.dialects import BOOKS
from analytics_agent.sql.identifiers import output_name
from analytics_agent.sql.nodes import Nodes
from analytics_agent.sql.scope import Ctes, Frame, Output, Outputs, Resolution, Source
from analytics_agent.sql.verdict import error, quoted

_NOTHING: Aliases = {}
_QUERIES = frozenset((exp.Select, exp.Union, exp.Intersect, exp.Except, exp.Subquery))
_CLAUSES = ("prewhere", "where", "group", "having", "qualify", "order", "cluster", "sort", "distribute", "limit", "offset")


def resolve(tree: exp.Expr, dialect: Dialect, catalog: Catalog | None, nodes: Nodes | None = None) -> Resolution:
    """Resolve every name of a checked query. `nodes` are its nodes, where they were found already."""
    result = Resolution(dialect, catalog)
    result.outputs = query(tree, {}, None, result)
    _all_tables_were_seen(nodes or Nodes(tree), result)
    return result


def _all_tables_were_seen(nodes: Nodes, result: Resolution) -> None:
    """A table in a place that resolving does not know is one that nobody allowed."""
    for table in nodes.of(exp.Table):
        if id(table) not in result.sources:
            message = f"{quoted(table.name)} stands where no table is looked for, so it cannot be checked."
            result.report(error("not-allowed", message, "Read each table in the FROM of a plain SELECT or of a CTE."), table)


def query(node: exp.Expr, ctes: Ctes, outer: Frame | None, result: Resolution) -> Outputs:
    """What a query gives, its names resolved, once. `ctes` are the WITH queries in sight, `outer` the SELECT around it."""
    if (known := result.outputs_of.get(id(node))) is not None:
        return known
    ctes = _with(node, ctes, outer, result)
    if isinstance(node, exp.Select):
        outputs = _select(node, ctes, outer, result)
    elif isinstance(node, exp.Subquery):
        outputs = query(node.this, ctes, outer, result)
        _modifiers(node, outputs, ctes, outer, result)
    elif isinstance(node, exp.SetOperation):
        outputs = _set_operation(node, ctes, outer, result)
    elif isinstance(node, exp.Values):
        outputs = sources.call(node, Frame(outer), ctes, result)
    else:
        outputs = Outputs(is_open=True)
    result.outputs_of[id(node)] = outputs
    return outputs


def _with(node: exp.Expr, ctes: Ctes, outer: Frame | None, result: Resolution) -> Ctes:
    clause = node.args.get("with_")
    if clause is None:
        return ctes
    inner = dict(ctes)
    recursive = clause.args.get("recursive") or BOOKS[result.dialect].recurses_unsaid
    for cte in clause.expressions:
        alias = cte.args["alias"]
        if cte.args.get("scalar"):
            expressions(cte.this, Frame(outer), inner, result, aliases=_NOTHING)
            result.scalars.add(result.fold(alias.this))
            continue
        name = result.fold_source(alias.this)
        columns = [output_name(identifier, result.dialect) for identifier in alias.args.get("columns") or ()]
        if recursive and isinstance(cte.this.unnest(), exp.SetOperation):
            inner[name] = _unsure(_first_branch(cte.this.unnest(), inner, outer, result).renamed(columns))
        inner[name] = query(cte.this, inner, outer, result).renamed(columns)
    return inner


def _unsure(outputs: Outputs) -> Outputs:
    """The branch that recurses sees names only: what its rows will be is told by both branches."""
    return Outputs(tuple(Output(column.name) for column in outputs.columns), outputs.is_open)


def _first_branch(node: exp.Expr, ctes: Ctes, outer: Frame | None, result: Resolution) -> Outputs:
    """The branch that does not recurse comes first and gives the names."""
    while isinstance(node, exp.SetOperation):
        ctes = _with(node, ctes, outer, result)
        node = node.this
    return query(node, ctes, outer, result)


def _set_operation(node: exp.SetOperation, ctes: Ctes, outer: Frame | None, result: Resolution) -> Outputs:
    branches: list[exp.Expr] = []
    left: exp.Expr = node
    while isinstance(left, exp.SetOperation):
        branches.append(left.expression)
        left = left.this
        if isinstance(left, exp.SetOperation):
            ctes = _with(left, ctes, outer, result)
    outputs = query(left, ctes, outer, result)
    others = [query(branch, ctes, outer, result) for branch in reversed(branches)]
    if node.args.get("by_name"):
        _modifiers(node, outputs, ctes, outer, result)
        return Outputs(tuple(Output(column.name) for column in outputs.columns), True)
    for other in others:
        if not other.is_open and not outputs.is_open and len(other.columns) != len(outputs.columns):
            message = f"The queries combined by {node.key.upper()} have {len(outputs.columns)} and {len(other.columns)} columns."
            result.report(error("set-width", message, "Select the same number of columns in each."), node)
    _modifiers(node, outputs, ctes, outer, result)
    return _combined(outputs, others)


def _combined(first: Outputs, others: list[Outputs]) -> Outputs:
    is_even = not first.is_open and all(not other.is_open and len(other.columns) == len(first.columns) for other in others)
    if not is_even:
        return Outputs(tuple(Output(column.name) for column in first.columns), first.is_open)
    rows = zip(first.columns, *(other.columns for other in others), strict=True)
    return Outputs(tuple(Output(row[0].name, nullable=any(each.nullable for each in row), branches=row) for row in rows))


def _modifiers(node: exp.Expr, outputs: Outputs, ctes: Ctes, outer: Frame | None, result: Resolution) -> None:
    """ORDER BY and LIMIT of a combined query see its output names only."""
    frame: Frame | None = None
    for part in ("order", "limit", "offset"):
        if clause := node.args.get(part):
            frame = frame or Frame(outer, [Source("", outputs)], is_of_combined=isinstance(node, exp.SetOperation))
            expressions(clause, frame, ctes, result, aliases=_NOTHING)


def _select(node: exp.Select, ctes: Ctes, outer: Frame | None, result: Resolution) -> Outputs:
    frame = Frame(outer)
    result.frames[id(node)] = frame
    args = node.args
    if from_ := args.get("from_"):
        sources.add(from_.this, frame, ctes, result)
    for lateral in args.get("laterals") or ():
        sources.add(lateral, frame, ctes, result)
    for join in args.get("joins") or ():
        sources.join(join, frame, ctes, result)
    _clauses(node, frame, _aliases(node, result), ctes, result)
    return _projection(node, frame, result)


def _aliases(node: exp.Select, result: Resolution) -> Aliases:
    named: Aliases = {}
    for item in node.expressions:
        if isinstance(item, exp.Alias):
            identifier = item.args["alias"]
            named.setdefault(result.fold(identifier), Output(output_name(identifier, result.dialect), node=item.this))
    return named


def _clauses(node: exp.Select, frame: Frame, aliases: Aliases, ctes: Ctes, result: Resolution) -> None:
    seen = ALIASES_SEEN_IN[result.dialect]
    args = node.args
    in_select = aliases if "select" in seen else _NOTHING
    for item in node.expressions:
        expressions(item, frame, ctes, result, aliases=in_select)
    if distinct := args.get("distinct"):
        expressions(distinct, frame, ctes, result, aliases=aliases)
    for part in _CLAUSES:
        if clause := args.get(part):
            expressions(clause, frame, ctes, result, aliases=aliases if part in seen else _NOTHING, is_order=part == "order")
    for window in args.get("windows") or ():
        expressions(window, frame, ctes, result, aliases=_NOTHING)


def _projection(node: exp.Select, frame: Frame, result: Resolution) -> Outputs:
    columns: list[Output] = []
    is_open = False
    for item in node.expressions:
        if isinstance(item, exp.Star) or (isinstance(item, exp.Column) and isinstance(item.this, exp.Star)):
            given = _star(item, frame, result)
            columns.extend(given.columns)
            is_open = is_open or given.is_open
        else:
            columns.append(_item(item, result))
            is_open = is_open or isinstance(item, exp.Aliases)
    return Outputs(tuple(columns), is_open)


def _star(item: exp.Expr, frame: Frame, result: Resolution) -> Outputs:
    if isinstance(item, exp.Star):
        return _starred(item, frame.star(result.dialect), result)
    wanted = result.fold_source(item.args.get("table"))
    source = next((s for around in frame.around() for s in around.sources if s.name == wanted), None)
    return _starred(item.this, source.outputs, result) if source else Outputs(is_open=True)


def _item(item: exp.Expr, result: Resolution) -> Output:
    inner = item.this if isinstance(item, exp.Alias) else item
    name = output_name(item.args["alias"], result.dialect) if isinstance(item, exp.Alias) else _own_name(inner, result)
    origin = result.origins.get(id(inner)) if isinstance(inner, exp.Column) else None
    if origin is None:
        return Output(name, nullable=not isinstance(inner, exp.Count), node=inner)
    return Output(name, origin.table, origin.column, origin.nullable, origin.node, origin.branches)


def _starred(star: exp.Star, given: Outputs, result: Resolution) -> Outputs:
    except_, rename, replace = (star.args.get(part) or () for part in ("except_", "rename", "replace"))
    if not (except_ or rename or replace):
        return given
    left_out = {result.fold(column.this if isinstance(column, exp.Column) else column) for column in except_}
    renamed = {result.fold(alias.this): alias.alias for alias in rename if isinstance(alias, exp.Alias)}
    replaced = {result.fold(alias.args["alias"]): alias.this for alias in replace if isinstance(alias, exp.Alias)}
    columns: list[Output] = []
    for column in given.columns:
        name = result.fold(exp.to_identifier(column.name, quoted=True))
        if name in replaced:
            columns.append(Output(column.name, node=replaced[name]))
        elif name not in left_out:
            shown = renamed.get(name, column.name)
            columns.append(Output(shown, column.table, column.column, column.nullable, column.node, column.branches))
    return Outputs(tuple(columns), given.is_open)


def _own_name(node: exp.Expr, result: Resolution) -> str:
    """The name the engine gives an output that has no alias; PostgreSQL's rules, the statement's text elsewhere."""
    if isinstance(node, exp.Column):
        return output_name(node.this, result.dialect)
    if result.dialect != "postgres":
        return node.sql(dialect=result.dialect)
    if isinstance(node, (exp.Cast, exp.Paren, exp.Filter, exp.Window, exp.WithinGroup)):
        return _own_name(node.this, result)
    if isinstance(node, exp.Case):
        return "case"
    if isinstance(node, exp.Subquery) and (outputs := result.outputs_of.get(id(node))) is not None and outputs.columns:
        return outputs.columns[0].name
    is_call = isinstance(node, exp.Func) and not isinstance(node, (exp.Connector, exp.Binary))
    return node.sql(dialect="postgres").split("(")[0].strip().lower() if is_call else "?column?"


def expressions(root: exp.Expr, frame: Frame, ctes: Ctes, result: Resolution, *, aliases: Aliases, is_order: bool = False) -> None:
    """Columns of this clause in this frame; queries inside it in frames of their own."""
    columns: list[exp.Column] = []
    pending: list[exp.Expr] = [root]
    while pending:
        node = pending.pop()
        kind = node.__class__
        if kind is exp.Column:
            columns.append(node)  # type: ignore[arg-type]
            if isinstance(node.this, exp.Star):
                pending.append(node.this)
        elif kind in _QUERIES:
            query(node, ctes, frame, result)
        else:
            for value in node.args.values():
                if value.__class__ is list:
                    pending.extend([each for each in value if isinstance(each, exp.Expr)])
                elif isinstance(value, exp.Expr):
                    pending.append(value)
    if columns:
        resolve_columns(columns, frame, aliases, result, is_order=is_order)
