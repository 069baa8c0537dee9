"""A semantic model into Superset's datasets: a plan of what is written where, and what Superset cannot hold.

Only what is empty there, or stands there as we wrote it, is written; what people made by hand stays, and is named.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from analytics_agent.domain.catalog import Catalog
from analytics_agent.domain.superset_dataset import DatasetEdit, NewDataset, PartEdit, SupersetColumn, SupersetDataset, SupersetMetric
from analytics_agent.errors import ToolRefused
from analytics_agent.semantic.compiler import expressions, filters
from analytics_agent.semantic.compiler.expressions import Unusable
from analytics_agent.semantic.compiler.types import Types, find_column, find_table, is_query
from analytics_agent.semantic.exchange import superset_new
from analytics_agent.semantic.exchange import superset_sql as sql
from analytics_agent.semantic.exchange.dbt_expressions import under
from analytics_agent.semantic.exchange.dbt_filters import NotCarried
from analytics_agent.semantic.exchange.superset_lost import unsaid
from analytics_agent.semantic.exchange.superset_marks import Marks, is_readable
from analytics_agent.semantic.exchange.superset_words import (
    CALLED,
    as_stored,
    certification,
    certified_there,
    currency,
    shown,
    told,
    warning_there,
)
from analytics_agent.semantic.model import Dataset, Field, Metric, SemanticModel
from analytics_agent.semantic.ossie.load import humanize
from analytics_agent.sql.as_written import sqlglot_dialect

_UNDER = (exp.Sum, exp.Count, exp.Avg, exp.Min, exp.Max, exp.Median, exp.PercentileCont, exp.PercentileDisc)


@dataclass(frozen=True)
class Step:
    """`what` of a dataset is written: "dataset", "column status", "metric revenue"; `text` says what."""

    dataset: str
    what: str
    is_new: bool
    text: str


@dataclass(frozen=True)
class Plan:
    edits: tuple[DatasetEdit, ...]
    steps: tuple[Step, ...]
    left: tuple[str, ...]


def planned(model: SemanticModel, datasets: Sequence[SupersetDataset], catalog: Catalog) -> Plan:
    """Doing it leaves nothing to do: planned again, there are no edits."""
    edits: list[DatasetEdit] = []
    steps: list[Step] = []
    left: list[str] = []
    taken: set[tuple[int, str]] = set()
    for dataset in model.datasets:
        try:
            there = _place(
                model, dataset, datasets, catalog, taken, is_full=sum(edit.new is not None for edit in edits) >= superset_new.MOST
            )
        except NotCarried as why:
            left.append(f"dataset `{dataset.name}`: {why}.")
            continue
        taken.add((there.id, there.uuid))
        made = _Writing(model, dataset, there, catalog)
        made.write()
        edits += [made.edit()] if made.steps else []
        steps += made.steps
        left += made.left
    return Plan(tuple(edits), tuple(steps), tuple(dict.fromkeys((*left, *unsaid(model)))))


def _place(
    model: SemanticModel,
    dataset: Dataset,
    datasets: Sequence[SupersetDataset],
    catalog: Catalog,
    taken: set[tuple[int, str]],
    *,
    is_full: bool,
) -> SupersetDataset:
    """The dataset of Superset that is written to, which may have to be made. Raises NotCarried."""
    table = None if is_query(dataset.source) else find_table(catalog, dataset.source)
    if table is None and not is_query(dataset.source):
        raise NotCarried(f"the database has no table {dataset.source}")
    own = [one for one in datasets if table and not one.sql and _table_of(catalog, one) == (table.schema, table.name)]
    there = (own[-1] if own else None) if table else superset_new.of_query(dataset, catalog, datasets)
    if there is None and is_full:
        raise NotCarried(f"{superset_new.MOST} datasets are made in Superset at once; do it again for this one")
    there = there or superset_new.stand_in(model, dataset, table, catalog, datasets)
    if (there.id, there.uuid) in taken:
        raise NotCarried(f"another dataset of the model is written to {there.table} already; its metrics and columns were left out")
    if not is_readable(there.extra):
        raise NotCarried(f"the `extra` of {there.table} in Superset is no JSON object, so nothing can be marked as ours there")
    return there


def _table_of(catalog: Catalog, one: SupersetDataset) -> tuple[str | None, str] | None:
    table = find_table(catalog, f"{one.schema}.{one.table}" if one.schema else one.table)
    return (table.schema, table.name) if table else None


class _Writing:
    """One dataset of the model into one of Superset's."""

    def __init__(self, model: SemanticModel, dataset: Dataset, there: SupersetDataset, catalog: Catalog) -> None:
        self._model, self._dataset, self._there, self._catalog = model, dataset, there, catalog
        self._dialect = catalog.dialect
        self._types = Types(model, catalog, catalog.dialect)
        self._marks = Marks(there.extra)
        self._new_one = NewDataset(there.uuid, there.schema, there.sql) if not there.id else None
        self._changes: dict[str, Any] = {}
        self._more: dict[str, Any] = {}
        self._columns: list[PartEdit] = []
        self._metrics: list[PartEdit] = []
        self.steps: list[Step] = []
        self.left: list[str] = []

    def write(self) -> None:
        if self._new_one:
            what = f"of the query {shown(self._there.sql)}" if self._there.sql else f"of the table {self._dataset.source}"
            self.steps.append(Step(self._there.table, "dataset", is_new=True, text=what))
        self._itself()
        for field in self._dataset.fields:
            try:
                self._field(field)
            except (NotCarried, Unusable) as why:
                self.left.append(f"field `{field.path}`: {why}; it was left out.")
        own = [metric for metric in self._model.metrics if metric.dataset == self._dataset.name]
        written: set[str] = set()
        for metric in own:
            try:
                written |= {metric.name} if self._metric(metric) else set()
            except (NotCarried, Unusable) as why:
                self.left.append(f"metric `{metric.name}`: {why}; it was left out.")
            except ToolRefused as refused:
                self.left.append(f"metric `{metric.name}`: {refused.message} It was left out.")
        self._unvouched(self._marks.parts("metric") - written, {metric.name for metric in own})

    def edit(self) -> DatasetEdit:
        changes = {**self._changes, "extra": self._marks.written(self._more)}
        if self._new_one and self._there.time_column:
            changes["main_dttm_col"] = self._there.time_column
        there = self._there
        return DatasetEdit(there.id, there.table, there.changed, changes, tuple(self._columns), tuple(self._metrics), self._new_one)

    def _itself(self) -> None:
        certified = certification(self._dataset.certification or self._model.certification)
        wanted = {"description": self._dataset.description, "certification": certified}
        there = {"description": self._there.description, "certification": certified_there(self._there.extra)}
        changes = self._decided("dataset", "dataset", there, wanted)
        self._more = {"certification": changes.pop("certification")} if "certification" in changes else {}
        self._changes = changes
        self._say("dataset", {**changes, **self._more})

    def _field(self, field: Field) -> None:
        tree = expressions.field_sql(self._model, field.path, self._dialect)
        name = self._own_column(tree) or field.name
        there = next((column for column in self._there.columns if column.name == name), None)
        said = {"verbose_name": field.label if field.label != humanize(field.name) else "", "description": field.description}
        if not self._own_column(tree):
            self._calculated(field, name, self._text(tree), there, said)
        elif there is not None:
            changes = self._decided(
                f"column:{name}", f"column `{name}`", {"verbose_name": there.label, "description": there.description}, said
            )
            self._part(self._columns, f"column {name}", there.id, {"column_name": name}, changes)
        elif any(said.values()):
            self.left.append(f"field `{field.path}`: the dataset in Superset does not have the column {name}; sync its columns there.")

    def _own_column(self, tree: exp.Expr) -> str:
        """The column of the table, or of the query, that it is; "" for what is calculated."""
        if not isinstance(tree, exp.Column) or is_query(self._dataset.source):
            return tree.name if isinstance(tree, exp.Column) else ""
        table = find_table(self._catalog, self._dataset.source)
        own = find_column(table, tree.name) if table else None
        return own.name if own else ""

    def _calculated(self, field: Field, name: str, text: str, there: SupersetColumn | None, said: dict[str, Any]) -> None:
        part, what = f"column:{name}", f"column `{name}`"
        if there is not None and not there.expression:
            raise NotCarried(f"Superset has a column {name} of the table itself there")
        wanted = {"expression": text, **said}
        if there is None and self._marks.wrote(part):
            raise NotCarried(f"it was removed from {self._there.table} in Superset")
        if there is None:
            self._new(self._columns, part, f"column {name}", {"column_name": name, **wanted, "is_dttm": field.is_time})
            return
        before = {"expression": self._like(there.expression, text), "verbose_name": there.label, "description": there.description}
        if self._is_theirs(part, what, before, wanted):
            return
        changes = self._decided(part, what, before, wanted)
        self._part(self._columns, f"column {name}", there.id, {"column_name": name}, changes)

    def _metric(self, metric: Metric) -> bool:
        """Whether Superset has it as it is here."""
        tree = self._aggregate(metric)
        text = self._text(tree)
        self._say_if_added(metric, tree)
        wanted = {"expression": text, **told(metric), "certification": certification(self._model.certification_of(metric))}
        there = next((one for one in self._there.metrics if one.name.lower() == metric.name.lower()), None)
        part, what = f"metric:{metric.name}", f"metric `{metric.name}`"
        if there is None and self._marks.wrote(part):
            raise NotCarried(f"it was removed from {self._there.table} in Superset")
        if there is None:
            self._new(self._metrics, part, f"metric {metric.name}", {"metric_name": metric.name, **wanted})
            return True
        before = self._before(there, text)
        if self._is_theirs(part, what, before, wanted):
            return False
        changes = self._decided(part, what, before, wanted)
        self._part(self._metrics, f"metric {metric.name}", there.id, {"metric_name": there.name}, changes, there.extra)
        return True

    def _say_if_added(self, metric: Metric, tree: exp.Expr) -> None:
        """Superset has no word for it, and who reads its metrics goes by their expressions."""
        adds_up = sql.adds_up(tree)
        if adds_up != (metric.additivity == "additive"):
            said = "adds up" if adds_up else "does not add up"
            self.left.append(f"metric `{metric.name}`: its additivity stays here; by its expression it {said}.")

    def _before(self, there: SupersetMetric, text: str) -> dict[str, Any]:
        return {
            "expression": self._like(there.expression, text),
            "verbose_name": there.label,
            "description": there.description,
            "d3format": there.format,
            "currency": currency(there.currency),
            "warning": warning_there(there.extra),
            "certification": certified_there(there.extra),
        }

    def _unvouched(self, names: set[str], known: set[str]) -> None:
        """What was written of metrics that are others now, there or here: they stay, for charts may stand on them, and nobody vouches."""
        for name in sorted(names):
            there = next((one for one in self._there.metrics if one.name.lower() == name.lower()), None)
            if there is not None:
                before = {"certification": certified_there(there.extra)}
                changes = self._decided(f"metric:{name}", f"metric `{name}`", before, {"certification": None})
                self._part(self._metrics, f"metric {name}", there.id, {"metric_name": there.name}, changes, there.extra)
                if name not in known:
                    self.left.append(f"metric `{name}`: the model does not have it any more, and Superset still does; remove it there.")

    def _decided(self, part: str, what: str, there: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
        """What of these properties is to be written; what a person wrote is named."""
        changes: dict[str, Any] = {}
        for key, value in wanted.items():
            decision = self._marks.decide(part, key, there[key], value)
            if decision == "write":
                changes[key] = value or None
                self._marks.note(part, key, value)
            if decision == "theirs":
                said = (
                    "was written by hand in Superset and stays as it is"
                    if there[key]
                    else "was taken out by hand in Superset and stays empty"
                )
                self.left.append(f"{what} of {self._there.table}: its {CALLED[key]} {said}.")
        return changes

    def _is_theirs(self, part: str, what: str, there: dict[str, Any], wanted: dict[str, Any]) -> bool:
        """Of another expression than ours, made by hand: all of it is left, for our words do not describe it."""
        theirs = self._marks.decide(part, "expression", there["expression"], wanted["expression"]) == "theirs"
        if theirs:
            self.left.append(f"{what} of {self._there.table}: it was made by hand in Superset with another expression, and stays as it is.")
        return theirs

    def _like(self, there: str, wanted: str) -> str:
        return wanted if sql.same(there, wanted, self._dialect) else there

    def _new(self, kept: list[PartEdit], part: str, what: str, wanted: dict[str, Any]) -> None:
        self._marks.forget(part)
        for key in (key for key in wanted if key in CALLED and wanted[key]):
            self._marks.note(part, key, wanted[key])
        kept.append(PartEdit(what, None, as_stored({key: value for key, value in wanted.items() if value not in ("", None)})))
        self._say(what, wanted, is_new=True)

    def _part(self, kept: list[PartEdit], what: str, number: int, named: dict[str, Any], changes: dict[str, Any], extra: str = "") -> None:
        if changes:
            kept.append(PartEdit(what, number or None, {**named, **as_stored(changes, extra)}))
            self._say(what, changes)

    def _say(self, what: str, changes: dict[str, Any], *, is_new: bool = False) -> None:
        texts = [f"{CALLED[key]}: {shown(value)}" for key, value in changes.items() if key in CALLED and (value or not is_new)]
        if texts:
            self.steps.append(Step(self._there.table, what, is_new, "; ".join(texts)))

    # expressions

    def _text(self, tree: exp.Expr) -> str:
        """Over the columns of the one table that a dataset of Superset reads."""
        for column in tree.find_all(exp.Column):
            if column.table and column.table != self._dataset.name:
                raise NotCarried(f"it reads `{column.table}` too, and a dataset of Superset is one table")
            column.set("table", None)
        text = tree.sql(sqlglot_dialect(self._dialect))
        if sql.TEMPLATE.search(text):
            raise NotCarried("it holds what Superset would take for Jinja")
        return text

    def _aggregate(self, metric: Metric) -> exp.Expr:
        if metric.balance:
            raise NotCarried("a balance is that of the last moment of a period, which an aggregate of Superset does not know")
        if metric.cumulative:
            raise NotCarried("it is cumulative; in Superset a chart adds up")
        if not metric.ratio:
            return self._plain(metric)
        parts = [self._model.metric(name) for name in metric.ratio]
        if any(one is None or one.stands_on or one.balance or one.dataset != metric.dataset for one in parts):
            raise NotCarried("it is a ratio over two facts, and a dataset of Superset is one")
        above, below = (self._plain(one) for one in parts if one)
        return exp.Div(
            this=exp.cast(exp.paren(above), "double"),
            expression=exp.Nullif(this=below, expression=exp.Literal.number(0)),
            typed=False,
            safe=False,
        )

    def _plain(self, metric: Metric) -> exp.Expr:
        dated = self._model.field(metric.time_field) if metric.time_field else None
        if dated and not self._is_time_there(dated):
            raise NotCarried(
                f"it is dated by `{dated.path}`, and a chart of Superset would date it by {self._there.time_column or 'nothing'}"
            )
        tree = expressions.metric_sql(self._model, metric.expression, metric.dataset, self._dialect)
        if metric.filters and any(not isinstance(each, _UNDER) for each in tree.find_all(exp.AggFunc)):
            raise NotCarried("it has filters, and an aggregate that they cannot be written into")
        return under(tree, tuple(self._conditions(metric)))

    def _is_time_there(self, field: Field) -> bool:
        tree = expressions.field_sql(self._model, field.path, self._dialect)
        name = tree.name if isinstance(tree, exp.Column) else field.name
        return field.dataset == self._dataset.name and self._there.time_column == name

    def _conditions(self, metric: Metric) -> Iterator[exp.Expr]:
        for one in metric.filters:
            path, _, grain = one.field.partition(":")
            if grain or not path.startswith(f"{metric.dataset}."):
                raise NotCarried(f"its filter is by `{one.field}`, which its table does not have")
            tree = expressions.field_sql(self._model, path, self._dialect)
            yield filters.condition(tree, path, one.op, one.values, self._types.of(tree), self._dialect)
