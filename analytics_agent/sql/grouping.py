"""Findings about grouping: columns neither grouped nor aggregated, aggregates and window functions where none may stand, ordinals,
windows by name, DISTINCT and its ORDER BY, and subqueries that stand for one value.
"""

from collections.abc import Iterator
from typing import Any, Final

from sqlglot import exp

from analytics_agent.domain.catalog import Dialect
from analytics_agent.sql.nodes import Nodes
from analytics_agent.sql.scope import Frame, Output, Resolution
from analytics_agent.sql.verdict import error, quoted, warning

_LENIENT: Final[frozenset[Dialect]] = frozenset({"sqlite", "mysql"})
"""There a column that is neither grouped nor aggregated is that of any row of the group. (MySQL refuses it unless told otherwise.)"""
_QUERIES = (exp.Query,)
_CLAUSES = ("where", "having", "qualify", "group", "order")
_KNOWS_KEYS: Final[frozenset[Dialect]] = frozenset({"postgres", "mysql", "sqlite"})
_DISTINCT_ORDERS: Final[frozenset[Dialect]] = frozenset({"postgres", "duckdb", "bigquery", "trino", "tsql"})
_HAS_QUALIFY: Final[frozenset[Dialect]] = frozenset({"duckdb", "snowflake", "bigquery", "databricks", "clickhouse"})
_WINDOWS_ONLY = tuple(
    getattr(exp, name)
    for name in ("RowNumber", "Rank", "DenseRank", "Ntile", "Lag", "Lead", "FirstValue", "LastValue", "NthValue", "CumeDist", "PercentRank")
    if hasattr(exp, name)
)
_MAY_AGGREGATE = (exp.AggFunc, exp.Anonymous, exp.AnonymousAggFunc)
_VALUE_PLACES = (exp.Binary, exp.Alias, exp.Coalesce, exp.Case, exp.If, exp.Neg, exp.Between)


def judge_grouping(nodes: Nodes, names: Resolution) -> None:
    """Report every finding about grouping to the resolution."""
    for select in nodes.kinds.get(exp.Select, ()):
        if (frame := names.frames.get(id(select))) is not None:
            _Select(select, frame, names).judge()
    for subquery in nodes.kinds.get(exp.Subquery, ()):
        _one_value(subquery, names)


