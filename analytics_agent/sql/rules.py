"""The rules on a tree, in the order of RULES: that list is the documentation. Each returns every finding it has.

What may be used is in the dialect's rulebook; the text that is made of the tree is looked at once more in last_look.py.
"""

import re
from collections.abc import Callable, Iterator

from sqlglot import exp

from analytics_agent.domain.evidence import SqlFinding
from analytics_agent.sql.bounds import bounded_generators, bounded_joins, bounded_literals, bounded_recursion, bounded_texts
from analytics_agent.sql.engine_forms import FORMS
from analytics_agent.sql.functions import NAMED, is_known, name_of
from analytics_agent.sql.last_look import MOST_UNKNOWN, unknown_names
from analytics_agent.sql.refusals import CLAUSES, INSTEAD, NAMED_PARTS, STATEMENTS, instead_of, not_a_query, unknown_function
from analytics_agent.sql.verdict import Context, error, quoted

Rule = Callable[[exp.Expr, Context], Iterator[SqlFinding]]


def only_a_query(tree: exp.Expr, context: Context) -> Iterator[SqlFinding]:
    """The statement is a SELECT, or SELECTs combined."""
    root = tree
    while isinstance(root, exp.Subquery):
        root = root.this
    if not isinstance(root, (exp.Select, exp.SetOperation)):
        first = context.tokens[0].text if context.tokens else ""
        why = STATEMENTS.get(type(root).__name__) if not isinstance(root, exp.Command) else None
        yield not_a_query(first, why or f"{quoted((first or root.key).upper(), 20)} is not a query")


def selects_something(tree: exp.Expr, context: Context) -> Iterator[SqlFinding]:
    """Every SELECT gives a column."""
    if any(not select.expressions for select in context.nodes.of(exp.Select)):
        yield error("selects-nothing", "A SELECT names no column.", "Name the columns to select.")


def known_nodes(tree: exp.Expr, context: Context) -> Iterator[SqlFinding]:
    """Every part is of a known kind. Functions are judged by their own rule, whose message says more."""
    for kind in sorted(kind.__name__ for kind in context.nodes.kinds if not _is_known_kind(kind, context)):
        why = STATEMENTS.get(kind)
        message = f"Not allowed: {why}." if why else f"{kind} is not known to be harmless, so it is not allowed."
        yield error("not-allowed", message, INSTEAD.get(kind, "Leave it out, or say the same with plain SELECT clauses."))


def known_clauses(tree: exp.Expr, context: Context) -> Iterator[SqlFinding]:
    """Every part carries known clauses only: a flag is as good a hiding place as a node."""
    unknown = {
        (kind.__name__, name)
        for kind, nodes in context.nodes.kinds.items()
        if (allowed := context.book.clauses.get(kind.__name__)) is not None
        for node in nodes
        for name, value in node.args.items()
        if value and name not in allowed and not _is_told_of(value, context)
    }
    for kind, name in sorted(unknown):
        why = NAMED_PARTS.get((kind, name)) or NAMED_PARTS.get(("", name)) or f"{name} of {kind.upper()} is not known to be harmless"
        yield error("not-allowed", f"Not allowed: {why}.", "Leave it out.")


def known_functions(tree: exp.Expr, context: Context) -> Iterator[SqlFinding]:
    """Every function is one whose meaning is known, or is on the list of its dialect or of this database by name."""
    unknown = {name_of(call): call for call in context.nodes.of(exp.Func) if not _is_known_call(call, context)}
    if unknown and any(True for _ in written_functions(tree, context)):
        unknown = {name: call for name, call in unknown.items() if isinstance(call, NAMED)}  # told of by the name they are written with
    for name in sorted(unknown)[:MOST_UNKNOWN]:
        if name and not isinstance(unknown[name].parent, exp.Dot):
            yield unknown_function(name, context)


def written_functions(tree: exp.Expr, context: Context) -> Iterator[SqlFinding]:
    """Every function is on the list by the name it was written with, too: a name of another engine means nothing in this one."""
    refused = [words for kind, words in CLAUSES.items() if kind not in context.book.nodes and context.nodes.of(getattr(exp, kind))]
    yield from unknown_names(context.tokens, context, frozenset[str]().union(*refused))


