"""The part of a semantic model that stands on tables and columns which a person may read, masked ones as they are masked.

What is said of the data as a whole (description, instructions, notes) is written by somebody who sees all of it, and no rule can
prove that it speaks of nothing hidden: with a part of the tables, the columns or the rows it is left out. What a restricted person
needs to know is to be said where it belongs, on a dataset, a field or a metric.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from sqlglot import exp

from analytics_agent.catalog.names import shown_name
from analytics_agent.catalog.restrict import Hidden, hidden_tables, name_of
from analytics_agent.catalog.under_policy import hidden_columns
from analytics_agent.domain.catalog import Catalog, Dialect, Table, TableName
from analytics_agent.domain.policy import OPEN, Mask, Policy, mask_caveat
from analytics_agent.semantic import verified_queries
from analytics_agent.semantic.access.masked import Columns, can_be_compared, is_whole, masks_in, seen_field
from analytics_agent.semantic.compiler import expressions
from analytics_agent.semantic.compiler.expressions import Unusable
from analytics_agent.semantic.compiler.joins import paths
from analytics_agent.semantic.compiler.types import find_table, is_query
from analytics_agent.semantic.model import (
    UNDATED,
    AsOf,
    Bridge,
    Certification,
    Dataset,
    Expression,
    Field,
    Metric,
    MetricFilter,
    Relationship,
    SemanticModel,
    VerifiedQuery,
)
from analytics_agent.semantic.ossie.load import humanize
from analytics_agent.sql.check import check


def restrict(model: SemanticModel, whole: Catalog, readable: Catalog, policy: Policy = OPEN) -> SemanticModel:
    """The model over the readable part of a catalog: without datasets, fields and metrics where nothing of it is left.

    `readable` is `whole` under the policy; without one it has fewer tables.
    """
    if len(readable.tables) == len(whole.tables) and not any(policy.rule_of(name_of(table)) for table in whole.tables):
        return model
    seen = {name_of(table): table for table in readable.tables}
    behind = {
        dataset.name: columns for dataset in model.datasets if (columns := _columns(dataset, whole, readable, seen, policy)) is not None
    }
    kept = [_unlisted(dataset, model, behind) for dataset in model.datasets if dataset.name in behind]
    datasets = tuple(_own(dataset, behind, whole.dialect) for dataset in kept)
    hidden = Hidden(hidden_tables(whole, readable.tables).names | _hidden_columns(whole, seen).names)
    return _Part(
        model, datasets, hidden, behind, whole.dialect, verified_queries.seen(model.verified_queries, whole, readable, policy)
    ).model()


def _columns(dataset: Dataset, whole: Catalog, readable: Catalog, seen: Mapping[TableName, Table], policy: Policy) -> Columns | None:
    """What is left of the columns behind a dataset; None where it cannot be read.

    By the table that the source means in the whole catalog: a namesake of a hidden table must not take its place. A query that reads
    a masked column is not followed to what it makes of it.
    """
    if is_query(dataset.source):
        verdict, before = (check(dataset.source, dialect=whole.dialect, catalog=catalog) for catalog in (readable, whole))
        masked = {f"{rule.name}.{mask.column}" for rule in policy.rules for mask in rule.masks}
        if not verdict.ok or masked & {*before.columns}:
            return None
        return Columns(dataset.name, frozenset(before.output_columns).difference(verdict.output_columns), frozenset(verdict.output_columns))
    table = find_table(whole, dataset.source)
    kept = seen.get(name_of(table)) if table is not None else None
    if table is None or kept is None:
        return None
    return Columns.of(table, kept, policy.rule_of(name_of(table)), shown_name(readable, kept))


def _hidden_columns(whole: Catalog, seen: Mapping[TableName, Table]) -> Hidden:
    narrow = tuple(table for table in whole.tables if name_of(table) in seen)
    gone = {
        name_of(table): {column.name for column in table.columns}.difference(column.name for column in seen[name_of(table)].columns)
        for table in narrow
    }
    return hidden_columns(replace(whole, tables=narrow), gone)


def _unlisted(dataset: Dataset, model: SemanticModel, behind: Mapping[str, Columns]) -> Dataset:
    """Values that nobody decided to list stand in a draft because some row has them: one that the reader may not see, perhaps."""
    certification = dataset.certification or model.certification
    return _listing_none(dataset) if certification.status == "unreviewed" and behind[dataset.name].in_part else dataset


def _listing_none(dataset: Dataset) -> Dataset:
    return replace(dataset, fields=tuple(replace(field, values={}, order=()) for field in dataset.fields))


def _own(dataset: Dataset, behind: Mapping[str, Columns], dialect: Dialect) -> Dataset:
    """With the fields whose expressions we can read, and see that they use nothing else, nothing hidden, and masks in a way they bear.
    Keys of columns that are hidden or masked are none."""
    fields = []
    for field in dataset.fields:
        expression = _expression(field.expression, {dataset.name}, lambda tree: is_whole(tree, behind, dataset.name))
        if expression.texts:
            kept = replace(field, expression=expression)
            fields.append(seen_field(kept, _masks(kept, behind, dialect)))
    columns = behind[dataset.name]
    keys = [key if not any(columns.lacks(name) or columns.mask_of(name) for name in key) else () for key in _keys(dataset)]
    return replace(dataset, fields=tuple(filter(None, fields)), primary_key=keys[0], unique_keys=tuple(filter(None, keys[1:])))


def _keys(dataset: Dataset) -> tuple[tuple[str, ...], ...]:
    return (dataset.primary_key, *dataset.unique_keys)


def _masks(field: Field, behind: Mapping[str, Columns], dialect: Dialect) -> dict[tuple[str, str], Mask]:
    """Of all of its texts: which one is used is the engine's business."""
    found: dict[tuple[str, str], Mask] = {}
    for name, text in field.expression.texts.items():
        found |= masks_in(expressions.parse(Expression({name: text}), dialect), behind, field.dataset)
    return found


