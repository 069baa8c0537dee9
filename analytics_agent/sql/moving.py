"""Free SQL with its period moved: the literals that bound a time column. What cannot be moved with certainty is refused in a sentence.

Moved are day and timestamp literals in comparisons of WHERE, HAVING and JOIN with a time column, with or without a cast, an
AT TIME ZONE or DATE_TRUNC around the column: `d >= DATE '2013-06-01' AND d < DATE '2013-07-01'`, BETWEEN, `=`, IN. Inclusive ends
stay ends: `<= '2013-06-30'` becomes `<= '2013-07-31'`. A statement that holds any other sign of a period (EXTRACT(YEAR …) = 2013,
month IN (6, 7, 8), 'summer', a date in the SELECT list) would be stale in part, so it is not moved at all. CURRENT_DATE and now()
need no moving.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlglot import exp

from analytics_agent.domain.catalog import Catalog, Dialect
from analytics_agent.domain.period import MONTHS, Span, holding
from analytics_agent.domain.schedule import PeriodUnit
from analytics_agent.sql.parse import generate, parse
from analytics_agent.sql.time_columns import TimeColumns, bare

_DAY = timedelta(days=1)
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})([ T]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?(\s?(?:Z|[+-]\d{2}(?::?\d{2})?))?")
_LAST_MOMENT = re.compile(r"[ T]23:59(:59(\.\d+)?)?")
_AT_THE_EDGE = re.compile(r"(?:[ T](?:00:00(?::00(?:\.0+)?)?|23:59(?::59(?:\.\d+)?)?))?")
_UTC = ("Z", "+00", "+00:00", "-00", "+0000")
_NAMES = "|".join(f"{month}|{month[:3]}" for month in MONTHS)
_PERIOD_WORDS = re.compile(rf"(?i)\b(?:{_NAMES}|spring|summer|autumn|fall|winter|q[1-4]|(?:19|20)\d\d(?:-\d\d?)?)\b")
_CALENDAR = frozenset(["year", "yr", "quarter", "qtr", "month", "mon", "season", "week", "month_name", "period", "fiscal_year"])
_PARTS = (exp.Extract, exp.Year, exp.Month, exp.Quarter, exp.Week, exp.Day, exp.TimeToStr, exp.ToChar)
_OF_A_DATE = "date_part datepart year month quarter week weekofyear monthname strftime to_char format date_format"
_PART_NAMES = frozenset(_OF_A_DATE.split())
_AGAIN = "hour minute second dow isodow dayofweek weekday day_of_week isoweekday"
_RECURRING = frozenset(_AGAIN.split())
_COMPARISONS = (exp.EQ, exp.GT, exp.GTE, exp.LT, exp.LTE)
_TURNED: dict[type[exp.Expr], type[exp.Expr]] = {exp.GT: exp.LT, exp.LT: exp.GT, exp.GTE: exp.LTE, exp.LTE: exp.GTE}
_NOW = (exp.CurrentDate, exp.CurrentTimestamp, exp.CurrentDatetime, exp.CurrentTime)

Move = Callable[[Span], Span]


@dataclass(frozen=True)
class Bound:
    """One literal beside a time column. `day` is the first day that it lets in (`begins`) or the first that it does not, or both
    for an equality, which holds for one `grain`."""

    node: exp.Expr
    column: exp.Expr
    day: date
    begins: bool
    ends: bool
    inclusive: bool
    grain: PeriodUnit = "day"


@dataclass(frozen=True)
class Timed:
    """What a statement says of time. `why_not` is a sentence where its period cannot be moved; `period` is None where it has none."""

    period: Span | None = None
    why_not: str = ""
    by_itself: bool = False
    """It counts from the current day."""


def timed(sql: str, *, dialect: Dialect, catalog: Catalog | None) -> Timed:
    """The period of a statement, all its bounds together."""
    tree = parse(sql, dialect).tree
    if tree is None:
        return Timed(why_not="Its SQL is not understood any more.")
    by_itself = any(True for _ in _nows(tree))
    bounds = list(_bounds(tree, TimeColumns(tree, catalog, dialect)))
    if (why := _stale(tree, bounds)) is not None:
        return Timed(why_not=why)
    if not bounds:
        return Timed(by_itself=by_itself)
    starts = [bound.day for bound in bounds if bound.begins]
    ends = [_after(bound) for bound in bounds if bound.ends]
    if not starts or not ends or min(starts) >= max(ends):
        return Timed(why_not="Its SQL gives the period no beginning or no end.")
    if by_itself:
        return Timed(why_not="Its SQL counts from the current day in one place and from a fixed day in another.")
    return Timed(Span(min(starts), max(ends)))


def moved(sql: str, move: Move, *, dialect: Dialect, catalog: Catalog | None) -> str:
    """The statement with each bound moved. Only for a statement that `timed` gives a period; raises ValueError for any other."""
    period = timed(sql, dialect=dialect, catalog=catalog).period
    tree = parse(sql, dialect).tree
    if period is None or tree is None:
        raise ValueError("the statement has no period that could be moved")
    for bound in list(_bounds(tree, TimeColumns(tree, catalog, dialect))):
        _put(bound, move)
    text = generate(tree, dialect)
    if text is None or timed(text, dialect=dialect, catalog=catalog).period != move(period):
        raise ValueError("the statement's bounds do not move together")
    return text


def newest(sql: str, *, dialect: Dialect, catalog: Catalog | None) -> str | None:
    """A statement for the first and the last day that the statement's time column holds; None where that cannot be said."""
    tree = parse(sql, dialect).tree
    columns = TimeColumns(tree, catalog, dialect) if tree is not None else None
    for bound in _bounds(tree, columns) if tree is not None and columns is not None else ():
        found = columns.table_of(bare(bound.column)) if columns else None
        if found is not None:
            table, name = found
            column = exp.column(exp.to_identifier(name, quoted=True))
            schema = exp.to_identifier(table.schema, quoted=True) if table.schema else None
            source = exp.Table(this=exp.to_identifier(table.name, quoted=True), db=schema)
            ends = (exp.alias_(exp.Min(this=column), "first_day"), exp.alias_(exp.Max(this=column.copy()), "last_day"))
            return exp.select(*ends).from_(source).sql(dialect=dialect)
    return None