class _Select:
    """One SELECT: what it groups by, and what it reads besides."""

    def __init__(self, select: exp.Expr, frame: Frame, names: Resolution) -> None:
        self.select, self.frame, self.names = select, frame, names
        self.dialect = names.dialect
        self.items: list[exp.Expr] = select.expressions
        self.clauses: dict[str, exp.Expr] = {part: clause for part in _CLAUSES if (clause := select.args.get(part)) is not None}
        self.own = {id(source) for source in frame.sources}

    def judge(self) -> None:
        aggregates = [call for part in self._after_grouping() for call in _calls(part)]
        for part in ("where", "group"):
            if part in self.clauses:
                self._misplaced(self.clauses[part], "WHERE" if part == "where" else "GROUP BY")
        for join in self.select.args.get("joins") or ():
            if (on := join.args.get("on")) is not None:
                self._misplaced(on, "a JOIN's ON")
        if "having" in self.clauses:
            self._no_window(self.clauses["having"], "HAVING")
        for call in aggregates:
            self._nested(call)
        self._ordinals()
        self._window_names()
        groups = "group" in self.clauses or ("having" in self.clauses and self.dialect != "mysql")
        if groups or any(not _is_windowed(call) for call in aggregates):
            self._ungrouped()
        elif (distinct := self.select.args.get("distinct")) is not None and distinct.args.get("on") is None:
            self._dropped_by_distinct()

    def _after_grouping(self) -> list[exp.Expr]:
        """What is computed of groups."""
        return [*self.items, *(self.clauses[part] for part in ("having", "qualify", "order") if part in self.clauses)]

    def _text(self, node: exp.Expr) -> str:
        return quoted(node.sql(dialect=self.dialect, comments=False))

    def _misplaced(self, clause: exp.Expr, where: str) -> None:
        """Aggregates and window functions where rows are not grouped yet."""
        for call in self._calls_meant(clause):
            if _is_windowed(call):
                continue
            hint = "Use HAVING, or compare with a subquery: (SELECT …)." if where == "WHERE" else "Aggregate in a subquery or CTE first."
            message = f"{self._text(call)} is an aggregate, which cannot stand in {where}."
            self.names.report(error("aggregate-misplaced", message, hint), call)
        self._no_window(clause, where)

    def _calls_meant(self, clause: exp.Expr) -> Iterator[exp.Expr]:
        """Aggregates of this SELECT's rows: an item of GROUP BY may be the number or the name of one."""
        yield from _calls(clause)
        for item in clause.expressions if isinstance(clause, exp.Group) else ():
            meant = self._meant(item)
            if meant is not item:
                yield from _calls(meant)

    def _no_window(self, clause: exp.Expr, where: str) -> None:
        for window in _walk(clause, exp.Window):
            hint = "Compute it in a subquery or CTE and filter outside" + (", or use QUALIFY." if self.dialect in _HAS_QUALIFY else ".")
            message = f"{self._text(window)} is a window function, which cannot stand in {where}."
            self.names.report(error("window-misplaced", message, hint), window)

    def _nested(self, call: exp.Expr) -> None:
        if _is_windowed(call):
            return
        for inner in _calls(*_arguments(call)):
            if not _is_windowed(inner) and not isinstance(inner, _WINDOWS_ONLY):
                message = f"{self._text(call)} aggregates an aggregate."
                hint = "Compute the inner aggregate in a subquery or CTE, then aggregate its rows."
                self.names.report(error("nested-aggregate", message, hint), call)
                return

    def _ordinals(self) -> None:
        """ORDER BY 3 of two columns."""
        outputs = self.names.outputs_of.get(id(self.select))
        if outputs is None or outputs.is_open:
            return
        width = len(outputs.columns)
        for part in ("group", "order"):
            for item in self.clauses[part].expressions if part in self.clauses else ():
                inner = item.this if isinstance(item, exp.Ordered) else item
                if _is_number(inner) and not 1 <= int(inner.this) <= width:
                    message = f"{part.upper()} BY {inner.this}: the SELECT has {width} column{'s' if width > 1 else ''}."
                    self.names.report(error("ordinal", message, f"Use 1 to {width}, or the expression itself."), item)

    def _window_names(self) -> None:
        listed = self.select.args.get("windows") or ()
        known = {self.names.fold(window.this): window.this.name for window in listed}
        for item in (*self.items, *self.clauses.values()):
            for window in _walk(item, exp.Window):
                used = window.args.get("alias")
                if isinstance(used, exp.Identifier) and self.names.fold(used) not in known:
                    hint = f"Windows here: {', '.join(known.values())}." if known else "Define it: WINDOW name AS (…), or write OVER (…)."
                    self.names.report(error("unknown-window", f"There is no window {quoted(used.name)}.", hint), window)

    def _ungrouped(self) -> None:
        group = self.clauses.get("group")
        if group is not None and (group.args.get("all") or group.args.get("totals")):
            return
        grouped = [self._meant(item) for item in _grouped_items(group)] if group is not None else []
        columns = {key for item in grouped if (key := self._column_key(item)) is not None}
        forms = {self._form(item) for item in grouped if self._column_key(item) is None}
        parts = self._after_grouping()
        if self.dialect == "sqlite" and any(isinstance(call, (exp.Max, exp.Min)) for part in parts for call in _calls(part)):
            return  # columns beside MAX or MIN are those of that row
        told: set[Any] = set()
        for part in parts:
            for column in self._free(part, columns, forms):
                if (key := self._column_key(column)) not in told:
                    told.add(key)
                    self._tell(column, bool(grouped))

    def _tell(self, column: exp.Expr, has_groups: bool) -> None:
        shown = self._text(column)
        if has_groups:
            hint = f"Add {shown} to GROUP BY, or aggregate it: MAX({shown})."
        else:
            hint = f"Add GROUP BY {shown}, aggregate it, or use a window: … OVER ()."
        if self.dialect in _LENIENT:
            message = f"{shown} is neither grouped nor aggregated: it is the value of any row of the group."
            self.names.report(warning("not-grouped", message, hint), column)
        else:
            self.names.report(error("not-grouped", f"{shown} is neither in GROUP BY nor in an aggregate.", hint), column)

    def _free(self, part: exp.Expr, columns: set[Any], forms: set[Any]) -> Iterator[exp.Expr]:
        """Columns that stand outside of aggregates and of what is grouped."""
        pending = [part]
        while pending:
            node = pending.pop()
            if isinstance(node, exp.Column):
                key = self._column_key(node)
                if key is not None and key not in columns and not self._depends_on_key(node, columns):
                    yield node
                continue
            if isinstance(node, exp.Window):
                pending.extend(child for child in node.iter_expressions() if child is not node.this)
                pending.extend(_arguments(_call_of(node.this)))
                continue
            if isinstance(node, _QUERIES) or (isinstance(node, _MAY_AGGREGATE) and not isinstance(node, _WINDOWS_ONLY)):
                continue
            if isinstance(node, (exp.WithinGroup, exp.Filter, exp.Star)) or (forms and self._form(node) in forms):
                continue
            pending.extend(node.iter_expressions())

    def _column_key(self, node: exp.Expr) -> tuple[int, str] | None:
        """A column of this SELECT's own sources; None for an output name, a column of a query around it, and whatever is not known."""
        source = self.names.sources_of.get(id(node))
        if source is None or id(source) not in self.own:
            return None
        output = self.names.origins.get(id(node))
        name = output.name if output is not None else ""
        folded = self.names.fold(node.this) if isinstance(node, exp.Column) else name
        if folded in self.frame.merged:
            return (0, folded)
        return (id(source), name)

    def _depends_on_key(self, node: exp.Expr, columns: set[Any]) -> bool:
        """All columns of a table follow from its primary key, where the engine knows that."""
        source = self.names.sources_of.get(id(node))
        key = source.table.primary_key if source is not None and source.table is not None else ()
        if source is None or not key or self.dialect not in _KNOWS_KEYS:
            return False
        return all((id(source), name) in columns or (0, self.names.fold(exp.to_identifier(name, quoted=True))) in columns for name in key)

    def _meant(self, item: exp.Expr) -> exp.Expr:
        """What an item of GROUP BY stands for: a number or an output name is an expression of the SELECT."""
        while isinstance(item, exp.Paren):
            item = item.this
        if _is_number(item):
            place = int(item.this) - 1
            chosen = self.items[place] if 0 <= place < len(self.items) else item
            return chosen.this if isinstance(chosen, exp.Alias) else chosen
        if isinstance(item, exp.Column) and id(item) not in self.names.sources_of:
            output = self.names.origins.get(id(item))
            if isinstance(output, Output) and output.node is not None:
                return output.node
        return item

    def _form(self, node: exp.Expr) -> Any:
        """Equal for expressions that are the same, however their columns are written."""
        if isinstance(node, exp.Paren):
            return self._form(node.this)
        if isinstance(node, exp.Column):
            return self._column_key(node) or ("name", node.sql())
        if isinstance(node, exp.Literal):
            return (node.this, bool(node.args.get("is_string")))
        parts: list[Any] = [node.__class__.__name__]
        for name, value in node.args.items():
            if value is None or value is False or value == []:
                continue
            if isinstance(value, list):
                parts.append((name, *(self._form(each) if isinstance(each, exp.Expr) else str(each) for each in value)))
            else:
                parts.append((name, self._form(value) if isinstance(value, exp.Expr) else str(value).lower()))
        return tuple(parts)

    def _dropped_by_distinct(self) -> None:
        """ORDER BY something that SELECT DISTINCT does not give: which of the rows' values would count?"""
        order = self.clauses.get("order")
        if order is None or any(item.is_star for item in self.items):
            return
        given = {self._form(item.this if isinstance(item, exp.Alias) else item) for item in self.items}
        for item in order.expressions:
            inner = item.this
            is_name = isinstance(inner, exp.Column) and id(inner) not in self.names.sources_of
            if _is_number(inner) or is_name or not inner.find(exp.Column) or self._form(inner) in given:
                continue
            message = f"ORDER BY {self._text(inner)}, which SELECT DISTINCT does not give."
            hint = "Add it to the SELECT, or use GROUP BY and order by an aggregate."
            tell = error if self.dialect in _DISTINCT_ORDERS else warning
            self.names.report(tell("distinct-order", message, hint), item)