@dataclass(frozen=True)
class _Part:
    """The model, which of its datasets are kept, the names of the tables and columns that are hidden, what is left behind datasets, and the
    verified queries that read only what is seen whole."""

    whole: SemanticModel
    datasets: tuple[Dataset, ...]
    names: Hidden
    behind: Mapping[str, Columns]
    dialect: Dialect
    verified: tuple[VerifiedQuery, ...] = ()

    def model(self) -> SemanticModel:
        bare = self._bare()
        metrics = tuple(self._metrics(bare))
        hidden = self._hidden(bare, metrics)
        kept = {metric.name for metric in metrics}
        said = [replace(_metric(metric, hidden), weight=metric.weight if metric.weight in kept else None) for metric in metrics]
        datasets = tuple(replace(_dataset(each, hidden, bare), time_field=self._time_field(each, bare)) for each in bare.datasets)
        topics = self._topics(hidden, metrics)
        return replace(
            bare,
            datasets=datasets,
            metrics=tuple(said),
            examples=_told(self.whole.examples, topics) if metrics else (),
            verified_queries=tuple(query for query in self.verified if not topics.named_in(query.question)),
            owners=self.whole.owners,
            certification=_certified(self.whole.certification, hidden) or Certification(),
            not_covered={name: words for name, words in self.whole.not_covered.items() if not topics.named_in(" . ".join((name, *words)))},
        )

    def _bare(self) -> SemanticModel:
        """Datasets and the joins between them, with nothing said and nothing counted yet."""
        names = {dataset.name for dataset in self.datasets}
        whole = self.whole
        fields = {field.path for dataset in self.datasets for field in dataset.fields}
        bare = SemanticModel(
            name=whole.name,
            datasets=self.datasets,
            relationships=tuple(r for r in whole.relationships if r.many in names and r.one in names and self._joins(r)),
            as_of=AsOf() if whole.as_of.kind == "column" and whole.as_of.value not in fields else whole.as_of,
            time_field=whole.time_field if whole.time_field in fields else None,
            timezone=whole.timezone,
            seasons=whole.seasons,
            fiscal_start=whole.fiscal_start,
        )
        bare = replace(bare, datasets=tuple(replace(each, bridge=self._bridge(each, bare)) for each in bare.datasets))
        return replace(bare, severed=frozenset(self._severed(bare)))

    def _time_field(self, dataset: Dataset, bare: SemanticModel) -> str | None:
        """Where the time that dates its rows is gone, none takes its place: orders of June would be those that were shipped in June."""
        before, now = self.whole.default_time(dataset.name), bare.default_time(dataset.name)
        if (before.path if before else "") != (now.path if now else ""):
            return UNDATED
        return dataset.time_field if dataset.time_field == UNDATED or bare.field(dataset.time_field or "") else None

    def _bridge(self, dataset: Dataset, bare: SemanticModel) -> Bridge | None:
        """Without its own weight a fact would count in full for each, which is another figure: then nothing is reached over it."""
        bridge = dataset.bridge
        if bridge is None or bare.dataset(bridge.fact) is None or bare.dataset(bridge.to) is None:
            return None
        if bridge.weight is None:
            return bridge
        own, _, name = bridge.weight.partition(".")
        return bridge if bare.field(bridge.weight) is not None and self._is_plain(own, name) else None

    def _severed(self, bare: SemanticModel) -> Iterator[tuple[str, str]]:
        """Where the way that a name means is gone, another one must not take its place: orders by region would be by the region of their
        customers."""
        for dataset in bare.datasets:
            before, now = paths(self.whole, dataset.name), paths(bare, dataset.name)
            for name, way in now.to.items():
                if name in before.ambiguous or before.to.get(name) != way:
                    yield dataset.name, name
            yield from ((dataset.name, name) for name, way in now.over.items() if before.over.get(name) != way)

    def _joins(self, relationship: Relationship) -> bool:
        """Whether its columns are all seen, and unmasked: a mask is no key, and rows would be counted more than once."""
        one = self.whole.dataset(relationship.one)
        valid = one.valid if one and one.valid else ()
        sides = ((relationship.many, relationship.many_columns), (relationship.one, (*relationship.one_columns, *valid)))
        return all(self._is_plain(dataset, name) for dataset, names in sides for name in names)

    def _is_plain(self, dataset: str, name: str) -> bool:
        """A field of that name stands for the column."""
        path, columns = f"{dataset}.{name}", self.behind[dataset]
        if self.whole.field(path) is None:
            return not columns.lacks(name) and columns.mask_of(name) is None
        own = next((field for each in self.datasets for field in each.fields if field.path == path), None)
        return own is not None and not _masks(own, self.behind, self.dialect)

    def _metrics(self, bare: SemanticModel) -> Iterator[Metric]:
        """Those whose rows, expression and conditions all stand on what is kept, and those made of such. One that is computed from masks
        says so."""
        kept = {metric.name: metric for metric in self._expressed(bare)}
        for metric in sorted((each for each in self.whole.metrics if each.stands_on), key=lambda each: each.ratio is not None):
            if all(name in kept for name in metric.stands_on):
                kept[metric.name] = metric
        yield from (kept[metric.name] for metric in self.whole.metrics if metric.name in kept)

    def _expressed(self, bare: SemanticModel) -> Iterator[Metric]:
        for metric in self.whole.metrics:
            conditions = [bare.field(item.field) for item in metric.filters]
            if metric.stands_on or bare.dataset(metric.dataset) is None or not all(conditions):
                continue
            reach = paths(bare, metric.dataset)
            usable = set(reach.to) - reach.ambiguous
            if not self._is_dated(metric, usable):
                continue
            expression = _expression(metric.expression, usable, lambda tree, fact=metric.dataset: self._is_whole(tree, bare, fact))  # type: ignore[misc]
            if not expression.texts or not {item.field.partition(".")[0] for item in metric.filters} <= {*reach.splits()}:
                continue
            if all(self._is_compared(item, bare) for item in metric.filters):
                yield replace(metric, expression=expression, caveats=(*metric.caveats, *self._said_of_masks(metric, expression, bare)))

    def _is_dated(self, metric: Metric, usable: set[str]) -> bool:
        """By another time, or of masked keys, it would be another metric."""
        own = (metric.balance.time, *metric.balance.keys) if metric.balance else (metric.time_field,) if metric.time_field else ()
        return all((at := path.partition("."))[0] in usable and self._is_plain(at[0], at[2]) for path in own)

    def _is_whole(self, tree: exp.Expr, bare: SemanticModel, fact: str) -> bool:
        """With the fields that it names put in: none of them is hidden, nor what stands behind them."""
        paths_used = {f"{column.table or fact}.{column.name}" for column in expressions.columns(tree)}
        if any(self.whole.field(path) is not None and bare.field(path) is None for path in paths_used):
            return False
        return is_whole(self._filled_in(tree, bare, fact), self.behind, fact)

    def _filled_in(self, tree: exp.Expr, bare: SemanticModel, fact: str) -> exp.Expr:
        return expressions.filled_in(bare, tree.copy(), fact, self.dialect)

    def _is_compared(self, item: MetricFilter, bare: SemanticModel) -> bool:
        dataset = item.field.partition(".")[0]
        tree = expressions.field_sql(bare, item.field, self.dialect)
        return item.op in ("is_null", "not_null") or can_be_compared(tree, self.behind, dataset)

    def _said_of_masks(self, metric: Metric, expression: Expression, bare: SemanticModel) -> tuple[str, ...]:
        found: dict[tuple[str, str], Mask] = {}
        for name, text in expression.texts.items():
            tree = self._filled_in(expressions.parse(Expression({name: text}), self.dialect), bare, metric.dataset)
            found |= masks_in(tree, self.behind, metric.dataset)
        for item in metric.filters:
            found |= masks_in(expressions.field_sql(bare, item.field, self.dialect), self.behind, item.field.partition(".")[0])
        return tuple(mask_caveat(table, mask) for (table, _), mask in found.items())

    def _hidden(self, bare: SemanticModel, metrics: tuple[Metric, ...]) -> Hidden:
        """Hidden tables, columns and datasets, what is gone of datasets that are kept, and of hidden tables those columns and metrics
        whose names are no words of every day."""
        datasets = [dataset.name for dataset in self.whole.datasets if bare.dataset(dataset.name) is None]
        fields = [(field.dataset, field.name) for field in self.whole.fields() if bare.field(field.path) is None]
        kept = {metric.name for metric in metrics}
        parts = [*fields, *((metric.dataset, metric.name) for metric in self.whole.metrics if metric.name not in kept)]
        names = Hidden.of([*datasets, *(name for dataset, name in parts if "_" in name or bare.dataset(dataset) is not None)])
        seen = [name for columns in self.behind.values() for name in columns.kept]
        own = [*kept, *seen, *(dataset.name for dataset in bare.datasets), *(field.name for field in bare.fields())]
        return Hidden(self.names.names | names.names).without(own)

    def _topics(self, hidden: Hidden, metrics: tuple[Metric, ...]) -> Hidden:
        """What questions call the hidden things: an example that nobody could answer here is none."""
        kept_datasets, kept_metrics = {dataset.name for dataset in self.datasets}, {metric.name for metric in metrics}
        gone = [item for item in self.whole.metrics if item.name not in kept_metrics]
        words = [word for item in gone for word in (item.label, *item.synonyms)]
        words += [word for item in self.whole.datasets if item.name not in kept_datasets for word in (item.name, *item.synonyms)]
        fields = {field.path for dataset in self.datasets for field in dataset.fields}
        of_columns = Hidden.of(
            word
            for item in self.whole.fields()
            if item.path not in fields and item.dataset in kept_datasets
            for word in (item.label, *item.synonyms)
        )
        called = [*(word for item in metrics for word in (item.label, *item.synonyms)), *self._words_of_fields()]
        return Hidden(hidden.names | Hidden.of(words).names | of_columns.without(called).names)

    def _words_of_fields(self) -> Iterator[str]:
        for dataset in self.datasets:
            yield from (word for field in dataset.fields for word in (field.name, field.label, *field.synonyms))


