"""Of a model that came from elsewhere: what our rules take, and a sentence for each part that they refuse."""

import re
from collections.abc import Mapping
from dataclasses import replace

from analytics_agent.domain.catalog import Catalog
from analytics_agent.errors import InvalidSemanticModel
from analytics_agent.semantic.model import SemanticModel
from analytics_agent.semantic.ossie.load import load
from analytics_agent.semantic.ossie.validation import validate
from analytics_agent.semantic.ossie.writer import written

_NAMED = re.compile(r"(?:line \d+: )?(?P<kind>metric|field|relationship) `(?P<name>[^`]+)`: (?P<why>.*)", re.DOTALL)


def usable_part(model: SemanticModel, catalog: Catalog | None = None) -> tuple[SemanticModel, tuple[str, ...]]:
    """The model without metrics, fields and joins that are refused by our rules, or by the catalog where there is one, and why each of
    them. Raises InvalidSemanticModel where that mends nothing."""
    said: list[str] = []
    while True:
        problems, loaded = _problems(model, catalog)
        if loaded is not None:
            return loaded, tuple(said)
        wrong = {(m["kind"], m["name"]): m["why"] for problem in problems if (m := _NAMED.fullmatch(problem))}
        smaller = _without(model, wrong)
        if smaller == model:
            raise InvalidSemanticModel(list(problems))
        said += [f"{kind} `{name}`: {why} It was left out." for (kind, name), why in wrong.items()]
        model = smaller


def _problems(model: SemanticModel, catalog: Catalog | None) -> tuple[tuple[str, ...], SemanticModel | None]:
    try:
        loaded = load(written(model))
    except InvalidSemanticModel as error:
        return tuple(error.problems), None
    problems = validate(loaded, catalog) if catalog else ()
    return problems, None if problems else loaded


def _without(model: SemanticModel, wrong: Mapping[tuple[str, str], str]) -> SemanticModel:
    datasets = tuple(
        replace(dataset, fields=tuple(f for f in dataset.fields if ("field", f.path) not in wrong)) for dataset in model.datasets
    )
    metrics = tuple(metric for metric in model.metrics if ("metric", metric.name) not in wrong)
    relationships = tuple(one for one in model.relationships if ("relationship", one.name) not in wrong)
    return replace(model, datasets=datasets, metrics=metrics, relationships=relationships)
