"""What only the real store has: migrations, encryption, hashes, a server that can go away."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from cryptography.fernet import Fernet
from fakes.records import query, question, turn
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from analytics_agent.adapters.store.engine import CONNECTIONS, psycopg_url
from analytics_agent.adapters.store.migrate import configuration, migrate
from analytics_agent.adapters.store.models import Base
from analytics_agent.adapters.store.postgres_store import PostgresStore
from analytics_agent.domain.database import Database
from analytics_agent.domain.model_version import model_digest
from analytics_agent.domain.run import Clarification
from analytics_agent.errors import OperatorError, StoreUnavailable, UnknownRun

pytestmark = pytest.mark.anyio

PAGE = Path(__file__).parents[3] / "docs" / "store.md"
KEY = Fernet.generate_key().decode()


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def store(postgres_database: str) -> AsyncIterator[PostgresStore]:
    migrate(postgres_database)
    kept = PostgresStore(postgres_database, KEY)
    yield kept
    await kept.close()


# migrations


def test_the_migrations_lead_to_the_models(postgres_database: str) -> None:
    migrate(postgres_database)
    engine = create_engine(psycopg_url(postgres_database))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_migrating_again_changes_nothing(postgres_database: str) -> None:
    migrate(postgres_database)
    with psycopg.connect(postgres_database, autocommit=True) as connection:
        connection.execute("INSERT INTO api_keys (id, name, scopes, hash, created_at) VALUES ('k', 'n', '[]', 'h', now())")
        migrate(postgres_database)
        assert connection.execute("SELECT count(*) FROM api_keys").fetchone() == (1,)


def test_a_model_that_served_before_versions_were_kept_is_the_first_of_them(postgres_database: str) -> None:
    migrate(postgres_database)
    engine, config = create_engine(psycopg_url(postgres_database), poolclass=NullPool), configuration()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "v0007")
        for name, model in {"shop": "name: Müller", "bare": None, "empty": ""}.items():
            row = {"name": name, "model": model}
            added = "INSERT INTO databases (name, uri, dialect, semantic_model, added_at) VALUES (:name, '', 'postgres', :model, now())"
            connection.execute(text(added), row)
        command.upgrade(config, "head")
        kept = [tuple(row) for row in connection.execute(text("SELECT database, number, digest, text, source FROM model_versions"))]
    assert kept == [("shop", 1, model_digest("name: Müller"), "name: Müller", "before")]


def test_keys_that_could_make_schedules_still_can(postgres_database: str) -> None:
    """Before there was a scope for it, whoever could ask could."""
    migrate(postgres_database)
    scopes = {"asks": '["ask"]', "administers": '["ask", "admin"]', "reads": "[]"}
    engine, config = create_engine(psycopg_url(postgres_database), poolclass=NullPool), configuration()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "v0005")
        for name, given in scopes.items():
            row = {"id": name, "scopes": given}
            connection.execute(text("INSERT INTO api_keys (id, name, scopes, hash, created_at) VALUES (:id, '', :scopes, :id, now())"), row)
        command.upgrade(config, "head")
        kept = {row.id: row.scopes for row in connection.execute(text("SELECT id, scopes FROM api_keys"))}
    assert kept == {"asks": ["ask", "schedule"], "administers": ["ask", "admin"], "reads": []}


def test_two_processes_may_migrate_at_once(postgres_database: str) -> None:
    program = "import sys; from analytics_agent.adapters.store.migrate import migrate; migrate(sys.argv[1])"
    running = [subprocess.Popen([sys.executable, "-c", program, postgres_database], stderr=subprocess.PIPE, text=True) for _ in range(3)]
    for process in running:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
    with psycopg.connect(postgres_database) as connection:
        assert connection.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,)


def test_a_failed_migration_leaves_nothing_behind(postgres_database: str) -> None:
    with psycopg.connect(postgres_database, autocommit=True) as connection:
        connection.execute("CREATE TABLE turns (x int)")  # in the way of the last statements
        with pytest.raises(OperatorError, match="must be ours alone"):
            migrate(postgres_database)
        assert connection.execute("SELECT to_regclass('runs')").fetchone() == (None,)


def test_a_store_of_a_newer_version_is_left_alone(postgres_database: str) -> None:
    migrate(postgres_database)
    with psycopg.connect(postgres_database, autocommit=True) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'v9999'")
    with pytest.raises(OperatorError, match="newer version"):
        migrate(postgres_database)


def test_a_server_that_is_away_is_said_to_be_away() -> None:
    with pytest.raises(StoreUnavailable, match="does not answer") as caught:
        migrate("postgresql://someone:geheim@127.0.0.1:9/none")
    assert "geheim" not in str(caught.value)


def test_the_page_lists_every_table_and_column() -> None:
    rows = [line.split("|")[1:4] for line in PAGE.read_text().splitlines() if line.startswith("| `")]
    listed = {name.strip(" `"): [column.strip(" `") for column in columns.split(",")] for name, _, columns in rows}
    assert listed == {table.name: [column.name for column in table.columns] for table in Base.metadata.sorted_tables}
    assert all(what.strip() for _, what, _ in rows)


# what is written


async def test_the_uri_of_a_database_is_encrypted(store: PostgresStore, postgres_database: str) -> None:
    await store.save_database(Database("shop", "postgresql://u:geheim@h/shop"))
    with psycopg.connect(postgres_database) as connection:
        (stored,) = connection.execute("SELECT uri FROM databases").fetchone() or ()
    assert b"geheim" not in bytes(stored)
    assert Fernet(KEY).decrypt(bytes(stored)) == b"postgresql://u:geheim@h/shop"


async def test_a_wrong_encryption_key_says_which_setting_to_mend(store: PostgresStore, postgres_database: str) -> None:
    await store.save_database(Database("shop", "postgresql://u:geheim@h/shop"))
    other = PostgresStore(postgres_database, Fernet.generate_key().decode())
    for call in (other.database("shop"), other.databases()):
        with pytest.raises(OperatorError, match="ANALYTICS_AGENT_ENCRYPTION_KEY"):
            await call
    await other.close()


@pytest.mark.parametrize("key", ["", "short", "x" * 44, "\N{PILE OF POO}" * 11])
def test_an_unusable_encryption_key_is_refused_at_the_start(key: str) -> None:
    with pytest.raises(OperatorError, match="ANALYTICS_AGENT_ENCRYPTION_KEY is not a Fernet key"):
        PostgresStore("postgresql://x@h/d", key)


@pytest.mark.parametrize("url", ["", "mysql://u:geheim@h/d", "sqlite:///x", "not a url"])
def test_a_store_that_is_not_postgresql_is_refused(url: str) -> None:
    with pytest.raises(OperatorError, match="ANALYTICS_AGENT_STORE_URL") as caught:
        PostgresStore(url, KEY)
    assert "geheim" not in str(caught.value)


async def test_a_key_is_kept_as_its_hash(store: PostgresStore, postgres_database: str) -> None:
    _, key = await store.create_key("laptop", ["ask"])
    with psycopg.connect(postgres_database) as connection:
        row = str(connection.execute("SELECT * FROM api_keys").fetchone())
    assert key not in row
    assert key.removeprefix("aa_") not in row


async def test_text_that_postgresql_refuses_is_made_safe(store: PostgresStore) -> None:
    asked = question(text="a\0b\ud800c\ud83d\ude00", owner="k\0")
    await store.create_run(asked)
    await store.append_event(asked.run_id, "warning", None, {"m\0": ["\0", float("inf"), {"x": "\udfff"}]}, key="\0")
    await store.add_query(asked.run_id, query(title="\ud800", request={"values": ["\0"]}), key="q")
    await store.ask_person(asked.run_id, Clarification("\0?", ("\ud800", "b")))
    await store.ask_person(asked.run_id, Clarification("\0?", ("\ud800", "b"), "\0"))
    await store.set_status(asked.run_id, "failed", "why\0")
    run = await store.run(asked.run_id)
    assert run.question.text == "a\ufffdb\ufffdc\U0001f600"
    assert (run.reason, run.queries[0].title) == ("why\ufffd", "\ufffd")
    assert run.clarification == Clarification("\ufffd?", ("\ufffd", "b"), "\ufffd")
    assert (await store.events(asked.run_id))[0].data == {"m\ufffd": ["\ufffd", None, {"x": "\ufffd"}]}


@pytest.mark.parametrize("run_id", ["\0", "\ud800", "'; DROP TABLE runs; --", "x" * 100_000])
async def test_strange_ids_are_just_unknown(store: PostgresStore, run_id: str) -> None:
    with pytest.raises(UnknownRun) as caught:
        await store.run(run_id)
    assert len(str(caught.value)) < 300


async def test_a_large_document_is_kept_whole(store: PostgresStore) -> None:
    asked = question()
    await store.create_run(asked)
    await store.save_document(asked.run_id, "notes", {"text": "x" * 20_000_000})
    read = await store.document(asked.run_id, "notes", dict)
    assert read is not None
    assert len(read["text"]) == 20_000_000


async def test_a_document_of_another_version_is_an_error_of_ours(store: PostgresStore) -> None:
    asked = question()
    await store.create_run(asked)
    await store.save_document(asked.run_id, "answer", {"from": "the future", "secret": "geheim"})
    with pytest.raises(OperatorError, match="another version") as caught:
        await store.run(asked.run_id)
    assert "geheim" not in str(caught.value)


async def test_the_ledger_outlives_the_run(store: PostgresStore, postgres_database: str) -> None:
    asked = question()
    await store.create_run(asked)
    await store.save_turn(asked.run_id, turn(1))
    with psycopg.connect(postgres_database, autocommit=True) as connection:
        connection.execute("DELETE FROM runs")
        assert connection.execute("SELECT count(*) FROM turns").fetchone() == (0,)
    assert [cost.turns for cost in await store.costs(by="owner")] == [1]


# several processes


async def test_two_processes_number_events_and_results_without_gaps(store: PostgresStore, postgres_database: str) -> None:
    asked, other = question(), PostgresStore(postgres_database, KEY)
    await store.create_run(asked)
    writers = [store, other]
    await asyncio.gather(
        *(writers[n % 2].append_event(asked.run_id, "tool", None, {"n": n}, key=str(n)) for n in range(30)),
        *(writers[n % 2].add_query(asked.run_id, query(), key=str(n // 2)) for n in range(20)),
        *(writers[n % 2].save_turn(asked.run_id, turn(n // 2)) for n in range(20)),
    )
    await other.close()
    assert [event.seq for event in await store.events(asked.run_id)] == list(range(1, 31))
    assert [kept.id for kept in await store.queries(asked.run_id)] == [f"r{n}" for n in range(1, 11)]
    assert (await store.costs(by="owner"))[0].turns == 10


async def test_only_one_of_many_endings_wins(store: PostgresStore) -> None:
    asked = question()
    await store.create_run(asked)
    endings = ["succeeded", "failed", "cancelled", "over_budget", "refused"] * 3
    won = await asyncio.gather(*(store.set_status(asked.run_id, ending, ending) for ending in endings))  # type: ignore[arg-type]
    assert won.count(True) == 1
    run = await store.run(asked.run_id)
    assert run.status == run.reason == endings[won.index(True)]


async def test_a_process_holds_few_connections(store: PostgresStore, postgres_database: str) -> None:
    await asyncio.gather(*(store.keys() for _ in range(40)))
    with psycopg.connect(postgres_database) as connection:
        held = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'analytics-agent'"
        (count,) = connection.execute(held).fetchone() or (99,)
    assert count <= CONNECTIONS <= 3


# the server goes away


async def test_a_server_that_restarts_is_not_noticed(store: PostgresStore, postgres_database: str) -> None:
    await store.ping()
    with psycopg.connect(postgres_database, autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'analytics-agent'")
    await asyncio.sleep(0.3)  # no server is back sooner
    await store.ping()


async def test_a_connection_that_rested_for_a_moment_is_not_tested_again(store: PostgresStore, monkeypatch: pytest.MonkeyPatch) -> None:
    tested: list[object] = []
    real = store.engine.dialect.do_ping
    monkeypatch.setattr(store.engine.dialect, "do_ping", lambda connection: bool(tested.append(connection)) or real(connection))
    for rest in (0.0, 0.0, 0.3):
        await asyncio.sleep(rest)
        await store.ping()
    assert len(tested) == 1


async def test_a_server_that_is_down_is_worth_a_retry() -> None:
    away = PostgresStore("postgresql://u:geheim@127.0.0.1:9/none", KEY)
    for call in (away.ping(), away.run("x"), away.create_key("x", ["ask"]), away.events("x")):
        with pytest.raises(StoreUnavailable) as caught:
            await call
        assert caught.value.retryable
        assert "geheim" not in str(caught.value)
    await away.close()


async def test_missing_tables_are_the_operators(postgres_database: str) -> None:
    empty = PostgresStore(postgres_database, KEY)
    for call in (empty.ping(), empty.keys()):
        with pytest.raises(OperatorError, match="analytics-agent up"):
            await call
    await empty.close()


async def test_times_come_back_in_utc_whatever_the_server_thinks(postgres_database: str) -> None:
    with psycopg.connect(postgres_database, autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {postgres_database.rpartition('/')[2]} SET timezone = 'Asia/Tokyo'")
    migrate(postgres_database)
    store = PostgresStore(postgres_database, KEY)
    asked = question(asked_at=datetime(2026, 7, 1, 12, tzinfo=UTC))
    await store.create_run(asked)
    await store.append_event(asked.run_id, "run", None, {}, key="x")
    await store.set_status(asked.run_id, "failed")
    await store.create_key("x", ["ask"])
    run, (event,), (key,) = await store.run(asked.run_id), await store.events(asked.run_id), await store.keys()
    await store.close()
    assert run.question.asked_at == asked.asked_at
    for moment in (run.question.asked_at, run.finished_at, event.at, key.created_at):
        assert moment is not None
        assert moment.utcoffset() == timedelta(0)
