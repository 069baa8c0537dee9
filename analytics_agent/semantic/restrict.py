"""The part of a semantic model that stands on tables which a person may read.

What is said of the data as a whole (description, instructions, notes) is written by somebody who sees all of it, and no rule can
prove that it speaks of nothing hidden: with a part of the tables it is left out. What a restricted person needs to know is to be
said where it belongs, on a dataset, a field or a metric.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from analytics_agent.catalog.restrict import Hidden, hidden_tables, name_of
from analytics_agent.domain.catalog import Catalog
from analytics_agent.semantic import expressions
from analytics_agent.semantic.expressions import Unusable
from analytics_agent.semantic.joins import paths
from analytics_agent.semantic.model import AsOf, Dataset, Expression, Field, Metric, SemanticModel
from analytics_agent.semantic.ossie import humanize
from analytics_agent.semantic.types import find_table, is_query
from analytics_agent.sql.check import check


def restrict(model: SemanticModel, whole: Catalog, readable: Catalog) -> SemanticModel:
    """The model over the readable part of a catalog: without datasets, fields and metrics where nothing of it is left."""
    if len(readable.tables) == len(whole.tables):
        return model
    datasets = tuple(_own(dataset) for dataset in model.datasets if _is_readable(dataset, whole, readable))
    return _Part(model, datasets, hidden_tables(whole, readable.tables)).model()


def _is_readable(dataset: Dataset, whole: Catalog, readable: Catalog) -> bool:
    """By the table that the source means in the whole catalog: a namesake of a hidden table must not take its place."""
    if is_query(dataset.source):
        return check(dataset.source, dialect=whole.dialect, catalog=readable).ok
    table = find_table(whole, dataset.source)
    return table is not None and name_of(table) in {name_of(kept) for kept in readable.tables}


def _own(dataset: Dataset) -> Dataset:
    """With the fields whose expressions we can read, and see that they use nothing else."""
    fields = (replace(field, expression=_expression(field.expression, {dataset.name})) for field in dataset.fields)
    return replace(dataset, fields=tuple(field for field in fields if field.expression.texts))


@dataclass(frozen=True)
class _Part:
    """The model, which of its datasets are kept, and the names of the tables that are hidden."""

    whole: SemanticModel
    datasets: tuple[Dataset, ...]
    tables: Hidden

    def model(self) -> SemanticModel:
        bare = self._bare()
        metrics = tuple(self._metrics(bare))
        hidden = self._hidden(bare, metrics)
        kept = {metric.name for metric in metrics}
        said = [replace(_metric(metric, hidden), weight=metric.weight if metric.weight in kept else None) for metric in metrics]
        datasets = tuple(_dataset(dataset, hidden, bare) for dataset in bare.datasets)
        topics = self._topics(hidden, metrics)
        return replace(
            bare,
            datasets=datasets,
            metrics=tuple(said),
            examples=_told(self.whole.examples, topics) if metrics else (),
            not_covered={name: words for name, words in self.whole.not_covered.items() if not topics.named_in(" . ".join((name, *words)))},
        )

    def _bare(self) -> SemanticModel:
        """Datasets and the joins between them, with nothing said and nothing counted yet."""
        names = {dataset.name for dataset in self.datasets}
        whole = self.whole
        fields = {field.path for dataset in self.datasets for field in dataset.fields}
        return SemanticModel(
            name=whole.name,
            datasets=self.datasets,
            relationships=tuple(r for r in whole.relationships if r.many in names and r.one in names),
            as_of=AsOf() if whole.as_of.kind == "column" and whole.as_of.value not in fields else whole.as_of,
            time_field=whole.time_field if whole.time_field in fields else None,
            timezone=whole.timezone,
            seasons=whole.seasons,
        )

    def _metrics(self, bare: SemanticModel) -> Iterator[Metric]:
        """Those whose rows, expression and conditions all stand on what is kept."""
        for metric in self.whole.metrics:
            if bare.dataset(metric.dataset) is None or any(bare.field(item.field) is None for item in metric.filters):
                continue
            reach = paths(bare, metric.dataset)
            usable = set(reach.to) - reach.ambiguous
            expression = _expression(metric.expression, usable)
            if expression.texts and {item.field.partition(".")[0] for item in metric.filters} <= usable:
                yield replace(metric, expression=expression)

    def _hidden(self, bare: SemanticModel, metrics: tuple[Metric, ...]) -> Hidden:
        """Hidden tables and datasets, and those of their columns and metrics whose names are no words of every day."""
        datasets = [dataset.name for dataset in self.whole.datasets if bare.dataset(dataset.name) is None]
        fields = [field.name for field in self.whole.fields() if bare.field(field.path) is None]
        kept = {metric.name for metric in metrics}
        parts = [*fields, *(metric.name for metric in self.whole.metrics if metric.name not in kept)]
        names = Hidden.of([*datasets, *(name for name in parts if "_" in name)])
        own = [*kept, *(dataset.name for dataset in bare.datasets), *(field.name for field in bare.fields())]
        return Hidden(self.tables.names | names.names).without(own)

    def _topics(self, hidden: Hidden, metrics: tuple[Metric, ...]) -> Hidden:
        """What questions call the hidden things: an example that nobody could answer here is none."""
        kept_datasets, kept_metrics = {dataset.name for dataset in self.datasets}, {metric.name for metric in metrics}
        gone = [item for item in self.whole.metrics if item.name not in kept_metrics]
        words = [word for item in gone for word in (item.label, *item.synonyms)]
        words += [word for item in self.whole.datasets if item.name not in kept_datasets for word in (item.name, *item.synonyms)]
        return Hidden(hidden.names | Hidden.of(words).names)


def _dataset(dataset: Dataset, hidden: Hidden, model: SemanticModel) -> Dataset:
    return replace(
        dataset,
        fields=tuple(_field(field, hidden, model) for field in dataset.fields),
        description=hidden.told(dataset.description),
        synonyms=_told(dataset.synonyms, hidden),
        time_field=dataset.time_field if dataset.time_field and model.field(dataset.time_field) else None,
    )


def _field(field: Field, hidden: Hidden, model: SemanticModel) -> Field:
    """Words for values come from the table that shows them, where there is one: with it they go."""
    shown = [reference for reference in (field.display, field.label_of) if reference]
    is_shown = all(model.field(reference) for reference in shown)
    return replace(
        field,
        label=hidden.told(field.label) or humanize(field.name),
        description=hidden.told(field.description),
        synonyms=_told(field.synonyms, hidden),
        values={value: _told(words, hidden) if is_shown else () for value, words in field.values.items() if not hidden.named_in(value)},
        display=field.display if field.display and model.field(field.display) else None,
        label_of=field.label_of if field.label_of and model.field(field.label_of) else None,
        order=_told(field.order, hidden),
    )


def _metric(metric: Metric, hidden: Hidden) -> Metric:
    return replace(
        metric,
        label=hidden.told(metric.label) or humanize(metric.name),
        description=hidden.told(metric.description),
        synonyms=_told(metric.synonyms, hidden),
        caveats=_told(metric.caveats, hidden),
    )


def _told(texts: Iterable[str], hidden: Hidden) -> tuple[str, ...]:
    return tuple(text for text in texts if not hidden.named_in(text))


def _expression(expression: Expression, usable: set[str]) -> Expression:
    """Without the texts, one for each dialect, that use another dataset or that we cannot read."""
    kept = {}
    for name, text in expression.texts.items():
        try:
            used = expressions.tables(expressions.parse(Expression({name: text}), "postgres"))
        except Unusable:
            continue
        if usable.issuperset(used):
            kept[name] = text
    return Expression(kept, expression.line)


def without_values(model: SemanticModel) -> SemanticModel:
    """The model without the values that its fields list, for a reader who may see none."""
    datasets = (replace(each, fields=tuple(replace(field, values={}, order=()) for field in each.fields)) for each in model.datasets)
    return replace(model, datasets=tuple(datasets))
