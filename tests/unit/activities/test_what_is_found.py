"""What search_catalog and run_sql tell a model of values, synonyms and verified queries, on a real DuckDB shop."""

import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest
from asked_alone import PolicyRights
from fakes.memory_artifacts import MemoryArtifacts
from fakes.memory_store import MemoryStore
from fakes.records import question, turn
from unit.activities.test_explore import Shop
from unit.semantic import shop

from analytics_agent.activities import conversation, doubts
from analytics_agent.activities.explore import ExploreActivities
from analytics_agent.domain.briefing import Briefing
from analytics_agent.domain.catalog import TableName
from analytics_agent.domain.conversation import Reply, Usage
from analytics_agent.domain.database import Database, ModelSees
from analytics_agent.domain.evidence import Query, Verified
from analytics_agent.domain.model_version import model_digest
from analytics_agent.domain.orders import ToolOrder
from analytics_agent.domain.policy import OPEN, Policy, TablePolicy
from analytics_agent.domain.profile import ColumnProfile, KeptProfile, TableProfile
from analytics_agent.domain.rights import READ, TablesRead

SQL = "SELECT s.city, COUNT(*) AS orders FROM orders AS o JOIN stores AS s ON s.store_id = o.store_id GROUP BY s.city ORDER BY orders DESC"
WITH_A_VALUE = "SELECT COUNT(*) AS n FROM orders WHERE status = 'cancelled'"
VOUCHED = [
    {"question": "Which cities have the most orders?", "sql": SQL, "by": "Ada", "on": "2025-05-01"},
    {"question": "How many orders were called off?", "sql": WITH_A_VALUE},
]
TEXT = shop.TEXT.replace('"notes": [', f'"verified_queries": {json.dumps(VOUCHED)}, "notes": [', 1)
ALL_TABLES = tuple(TableName("main", name) for name in shop.TABLES)
CITIES = TableProfile("main", "stores", 3, True, (ColumnProfile("city", 3, 3, common=(("Oslo", 1), ("Bergen", 1))),))


async def answered(
    calls: Sequence[tuple[str, dict[str, Any]]], *, asked: str, sees: ModelSees, policy: Policy, model: str
) -> tuple[list[Any], list[Query], set[str]]:
    owner = "k1" if policy.is_open else "user:ada"
    store, artifacts, run = MemoryStore(), MemoryArtifacts(), question(database="shop", text=asked, model=model, owner=owner)
    await store.create_run(run)
    await store.save_database(Database("shop", "duckdb:///shop", "duckdb", None, TEXT, sees))
    await store.save_catalog(shop.catalog())
    await store.keep_profiles(shop.catalog(), [KeptProfile(CITIES, "f", datetime.now(UTC))])
    await store.save_document(run.run_id, "briefing", Briefing(date(2025, 6, 1), "f", sees))
    blocks = tuple({"type": "tool_use", "id": str(at), "name": tool, "input": given} for at, (tool, given) in enumerate(calls))
    await store.save_turn(run.run_id, turn(reply=await artifacts.put_record(Reply(blocks, "tool_use", Usage(), "offline"))))
    activities = ExploreActivities(
        store,  # type: ignore[arg-type]
        artifacts,  # type: ignore[arg-type]
        lambda database: Shop(),  # type: ignore[arg-type, return-value]
        PolicyRights({"user:ada": policy}),
        row_cap=1_000,
        timeout_seconds=5,
        catalog_age_seconds=60,
    )
    for block in blocks:
        await activities.explore_tool(ToolOrder(run.run_id, "explore", 1, str(block["id"]), str(block["name"])))
    said = await conversation.read(store, artifacts, run.run_id, "explore", before=2)  # type: ignore[arg-type]
    told = [said.results[1, str(block["id"])][1] for block in blocks]
    read = await store.document(run.run_id, READ, TablesRead) or TablesRead(())
    texts = [json.loads(text) if text.startswith(("{", "[")) else text for text in told]
    return texts, list(await store.queries(run.run_id)), {table.name for table in read.tables}


def tell(
    *calls: tuple[str, dict[str, Any]],
    asked: str = "Which cities sold most?",
    sees: ModelSees = "full",
    policy: Policy = OPEN,
    model: str = "offline",
) -> tuple[list[Any], list[Query], set[str]]:
    return asyncio.run(answered(calls, asked=asked, sees=sees, policy=policy, model=model))


def found(words: str, **how: Any) -> dict[str, Any]:
    (told, *_), *_ = tell(("search_catalog", {"words": words}), **how)
    return dict(told)


