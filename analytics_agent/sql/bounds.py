"""Rules on what makes much from little: series, padding, recursion, long literals and lists. Bounds are checked on literals only."""

import re
from collections.abc import Iterator

from sqlglot import exp

from analytics_agent.domain.evidence import SqlFinding
from analytics_agent.sql.functions import NAMED, name_of
from analytics_agent.sql.recursion import why_unbounded
from analytics_agent.sql.series import LONGEST_SERIES, is_bounded, number
from analytics_agent.sql.verdict import Context, error, quoted

LONGEST_TEXT_MADE = 10_000
LONGEST_OF_EACH = 100
"""Characters made for each element of a list, within one call."""
LONGEST_LITERAL = 4_000
_REPLACING = (exp.Replace, exp.RegexpReplace)
MOST_LONG_SERIES = ((10_000, 1), (1_000, 2))
"""Of more than so many values, at most so many in one statement."""

MOST_STEPS = 32_767
"""Of a recursive query of T-SQL, whose own limit is 100 where nothing is said, and none where 0 is."""

_WIDTH_GIVEN = re.compile(r"\{[^{}]+\{")
"""A width that is an argument: '{:{}}'."""
_PADDED = frozenset(exp.DataType.Type[name] for name in ("CHAR", "NCHAR", "BPCHAR", "BIT", "BINARY", "FIXEDSTRING", "VARBINARY"))
"""Types whose size is also the length of each value, or may be."""


def bounded_generators(tree: exp.Expr, context: Context) -> Iterator[SqlFinding]:
    """A series has literal ends and at most LONGEST_SERIES values; between dates that a query gives, its step is a day or longer."""
    kinds = (exp.GenerateSeries, exp.GenerateDateArray, exp.GenerateTimestampArray, exp.Generator, exp.WithFill, *NAMED)
    made = [call for call in context.nodes.of(*kinds) if _makes_a_series(call, context)]
    if any(not is_bounded(series, context.book) for series in made):
        yield error(
            "unbounded-series",
            f"The length of a series is not known to be under {LONGEST_SERIES:,}.",
            "Write both ends as literals, or step by an INTERVAL literal of a day or longer.",
        )
    elif any(sum(not is_bounded(series, context.book, length) for series in made) > most for length, most in MOST_LONG_SERIES):
        yield error("unbounded-series", "Several long series in one statement can multiply.", "Make one, and join tables to it.")
    if any(series.find_ancestor(exp.Lambda) for series in made):
        # DuckDB makes all of them in one call, past its limit of memory, and hears of no interrupt meanwhile.
        yield error("unbounded-series", "A series is made for each element of a list.", "Join two series in FROM instead.")


def _makes_a_series(made: exp.Expr, context: Context) -> bool:
    return not isinstance(made, NAMED) or name_of(made) in context.book.series


def bounded_texts(tree: exp.Expr, context: Context) -> Iterator[SqlFinding]:
    """What is repeated or padded gets a small literal length, and so does a type that pads."""
    for made in context.nodes.of(exp.Repeat, exp.Pad, exp.Space, *NAMED):
        how_long = _length(made, context)
        if how_long is not None and any(_makes_longer(around, context) for around in _calls_around(made)):
            yield error("unbounded-text", f"{quoted(name_of(made))} makes text that is made longer once more.", "Repeat or pad once.")
        if how_long is not None and made.find_ancestor(exp.Lambda) and not _is_small(how_long, LONGEST_OF_EACH):
            yield error("unbounded-text", "Long text is made for each element of a list.", f"Make {LONGEST_OF_EACH} characters or less.")
        if how_long is not None and not _is_small(how_long):
            hint = f"Give the length as a number of {LONGEST_TEXT_MADE:,} or less."
            yield error("unbounded-text", f"The length of what {quoted(name_of(made))} makes is not a small literal.", hint)
    if any(_growth(replaced) > LONGEST_TEXT_MADE for replaced in context.nodes.of(*_REPLACING)):
        yield error("unbounded-text", "REPLACE puts long text for short, again and again.", "Replace by something shorter.")
    for cast in context.nodes.of(exp.CastToStrType):
        named = cast.args.get("to")
        if not (isinstance(named, exp.Literal) and named.is_string) or _widest(named.name) > 4:
            yield error("unbounded-text", "The type of a cast is not a short literal.", "Write CAST(value AS type).")
    for size in context.nodes.of(exp.DataTypeParam):
        if isinstance(size.parent, exp.DataType) and size.parent.this in _PADDED and not _is_small(size.this):
            yield error("unbounded-text", "A type that pads its values is longer than a page.", "Cast to text.")
    for call in context.nodes.of(exp.Format, exp.Anonymous):
        if (isinstance(call, exp.Format) or name_of(call) in _FORMATS) and context.dialect not in _PICTURES:
            yield from _bounded_format(call)


