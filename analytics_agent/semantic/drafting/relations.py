"""Relationships between datasets: declared keys first, then found ones, none by which a dataset would be reached in two ways."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from analytics_agent.catalog.restrict import name_of
from analytics_agent.domain.catalog import ForeignKey, Table, TableName
from analytics_agent.semantic.drafting.keys import FoundKey
from analytics_agent.semantic.drafting.naming import Names
from analytics_agent.semantic.joins import paths
from analytics_agent.semantic.model import Dataset, Relationship, SemanticModel


@dataclass
class Joins:
    """Relationships between datasets, which are here with their keys."""

    datasets: dict[str, tuple[str, ...]]
    relationships: list[Relationship] = field(default_factory=list)

    def add(self, one: Relationship) -> bool:
        """False, and it is left out, where some dataset would be reached in two ways."""
        tried = SemanticModel(
            "tried", tuple(Dataset(n, n, primary_key=key) for n, key in self.datasets.items()), (*self.relationships, one)
        )
        is_clear = not any(paths(tried, fact).ambiguous for fact in self._reaching(one))
        if is_clear:
            self.relationships.append(one)
        return is_clear

    def _reaching(self, one: Relationship) -> set[str]:
        """The datasets whose ways may lead over it."""
        near: dict[str, set[str]] = {}
        for each in (*self.relationships, one):
            near.setdefault(each.one, set()).add(each.many)
            near.setdefault(each.many, set()).add(each.one)
        found, new = set[str](), {one.many}
        while new:
            found |= new
            new = {other for name in new for other in near.get(name, ())} - found
        return found


def joined(
    tables: Sequence[Table],
    names: Mapping[TableName, str],
    keys: Mapping[TableName, Sequence[ForeignKey]],
    unique: Mapping[TableName, tuple[str, ...]],
    role_names: Names,
) -> tuple[list[Relationship], dict[str, TableName]]:
    """Relationships, and datasets for second roles by the table that they show: of two declared keys to airports, the second leads to a
    dataset of its own. A found key that would make two ways is left out."""
    kept = Joins({names[name_of(table)]: unique[name_of(table)] for table in tables})
    roles: dict[str, TableName] = {}
    free = Names()
    for table, key in _all_keys(tables, keys):
        target = TableName(key.table_schema or table.schema, key.table)
        if target not in names or set(unique[target]) != set(key.to_columns):
            continue
        many, one = names[name_of(table)], names[target]
        called = free.free(f"{many}_to_{one}", f"{many}_{'_'.join(key.columns)}_to_{one}")
        made = Relationship(called, many, one, key.columns, key.to_columns)
        if not kept.add(made) and key in table.foreign_keys:
            role = role_names.free(f"{'_'.join(key.columns)}_{one}", f"{many}_{'_'.join(key.columns)}_{one}")
            roles[role] = target
            kept.datasets[role] = unique[target]
            kept.add(replace(made, one=role))
    return kept.relationships, roles


def _all_keys(tables: Sequence[Table], keys: Mapping[TableName, Sequence[ForeignKey]]) -> Iterator[tuple[Table, ForeignKey]]:
    """Declared ones first."""
    yield from ((table, key) for table in tables for key in table.foreign_keys)
    yield from ((table, key) for table in tables for key in keys[name_of(table)][len(table.foreign_keys) :])


def as_keys(table: Table, found: Sequence[FoundKey]) -> Iterator[ForeignKey]:
    for one in found:
        if one.table == name_of(table):
            yield ForeignKey((one.column,), one.target.schema, one.target.name, (one.target_column,))


def as_document(one: Relationship) -> dict[str, Any]:
    columns = {"from_columns": list(one.many_columns), "to_columns": list(one.one_columns)}
    return {"name": one.name, "from": one.many, "to": one.one, **columns}
