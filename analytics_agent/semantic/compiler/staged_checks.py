"""What a request may ask of compared, shared, cut and filled rows; everything else is refused in words that let a model repair it."""

from collections.abc import Sequence
from datetime import date

from analytics_agent.domain.period import Span
from analytics_agent.errors import ToolRefused
from analytics_agent.semantic.compiler.calendar_filters import part_of
from analytics_agent.semantic.compiler.facts import EMPTY_PERIOD
from analytics_agent.semantic.compiler.resolve import Dimension, Part, Resolved, find_field, listed, named, reachable, seen_by
from analytics_agent.semantic.model import Field, Metric, SemanticModel
from analytics_agent.semantic.request import MetricRequest, Top

NO_PERIOD = "Say which period is meant, from which day to which (`time`): the periods of the rows are counted from it."
MOST_PERIODS = 4_000
"""Eleven years of days."""
_FIRST, _LAST = date(1000, 1, 1), date(9990, 1, 1)


def refuse_what_has_no_meaning(model: SemanticModel, resolved: Resolved) -> None:
    request = resolved.request
    if request.time is not None and request.time.start >= request.time.end:
        raise ToolRefused(EMPTY_PERIOD)
    if (request.compare or request.fill) and request.time is None:
        raise ToolRefused("Say which period is compared or filled: `compare` and `fill` need `time`.")
    spine = spine_of(model, resolved)
    if request.time is not None and (spine or request.compare) and not _FIRST <= request.time.start < request.time.end <= _LAST:
        raise ToolRefused(
            f"Compared, filled or cumulative rows take a `time` between {_FIRST} and {_LAST}, for there are periods around them: ask for a "
            "period within."
        )
    if request.fill and spine is None:
        raise ToolRefused("Say by which periods, such as by month: `fill` needs a time dimension with its grain, as dataset.field:month.")
    if request.top and request.having:
        raise ToolRefused(
            "The first few and a condition on a figure could mean two things in one request: the first of those that fulfill it, or those "
            "of the first that do. Ask for one of them (`top` or `having`)."
        )
    _shares(resolved)
    if spine is not None or request.compare:
        _one_time(model, resolved, spine)


def _shares(resolved: Resolved) -> None:
    share = resolved.request.share_of
    if share is None:
        return
    if not any(metric.additivity == "additive" for metric in resolved.metrics):
        raise ToolRefused(
            f"{listed(map(named, resolved.metrics))} has no share: a share is one of things that add up, and a mean, a ratio or a distinct "
            "count does not. Ask for its values, or for the share of a sum or a count (`share_of` takes an additive metric)."
        )
    known = {name for d in resolved.dimensions for name in (d.key, d.name, d.field.path)}
    if unknown := [key for key in share.within if key not in known]:
        able = ", ".join(d.key for d in resolved.dimensions) or "there are none"
        raise ToolRefused(f"`within` takes dimensions of this request ({able}); {', '.join(unknown)} is none.")


def _one_time(model: SemanticModel, resolved: Resolved, spine: Dimension | None) -> None:
    """Rows by one time, a period of another and a filter on it would mean three things at once."""
    request = resolved.request
    for part in resolved.parts:
        time = _time_of(model, part, resolved)
        if spine is not None and request.time is not None and time != seen_by(model, part, spine):
            raise ToolRefused(
                f"The rows are by {named(seen_by(model, part, spine))} and the period is one of {named(time) if time else 'nothing'}: ask "
                "for both by the same time (say `field` in `time`)."
            )
        for item in request.filters:
            field = reachable(model, part, find_field(model, item.field.partition(":")[0]))
            if time is not None and field.dataset == time.dataset and _is_moved_away(request, field):
                raise ToolRefused(
                    f"A condition on {named(field)} would leave no row of an earlier period, or of those that are filled: ask for a "
                    "period from one day to another instead (`time`)."
                )
            if field == time:
                raise ToolRefused(
                    f"A condition on {named(field)} leaves out the other periods, which have to be read as well. Say the period in `time` "
                    "instead."
                )


def _is_moved_away(request: MetricRequest, field: Field) -> bool:
    """Whether a filter on a month, a season or a year stays where it is while the period moves: what it leaves is not compared."""
    part = part_of(field)
    if part is None:
        return False
    return request.fill or request.compare == "previous_period" or part == "year"


def _time_of(model: SemanticModel, part: Part, resolved: Resolved) -> Field | None:
    period = resolved.request.time
    return reachable(model, part, find_field(model, period.field)) if period and period.field else part.time


def spine_of(model: SemanticModel, resolved: Resolved) -> Dimension | None:
    """The time dimension whose periods have to be counted out. Raises ToolRefused where there are several, or none can be."""
    request = resolved.request
    if not (request.compare or request.fill or any(part.cumulative for part in resolved.parts)):
        return None
    times = [d for d in resolved.dimensions if d.field.is_time]
    if not times:
        return None
    if len(times) > 1:
        raise ToolRefused(f"Compared, filled or cumulative rows take one time dimension: ask by one of {listed(d.key for d in times)}.")
    if times[0].grain in (None, "hour"):
        raise ToolRefused(
            f"Ask by days, weeks, months, quarters or years: compared, filled or cumulative rows need periods ({times[0].field.path} with "
            "a grain from day to year)."
        )
    if request.time is None:
        raise ToolRefused(NO_PERIOD)
    if Span(request.time.start, request.time.end).days > MOST_PERIODS * {"day": 1, "week": 7}.get(str(times[0].grain), 28):
        raise ToolRefused(
            f"More than {MOST_PERIODS:,} periods are too many to be set beside one another: ask by a coarser grain than {times[0].grain}, "
            "or for less time."
        )
    return times[0]


def names_of(key: Dimension, dimensions: Sequence[Dimension]) -> tuple[Dimension, ...]:
    """Those of the dimensions that hold the names of a key: two members of one name are two, and a name is ranked by its key."""
    return tuple(d for d in dimensions if d != key and not d.grain and d.field.label_of == key.field.path)


def _is_meant(top: Top, called: Sequence[Dimension]) -> bool:
    return top.dimension is None or any(top.dimension in (d.key, d.name, d.field.path) for d in called)


def top_of(resolved: Resolved, top: Top) -> tuple[Dimension, Metric]:
    """What the top few are members of, and by which metric. Raises ToolRefused."""
    if top.count < 1:
        raise ToolRefused("Say how many of the first are wanted: `top` takes a count of 1 or more.")
    if top.within and top.others:
        raise ToolRefused("Ask for the first of each group without all others (`others` false): these would be one row more in each group.")
    within = [d for d in resolved.dimensions if {d.key, d.name, d.field.path} & {*top.within}]
    if resolved.request.fill and any(d.field.is_time for d in within):
        raise ToolRefused("A period without rows has no first ones: ask for those of the periods that have rows (without `fill`).")
    if unknown := [key for key in top.within if not any(key in (d.key, d.name, d.field.path) for d in within)]:
        raise ToolRefused(f"{', '.join(unknown)} stands in `within` of `top` and not in `dimensions`: add it there.")
    able = [d for d in resolved.dimensions if not d.field.is_time and d not in within]
    told = [d for key in resolved.dimensions for d in names_of(key, resolved.dimensions)]
    found = [d for d in able if d not in told and _is_meant(top, (d, *names_of(d, able)))]
    if len(found) != 1:
        names = ", ".join(d.key for d in able) or "none is in this request"
        raise ToolRefused(f"Say of what the first are wanted: `top` needs `dimension`, the one whose members are ranked: {names}.")
    return found[0], next((m for m in resolved.metrics if m.name == top.by), resolved.metrics[0])
