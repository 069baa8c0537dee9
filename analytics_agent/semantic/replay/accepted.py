"""An accepted run's queries as things that can be moved: what period each covers, and each of them for another one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, Protocol, cast

from analytics_agent.domain.artifact import Artifact
from analytics_agent.domain.catalog import Catalog, Dialect
from analytics_agent.domain.evidence import Query
from analytics_agent.domain.period import Span, called, whole_unit
from analytics_agent.domain.run import Run
from analytics_agent.domain.schedule import PeriodUnit
from analytics_agent.errors import ToolRefused
from analytics_agent.semantic.as_of import ends_of
from analytics_agent.semantic.compiler.calendar_filters import Calendar, CannotMove, calendar, moved_filters
from analytics_agent.semantic.compiler.compile import compile
from analytics_agent.semantic.compiler.periods import earlier_span
from analytics_agent.semantic.definitions import definitions, unreviewed
from analytics_agent.semantic.model import SemanticModel
from analytics_agent.semantic.request import Filter, Grain, MetricRequest
from analytics_agent.sql import moving as free_sql

_DAY = timedelta(days=1)
_STAYS = ("is_null", "not_null")


@dataclass(frozen=True)
class Accepted:
    """A run that was accepted, the day that its relative dates counted from, and what its queries are read against."""

    run: Run
    as_of: date
    model: SemanticModel | None = None
    catalog: Catalog | None = None
    dialect: Dialect = "postgres"

    @property
    def repeated(self) -> tuple[Query, ...]:
        """The queries that a report repeats: what explore handed on and did not compute."""
        evidence = self.run.evidence
        named = {evidence.primary, *evidence.results} if evidence else set()
        return tuple(query for query in self.run.queries if query.id in named and query.source != "computed")

    @cached_property
    def footprints(self) -> tuple[tuple[Query, "Footprint"], ...]:
        """Those, in their order, with the period of each. Read once: a list of coming reports asks for it with each of them."""
        return tuple((query, footprint(query, self)) for query in self.repeated)


class Moves(Protocol):
    """Where everything moves: `moving.Plan`."""

    @property
    def unit(self) -> PeriodUnit | None: ...
    @property
    def steps(self) -> int: ...
    def start(self, day: date) -> date: ...
    def end(self, day: date) -> date: ...
    def move(self, span: Span) -> Span: ...


@dataclass(frozen=True)
class Footprint:
    """The period of one query; `span` is None where it has none, `why_not` is set where it cannot be moved."""

    span: Span | None = None
    why_not: str = ""
    calendar: Calendar | None = None
    by_itself: bool = False
    earlier: Span | None = None
    """What it is compared with: it moves as far, and is told of as well."""

    def called(self, span: Span, *, short: bool = False) -> str:
        """The name of this period at another place: "summer 2014: June to August"."""
        if self.calendar is None:
            return called(span)
        there = self.calendar.at(span.start)
        return there.short if short else there.name

    def moved(self, query: Query, plan: Moves, accepted: Accepted) -> Query:
        """The query for the new period: its request and SQL, not its rows. Raises CannotMove, and ToolRefused where the semantic
        model has no such metric or dimension any more."""
        if query.request is not None and query.source == "metric":
            return _governed(query, query.request, self, plan, accepted)
        blank = replace(query, columns=(), rows=0, artifact=Artifact("", 0, ""), sql_as_run="", tables=(), predicates=(), findings=())
        if plan.unit is None or self.span is None:
            return blank
        try:
            return replace(blank, sql=free_sql.moved(query.sql, plan.move, dialect=accepted.dialect, catalog=accepted.catalog))
        except ValueError:
            raise CannotMove(f"“{query.title}”: Its SQL does not move by the {plan.unit}.") from None


def footprint(query: Query, accepted: Accepted) -> Footprint:
    """What period a query covers, by its request or by its SQL."""
    if query.request is not None and query.source == "metric":
        try:
            request = MetricRequest.from_tool_input(query.request)
            return replace(_of_request(request, accepted), earlier=_earlier(request))
        except CannotMove as problem:
            return Footprint(why_not=str(problem))
    timed = free_sql.timed(query.sql, dialect=accepted.dialect, catalog=accepted.catalog)
    return Footprint(timed.period, timed.why_not, by_itself=timed.by_itself)


def ends_statement(query: Query, accepted: Accepted) -> str | None:
    """SELECT MIN and MAX of the time by which a query is dated; None where nothing says which that is."""
    if query.source != "metric" or query.request is None:
        return free_sql.newest(query.sql, dialect=accepted.dialect, catalog=accepted.catalog)
    request = MetricRequest.from_tool_input(query.request)
    fact = _fact(request, accepted.model)
    time = accepted.model.default_time(fact) if accepted.model and fact else None
    if accepted.model is None or time is None:
        return None
    named = accepted.model.field(request.time.field) if request.time and request.time.field else time
    return ends_of(accepted.model, named or time, accepted.dialect)


def _of_request(request: MetricRequest, accepted: Accepted) -> Footprint:
    span = Span(request.time.start, request.time.end) if request.time else None
    fact = _fact(request, accepted.model)
    if accepted.model is None or fact is None:
        return Footprint(span)
    days = _of_days([f for f in request.filters if _is_time(f, accepted.model)], accepted.model, fact)
    chosen = _chosen(request, request.filters, fact, accepted.model, accepted.as_of)
    if chosen is not None and days is None and _is_open_or_a_year(span):
        return Footprint(chosen.span, calendar=chosen)
    return Footprint(span or days, calendar=None)


def _earlier(request: MetricRequest) -> Span | None:
    if request.compare is None or request.time is None:
        return None
    grain = next((key.partition(":")[2] for key in request.dimensions if ":" in key), None)
    return earlier_span(Span(request.time.start, request.time.end), request.compare, cast(Grain | None, grain))


def _chosen(request: MetricRequest, filters: Sequence[Filter], fact: str, model: SemanticModel, as_of: date) -> Calendar | None:
    """The months that filters choose, of the year that the request's own time is, where it is one."""
    found = calendar(model, filters, fact, as_of)
    time = Span(request.time.start, request.time.end) if request.time else None
    return replace(found, year=time.start.year) if found and time and _is_open_or_a_year(time) else found


