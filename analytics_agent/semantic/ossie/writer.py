"""From records to Apache Ossie YAML: what `load` reads comes out, and read again it is the same model."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import yaml

from analytics_agent.semantic.model import (
    VENDOR,
    Balance,
    Certification,
    Cumulative,
    Dataset,
    Expression,
    Field,
    Freshness,
    Metric,
    Relationship,
    SemanticModel,
)
from analytics_agent.semantic.ossie.load import MOMENTS, humanize

VERSION = "0.2.0.dev0"


def written(model: SemanticModel, head: str = "") -> str:
    """The document; `head` are lines of comment above it."""
    comment = "".join(f"# {line}\n" for line in head.splitlines())
    return comment + yaml.safe_dump({"version": VERSION, "semantic_model": [_model(model)]}, sort_keys=False, allow_unicode=True, width=140)


def _model(model: SemanticModel) -> dict[str, Any]:
    return _full(
        {
            "name": model.name,
            "description": model.description,
            "ai_context": _full({"instructions": model.instructions}),
            "custom_extensions": _extension(of_model(model)),
            "datasets": [_dataset(dataset) for dataset in model.datasets],
            "relationships": [_relationship(one) for one in model.relationships],
            "metrics": [_metric(metric) for metric in model.metrics],
        }
    )


def _dataset(dataset: Dataset) -> dict[str, Any]:
    return _full(
        {
            "name": dataset.name,
            "source": dataset.source,
            "primary_key": list(dataset.primary_key),
            "unique_keys": [list(key) for key in dataset.unique_keys],
            "description": dataset.description,
            "ai_context": _full({"instructions": dataset.instructions, "synonyms": list(dataset.synonyms)}),
            "custom_extensions": _extension(of_dataset(dataset)),
            "fields": [_field(field) for field in dataset.fields],
        }
    )


def _field(field: Field) -> dict[str, Any]:
    is_said = field.is_time or field.datatype.lower() in MOMENTS
    return _full(
        {
            "name": field.name,
            "label": field.label if field.label != humanize(field.name) else "",
            "datatype": field.datatype,
            "expression": _expression(field.expression),
            "dimension": {"is_time": field.is_time} if is_said else {},
            "description": field.description,
            "ai_context": _full({"synonyms": list(field.synonyms)}),
            "custom_extensions": _extension(of_field(field)),
        }
    )


def _relationship(one: Relationship) -> dict[str, Any]:
    return {
        "name": one.name,
        "from": one.many,
        "to": one.one,
        "from_columns": list(one.many_columns),
        "to_columns": list(one.one_columns),
    }


def _metric(metric: Metric) -> dict[str, Any]:
    return _full(
        {
            "name": metric.name,
            "expression": _expression(metric.expression),
            "description": metric.description,
            "ai_context": _full({"instructions": metric.instructions, "synonyms": list(metric.synonyms)}),
            "custom_extensions": _extension(of_metric(metric)),
        }
    )


def _expression(expression: Expression) -> dict[str, Any]:
    texts = [{"dialect": dialect, "expression": text} for dialect, text in expression.texts.items()]
    return {"dialects": texts} if texts else {}


def of_model(model: SemanticModel) -> dict[str, Any]:
    """What of a model stands in our extension."""
    as_of: Any = None if model.as_of.kind == "now" else {model.as_of.kind: model.as_of.value}
    queries = [_full({"question": q.question, "sql": q.sql, "by": q.by, "on": q.on}) for q in model.verified_queries]
    return _full(
        {
            "as_of": as_of,
            "time_field": model.time_field,
            "timezone": model.timezone,
            "seasons": {name: list(months) for name, months in model.seasons.items()},
            "fiscal_calendar": {"year_starts_in": model.fiscal_start} if model.fiscal_start != 1 else {},
            "examples": list(model.examples),
            "notes": list(model.notes),
            "not_covered": _words(model.not_covered),
            "owners": list(model.owners),
            "certification": certification(model.certification if model.certification != Certification() else None),
            "verified_queries": queries,
        }
    )


def of_dataset(dataset: Dataset) -> dict[str, Any]:
    bridge, valid = dataset.bridge, dataset.valid
    return _full(
        {
            "time_field": dataset.time_field,
            "valid": {"from": valid[0], "until": valid[1]} if valid else {},
            "bridge": _full({"fact": bridge.fact, "to": bridge.to, "weight": bridge.weight}) if bridge else {},
            "grain": dataset.grain,
            "freshness": _freshness(dataset.freshness),
            "owners": list(dataset.owners),
            "certification": certification(dataset.certification),
        }
    )


def of_field(field: Field) -> dict[str, Any]:
    return _full(
        {
            "role": field.role if field.role != ("time" if field.is_time else "dimension") else None,
            "unit": field.unit,
            "format": field.format,
            "decimals": field.decimals,
            "grains": list(field.grains),
            "values": _words(field.values),
            "display": field.display,
            "label_of": field.label_of,
            "order": list(field.order),
            "higher_is": field.higher_is,
        }
    )


def of_metric(metric: Metric) -> dict[str, Any]:
    ratio = {"numerator": metric.ratio[0], "denominator": metric.ratio[1]} if metric.ratio else {}
    return _full(
        {
            "label": metric.label if metric.label != humanize(metric.name) else "",
            "dataset": metric.dataset if not metric.stands_on else "",
            "unit": metric.unit,
            "format": metric.format if metric.format != "number" else None,
            "decimals": metric.decimals,
            "additivity": metric.additivity if metric.additivity != "non_additive" else None,
            "higher_is": metric.higher_is,
            "weight": metric.weight,
            "filters": [_full({"field": f.field, "op": f.op, "values": list(f.values)}) for f in metric.filters],
            "caveats": list(metric.caveats),
            "time_field": metric.time_field,
            "ratio": ratio,
            "balance": _balance(metric.balance),
            "cumulative": _cumulative(metric.cumulative),
            "owners": list(metric.owners),
            "certification": certification(metric.certification),
        }
    )


def certification(said: Certification | None) -> dict[str, str]:
    return {key: value for key, value in asdict(said).items() if value} if said else {}


def _freshness(said: Freshness | None) -> dict[str, Any]:
    return {"field": said.field, "within": {"count": said.count, "unit": said.unit}} if said else {}


def _balance(said: Balance | None) -> dict[str, Any]:
    return {"time": said.time, "per": list(said.keys), "pick": said.pick} if said else {}


def _cumulative(said: Cumulative | None) -> dict[str, Any]:
    if said is None:
        return {}
    if said.count:
        return {"metric": said.of, "trailing": {"count": said.count, "unit": said.unit}}
    return _full({"metric": said.of, "to_date": said.unit})


def _words(words: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    return {name: list(said) for name, said in words.items()}


def _extension(data: dict[str, Any]) -> list[dict[str, str]]:
    return [{"vendor_name": VENDOR, "data": json.dumps(data, ensure_ascii=False)}] if data else []


def _full(data: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if value not in (None, "", [], {})}
