"""The semantic model as a short text for a prompt: what can be asked for, by name. `overview` in views.py is the whole of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from analytics_agent.semantic.compiler.joins import paths
from analytics_agent.semantic.model import Dataset, Field, Metric, SemanticModel

MOST_CHARACTERS = 8_600
"""About 2,500 tokens: they are sent with every turn of explore."""
MOST_VALUES = 12
MOST_VERIFIED = 1_000
"""Characters of the questions of verified queries."""
_CUT = ' … (cut: describe "model" gives the rest)'


@dataclass(frozen=True)
class Detail:
    """How much is said of each metric and field. `sentence` is the most characters of a description."""

    synonyms: int
    sentence: int
    attributes: bool = True
    values: bool = True


DETAILS = (
    Detail(synonyms=4, sentence=300),
    Detail(synonyms=2, sentence=160),
    Detail(synonyms=0, sentence=160),
    Detail(synonyms=0, sentence=70, values=False),
    Detail(synonyms=0, sentence=40, attributes=False, values=False),
    Detail(synonyms=0, sentence=0, attributes=False, values=False),
)
"""From rich to bare; the richest that fits is taken."""


def brief(model: SemanticModel, most: int = MOST_CHARACTERS) -> str:
    """The richest text of at most `most` characters; of a model too large even for bare names the metrics are named and the fields counted,
    or both are counted. The same text for the same model, so that a provider's cache holds it."""
    said = _cut("\n".join([*map(_line, _said(model)), *_verified(model)]), most // 2)
    if not model.datasets:
        return "\n".join(filter(None, (said, "No metric and no field is defined for these tables.")))
    for detail in DETAILS:
        text = "\n".join([said, *map(_entry, (*_metrics(model, detail), *_fields(model, detail)))])
        if len(text) <= most:
            return text
    for part, names in ((2, _names_by_fact(model)), (2, _names(model)), (4, _names(model))):
        text = "\n".join([_cut(said, most // part), *names])
        if len(text) <= most:
            return text
    counts = f"{len(model.metrics)} metrics and {sum(1 for _ in model.fields())} fields: find them with search_catalog, then describe."
    return f"{said}\n\n{counts}"


def _said(model: SemanticModel) -> Iterator[str]:
    """What the model says of the data as a whole."""
    yield from (_line(text) for text in (model.description, model.instructions, *model.notes) if text)
    if model.not_covered:
        yield f"Not in the data: {'; '.join(model.not_covered)}."
    if model.seasons:
        yield "Seasons by month: " + "; ".join(f"{name} {', '.join(map(str, months))}" for name, months in model.seasons.items()) + "."


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - len(_CUT)].rsplit(None, 1)[0]}{_CUT}"


def _verified(model: SemanticModel) -> Iterator[str]:
    """The questions that a person vouches for an answer to, as many as there is room for."""
    shown, size = [], 0
    for query in model.verified_queries:
        size += len(query.question)
        if size > MOST_VERIFIED:
            break
        shown.append(_line(query.question))
    left = len(model.verified_queries) - len(shown)
    if model.verified_queries:
        yield f"Verified SQL, which search_catalog gives: {' | '.join(shown)}{f' | {left} more' if left else ''}."


def _names_by_fact(model: SemanticModel) -> Iterator[str]:
    """The metrics of each fact by their names alone, and of each dataset how many fields it has."""
    for fact in dict.fromkeys(metric.dataset for metric in model.metrics):
        time = model.default_time(fact)
        names = ", ".join(metric.name for metric in model.metrics if metric.dataset == fact)
        yield _line(f"Metrics of {fact}{f' (`time` is {time.path})' if time else ''}: {names}.")
    yield from _counted(model)


def _names(model: SemanticModel) -> Iterator[str]:
    yield _line(f"Metrics: {', '.join(metric.name for metric in model.metrics)}.")
    yield from _counted(model)


def _counted(model: SemanticModel) -> Iterator[str]:
    yield _line(f"Fields: {', '.join(f'{len(dataset.fields)} of {dataset.name}' for dataset in model.datasets)}.")
    yield "Find what they mean, and the fields, with search_catalog, then describe."


def _metrics(model: SemanticModel, detail: Detail) -> Iterator[str]:
    if not model.metrics:
        yield "\nNo metric is defined for these tables: use run_sql."
    for fact in dict.fromkeys(metric.dataset for metric in model.metrics):
        time, reach = model.default_time(fact), paths(model, fact)
        period = f"; `time` is {time.path}" if time else ""
        split = ", ".join(reach.splits())
        yield f"\nMetrics of {fact} (split and filtered by fields of {split}{period}):"
        yield from (_metric(metric, detail) for metric in model.metrics if metric.dataset == fact)


def _metric(metric: Metric, detail: Detail) -> str:
    kind = "percent" if metric.format == "percent" else metric.unit
    weight = f"weight {metric.weight}" if metric.weight else None
    return _item(metric.name, [kind, weight], _with(metric.instructions, metric.description), metric.synonyms, detail)


def _fields(model: SemanticModel, detail: Detail) -> Iterator[str]:
    yield "\nFields, to be written dataset.field:"
    for dataset in model.datasets:
        yield from _dataset(dataset, detail)


def _dataset(dataset: Dataset, detail: Detail) -> Iterator[str]:
    yield _item(dataset.name, [], _with(dataset.instructions, dataset.description), (), detail).removeprefix("- ")
    others = [field.name for field in dataset.fields if _plain(field)]
    yield from (_field(field, detail) for field in dataset.fields if not _plain(field))
    if others and detail.attributes:
        yield f"- also {', '.join(others)}"


def _plain(field: Field) -> bool:
    """A key or an attribute: rarely what a question groups by, so its name is enough."""
    return field.role in ("key", "attribute")


def _field(field: Field, detail: Detail) -> str:
    grains = f"by :{', :'.join(field.grains)}" if field.grains else None
    shown = f"fetch {field.display} with it" if field.display else None
    item = _item(field.name, [field.datatype.lower(), field.unit, grains, shown], field.description, field.synonyms, detail)
    values = field.order or tuple(field.values)
    return f"{item} Values: {', '.join(values)}." if detail.values and field.order and len(values) <= MOST_VALUES else item


def _item(name: str, facts: list[str | None], description: str, synonyms: tuple[str, ...], detail: Detail) -> str:
    about = "; ".join(fact for fact in facts if fact)
    also = ", ".join(synonyms[: detail.synonyms])
    parts = [f"- {name}", f" ({about})" if about else "", _said_of(description, detail.sentence), f" Also: {also}." if also else ""]
    return "".join(parts)


def _with(instructions: str, description: str) -> str:
    """How to use a thing goes before what it is: where there is little room, that is what must not be missing."""
    return " ".join(filter(None, (instructions, description)))


def _said_of(description: str, most: int) -> str:
    text = _line(description)
    if not text or not most:
        return ""
    return f": {text}" if len(text) <= most else f": {text[:most].rsplit(' ', 1)[0]} …"


def _entry(text: str) -> str:
    """On one line, below an empty one where it begins a part."""
    return ("\n" if text.startswith("\n") else "") + _line(text)


def _line(text: str) -> str:
    """On one line: no name, synonym or description can add an item of its own."""
    return " ".join(text.split())
