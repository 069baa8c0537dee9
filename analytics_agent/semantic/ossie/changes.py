"""What differs between two versions of a semantic model, thing by thing: for whoever reviews one before it serves."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal

from analytics_agent.semantic.compiler.joins import Hop, paths
from analytics_agent.semantic.model import (
    AsOf,
    Balance,
    Bridge,
    Certification,
    Cumulative,
    Expression,
    Freshness,
    MetricFilter,
    SemanticModel,
)

Kind = Literal["added", "removed", "changed"]
Bears = Literal["numbers", "reading", "words"]
"""What a change can do to a question that was answered before: give it another number, or none; have it read as another one; or
only tell its answer in other words."""


def _parts(numbers: str, reading: str = "", words: str = "") -> Mapping[str, Bears]:
    return {
        **dict.fromkeys(numbers.split(), "numbers"),
        **dict.fromkeys(reading.split(), "reading"),
        **dict.fromkeys(words.split(), "words"),
    }


BEARS: Mapping[str, Mapping[str, Bears]] = {
    "model": _parts(
        "as_of time_field timezone seasons fiscal_start severed",
        "instructions not_covered",
        "name description examples notes owners certification",
    ),
    "dataset": _parts(
        "source primary_key unique_keys time_field valid bridge",
        "synonyms instructions",
        "description grain freshness owners certification",
    ),
    "field": _parts(
        "expression is_time display label_of",
        "label synonyms role grains values order datatype",
        "description unit format decimals higher_is",
    ),
    "relationship": _parts("many one many_columns one_columns", "", "name"),
    "metric": _parts(
        "expression dataset additivity weight filters time_field ratio balance cumulative",
        "label synonyms instructions",
        "description caveats unit format decimals higher_is owners certification",
    ),
    "verified query": _parts("sql", "question", "by on"),
}
"""Of each part of each record. Datasets, fields, relationships, metrics and verified queries are compared one by one."""
_THINGS = {"datasets", "relationships", "metrics", "verified_queries"}
_OF_PLACE = {"line", "fields", "name", "dataset"}


@dataclass(frozen=True)
class Change:
    """`what` names the thing ("metric revenue", "field orders.status"), `part` what of it changed; `was` and `now` are texts."""

    kind: Kind
    what: str
    part: str = ""
    was: str = ""
    now: str = ""
    bears_on: Bears = "words"

    @property
    def is_breaking(self) -> bool:
        """The same question may get another number, or none."""
        return self.bears_on == "numbers"


def changes(old: SemanticModel, new: SemanticModel) -> tuple[Change, ...]:
    """In the order of the models: the model itself, datasets, their fields, relationships, metrics, verified queries; then what follows
    from them and nobody wrote: other ways between datasets, and other times by which metrics are dated."""
    return (*_of_model(old, new), *_between(_things(old), _things(new)), *_ways(old, new), *_dates(old, new))


def _things(model: SemanticModel) -> dict[tuple[str, str], Any]:
    """By kind and name."""
    return (
        {("dataset", one.name): one for one in model.datasets}
        | {("field", one.path): one for one in model.fields()}
        | {("relationship", f"{one.many} to {one.one} by {', '.join(one.many_columns)}"): one for one in model.relationships}
        | {("metric", one.name): one for one in model.metrics}
        | {("verified query", one.question): one for one in model.verified_queries}
    )


def _between(old: Mapping[tuple[str, str], Any], new: Mapping[tuple[str, str], Any]) -> Iterator[Change]:
    for kind, name in dict.fromkeys((*old, *new)):
        was, now = old.get((kind, name)), new.get((kind, name))
        if now is None:
            yield Change("removed", f"{kind} {name}", bears_on="numbers")
        elif was is None:
            yield Change("added", f"{kind} {name}", bears_on="reading")
        else:
            yield from _differences(kind, f"{kind} {name}", was, now)


def _of_model(old: SemanticModel, new: SemanticModel) -> Iterator[Change]:
    for part in (each.name for each in fields(SemanticModel) if each.name not in _THINGS):
        was, now = getattr(old, part), getattr(new, part)
        if was != now:
            yield Change("changed", "model", part, _text(was), _text(now), BEARS["model"][part])


def _differences(kind: str, what: str, old: Any, new: Any) -> Iterator[Change]:
    for part in (each.name for each in fields(old)):
        is_place = part in _OF_PLACE and not (kind == "metric" and part == "dataset") and not (kind == "relationship" and part == "name")
        was, now = getattr(old, part), getattr(new, part)
        if not is_place and _plain(was) != _plain(now):
            yield Change("changed", what, part, _text(was), _text(now), BEARS[kind][part])


def _ways(old: SemanticModel, new: SemanticModel) -> Iterator[Change]:
    """From each fact to each dataset that both have: over other relationships it is another row."""
    for fact in dict.fromkeys(metric.dataset for metric in old.metrics if new.dataset(metric.dataset)):
        was, now = paths(old, fact).to, paths(new, fact).to
        for name in (name for name in was if new.dataset(name) and was[name] != now.get(name)):
            there = _way(now[name]) if name in now else "not reached"
            yield Change("changed", f"way from {fact} to {name}", "", _way(was[name]), there, "numbers")


def _way(hops: tuple[Hop, ...]) -> str:
    return ", ".join(f"{hop.there} by {', '.join(hop.here_columns)}" for hop in hops)


def _dates(old: SemanticModel, new: SemanticModel) -> Iterator[Change]:
    for metric in new.metrics:
        before = old.metric(metric.name)
        was, now = old.time_of(before) if before else None, new.time_of(metric)
        if before and (was.path if was else "") != (now.path if now else ""):
            yield Change("changed", f"metric {metric.name}", "dated_by", was.path if was else "", now.path if now else "", "numbers")


def _plain(value: Any) -> Any:
    """Without the lines on which things stand."""
    return dict(value.texts) if isinstance(value, Expression) else value


def _text(value: Any) -> str:
    """As a person would write it; records in one line."""
    match value:
        case None:
            return ""
        case Expression(texts=texts):
            return next(iter(texts.values()), "") if len(texts) == 1 else "; ".join(f"{name}: {text}" for name, text in texts.items())
        case Mapping():
            return "; ".join(f"{name}: {_text(each)}" if each else str(name) for name, each in value.items())
        case tuple() | frozenset():
            return ", ".join(map(_text, value))
        case AsOf() | Certification() | Freshness() | Bridge() | Balance() | Cumulative() | MetricFilter():
            return _record(value)
    return str(value)


def _record(value: Any) -> str:
    match value:
        case AsOf(kind=kind, value=text):
            return f"{kind} {text}".strip()
        case Certification(status=status, by=by, details=details):
            return ", ".join(filter(None, (status, f"by {by}" if by else "", details)))
        case Freshness(field=path, count=count, unit=unit):
            return f"{path} within {count} {unit}{'s' if count > 1 else ''}"
        case Bridge(fact=fact, to=to, weight=weight):
            return f"from {fact} to {to}" + (f", weighed by {weight}" if weight else "")
        case Balance(time=time, keys=keys, pick=pick):
            return f"{pick} {time} of each {', '.join(keys)}"
        case Cumulative(of=of, unit=unit, count=count):
            return f"{of} " + (
                f"over {count} {unit}s" if count else f"since the beginning of the {unit}" if unit else "since the beginning"
            )
        case MetricFilter(field=path, op=op, values=values):
            return " ".join(filter(None, (path, op, ", ".join(map(str, values)))))
    return str(value)
