"""Forms that sqlglot reads, and some of which it quietly writes as something else, while the engine refuses them.

What it would write is often not what was meant: a JOIN whose condition was forgotten becomes a cross product, a FULL JOIN of MySQL
two queries with UNION ALL, of which each has its own COUNT. Each rule says what to write instead.
"""

from bisect import bisect_left
from collections.abc import Iterator
from operator import attrgetter
from typing import Final

from sqlglot import exp
from sqlglot.tokenizer_core import TokenType

from analytics_agent.domain.catalog import Dialect
from analytics_agent.domain.evidence import SqlFinding
from analytics_agent.sql.scope import place
from analytics_agent.sql.verdict import Context, error, quoted, shown
from analytics_agent.sql.words import words

_ALWAYS_ON: Final[frozenset[Dialect]] = frozenset({"postgres", "duckdb", "bigquery", "trino", "tsql"})
"""There every JOIN that is no CROSS JOIN has a condition."""
_ON_AT_SIDES: Final[frozenset[Dialect]] = _ALWAYS_ON | {"mysql"}
_BACKTICKS: Final[frozenset[Dialect]] = frozenset({"mysql", "bigquery", "databricks"})
_UNFOLDED = (exp.Unnest, exp.Lateral)
_ALWAYS_OVER = (exp.RowNumber, exp.Rank, exp.DenseRank, exp.Ntile, exp.PercentRank, exp.CumeDist, exp.Lag, exp.Lead)
_MOSTLY_OVER = (exp.FirstValue, exp.LastValue, exp.NthValue)
_AGGREGATES_TOO: Final[frozenset[Dialect]] = frozenset({"databricks", "clickhouse", "bigquery", "snowflake"})
"""There FIRST_VALUE and its kin may be aggregates."""
_WHOLE = frozenset({"MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR"})
_BEFORE_OVER = (exp.WithinGroup, exp.Window, exp.IgnoreNulls, exp.RespectNulls, exp.Filter)
_START = attrgetter("start")
_UNITS = words(
    """
    MICROSECOND MICROSECONDS MILLISECOND MILLISECONDS SECOND SECONDS MINUTE MINUTES HOUR HOURS DAY DAYS WEEK WEEKS MONTH MONTHS QUARTER
    QUARTERS YEAR YEARS DECADE DECADES CENTURY CENTURIES MILLENNIUM MILLENNIA ISOYEAR
    """
)


def joins_with_conditions(tree: exp.Expr, context: Context) -> Iterator[SqlFinding]:
    """A JOIN says by what; a cross product is asked for by its name."""
    for join in context.nodes.of(exp.Join):
        if _has_condition(join) or join.args.get("kind") or isinstance(join.this, _UNFOLDED if context.dialect != "postgres" else ()):
            continue
        side = join.args.get("side")
        is_wrong = context.dialect in _ON_AT_SIDES if side else context.dialect in _ALWAYS_ON and _is_joined_by_word(join, context)
        if is_wrong:
            joined = join.this.alias_or_name
            message = f"{f'{side} ' if side else ''}JOIN {quoted(joined, 40)} has no condition.".replace("  ", " ")
            yield error("join-condition", message, "Write ON left.key = right.key; for every pair of rows CROSS JOIN.")


def tables_are_no_texts(tree: exp.Expr, context: Context) -> Iterator[SqlFinding]:
    """A table's name in the quotes of a text, which sqlglot takes for a name."""
    tokens = context.tokens
    for table in context.nodes.of(exp.Table) if tokens else ():
        start = table.this.meta.get("start") if isinstance(table.this, exp.Identifier) else None
        at = bisect_left(tokens, start, key=_START) if isinstance(start, int) else len(tokens)
        if at < len(tokens) and tokens[at].start == start and tokens[at].token_type == TokenType.STRING:
            mark = "backticks" if context.dialect in _BACKTICKS else "double quotes"
            message = f"{quoted(table.name)} is written as a text and stands for a table."
            yield error("text-for-name", message, f"Names are written in {mark}, columns too; what is in other quotes is a text.")