def _grouped_items(group: exp.Expr) -> Iterator[exp.Expr]:
    """The expressions of GROUP BY, those of ROLLUP, CUBE and GROUPING SETS too."""
    sets = [each for part in ("grouping_sets", "cube", "rollup") for each in group.args.get(part) or () if isinstance(each, exp.Expr)]
    pending = [*sets, *group.expressions]
    while pending:
        node = pending.pop()
        if isinstance(node, (exp.Tuple, exp.Paren, exp.Rollup, exp.Cube, exp.GroupingSets)):
            pending.extend(node.iter_expressions())
            if isinstance(node, exp.Tuple):
                yield node
        else:
            yield node


def _one_value(subquery: exp.Expr, names: Resolution) -> None:
    """A subquery that stands for a value has one column."""
    outputs = names.outputs_of.get(id(subquery))
    parent = subquery.parent
    if outputs is None or outputs.is_open or len(outputs.columns) == 1 or not isinstance(parent, _VALUE_PLACES):
        return
    if any(isinstance(side, (exp.Tuple, exp.Subquery)) and side is not subquery for side in (parent.this, parent.args.get("expression"))):
        return
    message = f"The subquery stands for one value and gives {len(outputs.columns)} columns."
    names.report(error("one-value", message, "Select one column in it, or join it."), subquery)


