"""The model as compact JSON: all that the offline model knows of a database, and definitions by name. For a prompt see brief.py."""

import re
from collections.abc import Sequence
from typing import Any

from sqlglot import exp

from analytics_agent.semantic.compiler.expressions import Unusable, columns, parse
from analytics_agent.semantic.compiler.joins import paths
from analytics_agent.semantic.compiler.types import is_query
from analytics_agent.semantic.model import Certification, Dataset, Field, Metric, SemanticModel

_CONDITION = re.compile(r"\b(?:case|filter|if|iif)\b", re.IGNORECASE)
LISTED_DIMENSIONS = 20
"""A metric with more is told the datasets whose fields they are: several definitions are read at once."""


def overview(model: SemanticModel) -> dict[str, Any]:
    """JSON-able; keys without a value are left out. `facts` says, for each fact, its time field and the datasets whose fields
    its metrics can be split and filtered by; `many` are those of which one row may have several."""
    return _full(
        {
            "name": model.name,
            "description": model.description,
            "instructions": model.instructions,
            "as_of": {model.as_of.kind: model.as_of.value} if model.as_of.kind != "now" else "now",
            "timezone": model.timezone,
            "fiscal_start": model.fiscal_start if model.fiscal_start != 1 else None,
            "seasons": {name: list(months) for name, months in model.seasons.items()},
            "notes": list(model.notes),
            "not_covered": {name: list(words) for name, words in model.not_covered.items()},
            "examples": list(model.examples),
            "verified": [_full({"question": q.question, "sql": q.sql, "by": q.by, "on": q.on}) for q in model.verified_queries],
            "facts": {name: _fact(model, name) for name in dict.fromkeys(m.dataset for m in model.metrics)},
            "datasets": [{**_dataset(d), **_place(model, d)} for d in model.datasets],
            "metrics": [_metric(model, m) for m in model.metrics],
            "dimensions": [_dimension(model, f) for f in model.fields()],
        }
    )


def _full(data: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if value not in (None, "", [], {}, ())}


def _fact(model: SemanticModel, name: str) -> dict[str, Any]:
    time = model.default_time(name)
    reach = paths(model, name)
    return _full({"time": time.path if time else None, "datasets": list(reach.splits()), "many": list(reach.over)})


def _dataset(dataset: Dataset) -> dict[str, Any]:
    said = {"description": dataset.description, "synonyms": list(dataset.synonyms), "instructions": dataset.instructions}
    return _full({"name": dataset.name, **said})


def _place(model: SemanticModel, dataset: Dataset) -> dict[str, Any]:
    """By which field its rows are told apart, where one does, and what each of them has one of."""
    key = [f.path for f in dataset.fields if [next(iter(f.expression.texts.values()), "")] == list(dataset.primary_key)]
    leads = [name for name in paths(model, dataset.name).splits() if name != dataset.name]
    return _full({"key": key[0] if key else None, "leads_to": leads})


def _metric(model: SemanticModel, metric: Metric) -> dict[str, Any]:
    return _full(
        {
            "name": metric.name,
            "label": metric.label,
            "description": metric.description,
            "synonyms": list(metric.synonyms),
            "fact": metric.dataset,
            "unit": metric.unit,
            "format": metric.format if metric.format != "number" else None,
            "additivity": metric.additivity,
            "higher_is": metric.higher_is,
            "weight": metric.weight,
            "conditions": list(conditions(model, metric)),
            "caveats": list(metric.caveats),
            "instructions": metric.instructions,
            "certification": _certification(model.certification_of(metric)),
        }
    )


def conditions(model: SemanticModel, metric: Metric) -> tuple[str, ...]:
    """Fields whose values decide, by the metric's own definition, which rows count in it: the others are never in it."""
    parts = [found for name in metric.stands_on if (found := model.metric(name))]
    if parts:
        return tuple(dict.fromkeys(path for part in parts for path in conditions(model, part)))
    decided = [
        column
        for text in list(metric.expression.texts)[:1]
        if _CONDITION.search(metric.expression.texts[text])
        for column in _decisive(metric)
    ]
    paths = [*(item.field for item in metric.filters), *(f"{column.table}.{column.name}" for column in decided)]
    return tuple(path for path in dict.fromkeys(paths) if model.field(path))


