"""Requests at random over the chain of stores, and whether compiled SQL says what rows by hand say."""

from dataclasses import replace
from datetime import date, timedelta
from math import isclose
from typing import Any
from zlib import crc32

from hypothesis import strategies as st
from unit.semantic import chain
from unit.semantic.by_hand.metrics import ADDITIVE, LEAVES

from analytics_agent.errors import ToolRefused
from analytics_agent.semantic import compile
from analytics_agent.semantic.compiler.compile import Compiled
from analytics_agent.semantic.request import Counted, Filter, Having, MetricRequest, Order, Period, ShareOf, Top
from analytics_agent.sql.check import check

SHARED = ("stores.city", "regions.region", "brands.brand")
_WEIGHED = "agents.agent"
_OF_A_SALE = (*SHARED, "clients.segment", "tiers.tier", "tags.label", "tags.kind", "tagged.part", _WEIGHED)
_OF_SALES: tuple[str, ...] = ("revenue", "sales_made", "buyers", "mean_amount", "large_sales", "paid", "gifts", "revenue_per_buyer")
_OF_SALES += ("revenue_so_far", "revenue_this_month", "large_sales_of_9_days")
_ELSEWHERE = ("visitors", "stocked", "stocked_first", "conversion", "stock_per_visitor", "visitors_so_far", "calls_made", "longest_call")
_WHOLE = ("buyers", "revenue_per_buyer")
_COUNTS = ("sales_made", "buyers", "large_sales", "paid", "gifts")
"""Of these several groups have as many, often."""
_OF_ONE = (("stores.city",), ("regions.region",), ("brands.brand",), ("stores.city", "regions.region"))
_OF_ONE_OF_A_SALE = (*_OF_ONE, ("clients.segment",), ("tags.label",), ("tags.label", "tags.kind"), (_WEIGHED,))
"""Dimensions whose members are known without any row."""
_KINDS = (None, None, "within", "members", "counted", "tied", "tied", "tied")
"""What a request is to have; it may have more of them."""
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


def rows_for(request: MetricRequest, seed: int) -> dict[str, list[chain.Row]]:
    """Each request has rows of its own: numbers that are drawn come back too often, and with them a few worlds."""
    return chain.world(crc32(f"{seed} {request}".encode()))


@st.composite
def requests(draw: Any) -> MetricRequest:
    kind, of_sales = draw(st.sampled_from(_KINDS)), draw(st.booleans())
    able = _OF_SALES if of_sales else (*_OF_SALES, *_ELSEWHERE)
    metrics = tuple(draw(st.lists(st.sampled_from(able), min_size=1, max_size=4, unique=True)))
    keys = draw(_keys(kind, of_sales))
    if _WEIGHED in keys:
        metrics = tuple(m for m in metrics if m not in _WHOLE) or ("revenue", "mean_amount")
    if kind == "tied":
        count = draw(st.sampled_from([m for m in _COUNTS if m not in _WHOLE or _WEIGHED not in keys]))
        metrics = (count, *(m for m in metrics if m != count))
    compare = draw(st.sampled_from((None, None, "previous_period", "previous_year"))) if kind != "counted" else None
    is_windowed = any(LEAVES[m].window for m in metrics if m in LEAVES)
    only_calls = not of_sales and kind is None and draw(st.integers(0, 3)) == 0
    if only_calls:
        metrics, is_windowed = draw(st.sampled_from((("calls_made",), ("calls_made", "longest_call")))), False
    grains = tuple(g for g in _SPANS if g != "hour" or (only_calls and not compare))
    grain = draw(st.none() | st.sampled_from(grains)) if kind != "tied" else None
    compare = compare if kind != "tied" or draw(st.integers(0, 3)) == 0 else None
    fill = grain not in (None, "hour") and (kind == "members" or draw(st.booleans()))
    time = draw(_times(grain, bool(compare or fill or is_windowed), of_sales))
    when = time.field if time else None
    share = draw(_shares(keys)) if kind != "counted" and any(m in ADDITIVE for m in metrics) else None
    top = draw(_tops(keys, metrics, kind == "within")) if kind in (None, "within") else None
    having = draw(_thresholds(able if of_sales else metrics, _WEIGHED in keys or only_calls, metrics, kind)) if top is None else ()
    needs = bool(compare or fill or is_windowed or any(LEAVES[h.metric].window for h in having if h.metric in LEAVES))
    if needs and time is None:
        time = draw(_times(grain, True, of_sales))
        when = time.field
    own = "time" if when is None or (not needs and draw(st.booleans())) else when
    dimensions = ([f"{own}:{grain}"] if grain else []) + keys
    filters = draw(_filters(dimensions, metrics, of_sales, needs)) if kind != "tied" or draw(st.integers(0, 3)) == 0 else ()
    request = MetricRequest("t", metrics, tuple(dimensions), filters, time, having, compare=compare, share_of=share, top=top, fill=fill)
    found: MetricRequest = draw(_ended(draw(_more(request, kind, of_sales)), kind))
    return found


