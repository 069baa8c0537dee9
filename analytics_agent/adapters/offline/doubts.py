"""What the offline model looks at before it lets a result stand: rows that are not there, data that does not reach back, a period that is
not over."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, cast

from analytics_agent.adapters.offline.evidence import rows_of
from analytics_agent.adapters.offline.talk import Call, Talk
from analytics_agent.domain.period import Span, holding, shifted, whole_unit
from analytics_agent.semantic.compiler.periods import earlier_span
from analytics_agent.semantic.compiler.time import GRAINS, step
from analytics_agent.semantic.reach import begins_late, is_not_over, is_outside, lacks
from analytics_agent.semantic.reader import Reading, Refuse, tool_input
from analytics_agent.semantic.reader.notes import span
from analytics_agent.semantic.reader.spans import UNITS
from analytics_agent.semantic.request import Grain, MetricRequest, Period

Calls = list[tuple[str, dict[str, Any]]]
_DAY, _MONTH = timedelta(days=1), timedelta(days=31)
ONE_SIDE = "Only one of the two sides has data, so there is nothing to compare."
NO_RECORDS = "Nothing at all is recorded in that period, so there is no answer."
NO_ROWS = "Nothing in the data fits all of these conditions, so the figure has no value."
TOO_EARLY = "The data does not reach back to the beginning of that period, so a figure for it would mislead."
NOTHING_BEFORE = "The data does not reach back to the beginning of {0}, so a comparison with it would mislead. Ask for {1} by itself."
NOT_YET = "The data does not reach to the end of {0}, so a comparison with the whole of {1} would mislead."

OPEN = "The {0} is not over: its figures are those up to the last day of the data."


@dataclass(frozen=True)
class Result:
    """A stored result as query_metrics told it."""

    id: str
    rows: int
    preview: list[dict[str, Any]]
    caveats: tuple[str, ...] = ()


def made(talk: Talk, data: dict[str, Any]) -> Call | None:
    return next((call for call in talk.made("query_metrics") if call.input == data), None)


def result_of(call: Call) -> Result | None:
    data = call.data
    if call.is_error or not isinstance(data, dict) or "id" not in data:
        return None
    return Result(str(data["id"]), int(data.get("rows", 0)), rows_of(data), tuple(map(str, data.get("caveats") or ())))


def doubts(talk: Talk, reading: Reading, primary: Result, overview: dict[str, Any]) -> Calls | Refuse | None:
    """The next look that is needed, or why the result cannot stand; None where it can."""
    return (
        _empty(talk, reading, primary, overview)
        or _cut_side(reading, primary, talk.as_of)
        or _too_early(talk, reading, primary, overview)
        or _before_the_data(talk, reading, overview)
    )


def _empty(talk: Talk, reading: Reading, primary: Result, overview: dict[str, Any]) -> Calls | Refuse | None:
    """Nothing found may mean that nothing happened, or that the data does not reach there: the bare count of the period tells."""
    metric, period = reading.request.metrics[0], reading.request.time
    shown = f"{metric}_to_{reading.request.ratio_to}" if reading.request.ratio_to else metric
    if reading.comparison and len(reading.request.dimensions) == 1 and primary.rows != 2:
        late = next(filter(begins_late, primary.caveats), "")
        return Refuse(f"{late} {ONE_SIDE}".strip())
    if reading.request.having or not _is_empty(primary, shown):
        return None
    if outside := next(filter(is_outside, primary.caveats), ""):
        return Refuse(f"{outside} {NO_RECORDS}")
    if period is not None and (look := _records(talk, metric, period, overview, "Records in the period")) is not True:
        return look or Refuse(NO_RECORDS)
    unknown = primary.rows == 0 or all(row.get(shown) is None for row in primary.preview)
    return Refuse(NO_ROWS) if unknown and reading.kind != "list" else None


def _is_empty(primary: Result, metric: str) -> bool:
    """What fell to nothing is something: beside an earlier period its figure counts too."""
    shown = (metric, f"{metric}_previous")
    return primary.rows == 0 or all(not row.get(name) for row in primary.preview for name in shown)


def _records(talk: Talk, metric: str, period: Period, overview: dict[str, Any], title: str) -> Calls | bool:
    """Whether anything at all is recorded in a period; or the query that will tell."""
    bare = MetricRequest(purpose=title, metrics=(_base(metric, overview),), time=period)
    call = made(talk, tool_input(bare))
    if call is None:
        return [("query_metrics", tool_input(bare))]
    result = result_of(call)
    return result is not None and any(row.get(bare.metrics[0]) for row in result.preview)


def _cut_side(reading: Reading, primary: Result, as_of: date | None) -> Refuse | None:
    """Half a year is no year: a change against it, or of it, would be of its length."""
    sides = _sides(reading)
    if sides is None:
        return None
    before, now = sides
    if late := next(filter(begins_late, primary.caveats), ""):
        return Refuse(f"{late} {NOTHING_BEFORE.format(_called(before), _called(now))}")
    last = min(as_of or date.max - _DAY, now.last)
    is_cut = now.start <= last and lacks(now.last - last, now)
    if not is_cut and not any(map(is_not_over, primary.caveats)):
        return None
    is_a_year_later = before.start == shifted(now.start, "year", -1)
    phrase = f"{now.start.isoformat()} through {last.isoformat()} compared with the same period last year"
    advice = f"Ask for the same days of both: “{phrase}”." if is_cut and is_a_year_later else "Ask for periods that are over."
    return Refuse(f"{NOT_YET.format(_called(now), _called(before))} {advice}")


def _sides(reading: Reading) -> tuple[Span, Span] | None:
    """The two periods that are set side by side, each as one figure."""
    request, sides = reading.request, reading.comparison
    grain = sides.field.partition(":")[2] if sides else ""
    if sides and grain in GRAINS and grain != "hour":
        before, now = (Span(day, step(day, cast(Grain, grain), 1)) for day in map(date.fromisoformat, (sides.before, sides.now)))
        return (before, now) if before.start < now.start else (now, before)
    if request.compare is None or request.time is None or any(":" in key for key in request.dimensions):
        return None
    now = Span(request.time.start, request.time.end)
    return earlier_span(now, request.compare, None), now


def _called(period: Span) -> str:
    return span(Period(period.start, period.end))


def _too_early(talk: Talk, reading: Reading, primary: Result, overview: dict[str, Any]) -> Calls | Refuse | None:
    """A period that begins in an earlier year than the data's last day may begin before the data does: its first month tells, where the
    result does not."""
    period = reading.request.time
    if period is None or talk.as_of is None or period.start.year >= talk.as_of.year or any(map(begins_late, primary.caveats)):
        return None
    first = replace(period, end=min(period.end, period.start + _MONTH))
    look = _records(talk, reading.request.metrics[0], first, overview, "Records at the beginning of the period")
    return None if look is True else look or Refuse(TOO_EARLY)


def _before_the_data(talk: Talk, reading: Reading, overview: dict[str, Any]) -> Calls | Refuse | None:
    """Growth from nothing is none: what a figure is set beside must lie in the data. Rows of a time axis without an earlier one say so."""
    request = reading.request
    if request.compare is None or request.time is None or any(":" in key for key in request.dimensions):
        return None
    earlier = earlier_span(Span(request.time.start, request.time.end), request.compare, None)
    first = Period(earlier.start, min(earlier.end, earlier.start + _MONTH), request.time.field)
    look = _records(talk, request.metrics[0], first, overview, "Records at the beginning of the earlier period")
    if look is True:
        return None
    return look or Refuse(NOTHING_BEFORE.format(span(Period(earlier.start, earlier.end)), span(request.time)))


def not_over(request: MetricRequest, as_of: date | None, said: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The caveat of a period that has not come to its end: beside whole ones it looks like a fall. A caveat holds no figures. `said` of the
    result is not said again."""
    if as_of is None or any(map(is_not_over, said)):
        return ()
    period = request.time
    if period is not None and (as_of < period.start or period.end <= as_of + _DAY):
        return ()
    unit = next((grain for key in request.dimensions if (grain := key.partition(":")[2]) in UNITS), None)
    if unit is not None:
        return (OPEN.format(f"last {unit}"),) if holding(as_of, unit).last > as_of and unit != "day" else ()
    return (OPEN.format(whole_unit(Span(period.start, period.end)) or "period"),) if period is not None else ()


def _base(metric: str, overview: dict[str, Any]) -> str:
    """The first additive metric of the same fact: a plain count of its records."""
    fact = next((m.get("fact") for m in overview["metrics"] if m["name"] == metric), None)
    own = [m["name"] for m in overview["metrics"] if m.get("fact") == fact and m.get("additivity") == "additive"]
    return str(own[0]) if own else metric
