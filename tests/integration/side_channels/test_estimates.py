"""Whether a statement is over the limit of rows tells nothing of the values in hidden rows, though the engine's planner knows them."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest
from integration.side_channels.asking import Asking
from integration.side_channels.hostile import sql
from integration.side_channels.world import World, duckdb_world, postgres_world
from psycopg import sql as text

LIMIT = 5_000_000
HIDDEN = "SELECT n, 'US', CASE WHEN n % 2 = 0 THEN 'Secret Corp' ELSE concat('c', n) END, 'x', n"
SEEN = "SELECT n, 'EU', concat('e', n % 50), 'x', n % 100"
INTO = "INSERT INTO orders (id, region, customer, code, qty)"


def _fill(series: str) -> tuple[str, ...]:
    return f"{INTO} {HIDDEN} FROM {series.format(1_000, 50_000)}", f"{INTO} {SEEN} FROM {series.format(100_000, 110_000)}", "ANALYZE"


@pytest.fixture(params=["postgres", "duckdb"])
def world(request: Any, tmp_path: Path) -> Iterator[World]:
    if request.param == "duckdb":
        with duckdb_world("planted", tmp_path) as made:
            with duckdb.connect(str(tmp_path / "planted.duckdb")) as connection:
                for statement in ("SET schema = 'public'", *_fill("range({}, {}) AS t(n)")):
                    connection.execute(statement)
            yield made
        return
    url = request.getfixturevalue("postgres_database")
    with postgres_world("planted", lambda: url) as made:
        with psycopg.connect(url, autocommit=True) as connection:
            for statement in _fill("generate_series({}, {}) AS t(n)"):
                connection.execute(text.SQL(statement))  # type: ignore[arg-type]
        yield made


PAIRS = "SELECT count(*) AS n FROM orders AS o JOIN orders AS b ON o.qty < b.qty WHERE o.{}"
GUESSES = ("customer = 'Secret Corp'", "customer = 'Nobody Inc'", "customer = 'e7'", "customer > 'zzz'", "qty > 40000", "qty > 9000000000")


def test_a_guess_at_a_hidden_value_is_over_the_limit_as_any_other_is(world: World) -> None:
    """In PostgreSQL the first would be expected to go through forty million rows and the second through a few thousand."""
    asking = Asking(world, rows_limit=LIMIT)
    calls = [sql(PAIRS.format(guess)) for guess in GUESSES]
    run = asyncio.run(asking.ask([*calls, sql("SELECT count(*) AS n FROM orders")]))
    told = asyncio.run(asking.told(run.question.run_id))[1 : len(calls) + 2]
    assert len(set(told[:-1])) == 1 and "expected to go through more rows of orders" in told[0], told
    assert "expected" not in told[-1]


def test_whoever_sees_every_row_is_told_what_the_planner_expects(world: World) -> None:
    asking = Asking(world, rows_limit=LIMIT)
    run = asyncio.run(asking.ask([sql(PAIRS.format(guess)) for guess in GUESSES], reader="k1"))
    told = asyncio.run(asking.told(run.question.run_id))
    assert len(set(told[1:])) > 1
