"""dbt's files as plain objects: semantic models and metrics, of YAML files or of target/semantic_manifest.json."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from analytics_agent.errors import InvalidSemanticModel
from analytics_agent.semantic.bounded_yaml import TooMuch, documents

_OTHERS = ("saved_queries", "saved_query", "exposures")
LONGEST = {"YAML": 20_000_000, "JSON": 100_000_000}
_BEFORE = ("calculation_method", "expression", "timestamp")
"""Of metrics as dbt had them before semantic models (until 1.5)."""


@dataclass
class Project:
    """`left` are sentences about what is in the files and not in a semantic model."""

    semantic_models: list[dict[str, Any]] = field(default_factory=list)
    metrics: list[dict[str, Any]] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def project(files: Mapping[str, str]) -> Project:
    """Of texts by the names of their files; what is called .json is JSON. Raises InvalidSemanticModel for what is neither YAML nor JSON or
    too large, and where there is nothing of this kind."""
    found, problems = Project(), list[str]()
    for name, text in files.items():
        try:
            for document in _documents(name, text):
                _take(document, name, found)
        except _TooLarge as why:
            problems.append(f"{name}: {why}")
        except TooMuch as why:
            problems.append(f"{name}: {why}.")
        except RecursionError:
            problems.append(f"{name}: it is nested too deep to be read, or holds itself.")
        except json.JSONDecodeError as error:
            problems.append(f"{name}, line {error.lineno}: this is not JSON.")
        except (yaml.YAMLError, ValueError, LookupError, AttributeError) as error:  # two of a tag that a text does not fit
            mark = getattr(error, "problem_mark", None)
            problems.append(f"{name}{f', line {mark.line + 1}' if mark else ''}: this is not {_kind(name)}.")
    if not problems and not found.semantic_models:
        problems += [f"{', '.join(files)}: there are no semantic models in it; dbt's have the key `semantic_models`.", *found.left]
    if problems:
        raise InvalidSemanticModel(problems)
    return found


class _TooLarge(Exception):
    """The text says what to take instead."""


def _kind(name: str) -> str:
    return "JSON" if name.lower().endswith(".json") else "YAML"


def check_size(name: str, size: int) -> None:
    """Raises InvalidSemanticModel, before anything is read."""
    try:
        _check_size(name, size)
    except _TooLarge as why:
        raise InvalidSemanticModel([f"{name}: {why}"]) from None


def _check_size(name: str, size: int) -> None:
    most = LONGEST[_kind(name)]
    if size > most:
        raise _TooLarge(
            f"it has {size / 1e6:,.0f} MB, and {_kind(name)} of {most / 1e6:,.0f} MB is read at most; "
            "`dbt parse` writes semantic models and metrics alone into target/semantic_manifest.json."
        )


def _documents(name: str, text: str) -> Iterator[dict[str, Any]]:
    _check_size(name, len(text))
    text = text.removeprefix("\ufeff")
    if _kind(name) == "JSON":
        document = json.loads(text)
        if isinstance(document, dict):
            yield document
        return
    for document in documents(text):
        if isinstance(document, dict):
            yield document


def _take(document: dict[str, Any], name: str, into: Project) -> None:
    models = _objects(document, "semantic_models") + _one(document, "semantic_model")
    into.semantic_models += [one for one in models if _is_on(one, "semantic model", into)]
    metrics = _objects(document, "metrics") + _one(document, "metric")
    into.metrics += [one if "type_params" in one else _of_metric(one, "") for one in metrics if _is_usable(one, into)]
    for key in (key for key in _OTHERS if document.get(key)):
        into.left.append(f"{name}: `{key}` have no place in a semantic model.")
    for model in _objects(document, "models"):
        if model.get("semantic_model") and _is_on(model, "model", into):
            _of_model(model, into)
        _say_grains(model.get("time_spine"), into)
    spines = (
        (document.get("project_configuration") or {}).get("time_spines") if isinstance(document.get("project_configuration"), dict) else ()
    )
    for spine in spines or ():
        _say_grains(spine, into)


def _say_grains(spine: Any, into: Project) -> None:
    own = spine.get("custom_granularities") if isinstance(spine, dict) else None
    names = [str(one.get("name")) for one in own or () if isinstance(one, dict)]
    if names:
        into.left.append(f"grains of its own ({', '.join(names)}) are not carried; fiscal years are said by `fiscal_calendar` here.")


def _is_on(one: Mapping[str, Any], kind: str, into: Project) -> bool:
    config = one.get("config")
    is_on = not (isinstance(config, dict) and config.get("enabled") is False)
    if not is_on:
        into.left.append(f"{kind} `{one.get('name')}`: it is switched off there and was left out.")
    return is_on


def _is_usable(metric: Mapping[str, Any], into: Project) -> bool:
    if "type_params" not in metric and any(key in metric for key in _BEFORE):
        into.left.append(
            f"metric `{metric.get('name')}`: it is written for dbt before 1.6, without semantic models; write it as measure and metric, "
            "and import it again. It was left out."
        )
        return False
    return _is_on(metric, "metric", into)


def _objects(data: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    """Of a list, or of what target/manifest.json has in its place: objects by their ids."""
    value = data.get(key)
    if isinstance(value, dict) and all(isinstance(item, dict) and "unique_id" in item for item in value.values()):
        value = list(value.values())
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _one(data: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    return [data[key]] if isinstance(data.get(key), dict) else []


def _of_model(model: dict[str, Any], into: Project) -> None:
    """The later form (dbt 1.12), where columns of a dbt model say what they are and simple metrics aggregate by themselves, as the one
    before it."""
    said = model["semantic_model"] if isinstance(model["semantic_model"], dict) else {}
    name = str(said.get("name") or model.get("name"))
    if said.get("enabled") is False:
        into.left.append(f"semantic model `{name}`: it is switched off there and was left out.")
        return
    derived = model.get("derived_semantics") if isinstance(model.get("derived_semantics"), dict) else {}
    columns = _objects(model, "columns")
    into.semantic_models.append(
        {
            "name": name,
            "model": f"ref('{model.get('name')}')",
            "description": model.get("description"),
            "config": said.get("config") or model.get("config"),
            "primary_entity": model.get("primary_entity"),
            "defaults": {"agg_time_dimension": model.get("agg_time_dimension")},
            "entities": [_of_column(one, "entity") for one in columns if one.get("entity")] + _objects(derived or {}, "entities"),
            "dimensions": [_of_column(one, "dimension") for one in columns if one.get("dimension")]
            + [_with_grain(one, one) for one in _objects(derived or {}, "dimensions")],
        }
    )
    into.metrics += [_of_metric(one, name) for one in _objects(model, "metrics") if _is_on(one, "metric", into)]


def _of_column(column: dict[str, Any], key: str) -> dict[str, Any]:
    """A column that says `entity: foreign` or `entity: {type: foreign, name: customer}`, and dimensions alike."""
    said = column[key] if isinstance(column[key], dict) else {"type": column[key]}
    made = {"expr": column.get("name"), "description": column.get("description"), "name": column.get("name"), **said}
    return _with_grain(made, column) if key == "dimension" else made


def _with_grain(dimension: dict[str, Any], of: dict[str, Any]) -> dict[str, Any]:
    grain = of.get("granularity") or dimension.get("granularity")
    params = {"time_granularity": grain, "validity_params": dimension.get("validity_params")}
    return dimension | ({"type_params": {key: value for key, value in params.items() if value}} if any(params.values()) else {})


_AGGREGATING = ("agg", "expr", "agg_time_dimension", "non_additive_dimension")
_INPUTS = {"numerator": "numerator", "denominator": "denominator", "expr": "expr", "input_metrics": "metrics"}


def _of_metric(metric: dict[str, Any], semantic_model: str) -> dict[str, Any]:
    """With its parameters where they stood before."""
    kind = metric.get("type") or "simple"
    if kind == "simple":
        aggregation = {key: metric[key] for key in _AGGREGATING if metric.get(key) is not None} | {"semantic_model": semantic_model}
        if metric.get("percentile") is not None:
            is_discrete = str(metric.get("percentile_type") or "").lower() == "discrete"
            aggregation["agg_params"] = {"percentile": metric["percentile"], "use_discrete_percentile": is_discrete}
        return metric | {"type": kind, "type_params": {"metric_aggregation_params": aggregation}}
    if kind == "cumulative":
        keys = ("window", "grain_to_date", "period_agg")
        cumulative = {key: metric[key] for key in keys if metric.get(key)} | {"metric": metric.get("input_metric")}
        return metric | {"type_params": {"cumulative_type_params": cumulative}}
    return metric | {"type_params": {to: metric[key] for key, to in _INPUTS.items() if metric.get(key) is not None}}
