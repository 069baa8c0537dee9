"""Requests at random over the chain of stores, and whether compiled SQL says what rows by hand say."""

from dataclasses import replace
from datetime import date, timedelta
from math import isclose
from typing import Any

from hypothesis import strategies as st
from unit.semantic import chain

from analytics_agent.errors import ToolRefused
from analytics_agent.semantic import compile
from analytics_agent.semantic.compiler.compile import Compiled
from analytics_agent.semantic.request import Filter, Having, MetricRequest, Order, Period, ShareOf, Top
from analytics_agent.sql.check import check

SHARED = ("stores.city", "regions.region", "brands.brand")
_WEIGHED = "agents.agent"
_OF_A_SALE = (*SHARED, "clients.segment", "tiers.tier", "tags.label", "tags.kind", "tagged.part", _WEIGHED)
_OF_SALES: tuple[str, ...] = ("revenue", "sales_made", "buyers", "mean_amount", "large_sales", "paid", "gifts", "revenue_per_buyer")
_OF_SALES += ("revenue_so_far", "revenue_this_month", "large_sales_of_9_days")
_ELSEWHERE = ("visitors", "stocked", "stocked_first", "conversion", "stock_per_visitor", "visitors_so_far", "calls_made", "longest_call")
_WHOLE = ("buyers", "revenue_per_buyer")
_SPANS = {"day": 30, "week": 90, "month": 400, "quarter": 500, "year": 800, "fiscal_quarter": 500, "fiscal_year": 800, "hour": 300}
_VALUES: dict[str, tuple[Any, ...]] = {
    "stores.city": ("Oslo", "Bergen", "O'Hara", "All others", "", "bergen"),
    "regions.region": ("north", "south", "west"),
    "brands.brand": ("Ask", "Embla", "All others"),
    "clients.segment": ("new", "old"),
    "tiers.tier": ("gold", "blue"),
    "tags.label": ("blue", "red", "All others", ""),
    "tags.kind": ("gift", "size"),
    "tagged.part": ("a", "b"),
    _WEIGHED: ("Kari", "Ola", "Liv"),
    "sales.quantity": (0, 1, 3, 5),
}
REFUSED = (
    "too m",
    "could leave out groups",
    "could be of one and the same",
    "only sums and counts can be split",
    "Shares of the top alone",
)


@st.composite
def requests(draw: Any) -> MetricRequest:
    of_sales = draw(st.booleans())
    able = _OF_SALES if of_sales else (*_OF_SALES, *_ELSEWHERE)
    metrics = tuple(draw(st.lists(st.sampled_from(able), min_size=1, max_size=4, unique=True)))
    keys = draw(st.lists(st.sampled_from(_OF_A_SALE if of_sales else SHARED), max_size=3, unique=True))
    if _WEIGHED in keys:
        metrics = tuple(m for m in metrics if m not in _WHOLE) or ("revenue", "mean_amount")
    compare = draw(st.sampled_from((None, None, "previous_period", "previous_year")))
    is_windowed = any(chain.LEAVES[m].window for m in metrics if m in chain.LEAVES)
    only_calls = not of_sales and draw(st.integers(0, 3)) == 0
    if only_calls:
        metrics, is_windowed = draw(st.sampled_from((("calls_made",), ("calls_made", "longest_call")))), False
    grains = tuple(g for g in _SPANS if g != "hour" or (only_calls and not compare))
    grain = draw(st.none() | st.sampled_from(grains))
    fill = grain not in (None, "hour") and draw(st.booleans())
    time = draw(_times(grain, bool(compare or fill or is_windowed), of_sales))
    when = time.field if time else None
    shares = st.none() | st.just(ShareOf()) | (st.sampled_from(keys).map(lambda key: ShareOf((key,))) if keys else st.none())
    share = draw(shares) if any(m in chain.ADDITIVE for m in metrics) else None
    # The one version that a sale met at each of its times is another one; which is kept apart is tried by the other dimensions.
    cuttable = [key for key in keys if key != "tiers.tier"]
    top = draw(_tops(cuttable, metrics)) if cuttable else None
    having = (
        () if top or draw(st.integers(0, 3)) else draw(_thresholds(able if of_sales else metrics, _WEIGHED in keys or only_calls, metrics))
    )
    needs = bool(compare or fill or is_windowed or any(chain.LEAVES[h.metric].window for h in having if h.metric in chain.LEAVES))
    if needs and time is None:
        time = draw(_times(grain, True, of_sales))
        when = time.field
    own = "time" if when is None or (not needs and draw(st.booleans())) else when
    dimensions = ([f"{own}:{grain}"] if grain else []) + keys
    filters = draw(_filters(dimensions, metrics, of_sales, needs))
    request = MetricRequest("t", metrics, tuple(dimensions), filters, time, having, compare=compare, share_of=share, top=top, fill=fill)
    return replace(request, order_by=draw(_orders(request)), limit=draw(st.sampled_from((None, None, 1, 3, 10))))


