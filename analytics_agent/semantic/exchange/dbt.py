"""dbt's semantic layer (MetricFlow) as a semantic model."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from analytics_agent.semantic.exchange.carried import Imported
from analytics_agent.semantic.exchange.dbt_files import Project, project
from analytics_agent.semantic.exchange.dbt_metrics import Metrics
from analytics_agent.semantic.exchange.dbt_models import models, usable
from analytics_agent.semantic.exchange.kept import usable_part
from analytics_agent.semantic.exchange.meta import PART, of_ours
from analytics_agent.semantic.model import Certification


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
    usable_model, dropped = usable_part(model)
    return Imported(usable_model, tuple(dict.fromkeys((*found.left, *made.left, *metrics.left, *metrics.unused(), *dropped))))


def _documents(found: Project) -> dict[str, dict[str, Any]]:
    """Metrics by name, with those that dbt makes of measures that ask for one."""
    documents: dict[str, dict[str, Any]] = {}
    for one in found.metrics:
        if documents.setdefault(usable(str(one.get("name"))), one) != one:
            found.left.append(f"metric `{usable(str(one.get('name')))}`: there are two of this name; the second was left out.")
    for name, (_, measure) in _measures(found).items():
        if measure.get("create_metric") and name not in documents:
            documents[usable(name)] = {**measure, "type": "simple", "type_params": {"measure": name}}
    return documents


def _measures(found: Project) -> dict[str, tuple[str, dict[str, Any]]]:
    measures: dict[str, tuple[str, dict[str, Any]]] = {}
    for document in found.semantic_models:
        dataset = usable(str(document.get("name") or ""))
        for measure in (one for one in document.get("measures") or () if isinstance(one, dict)):
            name = str(measure.get("name"))
            if measures.setdefault(name, (dataset, measure)) != (dataset, measure):
                found.left.append(f"measure `{name}` of `{dataset}`: there is one of this name already; it was left out.")
    return measures
