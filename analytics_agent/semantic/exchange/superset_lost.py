"""What a semantic model says and Superset has no place for, told by name: one sentence for what the same things say."""

from collections.abc import Iterator

from analytics_agent.semantic.model import Dataset, Field, Metric, SemanticModel
from analytics_agent.semantic.ossie import writer

_GRAINS = ("hour", "day", "week", "month", "quarter", "year")
_OF_MODEL = {"certification"}
_OF_DATASET = {"certification", "time_field"}
_OF_METRIC = {
    "label", "dataset", "format", "decimals", "filters", "caveats", "ratio", "certification", "additivity",
    "balance", "cumulative", "time_field",
}  # fmt: skip
"""Said in Superset, or the reason why a metric is left out, which is named there."""
_CALLED = {"fiscal_calendar": "the fiscal calendar", "valid": "versions", "bridge": "bridges", "higher_is": "good and bad news"}


def unsaid(model: SemanticModel) -> Iterator[str]:
    found: dict[str, list[str]] = {}
    for thing, keys in _things(model):
        for key in keys:
            found.setdefault(key, []).append(thing)
    alike: dict[str, list[str]] = {}
    for key, things in found.items():
        alike.setdefault(", ".join(things), []).append(_CALLED.get(key, key.replace("_", " ")))
    for where, keys in alike.items():
        yield f"Superset has no place for {', '.join(keys)}, left here: {where}."


def _things(model: SemanticModel) -> Iterator[tuple[str, list[str]]]:
    said = [key for key in writer.of_model(model) if key not in _OF_MODEL]
    yield "the model", [*said, *(["description"] if model.description else []), *(["instructions"] if model.instructions else [])]
    for dataset in model.datasets:
        yield f"dataset `{dataset.name}`", list(_of_dataset(dataset))
        for field in dataset.fields:
            yield f"field `{field.path}`", list(_of_field(field))
    for one in model.relationships:
        yield f"`{one.many}` to `{one.one}`", ["relationships"]
    for metric in model.metrics:
        yield f"metric `{metric.name}`", list(_of_metric(metric))


def _of_dataset(dataset: Dataset) -> Iterator[str]:
    yield from (key for key in writer.of_dataset(dataset) if key not in _OF_DATASET)
    yield from _of_words(dataset)


def _of_field(field: Field) -> Iterator[str]:
    said = writer.of_field(field)
    whole = tuple(grain for grain in field.grains if grain in _GRAINS)
    yield from (key for key in said if not (key == "grains" and field.grains == whole and whole in (_GRAINS, _GRAINS[1:])))
    yield from ("synonyms",) if field.synonyms else ()


def _of_metric(metric: Metric) -> Iterator[str]:
    is_currency = metric.format == "currency" and len(metric.unit or "") == 3
    yield from (key for key in writer.of_metric(metric) if key not in _OF_METRIC and not (key == "unit" and is_currency))
    yield from _of_words(metric)


def _of_words(thing: Dataset | Metric) -> Iterator[str]:
    yield from ("synonyms",) if thing.synonyms else ()
    yield from ("instructions",) if thing.instructions else ()
