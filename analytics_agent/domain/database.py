"""A warehouse as people see it: never with its URI."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class DatabaseView:
    """`tables`, `fingerprint` and `read_at` are None until the catalog was read once. `warnings` are sentences: a login that can write."""

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
