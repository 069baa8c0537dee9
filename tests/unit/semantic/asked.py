"""Requests at random over the chain of stores, and whether compiled SQL says what rows by hand say."""

from datetime import date, timedelta
from math import isclose
from typing import Any

from hypothesis import strategies as st
from unit.semantic import chain

from analytics_agent.errors import ToolRefused
from analytics_agent.semantic import compile
from analytics_agent.semantic.compiler import Compiled
from analytics_agent.semantic.request import Filter, Having, MetricRequest, Period, ShareOf, Top
from analytics_agent.sql.check import check

SHARED = ("stores.city", "regions.region")
_OF_SALES = ("revenue", "sales_made", "buyers", "mean_amount", "large_sales", "paid", "revenue_so_far", "large_sales_of_9_days")
_OF_SALES += ("revenue_this_month", "revenue_per_buyer")
_ELSEWHERE = ("visitors", "stocked", "stocked_first", "conversion", "stock_per_visitor", "visitors_so_far")
_SPANS = {"day": 30, "week": 90, "month": 400, "quarter": 500, "year": 800, "fiscal_quarter": 500, "fiscal_year": 800}


@st.composite
def requests(draw: Any) -> MetricRequest:
    of_sales = draw(st.booleans())
    able = _OF_SALES if of_sales else (*_OF_SALES, *_ELSEWHERE)
    metrics = tuple(draw(st.lists(st.sampled_from(able), min_size=1, max_size=4, unique=True)))
    keys = draw(st.lists(st.sampled_from((*SHARED, "clients.segment", "tiers.tier") if of_sales else SHARED), max_size=2, unique=True))
    grain = draw(st.none() | st.sampled_from(tuple(_SPANS)))
    compare = draw(st.sampled_from((None, None, "previous_period", "previous_year")))
    fill = grain is not None and draw(st.booleans())
    needs = bool(compare or fill) or any(chain.LEAVES[m].window for m in metrics if m in chain.LEAVES)
    start = chain.FIRST + timedelta(days=draw(st.sampled_from((0, 11, 12, 12, 41, 163, 366, 346))))
    if grain in ("month", "quarter", None) and draw(st.booleans()):
        start = start.replace(day=1)
    longest = _SPANS[grain or "month"]
    length = draw(st.sampled_from((1, 7, longest // 4, longest // 2, longest - 3, longest)))
    end = start + timedelta(days=length)
    if draw(st.booleans()) and end.replace(day=1) > start:
        end = end.replace(day=1)
    time = Period(start, end) if needs or draw(st.booleans()) else None
    shares = st.none() | st.just(ShareOf()) | (st.sampled_from(keys).map(lambda key: ShareOf((key,))) if keys else st.none())
    share = draw(shares) if any(m in chain.ADDITIVE for m in metrics) else None
    # The one version that a sale met at each of its times is another one; which is kept apart is tried by the other dimensions.
    cuttable = [key for key in keys if key != "tiers.tier"]
    top = draw(_tops(cuttable, metrics)) if cuttable else None
    having = () if top or draw(st.integers(0, 3)) else (Having(metrics[0], ">", draw(st.sampled_from((0, 1, 5)))),)
    filters = () if draw(st.integers(0, 2)) else (Filter("regions.region", "in", ("north", "west")),)
    dimensions = ([f"time:{grain}"] if grain else []) + keys
    return MetricRequest("t", metrics, tuple(dimensions), filters, time, having, compare=compare, share_of=share, top=top, fill=fill)


@st.composite
def _tops(draw: Any, keys: list[str], metrics: tuple[str, ...]) -> Top | None:
    if draw(st.booleans()):
        return None
    by = draw(st.none() | st.sampled_from(metrics))
    return Top(draw(st.integers(1, 3)), by, draw(st.sampled_from(keys)), draw(st.booleans()))


def compiled(request: MetricRequest, dialect: str, schema: str | None = "main") -> Compiled | None:
    """None for what is refused in words; a statement that the guard refuses is an error."""
    catalog = chain.catalog(dialect, schema)
    try:
        made = compile(chain.model(), request, dialect=dialect, catalog=catalog)  # type: ignore[arg-type]
    except ToolRefused as refused:
        assert "too m" in str(refused), refused
        return None
    verdict = check(made.sql, dialect=dialect, catalog=catalog)  # type: ignore[arg-type]
    assert verdict.ok, (verdict.findings, made.sql)
    return made


def assert_same(found: list[tuple[Any, ...]], meant: list[tuple[Any, ...]], sql: str) -> None:
    found, meant = (sorted(chain.plain(rows), key=_in_order) for rows in (found, meant))
    assert len(found) == len(meant), (found, meant, sql)
    for row, other in zip(found, meant, strict=True):
        assert len(row) == len(other) and all(map(_same, row, other)), (row, other, found, meant, sql)


def _in_order(row: tuple[Any, ...]) -> str:
    return str([round(float(v), 6) + 0.0 if isinstance(v, int | float) else str(v) for v in row])


def _same(a: Any, b: Any) -> bool:
    if a is None or b is None or isinstance(a, str | date):
        return bool(a == b)
    return isclose(float(a), float(b), rel_tol=1e-9, abs_tol=1e-9)