def full_joins(tree: exp.Expr, context: Context) -> Iterator[SqlFinding]:
    """MySQL and MariaDB have none."""
    if context.dialect == "mysql" and any(join.args.get("side") == "FULL" for join in context.nodes.of(exp.Join)):
        hint = "Write the LEFT JOIN, UNION ALL the RIGHT JOIN WHERE left.key IS NULL, in a subquery, and aggregate outside."
        yield error("syntax", "MySQL has no FULL JOIN.", hint)


def filtered_aggregates(tree: exp.Expr, context: Context) -> Iterator[SqlFinding]:
    """FILTER, where the engine has it."""
    if context.dialect == "mysql" and context.nodes.of(exp.Filter):
        yield error("syntax", "MySQL has no FILTER (WHERE …).", "Put CASE into the aggregate: COUNT(CASE WHEN condition THEN 1 END).")


def windows_have_over(tree: exp.Expr, context: Context) -> Iterator[SqlFinding]:
    """RANK() and its kin say over what."""
    always = _ALWAYS_OVER if context.dialect in _AGGREGATES_TOO else (*_ALWAYS_OVER, *_MOSTLY_OVER)
    for call in context.nodes.of(*always):
        if not isinstance(call.parent, _BEFORE_OVER):
            yield error(
                "window-without-over", f"{shown(call, context.dialect)} has no OVER.", "Write OVER (PARTITION BY … ORDER BY …) after it."
            )


def ordered_sets(tree: exp.Expr, context: Context) -> Iterator[SqlFinding]:
    """PERCENTILE_CONT takes its values from WITHIN GROUP."""
    if context.dialect == "mysql" and any(not isinstance(call.parent, exp.Window) for call in context.nodes.of(exp.WithinGroup)):
        yield error("window-without-over", "WITHIN GROUP is a window function in MariaDB and has no OVER.", "Write OVER () after it.")
    for call in context.nodes.of(exp.PercentileCont, exp.PercentileDisc) if context.dialect in {"postgres", "duckdb"} else ():
        if not isinstance(call.parent, exp.WithinGroup) and call.expression is None:
            name = call.sql_name()
            hint = f"Write {name}(0.5) WITHIN GROUP (ORDER BY column)."
            yield error("wrong-argument", f"{name} says nothing of the values it is taken of.", hint)


def counted_one_by_one(tree: exp.Expr, context: Context) -> Iterator[SqlFinding]:
    """SQLite counts the distinct values of one expression."""
    for call in context.nodes.of(exp.Count) if context.dialect == "sqlite" else ():
        if isinstance(call.this, exp.Distinct) and len(call.this.expressions) > 1:
            yield error("syntax", "COUNT(DISTINCT …) takes one value here.", "Count the rows of (SELECT DISTINCT a, b FROM …).")


def units_first(tree: exp.Expr, context: Context) -> Iterator[SqlFinding]:
    """DATE_TRUNC(value, 'month') is another dialect's."""
    for named in context.nodes.of(exp.Anonymous) if context.dialect == "duckdb" else ():
        if named.name.lower() == "date_add" and len(named.expressions) != 2:
            yield error("wrong-argument", "DATE_ADD takes a date and an interval here.", "Write value + INTERVAL 1 DAY.")
    for moment in context.nodes.of(exp.UnixToTime) if context.dialect == "duckdb" else ():
        if (scale := moment.args.get("scale")) is not None and scale.is_string:
            yield error("wrong-argument", "TO_TIMESTAMP takes seconds here, and no format.", "Use STRPTIME(text, '%Y-%m-%d %H:%M:%S').")
    for named in context.nodes.of(exp.Anonymous) if context.dialect in {"postgres", "duckdb"} else ():
        first = named.expressions[0] if named.name.lower() in {"date_part", "datepart"} and named.expressions else None
        if isinstance(first, exp.Column) and not first.args.get("table") and first.name.upper() in _UNITS:
            yield error("wrong-argument", "DATE_PART takes its unit as a text.", f"Write DATE_PART('{quoted(first.name.lower())}', value).")
    for call in context.nodes.of(exp.TimestampTrunc, exp.DateTrunc) if context.dialect in {"postgres", "duckdb"} else ():
        unit = call.args.get("unit")
        if isinstance(unit, exp.Var) and unit.name.upper() not in _UNITS and isinstance(call.this, exp.Literal):
            message = f"DATE_TRUNC: {quoted(unit.name.lower(), 30)} is no unit of time."
            yield error("wrong-argument", message, f"The unit comes first: DATE_TRUNC('{quoted(call.this.name.lower(), 12)}', value).")


