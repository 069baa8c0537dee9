"""What a request to the model put beside its metrics: the row of all others, which is no member itself, shares, earlier values."""

from itertools import pairwise
from typing import Any

from analytics_agent.domain.evidence import Query, ResultColumn

OTHERS = "All others"


def others_column(query: Query) -> str | None:
    """The column in which a cell may say that a row is of all others; None where the result has no such row."""
    found = top_columns(query) if has_others_row((query.request or {}).get("top") or {}) else ()
    return next(iter(found), None)


def is_cut_to_top(query: Query) -> bool:
    """Whether only the top few were asked for, of all or of each group, and members beyond them are in no row."""
    top = (query.request or {}).get("top") or {}
    return bool(top) and not has_others_row(top)


def has_others_row(top: dict[str, Any]) -> bool:
    """Beside a top of each group there are none."""
    return bool(top) and top.get("others", not top.get("within")) is not False


def is_some_groups(query: Query) -> bool:
    """Whether a condition on groups leaves some out. Where they are counted it says which are, and each of `by` has its row."""
    asked = query.request or {}
    return bool(asked.get("having")) and asked.get("counted") is None


def firsts_within(query: Query) -> bool:
    """Whether it holds the first of each group, with no row of others."""
    return bool(((query.request or {}).get("top") or {}).get("within"))


def asks_lowest(query: Query, measure: ResultColumn) -> bool:
    """Whether its rows are ordered from the lowest of a measure on."""
    orders = (query.request or {}).get("order_by", ())
    return any(one["field"] in (measure.metric, measure.name) and one.get("direction") == "asc" for one in orders)


def top_columns(query: Query) -> tuple[str, ...]:
    """The columns that tell the members of a top: a key, and the names beside it."""
    top = (query.request or {}).get("top")
    if not top or query.source != "metric":
        return ()
    asked, groups = top.get("dimension"), top.get("within", ())
    able = [c for c in query.columns if c.dimension and ":" not in c.dimension and c.type not in ("date", "timestamp")]
    able = [c for c in able if not {c.dimension, c.name} & {*groups}]
    return tuple(c.name for c in able if not asked or asked in (c.dimension, c.name))


def group_columns(query: Query) -> tuple[str, ...]:
    """Those of the groups of each of which there is a top."""
    groups = ((query.request or {}).get("top") or {}).get("within", ())
    return tuple(c.name for c in query.columns if c.dimension and {c.dimension, c.name} & {*groups})


def share_columns(query: Query) -> tuple[str, ...]:
    """Of a result that asks for shares of a whole: their columns, each behind the metric that it is a share of."""
    if query.source != "metric" or (query.request or {}).get("share_of") is None:
        return ()
    pairs = pairwise(query.columns)
    return tuple(share.name for metric, share in pairs if metric.metric and not share.metric and share.format == "percent")


def compared_columns(query: Query) -> dict[str, tuple[str, ...]]:
    """Of a result that is compared with an earlier period: each metric's column, and those of what was, the change and the change in
    percent, which follow it."""
    if query.source != "metric" or not (query.request or {}).get("compare"):
        return {}
    found: dict[str, tuple[str, ...]] = {}
    for place, column in enumerate(query.columns):
        beside = query.columns[place + 1 : place + 4]
        if column.metric and len(beside) == 3 and not any(other.metric or other.dimension for other in beside):
            found[column.name] = tuple(other.name for other in beside)
    return found
