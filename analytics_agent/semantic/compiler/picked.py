"""One row of a share: "what share of sales is online" wants the row of online and the sales of everything.

A filter to one value of a dimension leaves nothing but that value, so that its share of all would be 1 whatever the data is. Such a
filter chooses what is shown, once the shares are known; every other filter chooses what is counted.
"""

from analytics_agent.semantic.compiler.resolve import Dimension
from analytics_agent.semantic.request import Filter, MetricRequest


def picked(request: MetricRequest, dimensions: tuple[Dimension, ...]) -> tuple[tuple[Filter, Dimension], ...]:
    """Filters that choose rows of shares, each with the dimension that it is on.

    None where anything else splits the whole too: the share of one value in a quarter in all its quarters says something.
    """
    if request.share_of is None or request.top is not None:
        return ()
    within = set(request.share_of.within)
    whole = [d for d in dimensions if not within & {d.key, d.name, d.field.path}]
    found = tuple((f, d) for f in request.filters for d in whole if _is_one_value(f) and f.field in (d.key, d.field.path))
    chosen = {path for _, d in found for path in (d.field.path, d.field.display, d.field.label_of) if path}
    return found if all(d.field.path in chosen or d.field.display in chosen for d in whole) else ()


def _is_one_value(item: Filter) -> bool:
    return item.op in ("=", "in") and len(item.values) == 1
