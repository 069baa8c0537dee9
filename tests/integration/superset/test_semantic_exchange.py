"""What people describe in a real Superset becomes a semantic model, and a model becomes metrics that its charts can ask."""

import asyncio
import json
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from integration.superset.running import Superset, forget_connection
from running_stack import RunningStack
from superset_people import People

from analytics_agent import semantic
from analytics_agent.domain.database import Database, superset_uuid
from analytics_agent.semantic.model import Certification

pytestmark = pytest.mark.stack

ORDERS = """
CREATE TABLE customers (id int PRIMARY KEY, name text);
CREATE TABLE orders (id int PRIMARY KEY, customer_id int REFERENCES customers, placed_on date, status text, amount numeric);
INSERT INTO customers SELECT n, 'c' || n FROM generate_series(1, 5) AS n;
INSERT INTO orders SELECT n, 1 + n % 5, date '2026-01-01' + n % 30, CASE WHEN n % 4 = 0 THEN 'open' ELSE 'paid' END, n
FROM generate_series(1, 100) AS n;
"""
MODEL = """\
version: 0.2.0.dev0
semantic_model:
  - name: shop
    datasets:
      - name: orders
        source: public.orders
        primary_key: [id]
        description: What was bought.
        fields:
          - {name: placed_on, expression: {dialects: [{dialect: ANSI_SQL, expression: placed_on}]}, dimension: {is_time: true}}
          - {name: status, label: Order status, expression: {dialects: [{dialect: ANSI_SQL, expression: status}]}}
          - {name: is_large, label: Large, expression: {dialects: [{dialect: ANSI_SQL, expression: amount > 50}]}}
          - {name: amount, expression: {dialects: [{dialect: ANSI_SQL, expression: amount}]}}
    metrics:
      - name: paid_amount
        label: Paid
        description: What was paid.
        expression: {dialects: [{dialect: ANSI_SQL, expression: SUM(orders.amount)}]}
        custom_extensions:
          - vendor_name: ANALYTICS_AGENT
            data: >-
              {"unit": "EUR", "format": "currency", "decimals": 2, "additivity": "additive",
               "filters": [{"field": "orders.status", "op": "=", "values": ["paid"]}],
               "certification": {"status": "certified", "by": "Finance", "details": "Audited."}}
      - name: paid_so_far
        custom_extensions: [{vendor_name: ANALYTICS_AGENT, data: '{"cumulative": {"metric": "paid_amount"}}'}]
"""


@pytest.fixture
def shop(stack: RunningStack, superset: Superset, postgres_database: str) -> Iterator[tuple[str, int]]:
    """A database of ours and a dataset that somebody made of one of its tables, with a metric by hand."""
    name = f"shop_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(postgres_database, autocommit=True) as connection:
        connection.execute(ORDERS)
    with stack.client() as client:
        client.add_database(name, postgres_database, schema="public")
    dataset = asyncio.run(_described(superset, name))
    yield name, dataset
    asyncio.run(_removed(superset, name))
    with stack.client() as client:
        client.remove_database(name)
    forget_connection(superset, Database(name, postgres_database))


async def _described(superset: Superset, name: str) -> int:
    certified = json.dumps({"certification": {"certified_by": "Ada", "details": ""}})
    async with superset.session() as session:
        (connection,) = await session.select("database/", "uuid", superset_uuid(name))
        dataset = await session.create("dataset/", {"database": connection["id"], "schema": "public", "table_name": "orders"})
        there = await session.find(f"dataset/{dataset}") or {}
        metrics = [{key: one[key] for key in ("id", "metric_name", "expression")} for one in there["metrics"]]
        mine = {"metric_name": "mine", "verbose_name": "My sum", "expression": "SUM(amount)", "extra": certified}
        await session.change(f"dataset/{dataset}", {"metrics": [*metrics, mine]})
        return dataset


async def _removed(superset: Superset, name: str) -> None:
    async with superset.session() as session:
        for dataset in await _listed(superset, name):
            await session.remove(f"dataset/{dataset['id']}")


