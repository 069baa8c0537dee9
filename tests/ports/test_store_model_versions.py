"""Versions of semantic models in the store: one suite for PostgreSQL and for the fake in memory."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from cryptography.fernet import Fernet
from fakes.memory_store import MemoryStore

from analytics_agent.adapters.store.migrate import migrate
from analytics_agent.adapters.store.postgres_store import PostgresStore
from analytics_agent.domain.database import Database
from analytics_agent.domain.model_version import KEPT_VERSIONS, ModelChange, model_digest
from analytics_agent.errors import UnknownResult

pytestmark = pytest.mark.anyio

AnyStore = PostgresStore | MemoryStore
SHOP = Database("shop", "postgresql://reader@host/shop")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(params=["postgres", "memory"])
async def store(request: pytest.FixtureRequest) -> AsyncIterator[AnyStore]:
    if request.param == "memory":
        yield MemoryStore()
        return
    url = request.getfixturevalue("postgres_database")
    migrate(url)
    postgres = PostgresStore(url, Fernet.generate_key().decode())
    yield postgres
    await postgres.close()


async def put(store: AnyStore, text: str | None, *, by: str = "k1", note: str = "", name: str = "shop") -> None:
    await store.save_database(replace(SHOP, name=name, semantic_model=text), same_tables=True, change=ModelChange(by, "set", note))


async def test_each_model_that_was_made_to_serve_is_a_version_with_who_set_it_and_why(store: AnyStore) -> None:
    await put(store, "name: one", note="the first")
    await put(store, "name: two", by="k2")
    newest, first = await store.model_versions("shop")
    assert (newest.number, newest.by, newest.source, newest.note, newest.digest) == (2, "k2", "set", "", model_digest("name: two"))
    assert (first.number, first.by, first.note) == (1, "k1", "the first")
    assert first.set_at <= newest.set_at
    assert await store.model_text("shop", 1) == "name: one"


async def test_the_same_model_again_and_other_changes_make_no_version(store: AnyStore) -> None:
    for _ in range(2):
        await put(store, "name: one")
    await store.save_database(replace(SHOP, semantic_model="name: one", model_sees="masked"), same_tables=True)
    assert len(await store.model_versions("shop")) == 1


async def test_a_model_taken_away_is_a_version_without_a_text(store: AnyStore) -> None:
    await put(store, None)
    assert await store.model_versions("shop") == ()
    await put(store, "name: one")
    await put(store, None)
    newest, _ = await store.model_versions("shop")
    assert (newest.number, newest.digest, await store.model_text("shop", 2)) == (2, "", None)


async def test_the_newest_are_kept_and_go_on_counting(store: AnyStore) -> None:
    for number in range(1, KEPT_VERSIONS + 3):
        await put(store, f"name: m{number}")
    numbers = [one.number for one in await store.model_versions("shop")]
    assert (numbers[0], numbers[-1], len(numbers)) == (KEPT_VERSIONS + 2, 3, KEPT_VERSIONS)
    with pytest.raises(UnknownResult, match="no version 2 "):
        await store.model_text("shop", 2)


async def test_versions_are_of_one_database_and_go_with_it(store: AnyStore) -> None:
    await put(store, "name: one")
    await put(store, "name: other", name="sales")
    await store.remove_database("shop")
    assert await store.model_versions("shop") == ()
    with pytest.raises(UnknownResult):
        await store.model_text("shop", 1)
    assert await store.model_text("sales", 1) == "name: other"
    await put(store, "name: anew")
    assert [one.number for one in await store.model_versions("shop")] == [1]


async def test_who_is_erased_is_not_said_to_have_set_a_version_and_is_in_none_that_serves_no_more(store: AnyStore) -> None:
    key, _ = await store.create_key("Ada L.", ["ask", "admin"])
    await put(store, "owners: [Ada L., ben]", by="k9")
    await put(store, "owners: [adalbert]", by=key.id, note="as Ada said")
    await put(store, "owners: [a.b@people.example]", by="k9")
    await put(store, "owners: [nada.b@people.example, Ada L]", by="k9", note="asked a.b@people.example")
    await put(store, "owners: [ADA L.]", by="k9", note="for Ada L.")
    erasure = await store.begin_erasure(await store.subject([key.id], ["a.b@people.example"]))
    await store.erase_traces(erasure.id)
    kept = await store.model_versions("shop")
    assert [(one.number, one.by, one.note) for one in kept] == [(5, "k9", ""), (4, "k9", ""), (2, erasure.stand_in, "")]
    assert await store.model_text("shop", 5) == "owners: [ADA L.]"  # it serves: whoever runs the installation changes it


@pytest.mark.parametrize(
    "text",
    [
        'by: "J\\u00f6rg M\\xfcller"',
        'data: "{\\"by\\": \\"J\\\\u00F6rg M\\\\u00fcller\\"}"',
        "by: JÖRG\n  MÜLLER",
        'by: "of Jörg\\\n  \\ Müller"',
    ],
    ids=["escaped", "JSON in YAML", "folded, in capitals", "folded in quotes"],
)
async def test_a_version_goes_however_the_files_writer_spelled_who_is_erased(store: AnyStore, text: str) -> None:
    key, _ = await store.create_key("Jörg Müller", ["ask", "admin"])
    for model in (text, 'by: "J\\u00f6rgen M\\u00fcller"', "name: one"):
        await put(store, model, by="k9")
    erasure = await store.begin_erasure(await store.subject([key.id], []))
    await store.erase_traces(erasure.id)
    assert [one.number for one in await store.model_versions("shop")] == [3, 2]
