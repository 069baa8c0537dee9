"""What a person may read. Whoever comes with an API key is an operator and may read what the database's login may."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

PERSON = "superset:"
"""A run's owner is the id of an API key, or this and Superset's own number of a person: "superset:7"."""


@dataclass(frozen=True)
class Principal:
    """Who asks: an API key, or a person whom Superset's extension vouches for. `id` owns the runs that are asked."""

    id: str
    name: str
    scopes: tuple[str, ...]
    kind: Literal["key", "person"] = "key"


@dataclass(frozen=True)
class TableName:
    schema: str | None
    name: str


@dataclass(frozen=True)
class Grant:
    """What one person may read of one database. `tables` is None where that is everything.

    `withheld` counts tables that the person may read in part (row rules apply) and that we leave out whole, because we cannot
    apply the rules yet. After `until` the grant is to be asked for again.
    """

    tables: tuple[TableName, ...] | None = None
    withheld: int = 0
    until: datetime | None = None


def is_person(owner: str) -> bool:
    return owner.startswith(PERSON)


def person_number(owner: str) -> int | None:
    """Superset's own number of the person who owns a run; None for an API key."""
    number = owner.removeprefix(PERSON) if is_person(owner) else ""
    return int(number) if number.isascii() and number.isdigit() else None