def _dataset(dataset: Dataset, hidden: Hidden, model: SemanticModel) -> Dataset:
    return replace(
        dataset,
        fields=tuple(_field(field, hidden, model) for field in dataset.fields),
        description=hidden.told(dataset.description),
        synonyms=_told(dataset.synonyms, hidden),
        grain=hidden.told(dataset.grain),
        freshness=dataset.freshness if dataset.freshness and model.field(dataset.freshness.field) else None,
        instructions=hidden.told(dataset.instructions),
        certification=_certified(dataset.certification, hidden),
    )


def _certified(certification: Certification | None, hidden: Hidden) -> Certification | None:
    return replace(certification, details=hidden.told(certification.details)) if certification else None


def _field(field: Field, hidden: Hidden, model: SemanticModel) -> Field:
    """Words for values come from the table that shows them, where there is one: with it they go."""
    shown = [reference for reference in (field.display, field.label_of) if reference]
    reach = paths(model, field.dataset) if shown else None
    can_be_shown = {name for name in shown if model.field(name) and reach and name.partition(".")[0] in {*reach.to} - reach.ambiguous}
    is_shown = len(can_be_shown) == len(set(shown))
    return replace(
        field,
        label=hidden.told(field.label) or humanize(field.name),
        description=hidden.told(field.description),
        synonyms=_told(field.synonyms, hidden),
        values={value: _told(words, hidden) if is_shown else () for value, words in field.values.items() if not hidden.named_in(value)},
        display=field.display if field.display in can_be_shown else None,
        label_of=field.label_of if field.label_of in can_be_shown else None,
        order=_told(field.order, hidden),
    )


