"""From the names of a request to the model's records, refusing in words that let a model repair its request."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from typing import cast

from analytics_agent.errors import ToolRefused
from analytics_agent.semantic.joins import Paths, paths
from analytics_agent.semantic.model import Field, Metric, MetricFilter, SemanticModel
from analytics_agent.semantic.request import Grain, MetricRequest
from analytics_agent.semantic.time import GRAINS


@dataclass(frozen=True)
class Dimension:
    """`key` is what the request says ("flights.flight_date:month"), `name` the output column."""

    key: str
    field: Field
    grain: Grain | None
    name: str


@dataclass(frozen=True)
class Part:
    """Metrics that can be aggregated in one pass: the same fact and the same conditions in their definitions."""

    fact: str
    filters: tuple[MetricFilter, ...]
    metrics: tuple[Metric, ...]
    paths: Paths


@dataclass(frozen=True)
class Resolved:
    request: MetricRequest
    metrics: tuple[Metric, ...]
    dimensions: tuple[Dimension, ...]
    parts: tuple[Part, ...]


def resolve(model: SemanticModel, request: MetricRequest) -> Resolved:
    """Raises ToolRefused for unknown names, all of them at once, and for a dimension that a metric's rows do not determine."""
    _check_names(model, request)
    metrics = tuple(_metric(model, name) for name in _metric_names(model, request))
    dimensions = _named(tuple(_dimension(model, key) for key in dict.fromkeys(request.dimensions)), metrics)
    parts = _parts(model, metrics)
    for part in parts:
        for field in (*(d.field for d in dimensions), *(_filter_field(model, f.field) for f in request.filters)):
            reachable(model, part, field)
    return Resolved(request, metrics, dimensions, parts)


def _check_names(model: SemanticModel, request: MetricRequest) -> None:
    """One refusal that names every wrong name: a model that mends them one by one pays for a turn each."""
    checks: list[Callable[[], object]] = [partial(_metric, model, name) for name in _metric_names(model, request)]
    checks += [partial(_dimension, model, key) for key in request.dimensions]
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
    names = tuple(dict.fromkeys((*request.metrics, *(h.metric for h in request.having), *ordering)))
    if not names:
        raise ToolRefused("A request needs at least one metric.")
    return names


def _metric(model: SemanticModel, name: str) -> Metric:
    metric = model.metric(name)
    if metric is None:
        if not model.metrics:
            raise ToolRefused("No metric is defined for these tables. Use run_sql.")
        kind = f"{name} is a dimension: put it in `dimensions`. " if model.field(name) else ""
        raise ToolRefused(f"There is no metric {name!r}. {kind}{_nearest(name, [m.name for m in model.metrics], 'Metrics')}")
    return metric


def _dimension(model: SemanticModel, key: str) -> Dimension:
    path, _, grain = key.partition(":")
    field = find_field(model, path)
    if not grain:
        return Dimension(key, field, None, field.name)
    allowed = field.grains or GRAINS
    if not field.is_time:
        times = [f.path for f in model.fields() if f.is_time]
        raise ToolRefused(f"{path} is no time, so it has no grain. Time fields: {_listed(times)}.")
    if grain not in allowed:
        raise ToolRefused(f"{path} cannot be grouped by {grain!r}; use one of {', '.join(allowed)}.")
    return Dimension(key, field, cast(Grain, grain), f"{field.name}_{grain}")


def checked_grain(field: Field, grain: str) -> Grain:
    """The grain of a filter. Raises ToolRefused for what a condition cannot be told by."""
    allowed = [one for one in field.grains or GRAINS if one != "hour"]
    if not field.is_time or grain not in allowed:
        raise ToolRefused(
            f"{field.path} takes no {grain!r} in a filter; write it alone" + (f", or with {_listed(allowed)}." if field.is_time else ".")
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
        raise ToolRefused(f"{path!r} could be {_listed(f.path for f in named)}: write the dataset too.")
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
        return f"Nearest: {_listed(found)}." + (f" Other fields of {dataset}: {_listed(others, 40)}." if others else "")
    return f"Fields of {meant[0]}: {_listed(own, 40)}." if own else _nearest(path, paths, "Dimensions")


def _filter_field(model: SemanticModel, path: str) -> Field:
    return find_field(model, path.partition(":")[0])


def _named(dimensions: tuple[Dimension, ...], metrics: tuple[Metric, ...]) -> tuple[Dimension, ...]:
    """Output names are the field's own where they are not taken, and carry the dataset where they are."""
    taken = [d.name for d in dimensions] + [m.name for m in metrics]
    return tuple(d if taken.count(d.name) == 1 else Dimension(d.key, d.field, d.grain, f"{d.field.dataset}_{d.name}") for d in dimensions)


def _parts(model: SemanticModel, metrics: tuple[Metric, ...]) -> tuple[Part, ...]:
    groups: dict[tuple[str, tuple[MetricFilter, ...]], list[Metric]] = {}
    for metric in metrics:
        groups.setdefault((metric.dataset, metric.filters), []).append(metric)
    return tuple(Part(fact, filters, tuple(group), paths(model, fact)) for (fact, filters), group in groups.items())


def reachable(model: SemanticModel, part: Part, field: Field) -> Field:
    """The field as this part sees it: itself, or the fact's own time where the field is another fact's default time."""
    if field.dataset in part.paths.to and field.dataset not in part.paths.ambiguous:
        return field
    own = model.default_time(part.fact)
    if own is not None and model.default_time(field.dataset) == field:
        return own
    names = ", ".join(metric.name for metric in part.metrics)
    if field.dataset in part.paths.ambiguous:
        raise ToolRefused(f"{field.path} is reached in several ways from {part.fact}, so it has no single meaning for {names}.")
    fields = [f.path for f in model.fields() if f.dataset in part.paths.to]
    raise ToolRefused(
        f"{names} cannot be split or filtered by {field.path}: a row of {part.fact} does not have exactly one {field.dataset}. "
        f"Use one of: {_listed(fields, 40)}. Or ask for {names} in a request of its own."
    )


def _nearest(name: str, known: Sequence[str], kind: str) -> str:
    close = get_close_matches(name, known, n=5, cutoff=0.5)
    tails = [k for k in known if k.rpartition(".")[2] == name.rpartition(".")[2]]
    found = list(dict.fromkeys([*tails, *close]))
    return f"Nearest: {_listed(found)}." if found else f"{kind}: {_listed(known, 40)}."


def _listed(names: Iterable[str], most: int = 10) -> str:
    everything = list(names)
    more = f" and {len(everything) - most} more" if len(everything) > most else ""
    return ", ".join(everything[:most]) + more
