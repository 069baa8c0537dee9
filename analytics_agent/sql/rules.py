"""The rules on a tree, in the order of RULES: that list is the documentation. Each returns every finding it has."""

from collections.abc import Callable, Iterator

from sqlglot import exp

from analytics_agent.catalog.names import nearest
from analytics_agent.domain.evidence import SqlFinding
from analytics_agent.sql.bounds import bounded_generators, bounded_literals, bounded_recursion
from analytics_agent.sql.functions import INSTEAD, NAMES, TABLE_FUNCTIONS, is_known, name_of
from analytics_agent.sql.verdict import Context, error, quoted
from analytics_agent.sql.vocabulary import CLAUSES, NAMED_PARTS, NODES, TYPES

Rule = Callable[[exp.Expr, Context], Iterator[SqlFinding]]

_STATEMENTS = {
    "Insert": "INSERT writes",
    "Update": "UPDATE writes",
    "Delete": "DELETE writes",
    "Merge": "MERGE writes",
    "Create": "CREATE changes the schema",
    "Drop": "DROP changes the schema",
    "Alter": "ALTER changes the schema",
    "TruncateTable": "TRUNCATE writes",
    "Copy": "COPY moves data in or out",
    "Attach": "ATTACH opens another database",
    "Pragma": "PRAGMA changes the session",
    "Set": "SET changes the session",
    "Into": "SELECT INTO writes a table",
    "Lock": "a locking clause (FOR UPDATE, FOR SHARE) locks rows",
    "Returning": "RETURNING belongs to a write",
    "Hint": "optimizer hints are not accepted",
    "TableSample": "sampling makes figures that cannot be repeated",
    "Pivot": "PIVOT and UNPIVOT are not accepted",
    "Placeholder": "a parameter has no value here",
    "Parameter": "a parameter has no value here",
    "ByteString": "escape strings (E'…') can be read in two ways",
    "UnicodeString": "Unicode escapes (U&'…') can be read in two ways",
    "ObjectIdentifier": "casts to regclass and its kin read the system catalogs",
    "Command": "only SELECT is understood",
    "Columns": "COLUMNS(…) hides which columns are read",
    "Comprehension": "list comprehensions are not accepted",
}
_INSTEAD = {
    "Pivot": "Use CASE or FILTER inside aggregates.",
    "ByteString": "Write the character itself, or CHR(10) for a line break.",
    "UnicodeString": "Write the character itself.",
    "Placeholder": "Write the value.",
    "Parameter": "Write the value.",
    "Columns": "Name the columns.",
    "Comprehension": "Use list_transform and list_filter.",
    "TableSample": "Aggregate all rows, or ORDER BY a key and LIMIT.",
}


def only_a_query(tree: exp.Expr, context: Context) -> Iterator[SqlFinding]:
    """The statement is a SELECT, or SELECTs combined."""
    root = tree
    while isinstance(root, exp.Subquery):
        root = root.this
    if not isinstance(root, (exp.Select, exp.SetOperation)):
        why = _STATEMENTS.get(type(root).__name__, f"{quoted(root.key.upper())} is not a query")
        hint = (
            "Write SELECT * FROM (VALUES …) AS t(a, b)."
            if isinstance(root, exp.Values)
            else "Only one SELECT may run; WITH and UNION are fine."
        )
        yield error("only-select", f"The statement is not a SELECT: {why}.", hint)


def selects_something(tree: exp.Expr, context: Context) -> Iterator[SqlFinding]:
    """Every SELECT gives a column."""
    if any(not select.expressions for select in tree.find_all(exp.Select)):
        yield error("selects-nothing", "A SELECT names no column.", "Name the columns to select.")


def known_nodes(tree: exp.Expr, context: Context) -> Iterator[SqlFinding]:
    """Every part is of a known kind."""
    for kind in sorted({type(node).__name__ for node in tree.walk() if not _is_known_node(node)}):
        why = _STATEMENTS.get(kind)
        message = f"Not allowed: {why}." if why else f"{kind} is not known to be harmless, so it is not allowed."
        yield error("not-allowed", message, _INSTEAD.get(kind, "Leave it out, or say the same with plain SELECT clauses."))