# bounds


def _bounds(tree: exp.Expr, columns: TimeColumns) -> Iterator[Bound]:
    for node in tree.find_all(*_COMPARISONS, exp.Between, exp.In):
        if isinstance(node, exp.Between):
            yield from _between(node, columns)
        elif isinstance(node, exp.In):
            for each in node.expressions if columns.is_time(node.this) and not isinstance(node.parent, exp.Not) else ():
                yield from _bound(exp.EQ, node.this, each, columns.grain(node.this))
        elif columns.is_time(node.this):
            yield from _bound(type(node), node.this, node.expression, columns.grain(node.this))
        elif columns.is_time(node.expression):
            turned = _TURNED.get(type(node), type(node))
            yield from _bound(turned, node.expression, node.this, columns.grain(node.expression))


def _between(node: exp.Expr, columns: TimeColumns) -> Iterator[Bound]:
    if columns.is_time(node.this) and not isinstance(node.parent, exp.Not):
        grain = columns.grain(node.this)
        yield from _bound(exp.GTE, node.this, node.args["low"], grain)
        yield from _bound(exp.LTE, node.this, node.args["high"], grain)


def _bound(kind: type[exp.Expr], column: exp.Expr, side: exp.Expr, grain: PeriodUnit) -> Iterator[Bound]:
    """A literal beside the column. `> '2013-05-31'` lets in the day after, `< '2013-07-01'` not that day itself."""
    literal = _literal(side)
    if literal is None:
        return
    day = _day(literal)
    if day is None:
        return
    late = bool(_LAST_MOMENT.search(literal.name))
    if kind is exp.EQ:
        yield Bound(literal, column, day, True, True, False, grain)
    elif kind is exp.GTE:
        yield Bound(literal, column, day, True, False, False)
    elif kind is exp.GT:
        yield Bound(literal, column, day + _DAY, True, False, True)
    elif kind is exp.LT and not late:
        yield Bound(literal, column, day, False, True, False)
    else:
        yield Bound(literal, column, day + _DAY, False, True, True, grain)


def _after(bound: Bound) -> date:
    """The first day after what a bound lets in. Of a truncated column a value stands for its whole unit."""
    if bound.begins:
        return holding(bound.day, bound.grain).end
    return holding(bound.day - _DAY, bound.grain).end if bound.inclusive else bound.day


def _put(bound: Bound, move: Move) -> None:
    """The literal's day is moved as a beginning or as an end; its hour and zone stay."""
    span = move(Span(bound.day, bound.day))
    day = span.start if bound.begins else span.end
    written = day - _DAY if bound.inclusive else day
    match = _MOMENT.fullmatch(bound.node.name.strip())
    tail = bound.node.name.strip()[10:] if match else ""
    bound.node.replace(exp.Literal.string(written.isoformat() + tail))


def _literal(node: exp.Expr) -> exp.Expr | None:
    """The text inside casts and DATE(…)."""
    while isinstance(node, (exp.Cast, exp.Paren, exp.TsOrDsToDate, exp.Date, exp.TsOrDsToTimestamp)) and isinstance(node.this, exp.Expr):
        if isinstance(node, exp.Date) and len([v for v in node.args.values() if v]) > 1:
            return None
        node = node.this
    return node if isinstance(node, exp.Literal) and node.is_string else None