def plain_calls(tree: exp.Expr, context: Context) -> Iterator[SqlFinding]:
    """No function is called through a schema or a value, and fields of composite values are read where that is all it can mean."""
    for dot in context.nodes.of(exp.Dot):
        if isinstance(dot.expression, exp.Func):
            name = _dotted(dot)
            if not context.has_function(name):
                yield error("qualified-call", f"The function {quoted(name)} is called through a schema or a value.", _BARE_NAME)
        elif isinstance(dot.this, exp.Literal) or (isinstance(dot.expression, exp.Literal) and context.dialect != "clickhouse"):
            yield error("field-access", "A field is read of a text, or named by one.", "Select the column.")
        elif not context.book.reads_fields and not isinstance(dot.parent, exp.Dot):
            # In PostgreSQL (value).name can call a function of that name.
            yield error("field-access", "Reading a field with (value).field is not allowed.", "Select the column, or use ->> on JSON.")


_BARE_NAME = "Call it by its bare name. A function of your own must be listed for this database first."


_HAS_SPANS = frozenset({"postgres", "trino", "databricks", "bigquery"})
"""INTERVAL '1-2' YEAR TO MONTH."""


def known_types(tree: exp.Expr, context: Context) -> Iterator[SqlFinding]:
    """Casts go to known types, or to types that columns of this database have (enums)."""
    if context.dialect != "tsql" and any(not isinstance(size.this, exp.Literal) for size in context.nodes.of(exp.DataTypeParam)):
        yield error("unknown-type", "The size of a type is not a number.", "Write a number, or no size.")
    for kind in context.nodes.of(exp.DataType):
        if isinstance(kind, exp.IntervalSpan) and context.dialect in _HAS_SPANS:
            continue
        name = kind.args.get("kind")
        named = str(name.name if isinstance(name, exp.Expr) else name or "").lower()
        if kind.this not in context.book.types and not (named and context.has_columns_of(named)):
            shown = named or str(kind.this.value if hasattr(kind.this, "value") else kind.this).lower()
            yield error("unknown-type", f"A cast to {quoted(shown)} is not allowed.", "Cast to text, numeric, integer, date or timestamp.")


def tables_by_name(tree: exp.Expr, context: Context) -> Iterator[SqlFinding]:
    """What stands in FROM is a name of at most the parts that this dialect has, or a function that only unfolds a value."""
    for table in context.nodes.of(exp.Table):
        if table.args.get("catalog") and not context.book.reads_catalogs and context.catalog is None:
            yield error("other-database", "Another database may be meant.", "Leave the first part of the name out.")
        if not isinstance(table.this, (exp.Identifier, exp.Func)):
            yield error("table-function", f"{quoted(str(table.this or 'This'))} is not the name of a table.", _IN_FROM)
    for holder in context.nodes.of(exp.Table, exp.Lateral, exp.TableFromRows):
        call = holder.this
        if isinstance(holder, exp.TableFromRows) and not isinstance(call, exp.Func):
            yield error("table-function", "TABLE(…) makes a name from a value.", "Write the name itself.")
        if isinstance(call, exp.Func) and not _may_stand_in_from(call, context):
            name = name_of(call)
            yield error("table-function", f"{quoted(name)} cannot stand in FROM.", instead_of(name, context) or _IN_FROM)


_IN_FROM = "FROM takes tables of the catalog, subqueries, VALUES, UNNEST and bounded series."


def _may_stand_in_from(call: exp.Func, context: Context) -> bool:
    if name_of(call) == "table":  # Trino's TABLE(sequence(…)); what else stands in it comes from a connector
        return [type(each) for each in call.expressions] == [exp.GenerateSeries]
    is_meant = isinstance(call, (exp.GenerateSeries, exp.Explode, exp.Unnest))
    return is_meant or name_of(call) in context.book.table_functions or name_of(call) in context.allowed_functions


