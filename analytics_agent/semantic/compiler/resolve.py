"""From the names of a request to the model's records, refusing in words that let a model repair its request."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import partial
from typing import cast

from analytics_agent.errors import ToolRefused
from analytics_agent.semantic.compiler.joins import Paths, paths
from analytics_agent.semantic.compiler.time import FISCAL, GRAINS
from analytics_agent.semantic.model import Balance, Cumulative, Field, Metric, MetricFilter, SemanticModel
from analytics_agent.semantic.ossie.structure import is_reserved
from analytics_agent.semantic.request import Grain, MetricRequest

OWN_TIME = "time"
"""In place of a field: the time of each metric's own."""


@dataclass(frozen=True)
class Dimension:
    """`key` is what the request says ("flights.flight_date:month"), `name` the output column. `is_own_time`: whichever time a
    metric is dated by; `field` is that of the first."""

    key: str
    field: Field
    grain: Grain | None
    name: str
    is_own_time: bool = False


@dataclass(frozen=True)
class Part:
    """Metrics that can be aggregated in one pass: the same fact and the same conditions in their definitions, dated alike.

    `cumulative` ones are given as the metrics that they add up, under their own names.
    """

    fact: str
    filters: tuple[MetricFilter, ...]
    metrics: tuple[Metric, ...]
    paths: Paths
    time: Field | None = None
    balance: Balance | None = None
    cumulative: Cumulative | None = None


@dataclass(frozen=True)
class Resolved:
    request: MetricRequest
    metrics: tuple[Metric, ...]
    dimensions: tuple[Dimension, ...]
    parts: tuple[Part, ...]
    leaves: tuple[Metric, ...] = ()
    """The metrics, with the two of a ratio in its place."""


def resolve(model: SemanticModel, request: MetricRequest) -> Resolved:
    """Raises ToolRefused for unknown names, all of them at once, and for a dimension that a metric's rows do not determine."""
    _check_names(model, request)
    metrics = tuple(_metric(model, name) for name in _metric_names(model, request))
    leaves = leaves_of(model, metrics)
    keys = tuple(dict.fromkeys(request.dimensions))
    dimensions = _named(
        tuple(_dimension(model, key, leaves[0]) for key in keys), (*metrics, *(leaf for leaf in leaves if leaf not in metrics))
    )
    parts = parts_of(model, leaves)
    for part in parts:
        for dimension in dimensions:
            seen_by(model, part, dimension)
        for item in request.filters:
            reachable(model, part, _filter_field(model, item.field))
    return Resolved(request, metrics, dimensions, parts, leaves)


def leaves_of(model: SemanticModel, metrics: Iterable[Metric]) -> tuple[Metric, ...]:
    found = (leaf for metric in metrics for leaf in ([_metric(model, name) for name in metric.ratio or ()] or [metric]))
    return tuple({leaf.name: leaf for leaf in found}.values())


def _check_names(model: SemanticModel, request: MetricRequest) -> None:
    """One refusal that names every wrong name: a model that mends them one by one pays for a turn each."""
    checks: list[Callable[[], object]] = [partial(_metric, model, name) for name in _metric_names(model, request)]
    checks += [partial(_dimension, model, key, model.metric(request.metrics[0]) if request.metrics else None) for key in request.dimensions]
    checks += [partial(_filter_field, model, f.field) for f in request.filters]
    problems = tuple(dict.fromkeys(problem for check in checks if (problem := _problem(check))))
    if problems:
        raise ToolRefused(" ".join(problems))


def _problem(check: Callable[[], object]) -> str | None:
    try:
        check()
    except ToolRefused as refusal:
        return refusal.message
    return None


def _metric_names(model: SemanticModel, request: MetricRequest) -> tuple[str, ...]:
    """What was asked for, and what thresholds and ordering lean on: evidence that is used is shown."""
    ordering = (order.field for order in request.order_by if model.metric(order.field))
    top = (request.top.by,) if request.top and request.top.by else ()
    names = tuple(dict.fromkeys((*request.metrics, *(h.metric for h in request.having), *top, *ordering)))
    if not names:
        raise ToolRefused("Say what is to be counted or added up: a request needs at least one metric.")
    return names


