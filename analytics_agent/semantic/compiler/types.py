"""Types of expressions, from the catalog where there is one. Ossie fields carry none."""

from collections.abc import Iterator

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.schema import MappingSchema

from analytics_agent.catalog.kept import Kept
from analytics_agent.domain.catalog import Catalog, ColumnType, Dialect, Table, TableColumn
from analytics_agent.semantic.model import Dataset, SemanticModel

_TO_SQLGLOT = {
    "integer": "bigint",
    "number": "double",
    "text": "text",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "timestamp",
    "time": "time",
    "other": "unknown",
}


def find_table(catalog: Catalog, source: str) -> Table | None:
    """The table behind a dataset's source: its last one or two parts, a bare name along the search path."""
    parts = source.replace('"', "").split(".")
    schema, name = (parts[-2] if len(parts) > 1 else None), parts[-1]
    tables = _NAMED.of(catalog).get(name, ())
    if schema is not None:
        exact = [t for t in tables if t.schema == schema]
        return exact[0] if exact else (tables[0] if len(tables) == 1 and tables[0].schema is None else None)
    order = {s: i for i, s in enumerate(catalog.search_path)}
    found = sorted((t for t in tables if t.schema in order or t.schema is None), key=lambda t: order.get(t.schema or "", -1))
    return found[0] if found else None


def _by_name(catalog: Catalog) -> dict[str, list[Table]]:
    found: dict[str, list[Table]] = {}
    for table in catalog.tables:
        found.setdefault(table.name, []).append(table)
    return found


_NAMED = Kept(_by_name)
"""Each dataset of a model asks for its table, and each statement asks for all datasets."""


def find_column(table: Table, name: str) -> TableColumn | None:
    return next((c for c in table.columns if c.name == name), None) or next(
        (c for c in table.columns if c.name.lower() == name.lower()), None
    )


class Types:
    """Answers the type of an expression over dataset aliases. Without a catalog everything is "other"."""

    def __init__(self, model: SemanticModel, catalog: Catalog | None, dialect: Dialect) -> None:
        self.dialect = dialect
        self._tables = dict(_tables(model, catalog)) if catalog else {}
        self._schema = MappingSchema(
            {name: {c.name: _TO_SQLGLOT[c.type] for c in table.columns} for name, table in self._tables.items()},
            dialect=dialect,
            normalize=False,
        )

    def of(self, tree: exp.Expr) -> ColumnType:
        """Our type of an expression whose columns are qualified by dataset names."""
        names = {column.table for column in tree.find_all(exp.Column)}
        if not self._tables or not names <= set(self._tables):
            return _ours(tree)
        first, *others = sorted(names) or sorted(self._tables)
        select = exp.select(tree.copy()).from_(exp.to_table(first))
        for name in others if names else ():
            select = select.join(exp.to_table(name), join_type="cross")
        try:
            annotated = annotate_types(select, schema=self._schema, dialect=self.dialect)
        except SqlglotError:
            return "other"
        return _ours(annotated.selects[0])

    def native(self, tree: exp.Expr) -> str:
        """The engine's own type name of a plain column, "" for anything else."""
        if not isinstance(tree, exp.Column) or tree.table not in self._tables:
            return ""
        column = find_column(self._tables[tree.table], tree.name)
        return column.native_type.lower() if column else ""


def _tables(model: SemanticModel, catalog: Catalog) -> Iterator[tuple[str, Table]]:
    for dataset in model.datasets:
        table = _table(dataset, catalog)
        if table is not None:
            yield dataset.name, table


def _table(dataset: Dataset, catalog: Catalog) -> Table | None:
    return None if is_query(dataset.source) else find_table(catalog, dataset.source)


def is_query(source: str) -> bool:
    return source.lstrip("( \n").lower().startswith(("select ", "with ", "select\n"))


def _ours(tree: exp.Expr) -> ColumnType:
    kind = tree.type
    if kind is None or kind.this == exp.DataType.Type.UNKNOWN:
        return "integer" if isinstance(tree, exp.Count) else "other"
    if kind.this in exp.DataType.INTEGER_TYPES:
        return "integer"
    if kind.this in exp.DataType.NUMERIC_TYPES:
        return "number"
    if kind.this in exp.DataType.TEXT_TYPES:
        return "text"
    if kind.this == exp.DataType.Type.BOOLEAN:
        return "boolean"
    if kind.this in (exp.DataType.Type.DATE, exp.DataType.Type.DATE32):
        return "date"
    if kind.this in exp.DataType.TEMPORAL_TYPES:
        return "timestamp"
    return "other"
