"""Members that pass or have nothing, the first of each group, and limits of orders: asked of the offline model over several facts, held
against SQL that says what is meant."""

import asyncio
from datetime import date
from typing import Any

import psycopg
import pytest
from found_rows import same_rows
from integration.flights.warehouse import Warehouse
from integration.semantic.in_process import InProcess, Run

SOLD = "order_lines JOIN orders USING (order_id) JOIN products USING (product_id)"
DONE = "status = 'completed'"
IN_2025 = "order_date >= '2025-01-01' AND order_date < '2026-01-01'"
NET = "sum(quantity * unit_price - discount)"
NEVER = f"product_id NOT IN (SELECT product_id FROM {SOLD} WHERE {DONE})"


def members(table: str, having: str, rest: str = "") -> str:
    return f"SELECT count(*) FROM (SELECT {table} WHERE {DONE} {rest} GROUP BY 1 HAVING {having}) AS passing"


def lacking(rest: str = "") -> str:
    ordered = f"SELECT customer_id FROM orders WHERE customer_id IS NOT NULL AND {DONE} {rest}"
    return f"SELECT customer_id, full_name FROM customers WHERE customer_id NOT IN ({ordered})"


ASKED: list[tuple[str, str]] = [
    ("How many customers ordered more than three times?", members("customer_id FROM orders", "count(*) > 3")),
    ("How many customers ordered at least twice in 2025?", members("customer_id FROM orders", "count(*) >= 2", f"AND {IN_2025}")),
    ("Which customers ordered only once?",
     f"SELECT customer_id, full_name FROM customers JOIN orders USING (customer_id) WHERE {DONE} GROUP BY 1, 2 HAVING count(*) = 1"),
    ("How many products were never sold?", f"SELECT count(*) FROM products WHERE {NEVER}"),
    ("How many products were never sold in each category?",
     f"SELECT c.name, count(*) FILTER (WHERE {NEVER}) FROM products JOIN categories c USING (category_id) GROUP BY 1"),
    ("products without sales in June 2026",
     f"SELECT sku, name FROM products WHERE product_id NOT IN (SELECT product_id FROM {SOLD} WHERE {DONE} AND order_date >= '2026-06-01')"),
    ("customers who never ordered", lacking()),
    ("which customers bought nothing in 2025", lacking(f"AND {IN_2025}")),
    ("How many days in 2026 had no orders?",
     "SELECT count(*) FROM generate_series(DATE '2026-01-01', DATE '2026-06-30', '1 day') AS days (day) "
     f"WHERE day::date NOT IN (SELECT order_date FROM orders WHERE {DONE})"),
    ("In how many months was revenue above 100,000?", members(f"date_trunc('month', order_date) FROM {SOLD}", f"{NET} > 100000")),
    ("How many suppliers had sales over 20,000 euros in 2025?", members(f"supplier_id FROM {SOLD}", f"{NET} > 20000", f"AND {IN_2025}")),
    ("which category sold the most in each region",
     f"""SELECT region, category FROM (SELECT r.name AS region, c.name AS category,
         rank() OVER (PARTITION BY r.name ORDER BY {NET} DESC) AS place
         FROM {SOLD} JOIN categories c USING (category_id) JOIN regions r USING (region_id) WHERE {DONE} GROUP BY 1, 2) AS ranked
         WHERE place = 1"""),
    ("how many orders had a value over 500 euros in 2025",
     f"SELECT count(*) FROM orders WHERE {DONE} AND goods_amount > 500 AND {IN_2025}"),
    ("how many returns over 50 euros were there in 2025",
     "SELECT count(*) FROM returns WHERE refund > 50 AND returned_on >= '2025-01-01' AND returned_on < '2026-01-01'"),
]  # fmt: skip


@pytest.fixture(scope="module")
def runs(database: Any, catalog: Any, model: Any) -> dict[str, Run]:
    from analytics_agent.adapters.offline.model import OfflineModel
    from analytics_agent.adapters.warehouses import open_warehouse

    runner = InProcess(OfflineModel(), lambda: open_warehouse(database), catalog, model, date(2026, 6, 30))
    questions = [question for question, _ in ASKED]
    return dict(zip(questions, asyncio.run(runner.ask_all(questions)), strict=True))


@pytest.mark.parametrize(("question", "gold"), ASKED, ids=[question for question, _ in ASKED])
def test_the_rows_are_those_that_the_question_means(runs: dict[str, Run], shop: Warehouse, question: str, gold: str) -> None:
    run = runs[question]
    assert run.end == "finish" and run.answer is not None and not run.errors, (run.given, run.errors)
    print(question, "|", run.answer.headline, "|", " / ".join(claim.text for claim in run.answer.claims))
    with psycopg.connect(shop.reader) as connection:
        assert same_rows(run.rows, meant := connection.execute(gold).fetchall()), (run.rows[:3], meant[:3])
