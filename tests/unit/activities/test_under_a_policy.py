"""A run under a policy, from the first prompt to the last byte that is kept: nothing tells of rows, columns and values that are not its
reader's to see, results say that they are a part, and what was found is not told to who may not see it any more."""

import asyncio
import io
import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
from asked_alone import Asked, PolicyRights
from fakes.records import question
from unit.activities.test_rights import Listening

from analytics_agent.activities import reading, rights
from analytics_agent.activities.changes import ChangeActivities
from analytics_agent.activities.replay import ReplayActivities
from analytics_agent.activities.run import RunActivities
from analytics_agent.domain.approval import APPROVALS, Approvals
from analytics_agent.domain.catalog import TableName
from analytics_agent.domain.orders import RunOrder, StepOrder
from analytics_agent.domain.policy import OPEN, Mask, Policy, TablePolicy
from analytics_agent.domain.question import Question
from analytics_agent.domain.rights import GRANT, READ, Grant, TablesRead
from analytics_agent.domain.run import Refusal, Run
from analytics_agent.domain.statement import Estimate
from analytics_agent.errors import NotAllowed
from analytics_agent.semantic.origin import origin

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
OTHER = Policy(NAMES[:2], (replace(RULE, rows=(("region = 4711",),)),), KEY)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
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


def rows_of(run: Asked, asked: Question, name: str) -> list[dict[str, Any]]:
    query = next(each for each in asyncio.run(run.store.queries(asked.run_id)) if each.id == name)
    return asyncio.run(run.artifacts.get_table(query.artifact)).to_pylist()  # type: ignore[no-any-return]


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


# rights that change


NARROW = Policy(NAMES[:2], (replace(RULE, rows=(*RULE.rows, ("city <> 'Oslo'",))),), KEY)


@pytest.mark.parametrize(
    ("change", "ends"),
    [
        (lambda old: NARROW, True),
        (lambda old: Policy(NAMES[1:2]), True),
        (lambda old: replace(old, rules=(replace(RULE, masks=(*RULE.masks, Mask("city", "null"))),)), True),
        (lambda old: replace(old, tables=NAMES), False),
        (lambda old: Policy(NAMES), False),
        (lambda old: replace(old, tables=NAMES[:1]), False),
    ],
    ids=["fewer rows", "no table", "a mask more", "another table", "everything", "a table that was not read is gone"],
)
def test_a_right_that_is_taken_in_mid_run_ends_it_where_it_was_used(shop: Path, change: Callable[[Policy], Policy], ends: bool) -> None:
    run = worker(shop, Doing(CALLS[6], CALLS[6]), lasts=timedelta(0))
    asked = question(database="db", owner="k1", text="How is it?", reads_as="user:ada")

    async def steps() -> str:
        await run.begin(asked)
        await one_turn()
        run.rights.policies["user:ada"] = change(PART)
        for step in ("analyze", "synthesize", "report", "deliver"):
            assert not await frame.begin_step(StepOrder(asked.run_id, step))  # type: ignore[arg-type]
        try:
            await run.explore.renew_rights(RunOrder(asked.run_id))
        except NotAllowed as error:
            return str(error)
        return ""

    async def one_turn() -> None:
        from analytics_agent.domain.orders import ToolOrder, TurnOrder

        outcome = await run.turns.model_turn(TurnOrder(asked.run_id, "explore", 1))
        for call in outcome.calls:
            await run.explore.explore_tool(ToolOrder(asked.run_id, "explore", 1, call.call_id, call.tool))

    frame = RunActivities(run.store, run.artifacts, can_publish=False)
    said = asyncio.run(steps())
    assert asyncio.run(run.store.document(asked.run_id, READ, TablesRead)).tables == NAMES[:1]
    if not ends:
        assert said == ""
        return
    assert said.startswith("What you may read has changed since this question was asked")
    refusal = asyncio.run(run.store.document(asked.run_id, "refusal", Refusal))
    assert refusal.reason == said and "Oslo" not in said and "orders" not in said


def test_a_step_of_a_run_whose_grant_holds_or_of_an_operator_begins_at_once(shop: Path) -> None:
    run = worker(shop)
    frame = RunActivities(run.store, run.artifacts, can_publish=False)
    for reader in ("user:ada", "k1"):
        done = asyncio.run(run.ask("How many orders are there by city?", reader=reader))
        assert asyncio.run(frame.begin_step(StepOrder(done.question.run_id, "report")))


