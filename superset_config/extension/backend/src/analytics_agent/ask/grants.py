"""Which tables one person may read, and which of their rows, decided from what Superset knows of them. Pure; knows nothing of Superset.
Any doubt refuses."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

LIFE_SECONDS = 60
"""Seconds for which a run believes an answer: one request more in a minute, and a right that is taken is gone in the next one."""
MOST_TABLES = 20_000
LONGEST_CLAUSE = 20_000

Rows = tuple[tuple[str, ...], ...]
"""Conditions on rows: of each inner tuple one must hold, and all of the outer one."""


@dataclass(frozen=True)
class Table:
    schema: str | None
    name: str


@dataclass(frozen=True)
class Dataset:
    """A dataset of one database. A virtual one may be called like a table and gives no right to it. One `elsewhere` is of another catalog
    (a PostgreSQL database beside ours on that server): its table is none of ours."""

    id: int
    table: Table
    virtual: bool
    elsewhere: bool = False


@dataclass(frozen=True)
class Clause:
    """A row rule as Superset would put it into a statement for this person. Without a text: its template could not be rendered."""

    text: str | None
    group: str | None = None


@dataclass(frozen=True)
class Reach:
    """How far one person reaches in one database: all of it, whole schemas, single datasets. `rules` are, by dataset, the row rules that
    leave this person only a part. `sql_lab`: may write statements there, and so read what nobody made a dataset of."""

    everything: bool
    schemas: frozenset[str]
    datasets: frozenset[int]
    rules: Mapping[int, tuple[Clause, ...]] = field(default_factory=dict)
    sql_lab: bool = True

    def any(self, datasets: Iterable[Dataset]) -> bool:
        """Whether there is anything of this database that the person may ask about."""
        return self.everything or bool(self.schemas) or any(one.id in self.datasets and _opens(one) for one in datasets)


@dataclass(frozen=True)
class Readable:
    """A table that the person may read; without `rows` all of it."""

    table: Table
    rows: Rows = ()

    def body(self) -> dict[str, Any]:
        return {"schema": self.table.schema, "name": self.table.name, "rows": [list(group) for group in self.rows]}


@dataclass(frozen=True)
class Person:
    """Whom the grant is for, by Superset's number and name, and what the person's roles are called."""

    number: int
    username: str
    roles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Grant:
    """What the service account is told. `everything` holds for tables too that were not asked about."""

    database: bool = False
    everything: bool = False
    tables: tuple[Readable, ...] = ()
    withheld: int = 0

    def body(self, person: Person | None) -> dict[str, Any]:
        """`policy` is a hash of all that the person may see: whoever reads this can tell that nothing of it was lost."""
        tables = [table.body() for table in self.tables]
        told = {"known": person is not None, "database": self.database, "everything": self.everything, "tables": tables}
        about = {"user": person.number, "username": person.username, "roles": list(person.roles)} if person else {}
        return {**told, **about, "withheld": self.withheld, "policy": digest(self.everything, tables), "expires_in": LIFE_SECONDS}


def digest(everything: bool, tables: list[dict[str, Any]]) -> str:
    """SHA-256 of the right as it is sent."""
    return hashlib.sha256(json.dumps([everything, tables], sort_keys=True).encode()).hexdigest()


def grant(tables: Iterable[Table], datasets: Iterable[Dataset], reach: Reach) -> Grant:
    """Of these tables those which the person may read, each with the rows of it.

    A person under row rules who may not use SQL Lab sees in Superset only what somebody made a dataset of, so here too: a view without
    one would show the rows that the rules hide.
    """
    datasets = tuple(datasets)
    if not reach.any(datasets):
        return Grant()
    asked = tuple(dict.fromkeys(tables))
    own = {one.table for one in datasets if _opens(one)}
    opened = {one.table for one in datasets if _opens(one) and one.id in reach.datasets}
    reached = [table for table in asked if reach.everything or table.schema in reach.schemas or table in opened]
    ruled = [one for one in datasets if reach.rules.get(one.id) and not one.elsewhere]
    if ruled and not reach.sql_lab:
        reached = [table for table in reached if table in own]
    rules = _rules(asked, ruled, reach)
    readable = tuple(Readable(table, rows) for table in reached if (rows := _rows(rules.get(table, ()))) is not None)
    return Grant(True, reach.everything and not ruled, readable, len(reached) - len(readable))


def _opens(dataset: Dataset) -> bool:
    return not dataset.virtual and not dataset.elsewhere


def _rules(asked: tuple[Table, ...], ruled: list[Dataset], reach: Reach) -> dict[Table, list[tuple[Clause, ...]]]:
    """The rules of each table that was asked about, those of each dataset by themselves.

    Superset, in SQL Lab, takes the one dataset of exactly this name and schema, a virtual one too, and stumbles over two. Its charts
    take the dataset that they stand on. So all datasets that may mean a table hold for it together, which is never looser than any:
    also one without a schema, and one in other letters unless a table is called exactly so.
    """
    exact, folded, by_name = set(asked), _grouped(asked, _key), _grouped(asked, lambda table: table.name.casefold())
    found: dict[Table, list[tuple[Clause, ...]]] = {}
    for one in ruled:
        bare = Table(None, one.table.name)
        if one.table.schema is None:
            meant = by_name.get(one.table.name.casefold(), ())
        else:
            meant = (one.table,) if one.table in exact else folded.get(_key(one.table), ())
            meant = (*meant, *((bare,) if bare in exact else folded.get(_key(bare), ())))
        for table in meant:
            found.setdefault(table, []).append(reach.rules[one.id])
    return found


def _grouped(tables: Iterable[Table], key: Any) -> dict[Any, tuple[Table, ...]]:
    found: dict[Any, tuple[Table, ...]] = {}
    for table in tables:
        found[key(table)] = (*found.get(key(table), ()), table)
    return found


def _key(table: Table) -> tuple[str | None, str]:
    return table.schema.casefold() if table.schema else None, table.name.casefold()


def _rows(rules: Iterable[tuple[Clause, ...]]) -> Rows | None:
    """As Superset joins them: those of one group of one dataset add up (OR), all else holds together (AND). Sorted, so that the same
    rules are the same text. None when one of them cannot be told."""
    groups: list[tuple[str, ...]] = []
    for clauses in rules:
        texts = [clause.text for clause in clauses]
        if any(text is None or not text.strip() or len(text) > LONGEST_CLAUSE for text in texts):
            return None
        groups += [(clause.text or "",) for clause in clauses if not clause.group]
        named = sorted({clause.group for clause in clauses if clause.group})
        groups += [tuple(sorted({clause.text or "" for clause in clauses if clause.group == name})) for name in named]
    return tuple(sorted(set(groups)))
