"""The part of a catalog that a person may read: as if the rest did not exist, in names, keys, comments and fingerprint."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from analytics_agent.catalog.build import fingerprint
from analytics_agent.domain.catalog import Catalog, ForeignKey, Table, TableColumn, TableName

_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Hidden:
    """Names that must not be told, each as its lower-case words: "dest airports" and "Dest_Airports" are the same."""

    names: frozenset[tuple[str, ...]]

    @classmethod
    def of(cls, names: Iterable[str]) -> "Hidden":
        return cls(frozenset(words for name in names if (words := _words(name))))

    def without(self, names: Iterable[str]) -> "Hidden":
        return Hidden(self.names - Hidden.of(names).names)

    def named_in(self, text: str) -> bool:
        """Whether the text holds one of the names, as whole words."""
        words = _words(text)
        return any(words[at : at + length] in self.names for length in self._lengths for at in range(len(words) - length + 1))

    @cached_property
    def _lengths(self) -> frozenset[int]:
        """Of the names, in words: with thousands of tables they are looked up, not tried one by one."""
        return frozenset(len(name) for name in self.names)

    def told(self, text: str) -> str:
        """The text, or nothing of it: a sentence without the name may still speak of the thing."""
        return "" if self.named_in(text) else text


def restricted(catalog: Catalog, tables: Iterable[TableName] | None) -> Catalog:
    """Only these tables; None for all. Keys that point outside are gone, and so are comments that name a hidden table."""
    if tables is None:
        return catalog
    granted = set(tables)
    kept = [table for table in catalog.tables if name_of(table) in granted]
    if len(kept) == len(catalog.tables):
        return catalog
    names, hidden = {name_of(table) for table in kept}, hidden_tables(catalog, kept)
    alone = tuple(_alone(table, names, hidden) for table in kept)
    return replace(catalog, tables=alone, fingerprint=fingerprint(alone))


def hidden_tables(catalog: Catalog, kept: Iterable[Table]) -> Hidden:
    """The names of all other tables, but for a name that a table which is kept bears too."""
    names = {name_of(table) for table in kept}
    others = (table.name for table in catalog.tables if name_of(table) not in names)
    return Hidden.of(others).without(name.name for name in names)


def name_of(table: Table) -> TableName:
    return TableName(table.schema, table.name)


def _alone(table: Table, names: set[TableName], hidden: Hidden) -> Table:
    keys = tuple(key for key in table.foreign_keys if _target(table, key) in names)
    columns = tuple(_column(column, hidden) for column in table.columns)
    return replace(table, columns=columns, foreign_keys=keys, comment=hidden.told(table.comment or "") or None)


def _target(table: Table, key: ForeignKey) -> TableName:
    return TableName(key.table_schema or table.schema, key.table)


def _column(column: TableColumn, hidden: Hidden) -> TableColumn:
    return replace(column, comment=None) if column.comment and hidden.named_in(column.comment) else column


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for part in _WORD.findall(text.casefold()) for word in part.split("_") if word)


def without_values(catalog: Catalog) -> Catalog:
    """The catalog without the values that some engines write into a type: ENUM('low', 'high')."""
    return replace(catalog, tables=tuple(replace(table, columns=tuple(map(bare_type, table.columns))) for table in catalog.tables))


def bare_type(column: TableColumn) -> TableColumn:
    """Without the values that its type lists."""
    return replace(column, native_type=column.native_type.partition("(")[0].strip()) if "'" in column.native_type else column
