"""A warehouse: as it was added, and as people see it, never with its URI."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID, uuid5

from analytics_agent.domain.approval import OverLimit

ModelSees = Literal["full", "masked", "schema"]
"""What a model outside is shown of a database: everything, rows with their values masked, or names and shapes alone."""

IN_SUPERSET = frozenset({"postgres", "mysql"})
"""Dialects of the databases that Superset can read beside us; a file it cannot."""
FILES = {"duckdb": "a DuckDB file", "sqlite": "an SQLite file"}
"""What the others are called, as somebody is told."""

_NAMESPACE = UUID("d3a5a5f4-3c59-5c55-9d0c-7a3b8f0a9c21")


def superset_uuid(name: str) -> str:
    """The uuid of the connection that we make in Superset for our database of this name."""
    return str(uuid5(_NAMESPACE, f"database:{name}"))


@dataclass(frozen=True)
class Database:
    """A warehouse as it was added. `uri` is a secret: encrypted in the store, never printed or logged."""

    name: str
    uri: str = field(repr=False)
    dialect: str = "postgres"
    schema: str | None = None
    semantic_model: str | None = None
    added_at: datetime | None = None
    model_sees: ModelSees = "full"
    at_once: int | None = None
    """Most statements that run in it at the same time; None is what the settings say."""

    rows_limit: int | None = None
    """Most rows that a statement may be expected to go through; 0 is no limit. None is what the settings say, here and below."""

    over_limit: OverLimit | None = None
    profiled: bool = True
    """What its columns hold is counted and kept."""


@dataclass(frozen=True)
class DatabaseView:
    """`tables`, `fingerprint` and `read_at` are None until the catalog was read once, and for people of Superset. `warnings` are
    sentences: a login that can write. `superset_uuid` names its connection in Superset, whether it is made already or not."""

    name: str
    dialect: str
    schema: str | None = None
    governed: bool = False
    """A semantic model is set."""
    tables: int | None = None
    fingerprint: str | None = None
    read_at: datetime | None = None
    added_at: datetime | None = None
    warnings: tuple[str, ...] = ()
    superset_uuid: str = ""
    model_sees: ModelSees = "full"
    at_once: int | None = None
    rows_limit: int | None = None
    over_limit: OverLimit | None = None
    examples: tuple[str, ...] = ()
    """Questions that the semantic model says it can answer, for somebody who may read all of it."""
    metrics: int | None = None
    """Of the semantic model; None without one, and for people of Superset."""
    can_write: tuple[str, ...] | None = None
    """What the login may do beyond reading, a sentence each, when the database was added or last refreshed; None is not known."""
    profiled: bool | None = None
    """Its columns are profiled; False: an administrator switched it off. None for people of Superset."""
    model_problems: tuple[str, ...] = ()
    """Why the semantic model does not fit the tables as they are now, each with its line; empty for who is no administrator."""
