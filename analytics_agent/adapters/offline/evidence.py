"""The evidence as analyze and synthesize are shown it, with the questions their rules ask of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any


@dataclass(frozen=True)
class Column:
    name: str
    label: str
    type: str = "number"
    unit: str | None = None
    format: str = "number"
    metric: str | None = None
    dimension: str | None = None
    additive: bool | None = None


@dataclass(frozen=True)
class Shown:
    """One result: columns, and as many of its rows as were shown."""

    id: str
    title: str
    source: str
    rows: int
    columns: tuple[Column, ...]
    preview: tuple[Mapping[str, Any], ...]
    request: Mapping[str, Any]

    @cached_property
    def metrics(self) -> tuple[Column, ...]:
        return tuple(c for c in self.columns if c.metric)

    @cached_property
    def dimensions(self) -> tuple[Column, ...]:
        return tuple(c for c in self.columns if c.dimension)

    @cached_property
    def time(self) -> Column | None:
        return next((c for c in self.dimensions if ":" in (c.dimension or "")), None)

    @cached_property
    def things(self) -> tuple[Column, ...]:
        """Dimensions other than time."""
        return tuple(c for c in self.dimensions if c != self.time)

    @cached_property
    def codes(self) -> Mapping[str, Column]:
        """The code that stands before a name, by the name's column: it calls the rows that have no name."""
        return {name.name: code for code, name in pairwise(self.things) if self._is_name_of(code, name)}

    @cached_property
    def names(self) -> tuple[Column, ...]:
        """What calls a row: the things, a code and its name as one."""
        return tuple(column for column in self.things if column not in self.codes.values())

    def _is_name_of(self, code: Column, name: Column) -> bool:
        """A name comes from the table that the code leads to, is longer than its code, and each goes with one code only."""
        pairs = {(row.get(code.name), row[name.name]) for row in self.preview if row.get(name.name) is not None}
        if not pairs or None in {short for short, _ in pairs} or not len({s for s, _ in pairs}) == len({n for _, n in pairs}) == len(pairs):
            return False
        if name.label.lower() == f"{code.label.lower()} name":
            return True
        elsewhere = (code.dimension or "").partition(".")[0] != (name.dimension or "").partition(".")[0]
        is_key = code.type == "integer" and code.label.lower().split()[-1:] in (["id"], ["key"])
        return is_key or (elsewhere and all(len(str(short)) < len(str(long)) for short, long in pairs))

    def named_by(self) -> Column | None:
        """The dimension to call rows by: the last one, which is the name of a code, where every row has it."""
        full = [c for c in self.things if all(row.get(c.name) is not None for row in self.preview)]
        return full[-1] if full else (self.things[0] if self.things else None)

    def has(self, *names: str) -> bool:
        return {c.name for c in self.columns} >= set(names)


class Evidence:
    """All results handed on, the primary one, and what was found in them."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.results = {r["id"]: _shown(r) for r in data.get("results", ())}
        self.primary = self.results.get(str(data.get("primary")))
        self.readings = [str(text) for text in data.get("readings", ())]
        self.caveats = [str(text) for text in data.get("caveats", ())]
        self.findings = [f for f in data.get("findings", ()) if f.get("result") in self.results]

    def drivers(self) -> list[Shown]:
        """Results that split the primary one further: the same groups and more."""
        if self.primary is None or not self.primary.dimensions:
            return []
        keys = {c.dimension for c in self.primary.dimensions}
        others = [r for r in self.results.values() if r is not self.primary and r.source != "computed"]
        return [r for r in others if keys < {c.dimension for c in r.dimensions}]

    def sides(self) -> tuple[Column, Any, Any] | None:
        """The column and the two values that the primary result sets side by side."""
        primary = self.primary
        if primary is None or primary.rows != 2 or not primary.dimensions:
            return None
        column = primary.dimensions[0]
        wanted = [f for f in primary.request.get("filters", ()) if f["field"] == column.dimension and f["op"] == "in"]
        if not wanted and column != primary.time:
            return None
        values = wanted[0]["values"] if wanted else [row[column.name] for row in primary.preview]
        return (column, values[0], values[1]) if len(values) == 2 and None not in values else None


def _shown(data: Mapping[str, Any]) -> Shown:
    known = set(Column.__dataclass_fields__)
    described = ({"label": _label(c["name"]), **c} for c in data.get("columns", ()))
    columns = tuple(Column(**{k: v for k, v in c.items() if k in known}) for c in described)
    return Shown(
        id=data["id"],
        title=data.get("title", ""),
        source=data.get("source", ""),
        rows=int(data.get("rows", 0)),
        columns=columns,
        preview=tuple(rows_of(data)),
        request=data.get("request") or {},
    )


def rows_of(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows that a result was shown with, each by the names of its columns; rows come as lists in their order, or named already."""
    names = [column["name"] for column in data.get("columns", ())]
    return [row if isinstance(row, dict) else dict(zip(names, row, strict=True)) for row in data.get("preview", ())]


def _label(name: str) -> str:
    """The label of a column that was shown without one: it says what the name says."""
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]
