"""From Apache Ossie YAML to records. Every problem is collected with its line; one exception carries them all."""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, cast, get_args

from analytics_agent.domain.evidence import ValueFormat
from analytics_agent.errors import InvalidSemanticModel
from analytics_agent.semantic.model import (
    VENDOR,
    Additivity,
    Certification,
    Dataset,
    Expression,
    Field,
    Metric,
    Relationship,
    Role,
    SemanticModel,
)
from analytics_agent.semantic.ossie import document, known_keys, structure
from analytics_agent.semantic.ossie import extension_parts as parts
from analytics_agent.semantic.ossie.document import Entry, Extension, Lines, Problems

LONGEST = 5_000_000
DATATYPES = ("String", "Integer", "Decimal", "Float", "Boolean", "Date", "Time", "DateTime", "DateTimeTz", "Opaque")
MOMENTS = ("date", "datetime", "datetimetz")
"""Types of fields that a period can be cut from. A time of day is none."""
GOOD_OR_BAD = ("good", "bad")


@dataclass(frozen=True)
class Document:
    """A model as it was read, and what is to be said of its document though it is usable: sentences with their lines."""

    model: SemanticModel
    notes: tuple[str, ...] = ()


def load(text: str) -> SemanticModel:
    """Read a model. Accepts the list form (`semantic_model: [...]`) and a single model at the root.

    Raises InvalidSemanticModel with every problem found in the document; columns are compared with the database by `validate`.
    """
    return read(text).model


@lru_cache(maxsize=32)
def read(text: str) -> Document:
    """The same with its notes."""
    problems = Problems()
    if len(text) > LONGEST:
        raise InvalidSemanticModel([f"the document is longer than {LONGEST:,} characters."])
    data = document.parse(text, problems)
    root = _root(data, problems)
    if root is None:
        raise InvalidSemanticModel(problems or ["the document is empty."])
    known_keys.judge_document(data, problems)
    model = _model(root)
    problems.extend(structure.problems(model, root.data.at.get("custom_extensions", root.line)))
    if problems:
        raise InvalidSemanticModel(sorted(set(problems), key=_line))
    return Document(model, tuple(sorted(set(problems.notes), key=_line)))


def _line(problem: str) -> tuple[int, str]:
    head = problem.removeprefix("line ").partition(":")[0]
    return (int(head) if head.isdigit() else 0, problem)


def _root(data: Any, problems: Problems) -> Entry | None:
    if isinstance(data, Lines) and "semantic_model" in data:
        models = data["semantic_model"]
        if not isinstance(models, list) or not models:
            problems.add(data.line_of("semantic_model"), "`semantic_model` must be a list with one model.")
            return None
        if len(models) > 1:
            problems.add(data.line_of("semantic_model"), "the document holds several models: give each a file of its own.")
        return Entry(models[0], "model", problems, data.line_of("semantic_model"))
    if isinstance(data, dict) and "datasets" in data:
        return Entry(data, "model", problems)
    if data is not None:
        problems.add(1, "this is not a semantic model: `semantic_model` with a list of one model was expected.")
    return None


def _own(entry: Entry, level: str) -> Extension:
    """Our part of what is said of it, in which every key is one that is read."""
    extension = entry.extension(VENDOR)
    known_keys.judge_extension(extension, level)
    return extension


def _model(root: Entry) -> SemanticModel:
    extension = _own(root, "model")
    datasets = tuple(_dataset(entry) for entry in root.entries("datasets", "dataset"))
    if not datasets:
        root.complain("it has no datasets.", "datasets")
    relationships = tuple(_relationship(entry) for entry in root.entries("relationships", "relationship"))
    bare = SemanticModel(root.text("name", required=True), datasets, relationships)
    return SemanticModel(
        name=bare.name,
        datasets=datasets,
        relationships=relationships,
        metrics=_with_facts(tuple(_metric(entry, bare) for entry in root.entries("metrics", "metric"))),
        description=root.text("description"),
        instructions=_instructions(root),
        as_of=parts.as_of(extension),
        time_field=extension.text("time_field"),
        timezone=extension.text("timezone"),
        seasons=parts.seasons(extension),
        fiscal_start=parts.fiscal_start(extension),
        examples=extension.texts("examples") or _context(root, "examples"),
        notes=extension.texts("notes"),
        not_covered=parts.words(extension, "not_covered"),
        owners=extension.texts("owners"),
        certification=parts.certification(extension) or Certification(),
        verified_queries=parts.verified_queries(extension),
    )


def _dataset(entry: Entry) -> Dataset:
    name = entry.text("name", required=True)
    extension = _own(entry, "dataset")
    keys = entry.data.get("unique_keys") or []
    if not isinstance(keys, list) or not all(isinstance(key, list) for key in keys):
        entry.complain("`unique_keys` must be a list of lists of columns.", "unique_keys")
        keys = []
    return Dataset(
        name=name,
        source=entry.text("source", required=True),
        fields=tuple(_field(item, name) for item in entry.entries("fields", "field")),
        primary_key=entry.texts("primary_key"),
        unique_keys=tuple(tuple(str(column) for column in key) for key in keys),
        description=entry.text("description"),
        synonyms=_context(entry, "synonyms"),
        time_field=extension.text("time_field"),
        line=entry.line,
        valid=parts.valid(extension),
        bridge=parts.bridge(extension),
        grain=extension.text("grain") or "",
        freshness=parts.freshness(extension),
        instructions=_instructions(entry),
        owners=extension.texts("owners"),
        certification=parts.certification(extension),
    )


