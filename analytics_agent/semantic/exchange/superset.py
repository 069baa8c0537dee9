"""Superset's datasets as a semantic model: tables are datasets, their columns fields, their metrics metrics.

What a person certified in Superset is certified here; all the rest nobody has reviewed. Keys and joins come from the catalog: Superset
knows none.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlglot import exp

from analytics_agent.domain.catalog import Catalog, Table, TableColumn
from analytics_agent.domain.superset_dataset import SupersetColumn, SupersetDataset, SupersetMetric
from analytics_agent.errors import InvalidSemanticModel
from analytics_agent.semantic.compiler import expressions
from analytics_agent.semantic.compiler.joins import paths
from analytics_agent.semantic.compiler.types import find_column, find_table
from analytics_agent.semantic.exchange import superset_sql as sql
from analytics_agent.semantic.exchange.carried import Imported
from analytics_agent.semantic.exchange.dbt_filters import NotCarried
from analytics_agent.semantic.exchange.dbt_models import GRAINS, usable
from analytics_agent.semantic.exchange.kept import usable_part
from analytics_agent.semantic.exchange.superset_marks import read
from analytics_agent.semantic.exchange.superset_words import PARAGRAPH, warning_there
from analytics_agent.semantic.model import ANSI, Certification, Dataset, Expression, Field, Metric, Relationship, SemanticModel
from analytics_agent.semantic.ossie.load import humanize

UNREVIEWED = Certification("unreviewed")
_D3 = re.compile(r"(?P<sign>\$?)(?:,?)(?:\.(?P<places>\d+))?(?P<kind>[%fd]?)")
_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP"}
_COUNTS = ("", "count", "count(*)")


@dataclass(frozen=True)
class _Found:
    """A dataset with its table. `called` is what its SQL says of its columns; `name` is that of the dataset here, `fields` those of its
    fields by their columns."""

    given: SupersetDataset
    table: Table
    name: str
    called: Mapping[str, exp.Expr]
    fields: Mapping[str, str]


def imported(datasets: Sequence[SupersetDataset], catalog: Catalog, name: str) -> Imported:
    """Raises InvalidSemanticModel where no dataset is left."""
    made = _Import(catalog)
    model = made.model(datasets, usable(name))
    if not model.datasets:
        raise InvalidSemanticModel(made.left or [f"Superset has no dataset of {name}."])
    kept, dropped = usable_part(model, catalog)
    return Imported(kept, tuple(dict.fromkeys((*made.left, *dropped))))


class _Import:
    def __init__(self, catalog: Catalog) -> None:
        self._catalog, self._dialect = catalog, catalog.dialect
        self.left: list[str] = []

    def model(self, datasets: Sequence[SupersetDataset], name: str) -> SemanticModel:
        found = list(self._found(datasets))
        names = Counter(_metric_name(metric) for one in found for metric in one.given.metrics)
        metrics: list[Metric] = []
        made: list[Dataset] = []
        for one in found:
            measured: set[str] = set()
            metrics += self._metrics(one, names, measured)
            made.append(self._dataset(one, measured))
        description = f"Imported from Superset's datasets of {name}; not reviewed but where it says so."
        model = SemanticModel(name, tuple(made), metrics=tuple(_distinct(metrics)), description=description, certification=UNREVIEWED)
        return self._joined(model, found)

    def _found(self, datasets: Sequence[SupersetDataset]) -> Iterator[_Found]:
        """Tables before queries over them, whose names are theirs."""
        names: set[str] = set()
        for given in sorted(datasets, key=lambda one: (bool(one.sql), one.schema or "", one.table)):
            try:
                table, called = self._table(given)
            except NotCarried as why:
                self.left.append(f"dataset `{given.table}`: {why}; it was left out.")
                continue
            wishes = (usable(given.table), usable(f"{given.schema}_{given.table}"), f"{usable(given.table)}_{given.id}")
            name = next(wish for wish in wishes if wish.lower() not in names)
            names.add(name.lower())
            own = [column.name for column in table.columns] if not given.sql else []
            yield _Found(given, table, name, called, _field_names([*own, *(column.name for column in given.columns)]))

    def _table(self, given: SupersetDataset) -> tuple[Table, Mapping[str, exp.Expr]]:
        schema, name = given.schema, given.table
        called: Mapping[str, exp.Expr] = {}
        if given.sql:
            read, called, has_all = sql.plain_select(given.sql, self._dialect)
            schema, name = read.db or given.schema, read.name
            missing = [] if has_all else [c.name for c in given.columns if not c.expression and c.name not in called]
            if missing:
                raise NotCarried(f"its SQL has no column {missing[0]}")
        table = find_table(self._catalog, f"{schema}.{name}" if schema else name)
        if table is None:
            raise NotCarried(f"the database has no table {f'{schema}.' if schema else ''}{name}")
        if find_table(self._catalog, _source(table)) is not table:
            raise NotCarried("no source can be written for its table's name")
        return table, called

    def _dataset(self, one: _Found, measured: set[str]) -> Dataset:
        fields = tuple(self._fields(one, measured))
        time = next((f.path for f in fields if f.is_time and f.name == one.fields.get(one.given.time_column)), None)
        keys = {column for column in one.table.primary_key if column not in one.called or not one.given.sql}
        return Dataset(
            name=one.name,
            source=_source(one.table),
            fields=fields,
            primary_key=one.table.primary_key if len(keys) == len(one.table.primary_key) else (),
            description=_text(one.given.description or one.table.comment),
            time_field=time,
            owners=one.given.owners,
            certification=_certified(one.given.extra),
        )

    def _fields(self, one: _Found, measured: set[str]) -> Iterator[Field]:
        hidden = [column.name for column in one.given.columns if not column.is_active]
        if hidden:
            self.left.append(f"dataset `{one.name}`: switched off in Superset and left out: {', '.join(hidden)}.")
        for column in (column for column in one.given.columns if column.is_active):
            try:
                yield self._field(one, column, measured)
            except NotCarried as why:
                self.left.append(f"column `{one.name}.{column.name}`: {why}; it was left out.")

    def _field(self, one: _Found, column: SupersetColumn, measured: set[str]) -> Field:
        known = None if column.expression else self._own(one, column)
        name = one.fields[column.name]
        is_time = column.is_time and (known is None or known.type in ("date", "timestamp"))
        if column.is_time and not is_time:
            self.left.append(
                f"column `{one.name}.{column.name}`: a time for Superset, and the database has none there; it is no time here."
            )
        return Field(
            dataset=one.name,
            name=name,
            expression=self._expression(one, column),
            label=column.label or humanize(column.name),
            description=_text(column.description or (known.comment if known else "")),
            is_time=is_time,
            role=_role(one.table, column, known, is_time=is_time, is_measured=name in measured),
            grains=(GRAINS if known is None or known.type == "timestamp" else GRAINS[1:]) if is_time else (),
        )

    def _own(self, one: _Found, column: SupersetColumn) -> TableColumn | None:
        """The column of the table that it is; None for what a query computes."""
        said = one.called.get(column.name)
        if said is not None and not isinstance(said, exp.Column):
            return None
        found = find_column(one.table, said.name if said is not None else column.name)
        if found is None:
            raise NotCarried(f"the table {one.table.name} has no such column")
        return found

    def _expression(self, one: _Found, column: SupersetColumn) -> Expression:
        if not column.expression and column.name not in one.called:
            found = find_column(one.table, column.name)
            return Expression({ANSI: exp.column(expressions.identifier(found.name if found else column.name)).sql()})
        tree = sql.parsed(column.expression, self._dialect) if column.expression else exp.column(column.name, quoted=True)
        if tree.find(exp.AggFunc):
            raise NotCarried("it holds an aggregate")
        tree = sql.over_columns(tree, one.given.table, one.called, self._dialect)
        self._say_division(tree, f"column `{one.name}.{column.name}`")
        return sql.expression(tree, self._dialect)

    def _metrics(self, one: _Found, names: Mapping[str, int], measured: set[str]) -> Iterator[Metric]:
        for metric in one.given.metrics:
            name = _metric_name(metric)
            name = name if names[name] == 1 and name != "count" else f"{one.name}_{name}"
            try:
                tree = sql.parsed(metric.expression, self._dialect)
                tree = sql.over_fields(tree, one.name, one.given.table, one.fields, self._dialect)
            except NotCarried as why:
                self.left.append(f"metric `{metric.name}` of `{one.name}`: {why}; it was left out.")
                continue
            differs = self._say_division(tree, f"metric `{name}`")
            if problem := _strange(metric.format):
                self.left.append(f"metric `{name}`: its format {problem!r} is not carried.")
            measured |= {c.name for each in tree.find_all(exp.Sum, exp.Avg) for c in each.find_all(exp.Column)}
            made = self._metric(one, metric, name, tree)
            yield replace(made, certification=UNREVIEWED) if differs else made  # nobody vouched for what it is here

    def _metric(self, one: _Found, metric: SupersetMetric, name: str, tree: exp.Expr) -> Metric:
        is_count = isinstance(tree, exp.Count) and isinstance(tree.this, exp.Star)
        things = humanize(one.name).lower()
        label = metric.label if metric.label.lower().replace(" ", "") not in _COUNTS else ""
        warnings = (metric.warning, *warning_there(metric.extra).split(PARAGRAPH))
        said = _told(metric) | ({"unit": things} if is_count else {})
        return Metric(
            name=name,
            expression=sql.expression(tree, self._dialect),
            label=label or (f"Number of {things}" if is_count and _metric_name(metric) == "count" else humanize(metric.name)),
            dataset=one.name,
            description=_text(metric.description),
            additivity="additive" if sql.adds_up(tree) else "non_additive",
            caveats=tuple(dict.fromkeys(_text(each) for each in warnings if _text(each))),
            certification=_certified(metric.extra) or UNREVIEWED,
            **said,
        )

    def _say_division(self, tree: exp.Expr, what: str) -> bool:
        """Whether its numbers may be others here."""
        differs = sql.divides_whole(tree, self._dialect)
        if differs:
            self.left.append(
                f"{what}: here a division is one of real numbers and by zero without a value; in Superset the engine may cut off what is "
                "behind the point, or stumble over zero."
            )
        return differs

    def _joined(self, model: SemanticModel, found: Sequence[_Found]) -> SemanticModel:
        """By the foreign keys of the catalog, as long as each dataset is reached in one way."""
        first: dict[tuple[str | None, str], _Found] = {}
        for one in found:
            first.setdefault((one.table.schema, one.table.name), one)
        for one in found:
            for key in one.table.foreign_keys:
                other = first.get((key.table_schema or one.table.schema, key.table))
                if other is None or other.name == one.name or one.given.sql:
                    continue
                name = f"{one.name}_{'_'.join(key.columns)}_to_{other.name}"
                joined = Relationship(usable(name), one.name, other.name, key.columns, key.to_columns)
                wider = replace(_with_key(model, joined), relationships=(*model.relationships, joined))
                if any(paths(wider, dataset.name).ambiguous for dataset in wider.datasets):
                    by = ", ".join(key.columns)
                    self.left.append(f"the join from `{one.name}` to `{other.name}` by {by} would be a second way there; it was left out.")
                    continue
                model = wider
        return model


def _with_key(model: SemanticModel, joined: Relationship) -> SemanticModel:
    """What is joined by is unique there: the database says so."""
    one = model.dataset(joined.one)
    if one is None or frozenset(joined.one_columns) in one.unique_sets():
        return model
    wider = replace(one, unique_keys=(*one.unique_keys, joined.one_columns))
    return replace(model, datasets=tuple(wider if each is one else each for each in model.datasets))


def _role(table: Table, column: SupersetColumn, known: TableColumn | None, *, is_time: bool, is_measured: bool) -> Any:
    keys = {*table.primary_key, *(name for key in table.foreign_keys for name in key.columns)}
    if known is not None and known.name in keys:
        return "key"
    if is_time:
        return "time"
    is_number = known is not None and known.type == "number"
    return "attribute" if not column.groups or is_measured or is_number else "dimension"


def _metric_name(metric: SupersetMetric) -> str:
    return usable(metric.name).lower()


def _distinct(metrics: Sequence[Metric]) -> Iterator[Metric]:
    """Under names of their own, whatever they were called."""
    seen: set[str] = set()
    for metric in metrics:
        name, number = metric.name, 1
        while name in seen:
            number += 1
            name = f"{metric.name}_{number}"
        seen.add(name)
        yield replace(metric, name=name)


def _field_names(columns: Sequence[str]) -> dict[str, str]:
    """One of its own for each column, whatever signs it has; a column that is called like a field as it is keeps its name."""
    names = {column: column for column in columns if usable(column) == column}
    for column in columns:
        wish, number = usable(column), 1
        while column not in names and wish in names.values():
            number += 1
            wish = f"{usable(column)}_{number}"
        names.setdefault(column, wish)
    return names


def _told(metric: SupersetMetric) -> dict[str, Any]:
    """Unit, format and decimals, of d3's format and of a currency."""
    found = _D3.fullmatch(metric.format)
    places = {"decimals": int(found["places"])} if found and found["places"] else {"decimals": 0} if found and found["kind"] == "d" else {}
    if found and found["kind"] == "%":
        return {"format": "percent", **places}
    unit = metric.currency or (found["sign"] if found else "")
    return {"format": "currency", "unit": _SIGNS.get(unit, unit), **places} if unit else places


def _strange(written: str) -> str:
    return "" if _D3.fullmatch(written) or written == "SMART_NUMBER" else written


def _certified(extra: str) -> Certification | None:
    found = read(extra).get("certification")
    if not isinstance(found, dict) or not found.get("certified_by"):
        return None
    return Certification("certified", _text(found["certified_by"]), _text(found.get("details")))


def _source(table: Table) -> str:
    return f"{table.schema}.{table.name}" if table.schema else table.name


def _text(value: Any) -> str:
    return " ".join(str(value).split()) if value else ""