def _metric(model: SemanticModel, name: str) -> Metric:
    metric = model.metric(name)
    if metric is None:
        if not model.metrics:
            raise ToolRefused("No metric is defined for these tables. Use run_sql.")
        kind = f"{name} is a dimension: put it in `dimensions`. " if model.field(name) else ""
        raise ToolRefused(f"There is no metric {name!r}. {kind}{_nearest(name, [m.name for m in model.metrics], 'Metrics')}")
    return metric


def _dimension(model: SemanticModel, key: str, first: Metric | None = None) -> Dimension:
    path, _, grain = key.partition(":")
    own = _own_time(model, first) if path == OWN_TIME and grain else None
    field = own or find_field(model, path)
    if not grain:
        return Dimension(key, field, None, field.name)
    allowed = _grains(model, field)
    if not field.is_time:
        times = [f.path for f in model.fields() if f.is_time]
        raise ToolRefused(f"{named(field)} is no time, so it has no grain: ask by it as it is. Time fields: {listed(times)}.")
    if grain not in allowed:
        raise ToolRefused(f"{named(field)} cannot be grouped by {grain!r}; ask by one of {', '.join(allowed)}.")
    return Dimension(key, field, cast(Grain, grain), f"{OWN_TIME if own else field.name}_{grain}", own is not None)


def _own_time(model: SemanticModel, metric: Metric | None) -> Field | None:
    """A field that is really called `time` goes first."""
    if metric is None or any(f.name == OWN_TIME for f in model.fields()):
        return None
    return model.time_of(leaves_of(model, (metric,))[0])


def _grains(model: SemanticModel, field: Field) -> tuple[str, ...]:
    return field.grains or (*GRAINS, *(FISCAL if model.fiscal_start != 1 else ()))


def checked_grain(model: SemanticModel, field: Field, grain: str) -> Grain:
    """The grain of a filter. Raises ToolRefused for what a condition cannot be told by."""
    allowed = [one for one in _grains(model, field) if one != "hour"]
    if not field.is_time or grain not in allowed:
        raise ToolRefused(
            f"{named(field)} takes no {grain!r} in a filter; write it alone" + (f", or with {listed(allowed)}." if field.is_time else ".")
        )
    return cast(Grain, grain)


def find_field(model: SemanticModel, path: str) -> Field:
    """The field of that path; a bare name is understood where only one dataset has it."""
    field = model.field(path)
    if field is not None:
        return field
    named = [f for f in model.fields() if f.name == path]
    if len(named) == 1:
        return named[0]
    if named:
        raise ToolRefused(f"{path!r} could be {listed(f.path for f in named)}: write the dataset too.")
    if model.metric(path):
        raise ToolRefused(f"{path!r} is a metric, not a dimension: put it in `metrics`, or in `having` to filter by it.")
    raise ToolRefused(f"There is no dimension {path!r}. {_nearest_field(model, path)}")


def _nearest_field(model: SemanticModel, path: str) -> str:
    """Fields of the same name elsewhere; else those of the dataset that is meant, by a name that is near."""
    dataset, _, name = path.rpartition(".")
    paths = [f.path for f in model.fields()]
    same = [known for known in paths if known.rpartition(".")[2] == name]
    meant = [d.name for d in model.datasets if d.name == dataset] or get_close_matches(
        dataset, [d.name for d in model.datasets], n=1, cutoff=0.5
    )
    own = [f"{f.dataset}.{f.name}" for d in meant for f in model.fields() if f.dataset == d]
    close = [f"{d}.{match}" for d in meant for match in get_close_matches(name, [k.rpartition(".")[2] for k in own], n=3, cutoff=0.6)]
    if found := list(dict.fromkeys([*close, *same])):
        others = [field for field in own if field not in found] if dataset in meant else []
        return f"Nearest: {listed(found)}." + (f" Other fields of {dataset}: {listed(others, 40)}." if others else "")
    return f"Fields of {meant[0]}: {listed(own, 40)}." if own else _nearest(path, paths, "Dimensions")


def _filter_field(model: SemanticModel, path: str) -> Field:
    return find_field(model, path.partition(":")[0])


def _named(dimensions: tuple[Dimension, ...], metrics: tuple[Metric, ...]) -> tuple[Dimension, ...]:
    """Output names are the field's own where they are not taken, and carry the dataset where they are."""
    taken = [name.lower() for name in (*(d.name for d in dimensions), *(m.name for m in metrics))]
    is_free = {d.name: taken.count(d.name.lower()) == 1 and not is_reserved(d.name) for d in dimensions}
    return tuple(d if is_free[d.name] else replace(d, name=f"{d.field.dataset}_{d.name}") for d in dimensions)


