"""Days added to every period whose window holds them, as SQL trees: running totals."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from sqlglot import exp

from analytics_agent.domain.catalog import Dialect
from analytics_agent.domain.period import Span
from analytics_agent.semantic.compiler import time
from analytics_agent.semantic.compiler.expressions import identifier
from analytics_agent.semantic.compiler.facts import grouped
from analytics_agent.semantic.compiler.shared import DAY
from analytics_agent.semantic.compiler.side_by_side import column

PERIOD = "period_"
Days = Callable[[Sequence[dict[str, date]]], exp.Expr]


def by_windows(
    found: exp.Select,
    rows: Sequence[tuple[date, Span]],
    axis: str,
    others: Sequence[str],
    sums: Sequence[str],
    days: Days,
    dialect: Dialect,
) -> exp.Select:
    """`found` holds rows by day; `rows` are the periods of the axis, each with its window."""
    from_start = all(span.start == date.min for _, span in rows)
    each = in_first_window(found, others, sums, rows[0][1].end, dialect) if from_start else found
    windows = [{PERIOD: name, **({} if from_start else {"starts": span.start}), "ends": span.end} for name, span in rows]
    on: list[exp.Expr] = [exp.LT(this=column(DAY, "days"), expression=column("ends", "periods"))]
    on += [] if from_start else [exp.GTE(this=column(DAY, "days"), expression=column("starts", "periods"))]
    named = exp.alias_(column(PERIOD, "periods"), identifier(axis))
    select = exp.select(named, *(column(name, "days") for name in others), *_added(sums, "days")).from_(each.subquery("days", copy=False))
    return grouped(select.join(days(windows), on=exp.and_(*on)), len(others) + 1, dialect)


def in_first_window(found: exp.Select, others: Sequence[str], sums: Sequence[str], end: date, dialect: Dialect) -> exp.Select:
    """All that lies before the end of the first window is in every one: it is added up before it meets them."""
    first = exp.LT(this=column(DAY, "each"), expression=time.day(end, dialect))
    day = exp.Case(ifs=[exp.If(this=first, true=time.day(end - timedelta(days=1), dialect))], default=column(DAY, "each"))
    kept = [column(name, "each") for name in others]
    select = exp.select(exp.alias_(day, DAY), *kept, *_added(sums, "each")).from_(found.subquery("each", copy=False))
    return grouped(select, len(others) + 1, dialect)


def _added(names: Sequence[str], table: str) -> list[exp.Expr]:
    return [exp.alias_(exp.Sum(this=column(name, table)), identifier(name)) for name in names]