@st.composite
def _times(draw: Any, grain: str | None, needed: bool, of_sales: bool) -> Period | None:
    if not needed and draw(st.booleans()):
        return None
    start = chain.FIRST + timedelta(days=draw(st.sampled_from((0, 11, 12, 12, 41, 163, 366, 346))))
    if grain in ("month", "quarter", None) and draw(st.booleans()):
        start = start.replace(day=1)
    longest = 400 if grain == "day" and draw(st.integers(0, 9)) == 0 else _SPANS[grain or "month"]
    length = draw(st.sampled_from((1, 7, longest // 4, longest // 2, longest - 3, longest)))
    end = start + timedelta(days=length)
    if draw(st.booleans()) and end.replace(day=1) > start:
        end = end.replace(day=1)
    return Period(start, end, draw(st.sampled_from((None, None, "sales.paid_on", "sales.day"))) if of_sales else None)


@st.composite
def _thresholds(draw: Any, able: tuple[str, ...], only_own: bool, metrics: tuple[str, ...]) -> tuple[Having, ...]:
    found = draw(st.lists(st.sampled_from(metrics if only_own else able), min_size=1, max_size=2, unique=True))
    return tuple(Having(m, draw(st.sampled_from(("=", "!=", "<", "<=", ">", ">="))), draw(st.sampled_from((0, 1, 1.5, 5)))) for m in found)


@st.composite
def _filters(draw: Any, dimensions: list[str], metrics: tuple[str, ...], of_sales: bool, needs: bool) -> tuple[Filter, ...]:
    if draw(st.integers(0, 1)):
        return ()
    able = [*_OF_A_SALE, "sales.quantity"] if of_sales else [*SHARED]
    if set(metrics) & {*_WHOLE}:
        able = [field for field in able if field != _WEIGHED]
    found = [draw(_filter(field, dimensions)) for field in draw(st.lists(st.sampled_from(able), min_size=1, max_size=3))]
    # Where periods are compared, the time is said once, in `time`.
    if of_sales and not needs and draw(st.integers(0, 2)) == 0:
        day = chain.FIRST + timedelta(days=draw(st.integers(0, 90)))
        grain = draw(st.sampled_from(("", ":month", ":fiscal_quarter")))
        op = draw(st.sampled_from(("=", "!=", "in", "not_in") if grain else ("=", "!=", "<", "<=", ">", ">=", "is_null", "not_null")))
        values = () if op.endswith("null") else (day.isoformat(),)
        found.append(Filter(f"sales.{draw(st.sampled_from(('paid_on', 'day')))}{grain}", op, values))
    return tuple(found)


@st.composite
def _filter(draw: Any, field: str, dimensions: list[str]) -> Filter:
    numeric, denied = field == "sales.quantity", ("!=", "not_in", "is_null")
    ops = ["=", "!=", "in", "in", "not_in", "is_null", "not_null", "between", *(("<", "<=", ">", ">=") if numeric else ("contains",))]
    beside = field in chain.BRIDGES and any(chain.BRIDGES.get(d) == chain.BRIDGES[field] for d in dimensions)
    op = draw(st.sampled_from([op for op in ops if not (beside and op in denied)]))
    values = draw(st.lists(st.sampled_from(_VALUES[field]), min_size=2, max_size=2, unique=True))
    if op == "between":
        return Filter(field, op, tuple(sorted(values)))
    if op == "contains":
        return Filter(field, op, (draw(st.sampled_from(("o", "B", "e", "'", "%", "_", "all"))),))
    return Filter(field, op, () if op.endswith("null") else tuple(values) if "in" in op and draw(st.booleans()) else (values[0],))


@st.composite
def _orders(draw: Any, request: MetricRequest) -> tuple[Order, ...]:
    able = [*request.dimensions, *request.metrics, *(f"{m}_change" for m in request.metrics if request.compare)]
    able += [f"{m}_share" for m in request.metrics if request.share_of and m in chain.ADDITIVE]
    names = draw(st.lists(st.sampled_from(able), max_size=2, unique=True))
    return tuple(Order(name, draw(st.sampled_from(("asc", "desc")))) for name in names)


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
        assert any(words in str(refused) for words in REFUSED), (refused, request)
        return None
    verdict = check(made.sql, dialect=dialect, catalog=catalog)  # type: ignore[arg-type]
    assert verdict.ok, (verdict.findings, made.sql)
    return made


def assert_same(found: list[tuple[Any, ...]], meant: list[tuple[Any, ...]], sql: str) -> None:
    """The same rows in the same order."""
    found, meant = chain.plain(found), chain.plain(meant)
    assert len(found) == len(meant), (found, meant, sql)
    for row, other in zip(found, meant, strict=True):
        assert len(row) == len(other) and all(map(_same, row, other)), (row, other, found, meant, sql)


def _same(a: Any, b: Any) -> bool:
    if a is None or b is None or isinstance(a, str | date):
        return bool(a == b)
    return isclose(float(a), float(b), rel_tol=1e-9, abs_tol=1e-9)