def parts_of(model: SemanticModel, leaves: Iterable[Metric]) -> tuple[Part, ...]:
    """Leaves by what they are aggregated from and how."""
    groups: dict[tuple[object, ...], list[Metric]] = {}
    for leaf in leaves:
        of = summed(model, leaf)
        groups.setdefault((of.dataset, of.filters, of.time_field, of.balance, leaf.cumulative), []).append(leaf)
    return tuple(_part(model, tuple(group)) for group in groups.values())


def _part(model: SemanticModel, leaves: tuple[Metric, ...]) -> Part:
    of = summed(model, leaves[0])
    found = paths(model, of.dataset)
    return Part(of.dataset, of.filters, leaves, found, model.time_of(of), of.balance, leaves[0].cumulative)


def summed(model: SemanticModel, leaf: Metric) -> Metric:
    """The metric whose rows and expression a leaf is made of: itself, or what it adds up."""
    return _metric(model, leaf.cumulative.of) if leaf.cumulative else leaf


def seen_by(model: SemanticModel, part: Part, dimension: Dimension) -> Field:
    """The field of a dimension as this part sees it."""
    if not dimension.is_own_time:
        return reachable(model, part, dimension.field)
    if part.time is None:
        raise ToolRefused(
            f"{part.fact} has no time field, so {listed(map(named, part.metrics))} cannot be grouped by time: ask without it."
        )
    return reachable(model, part, part.time)


def reachable(model: SemanticModel, part: Part, field: Field) -> Field:
    """The field as this part sees it: itself, or the time it is dated by where the field is another fact's default time."""
    if field.dataset in part.paths.splits():
        return field
    own = part.time
    if own is not None and model.default_time(field.dataset) == field:
        return own
    names = listed(map(named, part.metrics))
    if field.dataset in part.paths.ambiguous:
        raise ToolRefused(
            f"{named(field)} is reached in several ways from {part.fact}, so it has no single meaning for {names}. Ask by something else, "
            "or have each way named in the semantic model, by a dataset of its own."
        )
    if bridge := part.paths.timeless.get(field.dataset):
        raise ToolRefused(
            f"{names} cannot be split or filtered by {named(field)}: it changes over time, and {bridge}, over which it is reached, does "
            "not say when a pair held. Ask by something that stays as it is, or without it."
        )
    if ways := _ways_to(model, part, field):
        raise ToolRefused(
            f"{named(field)} may be {' or '.join(ways)} for {names}: {part.fact} has {field.dataset} in several ways. Take the one that "
            "the question names; where it names none, ask which is meant."
        )
    fields = [f.path for f in model.fields() if f.dataset in part.paths.splits()]
    raise ToolRefused(
        f"{names} cannot be split or filtered by {named(field)}: a row of {part.fact} does not have exactly one {field.dataset}. "
        f"Ask without it, or for {names} in a request of its own. It can be split by: {listed(fields, 40)}."
    )


def _ways_to(model: SemanticModel, part: Part, field: Field) -> list[str]:
    """The same field of the same table in the roles that this part reaches: of the origin airport, of the destination."""
    sources = {dataset.name: dataset.source for dataset in model.datasets}
    fields = (model.field(f"{name}.{field.name}") for name in part.paths.splits() if sources[name] == sources[field.dataset])
    found = [each.path for each in fields if each is not None]
    return found if len(found) > 1 else []


def _nearest(name: str, known: Sequence[str], kind: str) -> str:
    close = get_close_matches(name, known, n=5, cutoff=0.5)
    tails = [k for k in known if k.rpartition(".")[2] == name.rpartition(".")[2]]
    found = list(dict.fromkeys([*tails, *close]))
    return f"Nearest: {listed(found)}." if found else f"{kind}: {listed(known, 40)}."


def named(thing: Field | Metric) -> str:
    """As people call it, and where that is another word, by its name for who writes requests."""
    name = thing.path if isinstance(thing, Field) else thing.name
    return thing.label if thing.label.lower().replace(" ", "_") == name.lower() else f"{thing.label} ({name})"


def listed(names: Iterable[str], most: int = 10) -> str:
    everything = list(names)
    more = f" and {len(everything) - most} more" if len(everything) > most else ""
    return ", ".join(everything[:most]) + more
