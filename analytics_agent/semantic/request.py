"""A request to the semantic model: governed metrics by dimensions. The same shape as the tool query_metrics."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

Operator = Literal["=", "!=", "<", "<=", ">", ">=", "in", "not_in", "between", "contains", "is_null", "not_null"]
Grain = Literal["hour", "day", "week", "month", "quarter", "year"]
_WORDS = {"!=": "is not", "=": "is", "not_in": "not in", "is_null": "is missing", "not_null": "is known"}


@dataclass(frozen=True)
class Filter:
    field: str
    op: Operator
    values: tuple[str | float | int | bool, ...] = ()


@dataclass(frozen=True)
class Having:
    metric: str
    op: Literal["=", "!=", "<", "<=", ">", ">="]
    value: float


@dataclass(frozen=True)
class Period:
    """`start` inclusive, `end` exclusive. `field` is a time dimension; None is the fact's own default."""

    start: date
    end: date
    field: str | None = None


@dataclass(frozen=True)
class Order:
    field: str
    direction: Literal["asc", "desc"] = "asc"


@dataclass(frozen=True)
class MetricRequest:
    """`dimensions` are "dataset.field" or, for time, "dataset.field:grain"."""

    purpose: str
    metrics: tuple[str, ...]
    dimensions: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()
    time: Period | None = None
    having: tuple[Having, ...] = ()
    order_by: tuple[Order, ...] = ()
    limit: int | None = None

    def conditions(self) -> tuple[str, ...]:
        """What restricts the rows, in words: "season in spring, summer", "2013-06-01 to 2013-08-31"."""
        periods = [f"{self.time.start.isoformat()} to {(self.time.end - timedelta(days=1)).isoformat()}"] if self.time else []
        fields = [f.field.replace(":", " by ") for f in self.filters]
        said = [(_WORDS.get(f.op, f.op), ", ".join(map(str, f.values))) for f in self.filters]
        filters = [" ".join((field, *words)).strip() for field, words in zip(fields, said, strict=True)]
        having = [f"{h.metric} {h.op} {h.value:g}" for h in self.having]
        return (*periods, *filters, *having)

    @classmethod
    def from_tool_input(cls, data: dict[str, Any]) -> "MetricRequest":
        """Build from the tool's JSON, which its schema has already checked. Raises ValueError for a date that is none."""
        time = data.get("time")
        return cls(
            purpose=data["purpose"],
            metrics=tuple(data["metrics"]),
            dimensions=tuple(data.get("dimensions", ())),
            filters=tuple(Filter(f["field"], f["op"], tuple(f.get("values", ()))) for f in data.get("filters", ())),
            time=Period(date.fromisoformat(time["from"]), date.fromisoformat(time["to"]), time.get("field")) if time else None,
            having=tuple(Having(h["metric"], h["op"], h["value"]) for h in data.get("having", ())),
            order_by=tuple(Order(o["field"], o.get("direction", "asc")) for o in data.get("order_by", ())),
            limit=data.get("limit"),
        )