def known_clauses(tree: exp.Expr, context: Context) -> Iterator[SqlFinding]:
    """Every part carries known clauses only: a flag is as good a hiding place as a node."""
    unknown = {
        (node.key.upper(), name)
        for node in tree.walk()
        if (allowed := CLAUSES.get(type(node).__name__)) is not None
        for name, value in node.args.items()
        if value and name not in allowed
    }
    for kind, name in sorted(unknown):
        why = NAMED_PARTS.get(name, f"{name} of {kind} is not known to be harmless")
        yield error("not-allowed", f"Not allowed: {why}.", "Leave it out.")


def known_functions(tree: exp.Expr, context: Context) -> Iterator[SqlFinding]:
    """Every function is on the list of its dialect."""
    unknown = {name_of(call): call for call in tree.find_all(exp.Func) if not _is_known_call(call, context)}
    for name in sorted(unknown):
        hint = INSTEAD.get(name) or _near(name, context) or "Use standard functions; say it with CASE, casts or a subquery."
        yield error("unknown-function", f"The function {quoted(name)} is not among those allowed in {context.dialect}.", hint)


def plain_calls(tree: exp.Expr, context: Context) -> Iterator[SqlFinding]:
    """No function is called through a schema or a value, and fields of composite values are read in DuckDB only."""
    for dot in tree.find_all(exp.Dot):
        if isinstance(dot.expression, exp.Func):
            name = name_of(dot.expression)
            yield error(
                "qualified-call", f"The function {quoted(name)} is called through a schema or a value.", "Call it by its bare name."
            )
        elif context.dialect != "duckdb":
            # In PostgreSQL (value).name can call a function of that name.
            yield error("field-access", "Reading a field with (value).field is not allowed.", "Select the column, or use ->> on JSON.")


def known_types(tree: exp.Expr, context: Context) -> Iterator[SqlFinding]:
    """Casts go to known types, or to types that columns of this database have (enums)."""
    for kind in tree.find_all(exp.DataType):
        name = kind.args.get("kind")
        named = str(name.name if isinstance(name, exp.Expr) else name or "").lower()
        if kind.this not in TYPES and not (named and context.has_columns_of(named)):
            shown = named or str(kind.this.value if hasattr(kind.this, "value") else kind.this).lower()
            yield error("unknown-type", f"A cast to {quoted(shown)} is not allowed.", "Cast to text, numeric, integer, date or timestamp.")


def known_table_functions(tree: exp.Expr, context: Context) -> Iterator[SqlFinding]:
    """A function in FROM only unfolds a value. Others read files, settings or catalogs."""
    for holder in tree.find_all(exp.Table, exp.Lateral):
        call = holder.this
        if isinstance(call, exp.Func) and name_of(call) not in TABLE_FUNCTIONS and not isinstance(call, (exp.GenerateSeries, exp.Explode)):
            hint = "FROM takes tables of the catalog, subqueries, VALUES, UNNEST and bounded series."
            yield error("table-function", f"{quoted(name_of(call))} cannot stand in FROM.", hint)


def bracketed_lists(tree: exp.Expr, context: Context) -> Iterator[SqlFinding]:
    """IN takes a list or a query in brackets. SQLite reads a bare name after it as a table, whatever columns have that name."""
    for node in tree.find_all(exp.In) if context.dialect == "sqlite" else ():
        if node.args.get("field") is not None:
            yield error("bare-in", "A name without brackets after IN is a table, which is not checked there.", "Write IN (SELECT …).")


RULES: tuple[Rule, ...] = (
    only_a_query,
    selects_something,
    known_nodes,
    known_clauses,
    known_functions,
    plain_calls,
    known_types,
    known_table_functions,
    bracketed_lists,
    bounded_generators,
    bounded_recursion,
    bounded_literals,
)


def _is_known_node(node: exp.Expr) -> bool:
    """Functions are judged by their own rule, whose message says more."""
    return type(node).__name__ in NODES or (isinstance(node, exp.Func) and type(node).__name__ not in _STATEMENTS)


def _is_known_call(call: exp.Func, context: Context) -> bool:
    return type(call).__name__ in NODES or type(call).__name__ in _STATEMENTS or is_known(call, context.dialect)


def _near(name: str, context: Context) -> str:
    close = nearest(name, NAMES[context.dialect])
    return f"Nearest allowed: {', '.join(close)}." if close else ""
