"""What must hold inside a model before any database is looked at: names, keys, relationships, expressions."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from sqlglot import exp

from analytics_agent.domain.catalog import Dialect
from analytics_agent.semantic.compiler import expressions
from analytics_agent.semantic.compiler.expressions import Unusable
from analytics_agent.semantic.compiler.joins import paths
from analytics_agent.semantic.model import UNDATED, Dataset, Expression, Field, Metric, Relationship, SemanticModel
from analytics_agent.semantic.ossie import part_rules

ENGINE: Dialect = "postgres"
"""Structure does not depend on the engine; this one reads ANSI text."""


_RESERVED = re.compile(r"(?:place|rows|day|period|moment|chosen_moment|every|value|line|last)_|rows_\d+|\w+_\d+_", re.IGNORECASE)


def is_reserved(name: str) -> bool:
    """Whether compiled statements may have a column of this name beside those that are asked for. Engines pass over the case of names."""
    return _RESERVED.fullmatch(name) is not None


def problems(model: SemanticModel, line_of_model: int = 0) -> list[str]:
    """Every problem as a sentence with its line; of what the model says as a whole, the line that is given."""
    found = [(line or line_of_model, text) for rule in RULES for line, text in rule(model)]
    return [f"line {line}: {text}" if line else text for line, text in found]


Found = Iterator[tuple[int, str]]


def _names(model: SemanticModel) -> Found:
    yield from _twice("dataset", ((d.name, d.line) for d in model.datasets))
    yield from _twice("metric", ((m.name, m.line) for m in model.metrics))
    yield from _twice("relationship", ((r.name, r.line) for r in model.relationships))
    for dataset in model.datasets:
        yield from _twice(f"field of `{dataset.name}`", ((f.name, f.line) for f in dataset.fields))
    for name, line in [(d.name, d.line) for d in model.datasets] + [(m.name, m.line) for m in model.metrics]:
        if name and not name.replace("_", "a").isalnum():
            yield line, f"`{name}` is not a usable name: use letters, digits and underscores."


def _twice(kind: str, named: Iterable[tuple[str, int]]) -> Found:
    pairs = list(named)
    counts = Counter(name for name, _ in pairs)
    for name, line in pairs:
        if name and counts[name] > 1:
            counts[name] = 0
            yield line, f"{kind} `{name}` is defined more than once."


def _relationships(model: SemanticModel) -> Found:
    for r in model.relationships:
        yield from ((r.line, f"relationship `{r.name}`: {text}") for text in _relationship(model, r))


def _relationship(model: SemanticModel, r: Relationship) -> Iterator[str]:
    one = model.dataset(r.one)
    for side, name in (("from", r.many), ("to", r.one)):
        if name and model.dataset(name) is None:
            yield f"`{side}` names `{name}`, which is no dataset; there are {', '.join(d.name for d in model.datasets)}."
    if not r.many_columns or len(r.many_columns) != len(r.one_columns):
        yield "`from_columns` and `to_columns` must be lists of the same length."
    elif one and not _is_key(one, r.one_columns):
        yield (
            f"`to_columns` ({', '.join(r.one_columns)}) are no key of `{r.one}`, so joining could count rows twice; "
            "declare them as primary_key or in unique_keys if they are unique."
        )


def _is_key(dataset: Dataset, columns: tuple[str, ...]) -> bool:
    """Of versions, with the column that says from when: at any time there is one of each."""
    begins = dataset.valid[:1] if dataset.valid else ()
    return any(key <= frozenset((*columns, *begins)) for key in dataset.unique_sets())


def _fields(model: SemanticModel) -> Found:
    for field in model.fields():
        for text in _field(model, field):
            yield field.expression.line or field.line, f"field `{field.path}`: {text}"


def _field(model: SemanticModel, field: Field) -> Iterator[str]:
    for reference in (field.display, field.label_of):
        if reference and model.field(reference) is None:
            yield f"it points to `{reference}`, which is no field."
    for tree in _trees(field.expression):
        if isinstance(tree, str):
            yield tree
        elif expressions.aggregates(tree):
            yield "a field is one value for each row; an aggregate belongs in a metric."
        elif foreign := [t for t in expressions.tables(tree) if t != field.dataset]:
            yield f"it uses {', '.join(foreign)}; a field may use columns of its own dataset only."


def _metrics(model: SemanticModel) -> Found:
    for metric in model.metrics:
        for text in _metric(model, metric):
            yield metric.expression.line or metric.line, f"metric `{metric.name}`: {text}"


def _metric(model: SemanticModel, metric: Metric) -> Iterator[str]:
    if metric.weight and model.metric(metric.weight) is None:
        yield f"its weight `{metric.weight}` is no metric."
    for item in metric.filters:
        if model.field(item.field) is None:
            yield f"its filter names `{item.field}`, which is no field."
    yield from _times_of(model, metric)
    if metric.stands_on:
        yield from _made_of(model, metric)
        return
    trees = list(_trees(metric.expression))
    yield from (tree for tree in trees if isinstance(tree, str))
    good = [tree for tree in trees if not isinstance(tree, str)]
    if good and model.dataset(metric.dataset) is None:
        yield f"its dataset {metric.dataset!r} is not known; say `dataset` in the extension: the rows that it counts or sums."
    elif good:
        yield from (text for tree in good for text in _aggregate(tree, model, metric))


def _made_of(model: SemanticModel, metric: Metric) -> Iterator[str]:
    """Of a ratio and of a running total: the metrics that it stands on, and whether they bear it."""
    if metric.ratio and metric.cumulative:
        yield "it is a `ratio` and `cumulative`; make a ratio of two cumulative metrics."
    if metric.balance or metric.filters or metric.time_field:
        yield "`balance`, `filters` and `time_field` belong to the metrics that it stands on."
    if metric.additivity == "additive":
        yield "it does not add up, so its `additivity` is not additive."
    for name in dict.fromkeys(metric.stands_on):
        base = model.metric(name)
        if base is None:
            yield f"it stands on `{name}`, which is no metric."
        elif base.ratio or (metric.cumulative and base.cumulative):
            yield f"it stands on `{name}`, which stands on others itself."
        elif metric.cumulative and not _adds_up(base):
            yield f"only sums and counts can be added up day by day, and `{name}` is none; declare it additive if it is."


def _adds_up(metric: Metric) -> bool:
    """Whether the value of several days is the sum of their values, by what it says and by its expression."""
    trees = [tree for tree in _trees(metric.expression) if not isinstance(tree, str)]
    return metric.additivity == "additive" and metric.balance is None and bool(trees) and all(map(_is_sum, trees))


def _is_sum(tree: exp.Expr) -> bool:
    if isinstance(tree, exp.Count):
        return not isinstance(tree.this, exp.Distinct)
    return isinstance(tree, exp.Sum) and not isinstance(tree.this, exp.Distinct)


def _times_of(model: SemanticModel, metric: Metric) -> Iterator[str]:
    """The time that dates a metric, and the keys of a balance: fields that each of its rows has one of."""
    reach = paths(model, metric.dataset)
    times = [metric.balance.time] if metric.balance else []
    times += [metric.time_field] if metric.time_field else []
    for path in times:
        if (field := model.field(path)) is None or not field.is_time:
            yield f"it is dated by `{path}`, which is no time field of the model."
    for path in (*times, *(metric.balance.keys if metric.balance else ())):
        if model.field(path) is None:
            if path not in times:
                yield f"its balance is per `{path}`, which is no field."
        elif path.partition(".")[0] not in {*reach.to} - reach.ambiguous:
            yield f"a row of `{metric.dataset}` does not have exactly one `{path}`."
    if metric.balance and metric.additivity == "additive":
        yield "a balance is not added up over time, so its `additivity` is semi_additive."
    if metric.balance and metric.time_field:
        yield "`balance` names its time already; leave `time_field` out."
    if is_reserved(metric.name):
        yield f"`{metric.name}` is a name that compiled statements need for themselves."


def _aggregate(tree: exp.Expr, model: SemanticModel, metric: Metric) -> Iterator[str]:
    if not expressions.aggregates(tree):
        yield "it has no aggregate such as SUM, COUNT or AVG."
    for column in expressions.bare_columns(tree):
        yield f"`{column.sql()}` stands outside every aggregate."
    reach = paths(model, metric.dataset)
    for name in (n for n in expressions.tables(tree) if n not in reach.to):
        yield f"`{name}` is no dataset that `{metric.dataset}` reaches many-to-one, so its rows would be counted more than once."


def _ambiguous(model: SemanticModel) -> Found:
    for fact in dict.fromkeys(metric.dataset for metric in model.metrics):
        for name in sorted(paths(model, fact).ambiguous):
            dataset = model.dataset(name)
            yield (
                dataset.line if dataset else 0,
                f"`{fact}` reaches `{name}` in two ways; give each role a dataset of its own (the same source, another name).",
            )


def _times(model: SemanticModel) -> Found:
    for path, line in ((model.time_field, 0), *((d.time_field, d.line) for d in model.datasets if d.time_field != UNDATED)):
        if path and ((field := model.field(path)) is None or not field.is_time):
            yield line, f"`time_field` is `{path}`, which is no time field of the model."
    if model.as_of.kind == "column" and model.field(model.as_of.value) is None:
        yield 0, f"`as_of` names `{model.as_of.value}`, which is no field of the model."


def _trees(expression: Expression) -> Iterator[exp.Expr | str]:
    """The tree for each dialect we can read, or the sentence that says why there is none."""
    for name, text in expression.texts.items():
        if not text:
            continue
        try:
            yield expressions.parse(Expression({name: text}), ENGINE)
        except Unusable as problem:
            if name in expressions.SQLGLOT_DIALECT or len(expression.texts) == 1:
                yield f"{problem}."


def fact_of(expression: Expression, model: SemanticModel) -> str | None:
    """The dataset whose rows a metric is about, where its expression leaves no doubt: the one that reaches all others."""
    try:
        names = expressions.tables(expressions.parse(expression, ENGINE))
    except (Unusable, KeyError):
        return None
    facts = [name for name in names if set(names) <= set(paths(model, name).to)]
    return facts[0] if len(facts) == 1 else None


def _versions(model: SemanticModel) -> Found:
    """A fact that meets versions has a time, and a date of one's own beginning chooses nothing."""
    versioned = {d.name for d in model.datasets if d.valid}
    for fact in dict.fromkeys(metric.dataset for metric in model.metrics if model.dataset(metric.dataset)):
        met = sorted(versioned & {*paths(model, fact).to} - {fact})
        if met and model.default_time(fact) is None:
            line = next((d.line for d in model.datasets if d.name == fact), 0)
            yield line, f"dataset `{fact}` meets versions of {', '.join(met)} and has no time field that says which."


RULES = (_names, _relationships, _fields, _metrics, _ambiguous, _times, _versions, *part_rules.RULES)
