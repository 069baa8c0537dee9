"""Superset's datasets as its REST API tells them, and what is to be changed of them. Texts that are not there are empty."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class SupersetColumn:
    """`expression` is that of a calculated column, and empty for one of the table's own."""

    id: int
    name: str
    type: str = ""
    expression: str = ""
    label: str = ""
    description: str = ""
    is_time: bool = False
    groups: bool = True
    is_active: bool = True


@dataclass(frozen=True)
class SupersetMetric:
    """`format` is written as d3 has it. `currency` is a code or a sign, `extra` the JSON in which Superset keeps a certification."""

    id: int
    name: str
    expression: str
    label: str = ""
    description: str = ""
    format: str = ""
    currency: str = ""
    warning: str = ""
    extra: str = ""


@dataclass(frozen=True)
class SupersetDataset:
    """`sql` is empty where it is a table. `changed` is when it was changed last; `charts` are not looked at."""

    id: int
    uuid: str
    table: str
    schema: str | None = None
    sql: str = ""
    description: str = ""
    owners: tuple[str, ...] = ()
    time_column: str = ""
    extra: str = ""
    changed: str = ""
    columns: tuple[SupersetColumn, ...] = ()
    metrics: tuple[SupersetMetric, ...] = ()


@dataclass(frozen=True)
class PartEdit:
    """What becomes of a column or a metric: `changes` by Superset's names of its properties. Without `id` it is made."""

    name: str
    id: int | None
    changes: Mapping[str, Any]


@dataclass(frozen=True)
class NewDataset:
    """Of a table, or of the rows of `sql`. Under one `uuid` there is one, however often it is asked for; without a schema it is made in
    that of the database."""

    uuid: str
    schema: str | None = None
    sql: str = ""


@dataclass(frozen=True)
class DatasetEdit:
    """What becomes of a dataset as it was at `changed`; one that was changed since is left as it is. With `new` it is made first, and has
    no number and no past; its parts are meant by their names."""

    id: int
    name: str
    changed: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    columns: tuple[PartEdit, ...] = ()
    metrics: tuple[PartEdit, ...] = ()
    new: NewDataset | None = None


@dataclass(frozen=True)
class DatasetsRead:
    """What was read at one time. It names people, so its file is removed when it was taken; `once` makes that nobody else's file."""

    once: str
    datasets: tuple[SupersetDataset, ...]


@dataclass(frozen=True)
class DatasetEdits:
    """What is to be done at one time; its file is removed as that of what was read."""

    once: str
    edits: tuple[DatasetEdit, ...]
