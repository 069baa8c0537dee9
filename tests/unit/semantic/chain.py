"""A chain of stores with rows at random, and engines that hold them. What a request means there is worked out in by_hand.

Four facts (sales with two dates, visits, stock by item and day, calls by the minute) over stores, which belong to regions, and clients.
Sales have many tags and are split among agents, stores carry many brands. Keys may be missing or point nowhere, names stand twice, values
and dates are unknown, tables may be empty.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from analytics_agent.domain.catalog import Catalog, ColumnType, Table, TableColumn
from analytics_agent.semantic import SemanticModel, load

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
MEMBERS: dict[str, str] = {
    "stores.city": "stores",
    "regions.region": "regions",
    "brands.brand": "brands",
    "clients.segment": "clients",
    "tags.label": "tags",
    "tags.kind": "tags",
    "agents.agent": "agents",
}
"""The dataset that holds the members of a dimension."""
FIRST, DAYS = date(2024, 1, 20), 420
OTHERS = "All others"
Row = dict[str, Any]


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
    some = random.choice((1, 6, 20, 20, 40, 40))

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
            for i in range(random.choice((0, *(some,) * 9)))
        ],
        "visits": [
            {"seen_on": day(), "store": maybe(random.randrange(6)), "people": maybe(random.randrange(4))}
            for _ in range(random.choice((0, *(some,) * 9)))
        ],
        "stock": [
            {
                "day": day(),
                "item": maybe(random.choice("abc")),
                "store": maybe(random.randrange(6)),
                "state": maybe(random.choice(("new", "used"))),
                "pieces": maybe(random.randrange(9)),
            }
            for _ in range(random.choice((0, *(some,) * 9)))
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


# engines


def run(sql: str, rows: dict[str, list[Row]], engine: str) -> list[tuple[Any, ...]]:
    return plain(_duckdb(sql, rows) if engine == "duckdb" else _sqlite(sql, rows))


def plain(rows: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
    return [tuple(_plain(value) for value in row) for row in rows]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date) else value


def statements(rows: dict[str, list[Row]], engine: str) -> Iterable[tuple[str, list[Any]]]:
    """With their values. All rows of a table are one statement: DuckDB takes a tenth of a second for one each."""
    for name, columns in COLUMNS.items():
        yield f"CREATE TABLE {name} ({', '.join(f'{c} {native(k, engine)}' for c, k in columns.items())})", []
        if found := rows.get(name, []):
            places = ", ".join([f"({', '.join('?' * len(columns))})"] * len(found))
            yield f"INSERT INTO {name} VALUES {places}", [stored(row[c], engine) for row in found for c in columns]


def _duckdb(sql: str, rows: dict[str, list[Row]]) -> list[Any]:
    with duckdb.connect() as connection:
        for statement, values in statements(rows, "duckdb"):
            connection.execute(statement, values)
        return list(connection.execute(sql).fetchall())


def _sqlite(sql: str, rows: dict[str, list[Row]]) -> list[Any]:
    connection = sqlite3.connect(":memory:")
    try:
        for statement, values in statements(rows, "sqlite"):
            connection.execute(statement, values)
        return list(connection.execute(sql).fetchall())
    finally:
        connection.close()
