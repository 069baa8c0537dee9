"""Periods counted out with pandas: in which one a day lies, which of them a time holds, and which are compared with them."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

import pandas as pd

Between = tuple[date, date]
"""The first day, and the one after the last."""
_DAY = timedelta(days=1)
_FREQUENCIES = {
    "day": "D",
    "week": "W-SUN",
    "month": "M",
    "quarter": "Q",
    "year": "Y",
    "fiscal_quarter": "Q-JUN",
    "fiscal_year": "Y-JUN",
}
_BEFORE = {
    "day": pd.DateOffset(days=1),
    "week": pd.DateOffset(weeks=1),
    "month": pd.DateOffset(months=1),
    "quarter": pd.DateOffset(months=3),
    "fiscal_quarter": pd.DateOffset(months=3),
    "year": pd.DateOffset(years=1),
    "fiscal_year": pd.DateOffset(years=1),
}


@lru_cache(maxsize=100_000)
def start_of(day: date | None, grain: str) -> date | None:
    if day is None:
        return None
    if grain == "hour":
        assert isinstance(day, datetime)
        return day.replace(minute=0)
    found: date = pd.Period(day, freq=_FREQUENCIES[grain]).start_time.date()
    return found


@lru_cache(maxsize=10_000)
def periods(whole: Between, grain: str) -> dict[date, Between]:
    """Those that a time holds, by their first days; the first and the last are cut by it."""
    found, day = {}, whole[0]
    while day < whole[1]:
        of = pd.Period(day, freq=_FREQUENCIES[grain])
        start, after = of.start_time.date(), (of + 1).start_time.date()
        found[start] = (max(start, whole[0]), min(after, whole[1]))
        day = after
    return found


@lru_cache(maxsize=100_000)
def earlier(span: Between, compare: str | None, grain: str | None) -> Between:
    """What a span is compared with."""
    start, end = span
    if grain is None and compare == "previous_period":
        if start.day == end.day == 1:
            months = (end.year - start.year) * 12 + end.month - start.month
            return ((pd.Timestamp(start) - pd.DateOffset(months=months)).date(), start)
        return (start - (end - start), start)
    offset = _offset(compare, grain)

    def back(day: date) -> date:
        found: date = (pd.Timestamp(day) - offset).date()
        return found

    return (back(start), max(back(end), back(end - _DAY) + _DAY))


def _offset(compare: str | None, grain: str | None) -> Any:
    if compare == "previous_year":
        return pd.DateOffset(weeks=52) if grain == "week" else pd.DateOffset(years=1)
    return _BEFORE[str(grain)]
