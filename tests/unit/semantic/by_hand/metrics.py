"""What each metric of the chain counts or adds, row by row."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from unit.semantic.chain import Row

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Leaf:
    """What a metric counts or adds: of which fact, dated by what, of which rows."""

    fact: str
    of: Callable[[list[Row]], Any]
    time: str = "day"
    keep: Callable[[Row], bool] = lambda row: True
    is_count: bool = False
    is_sum: bool = False
    balance: Callable[[list[date]], date] | None = None
    window: Callable[[date], date | None] | None = None


def _sum(column: str) -> Callable[[list[Row]], Any]:
    def added(rows: list[Row]) -> Any:
        values = [row[column] * row["w"] for row in rows if row[column] is not None and row["w"] is not None]
        return sum(values) if values else None

    return added


def _count(rows: list[Row]) -> Any:
    return sum(row["w"] for row in rows if row["w"] is not None)


def _longest(rows: list[Row]) -> Any:
    return max((row["seconds"] for row in rows if row["seconds"] is not None), default=None)


def _mean_amount(rows: list[Row]) -> Any:
    total, count = _sum("amount")(rows), _count(rows)
    return None if total is None or not count else total / count


def _is_gift(row: Row) -> bool:
    return any(pair["tags.kind"] == "gift" for pair in row["pairs"]["tagged"])


def _buyers(rows: list[Row]) -> int:
    return len({row["client"] for row in rows if row["client"] is not None})


def _is_large(row: Row) -> bool:
    return row["quantity"] is not None and row["quantity"] >= 3


_REVENUE = Leaf("sales", _sum("amount"), is_sum=True)
_LARGE = Leaf("sales", _count, keep=_is_large, is_count=True, is_sum=True)
_VISITORS = Leaf("visits", _sum("people"), is_sum=True)
LEAVES: dict[str, Leaf] = {
    "revenue": _REVENUE,
    "sales_made": Leaf("sales", _count, is_count=True, is_sum=True),
    "buyers": Leaf("sales", _buyers, is_count=True),
    "mean_amount": Leaf("sales", _mean_amount),
    "large_sales": _LARGE,
    "paid": Leaf("sales", _count, time="paid_on", is_count=True, is_sum=True),
    "gifts": Leaf("sales", _count, keep=_is_gift, is_count=True, is_sum=True),
    "calls_made": Leaf("calls", _count, time="began", is_count=True, is_sum=True),
    "longest_call": Leaf("calls", _longest, time="began"),
    "visitors": _VISITORS,
    "stocked": Leaf("stock", _sum("pieces"), balance=max),
    "stocked_first": Leaf("stock", _sum("pieces"), balance=min),
    "revenue_so_far": replace(_REVENUE, window=lambda end: None),
    "revenue_this_month": replace(_REVENUE, window=lambda end: (end - _DAY).replace(day=1)),
    "large_sales_of_9_days": replace(_LARGE, window=lambda end: end - 9 * _DAY),
    "visitors_so_far": replace(_VISITORS, window=lambda end: None),
}
RATIOS = {
    "conversion": ("sales_made", "visitors"),
    "revenue_per_buyer": ("revenue", "buyers"),
    "stock_per_visitor": ("stocked", "visitors"),
}
ADDITIVE = ("revenue", "sales_made", "large_sales", "paid", "gifts", "calls_made", "visitors")
