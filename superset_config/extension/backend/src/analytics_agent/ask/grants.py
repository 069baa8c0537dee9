"""Which tables one person may read, decided from what Superset knows of them. Pure; knows nothing of Superset. Any doubt refuses."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

LIFE_SECONDS = 300
MOST_TABLES = 20_000


@dataclass(frozen=True)
class Table:
    schema: str | None
    name: str


@dataclass(frozen=True)
class Dataset:
    """A dataset of one database. A virtual one may be called like a table and is none of ours (a statement, a table elsewhere): it
    gives no right to the table."""

    id: int
    table: Table
    virtual: bool


@dataclass(frozen=True)
class Reach:
    """How far one person reaches in one database: all of it, whole schemas, single datasets. `ruled` are the datasets of which
    row rules leave this person only a part."""

    everything: bool
    schemas: frozenset[str]
    datasets: frozenset[int]
    ruled: frozenset[int]

    def any(self, datasets: Iterable[Dataset]) -> bool:
        """Whether there is anything of this database that the person may ask about."""
        return self.everything or bool(self.schemas) or any(one.id in self.datasets and not one.virtual for one in datasets)


@dataclass(frozen=True)
class Grant:
    """What the service account is told. `everything` holds for tables too that were not asked about."""

    known: bool = True
    database: bool = False
    everything: bool = False
    tables: tuple[Table, ...] = ()
    withheld: int = 0

    def body(self) -> dict[str, Any]:
        tables = [{"schema": table.schema, "name": table.name} for table in self.tables]
        told = {"known": self.known, "database": self.database, "everything": self.everything, "tables": tables}
        return {**told, "withheld": self.withheld, "expires_in": LIFE_SECONDS}


UNKNOWN = Grant(known=False)


def grant(tables: Iterable[Table], datasets: Iterable[Dataset], reach: Reach) -> Grant:
    """Of these tables those which the person may read, whole. Superset matches rules to tables by exact name and schema; here a
    dataset without a schema, or in other letters, counts too."""
    datasets = tuple(datasets)
    if not reach.any(datasets):
        return Grant()
    ruled = {_key(one.table) for one in datasets if one.id in reach.ruled}
    open_tables = {one.table for one in datasets if one.id in reach.datasets and not one.virtual}
    reached = [table for table in tables if reach.everything or table.schema in reach.schemas or table in open_tables]
    whole = tuple(table for table in reached if not _is_ruled(table, ruled))
    return Grant(
        database=True,
        everything=reach.everything and not ruled,
        tables=whole,
        withheld=len(reached) - len(whole),
    )


def _is_ruled(table: Table, ruled: set[tuple[str | None, str]]) -> bool:
    schema, name = _key(table)
    if schema is None:
        return any(name == other for _, other in ruled)
    return (schema, name) in ruled or (None, name) in ruled


def _key(table: Table) -> tuple[str | None, str]:
    return table.schema.casefold() if table.schema else None, table.name.casefold()
