"""Rules on what makes much from little: series, padding, recursion, long literals and lists. Bounds are checked on literals only."""

from collections.abc import Iterator
from datetime import datetime

from sqlglot import exp

from analytics_agent.domain.evidence import SqlFinding
from analytics_agent.sql.verdict import Context, error

LONGEST_SERIES = 100_000
LONGEST_TEXT_MADE = 10_000
LONGEST_LITERAL = 4_000

_SECONDS = {
    "second": 1,
    "minute": 60,
    "hour": 3_600,
    "day": 86_400,
    "week": 604_800,
    "month": 2_419_200,
    "quarter": 7_776_000,
    "year": 31_536_000,
}
_A_DAY = _SECONDS["day"]


def bounded_generators(tree: exp.Expr, context: Context) -> Iterator[SqlFinding]:
    """A series has literal ends and at most LONGEST_SERIES values; between dates that a query gives, its step is a day or longer."""
    for series in tree.find_all(exp.GenerateSeries, exp.GenerateDateArray, exp.GenerateTimestampArray):
        if not _is_bounded(series):
            yield error(
                "unbounded-series",
                f"The length of this series is not known to be under {LONGEST_SERIES:,}.",
                "Write both ends as literals, or step by an INTERVAL literal of a day or longer.",
            )
    for made in tree.find_all(exp.Repeat, exp.Pad, exp.Space):
        length = _number(made.args.get("times") or made.args.get("expression"))
        if length is None or length > LONGEST_TEXT_MADE:
            hint = f"Give the length as a number of {LONGEST_TEXT_MADE:,} or less."
            yield error("unbounded-text", "The length of the text made here is not a small literal.", hint)
    for call in tree.find_all(exp.Format, exp.Anonymous):
        if isinstance(call, exp.Format) or call.name.lower() in {"printf", "format"}:
            yield from _bounded_format(call)


def bounded_recursion(tree: exp.Expr, context: Context) -> Iterator[SqlFinding]:
    """The recursive branch of a recursive CTE has a condition that can end it. The statement timeout stands behind."""
    for clause in tree.find_all(exp.With):
        for cte in clause.expressions if clause.args.get("recursive") else ():
            if _refers_to_itself(cte) and not _has_a_stop(cte.this):
                yield error(
                    "unbounded-recursion",
                    f"The recursive query {cte.alias} has no condition that ends it.",
                    "Add a WHERE with a bound on depth to its recursive branch.",
                )


def bounded_literals(tree: exp.Expr, context: Context) -> Iterator[SqlFinding]:
    """No literal is a document."""
    if any(len(str(literal.this)) > LONGEST_LITERAL for literal in tree.find_all(exp.Literal)):
        yield error("long-literal", f"A literal is longer than {LONGEST_LITERAL:,} characters.", "Filter by a shorter value.")


def _is_bounded(series: exp.Expr) -> bool:
    start, end, step = series.args.get("start"), series.args.get("end"), series.args.get("step")
    first, last = _number(start), _number(end)
    if first is not None and last is not None:
        stride = 1.0 if step is None else _number(step)
        return bool(stride) and abs(last - first) / abs(stride or 1) <= LONGEST_SERIES
    seconds = _seconds(step)
    begins, ends = _moment(start), _moment(end)
    if seconds and begins and ends:
        return abs((ends - begins).total_seconds()) / seconds <= LONGEST_SERIES
    return seconds is not None and seconds >= _A_DAY


def _number(node: exp.Expr | None) -> float | None:
    if isinstance(node, exp.Neg):
        inner = _number(node.this)
        return None if inner is None else -inner
    if isinstance(node, (exp.Paren, exp.Cast)):
        return _number(node.this)
    return float(node.this) if isinstance(node, exp.Literal) and not node.is_string else None


def _seconds(step: exp.Expr | None) -> float | None:
    """The length of an INTERVAL literal, of its first unit; None when it is not one, or does not advance."""
    if isinstance(step, exp.Cast):
        return _interval_text(step.this.name) if isinstance(step.this, exp.Literal) else None
    if isinstance(step, exp.Literal) and step.is_string:
        return _interval_text(step.name)
    if not isinstance(step, exp.Interval) or step.this is None:
        return None
    unit = step.args.get("unit")
    return _interval_text(f"{step.this.name} {unit.name if unit else ''}")


def _interval_text(text: str) -> float | None:
    words = text.lower().split()
    unit = _SECONDS.get(words[1].rstrip("s")) if len(words) == 2 else None
    try:
        length = float(words[0]) * unit if unit else None
    except ValueError:
        return None
    return abs(length) if length else None


def _moment(node: exp.Expr | None) -> datetime | None:
    while isinstance(node, (exp.Cast, exp.Paren, exp.TsOrDsToDate, exp.Date)):
        node = node.this
    if not (isinstance(node, exp.Literal) and node.is_string):
        return None
    try:
        return datetime.fromisoformat(node.name).replace(tzinfo=None)
    except ValueError:
        return None


def _bounded_format(call: exp.Expr) -> Iterator[SqlFinding]:
    """A width inside a format ("%999999999s") or a format that is not a literal makes text without a bound."""
    text = call.this if isinstance(call, exp.Format) else next(iter(call.expressions), None)
    if not (isinstance(text, exp.Literal) and text.is_string) or _widest(text.name) > 3 or "*" in text.name:
        yield error("unbounded-text", "The format is not a literal with small widths.", "Use || and casts to text.")


def _widest(text: str) -> int:
    """The most digits in a row."""
    digits = "".join(char if char.isdigit() else " " for char in text).split()
    return max((len(run) for run in digits), default=0)


def _refers_to_itself(cte: exp.Expr) -> bool:
    name = cte.alias.lower()
    return any(table.name.lower() == name for table in cte.this.find_all(exp.Table))


def _has_a_stop(body: exp.Expr) -> bool:
    """The branch that recurses filters or joins on a condition."""
    if not isinstance(body, exp.SetOperation):
        return False
    branch = body.expression
    return branch.find(exp.Where) is not None or any(join.args.get("on") or join.args.get("using") for join in branch.find_all(exp.Join))
