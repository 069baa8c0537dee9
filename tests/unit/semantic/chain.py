"""A chain of stores with rows at random, and what a request means there, worked out row by row: nothing here knows any SQL.

Four facts (sales with two dates, visits, stock by item and day, calls by the minute) over stores, which belong to regions, and clients.
Sales have many tags and are split among agents, stores carry many brands. Keys may be missing or point nowhere, names stand twice, values
and dates are unknown, tables may be empty.
"""

import operator
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pandas as pd

from analytics_agent.domain.catalog import Catalog, ColumnType, Table, TableColumn
from analytics_agent.semantic import SemanticModel, load
from analytics_agent.semantic.request import Filter, MetricRequest

TEXT = (Path(__file__).parent / "chain.yaml").read_text()
COLUMNS: dict[str, dict[str, ColumnType]] = {
    "regions": {"id": "integer", "name": "text"},
    "stores": {"id": "integer", "name": "text", "region": "integer"},
    "clients": {"id": "integer", "segment": "text"},
    "tiers": {"client": "integer", "since": "date", "until": "date", "tier": "text"},
    "sales": {
        "id": "integer",
        "day": "date",
        "paid_on": "date",
        "store": "integer",
        "client": "integer",
        "amount": "number",
        "quantity": "integer",
    },
    "visits": {"seen_on": "date", "store": "integer", "people": "integer"},
    "stock": {"day": "date", "item": "text", "store": "integer", "state": "text", "pieces": "integer"},
    "calls": {"began": "timestamp", "store": "integer", "seconds": "integer"},
    "tags": {"id": "integer", "label": "text", "kind": "text"},
    "tagged": {"sale": "integer", "tag": "integer", "part": "text"},
    "brands": {"id": "integer", "name": "text"},
    "carried": {"store": "integer", "brand": "integer"},
    "agents": {"id": "integer", "name": "text"},
    "splits": {"sale": "integer", "agent": "integer", "share": "number"},
}
NATIVE: dict[ColumnType, str] = {"integer": "INTEGER", "number": "DOUBLE PRECISION", "text": "VARCHAR(40)", "date": "DATE"}
ZONE = ZoneInfo("Europe/Oslo")
BRIDGES: dict[str, str] = {
    "tags.label": "tagged",
    "tags.kind": "tagged",
    "tagged.part": "tagged",
    "brands.brand": "carried",
    "agents.agent": "splits",
}
WEIGHED = "splits"
FIRST, DAYS = date(2024, 1, 20), 420
OTHERS = "All others"
Row = dict[str, Any]
_DAY = timedelta(days=1)


def model() -> SemanticModel:
    return load(TEXT)


def native(kind: ColumnType, dialect: str) -> str:
    """Moments know their zone where the engine can keep it; elsewhere they stand as clocks in Oslo show them."""
    if kind == "timestamp":
        return {"postgres": "TIMESTAMP WITH TIME ZONE", "duckdb": "TIMESTAMP WITH TIME ZONE", "mysql": "DATETIME"}.get(dialect, "TIMESTAMP")
    return NATIVE[kind]


def stored(value: Any, dialect: str) -> Any:
    """A value as it is written into an engine."""
    if isinstance(value, datetime):
        value = value if dialect in ("postgres", "duckdb") else value.astimezone(ZONE).replace(tzinfo=None)
        return value.isoformat(sep=" ") if dialect != "duckdb" else value
    return value.isoformat() if isinstance(value, date) and dialect == "sqlite" else value


def catalog(dialect: str = "duckdb", schema: str | None = "main") -> Catalog:
    tables = tuple(
        Table(schema, name, tuple(TableColumn(column, kind, native(kind, dialect).lower()) for column, kind in columns.items()))
        for name, columns in COLUMNS.items()
    )
    return Catalog("chain", dialect, tables, (schema,) if schema else (), "test", datetime.now(UTC))  # type: ignore[arg-type]


# rows at random