def test_values_that_were_looked_at_count_as_read(shop: Path) -> None:
    run, asked, _, _ = explored(shop, ("look_at_values", {"column": "plain.note"}), ("refuse", {"reason": "No."}))
    assert asyncio.run(run.store.document(asked.run_id, READ, TablesRead)).tables == NAMES[1:2]


# what was found before


def continued(shop: Path, before: str, now: Policy) -> str:
    """What a model is shown of a question that goes on from one which `before` asked."""
    run = worker(shop)
    earlier = asyncio.run(run.ask("How many orders are there by city?", reader=before))
    assert earlier.answer
    run.rights.policies["user:ada"] = now
    run.turns._calls._model = model = Doing(("refuse", {"reason": "No."}))
    asyncio.run(run.ask("And by customer?", continues=earlier.question.run_id))
    return model.shown[0]


def test_an_earlier_run_is_told_only_to_who_may_see_what_it_was_shown(shop: Path) -> None:
    assert "<earlier>\\nQuestion" in continued(shop, "user:ada", PART)
    assert "<earlier>\\nQuestion" in continued(shop, "user:ada", Policy(NAMES))
    assert "<earlier>\\nQuestion" not in continued(shop, "user:ada", NARROW)
    assert "<earlier>\\nQuestion" not in continued(shop, "user:ada", replace(PART, tables=NAMES[1:]))
    assert "<earlier>\\nQuestion" not in continued(shop, "user:bob", PART)
    assert "<earlier>\\nQuestion" not in continued(shop, "k1", PART)  # an operator saw everything
    assert "<earlier>\\nQuestion" in continued(shop, "k1", Policy(NAMES))


def replayed(shop: Path, now: Policy) -> tuple[bool, Run, Asked]:
    run = worker(shop)
    source = asyncio.run(run.ask("How many orders are there by city?"))
    run.rights.policies["user:ada"] = now
    again = question(database="db", owner="k1", text=source.question.text, reads_as="user:ada", replays=source.question.run_id)

    async def steps() -> bool:
        await run.begin(again)
        activities = ReplayActivities(run.store, run.artifacts, run.explore.warehouse, run.analyze)
        return await activities.replay_explore(RunOrder(again.run_id))

    made = asyncio.run(steps())
    return made, asyncio.run(run.store.run(again.run_id)), run


def test_an_accepted_answer_is_made_again_only_for_who_may_see_what_it_was_made_from(shop: Path) -> None:
    made, run, _ = replayed(shop, PART)
    assert made and run.evidence and run.evidence.caveats.count("Of orders only the rows that the asker may see are counted.") == 1
    made, run, _ = replayed(shop, NARROW)
    assert not made and run.refusal and not run.queries
    assert run.refusal.reason.startswith("The accepted answer was made from data that is not all yours to see any more.")
    made, run, _ = replayed(shop, Policy(NAMES))
    assert made and run.evidence and run.evidence.caveats == ()


def test_two_reports_of_different_rights_are_not_compared(shop: Path) -> None:
    run = worker(shop)
    runs = {}
    for name, policy in (("same", PART), ("again", PART), ("more", Policy(NAMES)), ("less", NARROW)):
        run.rights.policies["user:ada"] = policy
        runs[name] = asyncio.run(run.ask("How many orders are there by city?"))
    alike = {(one, other): asyncio.run(reading.may_be_compared(run.store, runs[one], runs[other])) for one in runs for other in runs}
    assert {pair for pair, may in alike.items() if may} == {(name, name) for name in runs} | {("same", "again"), ("again", "same")}
    operators = asyncio.run(run.ask("How many orders are there by city?", reader="k1"))
    assert asyncio.run(reading.may_be_compared(run.store, operators, operators))
    assert not asyncio.run(reading.may_be_compared(run.store, operators, runs["same"]))


def test_a_report_made_with_other_rights_says_nothing_of_what_changed(shop: Path) -> None:
    made, now, run = replayed(shop, Policy(NAMES))
    assert made
    source = asyncio.run(origin(run.store, now.question.replays or ""))
    assert not asyncio.run(reading.may_be_compared(run.store, source, now))
    assert asyncio.run(ChangeActivities(run.store, run.artifacts).say_changes(RunOrder(now.question.run_id))) is False
