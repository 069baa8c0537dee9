"""A search over HTTP: what is governed, what a person vouches for, tables, and the values that fit."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from fakes.api import Api
from unit.semantic import shop

from analytics_agent.api.searching import Found, HeldValues
from analytics_agent.domain.profile import ColumnProfile, KeptProfile, TableProfile

pytestmark = pytest.mark.anyio
VOUCHED = [{"question": "How many orders were called off?", "sql": "SELECT 1", "by": "Ada"}]
CITIES = TableProfile("main", "stores", 3, True, (ColumnProfile("city", 3, 2, common=(("Oslo", 2), ("Bergen", 1))),))


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def api(monkeypatch: pytest.MonkeyPatch) -> Api:
    """With the shop as a governed database."""
    api = await Api().prepare()
    text = shop.TEXT.replace('"notes": [', f'"verified_queries": {json.dumps(VOUCHED)}, "notes": [', 1)
    await api.store.save_database(replace(await api.store.database("flights"), name="shop", semantic_model=text))
    whole = shop.catalog()
    await api.store.save_catalog(whole)
    await api.store.keep_profiles(whole, [KeptProfile(CITIES, "f", datetime.now(UTC))])
    monkeypatch.setattr("fakes.databases.catalog", lambda name: whole)
    return api


async def found(api: Api, words: str, **more: int) -> Found:
    answer = await api.client(api.admin).get("/v1/databases/shop/search", params={"words": words} | more)
    assert answer.status_code == 200, answer.text
    return answer.json()  # type: ignore[no-any-return]


async def test_values_synonyms_and_like_questions_are_found(api: Api) -> None:
    told = await found(api, "How many orders from Bergen were called off?")
    assert {hit["name"]: hit["values"] for hit in told["semantic_model"]}["orders.status"] == ["cancelled"]
    assert told["verified"] == [{"question": "How many orders were called off?", "sql": "SELECT 1", "by": "Ada", "on": ""}]
    assert {hit["table"]: hit["values"] for hit in told["tables"]}["stores"] == ["city = Bergen"]


async def test_no_more_are_told_than_were_asked_for(api: Api) -> None:
    told = await found(api, "orders of stores by city", limit=1)
    assert (len(told["semantic_model"]), len(told["tables"])) == (1, 1)


async def test_a_database_without_a_model_has_its_tables(api: Api) -> None:
    await api.store.save_database(replace(await api.store.database("shop"), semantic_model=None), same_tables=True)
    told = await found(api, "cities of stores")
    assert (told["semantic_model"], told["verified"], told["tables"][0]["table"]) == ([], [], "stores")


@pytest.mark.parametrize("query", ["", "words=", f"words={'x' * 2_001}", "words=x&limit=0", "words=x&limit=101"])
async def test_a_search_for_nothing_or_for_too_much_is_refused(api: Api, query: str) -> None:
    assert (await api.client(api.admin).get(f"/v1/databases/shop/search?{query}")).status_code == 422


def test_values_are_gathered_once_of_the_very_profiles_and_anew_of_others() -> None:
    held, one = HeldValues(most=2), KeptProfile(CITIES, "f", datetime.now(UTC))
    first = held.of("shop", (one,))
    assert held.of("shop", (one,)) is first
    without = replace(one, profile=replace(CITIES, columns=()))
    assert held.of("shop", (without,)) is not first
    assert list(held.of("shop", (without,)).found("from Bergen")) == []
    assert list(held.of("shop", ()).found("from Bergen")) == []


def test_values_of_databases_that_nobody_searches_any_more_are_let_go() -> None:
    held, one = HeldValues(most=2), KeptProfile(CITIES, "f", datetime.now(UTC))
    first = held.of("a", (one,))
    held.of("b", (one,))
    assert held.of("a", (one,)) is first
    held.of("c", (one,))
    assert held.of("a", (one,)) is first
    assert len(held._made) == 2
