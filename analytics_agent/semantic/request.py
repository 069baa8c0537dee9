"""A request to the semantic model: governed metrics by dimensions. The same shape as the tool query_metrics."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

Operator = Literal["=", "!=", "<", "<=", ">", ">=", "in", "not_in", "between", "contains", "is_null", "not_null"]
Grain = Literal["hour", "day", "week", "month", "quarter", "year", "fiscal_quarter", "fiscal_year"]
Compared = Literal["previous_period", "previous_year"]
Figure = Literal["numerator", "denominator"]
_WORDS = {"!=": "is not", "=": "is", "not_in": "not in", "is_null": "is missing", "not_null": "is known"}


@dataclass(frozen=True)
class Filter:
    field: str
    op: Operator
    values: tuple[str | float | int | bool, ...] = ()
    of: Figure | None = None
    """Of a ratio, the one figure that it chooses the rows of; None chooses those of both."""


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
class ShareOf:
    """What each row is a share of: all rows, or those that agree with it in the dimensions `within`."""

    within: tuple[str, ...] = ()


@dataclass(frozen=True)
class Top:
    """The `count` members of a dimension with the most of a metric; everything else is one more row, unless `others` is False.

    Without `by` the first metric decides, without `dimension` the only one that is no time. With `within`, the top of each group of
    those other dimensions ("the top three products of each category"), where there are no others.
    """

    count: int
    by: str | None = None
    dimension: str | None = None
    others: bool = True
    within: tuple[str, ...] = ()


@dataclass(frozen=True)
class Counted:
    """The groups that pass are counted instead of listed: in all, or for each of the dimensions `by`."""

    by: tuple[str, ...] = ()


@dataclass(frozen=True)
class MetricRequest:
    """`dimensions` are "dataset.field" or, for time, "dataset.field:grain"; "time:grain" is the time of each metric's own.

    `compare` sets each row beside the same of an earlier period; `fill` gives periods without rows a row of their own, and `members` does
    so for what no row belongs to: customers without orders. `counted` asks how many groups there are: "how many customers ordered twice".
    """

    purpose: str
    metrics: tuple[str, ...]
    dimensions: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()
    time: Period | None = None
    having: tuple[Having, ...] = ()
    order_by: tuple[Order, ...] = ()
    limit: int | None = None
    compare: Compared | None = None
    share_of: ShareOf | None = None
    top: Top | None = None
    fill: bool = False
    members: bool = False
    counted: Counted | None = None
    ratio_to: str | None = None
    """The metric by which the one of `metrics` is divided: a ratio that the model does not define."""

    @property
    def figures(self) -> tuple[str, ...]:
        """All metrics that are computed for it."""
        return (*self.metrics, *((self.ratio_to,) if self.ratio_to else ()))

    def conditions(self) -> tuple[str, ...]:
        """What restricts the rows, in words: "season in spring, summer", "2013-06-01 to 2013-08-31"; and what they are compared with."""
        periods = [f"{self.time.start.isoformat()} to {(self.time.end - timedelta(days=1)).isoformat()}"] if self.time else []
        fields = [f.field.replace(":", " by ") for f in self.filters]
        said = [(_WORDS.get(f.op, f.op), ", ".join(map(str, f.values))) for f in self.filters]
        filters = [" ".join((field, *words)).strip() for field, words in zip(fields, said, strict=True)]
        filters = [f"{text} in the {f.of}" if f.of else text for text, f in zip(filters, self.filters, strict=True)]
        having = [f"{h.metric} {h.op} {h.value:g}{self._each()}" for h in self.having]
        return (*periods, *filters, *having, *self._top(), *self._beside())

    def _each(self) -> str:
        """Where groups are counted nobody sees of what a threshold is."""
        groups = [key.replace(":", " by ") for key in self.dimensions] if self.counted else []
        return f" in each {' and '.join(groups)}" if groups else ""

    def _beside(self) -> tuple[str, ...]:
        compared = {"previous_period": "compared with the period before", "previous_year": "compared with the same a year before"}
        return (compared[self.compare],) if self.compare else ()

    def _top(self) -> tuple[str, ...]:
        """With all others in a row of their own nothing is left out."""
        if self.top is None or self.top.others:
            return ()
        groups = "".join(f" of each {key.replace(':', ' by ')}" for key in self.top.within)
        return (f"top {self.top.count}{groups} by {self.top.by or self.metrics[0]}",)

    @classmethod
    def from_tool_input(cls, data: dict[str, Any]) -> "MetricRequest":
        """Build from the tool's JSON, which its schema has already checked. Raises ValueError for a date that is none."""
        time, share, counted = data.get("time"), data.get("share_of"), data.get("counted")
        return cls(
            purpose=data["purpose"],
            metrics=tuple(data["metrics"]),
            dimensions=tuple(data.get("dimensions", ())),
            filters=tuple(Filter(f["field"], f["op"], tuple(f.get("values", ())), f.get("of")) for f in data.get("filters", ())),
            time=Period(date.fromisoformat(time["from"]), date.fromisoformat(time["to"]), time.get("field")) if time else None,
            having=tuple(Having(h["metric"], h["op"], h["value"]) for h in data.get("having", ())),
            order_by=tuple(Order(o["field"], o.get("direction", "asc")) for o in data.get("order_by", ())),
            limit=data.get("limit"),
            compare=data.get("compare"),
            share_of=ShareOf(tuple(share.get("within", ()))) if share is not None else None,
            top=_top(data["top"]) if data.get("top") else None,
            fill=bool(data.get("fill", False)),
            members=bool(data.get("members", False)),
            counted=Counted(tuple(counted.get("by", ()))) if counted is not None else None,
            ratio_to=data.get("ratio_to"),
        )


def _top(given: dict[str, Any]) -> Top:
    """Beside a top of each group nobody means others, unless they say so."""
    within = tuple(given.get("within", ()))
    return Top(given["count"], given.get("by"), given.get("dimension"), given.get("others", not within), within)