def _has_condition(join: exp.Join) -> bool:
    """Or whatever else says what is joined to what: NATURAL, ASOF, NEAREST."""
    return any(value for name, value in join.args.items() if name not in ("this", "side", "kind"))


def _is_joined_by_word(join: exp.Join, context: Context) -> bool:
    """Whether JOIN stands before it, and not a comma: the tree does not tell."""
    start = place(join.this)
    at = next((at for at, token in enumerate(context.tokens) if token.start >= start), 0)
    for token in reversed(context.tokens[:at]):
        if token.token_type in (TokenType.JOIN, TokenType.COMMA):
            return token.token_type == TokenType.JOIN
    return False


def stars_alone(tree: exp.Expr, context: Context) -> Iterator[SqlFinding]:
    """DuckDB's * LIKE 'a%': a pattern of columns."""
    patterns = context.nodes.of(exp.Like, exp.ILike, exp.Glob, exp.SimilarTo, exp.RegexpLike, exp.RegexpFullMatch)
    if any(
        isinstance(node.this, exp.Star) or (isinstance(node.this, exp.Column) and isinstance(node.this.this, exp.Star)) for node in patterns
    ):
        yield error("not-allowed", "Not allowed: a pattern of columns hides which are read.", "Name the columns.")


def whole_intervals(tree: exp.Expr, context: Context) -> Iterator[SqlFinding]:
    """MySQL rounds a number of days that has a fraction, and cuts it off a text, which sqlglot makes of the number."""
    if context.dialect != "mysql":
        return
    for node in context.nodes.of(exp.Interval, exp.DateAdd, exp.DateSub):
        given = node.this if isinstance(node, exp.Interval) else node.args.get("expression")
        unit = node.args.get("unit")
        if isinstance(node, exp.Interval) and unit is None and isinstance(given, exp.Literal):
            yield error("syntax", f"The interval {quoted(given.name, 20)} has no unit.", "Write the date first: date + INTERVAL 1 DAY.")
        elif isinstance(given, exp.Tuple):
            yield error("syntax", "INTERVAL(a, b, …) is not accepted.", "Use CASE WHEN value < b THEN … END.")
        elif (
            isinstance(given, exp.Literal)
            and "." in given.name
            and isinstance(unit, exp.Var)
            and unit.name.upper().removesuffix("S") in _WHOLE
        ):
            message = f"An interval of {quoted(given.name, 20)} {quoted(unit.name.lower(), 20)} is not whole, which MySQL rounds or cuts."
            yield error("two-readings", message, "Write a whole number of a smaller unit: INTERVAL 36 HOUR.")


def whole_groups(tree: exp.Expr, context: Context) -> Iterator[SqlFinding]:
    """GROUP_CONCAT(… LIMIT n) is MariaDB's alone, and sqlglot writes the separator behind it."""
    if context.dialect == "mysql" and any(isinstance(call.this, exp.Limit) for call in context.nodes.of(exp.GroupConcat)):
        hint = "Number the rows with ROW_NUMBER() in a subquery, and concatenate those up to n."
        yield error("syntax", "GROUP_CONCAT has a LIMIT.", hint)


FORMS: Final = (
    joins_with_conditions,
    tables_are_no_texts,
    full_joins,
    filtered_aggregates,
    windows_have_over,
    ordered_sets,
    counted_one_by_one,
    units_first,
    stars_alone,
    whole_intervals,
    whole_groups,
)