async def _listed(superset: Superset, name: str) -> list[dict[str, Any]]:
    """All datasets over a database of ours."""
    async with superset.session() as session:
        (connection,) = await session.select("database/", "uuid", superset_uuid(name))
        where = {"filters": [{"col": "database", "opr": "rel_o_m", "value": connection["id"]}], "page_size": 50}
        found: list[dict[str, Any]] = (await session.read("dataset/", q=json.dumps(where)))["result"]
        return found


async def _seen(superset: Superset, dataset: int) -> dict[str, Any]:
    async with superset.session() as session:
        return await session.find(f"dataset/{dataset}") or {}


async def _asked(superset: Superset, dataset: int, metrics: list[str], columns: list[str]) -> list[dict[str, Any]]:
    body = {
        "datasource": {"id": dataset, "type": "table"},
        "queries": [{"columns": columns, "metrics": metrics, "orderby": [[each, True] for each in columns[:1]], "row_limit": 10}],
    }
    async with superset.session() as session:
        found: list[dict[str, Any]] = (await session.ask("chart/data", body))["result"][0]["data"]
        return found


def test_a_model_goes_to_superset_once_beside_what_people_made_and_comes_back(
    stack: RunningStack, superset: Superset, shop: tuple[str, int], people: People
) -> None:
    name, dataset = shop
    with stack.client() as client:
        found = client.import_superset_model(name)
        model = semantic.load(found["semantic_model"])
        mine = model.metric("mine")
        assert mine and (mine.label, mine.additivity, mine.certification) == ("My sum", "additive", Certification("certified", "Ada"))
        orders = model.dataset("orders")
        assert orders and (orders.primary_key, orders.time_field, orders.owners) == (("id",), "orders.placed_on", ())

        client.set_semantic_model(name, MODEL)
        before = asyncio.run(_seen(superset, dataset))
        planned = client.export_superset_model(name, dry_run=True)
        assert asyncio.run(_seen(superset, dataset))["changed_on"] == before["changed_on"] and not planned["written"]
        refused = _not_ours(superset, people, dataset, lambda: client.export_superset_model(name))
        assert any("Add our service account to its owners in Superset" in said for said in refused["left"]), refused
        done = client.export_superset_model(name)
        assert done["written"] and done["steps"] == planned["steps"]
        assert any("metric `paid_so_far`: it is cumulative" in said for said in done["left"])

        seen = asyncio.run(_seen(superset, dataset))
        metrics = {one["metric_name"]: one for one in seen["metrics"]}
        assert set(metrics) == {"count", "mine", "paid_amount"} and seen["description"] == "What was bought."
        assert (metrics["mine"]["verbose_name"], metrics["mine"]["id"]) == ("My sum", _number(before, "mine"))
        assert json.loads(metrics["paid_amount"]["extra"])["certification"] == {"certified_by": "Finance", "details": "Audited."}
        assert {one["column_name"] for one in seen["columns"]} == {"id", "customer_id", "placed_on", "status", "amount", "is_large"}

        again = client.export_superset_model(name)
        assert (again["steps"], again["written"]) == ([], False)
        back = semantic.load(client.import_superset_model(name)["semantic_model"])
        paid = back.metric("paid_amount")
        assert paid and back.certification_of(paid) == Certification("certified", "Finance", "Audited.")
        assert (paid.unit, paid.decimals, paid.format) == ("EUR", 2, "currency")
    rows = asyncio.run(_asked(superset, dataset, ["paid_amount", "mine"], ["is_large"]))
    assert [(row["is_large"], float(row["paid_amount"]), float(row["mine"])) for row in rows] == [(False, 963, 1275), (True, 2787, 3775)]


