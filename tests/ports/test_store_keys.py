"""ports.Store: keys that read a part and end, requests that are counted, and the audit log; for PostgreSQL and the fake in memory."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet
from fakes.memory_store import MemoryStore
from fakes.records import question

from analytics_agent.adapters.store.migrate import migrate
from analytics_agent.adapters.store.postgres_store import PostgresStore
from analytics_agent.domain.audit import AuditEntry, AuditFilter
from analytics_agent.domain.delivery import Delivery, Recipient
from analytics_agent.domain.quota import Quota
from analytics_agent.errors import Conflict, NotAuthenticated, TooMany, UnknownRun

pytestmark = pytest.mark.anyio

AnyStore = PostgresStore | MemoryStore
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


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


# keys


async def test_a_key_authenticates_until_it_is_revoked(store: AnyStore) -> None:
    record, key = await store.create_key("laptop", ["ask"])
    assert await store.authenticate(key) == record
    await store.revoke_key(record.id)
    await store.revoke_key(record.id)
    assert await store.authenticate(key) is None
    kept = await store.keys()
    assert [one.id for one in kept] == [record.id]
    assert kept[0].revoked_at is not None


async def test_a_wrong_key_is_nobody(store: AnyStore) -> None:
    _, key = await store.create_key("laptop", ["ask"])
    for wrong in ("", key[:-1], key.swapcase(), "a\0b", "\ud800"):
        assert await store.authenticate(wrong) is None


async def test_a_key_made_elsewhere_is_made_valid_once(store: AnyStore) -> None:
    for _ in range(2):
        await store.ensure_key("stack", ("ask", "admin"), "a-key-that-the-stack-made")
    record = await store.authenticate("a-key-that-the-stack-made")
    assert record is not None
    assert (record.name, record.scopes) == ("stack", ("ask", "admin"))
    assert len(await store.keys()) == 1
    await store.revoke_key(record.id)
    await store.ensure_key("stack", ("ask", "admin"), "a-key-that-the-stack-made")
    assert await store.authenticate("a-key-that-the-stack-made") is None


async def test_every_key_is_new(store: AnyStore) -> None:
    keys = {(await store.create_key("same", ["ask"]))[1] for _ in range(20)}
    assert len(keys) == 20
    assert all(len(key) >= 43 for key in keys)


async def test_what_a_key_may_do_is_kept(store: AnyStore) -> None:
    ends = datetime.now(UTC) + timedelta(days=90)
    quota = Quota(questions_per_day=5)
    record, key = await store.create_key("ann", ["read"], expires_at=ends, databases=["shop"], reads_as="user:ada", quota=quota)
    known = await store.authenticate(key)
    assert known == record
    assert (record.expires_at, record.databases, record.reads_as, record.quota) == (ends, ("shop",), "user:ada", quota)
    assert await store.key("nobody") is None


async def test_a_key_that_ran_out_is_told_so_and_one_that_was_revoked_is_not(store: AnyStore) -> None:
    record, key = await store.create_key("ann", ["ask"], expires_at=datetime.now(UTC) - timedelta(seconds=1))
    with pytest.raises(NotAuthenticated, match="ran out"):
        await store.authenticate(key)
    await store.revoke_key(record.id)
    assert await store.authenticate(key) is None


async def test_when_a_key_was_used_is_known_to_the_minute(store: AnyStore) -> None:
    record, key = await store.create_key("ann", ["ask"])
    assert record.last_used_at is None
    await store.authenticate(key)
    first = await store.key(record.id)
    await store.authenticate(key)
    again = await store.key(record.id)
    assert first is not None
    assert first.last_used_at is not None
    assert first == again


# requests


async def test_requests_are_counted_for_each_owner_alone(store: AnyStore) -> None:
    counted = await asyncio.gather(*(store.count_request("k1") for _ in range(5)))
    if sorted(one.count for one in counted) != [1, 2, 3, 4, 5]:  # a minute ended just then
        counted = await asyncio.gather(*(store.count_request("k1") for _ in range(5)))
        assert sorted(one.count for one in counted)[-1] >= 5
    other = await store.count_request("superset:7")
    assert other.count == 1
    assert 0 <= other.seconds_left <= 60


async def test_no_more_questions_of_a_day_than_may_be_asked(store: AnyStore) -> None:
    quota = Quota(questions_per_day=2)
    await store.create_run(question(asked_at=datetime.now(UTC) - timedelta(days=2)), quota=quota)
    await store.create_run(question(schedule="s1"))
    await store.create_run(question(), quota=quota)
    await store.create_run(question(), quota=quota)
    with pytest.raises(TooMany, match="2 questions today") as stopped:
        await store.create_run(question(), quota=quota)
    assert stopped.value.retry_after is not None
    assert 0 < stopped.value.retry_after <= 86_400
    await store.create_run(question(owner="k2"), quota=quota)


async def test_the_same_question_again_is_one_question(store: AnyStore) -> None:
    quota, asked = Quota(questions_per_day=1), question()
    first = await store.create_run(asked, idempotency_key="a", quota=quota)
    again = replace(asked, run_id="another")
    assert (await store.create_run(again, idempotency_key="a", quota=quota)).question == first.question
    with pytest.raises(Conflict):
        await store.create_run(replace(again, text="Another?"), idempotency_key="a", quota=quota)


async def test_of_questions_at_the_same_moment_as_many_pass_as_may(store: AnyStore) -> None:
    quota = Quota(questions_at_once=2)
    asked = [question() for _ in range(6)]
    made = await asyncio.gather(*(store.create_run(one, quota=quota) for one in asked), return_exceptions=True)
    refused = [one for one in made if isinstance(one, TooMany)]
    assert len(refused) == 4
    assert refused[0].retry_after == 5
    passed = next(one for one, run in zip(asked, made, strict=True) if not isinstance(run, TooMany))
    await store.set_status(passed.run_id, "needs_input")  # it waits for a person, and nothing is done for it
    await store.create_run(question(), quota=quota)


# the audit log


async def test_a_question_is_in_the_log_once_and_without_its_text(store: AnyStore) -> None:
    asked = question(text="What does geheim earn?", reads_as="user:ada")
    for _ in range(2):
        await store.create_run(asked, idempotency_key="a")
    (line,) = await store.audit(AuditFilter())
    assert (line.entry.actor, line.entry.act, line.entry.run_id, line.entry.reads_as) == ("k1", "asked", asked.run_id, "user:ada")
    assert "geheim" not in repr(line)


async def test_what_was_read_is_kept_once_for_each_statement(store: AnyStore) -> None:
    asked = question()
    await store.create_run(asked)
    for key in ("s1", "s1", "s2"):
        await store.record_read(asked.run_id, ["public.orders", "items"], policy="abc", key=key)
    lines = await store.audit(AuditFilter(act="read"))
    assert [line.entry.tables for line in lines] == [("items", "public.orders")] * 2
    assert {(line.entry.actor, line.entry.database, line.entry.policy) for line in lines} == {("k1", "flights", "abc")}
    with pytest.raises(UnknownRun):
        await store.record_read("nothing", ["orders"], policy="", key="s1")


async def test_the_log_is_searched_and_read_in_pages(store: AnyStore) -> None:
    for number in range(5):
        entry = AuditEntry(NOW + timedelta(hours=number), f"k{number % 2}", "read", f"r{number}", "shop", ("public.orders", "a_b"))
        await store.record_act(entry, key=f"{number}")
    await store.record_act(AuditEntry(NOW, "k9", "removed", database="hr"), key="x")

    async def found(**wanted: object) -> list[str | None]:
        return [line.entry.run_id for line in await store.audit(AuditFilter(**wanted))]  # type: ignore[arg-type]

    assert await found(table="orders") == await found(table="public.orders") == ["r4", "r3", "r2", "r1", "r0"]
    assert await found(table="rders") == await found(table="a%b") == await found(table="public") == await found(table="\0") == []
    assert await found(actor="k1") == ["r3", "r1"]
    assert await found(since=NOW + timedelta(hours=1), until=NOW + timedelta(hours=3)) == ["r2", "r1"]
    assert await found(run_id="r2", database="shop", act="read") == ["r2"]
    first = await store.audit(AuditFilter(), limit=4)
    rest = await store.audit(AuditFilter(), limit=4, before=first[-1].id)
    assert [line.entry.run_id for line in (*first, *rest)] == [None, "r4", "r3", "r2", "r1", "r0"]


async def test_what_was_sent_or_held_is_in_the_log(store: AnyStore) -> None:
    asked = question()
    await store.create_run(asked)
    for name in ("sent", "held", "failed"):
        kept = await store.add_delivery(Delivery(name, asked.run_id, Recipient("mail", f"{name}@example.com"), "v1"))
        assert await store.move_delivery(replace(kept, state=name), before="waiting")  # type: ignore[arg-type]
        assert not await store.move_delivery(replace(kept, state=name), before="waiting")  # type: ignore[arg-type]
    lines = await store.audit(AuditFilter(run_id=asked.run_id))
    assert [(line.entry.act, line.entry.about) for line in lines] == [
        ("refused", "mail:held@example.com"),
        ("sent", "mail:sent@example.com"),
        ("asked", ""),
    ]