def world(seed: int) -> dict[str, list[Row]]:
    random = Random(seed)  # noqa: S311 - nothing here is secret
    some = random.choice((1, 6, 20, 40))

    def maybe(value: Any) -> Any:
        return None if random.random() < 0.12 else value

    def day() -> date | None:
        # near one another mostly, so that periods hold several; ends of months often
        drawn = FIRST + timedelta(
            days=random.choice((random.randrange(DAYS), random.randrange(60), random.randrange(60), 11, 39, 40, 41, 365, 400))
        )
        found: date | None = maybe(drawn)
        return found

    names = ("Oslo", "Bergen", "O'Hara", "All others", "", "bergen")
    rows: dict[str, list[Row]] = {
        "regions": [{"id": i, "name": maybe(random.choice(("north", "south", "west")))} for i in range(3)],
        "stores": [{"id": i, "name": maybe(random.choice(names)), "region": maybe(random.randrange(4))} for i in range(5)],
        "tiers": [version for client in range(4) for version in _versions(random, client)],
        "clients": [{"id": i, "segment": maybe(random.choice(("new", "old")))} for i in range(4)],
        "sales": [
            {
                "id": i,
                "day": day(),
                "paid_on": day(),
                "store": maybe(random.randrange(6)),
                "client": maybe(random.randrange(5)),
                "amount": maybe(random.choice((0.0, 1.5, 10.25, -4.0, 100.0))),
                "quantity": maybe(random.randrange(6)),
            }
            for i in range(random.choice((0, some, some, some, some)))
        ],
        "visits": [
            {"seen_on": day(), "store": maybe(random.randrange(6)), "people": maybe(random.randrange(4))}
            for _ in range(random.choice((0, some, some, some, some)))
        ],
        "stock": [
            {
                "day": day(),
                "item": maybe(random.choice("abc")),
                "store": maybe(random.randrange(6)),
                "state": maybe(random.choice(("new", "used"))),
                "pieces": maybe(random.randrange(9)),
            }
            for _ in range(random.choice((0, some, some, some, some)))
        ],
    }
    return rows | _many(random, maybe, day, some)


def _many(random: Random, maybe: Callable[[Any], Any], day: Callable[[], date | None], some: int) -> dict[str, list[Row]]:
    """Calls by the minute, and pairs: some stand twice, some lead nowhere."""
    labels, shares = ("blue", "red", "All others", ""), ((1.0,), (0.5, 0.5), (0.25, 0.5, 0.25), (0.75, 0.25), (0.5, None))
    return {
        "calls": [
            {"began": _moment(random, day()), "store": maybe(random.randrange(6)), "seconds": maybe(random.randrange(90))}
            for _ in range(random.choice((0, some, some)))
        ],
        "tags": [{"id": i, "label": maybe(random.choice(labels)), "kind": maybe(random.choice(("gift", "size")))} for i in range(5)],
        "tagged": [
            {"sale": maybe(random.randrange(some + 2)), "tag": maybe(random.randrange(6)), "part": maybe(random.choice("ab"))}
            for _ in range(random.choice((0, some, 2 * some)))
        ],
        "brands": [{"id": i, "name": maybe(random.choice(("Ask", "Embla", "All others")))} for i in range(4)],
        "carried": [{"store": maybe(random.randrange(6)), "brand": maybe(random.randrange(5))} for _ in range(random.choice((0, 4, 12)))],
        "agents": [{"id": i, "name": maybe(random.choice(("Kari", "Ola", "Liv")))} for i in range(3)],
        "splits": [
            {"sale": sale, "agent": maybe(random.randrange(4)), "share": share}
            for sale in range(some + 1)
            if random.random() < 0.6
            for share in random.choice(shares)
        ],
    }


def _moment(random: Random, day: date | None) -> datetime | None:
    """Around midnight and around the hours in which clocks are changed, mostly."""
    if day is None:
        return None
    day = random.choice((day, day, date(2024, 3, 31), date(2024, 10, 27)))
    return datetime(day.year, day.month, day.day, random.choice((0, 1, 1, 2, 10, 22, 23)), random.choice((0, 30, 59)), tzinfo=UTC)


