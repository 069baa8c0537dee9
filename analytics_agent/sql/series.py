"""How long a series is: from literal ends, from a literal count, or from steps of a day or longer between dates that a query gives."""

from datetime import datetime

from sqlglot import exp

from analytics_agent.sql.functions import name_of
from analytics_agent.sql.rulebook import Rulebook

LONGEST_SERIES = 100_000

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


def is_bounded(made: exp.Expr, book: Rulebook, most: int = LONGEST_SERIES) -> bool:
    """Whether a call that makes a series has at most `most` values. True for a call that makes none, and for days that a query spans."""
    if isinstance(made, exp.Generator):
        return _is_count(made.args.get("rowcount"), most)
    if isinstance(made, exp.WithFill):
        return _spans(made.args.get("from_"), made.args.get("to"), made.args.get("step"), most)
    if isinstance(made, (exp.GenerateSeries, exp.GenerateDateArray, exp.GenerateTimestampArray)):
        return _spans(made.args.get("start"), made.args.get("end"), made.args.get("step"), most)
    kind = book.series.get(name_of(made))
    given = made.expressions
    if kind is None:
        return True
    if len(given) > 3:
        return False  # Spark's RANGE: in how many parts it runs
    if kind == "count" or len(given) == 1:
        return bool(given) and _is_count(given[-1] if kind == "count" and len(given) < 3 else given[min(1, len(given) - 1)], most)
    return len(given) >= 2 and _spans(given[0], given[1], given[2] if len(given) > 2 else None, most)


def _is_count(node: exp.Expr | None, most: int) -> bool:
    count = number(node)
    return count is not None and count <= most


def _spans(start: exp.Expr | None, end: exp.Expr | None, step: exp.Expr | None, most: int) -> bool:
    first, last = number(start), number(end)
    if end is None:
        return _is_count(start, most)
    if first is not None and last is not None:
        stride = 1.0 if step is None else number(step)
        return bool(stride) and abs(last - first) / abs(stride or 1) <= most
    seconds = _seconds(step)
    begins, ends = _moment(start), _moment(end)
    if begins and ends and (step is None or (number(step) and _is_a_date(start) and _is_a_date(end))):
        seconds = _A_DAY * abs(number(step) or 1)
    if any(_is_text(node) and moment is None for node, moment in ((start, begins), (end, ends))):
        return False  # a year of five digits, or infinity
    if any(_reaches_far(node) for node in (start, end) if isinstance(node, exp.Expr)):
        return False
    if seconds and begins and ends:
        return abs((ends - begins).total_seconds()) / seconds <= most
    return seconds is not None and seconds >= _A_DAY


def number(node: exp.Expr | None) -> float | None:
    """The value of a number that is written out; None for anything else."""
    if isinstance(node, exp.Neg):
        inner = number(node.this)
        return None if inner is None else -inner
    if isinstance(node, (exp.Paren, exp.Cast)):
        return number(node.this)
    if not isinstance(node, exp.Literal) or node.is_string:
        return None
    try:
        return float(node.this)
    except ValueError:
        return None


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
    parts = text.lower().split()
    unit = _SECONDS.get(parts[1].rstrip("s")) if len(parts) == 2 else None
    try:
        length = float(parts[0]) * unit if unit else None
    except ValueError:
        return None
    return abs(length) if length else None


def _is_a_date(node: exp.Expr | None) -> bool:
    """Whether a number added to this counts days: ClickHouse's toDate."""
    return isinstance(node, exp.Anonymous) and node.name.lower() in {"todate", "todate32"}


def _reaches_far(end: exp.Expr) -> bool:
    """A number of days in what is reckoned: CURRENT_DATE + 100000000."""
    if end.find(exp.Query) is not None:
        return False
    return any((value := number(literal)) is not None and value > LONGEST_SERIES for literal in end.find_all(exp.Literal))


def _inside(node: exp.Expr | None) -> exp.Expr | None:
    """What is cast, or made a date of."""
    while isinstance(node, (exp.Cast, exp.Paren, exp.TsOrDsToDate, exp.Date, exp.Timestamp, exp.Anonymous)):
        node = node.expressions[0] if isinstance(node, exp.Anonymous) and len(node.expressions) == 1 else node.args.get("this")
    return node


def _is_text(node: exp.Expr | None) -> bool:
    inner = _inside(node)
    return isinstance(inner, exp.Literal) and bool(inner.is_string)


def _moment(node: exp.Expr | None) -> datetime | None:
    inner = _inside(node)
    if not (isinstance(inner, exp.Literal) and inner.is_string):
        return None
    try:
        return datetime.fromisoformat(inner.name).replace(tzinfo=None)
    except ValueError:
        return None
