"""Findings about grouping: columns neither grouped nor aggregated, aggregates and window functions where none may stand, ordinals,
windows by name, DISTINCT and its ORDER BY, and subqueries that stand for one value.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from sqlglot import exp

from analytics_agent.domain.catalog import Dialect
from analytics_agent.sql.nodes import Nodes
from analytics_agent.sql.scope import Frame, Output, Resolution
from analytics_agent.sql.verdict import error, quoted, shown, warning

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
_HIDING = (exp.Query, exp.AggFunc, exp.Anonymous, exp.AnonymousAggFunc, exp.WithinGroup, exp.Filter, exp.Star, exp.Literal, exp.DataType)
_BEFORE_GROUPING: Final[dict[str, str]] = {"where": "WHERE", "group": "GROUP BY", "joins": "a JOIN's ON", "prewhere": "PREWHERE"}
_AFTER_GROUPING: Final[frozenset[str]] = frozenset({"expressions", "having", "qualify", "order"})
_VALUE_PLACES = (exp.Binary, exp.Alias, exp.Select, exp.Coalesce, exp.Case, exp.If, exp.Neg, exp.Between, exp.In, exp.Ordered)


@dataclass
class _Calls:
    """Aggregates and window functions of one SELECT, each with the clause in which it stands; those of queries inside are theirs."""

    aggregates: list[tuple[exp.Expr, str]] = field(default_factory=list)
    windows: list[tuple[exp.Expr, str]] = field(default_factory=list)
    nesting: list[exp.Expr] = field(default_factory=list)


def judge_grouping(nodes: Nodes, names: Resolution) -> None:
    """Report every finding about grouping to the resolution."""
    calls = _calls_by_select(nodes)
    nothing = _Calls()
    for select in nodes.kinds.get(exp.Select, ()):
        if (frame := names.frames.get(id(select))) is not None and not names.has_enough:
            _Select(select, frame, names, calls.get(id(select), nothing)).judge()
    for subquery in nodes.kinds.get(exp.Subquery, ()):
        _one_value(subquery, names)


def _calls_by_select(nodes: Nodes) -> dict[int, _Calls]:
    found: dict[int, _Calls] = {}
    for call in nodes.of(exp.AggFunc):
        if isinstance(call, (exp.Max, exp.Min)) and call.expressions:
            continue  # SQLite's max(a, b) is no aggregate
        select, part, around = _home(call)
        if select is not None and not _is_windowed(call):
            calls = found.setdefault(id(select), _Calls())
            calls.aggregates.append((call, part))
            if around is not None and not _is_windowed(around):
                calls.nesting.append(around)
    for window in nodes.kinds.get(exp.Window, ()):
        select, part, _ = _home(window)
        if select is not None:
            found.setdefault(id(select), _Calls()).windows.append((window, part))
    return found


def _home(call: exp.Expr) -> tuple[exp.Expr | None, str, exp.Expr | None]:
    """The SELECT to which it belongs, the clause of it, and the aggregate around it."""
    around, child, parent = None, call, call.parent
    while parent is not None and parent.__class__ is not exp.Select:
        if isinstance(parent, _QUERIES):
            return None, "", None
        if around is None and isinstance(parent, exp.AggFunc) and child.arg_key != "over":
            around = parent
        child, parent = parent, parent.parent
    return parent, str(child.arg_key), around


class _Select:
    """One SELECT: what it groups by, and what it reads besides."""

    def __init__(self, select: exp.Expr, frame: Frame, names: Resolution, calls: _Calls) -> None:
        self.select, self.frame, self.names, self.calls = select, frame, names, calls
        self.dialect = names.dialect
        self.items: list[exp.Expr] = select.expressions
        self.clauses: dict[str, exp.Expr] = {part: clause for part in _CLAUSES if (clause := select.args.get(part)) is not None}
        self.own = {id(source) for source in frame.sources}

    def judge(self) -> None:
        self._misplaced()
        for call in {id(call): call for call in self.calls.nesting}.values():
            hint = "Compute the inner aggregate in a subquery or CTE, then aggregate its rows."
            self.names.report(error("nested-aggregate", f"{self._text(call)} aggregates an aggregate.", hint), call)
        if "group" in self.clauses or "order" in self.clauses:
            self._ordinals()
        if self.calls.windows:
            self._window_names()
        groups = "group" in self.clauses or ("having" in self.clauses and self.dialect != "mysql")
        if groups or any(part in _AFTER_GROUPING for _, part in self.calls.aggregates):
            self._ungrouped()
        elif (distinct := self.select.args.get("distinct")) is not None and distinct.args.get("on") is None:
            self._dropped_by_distinct()

    def _after_grouping(self) -> list[exp.Expr]:
        """What is computed of groups."""
        return [*self.items, *(self.clauses[part] for part in ("having", "qualify", "order") if part in self.clauses)]

    def _text(self, node: exp.Expr) -> str:
        return shown(node, self.dialect)

    def _misplaced(self) -> None:
        """Aggregates and window functions where rows are not grouped yet."""
        for call, part in self.calls.aggregates:
            if (where := _BEFORE_GROUPING.get(part)) is not None and not self._is_of_outside(call):
                self._tell_misplaced(call, where)
        for item in self.clauses["group"].expressions if "group" in self.clauses and self.calls.aggregates else ():
            meant = self._meant(item)
            for call, _ in self.calls.aggregates if meant is not item else ():
                if call is meant or any(parent is meant for parent in _parents(call)):
                    self._tell_misplaced(call, "GROUP BY")
        for window, part in self.calls.windows:
            where = "HAVING" if part == "having" else _BEFORE_GROUPING.get(part)
            if where is not None:
                self._tell_window_misplaced(window, self._text(window), where)
        if "where" in self.clauses and (self.calls.windows or self.calls.aggregates):
            self._named_too_early()

    def _named_too_early(self) -> None:
        """WHERE of these engines sees output names; those of aggregates and windows are not known there yet."""
        for column in self.clauses["where"].find_all(exp.Column):
            output = self.names.origins.get(id(column)) if id(column) not in self.names.sources_of else None
            if (
                output is None
                or output.node is None
                or not any(output.node is item.this for item in self.items if isinstance(item, exp.Alias))
            ):
                continue
            if output.node.find(exp.Window) is not None:
                self._tell_window_misplaced(column, quoted(column.name), "WHERE")
            elif any(call is output.node or any(up is output.node for up in _parents(call)) for call, _ in self.calls.aggregates):
                self._tell_misplaced(column, "WHERE")

    def _tell_window_misplaced(self, node: exp.Expr, shown: str, where: str) -> None:
        hint = "Compute it in a subquery or CTE and filter outside" + (", or use QUALIFY." if self.dialect in _HAS_QUALIFY else ".")
        self.names.report(error("window-misplaced", f"{shown} is a window function, which cannot stand in {where}.", hint), node)

    def _is_of_outside(self, call: exp.Expr) -> bool:
        """An aggregate of columns of the query around is that query's."""
        sources = [self.names.sources_of.get(id(column)) for column in call.find_all(exp.Column)]
        return bool(sources) and all(source is not None and id(source) not in self.own for source in sources)

    def _tell_misplaced(self, call: exp.Expr, where: str) -> None:
        hint = "Use HAVING, or compare with a subquery: (SELECT …)." if where == "WHERE" else "Aggregate in a subquery or CTE first."
        message = f"{self._text(call)} is an aggregate, which cannot stand in {where}."
        self.names.report(error("aggregate-misplaced", message, hint), call)

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
        for window, _ in self.calls.windows:
            used = window.args.get("alias")
            if isinstance(used, exp.Identifier) and self.names.fold(used) not in known:
                hint = f"Windows here: {', '.join(known.values())}." if known else "Define it: WINDOW name AS (…), or write OVER (…)."
                self.names.report(error("unknown-window", f"There is no window {quoted(used.name)}.", hint), window)

    def _ungrouped(self) -> None:
        group = self.clauses.get("group")
        if group is not None and (group.args.get("all") or group.args.get("totals")):
            return
        grouped = [self._meant(item) for item in _grouped_items(group)] if group is not None else []
        if any(isinstance(item, exp.Column) and id(item) not in self.names.origins for item in grouped):
            return  # a name that means nothing is told by itself
        columns = {key for item in grouped if (key := self._column_key(item)) is not None}
        forms = {self._form(item) for item in grouped if not isinstance(item, exp.Column)}
        kinds = {item.__class__ for item in grouped if not isinstance(item, exp.Column)}
        if self.dialect == "sqlite" and any(isinstance(call, (exp.Max, exp.Min)) for call, _ in self.calls.aggregates):
            return  # columns beside MAX or MIN are those of that row
        told: set[Any] = set()
        for part in self._after_grouping():
            for column in self._free(part, columns, forms, kinds):
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

    def _free(self, part: exp.Expr, columns: set[Any], forms: set[Any], kinds: set[type[exp.Expr]]) -> Iterator[exp.Expr]:
        """Columns that stand outside of aggregates and of what is grouped."""
        pending = [part]
        while pending:
            node = pending.pop()
            kind: Any = node.__class__
            if kind is exp.Column:
                key = self._column_key(node)
                if key is not None and key not in columns and not self._depends_on_key(node, columns):
                    yield node
            elif kind is exp.Window:
                pending.extend(child for child in node.iter_expressions() if child is not node.this)
                pending.extend(_call_of(node.this).iter_expressions())
            elif not _hides_columns(kind) and not (kind in kinds and self._form(node) in forms):
                for value in node.args.values():
                    if value.__class__ is list:
                        pending.extend([each for each in value if isinstance(each, exp.Expr)])
                    elif isinstance(value, exp.Expr):
                        pending.append(value)

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
    if isinstance(parent, exp.Select) and subquery.arg_key != "expressions":
        return
    if subquery.arg_key == "query":  # x IN (SELECT …)
        if not _is_row(parent.this):
            message = f"The query after IN gives {len(outputs.columns)} columns, and one value is looked for in them."
            names.report(error("one-value", message, "Select one column in it, or compare (a, b) IN (SELECT a, b …)."), subquery)
        return
    others = (
        [] if isinstance(parent, exp.Select) else [side for side in (parent.this, parent.args.get("expression")) if side is not subquery]
    )
    if any(isinstance(side, exp.Subquery) or _is_row(side) for side in others):
        return
    message = f"The subquery stands for one value and gives {len(outputs.columns)} columns."
    names.report(error("one-value", message, "Select one column in it, or join it."), subquery)


def _is_row(node: object) -> bool:
    """(a, b), ROW(a, b), or what may be of a composite type: a whole row is not told from a value here."""
    return isinstance(node, (exp.Tuple, exp.Struct)) or (isinstance(node, exp.Anonymous) and node.name.lower() == "row")


@cache
def _hides_columns(kind: Any) -> bool:
    """Aggregates and what may be one take every row's columns; queries have their own."""
    return issubclass(kind, _HIDING) and not issubclass(kind, _WINDOWS_ONLY)


def _parents(node: exp.Expr) -> Iterator[exp.Expr]:
    while node.parent is not None:
        node = node.parent
        yield node


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


def _is_number(node: exp.Expr) -> bool:
    return isinstance(node, exp.Literal) and not node.args.get("is_string") and str(node.this).isdigit()