def _metric(metric: Metric, hidden: Hidden) -> Metric:
    return replace(
        metric,
        label=hidden.told(metric.label) or humanize(metric.name),
        description=hidden.told(metric.description),
        synonyms=_told(metric.synonyms, hidden),
        caveats=_told(metric.caveats, hidden),
        instructions=hidden.told(metric.instructions),
        certification=_certified(metric.certification, hidden),
    )


def _told(texts: Iterable[str], hidden: Hidden) -> tuple[str, ...]:
    return tuple(text for text in texts if not hidden.named_in(text))


def _expression(expression: Expression, usable: set[str], is_kept: Callable[[exp.Expr], bool]) -> Expression:
    """Without the texts, one for each dialect, that use another dataset, that we cannot read or that are not to be kept."""
    kept = {}
    for name, text in expression.texts.items():
        try:
            tree = expressions.parse(Expression({name: text}), "postgres")
            if usable.issuperset(expressions.tables(tree)) and is_kept(tree):
                kept[name] = text
        except Unusable:
            continue
    return Expression(kept, expression.line)


def without_values(model: SemanticModel) -> SemanticModel:
    """The model without the values that its fields list and its verified queries name, for a reader who may see none."""
    return replace(
        model, datasets=tuple(map(_listing_none, model.datasets)), verified_queries=verified_queries.without_values(model.verified_queries)
    )
