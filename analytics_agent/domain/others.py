"""What a request to the model put beside its metrics: the row of all others, which is no member itself, shares, earlier values."""

from itertools import pairwise

from analytics_agent.domain.evidence import Query

OTHERS = "All others"


def others_column(query: Query) -> str | None:
    """The column in which a cell may say that a row is of all others; None where the result has no such row."""
    top = (query.request or {}).get("top") or {}
    return _cut_column(query) if top.get("others", True) else None


def is_cut_to_top(query: Query) -> bool:
    """Whether only the top few were asked for, and members beyond them are in no row."""
    top = (query.request or {}).get("top") or {"others": True}
    return not top.get("others", True)


def _cut_column(query: Query) -> str | None:
    top = (query.request or {}).get("top")
    if not top or query.source != "metric":
        return None
    asked = top.get("dimension")
    able = [c for c in query.columns if c.dimension and ":" not in c.dimension]
    found = [c for c in able if asked in (c.dimension, c.name)] if asked else able
    return found[0].name if len(found) == 1 else None


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
