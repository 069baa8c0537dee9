"""Datasets that Superset does not have yet: what is made there for a dataset of the model, and what stands for it until then."""

from collections.abc import Sequence
from uuid import UUID, uuid5

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from analytics_agent.domain.catalog import Catalog, Dialect, Table
from analytics_agent.domain.database import superset_uuid
from analytics_agent.domain.superset_dataset import NewDataset, SupersetColumn, SupersetDataset
from analytics_agent.semantic.compiler import expressions
from analytics_agent.semantic.compiler.expressions import Unusable
from analytics_agent.semantic.exchange import superset_sql as sql
from analytics_agent.semantic.exchange.dbt_filters import NotCarried
from analytics_agent.semantic.model import Dataset, SemanticModel
from analytics_agent.sql.as_written import spoken

MOST = 50
"""Made at once: Superset looks at the database for each."""


def new_dataset(dataset: Dataset, table: Table | None, catalog: Catalog) -> NewDataset:
    """Of the table, or of the rows of its query."""
    what = f"table:{table.schema}.{table.name}" if table else f"query:{dataset.name}"
    uuid = str(uuid5(UUID(superset_uuid(catalog.database)), f"dataset:{what}"))
    return NewDataset(uuid, table.schema, "") if table else NewDataset(uuid, None, dataset.source.strip())


def stand_in(
    model: SemanticModel, dataset: Dataset, table: Table | None, catalog: Catalog, datasets: Sequence[SupersetDataset]
) -> SupersetDataset:
    """The dataset as Superset will make it. Raises NotCarried where it may not be made."""
    new, name = new_dataset(dataset, table, catalog), table.name if table else dataset.name
    if any(one.uuid == new.uuid for one in datasets):
        raise NotCarried("the dataset that was made for it is something else in Superset now, and stays as it is")
    if new.sql:
        if sql.TEMPLATE.search(new.sql):
            raise NotCarried("its query holds what Superset would take for Jinja")
        if any(one.name.lower() == name.lower() for one in catalog.tables):
            raise NotCarried(f"it is a query, and a table is called {name} too; call it otherwise")
    if any(one.table.lower() == name.lower() and (bool(one.sql) or bool(new.sql)) for one in datasets):
        raise NotCarried(f"another dataset of Superset is called {name}")
    own = [column.name for column in table.columns] if table else _plain_columns(model, dataset, catalog.dialect)
    return SupersetDataset(
        0,
        new.uuid,
        name,
        new.schema,
        new.sql,
        time_column=_time_column(model, dataset, catalog.dialect),
        columns=tuple(SupersetColumn(0, column) for column in own),
    )


def _plain_columns(model: SemanticModel, dataset: Dataset, dialect: Dialect) -> list[str]:
    """The columns of a query that fields name; the others are there, too, and nothing is said of them."""
    trees = [_tree(model, field.path, dialect) for field in dataset.fields]
    return list(dict.fromkeys(tree.name for tree in trees if isinstance(tree, exp.Column)))


def _time_column(model: SemanticModel, dataset: Dataset, dialect: Dialect) -> str:
    time = model.default_time(dataset.name)
    if time is None or time.dataset != dataset.name:
        return ""
    tree = _tree(model, time.path, dialect)
    return tree.name if isinstance(tree, exp.Column) else time.name


def _tree(model: SemanticModel, path: str, dialect: Dialect) -> exp.Expr | None:
    try:
        return expressions.field_sql(model, path, dialect)
    except Unusable:
        return None


def of_query(dataset: Dataset, catalog: Catalog, datasets: Sequence[SupersetDataset]) -> SupersetDataset | None:
    """The dataset of Superset over the same query: ours, or one that somebody made. Raises NotCarried where ours has another one now."""
    uuid = new_dataset(dataset, None, catalog).uuid
    ours = next((one for one in datasets if one.uuid == uuid), None)
    if ours is not None and not _same(ours.sql, dataset.source, catalog.dialect):
        raise NotCarried(f"the query of {ours.table} in Superset is another one than the model's; set it right there, and do it again")
    return ours or next((one for one in datasets if one.sql and _same(one.sql, dataset.source, catalog.dialect)), None)


def _same(one: str, other: str, dialect: Dialect) -> bool:
    if one.strip() == other.strip():
        return True
    try:
        return sqlglot.parse_one(one, read=spoken(dialect)) == sqlglot.parse_one(other, read=spoken(dialect))
    except (SqlglotError, RecursionError):
        return False
