"""Time in SQL: truncation to a grain, periods and comparisons with days, for each engine."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import cast

import sqlglot
from sqlglot import exp

from analytics_agent.domain.catalog import Dialect
from analytics_agent.domain.period import Span, beginning, holding, shifted
from analytics_agent.domain.schedule import PeriodUnit
from analytics_agent.semantic.request import Grain
from analytics_agent.sql.as_written import sqlglot_dialect

GRAINS: tuple[Grain, ...] = ("hour", "day", "week", "month", "quarter", "year")
"""Of every calendar; fiscal ones are there where a field or the model says so."""
_SQLITE: dict[str, str] = {
    "hour": "STRFTIME('%Y-%m-%d %H:00:00', x)",
    "day": "DATE(x)",
    "week": "DATE(x, 'weekday 0', '-6 days')",
    "month": "DATE(x, 'start of month')",
    "quarter": "DATE(x, 'start of month', '-' || ((CAST(STRFTIME('%m', x) AS INTEGER) - 1) % 3) || ' months')",
    "year": "DATE(x, 'start of year')",
}
_MYSQL: dict[str, str] = {
    "hour": "CAST(DATE_FORMAT(x, '%Y-%m-%d %H:00:00') AS DATETIME)",
    "day": "CAST(x AS DATE)",
    "week": "CAST(x AS DATE) - INTERVAL WEEKDAY(x) DAY",
    "month": "CAST(DATE_FORMAT(x, '%Y-%m-01') AS DATE)",
    "quarter": "MAKEDATE(YEAR(x), 1) + INTERVAL (QUARTER(x) - 1) * 3 MONTH",
    "year": "MAKEDATE(YEAR(x), 1)",
}
_BIGQUERY: dict[str, str] = {
    "hour": "DATETIME_TRUNC(CAST(x AS DATETIME), HOUR)",
    "day": "CAST(x AS DATE)",
    "week": "DATE_TRUNC(CAST(x AS DATE), ISOWEEK)",
    "month": "DATE_TRUNC(CAST(x AS DATE), MONTH)",
    "quarter": "DATE_TRUNC(CAST(x AS DATE), QUARTER)",
    "year": "DATE_TRUNC(CAST(x AS DATE), YEAR)",
}
_TSQL: dict[str, str] = {
    "hour": "DATEADD(HOUR, DATEPART(HOUR, x), CAST(CAST(x AS DATE) AS DATETIME2))",
    "day": "CAST(x AS DATE)",
    "week": "DATEADD(DAY, -(DATEDIFF(DAY, CAST('1900-01-01' AS DATE), x) % 7), CAST(x AS DATE))",
    "month": "DATEFROMPARTS(YEAR(x), MONTH(x), 1)",
    "quarter": "DATEFROMPARTS(YEAR(x), MONTH(x) - (MONTH(x) - 1) % 3, 1)",
    "year": "DATEFROMPARTS(YEAR(x), 1, 1)",
}
_WRITTEN_OUT: dict[Dialect, dict[str, str]] = {"sqlite": _SQLITE, "mysql": _MYSQL, "bigquery": _BIGQUERY, "tsql": _TSQL}
"""Of engines whose DATE_TRUNC is missing or another one. The first of January 1900 was a Monday."""


FISCAL: dict[str, PeriodUnit] = {"fiscal_quarter": "quarter", "fiscal_year": "year"}
_SQLITE_FISCAL = "DATE(x, 'start of month', '-{0} months', {1}, '+{0} months')"


def first_day(day_: date, grain: Grain, fiscal_start: int = 1) -> date:
    """The first day of the period that holds a day. A fiscal year is called by no number here, so no rule for that is needed."""
    if grain in FISCAL:
        return shifted(beginning(shifted(day_.replace(day=1), "month", 1 - fiscal_start), FISCAL[grain]), "month", fiscal_start - 1)
    return beginning(day_, cast(PeriodUnit, grain))


def step(day_: date, grain: Grain, steps: int) -> date:
    return shifted(day_, FISCAL.get(grain) or cast(PeriodUnit, grain), steps)


def periods(span: Span, grain: Grain, fiscal_start: int) -> list[tuple[date, Span]]:
    """The periods that a span touches, each by its first day and with the part of it that lies in the span."""
    found, start = [], first_day(span.start, grain, fiscal_start)
    while start < span.end:
        after = step(start, grain, 1)
        found.append((start, Span(max(start, span.start), min(after, span.end))))
        start = after
    return found


def _fiscal(value: exp.Expr, grain: Grain, dialect: Dialect, fiscal_start: int) -> exp.Expr:
    unit, months = FISCAL[grain], fiscal_start - 1
    if dialect == "sqlite":
        # Its months run over: the 31st minus six months is no day of the month that is meant.
        start = _SQLITE[unit].removeprefix("DATE(x, ").removesuffix(")").removeprefix("'start of month', ")
        if unit == "year":
            return _written(_SQLITE_FISCAL.format(months, start), value, dialect)
        moved = _written(f"DATE(x, 'start of month', '-{months} months')", value, dialect)
        return _written(f"DATE(x, '+{months} months')", truncate(moved, unit, dialect), dialect)
    if dialect == "tsql":
        start_ = truncate(_written(f"DATEADD(MONTH, -{months}, x)", value, dialect), unit, dialect)
        return _written(f"DATEADD(MONTH, {months}, x)", start_, dialect)
    interval = exp.Interval(this=exp.Literal.string(str(months)), unit=exp.var("MONTH"))
    start_ = truncate(exp.paren(exp.Sub(this=value.copy(), expression=interval.copy())), unit, dialect)
    return exp.cast(exp.Add(this=start_, expression=interval), "date")


def truncate(value: exp.Expr, grain: Grain, dialect: Dialect, fiscal_start: int = 1) -> exp.Expr:
    """The start of the period that holds `value`: a date, or a timestamp for the hour. Weeks start on Monday (ISO 8601)."""
    if grain in FISCAL:
        return truncate(value, FISCAL[grain], dialect) if fiscal_start == 1 else _fiscal(value, grain, dialect, fiscal_start)
    if dialect in _WRITTEN_OUT:
        return _written(_WRITTEN_OUT[dialect][grain], value, dialect)
    if grain == "day":
        return exp.cast(value.copy(), "date")
    start = exp.Anonymous(this="DATE_TRUNC", expressions=[exp.Literal.string(grain), value.copy()])
    return start if grain == "hour" else exp.cast(start, "date")


def _written(text: str, value: exp.Expr, dialect: Dialect) -> exp.Expr:
    tree = sqlglot.parse_one(text, read=sqlglot_dialect(dialect))
    for column in list(tree.find_all(exp.Column)):
        column.replace(value.copy())
    return tree


def in_zone(value: exp.Expr, native_type: str, timezone: str | None) -> exp.Expr:
    """A point in time seen on the model's wall clock. Only types that hold a zone need it."""
    if timezone is None or not ("with time zone" in native_type or native_type == "timestamptz"):
        return value
    return exp.AtTimeZone(this=value, zone=exp.Literal.string(timezone))


