"""A chain of stores with rows at random, and what a request means there, worked out row by row: nothing here knows any SQL.

Three facts (sales with two dates, visits, stock by item and day) over stores, which belong to regions, and clients. Keys may be missing
or point nowhere, names stand twice, values and dates are unknown, tables may be empty.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pandas as pd

from analytics_agent.domain.catalog import Catalog, ColumnType, Table, TableColumn
from analytics_agent.semantic import SemanticModel, load
from analytics_agent.semantic.request import MetricRequest

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
}
NATIVE: dict[ColumnType, str] = {"integer": "INTEGER", "number": "DOUBLE PRECISION", "text": "VARCHAR(40)", "date": "DATE"}
FIRST, DAYS = date(2024, 1, 20), 420
OTHERS = "All others"
Row = dict[str, Any]
_DAY = timedelta(days=1)


def model() -> SemanticModel:
    return load(TEXT)


def catalog(dialect: str = "duckdb", schema: str | None = "main") -> Catalog:
    tables = tuple(
        Table(schema, name, tuple(TableColumn(column, kind, NATIVE[kind].lower()) for column, kind in columns.items()))
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
    return rows


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
        values = [row[column] for row in rows if row[column] is not None]
        return sum(values) if values else None

    return added


def _mean_amount(rows: list[Row]) -> Any:
    total = _sum("amount")(rows)
    return None if total is None or not rows else total / len(rows)


def _buyers(rows: list[Row]) -> int:
    return len({row["client"] for row in rows if row["client"] is not None})


def _is_large(row: Row) -> bool:
    return row["quantity"] is not None and row["quantity"] >= 3


_REVENUE = Leaf("sales", _sum("amount"), is_sum=True)
_LARGE = Leaf("sales", len, keep=_is_large, is_count=True, is_sum=True)
_VISITORS = Leaf("visits", _sum("people"), is_sum=True)
LEAVES: dict[str, Leaf] = {
    "revenue": _REVENUE,
    "sales_made": Leaf("sales", len, is_count=True, is_sum=True),
    "buyers": Leaf("sales", _buyers, is_count=True),
    "mean_amount": Leaf("sales", _mean_amount),
    "large_sales": _LARGE,
    "paid": Leaf("sales", len, time="paid_on", is_count=True, is_sum=True),
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
ADDITIVE = ("revenue", "sales_made", "large_sales", "paid", "visitors")
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
        self.request = request
        self.facts = {fact: _joined(rows, fact) for fact in ("sales", "visits", "stock")}
        for row in self.facts["sales"]:
            row["versions"] = {time: _version(rows["tiers"], row["client"], row[time]) for time in ("day", "paid_on")}
        times = [key for key in request.dimensions if ":" in key]
        self.grain = times[0].partition(":")[2] if times else None
        self.keys = [key for key in request.dimensions if ":" not in key]
        self.period = (request.time.start, request.time.end) if request.time else None
        self.metrics = list(dict.fromkeys((*request.metrics, *((request.top.by,) if request.top and request.top.by else ()))))
        self.leaves = list(dict.fromkeys(leaf for metric in self.metrics for leaf in RATIOS.get(metric, (metric,))))

    def answer(self) -> list[tuple[Any, ...]]:
        self._cut()
        groups = self._groups()
        table = {group: {name: self._value(name, group) for name in self.metrics} for group in groups}
        return [(*self._named(group), *self._outputs(group, table)) for group in groups if self._passes(table[group])]

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

    def _groups_of(self, leaf: Leaf, earlier: bool) -> Iterable[tuple[Any, ...]]:
        if self.grain is None:
            return {self._key(row) for row in self._of(leaf, self.period and self._shift(earlier, self.period))}
        if self.period is None:
            return {(_start(row[leaf.time], self.grain), *self._key(row)) for row in self._of(leaf, None)}
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
            return (pd.Timestamp(day) - offset).date()

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
        """Rows of a fact that count for a leaf in a span; of a running total those of its window."""
        start, end = span or (None, None)
        facts = [{**row, "tiers.tier": row["versions"][leaf.time]} if "versions" in row else row for row in self.facts[leaf.fact]]
        if leaf.window and end:
            start = leaf.window(end)
        rows = [row for row in facts if _within(row[leaf.time], start, end)]
        if leaf.balance:
            groups: dict[Any, list[Row]] = {}
            for row in rows:
                if row[leaf.time] is not None:
                    whole = _start(row[leaf.time], self.grain) if self.grain and span is None else None
                    groups.setdefault((row["stock.item"], whole), []).append(row)
            rows = [
                row for group in groups.values() for row in group if row[leaf.time] == leaf.balance([each[leaf.time] for each in group])
            ]
        return [row for row in rows if leaf.keep(row) and self._is_asked(row)]

    def _is_asked(self, row: Row) -> bool:
        return not row.get("is_out") and all(row["was"].get(f.field) in f.values for f in self.request.filters)

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
            if self.period is None:
                rows = [row for row in self._of(leaf, None) if _start(row[leaf.time], str(self.grain)) == label]
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
                whole = [row[name] for other, row in table.items() if self._agrees(group, other) and row[name] is not None]
                yield None if now is None or not whole or not sum(whole) else now / sum(whole)

    def _agrees(self, group: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
        assert self.request.share_of is not None
        places = [0 if ":" in key else self.keys.index(key) + (self.grain is not None) for key in self.request.share_of.within]
        return all(group[place] == other[place] for place in places)

    def _passes(self, values: dict[str, Any]) -> bool:
        return all(values[h.metric] is not None and values[h.metric] > h.value for h in self.request.having)

    # the top few

    def _cut(self) -> None:
        """Members that are kept apart stay what they are; the others become one, which no member can be."""
        top = self.request.top
        if top is None:
            return
        key = top.dimension or self.keys[0]
        whole = Naive({}, replace(self.request, dimensions=(key,), metrics=(top.by or self.metrics[0],), top=None, compare=None, having=()))
        whole.facts = self.facts
        if not self.request.fill:
            whole.request = replace(whole.request, fill=False)
        members = whole._groups_of_all()
        zeroes = bool(self.request.compare or self.request.fill)
        values = {member: _or_nought(whole, member, zeroes) for member in members}
        ranked = sorted(members, key=lambda m: (values[m] is None, -(values[m] or 0), m[0] is None, str(m[0])))
        kept = {member[0] for member in ranked[: top.count]}
        for name, rows in self.facts.items():
            changed = [{**row, key: row[key] if row[key] in kept else _REST} for row in rows if key in row]
            self.facts[name] = [row if top.others else {**row, "is_out": row[key] is _REST} for row in changed]

    def _groups_of_all(self) -> list[tuple[Any, ...]]:
        return list({group for leaf in self.leaves for group in self._groups_of(LEAVES[leaf], False)})

    def _named(self, group: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(OTHERS if value is _REST else value for value in group)


class _Rest:
    def __repr__(self) -> str:
        return "rest"


_REST = _Rest()


def _or_nought(whole: Naive, member: tuple[Any, ...], zeroes: bool) -> Any:
    name = whole.metrics[0]
    whole.request = replace(whole.request, fill=zeroes)
    return whole._value(name, member)


def _version(versions: list[Row], client: int | None, day: date | None) -> str | None:
    for row in versions:
        if day and row["client"] == client and row["since"] <= day and (row["until"] is None or day < row["until"]):
            found: str | None = row["tier"]
            return found
    return None


def _within(day: date | None, start: date | None, end: date | None) -> bool:
    if start is None and end is None:
        return True
    return day is not None and (start is None or day >= start) and (end is None or day < end)


def _start(day: date | None, grain: str) -> date | None:
    if day is None:
        return None
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
    clean = [{str(k): None if pd.isna(v) else v for k, v in row.items()} for row in found.astype(object).to_dict("records")]
    return [{**row, "was": row} for row in clean]


# engines


def run(sql: str, rows: dict[str, list[Row]], engine: str) -> list[tuple[Any, ...]]:
    return plain(_duckdb(sql, rows) if engine == "duckdb" else _sqlite(sql, rows))


def plain(rows: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
    return [tuple(value.isoformat() if isinstance(value, date) else value for value in row) for row in rows]


def statements(rows: dict[str, list[Row]]) -> Iterable[tuple[str, list[Any]]]:
    for name, columns in COLUMNS.items():
        yield f"CREATE TABLE {name} ({', '.join(f'{c} {NATIVE[k]}' for c, k in columns.items())})", []
        for row in rows[name]:
            yield f"INSERT INTO {name} VALUES ({', '.join('?' * len(columns))})", [row[c] for c in columns]


def _duckdb(sql: str, rows: dict[str, list[Row]]) -> list[Any]:
    with duckdb.connect() as connection:
        for statement, values in statements(rows):
            connection.execute(statement, values)
        return list(connection.execute(sql).fetchall())


def _sqlite(sql: str, rows: dict[str, list[Row]]) -> list[Any]:
    connection = sqlite3.connect(":memory:")
    try:
        for statement, values in statements(rows):
            connection.execute(statement, [v.isoformat() if isinstance(v, date) else v for v in values])
        return list(connection.execute(sql).fetchall())
    finally:
        connection.close()
