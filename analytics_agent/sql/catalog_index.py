"""A catalog's names, looked up by how the engine compares them: made once for each reading of a catalog."""

from functools import cached_property
from typing import Any

from analytics_agent.catalog.kept import Kept
from analytics_agent.domain.catalog import Catalog, ForeignKey, Table
from analytics_agent.sql.identifiers import fold_name


class CatalogIndex:
    """Built as far as it is asked for: a statement names a few of a thousand tables."""

    def __init__(self, catalog: Catalog) -> None:
        self._tables, self._dialect, self._path = catalog.tables, catalog.dialect, catalog.search_path
        self.outputs: dict[int, Any] = {}

    @cached_property
    def _by_name(self) -> dict[str, list[Table]]:
        found: dict[str, list[Table]] = {}
        for table in self._tables:
            found.setdefault(fold_name(table.name, self._dialect, "table"), []).append(table)
        return found

    @cached_property
    def _by_column(self) -> dict[str, list[Table]]:
        found: dict[str, list[Table]] = {}
        for table in self._tables:
            for column in table.columns:
                found.setdefault(fold_name(column.name, self._dialect), []).append(table)
        return found

    def find(self, name: str, schema: str) -> Table | None:
        """By folded names: in the schema named, or in the first schema of the search path that has it."""
        named = self._by_name.get(name, [])
        if schema:
            return next((table for table in named if self.schema_of(table) == schema), None)
        for place in self._path:
            wanted = fold_name(place, self._dialect, "table")
            for table in named:
                if self.schema_of(table) == wanted:
                    return table
        return next((table for table in named if table.schema is None), None)

    def namesakes(self, name: str) -> list[Table]:
        """The tables of this name in any schema and any case."""
        return [table for table in self._tables if table.name.lower() == name.lower()]

    def shown(self, table: Table) -> str:
        """The shortest name that means this table: bare where the search path finds it, "schema.table" otherwise."""
        alike = [other for other in self._by_name[fold_name(table.name, self._dialect, "table")] if other.name == table.name]
        first = next((other for place in self._path for other in alike if other.schema == place), None)
        return table.name if first is table or table.schema is None else f"{table.schema}.{table.name}"

    def holding(self, column: str) -> list[Table]:
        """The tables that have a column of this folded name."""
        return self._by_column.get(column, [])

    def schema_of(self, table: Table) -> str:
        """SQLite's one schema has a name too."""
        return fold_name(table.schema or ("main" if self._dialect == "sqlite" else ""), self._dialect, "table")

    def keys_between(self, left: Table, right: Table) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
        """Columns of left and of right that a foreign key of either ties together."""
        forth = [(key.columns, key.to_columns) for key in left.foreign_keys if self._points_at(key, right)]
        back = [(key.to_columns, key.columns) for key in right.foreign_keys if self._points_at(key, left)]
        return [(of_left, of_right) for of_left, of_right in (*forth, *back) if of_left and len(of_left) == len(of_right)]

    def _points_at(self, key: ForeignKey, table: Table) -> bool:
        return key.table == table.name and key.table_schema in (None, table.schema)


_INDEXES = Kept(CatalogIndex)


def index_of(catalog: Catalog) -> CatalogIndex:
    """Kept as long as this very record of the catalog lives: another person's has other tables, whatever it is called."""
    return _INDEXES.of(catalog)