def day(value: date, dialect: Dialect) -> exp.Expr:
    """SQLite keeps dates as text, which a CAST would turn into a number."""
    text = exp.Literal.string(value.isoformat())
    return text if dialect == "sqlite" else exp.cast(text, "date")


def days_after(start: date, count: exp.Expr | None, dialect: Dialect) -> exp.Expr:
    """A day so many days later; None is none."""
    if count is None:
        return day(start, dialect)
    if dialect == "sqlite":
        steps = exp.DPipe(this=exp.paren(count), expression=exp.Literal.string(" days"))
        return exp.Anonymous(this="DATE", expressions=[day(start, dialect), steps])
    if dialect in ("postgres", "duckdb"):
        return exp.Add(this=day(start, dialect), expression=count)
    return exp.cast(exp.DateAdd(this=day(start, dialect), expression=count, unit=exp.var("DAY")), "date")


def cut(start: date, end: date, grains: Sequence[str]) -> str:
    """The finest unit of a field that has none as fine as a day, where a period begins or ends within one; else nothing."""
    finest = next((grain for grain in GRAINS if grain in grains), "day")
    if finest in ("hour", "day"):
        return ""
    unit = cast(PeriodUnit, finest)
    return "" if all(holding(each, unit).start == each for each in (start, end)) else finest


