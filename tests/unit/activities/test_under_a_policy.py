"""A run under a policy, from the first prompt to the last byte that is kept: nothing tells of rows, columns and values that are not its
reader's to see, and results say that they are a part."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from fakes.records import question
from unit.activities.policed import (
    CALLS,
    NAMES,
    PART,
    RULE,
    SECRETS,
    STEPS,
    Doing,
    explored,
    kept,
    rows_of,
    worker,
)

from analytics_agent.activities import rights
from analytics_agent.domain.approval import APPROVALS, Approvals
from analytics_agent.domain.policy import OPEN, Policy
from analytics_agent.domain.rights import GRANT, Grant
from analytics_agent.domain.run import Run
from analytics_agent.domain.statement import Estimate


def test_nothing_that_a_run_is_shown_or_keeps_tells_of_what_is_hidden(shop: Path) -> None:
    run, asked, told, ends = explored(shop, *CALLS)
    assert ends == "finish", told
    everything = kept(run) + "\n".join(run.model.shown).casefold()  # type: ignore[attr-defined]
    for secret in SECRETS:
        at = everything.find(secret.casefold())
        assert at < 0, (secret, everything[max(0, at - 200) : at + 100])
    assert '"oslo"' in everything and "bergen" in everything  # it does see something
    document = asyncio.run(run.store.document(asked.run_id, GRANT, Grant))
    assert document.policy.rules == (RULE,) and document.policy.hash_key == ""
    assert "c-hidden" not in everything and "c1" not in {row.get("customer") for row in rows_of(run, asked, "r3")}


def test_every_result_says_what_of_it_is_a_part_and_what_is_masked(shop: Path) -> None:
    run, asked, told, _ = explored(shop, *CALLS)
    queries = {each.title: each for each in asyncio.run(run.store.queries(asked.run_id))}
    rows = "Of orders only the rows that the asker may see are counted."
    amount, customer = (
        f"orders.{name} is masked: the asker sees it {how}."
        for name, how in (("amount", STEPS), ("customer", "as a hash that stands for the value"))
    )
    assert {*queries["Turnover by city"].caveats} == {rows, amount}
    assert queries["Of one"].caveats == (rows,)
    assert {*queries["All"].caveats} == {rows, amount, customer}
    assert json.loads(told[6])["caveats"] == list(queries["Turnover by city"].caveats)
    found = asyncio.run(run.store.run(asked.run_id)).evidence
    assert found is not None and {*found.caveats} >= {rows, amount}


def test_a_model_is_told_that_rows_are_a_part_and_columns_masked(shop: Path) -> None:
    run, _, told, _ = explored(shop, *CALLS[:2], CALLS[-1])
    shown = run.model.shown[0]  # type: ignore[attr-defined]
    assert "The asker may read 2 tables of this database." in shown
    assert "The asker sees a part of the rows of orders only. A figure from them is never of all" in shown
    assert "Masked: orders.amount and orders.customer. What you see of them are not the stored values" in shown
    described = {each.get("table") or each.get("name"): each for each in json.loads(told[1])}
    columns = {column["name"]: column for column in described["orders"].get("columns", [])} or {
        column["name"]: column for each in json.loads(told[1]) if each.get("table") == "orders" for column in each["columns"]
    }
    assert columns["amount"]["comment"] == f"Masked: the asker sees it {STEPS}."
    assert "rows" not in json.loads(told[0])["tables"][0]
    assert all("rows_estimated" not in each for each in json.loads(told[1]) if each.get("table") == "orders")


def test_the_condition_that_left_no_row_is_found_among_what_is_seen(shop: Path) -> None:
    """Over all rows, `amount > 90000` and the city would have some."""
    calls = (("run_sql", {"purpose": "p", "sql": "SELECT city FROM orders WHERE city = 'Zweibrücken'", "why_not_metrics": "x"}), CALLS[-1])
    _, _, told, _ = explored(shop, *calls)
    warnings = " ".join(json.loads(told[0])["warnings"])
    assert "orders.city is 'Zweibrücken' in no row. Its values:" in warnings
    assert all(warnings.count(f"'{city}'") == 1 for city in ("Oslo", "Bergen", "Voss")) and warnings.count("Zweibrücken") == 1, warnings


def test_no_row_is_said_to_be_none_that_may_be_seen(shop: Path) -> None:
    """The city has orders: "there were none" would be wrong."""
    sql = "SELECT city, order_id FROM orders WHERE city = 'Voss' AND amount > 5000"
    counted = "SELECT count(*) AS n FROM orders WHERE city = 'Voss' AND amount > 5000"
    plain = "SELECT * FROM plain WHERE 1 = 0"
    calls = [("run_sql", {"purpose": text, "sql": text, "why_not_metrics": "x"}) for text in (sql, counted, plain)]
    run, asked, told, _ = explored(shop, *calls, CALLS[-1])
    none = "No row was found among those that the asker may see; there may be others."
    assert none in json.loads(told[0])["caveats"] and none not in json.loads(told[2]).get("caveats", ())
    found = asyncio.run(run.store.run(asked.run_id)).evidence
    assert found is not None and none in found.caveats
    warned = [any("rows that may be seen: there may be others" in said for said in json.loads(each)["warnings"]) for each in told[:3]]
    assert warned == [True, True, False]


# one worker, two readers


def test_two_readers_of_one_worker_never_share_rows_catalogs_or_prompts(shop: Path) -> None:
    ask = ("query_metrics", {"purpose": "Orders by city", "metrics": ["order_count"], "dimensions": ["orders.city"]})
    run = worker(shop)
    asked = {name: question(database="db", owner="k1", text="Orders by city", reads_as=f"user:{name}") for name in ("ada", "bob")}

    async def steps() -> None:
        for each in asked.values():
            await run.begin(each)
        both = [Doing(ask, CALLS[-1]) for _ in asked]
        for model, each in zip(both, asked.values(), strict=True):
            run.turns._calls._model = model
            await run.converse(each, "explore")
        shown = ["".join(model.shown) for model in both]
        assert "Oslo" in shown[0] and "Zweibr" not in shown[0]
        assert "Zweibr" in shown[1] and "Oslo" not in shown[1]

    asyncio.run(steps())
    assert {row["city"] for row in rows_of(run, asked["ada"], "r1")} == {"Oslo", "Bergen", "Voss"}
    assert rows_of(run, asked["bob"], "r1") == [{"city": "Zweibrücken", "order_count": 40}]


def test_the_same_statement_of_two_readers_at_the_same_time_is_two_statements(shop: Path) -> None:
    """In line at the database the same statement runs once for all who ask for it."""
    run = worker(shop)
    asked = [question(database="db", owner="k1", text="Orders by city", reads_as=f"user:{name}") for name in ("ada", "bob", "ada")]

    async def steps() -> list[Run]:
        for each in asked:
            await run.begin(each)
        await asyncio.gather(*(run.converse(each, "explore") for each in asked))
        return [await run.store.run(each.run_id) for each in asked]

    ada, bob, again = asyncio.run(steps())
    first, second, third = (each.queries[0].artifact.sha256 for each in (ada, bob, again))
    assert first == third != second


def test_what_is_kept_of_a_narrow_catalog_is_kept_by_its_policy(shop: Path) -> None:
    run = worker(shop)
    asyncio.run(run.ask("How many orders are there by city?"))
    catalog, database = asyncio.run(run.store.catalog("db")), asyncio.run(run.store.database("db"))
    one, same, other = (rights.readable(database, catalog, Grant(policy)) for policy in (PART, replace(PART), Policy(NAMES[1:2])))
    assert one.catalog is same.catalog and one.model is same.model
    assert [table.name for table in other.catalog.tables] == ["plain"] and other.model is not one.model
    assert rights.readable(database, catalog, Grant(OPEN)).catalog is catalog
    later = replace(catalog, read_at=datetime.now(UTC))
    assert rights.readable(database, later, Grant(PART)).catalog is not one.catalog


# what a statement is expected to take


def test_no_estimate_tells_how_many_rows_are_hidden(shop: Path) -> None:
    sql = "SELECT a.city, count(*) AS n FROM orders AS a CROSS JOIN orders AS b GROUP BY 1"
    calls = (("run_sql", {"purpose": "p", "sql": sql, "why_not_metrics": "x"}), ("refuse", {"reason": "No."}))
    run, _, told, _ = explored(shop, *calls, rows_limit=20)
    assert told[0].startswith(
        "The statement was not run. It is expected to go through more rows of orders than is allowed; the limit is 20."
    )
    assert not any(number in kept(run) for number in ("10,201", "10,000", "10000", "10201", "10.2 thousand"))


def test_a_person_who_approves_is_told_no_number_and_no_condition(shop: Path) -> None:
    sql = "SELECT a.city, count(*) AS n FROM orders AS a CROSS JOIN orders AS b GROUP BY 1"
    run = worker(shop, Doing(("run_sql", {"purpose": "p", "sql": sql, "why_not_metrics": "x"})), rows_limit=20, over="ask")
    asked = [question(database="db", owner="k1", text="How is it?", reads_as=f"user:{name}") for name in ("ada", "bob")]
    waiting = []
    for each in asked:
        run.turns._calls._model = Doing(("run_sql", {"purpose": "p", "sql": sql, "why_not_metrics": "x"}))
        asyncio.run(run.begin(each))
        assert asyncio.run(run.converse(each, "explore")) == "approve"
        waiting.append(asyncio.run(run.store.document(each.run_id, APPROVALS, Approvals)).waiting)
    one, other = waiting
    assert (one.estimate, one.id) == (Estimate(), other.id)
    assert one.why == "It is expected to go through more rows of orders than is allowed; the limit is 20."
    assert "4711" not in one.sql and "4711" not in str(one)


def test_under_the_limit_the_estimate_is_not_kept_with_a_result_of_ruled_rows(shop: Path) -> None:
    calls = (
        *(
            (("run_sql", {"purpose": name, "sql": f"SELECT count(*) AS n FROM {name}", "why_not_metrics": "x"}))
            for name in ("orders", "plain")
        ),
        CALLS[-1],
    )
    run, asked, _, _ = explored(shop, *calls, rows_limit=100_000)
    of = {each.title: each for each in asyncio.run(run.store.queries(asked.run_id))}
    assert of["orders"].estimate is None and of["orders"].rows == 1
