"""A shop whose readers see parts of it, and a run of one of them: what it calls, is told and keeps."""

import asyncio
import io
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
from asked_alone import Asked, PolicyRights
from fakes.records import question
from unit.activities.exploring import Listening

from analytics_agent.domain.catalog import TableName
from analytics_agent.domain.policy import Mask, Policy, TablePolicy
from analytics_agent.domain.question import Question
from analytics_agent.domain.rights import GRANT

KEY = "k3y-of-this-installation"
SECRETS = ("zweibrücken", "98765", "424242", "hushhush", "markup_secret", "4711", KEY)
"""A hidden row's city and amount, a raw value of a masked column, a hidden column's value and its name, the condition's literal."""

STEPS = "rounded down to steps of 100, so that sums and means of it are too low"
MODEL = """
version: 0.2.0.dev0
semantic_model:
  - name: shop
    description: Everything, zweibrücken too.
    datasets:
      - name: orders
        source: orders
        primary_key: [order_id]
        description: Orders. The markup_secret is what we add.
        fields:
          - {name: city, expression: {dialects: [{dialect: ANSI_SQL, expression: city}]}}
          - {name: customer, expression: {dialects: [{dialect: ANSI_SQL, expression: customer}]}}
          - {name: amount, expression: {dialects: [{dialect: ANSI_SQL, expression: amount}]}}
          - {name: markup, expression: {dialects: [{dialect: ANSI_SQL, expression: markup_secret}]}}
    metrics:
      - name: order_count
        label: Orders
        expression: {dialects: [{dialect: ANSI_SQL, expression: COUNT(orders.order_id)}]}
        custom_extensions: [{vendor_name: ANALYTICS_AGENT, data: '{"dataset": "orders", "additivity": "additive"}'}]
      - name: turnover
        label: Turnover
        expression: {dialects: [{dialect: ANSI_SQL, expression: SUM(orders.amount)}]}
        custom_extensions: [{vendor_name: ANALYTICS_AGENT, data: '{"dataset": "orders", "additivity": "additive"}'}]
      - name: markup_total
        label: Markup
        description: The markup_secret of all orders.
        expression: {dialects: [{dialect: ANSI_SQL, expression: SUM(orders.markup)}]}
        custom_extensions: [{vendor_name: ANALYTICS_AGENT, data: '{"dataset": "orders"}'}]
"""
NAMES = tuple(TableName("public", name) for name in ("orders", "plain", "staff"))
RULE = TablePolicy(
    "public",
    "orders",
    (("region <> 4711",),),
    (Mask("amount", "bucket", size=100), Mask("customer", "hash")),
    ("markup_secret",),
)
PART = Policy(NAMES[:2], (RULE,), KEY)
NARROW = Policy(NAMES[:2], (replace(RULE, rows=(*RULE.rows, ("city <> 'Oslo'",))),), KEY)
OTHER = Policy(NAMES[:2], (replace(RULE, rows=(("region = 4711",),)),), KEY)


def made_shop(tmp_path: Path) -> Path:
    path = tmp_path / "shop.duckdb"
    with duckdb.connect(str(path)) as made:
        made.execute("CREATE SCHEMA public; SET schema = 'public'")
        made.execute("CREATE TABLE orders (order_id INTEGER, region INTEGER, city TEXT, customer TEXT, amount INTEGER, markup_secret TEXT)")
        rows = [(n, n % 3, ("Oslo", "Bergen", "Voss")[n % 3], f"c{n % 5}", 100 + n, "hushhush") for n in range(60)]
        hidden = [(n, 4711, "Zweibrücken", "c-hidden", 98765, "hushhush") for n in range(100, 140)]
        made.executemany("INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?)", [*rows, *hidden, (200, 1, "Oslo", "c1", 424242, "hushhush")])
        made.execute("COMMENT ON COLUMN orders.city IS 'Where; markup_secret differs by it.'")
        made.execute("CREATE TABLE plain (id INTEGER, note TEXT); INSERT INTO plain VALUES (1, 'seen'), (2, 'seen')")
        made.execute("COMMENT ON TABLE plain IS 'Has nothing of orders.markup_secret.'")
        made.execute("CREATE TABLE staff (name TEXT); INSERT INTO staff VALUES ('hushhush')")
    return path