def no_session_values(tree: exp.Expr, context: Context) -> Iterator[SqlFinding]:
    """Words that look like a column and are a value of the session or the file. With a catalog, resolving knows better."""
    if context.catalog is not None:
        return
    words, pseudo = context.book.session_words, context.book.pseudo_columns
    for column in context.nodes.of(exp.Column) if words or pseudo else ():
        name = column.name.lower()
        is_word = name in words and not column.args.get("table") and not column.this.args.get("quoted")
        if is_word or name in pseudo or column.text("table").lower() in pseudo:
            yield error(
                "session-value", f"{quoted(name)} is no column of a table.", "Leave it out; a column of that name is written in quotes."
            )


_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE)


def grammatical(tree: exp.Expr, context: Context) -> Iterator[SqlFinding]:
    """Forms that sqlglot reads and the engines do not: told here, where a hint says what to write."""
    for join in context.nodes.of(exp.Join):
        is_free = join.args.get("method") == "NATURAL" or (join.args.get("kind") == "CROSS" and not join.args.get("side"))
        if is_free and (join.args.get("on") or join.args.get("using")):
            yield error("syntax", "A CROSS or NATURAL JOIN has a condition.", "Write JOIN … ON, or put the condition in WHERE.")
        if join.args.get("side") and join.args.get("kind") in {"INNER", "CROSS"}:
            yield error(
                "syntax", f"{join.args['side']} {join.args['kind']} JOIN is none.", "Write JOIN, LEFT JOIN, RIGHT JOIN or FULL JOIN."
            )
    if any(isinstance(window.this, exp.Paren) for window in context.nodes.of(exp.Window)):
        yield error("syntax", "What stands before OVER is in brackets.", "Write f(x) OVER (…).")
    if any(node.args.get("joins") and not node.args.get("from_") for node in context.nodes.of(exp.Select)):
        yield error("syntax", "A JOIN stands without a FROM.", "Write FROM a table before it.")
    operands = (side for node in context.nodes.of(exp.SetOperation) for side in (node.this, node.expression))
    if any(not isinstance(side, (exp.Select, exp.SetOperation, exp.Subquery, exp.Values)) for side in operands):
        yield error("syntax", "UNION, EXCEPT or INTERSECT stands beside something else than a query.", "Write SELECT … on both sides.")
    if any(isinstance(node.this, exp.Star) or _is_star(node.this) for node in context.nodes.of(exp.Alias, exp.Ordered)):
        yield error("syntax", "A star has a name or an order.", "Name the columns.")
    if context.dialect != "databricks" and any(not isinstance(node.this, exp.Query) for node in context.nodes.of(exp.Exists)):
        yield error("syntax", "EXISTS holds something else than a query.", "Write EXISTS (SELECT …).")
    if any(group.args.get("all") and len([part for part in group.args.values() if part]) > 1 for group in context.nodes.of(exp.Group)):
        yield error("syntax", "GROUP BY ALL stands beside other groups.", "Write GROUP BY ALL, or name the groups.")
    if context.dialect in {"postgres", "duckdb"}:
        allowed = (exp.Null, exp.Boolean, exp.Column)
        if any(not isinstance(node.expression, allowed) or isinstance(node.this, exp.Not) for node in context.nodes.of(exp.Is)):
            yield error("syntax", "IS is followed by something else than NULL, TRUE or FALSE.", "Compare with = or IS DISTINCT FROM.")
    if context.dialect not in {"sqlite", "mysql"}:
        sides = ((node.this, node.expression) for node in context.nodes.of(*_COMPARISONS))
        chained = (left for left, right in sides if isinstance(left, _COMPARISONS) or isinstance(right, _COMPARISONS))
        if next(chained, None) is not None:
            yield error("syntax", "Comparisons are chained.", "Write a = b AND b = c, or put brackets.")
    if context.dialect == "sqlite":
        yield from _in_sqlite(context)
    if context.dialect == "mysql":
        yield from _in_mysql(context)