def _is_open_or_a_year(span: Span | None) -> bool:
    return span is None or whole_unit(span) == "year"


def _of_days(filters: Sequence[Filter], model: SemanticModel, fact: str) -> Span | None:
    """What filters on the fact's own time let in. Raises CannotMove for one side without the other, and for another thing's time."""
    time = model.default_time(fact)
    starts: list[date] = []
    ends: list[date] = []
    for f in filters:
        field = model.field(f.field.partition(":")[0])
        if time is None or field is None or field.dataset != time.dataset or f.op in ("!=", "not_in", "contains") or f.of:
            raise CannotMove(f"Its condition on {f.field} cannot be moved.")
        days = [_day(value, f.field) for value in f.values]
        starts += [days[0]] if f.op in ("=", "between", ">=") else [min(days)] if f.op == "in" else [days[0] + _DAY] if f.op == ">" else []
        ends += (
            [days[-1] + _DAY]
            if f.op in ("=", "between", "<=")
            else [max(days) + _DAY]
            if f.op == "in"
            else [days[0]]
            if f.op == "<"
            else []
        )
    if not filters:
        return None
    if not starts or not ends or max(starts) >= min(ends):
        raise CannotMove("Its period has no beginning or no end.")
    return Span(max(starts), min(ends))


def _governed(query: Query, asked: dict[str, Any], foot: Footprint, plan: Moves, accepted: Accepted) -> Query:
    if accepted.model is None:
        raise ToolRefused("This database has no semantic model any more, so its governed metrics are gone.")
    given = _moved_request(asked, foot, plan, accepted.model, accepted.as_of)
    request = MetricRequest.from_tool_input(given)
    compiled = compile(accepted.model, request, dialect=accepted.dialect, catalog=accepted.catalog)
    blank = Query("", query.title, compiled.columns, 0, Artifact("", 0, ""), "metric", sql=compiled.sql, request=given)
    used = definitions(accepted.model, compiled.metrics)
    return replace(blank, predicates=request.conditions(), caveats=(*unreviewed(used), *compiled.caveats), definitions=used)


def _moved_request(given: dict[str, Any], foot: Footprint, plan: Moves, model: SemanticModel, as_of: date) -> dict[str, Any]:
    """The tool's own JSON with its times moved."""
    if plan.unit is None:
        return given
    request = MetricRequest.from_tool_input(given)
    fact = _fact(request, model)
    filters = [_moved_days(f, plan) if _is_time(f, model) else f for f in request.filters]
    time = plan.move(Span(request.time.start, request.time.end)) if request.time else None
    chosen = _chosen(request, filters, fact, model, as_of) if fact else None
    if chosen is not None:
        there = chosen.at(plan.start(chosen.span.start))
        filters = moved_filters(chosen, plan.unit, there, filters)
        if foot.calendar is not None and (time is not None or not chosen.said_year):
            # Without its year it would be the same months of every year.
            time = Span(date(there.year, 1, 1), date(there.year + 1, 1, 1))
    named = {"field": request.time.field} if request.time and request.time.field else {}
    moved = {"time": {"from": time.start.isoformat(), "to": time.end.isoformat()} | named} if time else {}
    written = {"filters": [_written(f) for f in filters]} if filters else {}
    return given | written | moved


def _moved_days(f: Filter, plan: Moves) -> Filter:
    if f.op in _STAYS:
        return f
    last = len(f.values) - 1
    return replace(
        f,
        values=tuple(
            _moved_day(v, f, plan, is_end=f.op in ("<", "<=", ">") or (f.op == "between" and i == last)) for i, v in enumerate(f.values)
        ),
    )


def _moved_day(value: object, f: Filter, plan: Moves, *, is_end: bool) -> str:
    """Inclusive ends are moved as the day after, so that the end of a month stays one."""
    day, hour = _day(value, f.field), str(value)[10:]
    if f.op == "<":
        return plan.end(day).isoformat() + hour
    if is_end:
        move = plan.start if f.op == ">" else plan.end
        return (move(day + _DAY) - _DAY).isoformat() + hour
    return plan.start(day).isoformat() + hour


def _day(value: object, field: str) -> date:
    try:
        return datetime.fromisoformat(str(value)).date()
    except ValueError:
        raise CannotMove(f"Its condition on {field} is not written as a date.") from None


def _is_time(f: Filter, model: SemanticModel) -> bool:
    field = model.field(f.field.partition(":")[0])
    return field is not None and field.is_time and f.op not in _STAYS


def _fact(request: MetricRequest, model: SemanticModel | None) -> str | None:
    metric = model.metric(request.metrics[0]) if model and request.metrics else None
    return metric.dataset if metric else None


def _written(f: Filter) -> dict[str, Any]:
    return {"field": f.field, "op": f.op} | ({"values": list(f.values)} if f.values else {}) | ({"of": f.of} if f.of else {})