def _versions(random: Random, client: int) -> Iterable[Row]:
    """One after another, with gaps; the last may go on."""
    day = FIRST + timedelta(days=random.choice((-40, 0, 30)))
    for _ in range(random.randrange(4)):
        until = day + timedelta(days=random.choice((11, 40, 150)))
        yield {"client": client, "since": day, "until": until, "tier": random.choice(("gold", "blue", None))}
        day = until + timedelta(days=random.choice((0, 0, 5)))
    if random.random() < 0.5:
        yield {"client": client, "since": day, "until": None, "tier": "blue"}


# meaning, row by row


@dataclass(frozen=True)
class Leaf:
    """What a metric counts or adds: of which fact, dated by what, of which rows."""

    fact: str
    of: Callable[[list[Row]], Any]
    time: str = "day"
    keep: Callable[[Row], bool] = lambda row: True
    is_count: bool = False
    is_sum: bool = False
    balance: Callable[[list[date]], date] | None = None
    window: Callable[[date], date | None] | None = None


def _sum(column: str) -> Callable[[list[Row]], Any]:
    def added(rows: list[Row]) -> Any:
        values = [row[column] * row["w"] for row in rows if row[column] is not None and row["w"] is not None]
        return sum(values) if values else None

    return added


def _count(rows: list[Row]) -> Any:
    return sum(row["w"] for row in rows if row["w"] is not None)


def _longest(rows: list[Row]) -> Any:
    return max((row["seconds"] for row in rows if row["seconds"] is not None), default=None)


def _mean_amount(rows: list[Row]) -> Any:
    total, count = _sum("amount")(rows), _count(rows)
    return None if total is None or not count else total / count


def _is_gift(row: Row) -> bool:
    return any(pair["tags.kind"] == "gift" for pair in row["pairs"]["tagged"])


def _buyers(rows: list[Row]) -> int:
    return len({row["client"] for row in rows if row["client"] is not None})


def _is_large(row: Row) -> bool:
    return row["quantity"] is not None and row["quantity"] >= 3


_REVENUE = Leaf("sales", _sum("amount"), is_sum=True)
_LARGE = Leaf("sales", _count, keep=_is_large, is_count=True, is_sum=True)
_VISITORS = Leaf("visits", _sum("people"), is_sum=True)
LEAVES: dict[str, Leaf] = {
    "revenue": _REVENUE,
    "sales_made": Leaf("sales", _count, is_count=True, is_sum=True),
    "buyers": Leaf("sales", _buyers, is_count=True),
    "mean_amount": Leaf("sales", _mean_amount),
    "large_sales": _LARGE,
    "paid": Leaf("sales", _count, time="paid_on", is_count=True, is_sum=True),
    "gifts": Leaf("sales", _count, keep=_is_gift, is_count=True, is_sum=True),
    "calls_made": Leaf("calls", _count, time="began", is_count=True, is_sum=True),
    "longest_call": Leaf("calls", _longest, time="began"),
    "visitors": _VISITORS,
    "stocked": Leaf("stock", _sum("pieces"), balance=max),
    "stocked_first": Leaf("stock", _sum("pieces"), balance=min),
    "revenue_so_far": replace(_REVENUE, window=lambda end: None),
    "revenue_this_month": replace(_REVENUE, window=lambda end: (end - _DAY).replace(day=1)),
    "large_sales_of_9_days": replace(_LARGE, window=lambda end: end - 9 * _DAY),
    "visitors_so_far": replace(_VISITORS, window=lambda end: None),
}
RATIOS = {
    "conversion": ("sales_made", "visitors"),
    "revenue_per_buyer": ("revenue", "buyers"),
    "stock_per_visitor": ("stocked", "visitors"),
}
ADDITIVE = ("revenue", "sales_made", "large_sales", "paid", "gifts", "calls_made", "visitors")
_FREQUENCIES = {
    "day": "D",
    "week": "W-SUN",
    "month": "M",
    "quarter": "Q",
    "year": "Y",
    "fiscal_quarter": "Q-JUN",
    "fiscal_year": "Y-JUN",
}