def _is_star(node: exp.Expr | None) -> bool:
    return isinstance(node, exp.Column) and isinstance(node.this, exp.Star)


def _in_mysql(context: Context) -> Iterator[SqlFinding]:
    for limit in context.nodes.of(exp.Limit, exp.Offset):
        if not isinstance(limit.args.get("expression"), exp.Literal):
            yield error("syntax", "LIMIT or OFFSET is not a number.", "Write the number.")
    if any(isinstance(side, exp.Interval) for node in context.nodes.of(exp.Mul, exp.Div) for side in (node.this, node.expression)):
        yield error("syntax", "An interval is multiplied.", "Write DATE_ADD(value, INTERVAL n DAY).")
    if any(alias.args.get("columns") for part in context.nodes.of(exp.Subquery) if (alias := part.args.get("alias")) is not None):
        yield error("syntax", "A subquery's alias names columns.", "Name them inside: SELECT x AS a.")
    if any(call.args.get("default") is not None for call in context.nodes.of(exp.Lag, exp.Lead)):
        yield error("syntax", "LAG and LEAD have no default value in MariaDB.", "Use COALESCE(LAG(x) OVER (…), value).")


def _in_sqlite(context: Context) -> Iterator[SqlFinding]:
    for combined in context.nodes.of(exp.SetOperation):
        if isinstance(combined.this, exp.Subquery) or isinstance(combined.expression, exp.Subquery):
            yield error("syntax", "SQLite takes no brackets around the parts of a UNION.", "Leave them out, or write SELECT * FROM (…).")
    for join in context.nodes.of(exp.Join):
        if isinstance(join.this, exp.Table) and join.this.args.get("joins"):
            yield error("syntax", "A join stands inside another without brackets.", "Write each ON after its JOIN.")


def _may_be_a_table(named: exp.Expr | None, context: Context) -> bool:
    """ClickHouse reads a single name as a table in brackets, too, and calls table functions there."""
    if context.dialect == "sqlite":
        return named is not None and named.arg_key == "field"
    named = named.unnest() if named is not None else None
    is_call = isinstance(named, exp.Func) and name_of(named) in context.book.table_functions
    return is_call or isinstance(named, (exp.Column, exp.Table, exp.Identifier, exp.Dot, exp.GenerateSeries))


def pivots_by_name(tree: exp.Expr, context: Context) -> Iterator[SqlFinding]:
    """The columns that a PIVOT makes are written in it: no query says which."""
    if any(pivot.find(exp.Query) for pivot in context.nodes.of(exp.Pivot)):
        yield error("not-allowed", "A PIVOT holds a query.", "Write the values one by one: FOR column IN ('a', 'b').")


def whole_names(tree: exp.Expr, context: Context) -> Iterator[SqlFinding]:
    """No name is longer than the engine keeps: PostgreSQL cuts names, which makes two of them one."""
    most = context.book.longest_name
    if any(len(str(name.this)) * 4 > most and len(str(name.this).encode()) > most for name in context.nodes.of(exp.Identifier)):
        yield error("long-name", f"A name is longer than {most} bytes.", "Use a shorter alias.")


def _begins_with_text(node: exp.Expr) -> bool:
    while isinstance(node, (exp.JSONExtract, exp.JSONExtractScalar)):
        node = node.this
    return isinstance(node, exp.Literal) and node.is_string