def _field(entry: Entry, dataset: str) -> Field:
    name = entry.text("name", required=True)
    extension = _own(entry, "field")
    role = cast(Role | None, extension.choice("role", get_args(Role)))
    is_time = _is_time(entry, role)
    return Field(
        dataset=dataset,
        name=name,
        expression=_expression(entry),
        label=extension.text("label") or entry.text("label") or humanize(name),
        description=entry.text("description"),
        synonyms=_context(entry, "synonyms"),
        is_time=is_time,
        role=role or ("time" if is_time else "dimension"),
        unit=extension.text("unit"),
        format=cast(ValueFormat | None, extension.choice("format", get_args(ValueFormat))),
        decimals=extension.number("decimals"),
        grains=parts.grains(extension),
        values=parts.words(extension, "values"),
        display=extension.text("display"),
        label_of=extension.text("label_of"),
        order=extension.texts("order"),
        datatype=_datatype(entry),
        higher_is=cast(Any, extension.choice("higher_is", GOOD_OR_BAD)),
        line=entry.line,
    )


def _datatype(entry: Entry) -> str:
    said = entry.text("datatype")
    if said and said.lower() not in map(str.lower, DATATYPES):
        entry.problems.note(
            entry.data.at["datatype"], f"{entry.title}: {said!r} is no datatype of Apache Ossie; there are {', '.join(DATATYPES)}."
        )
    return said


def _is_time(entry: Entry, role: Role | None) -> bool:
    """By its role, else as Ossie has it: what `is_time` says, else a date or a moment is a time."""
    dimension = entry.data.get("dimension")
    said = dimension.get("is_time") if isinstance(dimension, Lines) else None
    if said is not None and not isinstance(said, bool):
        entry.complain("`is_time` must be true or false.", "dimension")
    if role is not None:
        return role == "time" or said is True
    return said if isinstance(said, bool) else entry.text("datatype").lower() in MOMENTS


def _metric(entry: Entry, model: SemanticModel) -> Metric:
    name = entry.text("name", required=True)
    extension = _own(entry, "metric")
    ratio, cumulative = parts.ratio(extension), parts.cumulative(extension)
    # An expression beside these is for other tools: its names are metrics, and two definitions of one thing are none.
    expression = Expression({}, entry.line) if ratio or cumulative else _expression(entry)
    return Metric(
        name=name,
        expression=expression,
        label=extension.text("label") or entry.text("label") or humanize(name),
        dataset=extension.text("dataset") or structure.fact_of(expression, model) or "",
        description=entry.text("description"),
        synonyms=_context(entry, "synonyms"),
        unit=extension.text("unit"),
        format=cast(ValueFormat, extension.choice("format", get_args(ValueFormat)) or "number"),
        decimals=extension.number("decimals"),
        additivity=cast(Additivity, extension.choice("additivity", get_args(Additivity)) or "non_additive"),
        higher_is=cast(Any, extension.choice("higher_is", GOOD_OR_BAD)),
        weight=extension.text("weight") or extension.text("mean_of"),
        filters=parts.filters(extension),
        caveats=extension.texts("caveats"),
        line=entry.line,
        time_field=extension.text("time_field"),
        ratio=ratio,
        balance=parts.balance(extension),
        cumulative=cumulative,
        instructions=_instructions(entry),
        owners=extension.texts("owners"),
        certification=parts.certification(extension),
    )


def _with_facts(metrics: tuple[Metric, ...]) -> tuple[Metric, ...]:
    """What is made of other metrics is about the rows of the first of them; of a ratio of running totals, of what those add up."""
    for _ in range(2):
        facts = {metric.name: metric.dataset for metric in metrics}
        metrics = tuple(replace(m, dataset=facts.get(m.stands_on[0], "")) if m.stands_on else m for m in metrics)
    return metrics


def _relationship(entry: Entry) -> Relationship:
    _own(entry, "relationship")
    return Relationship(
        name=entry.text("name") or f"{entry.data.get('from')}_to_{entry.data.get('to')}",
        many=entry.text("from", required=True),
        one=entry.text("to", required=True),
        many_columns=entry.texts("from_columns"),
        one_columns=entry.texts("to_columns"),
        line=entry.line,
    )


def _expression(entry: Entry) -> Expression:
    data = entry.data.get("expression")
    line = entry.data.at.get("expression", entry.line)
    if isinstance(data, str):
        return Expression({"ANSI_SQL": data}, line)
    texts: dict[str, str] = {}
    if isinstance(data, dict):
        holder = Entry(data, f"expression of {entry.title}", entry.problems, line)
        for item in holder.entries("dialects", f"dialect of {entry.title}"):
            texts[item.text("dialect", required=True).upper()] = item.text("expression", required=True)
    if not any(texts.values()):
        entry.complain("it has no expression: give `expression: {dialects: [{dialect: ANSI_SQL, expression: …}]}`.", "expression")
    return Expression(texts, line)


def _context(entry: Entry, key: str) -> tuple[str, ...]:
    """`ai_context` is an object, or one text whose commas part synonyms."""
    context = entry.data.get("ai_context")
    if isinstance(context, str):
        return tuple(word.strip() for word in context.split(",") if word.strip()) if key == "synonyms" and "." not in context else ()
    if isinstance(context, dict):
        return Entry(context, f"ai_context of {entry.title}", entry.problems, entry.line).texts(key)
    return ()


def _instructions(entry: Entry) -> str:
    context = entry.data.get("ai_context")
    if isinstance(context, str):
        return context if "." in context else ""  # without a sentence it is a list of synonyms
    return (
        Entry(context, f"ai_context of {entry.title}", entry.problems, entry.line).text("instructions") if isinstance(context, dict) else ""
    )


def humanize(name: str) -> str:
    """dep_delay → "Dep delay"."""
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]