def _day(literal: exp.Expr) -> date | None:
    """Its day on the column's own clock; None for an hour of another zone, which a clock change would move to another day."""
    match = _MOMENT.fullmatch(literal.name.strip())
    if match is None or (match[3] and not (match[3].strip() in _UTC and _AT_THE_EDGE.fullmatch(match[2] or ""))):
        return None
    try:
        return date.fromisoformat(match[1])
    except ValueError:
        return None


# what would be stale


def _stale(tree: exp.Expr, bounds: list[Bound]) -> str | None:
    """Why the statement cannot be moved: any sign of a period beside the bounds."""
    known = {id(bound.node) for bound in bounds}
    for bound in bounds:
        if not _in_condition(bound.node):
            return "Its SQL has a date among the things it selects."
        if bound.node.find_ancestor(exp.Not) is not None:
            return "Its SQL leaves a period out, and does not choose one."
    for node in tree.find_all(exp.Literal, exp.Identifier):
        if id(node) not in known and (why := _sign(node)):
            return why
    parts = (why for node in tree.find_all(*_PARTS, exp.Anonymous, exp.DateFromParts) if (why := _part(node)))
    return next(parts, None) or _calendar_column(tree)


def _sign(node: exp.Expr) -> str | None:
    if isinstance(node, exp.Identifier):
        is_alias = isinstance(node.parent, (exp.Alias, exp.TableAlias))
        named = is_alias and _PERIOD_WORDS.search(node.name.replace("_", " "))
        return f"Its SQL names a period in a column or table of its own ({node.name[:40]})." if named else None
    if not node.is_string:
        return None
    if _MOMENT.fullmatch(node.name.strip()):
        return "Its SQL holds a date that is not compared with a date column."
    if _PERIOD_WORDS.search(node.name) and not _is_pattern(node):
        return f"Its SQL names a period as text ({node.name[:40]})."
    return None


def _is_pattern(node: exp.Expr) -> bool:
    """A format, a zone, an interval or a unit, not a value."""
    return isinstance(node.parent, (exp.Interval, exp.AtTimeZone, exp.TimeToStr, exp.ToChar))


def _part(node: exp.Expr) -> str | None:
    """A part of a date (its year, its month) that decides which rows count. An hour or a weekday comes again in every period."""
    if isinstance(node, exp.DateFromParts) or (isinstance(node, exp.Anonymous) and node.name.lower() in ("make_date", "make_timestamp")):
        return "Its SQL makes a date from numbers."
    if isinstance(node, exp.Anonymous) and node.name.lower() not in _PART_NAMES:
        return None
    words = {str(child.name).lower() for child in node.iter_expressions()} | {str(node.this).lower()}
    if words & _RECURRING or not _compared(node):
        return None
    return "Its SQL picks its rows by a part of the date, such as the year or the month."


def _calendar_column(tree: exp.Expr) -> str | None:
    """A plain column such as year or month that is compared with a value."""
    for column in tree.find_all(exp.Column):
        if column.name.lower() in _CALENDAR and _compared(column):
            return f"Its SQL picks its rows by the column {column.name[:40]}, which is no date."
    return None


def _compared(node: exp.Expr) -> bool:
    """Whether it stands in a comparison with a literal, wherever that is."""
    parent = node.parent
    while isinstance(parent, (exp.Cast, exp.Paren)):
        parent = parent.parent
    if not isinstance(parent, (*_COMPARISONS, exp.NEQ, exp.Between, exp.In, exp.Like, exp.ILike)):
        return False
    return any(isinstance(each, (exp.Literal, exp.Neg)) for each in _operands(parent))


def _operands(comparison: exp.Expr) -> Iterator[exp.Expr]:
    for each in comparison.iter_expressions():
        while isinstance(each, (exp.Cast, exp.Paren)):
            each = each.this
        yield each


def _in_condition(node: exp.Expr) -> bool:
    """Inside WHERE, HAVING, QUALIFY or ON, and not inside a CASE or a SELECT list nearer by."""
    at: exp.Expr | None = node
    while at is not None and not isinstance(at, exp.Query):
        if isinstance(at, (exp.Where, exp.Having, exp.Qualify, exp.Join)):
            return not isinstance(at.parent, exp.Filter)
        if isinstance(at, (exp.Case, exp.If, exp.Filter)):
            return False
        at = at.parent
    return False


def _nows(tree: exp.Expr) -> Iterator[exp.Expr]:
    yield from tree.find_all(*_NOW)
    for node in tree.find_all(exp.Anonymous):
        if node.name.lower() in ("now", "today", "getdate", "clock_timestamp", "transaction_timestamp"):
            yield node
    for literal in tree.find_all(exp.Literal):
        if literal.is_string and literal.name.lower() in ("now", "today"):
            yield literal