CALLS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("search_catalog", {"words": "orders city markup secret staff amount"}),
    ("describe", {"names": ["orders", "model", "turnover", "markup_total", "plain", "order", "markup"]}),
    ("look_at_values", {"column": "orders.city"}),
    ("look_at_values", {"column": "orders.city", "like": "zweibr"}),
    ("look_at_values", {"column": "orders.amount"}),
    ("look_at_values", {"column": "orders.customer", "like": "hidden"}),
    ("query_metrics", {"purpose": "Turnover by city", "metrics": ["turnover", "order_count"], "dimensions": ["orders.city"]}),
    ("query_metrics", {"purpose": "p", "metrics": ["turn_over"], "dimensions": ["orders.mark"]}),
    (
        "query_metrics",
        {"purpose": "Of one", "metrics": ["order_count"], "filters": [{"field": "orders.city", "op": "=", "values": ["Zwei"]}]},
    ),
    ("run_sql", {"purpose": "All", "sql": "SELECT * FROM orders ORDER BY order_id DESC", "why_not_metrics": "rows"}),
    ("run_sql", {"purpose": "None", "sql": "SELECT count(*) AS n FROM orders WHERE amount > 90000", "why_not_metrics": "rows"}),
    ("run_sql", {"purpose": "Error", "sql": "SELECT CAST(city AS INTEGER) AS n FROM orders", "why_not_metrics": "rows"}),
    ("run_sql", {"purpose": "Names", "sql": "SELECT markup_secre, amout FROM orders", "why_not_metrics": "rows"}),
    ("finish", {"primary": "r1", "results": ["r1", "r2"], "readings": ["As it stands."]}),
)


class Doing(Listening):
    """Explores by these calls, then does nothing more."""

    async def reply(self, request: Any) -> Any:
        if not self.calls:
            self.calls.append(("done", {}))
        return await super().reply(request)


def worker(shop: Path, model: Any = None, policy: Policy = PART, **more: Any) -> Asked:
    options = {"lasts": more.pop("lasts")} if "lasts" in more else {}
    return Asked(
        shop, PolicyRights({"user:ada": policy, "user:bob": OTHER}, **options), MODEL, **({"model": model} if model else {}), **more
    )


def explored(shop: Path, *calls: tuple[str, dict[str, Any]], **more: Any) -> tuple[Asked, Question, list[str], str | None]:
    run = worker(shop, Doing(*calls), **more)
    asked = question(database="db", owner="k1", text="How is it?", reads_as="user:ada")

    async def steps() -> tuple[list[str], str | None]:
        await run.begin(asked)
        ends = await run.converse(asked, "explore")
        return await run.told(asked.run_id), ends

    told, ends = asyncio.run(steps())
    return run, asked, told, ends


def kept(run: Asked) -> str:
    """All that is stored, rows too, but for catalogs and databases, which are the operator's, and the grant, which is told to nobody."""
    texts = []
    for content in run.artifacts.files.values():
        is_table = content[:4] == b"PAR1"
        texts.append(str(pq.read_table(io.BytesIO(content)).to_pylist()) if is_table else content.decode())
    store = deepcopy({name: value for name, value in vars(run.store).items() if name not in ("_catalogs", "_databases")})
    for one in store["_runs"].values():
        assert one.documents.pop(GRANT).policy.hash_key == ""
    texts.append(str(store))
    return "\n".join(texts).casefold()


def rows_of(run: Asked, asked: Question, name: str) -> list[dict[str, Any]]:
    query = next(each for each in asyncio.run(run.store.queries(asked.run_id)) if each.id == name)
    return asyncio.run(run.artifacts.get_table(query.artifact)).to_pylist()  # type: ignore[no-any-return]