class Naive:
    def __init__(self, rows: dict[str, list[Row]], request: MetricRequest) -> None:
        self.facts = {fact: _joined(rows, fact) for fact in ("sales", "visits", "stock", "calls")}
        for row in self.facts["sales"]:
            row["versions"] = {time: _version(rows["tiers"], row["client"], row[time]) for time in ("day", "paid_on")}
        self.kept: Mapping[str, set[Any]] = {}
        self.asked = request
        self.picked = _picked(request)
        self._ask(replace(request, filters=tuple(f for f in request.filters if f not in self.picked)))

    def _ask(self, request: MetricRequest) -> None:
        self.request = request
        times = [key for key in request.dimensions if ":" in key]
        self.grain = times[0].partition(":")[2] if times else None
        self.by = _own(times[0].partition(":")[0]) if times else None
        self.when = _own(request.time.field) if request.time and request.time.field else None
        self.keys = [key for key in request.dimensions if ":" not in key]
        self.period = (request.time.start, request.time.end) if request.time else None
        asked = [m for m in (request.top.by if request.top else None, *(o.field for o in request.order_by)) if m in LEAVES or m in RATIOS]
        self.metrics = list(dict.fromkeys((*request.metrics, *(h.metric for h in request.having), *asked)))
        self.leaves = list(dict.fromkeys(leaf for metric in self.metrics for leaf in RATIOS.get(metric, (metric,))))

    def answer(self) -> list[tuple[Any, ...]]:
        self._cut()
        groups = self._groups()
        table = {group: {name: self._value(name, group) for name in self.metrics} for group in groups}
        shown = [group for group in groups if self._passes(table[group]) and self._is_picked(group)]
        rows = {group: dict(zip(self._names(), (*group, *self._outputs(group, table)), strict=True)) for group in shown}
        found = [tuple(OTHERS if value is _REST else value for value in row.values()) for row in self._in_order(list(rows.values()))]
        return found[: self.request.limit] if self.request.limit else found

    def _names(self) -> Iterable[str]:
        yield from self.request.dimensions
        for name in self.metrics:
            yield name
            if self.request.compare:
                yield from (f"{name}_previous", f"{name}_change", f"{name}_percent_change")
            if self.request.share_of is not None and name in ADDITIVE:
                yield f"{name}_share"

    def _in_order(self, rows: list[Row]) -> list[Row]:
        """By what was asked for, else by time or the largest first; then by all that is grouped by. What is unknown is last."""
        wanted = [(o.field, o.direction) for o in self.request.order_by] or [(d, "asc") for d in self.request.dimensions if ":" in d]
        wanted = wanted or ([] if self.kept else [(self.metrics[0], "desc")])
        wanted += [("", "asc")] if self.kept else []
        wanted += [(d, "asc") for d in self.request.dimensions if d not in [name for name, _ in wanted]]
        for name, direction in reversed(wanted):
            known = [row for row in rows if name == "" or row[name] is not None]
            unknown = [row for row in rows if name != "" and row[name] is None]
            rows = sorted(known, key=lambda row: self._place(row, name), reverse=direction == "desc") + unknown
        return rows

    def _place(self, row: Row, name: str) -> Any:
        if name == "":
            return next(self.places[row[key]] if row[key] is not _REST else len(self.places) for key in self.kept)
        return OTHERS if row[name] is _REST else row[name]

    # groups

    def _groups(self) -> list[tuple[Any, ...]]:
        if not self.request.dimensions:
            return [()]
        found = {group for leaf in self.leaves for earlier in self._sides() for group in self._groups_of(LEAVES[leaf], earlier)}
        if self.request.fill:
            found |= set(product(self._spans(earlier=False), {group[1:] for group in found})) if self.keys else set()
            found = {(group[0], *group[1]) if isinstance(group[1], tuple) else group for group in found} if self.keys else found
            found |= {(span,) for span in self._spans(earlier=False)} if not self.keys else set()
        return sorted(found, key=str)

    def _sides(self) -> tuple[bool, ...]:
        return (False, True) if self.request.compare else (False,)

    def _is_by_the_row(self, leaf: Leaf) -> bool:
        """Whether a row is in the group that its own time says; else periods are told by their ends, which windows and comparisons need."""
        return self.period is None or self.grain == "hour" or (self.by or leaf.time) != (self.when or leaf.time)

    def _groups_of(self, leaf: Leaf, earlier: bool) -> Iterable[tuple[Any, ...]]:
        if self.grain is None:
            return {self._key(row) for row in self._of(leaf, self.period and self._shift(earlier, self.period))}
        if self._is_by_the_row(leaf):
            return {(_start(row[self.by or leaf.time], self.grain), *self._key(row)) for row in self._of(leaf, self.period)}
        return {(label, *self._key(row)) for label, span in self._spans(earlier).items() for row in self._of(leaf, span)}

    def _key(self, row: Row) -> tuple[Any, ...]:
        return tuple(row[key] for key in self.keys)

    # periods

    def _spans(self, earlier: bool) -> dict[date, tuple[date, date]]:
        assert self.period and self.grain
        found, day = {}, self.period[0]
        while day < self.period[1]:
            of = pd.Period(day, freq=_FREQUENCIES[self.grain])
            start, after = of.start_time.date(), (of + 1).start_time.date()
            cut = (max(start, self.period[0]), min(after, self.period[1]))
            found[start] = self._shift(earlier, cut)
            day = after
        return found

    def _shift(self, earlier: bool, span: tuple[date, date]) -> tuple[date, date]:
        if not earlier:
            return span
        start, end = span
        if self.grain is None and self.request.compare == "previous_period":
            if start.day == end.day == 1:
                months = (end.year - start.year) * 12 + end.month - start.month
                return ((pd.Timestamp(start) - pd.DateOffset(months=months)).date(), start)
            return (start - (end - start), start)
        offset = self._offset()

        def back(day: date) -> date:
            found: date = (pd.Timestamp(day) - offset).date()
            return found

        return (back(start), max(back(end), back(end - _DAY) + _DAY))

    def _offset(self) -> Any:
        if self.request.compare == "previous_year":
            return pd.DateOffset(weeks=52) if self.grain == "week" else pd.DateOffset(years=1)
        return {
            "day": pd.DateOffset(days=1),
            "week": pd.DateOffset(weeks=1),
            "month": pd.DateOffset(months=1),
            "quarter": pd.DateOffset(months=3),
            "fiscal_quarter": pd.DateOffset(months=3),
            "year": pd.DateOffset(years=1),
            "fiscal_year": pd.DateOffset(years=1),
        }[str(self.grain)]

    # rows

    def _of(self, leaf: Leaf, span: tuple[date, date] | None) -> list[Row]:
        """Rows of a fact that count for a leaf in a span, each as often as it is in a group; of a running total those of its window."""
        start, end = span or (None, None)
        facts = [{**row, "tiers.tier": row["versions"][leaf.time]} if "versions" in row else row for row in self.facts[leaf.fact]]
        if leaf.window and end:
            start = leaf.window(end)
        rows = [row for row in facts if _within(row[self.when or leaf.time], start, end)]
        if leaf.balance:
            groups: dict[Any, list[Row]] = {}
            for row in rows:
                if row[leaf.time] is not None:
                    whole = _start(row[leaf.time], self.grain) if self.grain and span is None else None
                    groups.setdefault((row["stock.item"], whole), []).append(row)
            rows = [
                row for group in groups.values() for row in group if row[leaf.time] == leaf.balance([each[leaf.time] for each in group])
            ]
        return [entry for row in rows if leaf.keep(row) for entry in self._entries(row)]

    def _entries(self, row: Row) -> Iterable[Row]:
        """The row in each of its groups, with what it counts there."""
        if not all(_fulfills(row, f) for f in self.request.filters if f.field not in BRIDGES):
            return
        entries = [{**row, "w": 1}]
        for bridge in dict.fromkeys(BRIDGES.values()):
            entries = [{**entry, **more, "w": _times(entry["w"], more["w"])} for entry in entries for more in self._over(row, bridge)]
        for entry in entries:
            recoded = entry | {key: entry[key] if entry[key] in kept else _REST for key, kept in self.kept.items()}
            if self.request.top is None or self.request.top.others or not any(recoded[key] is _REST for key in self.kept):
                yield recoded

    def _over(self, row: Row, bridge: str) -> list[Row]:
        """What a row is over one bridge: in groups that it belongs to, each once; or in each of its pairs with the pair's share."""
        filters = [f for f in self.request.filters if BRIDGES.get(f.field) == bridge]
        keys, pairs = [key for key in self.keys if BRIDGES.get(key) == bridge], row["pairs"].get(bridge, [])
        chosen = [f for f in filters if f.op not in _DENIED]
        if any(_fulfills(pair, replace(f, op=_DENIED[f.op])) for f in filters if f.op in _DENIED for pair in pairs):
            return []
        fits = [pair for pair in pairs if all(_fulfills(pair, f) for f in chosen)]
        if not keys and not chosen:
            return [{"w": 1}]
        nothing = [] if chosen else [{**dict.fromkeys(keys), "w": 1}]
        if bridge == WEIGHED:
            return [{**{key: pair[key] for key in keys}, "w": pair["share"]} for pair in fits] if pairs else nothing
        found = self._recoded(keys, fits)
        return [{**dict(zip(keys, values, strict=True)), "w": 1} for values in found] if pairs else nothing

    def _recoded(self, keys: list[str], pairs: list[Row]) -> set[tuple[Any, ...]]:
        """Members that are not kept apart are one, and a row counts once in it."""
        return {tuple(pair[key] if pair[key] in self.kept.get(key, {pair[key]}) else _REST for key in keys) for pair in pairs}

    # values

    def _value(self, metric: str, group: tuple[Any, ...], earlier: bool = False) -> Any:
        if metric not in RATIOS:
            return self._leaf(LEAVES[metric], group, earlier)
        above, below = (self._leaf(LEAVES[name], group, earlier) for name in RATIOS[metric])
        return None if above is None or not below else above / below

    def _leaf(self, leaf: Leaf, group: tuple[Any, ...], earlier: bool) -> Any:
        key, span = group, self.period and self._shift(earlier, self.period)
        rows = None
        if self.grain is not None:
            label, *rest = group
            key = tuple(rest)
            if self._is_by_the_row(leaf):
                rows = [row for row in self._of(leaf, self.period) if _start(row[self.by or leaf.time], str(self.grain)) == label]
            else:
                span = self._spans(earlier)[label]
        rows = self._of(leaf, span) if rows is None else rows
        rows = [row for row in rows if self._key(row) == key]
        if leaf.is_sum and not rows and (self.request.compare or self.request.fill):
            return 0
        return leaf.of(rows)

    def _outputs(self, group: tuple[Any, ...], table: dict[tuple[Any, ...], dict[str, Any]]) -> Iterable[Any]:
        for name in self.metrics:
            now = table[group][name]
            yield now
            if self.request.compare:
                before = self._value(name, group, earlier=True)
                change = None if now is None or before is None else now - before
                yield from (before, change, None if change is None or not before else change / abs(before))
            if self.request.share_of is not None and name in ADDITIVE:
                whole = self._whole(name, group, table)
                yield None if now is None or not whole else now / whole

    def _whole(self, name: str, group: tuple[Any, ...], table: dict[tuple[Any, ...], dict[str, Any]]) -> Any:
        """What a share is of: the rows that agree, added up; where groups overlap, everything counted without them."""
        assert self.request.share_of is not None
        within = self.request.share_of.within
        if any(BRIDGES.get(key, WEIGHED) != WEIGHED for key in self.keys if key not in within):
            alone = copy(self)
            kept = tuple(d for d in self.request.dimensions if d in within)
            alone._ask(replace(self.request, dimensions=kept, metrics=(name,), order_by=(), having=(), top=None))
            alone.kept = {key: members for key, members in self.kept.items() if key in kept}
            agreeing = tuple(value for value, key in zip(group, self.request.dimensions, strict=True) if key in within)
            return alone._value(name, agreeing)
        return sum(row[name] for other, row in table.items() if self._agrees(group, other) and row[name] is not None)

    def _agrees(self, group: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
        assert self.request.share_of is not None
        return all(
            mine == its for key, mine, its in zip(self.request.dimensions, group, other, strict=True) if key in self.request.share_of.within
        )

    def _passes(self, values: dict[str, Any]) -> bool:
        return all(values[h.metric] is not None and _COMPARED[h.op](values[h.metric], h.value) for h in self.request.having)

    def _is_picked(self, group: tuple[Any, ...]) -> bool:
        found = dict(zip(self.request.dimensions, group, strict=True))
        return all(_fulfills(found, f) for f in self.picked)

    # the top few

    def _cut(self) -> None:
        """Members that are kept apart stay what they are; the others become one, which no member can be."""
        top = self.request.top
        if top is None:
            return
        key = top.dimension or self.keys[0]
        whole = copy(self)
        whole._ask(
            replace(self.request, dimensions=(key,), metrics=(top.by or self.metrics[0],), top=None, compare=None, having=(), order_by=())
        )
        whole.request = replace(whole.request, fill=bool(self.request.compare or self.request.fill))
        members = list({group for leaf in whole.leaves for group in whole._groups_of(LEAVES[leaf], False)})
        values = {member: whole._value(whole.metrics[0], member) for member in members}
        ranked = sorted(members, key=lambda m: (values[m] is None, -(values[m] or 0), m[0] is None, str(m[0])))[: top.count]
        self.kept = {key: {member[0] for member in ranked}}
        self.places = {member[0]: place for place, member in enumerate(ranked)}


class _Rest:
    def __repr__(self) -> str:
        return "rest"


_REST = _Rest()


_DENIED: dict[str, Any] = {"!=": "=", "not_in": "in", "is_null": "not_null"}
_COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _times(a: float | None, b: float | None) -> float | None:
    return None if a is None or b is None else a * b


def _own(field: str) -> str | None:
    """The column behind a time field of sales; None is each fact's own."""
    return {"sales.paid_on": "paid_on", "sales.day": "day"}.get(field)


def _picked(request: MetricRequest) -> tuple[Filter, ...]:
    """Filters that choose rows of shares once these are known: those to one value, where they are on all that splits the whole."""
    if request.share_of is None or request.top is not None:
        return ()
    whole = [d for d in request.dimensions if d not in request.share_of.within]
    found = [f for f in request.filters if f.field in whole and f.op in ("=", "in") and len(f.values) == 1]
    return tuple(found) if {*whole} == {f.field for f in found} else ()


def _fulfills(row: Row, f: Filter) -> bool:
    path, _, grain = f.field.partition(":")
    value: Any = row["was"].get(path, row.get(path)) if "was" in row else row.get(path)
    if f.op in ("is_null", "not_null"):
        return (value is None) == (f.op == "is_null")
    if value is None:
        return False
    values: list[Any] = [date.fromisoformat(str(v)) if isinstance(value, date) else v for v in f.values]
    if grain:
        value, values = _start(value, grain), [_start(v, grain) for v in values]
    if f.op in _COMPARED:
        return _COMPARED[f.op](value, values[0])
    if f.op == "contains":
        return str(values[0]).lower() in value.lower()
    if f.op == "between":
        return bool(values[0] <= value <= values[1])
    return (value in values) == (f.op == "in")


def _version(versions: list[Row], client: int | None, day: date | None) -> str | None:
    for row in versions:
        if day and row["client"] == client and row["since"] <= day and (row["until"] is None or day < row["until"]):
            found: str | None = row["tier"]
            return found
    return None


def _within(day: date | None, start: date | None, end: date | None) -> bool:
    if start is None and end is None:
        return True
    day = day.date() if isinstance(day, datetime) else day
    return day is not None and (start is None or day >= start) and (end is None or day < end)


def _start(day: date | None, grain: str) -> date | None:
    if day is None:
        return None
    if grain == "hour":
        assert isinstance(day, datetime)
        return day.replace(minute=0)
    found: date = pd.Period(day, freq=_FREQUENCIES[grain]).start_time.date()
    return found


def _joined(rows: dict[str, list[Row]], fact: str) -> list[Row]:
    """A fact beside what its keys point to; a key that points nowhere, or is missing, has nothing beside it."""
    if not rows:
        return []
    frames = {name: pd.DataFrame(rows[name], columns=list(COLUMNS[name]), dtype=object) for name in rows}
    stores = frames["stores"].merge(frames["regions"], how="left", left_on="region", right_on="id", suffixes=("", "_of_region"))
    stores = stores.rename(columns={"id": "store", "name": "stores.city", "name_of_region": "regions.region"})
    found = (
        frames[fact]
        .rename(columns={"seen_on": "day"})
        .merge(stores[["store", "stores.city", "regions.region"]].dropna(subset=["store"]), how="left", on="store")
    )
    if fact == "sales":
        clients = frames["clients"].rename(columns={"id": "client", "segment": "clients.segment"})
        found = found.merge(clients, how="left", on="client")
    found = found.rename(columns={"item": "stock.item", "state": "stock.state"})
    clean = [{str(k): _clean(v) for k, v in row.items()} for row in found.astype(object).to_dict("records")]
    was = [{**row, **{f"sales.{name}": row.get(name) for name in ("day", "paid_on", "quantity")}} for row in clean]
    return [{**row, "was": seen, "pairs": _pairs(rows, row, fact)} for row, seen in zip(clean, was, strict=True)]


def _clean(value: Any) -> Any:
    """Moments as clocks in Oslo show them."""
    if pd.isna(value):
        return None
    return value.astimezone(ZONE).replace(tzinfo=None) if isinstance(value, datetime) else value


def _pairs(rows: dict[str, list[Row]], row: Row, fact: str) -> dict[str, list[Row]]:
    """What a row has many of, by bridge."""
    tags, brands, agents = ({each["id"]: each for each in rows[name]} for name in ("tags", "brands", "agents"))
    stores = {each["id"] for each in rows["stores"]}
    found = {"carried": [{"brands.brand": brands.get(p["brand"], {}).get("name")} for p in rows["carried"] if p["store"] == row["store"]]}
    found["carried"] = found["carried"] if row["store"] in stores else []
    if fact == "sales":
        found["tagged"] = [
            {"tags.label": tag.get("label"), "tags.kind": tag.get("kind"), "tagged.part": p["part"]}
            for p in rows["tagged"]
            if p["sale"] == row["id"]
            for tag in [tags.get(p["tag"], {})]
        ]
        found["splits"] = [
            {"agents.agent": agents.get(p["agent"], {}).get("name"), "share": p["share"]} for p in rows["splits"] if p["sale"] == row["id"]
        ]
    return found


# engines


def run(sql: str, rows: dict[str, list[Row]], engine: str) -> list[tuple[Any, ...]]:
    return plain(_duckdb(sql, rows) if engine == "duckdb" else _sqlite(sql, rows))


def plain(rows: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
    return [tuple(_plain(value) for value in row) for row in rows]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date) else value


def statements(rows: dict[str, list[Row]], engine: str) -> Iterable[tuple[str, list[list[Any]]]]:
    for name, columns in COLUMNS.items():
        yield f"CREATE TABLE {name} ({', '.join(f'{c} {native(k, engine)}' for c, k in columns.items())})", []
        if values := [[stored(row[c], engine) for c in columns] for row in rows.get(name, [])]:
            yield f"INSERT INTO {name} VALUES ({', '.join('?' * len(columns))})", values


def _duckdb(sql: str, rows: dict[str, list[Row]]) -> list[Any]:
    with duckdb.connect() as connection:
        for statement, values in statements(rows, "duckdb"):
            connection.executemany(statement, values) if values else connection.execute(statement)
        return list(connection.execute(sql).fetchall())


def _sqlite(sql: str, rows: dict[str, list[Row]]) -> list[Any]:
    connection = sqlite3.connect(":memory:")
    try:
        for statement, values in statements(rows, "sqlite"):
            connection.executemany(statement, values) if values else connection.execute(statement)
        return list(connection.execute(sql).fetchall())
    finally:
        connection.close()