@st.composite
def _keys(draw: Any, kind: str | None, of_sales: bool) -> list[str]:
    if kind == "members" or (kind == "counted" and draw(st.booleans())):
        return list(draw(st.sampled_from(_OF_ONE_OF_A_SALE if of_sales else _OF_ONE)))
    least = {"within": 2, "counted": 1, "tied": 1}.get(str(kind), 0)
    # The one version that a sale met at each of its times is another one; which is kept apart is tried by the other dimensions.
    able = [key for key in (_OF_A_SALE if of_sales else SHARED) if kind != "within" or key != "tiers.tier"]
    found: list[str] = draw(st.lists(st.sampled_from(able), min_size=least, max_size=3, unique=True))
    return found


@st.composite
def _shares(draw: Any, keys: list[str]) -> ShareOf | None:
    within = [ShareOf((key,)) for key in keys]
    found: ShareOf | None = draw(st.sampled_from((None, None, ShareOf(), *within)))
    return found


@st.composite
def _more(draw: Any, request: MetricRequest, kind: str | None, of_sales: bool) -> MetricRequest:
    """Members without rows, and groups that are counted."""
    keys = tuple(d for d in request.dimensions if ":" not in d)
    able = request.top is None and keys in (_OF_ONE_OF_A_SALE if of_sales else _OF_ONE) and request.fill == (keys != request.dimensions)
    if able and (kind == "members" or (kind in ("counted", "tied") and draw(st.booleans()))):
        request = replace(request, members=True)
    if kind == "counted" or (kind == "members" and not request.compare and not request.share_of and draw(st.integers(0, 3)) == 0):
        by = tuple(d for d in request.dimensions if d != keys[-1] and draw(st.booleans()))
        request = replace(request, counted=Counted(by))
    return request


@st.composite
def _ended(draw: Any, request: MetricRequest, kind: str | None) -> MetricRequest:
    if kind == "tied":
        first = Order(request.metrics[0], draw(st.sampled_from(("asc", "desc"))))
        return replace(request, order_by=draw(st.sampled_from(((), (first,), (first,)))), limit=draw(st.sampled_from((1, 1, 2))))
    order = draw(_orders(request)) if request.counted is None else ()
    return replace(request, order_by=order, limit=draw(st.sampled_from((None, None, 1, 3, 10))))


@st.composite
def _times(draw: Any, grain: str | None, needed: bool, of_sales: bool) -> Period | None:
    if not needed and draw(st.booleans()):
        return None
    start = chain.FIRST + timedelta(days=draw(st.sampled_from((0, 0, 0, 11, 12, 12, 41, 163, 366, 346))))
    if grain in ("month", "quarter", None) and draw(st.booleans()):
        start = start.replace(day=1)
    longest = 400 if grain == "day" and draw(st.integers(0, 9)) == 0 else _SPANS[grain or "month"]
    length = draw(st.sampled_from((longest, longest // 4, longest // 2, longest - 3, longest, 1, 7)))
    end = start + timedelta(days=length)
    if draw(st.booleans()) and end.replace(day=1) > start:
        end = end.replace(day=1)
    return Period(start, end, draw(st.sampled_from((None, None, "sales.paid_on", "sales.day"))) if of_sales else None)


@st.composite
def _thresholds(draw: Any, able: tuple[str, ...], only_own: bool, metrics: tuple[str, ...], kind: str | None) -> tuple[Having, ...]:
    if draw(st.integers(0, 3)) and (kind != "counted" or draw(st.booleans())):
        return ()
    found = draw(st.lists(st.sampled_from(metrics if only_own else able), min_size=1, max_size=2, unique=True))
    return tuple(Having(m, draw(st.sampled_from((">=", "<", ">", "<=", "!=", "="))), draw(st.sampled_from((0, 1, 1.5, 5)))) for m in found)


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
    able += [f"{m}_share" for m in request.metrics if request.share_of and m in ADDITIVE]
    names = draw(st.lists(st.sampled_from(able), max_size=2, unique=True))
    return tuple(Order(name, draw(st.sampled_from(("asc", "desc")))) for name in names)


@st.composite
def _tops(draw: Any, keys: list[str], metrics: tuple[str, ...], has_groups: bool) -> Top | None:
    able = [key for key in keys if key != "tiers.tier"]
    if not able or (not has_groups and draw(st.booleans())):
        return None
    key, by, count = draw(st.sampled_from(able)), draw(st.none() | st.sampled_from(metrics)), draw(st.integers(1, 3))
    if not has_groups:
        return Top(count, by, key, draw(st.booleans()))
    within = draw(st.lists(st.sampled_from([k for k in able if k != key]), min_size=1, unique=True))
    return Top(count, by, key, others=False, within=tuple(within))


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