def within(value: exp.Expr, start: date, end: date, dialect: Dialect) -> exp.Expr:
    """start <= value < end."""
    return exp.and_(
        exp.GTE(this=value.copy(), expression=day(start, dialect)), exp.LT(this=value.copy(), expression=day(end, dialect)), copy=False
    )


def in_units(value: exp.Expr, op: str, grain: Grain, days: list[date], dialect: Dialect, fiscal_start: int = 1) -> exp.Expr:
    """Whether a moment lies in one of these weeks, months, quarters or years, each said by a day of it; `op` is =, !=, in or not_in."""
    starts = [first_day(one, grain, fiscal_start) for one in days]
    spans = [Span(start, step(start, grain, 1)) for start in starts]
    inside = exp.or_(*(exp.paren(within(value, span.start, span.end, dialect)) for span in spans), copy=False)
    return exp.Not(this=exp.paren(inside)) if op in ("!=", "not_in") else exp.paren(inside)


def on_days(value: exp.Expr, op: str, days: list[date], dialect: Dialect) -> exp.Expr:
    """A comparison in which a day means all of its hours: right for dates and for timestamps alike."""
    return _ON_DAYS[op](value, days, dialect)


_Rule = Callable[[exp.Expr, list[date], Dialect], exp.Expr]


def _until(value: exp.Expr, last: date, dialect: Dialect) -> exp.Expr:
    """Up to the end of a day. Behind the last day that there is, which people write for "never", nothing is."""
    if last == date.max:
        return exp.Not(this=exp.Is(this=value.copy(), expression=exp.Null()))
    return exp.LT(this=value.copy(), expression=day(last + timedelta(days=1), dialect))


def _between(value: exp.Expr, first: date, last: date, dialect: Dialect) -> exp.Expr:
    return exp.and_(exp.GTE(this=value.copy(), expression=day(first, dialect)), _until(value, last, dialect), copy=False)


def _after(value: exp.Expr, last: date, dialect: Dialect) -> exp.Expr:
    if last == date.max:
        return exp.GT(this=value.copy(), expression=day(last, dialect))
    return exp.GTE(this=value.copy(), expression=day(last + timedelta(days=1), dialect))


def _one(value: exp.Expr, day_: date, dialect: Dialect) -> exp.Expr:
    return _between(value, day_, day_, dialect)


def _any(value: exp.Expr, days: list[date], dialect: Dialect) -> exp.Expr:
    return exp.or_(*(exp.paren(_one(value, d, dialect)) for d in days), copy=False)


_ON_DAYS: dict[str, _Rule] = {
    "=": lambda v, d, e: _one(v, d[0], e),
    "!=": lambda v, d, e: exp.Not(this=exp.paren(_one(v, d[0], e))),
    "in": _any,
    "not_in": lambda v, d, e: exp.Not(this=exp.paren(_any(v, d, e))),
    "between": lambda v, d, e: _between(v, d[0], d[1], e),
    "<": lambda v, d, e: exp.LT(this=v.copy(), expression=day(d[0], e)),
    "<=": lambda v, d, e: _until(v, d[0], e),
    ">": lambda v, d, e: _after(v, d[0], e),
    ">=": lambda v, d, e: exp.GTE(this=v.copy(), expression=day(d[0], e)),
}
