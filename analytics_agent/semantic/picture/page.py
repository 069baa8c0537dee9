"""All that a page shows of a model: datasets, how they belong together, metrics, who vouches for them, and what each can be split by."""

from typing import Any

from analytics_agent.semantic.compiler.joins import paths
from analytics_agent.semantic.definitions import definitions
from analytics_agent.semantic.model import Certification, Dataset, Metric, SemanticModel


def told(model: SemanticModel) -> dict[str, Any]:
    """JSON-able; every key is there. What the metrics of a dataset can be split by is said once for the dataset, in `splits`."""
    facts = dict.fromkeys(metric.dataset for metric in model.metrics)
    return {
        "name": model.name,
        "description": model.description,
        "owners": list(model.owners),
        **_vouched(model.certification),
        "datasets": [_dataset(model, dataset) for dataset in model.datasets],
        "relationships": [{"name": each.name, "many": each.many, "one": each.one} for each in model.relationships],
        "metrics": [_metric(model, metric) for metric in model.metrics],
        "splits": {fact: _splits(model, fact) for fact in facts},
    }


def _vouched(certification: Certification) -> dict[str, str]:
    return {"status": certification.status, "by": certification.by, "details": certification.details}


def _dataset(model: SemanticModel, dataset: Dataset) -> dict[str, Any]:
    time = model.default_time(dataset.name)
    return {
        "name": dataset.name,
        "source": dataset.source,
        "description": dataset.description,
        "grain": dataset.grain,
        "key": list(dataset.primary_key),
        "time": time.path if time else None,
        "fields": len(dataset.fields),
        "owners": list(dataset.owners),
        "is_bridge": dataset.bridge is not None,
    }


def _metric(model: SemanticModel, metric: Metric) -> dict[str, Any]:
    (defined,) = definitions(model, [metric.name])
    return {
        "name": metric.name,
        "label": metric.label,
        "dataset": metric.dataset,
        "text": metric.description,
        "formula": defined.formula,
        "synonyms": list(metric.synonyms),
        "unit": metric.unit,
        "status": defined.status,
        "by": defined.by,
        "details": defined.details,
        "owners": list(defined.owners),
        "caveats": list(metric.caveats),
    }


def _splits(model: SemanticModel, fact: str) -> list[dict[str, str]]:
    """The fields that name groups, those of the fact first. Keys and mere attributes are none."""
    reached = paths(model, fact).splits()
    fields = {name: [f for f in dataset.fields if f.role in ("dimension", "time")] for dataset in model.datasets if (name := dataset.name)}
    return [{"name": field.path, "label": field.label, "dataset": name} for name in reached for field in fields.get(name, [])]