def whole_values(tree: exp.Expr, context: Context) -> Iterator[SqlFinding]:
    """Nothing that sqlglot drops where it writes this dialect: an interval that is computed, names that VALUES have not."""
    if context.dialect == "duckdb" and any(_begins_with_text(node.this) for node in context.nodes.of(exp.Lambda)):
        yield error("two-readings", "An arrow in a call can be a path into JSON or a function.", "Put the path in brackets: (a -> '$.b').")
    intervals = context.nodes.of(exp.Interval) if context.dialect in _COUNTED else ()
    if any(node.this is not None and not isinstance(node.this, exp.Literal) for node in intervals):
        yield error("two-readings", "The length of an INTERVAL is not a literal.", _COUNTED[context.dialect])
    for values in context.nodes.of(exp.Values) if context.dialect == "clickhouse" else ():
        if any(_MORE_THAN_TYPES.search(text.name) for text in values.find_all(exp.Literal) if text.is_string and _is_first(text)):
            yield error(
                "not-allowed", "The structure of values(…) holds more than names and types.", "Write values('a Int32, b String', …)."
            )
    if context.dialect == "clickhouse" and any(_has_ties(fetch) for fetch in context.nodes.of(exp.Fetch)):
        yield error("two-readings", "WITH TIES of FETCH would be lost.", "Write LIMIT n WITH TIES.")
    if context.dialect == "mysql":
        for values in context.nodes.of(exp.Values):
            alias = values.args.get("alias") or (values.parent and values.parent.args.get("alias"))
            if alias is None or not alias.args.get("columns"):
                yield error("two-readings", "VALUES without names for its columns.", "Write AS v(a, b), or SELECT … UNION ALL SELECT ….")


_COUNTED = {"postgres": "Write n * INTERVAL '1 day'.", "snowflake": "Write DATEADD(day, n, value)."}


_MORE_THAN_TYPES = re.compile(r"\b(default|materialized|alias|ephemeral|codec|ttl|comment|primary|statistics|settings)\b", re.IGNORECASE)


def _is_first(text: exp.Expr) -> bool:
    """Whether a text stands first in VALUES, where ClickHouse reads it as a list of columns."""
    node: exp.Expr | None = text
    while node is not None and not isinstance(node, exp.Values):
        if node.index:
            return False
        node = node.parent
    return True


def _has_ties(fetch: exp.Expr) -> bool:
    options = fetch.args.get("limit_options")
    return isinstance(options, exp.LimitOptions) and bool(options.args.get("with_ties"))


def bracketed_lists(tree: exp.Expr, context: Context) -> Iterator[SqlFinding]:
    """IN takes a list or a query in brackets. SQLite and ClickHouse read a bare name after it as a table."""
    for node in context.nodes.of(exp.In) if context.dialect in {"sqlite", "clickhouse"} else ():
        listed = node.expressions
        if _may_be_a_table(node.args.get("field"), context) or (len(listed) == 1 and _may_be_a_table(listed[0], context)):
            hint = "Write = for one value, IN (SELECT …) for a table."
            yield error("bare-in", "A name after IN can be a table, which is not checked there.", hint)


RULES: tuple[Rule, ...] = (
    only_a_query,
    selects_something,
    known_nodes,
    known_clauses,
    known_functions,
    written_functions,
    plain_calls,
    known_types,
    tables_by_name,
    no_session_values,
    bracketed_lists,
    grammatical,
    pivots_by_name,
    *FORMS,
    whole_names,
    whole_values,
    bounded_generators,
    bounded_texts,
    bounded_recursion,
    bounded_joins,
    bounded_literals,
)


def _is_told_of(value: object, context: Context) -> bool:
    """Whether what a clause holds is refused by its own kind."""
    held = value if isinstance(value, list) else [value]
    return any(isinstance(each, exp.Expr) and not _is_known_kind(type(each), context) for each in held)


def _is_known_kind(kind: type[exp.Expr], context: Context) -> bool:
    return kind.__name__ in context.book.nodes or (issubclass(kind, exp.Func) and kind.__name__ not in STATEMENTS)


def _is_known_call(call: exp.Func, context: Context) -> bool:
    kind = type(call).__name__
    if isinstance(call, NAMED) and isinstance(call.parent, exp.Dot):
        return True  # judged with the names before it
    return kind in context.book.nodes or kind in STATEMENTS or is_known(call, context)


def _dotted(dot: exp.Dot) -> str:
    """The whole name of a call: schema.function."""
    parts: list[str] = [name_of(dot.expression)]
    left: exp.Expr = dot.this
    while isinstance(left, exp.Dot):
        parts.append(left.expression.name.lower())
        left = left.this
    parts.append(left.name.lower())
    return ".".join(reversed(parts))