def _decisive(metric: Metric) -> list[exp.Column]:
    """Columns of the conditions in its expression; none where it is written for an engine that is not read here."""
    try:
        tree = parse(metric.expression, "duckdb")
    except Unusable:
        return []
    found = [node.this for node in tree.find_all(exp.If)] + [node.expression for node in tree.find_all(exp.Filter)]
    return [column for condition in found for column in columns(condition)]


def _certification(certification: Certification) -> dict[str, str]:
    """Left out where a definition is neither vouched for nor a draft."""
    if certification.status == "reviewed" and not certification.by:
        return {}
    return {"status": certification.status} | {k: v for k, v in (("by", certification.by), ("details", certification.details)) if v}


def _dimension(model: SemanticModel, field: Field) -> dict[str, Any]:
    return _full(
        {
            "name": field.path,
            "label": field.label,
            "description": field.description,
            "synonyms": list(field.synonyms),
            "role": field.role if field.role != "dimension" else None,
            "type": field.datatype.lower(),
            "unit": field.unit,
            "grains": list(field.grains),
            "values": {value: list(words) for value, words in field.values.items()},
            "display": field.display,
            "order": list(field.order),
            "column": _column(model, field),
        }
    )


def _column(model: SemanticModel, field: Field) -> str | None:
    """The table's column behind a field, where it is one and has another name: what look_at_values takes."""
    dataset = model.dataset(field.dataset)
    text = next(iter(field.expression.texts.values()), "")
    if dataset is None or is_query(dataset.source) or not text.isidentifier():
        return None
    return f"{dataset.source.split('.')[-1]}.{text}"


def knows(model: SemanticModel, name: str) -> bool:
    """True for the name of a metric, a dimension or a dataset."""
    return model.metric(name) is not None or model.field(name) is not None or model.dataset(name) is not None


def describe(model: SemanticModel, names: Sequence[str]) -> list[dict[str, Any]]:
    """Definitions for a model that asks for them by name; names that are not known are left out."""
    found = [_described(model, name) for name in names if knows(model, name)]
    return [item for item in found if item]


def _made_of(metric: Metric) -> dict[str, Any]:
    """What stands in an expression's place, or beside it."""
    ratio = {"numerator": metric.ratio[0], "denominator": metric.ratio[1]} if metric.ratio else None
    balance = {"time": metric.balance.time, "per": list(metric.balance.keys), "pick": metric.balance.pick} if metric.balance else None
    total = (
        _full({"of": metric.cumulative.of, "unit": metric.cumulative.unit, "count": metric.cumulative.count}) if metric.cumulative else {}
    )
    return {"ratio": ratio, "balance": balance, "cumulative": {k: v for k, v in total.items() if v}, "time": metric.time_field}


def _described(model: SemanticModel, name: str) -> dict[str, Any]:
    metric, field, dataset = model.metric(name), model.field(name), model.dataset(name)
    if metric is not None:
        reach = _fact(model, metric.dataset).get("datasets", [])
        fields = [f.path for f in model.fields() if f.dataset in reach]
        split = {"dimensions": fields} if len(fields) <= LISTED_DIMENSIONS else {"dimensions_of": reach}
        return _full({"kind": "metric", **_metric(model, metric), "expression": dict(metric.expression.texts), **_made_of(metric), **split})
    if field is not None:
        return _full({"kind": "dimension", **_dimension(model, field), "expression": dict(field.expression.texts)})
    if dataset is not None:
        metrics = [m.name for m in model.metrics if m.dataset == name]
        return _full(
            {
                "kind": "dataset",
                **_dataset(dataset),
                "grain": dataset.grain,
                "source": dataset.source,
                "metrics": metrics,
                "dimensions": [f.path for f in dataset.fields],
            }
        )
    return {}