WIDER = MODEL.replace(
    "    metrics:\n",
    """\
      - name: customers
        source: public.customers
        primary_key: [id]
        description: Who buys.
        custom_extensions: [{vendor_name: ANALYTICS_AGENT, data: '{"certification": {"status": "certified", "by": "Finance"}}'}]
        fields: [{name: name, label: Full name, expression: {dialects: [{dialect: ANSI_SQL, expression: name}]}}]
      - name: late_orders
        source: SELECT id, placed_on, amount FROM public.orders WHERE placed_on >= DATE '2026-01-20'
        fields:
          - {name: placed_on, label: Day, expression: {dialects: [{dialect: ANSI_SQL, expression: placed_on}]}, dimension: {is_time: true}}
    metrics:
      - {name: clients, label: Clients, expression: {dialects: [{dialect: ANSI_SQL, expression: COUNT(customers.id)}]}}
      - {name: late_amount, expression: {dialects: [{dialect: ANSI_SQL, expression: SUM(late_orders.amount)}]}}
""",
)


def test_tables_and_queries_without_a_dataset_get_one_and_what_people_empty_stays_empty(
    stack: RunningStack, superset: Superset, shop: tuple[str, int]
) -> None:
    name, _ = shop
    with stack.client() as client:
        client.set_semantic_model(name, WIDER)
        planned = client.export_superset_model(name, dry_run=True)
        assert {step["dataset"] for step in planned["steps"] if step["what"] == "dataset" and step["is_new"]} == {
            "customers",
            "late_orders",
        }
        assert len(asyncio.run(_listed(superset, name))) == 1
        done = client.export_superset_model(name)
        assert done["written"] and done["steps"] == planned["steps"], done["left"]
        there = {one["table_name"]: int(one["id"]) for one in asyncio.run(_listed(superset, name))}
        assert set(there) == {"orders", "customers", "late_orders"}
        customers, late = (asyncio.run(_seen(superset, there[each])) for each in ("customers", "late_orders"))
        assert (customers["schema"], customers["sql"], customers["description"]) == ("public", None, "Who buys.")
        assert [one["id"] for one in customers["owners"]] == [asyncio.run(_me(superset))]
        assert json.loads(customers["extra"])["certification"] == {"certified_by": "Finance", "details": ""}
        assert {one["column_name"]: one["verbose_name"] for one in customers["columns"]} == {"id": None, "name": "Full name"}
        assert late["main_dttm_col"] == "placed_on" and late["sql"].startswith("SELECT id, placed_on")
        again = client.export_superset_model(name)
        assert (again["steps"], again["written"]) == ([], False)

        asyncio.run(_emptied(superset, customers))
        again = client.export_superset_model(name)
        assert (again["steps"], again["written"]) == ([], False)
        assert "dataset of customers: its description was taken out by hand in Superset and stays empty." in again["left"]
        assert "metric `clients`: it was removed from customers in Superset; it was left out." in again["left"]
    (row,) = asyncio.run(_asked(superset, there["late_orders"], ["late_amount"], []))
    assert float(row["late_amount"]) == sum(n for n in range(1, 101) if 1 + n % 30 >= 20)


async def _emptied(superset: Superset, dataset: dict[str, Any]) -> None:
    """As the editor of Superset sends it: without the description, and without the metric."""
    kept = [{key: one[key] for key in ("id", "metric_name", "expression")} for one in dataset["metrics"] if one["metric_name"] != "clients"]
    async with superset.session() as session:
        await session.change(f"dataset/{dataset['id']}", {"description": "", "metrics": kept})


def _not_ours(superset: Superset, people: People, dataset: int, act: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What comes of it while the dataset is an administrator's own."""
    own, theirs = asyncio.run(_me(superset)), int(people.administrator.get("/api/v1/me/").json()["result"]["id"])
    _owned(people, dataset, [theirs])
    done = act()
    _owned(people, dataset, [theirs, own])
    return done


def _owned(people: People, dataset: int, owners: list[int]) -> None:
    answer = people.administrator.send("PUT", f"/api/v1/dataset/{dataset}", {"owners": owners})
    assert answer.status_code == 200, answer.text


async def _me(superset: Superset) -> int:
    async with superset.session() as session:
        return int((await session.read("me/"))["result"]["id"])


def _number(dataset: dict[str, Any], metric: str) -> int:
    return next(int(one["id"]) for one in dataset["metrics"] if one["metric_name"] == metric)
