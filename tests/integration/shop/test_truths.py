"""Every planted effect is in the rows, with the size that the plan of the seed says, and nothing that is read gives it away."""

import math
import re
from types import ModuleType
from typing import Any

import duckdb
import psycopg
import pytest
from golden.shop_truths import TRUTHS, Truth
from integration.flights.warehouse import Warehouse
from integration.shop.warehouse import FOLDER, SCALE, load_module

EVERY_TRUTH = pytest.mark.parametrize("truth", TRUTHS, ids=[truth.name for truth in TRUTHS])


@pytest.fixture(scope="module")
def plan() -> Any:
    loader = load_module()
    return loader.part("effects").effects(loader.SEED)


@pytest.fixture(scope="module")
def whole() -> duckdb.DuckDBPyConnection:
    """The shop at full size, as it is generated."""
    return in_duckdb(load_module(), load_module().SEED, 1.0)


def in_duckdb(loader: ModuleType, seed: int, scale: float) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'Europe/Berlin'")
    for name, table in loader.part("generate").generate(seed, scale):
        connection.register(name, table)
    return connection


def measured(connection: Any, statement: str) -> float:
    return float(connection.execute(statement).fetchone()[0])


@EVERY_TRUTH
def test_the_truth_is_that_of_the_plan(plan: Any, truth: Truth) -> None:
    assert truth.planned(plan) == pytest.approx(truth.figure, abs=0.0005)


@EVERY_TRUTH
def test_the_effect_is_there_with_its_size(whole: duckdb.DuckDBPyConnection, plan: Any, truth: Truth) -> None:
    assert measured(whole, truth.sql(plan)) == pytest.approx(truth.figure, abs=truth.within)


@EVERY_TRUTH
def test_the_effect_is_there_in_a_small_shop_as_far_as_chance_allows(shop: Warehouse, plan: Any, truth: Truth) -> None:
    with psycopg.connect(shop.reader) as connection:
        assert measured(connection, truth.sql(plan)) == pytest.approx(truth.figure, abs=truth.within / math.sqrt(SCALE))


@pytest.mark.parametrize("seed", [1, 2])
def test_the_effects_of_another_seed_have_that_seeds_sizes(loader: ModuleType, seed: int) -> None:
    plan, rows = loader.part("effects").effects(seed), in_duckdb(loader, seed, 1.0)
    found = {truth.name: (measured(rows, truth.sql(plan)), truth.planned(plan), 1.5 * truth.within) for truth in TRUTHS}
    assert {name: each for name, each in found.items() if abs(each[0] - each[1]) > each[2]} == {}


def test_every_channel_rises_and_the_whole_falls(whole: duckdb.DuckDBPyConnection) -> None:
    """In euros per order, as people will ask for it."""
    value = "avg(goods_amount) FILTER (WHERE order_date >= '2025-08-01') / avg(goods_amount) FILTER (WHERE order_date < '2025-07-01') - 1"
    recent = "FROM orders WHERE order_date >= '2024-08-01' AND status = 'completed'"
    by_channel = [float(change) for (change,) in whole.execute(f"SELECT {value} {recent} GROUP BY channel_id").fetchall()]
    assert len(by_channel) == 4 and min(by_channel) > 0.04
    assert measured(whole, f"SELECT {value} {recent}") < -0.05


def test_most_of_the_bad_suppliers_returns_are_defective(whole: duckdb.DuckDBPyConnection, plan: Any) -> None:
    of_supplier = f"p.supplier_id = {plan.bad_supplier.supplier_id} AND o.order_date >= '{plan.bad_supplier.starts}'"
    joined = "returns r JOIN order_lines l USING (order_id, line_number) JOIN orders o USING (order_id) JOIN products p USING (product_id)"
    defective = "SELECT avg((r.reason = 'defective')::int) FROM {} WHERE {} AND r.reason IS NOT NULL"
    assert measured(whole, defective.format(joined, of_supplier)) > 0.6
    assert measured(whole, defective.format(joined, f"NOT ({of_supplier})")) < 0.2


def test_the_newest_days_are_not_complete(whole: duckdb.DuckDBPyConnection, plan: Any) -> None:
    per_day = (
        f"SELECT count(*)::float / {{days}} FROM orders WHERE channel_id = {plan.late_feed.channel_id} AND order_date BETWEEN {{dates}}"
    )
    last = measured(whole, per_day.format(days=2, dates="'2026-06-29' AND '2026-06-30'"))
    usual = measured(whole, per_day.format(days=14, dates="'2026-06-08' AND '2026-06-21'"))
    assert last / usual == pytest.approx(1 - plan.late_feed.share, abs=0.2) and last < 0.8 * usual


def test_nothing_that_is_read_gives_an_effect_away(shop: Warehouse, plan: Any) -> None:
    """Comments and semantic model name no date, no size and no word of the plan."""
    own = "JOIN pg_class ON pg_class.oid = objoid AND relnamespace = 'public'::regnamespace"
    with psycopg.connect(shop.reader) as connection:
        comments = [text for (text,) in connection.execute(f"SELECT description FROM pg_description {own}")]
        comments += [text for (text,) in connection.execute("SELECT obj_description('public'::regnamespace, 'pg_namespace')")]
    assert len(comments) > 90
    texts = "\n".join([*comments, *((FOLDER / name).read_text() for name in ("semantic_model.yaml", "schema.sql"))]).casefold()
    parts = (plan.price_rise, plan.outage, plan.bad_supplier, plan.pull_forward, plan.rename)
    dates = [plan.missing_day, *(part.starts for part in parts)]
    said = [day.isoformat() for day in dates] + [f"{day:%B} {day.day}, {day.year}".casefold() for day in dates]
    sizes = (
        plan.price_rise.rise,
        plan.price_rise.volume,
        plan.outage.lost,
        plan.bad_supplier.rate,
        plan.mix_shift.moved,
        plan.pull_forward.lift,
    )
    said += [f"{size:g}" for size in (*sizes, plan.late_feed.share, plan.duplicate_share)]
    said += [
        "outage",
        "planted",
        "price rise",
        "simpson",
        "pull-forward",
        "pulled forward",
        "missing day",
        "duplicate",
        "renamed",
        "frühjahrs",
    ]
    assert [word for word in said if re.search(rf"(?<![\w.]){re.escape(word)}(?!\d)", texts)] == []