def ran(sql: str, **how: Any) -> tuple[dict[str, Any], Query]:
    (told, *_), (query, *_), _ = tell(("run_sql", {"purpose": "Orders", "sql": sql, "why_not_metrics": "none"}), **how)
    return dict(told), query


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its tables are made anew for each statement, which a busy machine takes its time for."""
    monkeypatch.setattr(doubts, "ALL_SECONDS", 60.0)


def test_a_value_that_a_column_is_known_to_hold_finds_it() -> None:
    hits = {hit["table"]: hit.get("values") for hit in found("orders from Bergen")["tables"]}
    assert hits["stores"] == ["city = Bergen"]


def test_a_word_for_a_value_finds_the_dimension_and_the_column() -> None:
    told = found("orders that were called off")
    assert {hit["name"]: hit.get("values") for hit in told["semantic_model"]}["orders.status"] == ["cancelled"]
    assert {hit["table"]: hit.get("values") for hit in told["tables"]}["orders"] == ["status = cancelled"]


def test_a_synonym_finds_the_table_of_a_metric() -> None:
    assert "visits" in [hit["table"] for hit in found("how many people came")["tables"]]


def test_a_like_question_finds_the_verified_query_with_who_vouches_for_it() -> None:
    told = found("cities with most orders")
    assert told["verified"] == [VOUCHED[0]] and "as it stands" in told["verified_is"]
    assert "verified" not in found("visitors by region")
    described = tell(("describe", {"names": [VOUCHED[0]["question"]]}))[0][0]
    assert described == [{"kind": "verified query", **VOUCHED[0]}]


def test_a_statement_that_is_a_verified_query_says_so_and_by_whom() -> None:
    told, query = ran(SQL.replace(" FROM", "\nFROM") + ";")
    assert (query.source, query.verified, query.why_not_metrics) == ("verified", Verified(VOUCHED[0]["question"], "Ada", "2025-05-01"), "")
    assert told["verified"] == "the verified query for “Which cities have the most orders?”"


def test_a_governed_result_says_by_which_version_of_the_model_and_free_sql_by_none() -> None:
    by_metric = ("query_metrics", {"purpose": "Orders", "metrics": ["orders"], "dimensions": []})
    free = ("run_sql", {"purpose": "Cities", "sql": "SELECT count(*) AS n FROM stores", "why_not_metrics": "none"})
    vouched = ("run_sql", {"purpose": "Orders", "sql": SQL, "why_not_metrics": "none"})
    _, queries, _ = tell(by_metric, free, vouched)
    assert [(one.source, one.semantic_model) for one in queries] == [
        ("metric", model_digest(TEXT)),
        ("free", ""),
        ("verified", model_digest(TEXT)),
    ]


def test_a_changed_one_is_free_sql_and_the_verified_one_is_offered_where_its_question_is_asked() -> None:
    told, query = ran(SQL + " LIMIT 2", asked="Which city has most orders?")
    assert (query.source, query.verified, query.why_not_metrics) == ("free", None, "none")
    assert any("Which cities have the most orders?" in warning for warning in told["warnings"])
    assert "warnings" not in ran(SQL + " LIMIT 2", asked="How many visitors came?")[0]


@pytest.mark.parametrize("sees", ["schema", "masked"])
def test_a_model_that_may_not_see_all_values_finds_none_of_them(sees: ModelSees) -> None:
    model = "claude-sonnet-4-5"
    told = json.dumps([found("orders in Bergen that were called off", sees=sees, model=model)])
    assert '"values"' not in told and "Bergen" not in told
    assert [one["question"] for one in found("cities with most orders", sees=sees, model=model)["verified"]] == [VOUCHED[0]["question"]]
    assert "verified" not in ran(SQL, sees=sees, model=model)[0]


def test_who_sees_a_part_of_the_rows_finds_no_value_of_the_others_and_no_query_over_them() -> None:
    policy = Policy(ALL_TABLES, (TablePolicy("main", "stores", (("city <> 'Bergen'",),)),))
    told = found("orders from Bergen by city", policy=policy)
    assert all("values" not in hit for hit in told["tables"]) and "verified" not in told
    assert ran(SQL, policy=policy)[1].source == "free"
    whole = Policy(ALL_TABLES, (TablePolicy("main", "visits", (("visitors < 9",),)),))
    assert found("orders from Bergen by city", policy=whole)["verified"] == [VOUCHED[0]]


def test_values_that_a_search_tells_are_noted_as_read() -> None:
    policy = Policy(ALL_TABLES, (TablePolicy("main", "visits", (("visitors < 9",),)),))
    assert tell(("search_catalog", {"words": "orders from Bergen"}), policy=policy)[2] == {"stores"}
    assert tell(("search_catalog", {"words": "orders from Hamburg"}), policy=policy)[2] == set()


def test_values_that_are_told_of_profiles_are_in_the_audit_log(monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[tuple[str, ...]] = []

    async def record_read(_: MemoryStore, run_id: str, tables: Sequence[str], **more: str) -> None:
        lines.append(tuple(tables))

    monkeypatch.setattr(MemoryStore, "record_read", record_read)
    tell(("search_catalog", {"words": "orders from Hamburg"}), ("describe", {"names": ["visits"]}))
    assert lines == []
    tell(("search_catalog", {"words": "orders from Bergen"}))
    tell(("describe", {"names": ["stores", "visits"]}))
    assert lines == [("stores",), ("stores",)]
