"""What differs between two versions of a semantic model, thing by thing: for whoever reviews one before it serves."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal

from analytics_agent.semantic.model import Expression, SemanticModel

Kind = Literal["added", "removed", "changed"]
_SAID = {"line", "description", "synonyms", "label", "caveats", "unit", "format", "decimals", "higher_is", "values", "order", "grains"}
"""What is told of a thing, and does not change which rows and numbers it means."""
_OF_TIME = {"as_of", "time_field", "timezone", "seasons"}
_PARTS = {"datasets", "relationships", "metrics"}


@dataclass(frozen=True)
class Change:
    """`what` names the thing ("metric revenue", "field orders.status"), `part` what of it changed; `was` and `now` are texts.

    `is_breaking`: the same question may get another number, or none.
    """

    kind: Kind
    what: str
    part: str = ""
    was: str = ""
    now: str = ""
    is_breaking: bool = False


def changes(old: SemanticModel, new: SemanticModel) -> tuple[Change, ...]:
    """In the order of the models: the model itself, datasets, their fields, relationships, metrics."""
    return (*_of_model(old, new), *_between(_things(old), _things(new)))


def _things(model: SemanticModel) -> dict[str, Any]:
    datasets = {f"dataset {one.name}": one for one in model.datasets}
    return (
        datasets
        | {f"field {one.path}": one for one in model.fields()}
        | {f"relationship {one.many} to {one.one} by {', '.join(one.many_columns)}": one for one in model.relationships}
        | {f"metric {one.name}": one for one in model.metrics}
    )


def _between(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for what in dict.fromkeys((*old, *new)):
        if what not in new:
            yield Change("removed", what, is_breaking=True)
        elif what not in old:
            yield Change("added", what)
        else:
            yield from _parts(what, old[what], new[what])


def _of_model(old: SemanticModel, new: SemanticModel) -> Iterator[Change]:
    for part in (each.name for each in fields(SemanticModel)):
        was, now = getattr(old, part), getattr(new, part)
        if part not in _PARTS and was != now:
            yield Change(
                "changed", "model", part, _text(was), _text(now), is_breaking=part in ("as_of", "time_field", "timezone", "seasons")
            )


def _parts(what: str, old: Any, new: Any) -> Iterator[Change]:
    for part in (each.name for each in fields(old)):
        was, now = getattr(old, part), getattr(new, part)
        if part not in ("line", "fields", "name") and _plain(was) != _plain(now):
            yield Change("changed", what, part, _text(was), _text(now), is_breaking=part not in _SAID)


def _plain(value: Any) -> Any:
    """Without the lines on which things stand."""
    return dict(value.texts) if isinstance(value, Expression) else value


def _text(value: Any) -> str:
    if isinstance(value, Expression):
        texts = value.texts
        return next(iter(texts.values())) if len(texts) == 1 else "; ".join(f"{name}: {text}" for name, text in texts.items())
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {_text(each)}" if each else str(name) for name, each in value.items())
    if isinstance(value, tuple):
        return ", ".join(map(_text, value))
    return "" if value is None else str(value)
