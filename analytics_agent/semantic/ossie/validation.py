"""A model against a database: do its tables and columns exist there, and do its expressions type? Inner structure was checked by `load`."""

from collections.abc import Iterator

from analytics_agent.domain.catalog import Catalog, Table
from analytics_agent.semantic.compiler import expressions
from analytics_agent.semantic.compiler.expressions import Unusable
from analytics_agent.semantic.compiler.types import find_column, find_table, is_query
from analytics_agent.semantic.model import Dataset, SemanticModel
from analytics_agent.semantic.ossie import typed


def validate(model: SemanticModel, catalog: Catalog) -> tuple[str, ...]:
    """Every problem as a sentence with its line; empty when the model fits the database."""
    tables = {d.name: find_table(catalog, d.source) for d in model.datasets if not is_query(d.source)}
    missing = [*_sources(model, tables, catalog), *_fields(model, tables, catalog), *_metrics(model, tables, catalog)]
    return tuple(dict.fromkeys(missing or typed.problems(model, catalog)))


def _sources(model: SemanticModel, tables: dict[str, Table | None], catalog: Catalog) -> Iterator[str]:
    known = ", ".join(t.name for t in catalog.tables[:20])
    for dataset in model.datasets:
        if dataset.name in tables and tables[dataset.name] is None:
            yield f"line {dataset.line}: dataset `{dataset.name}`: the database has no table `{dataset.source}`; it has {known}."
        yield from _missing(dataset, tables.get(dataset.name), dataset.valid or (), f"line {dataset.line}: dataset `{dataset.name}`")
    for r in model.relationships:
        for name, columns in ((r.many, r.many_columns), (r.one, r.one_columns)):
            yield from _missing(model.dataset(name), tables.get(name), columns, f"line {r.line}: relationship `{r.name}`")


def _missing(dataset: Dataset | None, table: Table | None, columns: tuple[str, ...], where: str) -> Iterator[str]:
    fields = {f.name for f in dataset.fields} if dataset else set()
    for column in columns:
        if table is not None and column not in fields and find_column(table, column) is None:
            yield f"{where}: `{table.name}` has no column `{column}`; it has {', '.join(c.name for c in table.columns[:30])}."


def _fields(model: SemanticModel, tables: dict[str, Table | None], catalog: Catalog) -> Iterator[str]:
    for field in model.fields():
        where = f"line {field.expression.line}: field `{field.path}`"
        try:
            tree = expressions.parse(field.expression, catalog.dialect)
        except (Unusable, KeyError) as problem:
            yield f"{where}: {problem}."
            continue
        names = tuple(column.name for column in expressions.columns(tree))
        yield from _missing(None, tables.get(field.dataset), names, where)


def _metrics(model: SemanticModel, tables: dict[str, Table | None], catalog: Catalog) -> Iterator[str]:
    for metric in model.metrics:
        where = f"line {metric.expression.line}: metric `{metric.name}`"
        if metric.stands_on:
            continue
        try:
            tree = expressions.parse(metric.expression, catalog.dialect)
        except (Unusable, KeyError) as problem:
            yield f"{where}: {problem}."
            continue
        for column in expressions.columns(tree):
            name = column.table or metric.dataset
            yield from _missing(model.dataset(name), tables.get(name), (column.name,), where)