_FORMATS = frozenset({"printf", "format", "format_string", "sformat"})
_PICTURES = frozenset({"tsql", "mysql", "clickhouse", "snowflake"})
"""Dialects in which FORMAT takes a picture or a number of decimals: no width in it pads."""


def bounded_recursion(tree: exp.Expr, context: Context) -> Iterator[SqlFinding]:
    """The recursive branch of a recursive CTE has a condition that can end it, and keeps a limit. The statement timeout stands behind."""
    for clause in context.nodes.of(exp.With):
        for cte in clause.expressions if clause.args.get("recursive") or context.book.recurses_unsaid else ():
            if why := why_unbounded(cte, context.dialect):
                hint = f"Count up in a column and stop it in the recursive branch: WHERE n < 100 (at most {LONGEST_SERIES:,})."
                yield error("unbounded-recursion", f"The recursive query {quoted(cte.alias)} {why}.", hint)
    for option in context.nodes.of(exp.QueryOption):
        steps = number(option.args.get("expression")) or 0
        if isinstance(option.parent, exp.Select) and not (option.name.upper() == "MAXRECURSION" and 1 <= steps <= MOST_STEPS):
            hint = f"Leave it out; MAXRECURSION may be 1 to {MOST_STEPS:,}."
            yield error("not-allowed", "Not allowed: this query option (OPTION …) is not accepted.", hint)


def bounded_joins(tree: exp.Expr, context: Context) -> Iterator[SqlFinding]:
    """No more joins than a planner takes in its stride: DuckDB's cannot be interrupted."""
    joins = len(context.nodes.of(exp.Join, exp.Lateral))
    if joins > context.book.most_joins:
        message = f"The statement has {joins} joins; {context.book.most_joins} is the limit."
        yield error("too-many-joins", message, "Aggregate in fewer steps, or ask in several statements.")


def bounded_literals(tree: exp.Expr, context: Context) -> Iterator[SqlFinding]:
    """No literal is a document."""
    if any(len(str(literal.this)) > LONGEST_LITERAL for literal in context.nodes.of(exp.Literal)):
        yield error("long-literal", f"A literal is longer than {LONGEST_LITERAL:,} characters.", "Filter by a shorter value.")


_NOT_GIVEN = exp.Null()


def _calls_around(made: exp.Expr) -> Iterator[exp.Expr]:
    """The calls in whose arguments this one stands, within its query."""
    around = made.parent
    while around is not None and not isinstance(around, exp.Query):
        if isinstance(around, (exp.Repeat, exp.Pad, exp.Space, *_REPLACING, *NAMED)):
            yield around
        around = around.parent


def _length(made: exp.Expr, context: Context) -> exp.Expr | None:
    """The argument that says how long the result gets; None for a function that makes nothing long."""
    if isinstance(made, exp.Space):
        return made.args.get("this")
    if isinstance(made, (exp.Repeat, exp.Pad)):
        given: exp.Expr | None = made.args.get("times") or made.args.get("expression")
        return given or _NOT_GIVEN
    place = context.book.long_makers.get(name_of(made))
    if place is None:
        return None
    return made.expressions[place] if place < len(made.expressions) else None


def _makes_longer(call: exp.Expr, context: Context) -> bool:
    return isinstance(call, _REPLACING) or _length(call, context) is not None


def _growth(call: exp.Expr | None) -> int:
    """How many times as long as its first argument a text can get by REPLACE within REPLACE, as far as literals say."""
    times = 1
    while isinstance(call, _REPLACING):
        put = call.args.get("replacement")
        times *= max(1, len(put.name)) if isinstance(put, exp.Literal) else 1
        call = call.this
    return times


def _is_small(length: exp.Expr, most: int = LONGEST_TEXT_MADE) -> bool:
    value = number(length)
    return value is not None and value <= most


def _bounded_format(call: exp.Expr) -> Iterator[SqlFinding]:
    """A width inside a format ("%999999999s") or a format that is not a literal makes text without a bound."""
    text = call.this if isinstance(call, exp.Format) else next(iter(call.expressions), None)
    form = text.name if isinstance(text, exp.Literal) and text.is_string else "*"
    if _widest(form) > 3 or "*" in form or _WIDTH_GIVEN.search(form):
        yield error("unbounded-text", "The format is not a literal with small widths.", "Use || and casts to text.")


def _widest(text: str) -> int:
    """The most digits in a row."""
    digits = "".join(char if char.isdigit() else " " for char in text).split()
    return max((len(run) for run in digits), default=0)
