"""ports.Store: pauses of a model that hold for all workers."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from cryptography.fernet import Fernet
from fakes.memory_store import MemoryStore

from analytics_agent.adapters.store.migrate import migrate
from analytics_agent.adapters.store.postgres_store import PostgresStore

pytestmark = pytest.mark.anyio

AnyStore = PostgresStore | MemoryStore


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


async def test_a_pause_runs_out_by_itself_and_is_one_models_own(store: AnyStore) -> None:
    assert await store.model_pause("opus") == 0
    await store.pause_model("opus", 0.2)
    assert 0 < await store.model_pause("opus") <= 0.2
    assert await store.model_pause("haiku") == 0
    await asyncio.sleep(0.25)
    assert await store.model_pause("opus") == 0


async def test_of_many_who_ask_at_once_one_may_call_and_the_others_are_told_when(store: AnyStore) -> None:
    told = await asyncio.gather(*(store.begin_call(0.3) for _ in range(8)))
    assert sorted(told)[0] == 0 and all(0 < seconds <= 0.3 for seconds in sorted(told)[1:])
    await asyncio.sleep(max(told))
    assert await store.begin_call(60) == 0, "who was told to wait keeps no place: it asks again"
    assert 59 < await store.begin_call(60) <= 60
    assert await store.model_pause("opus") == 0, "it is no pause of a model"


async def test_the_longer_of_two_pauses_stands(store: AnyStore) -> None:
    await asyncio.gather(*(store.pause_model("opus", seconds) for seconds in (5, 60, 20)))
    assert 55 < await store.model_pause("opus") <= 60
