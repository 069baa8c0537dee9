"""ports.Store: deliveries and destinations, one suite for PostgreSQL and for the fake in memory."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from cryptography.fernet import Fernet
from fakes.memory_store import MemoryStore
from fakes.records import question

from analytics_agent.adapters.store.migrate import migrate
from analytics_agent.adapters.store.postgres_store import PostgresStore
from analytics_agent.domain.delivery import Delivery, Destination, Recipient
from analytics_agent.errors import OperatorError, UnknownDestination, UnknownResult, UnknownRun

pytestmark = pytest.mark.anyio

AnyStore = PostgresStore | MemoryStore
OPS = Recipient("mail", "ops@example.com")
HOOK = Destination("webhook", "chat", "https://hooks.example.com/T0/geheim", "whsec_geheim", ("flights",))


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


async def stored(store: AnyStore, **changes: object) -> Delivery:
    asked = question()
    await store.create_run(asked)
    return await store.add_delivery(replace(Delivery(f"d-{asked.run_id}", asked.run_id, OPS, "v1"), **changes))  # type: ignore[arg-type]


async def test_a_delivery_reads_as_it_was_stored(store: AnyStore) -> None:
    kept = await stored(store, reason="because", attempts=2)
    assert await store.delivery(kept.id) == kept
    assert kept.recipient == OPS
    assert kept.state == "waiting"
    assert kept.changed_at is not None and kept.changed_at.tzinfo is not None


async def test_a_delivery_added_twice_is_left_as_it_is(store: AnyStore) -> None:
    kept = await stored(store)
    await store.move_delivery(replace(kept, state="sent"), before="waiting")
    assert (await store.add_delivery(replace(kept, state="waiting"))).state == "sent"
    assert len(await store.deliveries(kept.run_id)) == 1


async def test_a_delivery_of_an_unknown_run_is_refused(store: AnyStore) -> None:
    with pytest.raises(UnknownRun):
        await store.add_delivery(Delivery("d1", "no", OPS, "v1"))
    with pytest.raises(UnknownResult):
        await store.delivery("d1")
    assert await store.deliveries("no") == ()


async def test_a_delivery_moves_only_from_the_state_it_was_seen_in(store: AnyStore) -> None:
    kept = await stored(store)
    assert await store.move_delivery(replace(kept, state="uncertain", attempts=1), before="waiting")
    assert not await store.move_delivery(replace(kept, state="sent"), before="waiting")
    assert await store.delivery(kept.id) == replace(kept, state="uncertain", attempts=1)
    assert not await store.move_delivery(replace(kept, id="other"), before="waiting")


async def test_of_many_that_move_a_delivery_at_once_one_succeeds(store: AnyStore) -> None:
    kept = await stored(store)
    moved = await asyncio.gather(*(store.move_delivery(replace(kept, state="uncertain"), before="waiting") for _ in range(8)))
    assert moved.count(True) == 1


async def test_deliveries_of_several_runs_come_in_one_look(store: AnyStore) -> None:
    first, second, other = [await stored(store) for _ in range(3)]
    folder = await store.add_delivery(Delivery("d-folder", first.run_id, Recipient("folder", "x: y/z"), "v1"))
    assert folder.recipient.name == "x: y/z"
    found = await store.deliveries_of([first.run_id, second.run_id])
    assert {one.id for one in found} == {first.id, second.id, folder.id}
    assert [one.id for one in await store.deliveries(first.run_id)] == [folder.id, first.id]
    assert await store.deliveries_of([]) == ()
    assert [one.id for one in await store.deliveries(other.run_id)] == [other.id]


async def test_a_delivery_that_nobody_touched_for_long_is_found(store: AnyStore) -> None:
    long_ago = datetime.now(UTC) - timedelta(hours=3)
    forgotten = await stored(store, changed_at=long_ago)
    await stored(store, changed_at=long_ago, state="failed")
    await stored(store)
    assert await store.forgotten_deliveries(older_than=timedelta(hours=2)) == (forgotten.run_id,)


async def test_a_destination_reads_as_it_was_added_and_is_replaced_by_its_name(store: AnyStore) -> None:
    await store.save_destination(HOOK)
    kept = await store.destination("webhook", "chat")
    assert kept == replace(HOOK, added_at=kept.added_at)
    await store.save_destination(replace(HOOK, address="https://other.example.com/", secret=None, databases=None))
    changed = await store.destination("webhook", "chat")
    assert (changed.address, changed.secret, changed.databases) == ("https://other.example.com/", None, None)
    assert changed.added_at == kept.added_at


async def test_destinations_are_listed_by_kind_and_removed_by_name(store: AnyStore) -> None:
    await store.save_destination(HOOK)
    await store.save_destination(replace(HOOK, name="archive"))
    await store.save_destination(Destination("folder", "chat", "file:///srv/reports"))
    assert [one.name for one in await store.destinations("webhook")] == ["archive", "chat"]
    await store.remove_destination("webhook", "chat")
    await store.remove_destination("webhook", "never")
    assert [one.name for one in await store.destinations("webhook")] == ["archive"]
    assert [one.name for one in await store.destinations("folder")] == ["chat"]
    assert (await store.destination("folder", "chat")).databases is None


async def test_an_unknown_destination_names_those_there_are(store: AnyStore) -> None:
    await store.save_destination(HOOK)
    with pytest.raises(UnknownDestination, match="chat"):
        await store.destination("webhook", "chad")
    with pytest.raises(UnknownDestination):
        await store.destination("folder", "chat")


async def test_the_address_and_secret_of_a_destination_are_encrypted_at_rest(postgres_database: str) -> None:
    migrate(postgres_database)
    store = PostgresStore(postgres_database, Fernet.generate_key().decode())
    other = PostgresStore(postgres_database, Fernet.generate_key().decode())
    await store.save_destination(HOOK)
    with psycopg.connect(postgres_database) as connection:
        row = connection.execute("SELECT address, secret FROM destinations").fetchone()
    assert row is not None and b"geheim" not in bytes(row[0]) + bytes(row[1])
    with pytest.raises(OperatorError, match="cannot be decrypted"):
        await other.destination("webhook", "chat")
    await store.close()
    await other.close()
