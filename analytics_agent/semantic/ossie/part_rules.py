"""Rules of structure for what stands beside datasets and metrics: freshness, bridges, verified queries, names to show, the time zone."""

from collections.abc import Iterator
from zoneinfo import available_timezones

import sqlglot
from sqlglot.errors import SqlglotError

from analytics_agent.semantic.compiler.joins import paths
from analytics_agent.semantic.model import Bridge, Dataset, Field, SemanticModel
from analytics_agent.sql.as_written import spoken
from analytics_agent.sql.text import LONGEST_STATEMENT

Found = Iterator[tuple[int, str]]
NUMBERS = ("integer", "decimal", "float")
MOMENTS = ("date", "datetime", "datetimetz")
_READ = ("postgres", "duckdb", "mysql", "sqlite")
"""Dialects of the engines that a verified query may be written for; which of them it is, only the database says."""


def freshness(model: SemanticModel) -> Found:
    for dataset in model.datasets:
        if (fresh := dataset.freshness) is None:
            continue
        where, field = f"dataset `{dataset.name}`: `freshness` is by `{fresh.field}`, which is", model.field(fresh.field)
        if field is None:
            yield fresh.line, f"{where} no field of the model."
        elif field.dataset != dataset.name:
            yield fresh.line, f"{where} a field of another dataset; its newest row is the newest of its own."
        elif not (field.is_time or field.datatype.lower() in MOMENTS):
            yield fresh.line, f"{where} no time."


def bridges(model: SemanticModel) -> Found:
    for dataset in model.datasets:
        if dataset.bridge is not None:
            for text in (*_ends(model, dataset, dataset.bridge), *_weight(model, dataset, dataset.bridge)):
                yield dataset.bridge.line or dataset.line, f"dataset `{dataset.name}`: {text}"


def _ends(model: SemanticModel, dataset: Dataset, bridge: Bridge) -> Iterator[str]:
    """A pair has one fact and one of what it leads to, each by a relationship of its own."""
    if bridge.fact == bridge.to:
        yield f"its bridge leads from `{bridge.fact}` to itself; give the other role a dataset of its own (the same source, another name)."
        return
    for key, name in (("fact", bridge.fact), ("to", bridge.to)):
        if model.dataset(name) is None:
            yield f"its bridge names `{name}` as `{key}`, which is no dataset; there are {', '.join(d.name for d in model.datasets)}."
        elif not any(r.many == dataset.name and r.one == name for r in model.relationships):
            yield f"its bridge needs a relationship from `{dataset.name}` to `{name}`."
    if model.dataset(bridge.fact) and bridge.to in paths(model, bridge.fact).to:
        yield f"each row of `{bridge.fact}` has one `{bridge.to}` already, by relationships; a bridge would be a second way there."


def _weight(model: SemanticModel, dataset: Dataset, bridge: Bridge) -> Iterator[str]:
    if bridge.weight is None:
        return
    field = model.field(bridge.weight)
    if field is None or field.dataset != dataset.name:
        yield f"the weight of its bridge is `{bridge.weight}`, which is no field of `{dataset.name}`."
    elif field.datatype and field.datatype.lower() not in NUMBERS:
        yield f"the weight of its bridge is `{bridge.weight}`, which is a {field.datatype} and no number."


def verified_queries(model: SemanticModel) -> Found:
    seen: set[str] = set()
    for query in model.verified_queries:
        where = f"verified query {query.question!r}:"
        if not any(_is_one(query.sql, dialect) for dialect in _READ):
            yield query.line, f"{where} its SQL is not one statement that can be read."
        asked = " ".join(query.question.lower().split()).rstrip("?!. ")
        if asked in seen:
            yield query.line, f"{where} the question has a verified query already."
        seen.add(asked)


def _is_one(text: str, dialect: str) -> bool:
    if len(text) > LONGEST_STATEMENT:
        return False
    try:
        return len([tree for tree in sqlglot.parse(text, read=spoken(dialect)) if tree is not None]) == 1
    except (SqlglotError, RecursionError):
        return False


def shown_names(model: SemanticModel) -> Found:
    """What is shown in the place of a code is no code itself that something else is shown for, round and round."""
    for field in model.fields():
        shown = model.field(field.display) if field.display else None
        if shown is not None and (shown == field or shown.display == field.path):
            yield field.line, f"field `{field.path}`: it is shown by `{shown.path}`, which is shown by it."
        elif shown is not None and not _is_had(model, field, shown):
            yield field.line, f"field `{field.path}`: a row of `{field.dataset}` does not have exactly one `{shown.path}`."


def _is_had(model: SemanticModel, field: Field, shown: Field) -> bool:
    reach = paths(model, field.dataset)
    return shown.dataset in reach.to and shown.dataset not in reach.ambiguous


def timezone(model: SemanticModel) -> Found:
    if model.timezone and model.timezone not in available_timezones():
        yield 0, f"`timezone` is {model.timezone!r}, which is no time zone such as Europe/Berlin."


RULES = (freshness, bridges, verified_queries, shown_names, timezone)
