"""dbt's semantic layer (MetricFlow) as a semantic model."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from analytics_agent.errors import InvalidSemanticModel
from analytics_agent.semantic.exchange.carried import Imported
from analytics_agent.semantic.exchange.dbt_files import Project, project
from analytics_agent.semantic.exchange.dbt_metrics import Metrics
from analytics_agent.semantic.exchange.dbt_models import models, usable
from analytics_agent.semantic.exchange.meta import PART, of_ours
from analytics_agent.semantic.model import Certification, SemanticModel
from analytics_agent.semantic.ossie import load
from analytics_agent.semantic.writer import written

_NAMED = re.compile(r"(?:line \d+: )?(?P<kind>metric|field) `(?P<name>[^`]+)`: (?P<why>.*)")


def imported(files: Mapping[str, str], name: str) -> Imported:
    """Of the texts of YAML files, or of target/semantic_manifest.json, by their names. Nobody here has reviewed what comes in.

    Raises InvalidSemanticModel for files that hold no semantic models, and where what is left is none.
    """
    found = project(files)
    made = models(found)
    metrics = Metrics(made, _documents(found), _measures(found))
    parts = {name for name, one in metrics.documents.items() if of_ours(one).get(PART)}
    asked_for = tuple(metric for metric in metrics.all() if metric.name not in parts)
    model = replace(made.model(usable(name)), certification=Certification("unreviewed"), metrics=asked_for)
    usable_model, dropped = _usable(model)
    return Imported(usable_model, tuple(dict.fromkeys((*found.left, *made.left, *metrics.left, *dropped))))


def _documents(found: Project) -> dict[str, dict[str, Any]]:
    """Metrics by name, with those that dbt makes of measures that ask for one."""
    documents = {usable(str(one.get("name"))): one for one in found.metrics}
    for name, (_, measure) in _measures(found).items():
        if measure.get("create_metric") and name not in documents:
            documents[usable(name)] = {**measure, "type": "simple", "type_params": {"measure": name}}
    return documents


def _measures(found: Project) -> dict[str, tuple[str, dict[str, Any]]]:
    return {
        str(measure.get("name")): (usable(str(document.get("name") or "")), measure)
        for document in found.semantic_models
        for measure in document.get("measures") or ()
        if isinstance(measure, dict)
    }


def _usable(model: SemanticModel) -> tuple[SemanticModel, tuple[str, ...]]:
    """The model without the metrics and fields that our rules refuse, and why each of them. Raises where that mends nothing."""
    said: list[str] = []
    while True:
        try:
            return load(written(model)), tuple(said)
        except InvalidSemanticModel as error:
            wrong = {(m["kind"], m["name"]): m["why"] for problem in error.problems if (m := _NAMED.fullmatch(problem))}
            smaller = _without(model, wrong)
            if smaller == model:
                raise
            said += [f"{kind} `{name}`: {why} It was left out." for (kind, name), why in wrong.items()]
            model = smaller


def _without(model: SemanticModel, wrong: Mapping[tuple[str, str], str]) -> SemanticModel:
    datasets = tuple(
        replace(dataset, fields=tuple(f for f in dataset.fields if ("field", f.path) not in wrong)) for dataset in model.datasets
    )
    metrics = tuple(metric for metric in model.metrics if ("metric", metric.name) not in wrong)
    return replace(model, datasets=datasets, metrics=metrics)
