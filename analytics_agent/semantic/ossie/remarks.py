"""What is doubtful about a model that is usable: told to whoever reviews it, and nothing is refused for it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlglot import exp

from analytics_agent.semantic.compiler import expressions
from analytics_agent.semantic.compiler.expressions import Unusable
from analytics_agent.semantic.compiler.joins import paths
from analytics_agent.semantic.model import Field, Metric, Relationship, SemanticModel
from analytics_agent.semantic.ossie.structure import ENGINE

Found = Iterator[tuple[int, str]]
_NO_SUM = (exp.Avg, exp.Median, exp.Min, exp.Max, exp.Stddev, exp.StddevPop, exp.StddevSamp, exp.Variance, exp.VariancePop, exp.Quantile)


def remarks(model: SemanticModel) -> tuple[str, ...]:
    """Sentences with their lines, in the order of the document."""
    found = sorted({(line, text) for look in LOOKS for line, text in look(model)})
    return tuple(f"line {line}: {text}" if line else text for line, text in found)


def _metric_words(model: SemanticModel) -> Found:
    said: dict[str, Metric] = {}
    for metric in model.metrics:
        for word in _words(metric.name, metric.label, metric.synonyms):
            other = said.setdefault(word, metric)
            if other is not metric:
                yield (
                    metric.line,
                    f"metrics `{other.name}` and `{metric.name}` are both called {word!r}: a question with that word has two readings.",
                )


def _field_words(model: SemanticModel) -> Found:
    """Two columns of one table with one name, and synonyms that somebody gave to two tables' columns. The same column in two roles of
    one table has the same words."""
    by_dataset = {dataset.name: dataset for dataset in model.datasets}
    said: dict[str, Field] = {}
    for field in model.fields():
        for word in _words("", "", field.synonyms):
            other = said.setdefault(word, field)
            if other is not field and by_dataset[other.dataset].source != by_dataset[field.dataset].source:
                yield field.line, _both(other, field, word)
    for dataset in model.datasets:
        here: dict[str, Field] = {}
        for field in dataset.fields:
            for word in _words("", field.label, field.synonyms):
                other = here.setdefault(word, field)
                if other is not field:
                    yield field.line, _both(other, field, word)


def _both(one: Field, other: Field, word: str) -> str:
    return f"fields `{one.path}` and `{other.path}` are both called {word!r}: a question with that word has two readings."


def _words(name: str, label: str, synonyms: Iterable[str]) -> set[str]:
    return {" ".join(word.lower().split()) for word in (name.replace("_", " "), label, *synonyms) if word.strip()}


def _unreached(model: SemanticModel) -> Found:
    if not model.metrics:
        yield 0, "it has no metrics, so no question can be answered by definition."
        return
    reached = _reached(model)
    for dataset in model.datasets:
        if dataset.name not in reached and dataset.fields:
            yield dataset.line, f"dataset `{dataset.name}`: no metric reaches it, so nothing can be split or filtered by its fields."


def _reached(model: SemanticModel) -> set[str]:
    """By relationships from a fact, and over bridges."""
    reached = {name for fact in {metric.dataset for metric in model.metrics} for name in paths(model, fact).to}
    for dataset in model.datasets:
        if dataset.bridge and dataset.bridge.fact in reached:
            reached |= {dataset.name, *paths(model, dataset.bridge.to).to}
    return reached


def _circles(model: SemanticModel) -> Found:
    for relationship in model.relationships:
        if relationship.many == relationship.one:
            yield (
                relationship.line,
                f"relationship `{relationship.name}` leads from `{relationship.one}` to itself and is not followed; give the other role a "
                "dataset of its own (the same source, another name).",
            )
    for last in _closing(model):
        yield (
            last.line,
            f"relationship `{last.name}` closes a circle: `{last.one}` leads back to `{last.many}`. Each "
            "is read as the nearest of its kind; give a role of its own to what means another one.",
        )


def _closing(model: SemanticModel) -> Iterator[Relationship]:
    """A circle is told once: by the last of its relationships in the document."""
    ring_of = {name: number for number, ring in enumerate(_rings(model)) for name in ring}
    inside = [r for r in model.relationships if r.many != r.one and ring_of[r.many] == ring_of[r.one]]
    yield from {ring_of[r.many]: r for r in inside}.values()


def _rings(model: SemanticModel) -> Iterator[set[str]]:
    """Datasets that lead to one another, by Kosaraju: once along the relationships, once against them, each dataset looked at once."""
    ahead: dict[str, list[str]] = defaultdict(list)
    back: dict[str, list[str]] = defaultdict(list)
    for one in model.relationships:
        ahead[one.many].append(one.one)
        back[one.one].append(one.many)
    names = dict.fromkeys((*ahead, *back))
    seen: set[str] = set()
    finished = [name for start in names for name in _left(start, ahead, seen)]
    seen.clear()
    for start in reversed(finished):
        if ring := set(_left(start, back, seen)):
            yield ring


def _left(start: str, ahead: Mapping[str, Sequence[str]], seen: set[str]) -> Iterator[str]:
    """What is reached from here and was not seen yet, each when all behind it has been."""
    waiting = [(start, iter(ahead.get(start, ())))] if start not in seen else []
    seen.add(start)
    while waiting:
        name, rest = waiting[-1]
        following = next((each for each in rest if each not in seen), None)
        if following is None:
            waiting.pop()
            yield name
        else:
            seen.add(following)
            waiting.append((following, iter(ahead.get(following, ()))))


def _added_up(model: SemanticModel) -> Found:
    for metric in model.metrics:
        if metric.additivity != "additive" or metric.stands_on:
            continue
        if why := _no_sum(model, metric):
            yield (
                metric.line,
                f"metric `{metric.name}` is declared additive, and {why}: values of groups do not add up to that of the whole.",
            )


def _no_sum(model: SemanticModel, metric: Metric) -> str:
    try:
        tree = expressions.parse(metric.expression, ENGINE)
    except (Unusable, KeyError):
        return ""
    if found := next((node for node in tree.find_all(*_NO_SUM)), None):
        return f"{found.sql_name()} is in its expression"
    if any(distinct for distinct in tree.find_all(exp.Distinct) if not _is_key(model, metric, distinct)):
        return "it counts different values"
    if any(node.expression.find(exp.AggFunc) for node in tree.find_all(exp.Div)):
        return "it divides by an aggregate"
    return ""


def _is_key(model: SemanticModel, metric: Metric, distinct: exp.Distinct) -> bool:
    """Of different keys of the fact there are as many as rows."""
    dataset = model.dataset(metric.dataset)
    names = frozenset(column.name for column in distinct.find_all(exp.Column) if column.table in ("", metric.dataset))
    return dataset is not None and any(key <= names for key in dataset.unique_sets())


def _vouched(model: SemanticModel) -> Found:
    parts = [("model", model.certification, 0)]
    parts += [(f"dataset `{one.name}`", one.certification, one.line) for one in model.datasets if one.certification]
    parts += [(f"metric `{one.name}`", one.certification, one.line) for one in model.metrics if one.certification]
    for what, certification, line in parts:
        if certification.status == "certified" and not certification.by:
            yield line, f"{what}: it is certified, and nobody is named who vouches for it (`by`)."


LOOKS = (_metric_words, _field_words, _unreached, _circles, _added_up, _vouched)