def _calls(*parts: exp.Expr) -> Iterator[exp.Expr]:
    """Calls of aggregates, not those of queries inside."""
    for part in parts:
        for node in _walk(part, exp.AggFunc):
            if not (isinstance(node, (exp.Max, exp.Min)) and node.expressions):
                yield node


def _walk(root: exp.Expr, kind: type[exp.Expr]) -> Iterator[exp.Expr]:
    """Nodes of a kind, not those of queries inside."""
    pending = [root]
    while pending:
        node = pending.pop()
        if isinstance(node, _QUERIES):
            continue
        if isinstance(node, kind):
            yield node
        pending.extend(node.iter_expressions())


def _is_windowed(call: exp.Expr) -> bool:
    """Whether it stands before OVER."""
    node: exp.Expr = call
    while isinstance(node.parent, (exp.Filter, exp.WithinGroup, exp.IgnoreNulls, exp.RespectNulls)) and node.parent.this is node:
        node = node.parent
    return isinstance(call, _WINDOWS_ONLY) or (isinstance(node.parent, exp.Window) and node.parent.this is node)


def _call_of(node: exp.Expr) -> exp.Expr:
    while isinstance(node, (exp.Filter, exp.WithinGroup, exp.IgnoreNulls, exp.RespectNulls)):
        node = node.this
    return node


def _arguments(call: exp.Expr) -> list[exp.Expr]:
    return list(call.iter_expressions())


def _is_number(node: exp.Expr) -> bool:
    return isinstance(node, exp.Literal) and not node.args.get("is_string") and str(node.this).isdigit()
