"""Stores of tenants beside one another in one database: each sees its own, also where all have the same names. Real PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

import psycopg
import pytest
from cryptography.fernet import Fernet
from fakes.records import question
from sqlalchemy import text

from analytics_agent import bootstrap, tenants
from analytics_agent.adapters.store import tenants as store_tenants
from analytics_agent.adapters.store.account import BorrowingStore
from analytics_agent.adapters.store.engine import hold
from analytics_agent.adapters.store.migrate import migrate
from analytics_agent.adapters.store.models import Base
from analytics_agent.adapters.store.postgres_store import PostgresStore
from analytics_agent.domain.database import Database
from analytics_agent.domain.statement import Place
from analytics_agent.errors import OperatorError, UnknownRun
from analytics_agent.settings import Settings, load

pytestmark = pytest.mark.anyio

NAMES = ("acme", "beta")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@dataclass
class Installation:
    settings: Settings
    administrator: str
    of: dict[str, Settings]
    stores: dict[str, PostgresStore]

    def url(self, name: str) -> str:
        """As psycopg takes it."""
        url = self.of[name].store_url
        assert url
        return url.get_secret_value()


def said(own_login: bool) -> dict[str, str]:
    key = {"encryption_key": Fernet.generate_key().decode()}
    return key | {"store_password": "a/pass@word"} if own_login else key


@pytest.fixture
async def installed(postgres_database: str) -> AsyncIterator[Installation]:
    async with installation(postgres_database, own_login=True) as made:
        yield made


@asynccontextmanager
async def installation(administrator: str, *, own_login: bool) -> AsyncIterator[Installation]:
    """The default tenant and two more, as `tenants add` makes them: with a login each, or with the installation's for all."""
    settings = load(store_url=administrator, encryption_key=Fernet.generate_key().decode())
    of = {"default": settings}
    migrate(administrator)
    for name in NAMES:
        of[name] = tenants.of_tenant(settings, name, said(own_login))
        password = of[name].store_password
        given = password.get_secret_value() if password else None
        login = tenants.login_of(settings, name)
        store_tenants.make(administrator, schema=tenants.schema_of(name), login=login, password=given)
        await bootstrap.migrate(of[name])
    stores = {name: bootstrap.store(made) for name, made in of.items()}
    yield Installation(settings, administrator, of, stores)  # type: ignore[arg-type]
    for store in stores.values():
        await store.close()
    for name in NAMES:
        store_tenants.remove(administrator, schema=tenants.schema_of(name), login=tenants.login_of(settings, name))


async def test_where_the_stores_login_may_not_make_others_each_tenant_still_has_its_schema(postgres_database: str) -> None:
    async with installation(postgres_database, own_login=False) as installed:
        await test_each_sees_its_own_under_the_same_names_and_ids(installed)
        async with installed.stores["acme"].transaction() as connection:
            assert (await connection.execute(text("SELECT current_schemas(false)"))).scalar_one() == ["tenant_acme"]


async def test_each_sees_its_own_under_the_same_names_and_ids(installed: Installation) -> None:
    asked = question(owner="k1")
    for name, store in installed.stores.items():
        await store.create_run(replace(asked, text=f"of {name}"))
        await store.save_database(Database("sales", f"postgresql://reader:pw@{name}/sales"))
        await store.append_event(asked.run_id, "run", None, {"of": name}, key="one")
    for name, store in installed.stores.items():
        assert [run.question.text for run in await store.runs(owner=None)] == [f"of {name}"]
        assert (await store.database("sales")).uri == f"postgresql://reader:pw@{name}/sales"
        assert [(event.seq, event.data) for event in await store.events(asked.run_id)] == [(1, {"of": name})]


async def test_an_id_of_another_is_unknown_and_a_key_of_another_is_none(installed: Installation) -> None:
    made = {name: (await store.create_key("ada", ("admin",)))[1] for name, store in installed.stores.items()}
    asked = question()
    await installed.stores["acme"].create_run(asked)
    for name in ("default", "beta"):
        with pytest.raises(UnknownRun):
            await installed.stores[name].run(asked.run_id)
        assert await installed.stores[name].authenticate(made["acme"]) is None
    assert made["acme"].startswith("aa_acme_") and len(made["default"]) == 46
    assert all([await store.authenticate(made[name]) for name, store in installed.stores.items()])


async def test_every_table_is_there_for_each_and_only_its_own_can_be_named(installed: Installation) -> None:
    """What a mistake of ours, or an injection, could at most write: the server refuses it to a login that is the tenant's own."""
    async with installed.stores["acme"].transaction() as connection:
        for table in Base.metadata.tables:
            await connection.execute(text(f'SELECT 1 FROM "{table}"'))
        assert (await connection.execute(text("SELECT current_schemas(false)"))).scalar_one() == ["tenant_acme"]
    for table in Base.metadata.tables:
        for schema in ("public", "tenant_beta"):
            with psycopg.connect(_plain(installed.url("acme"))) as mine, pytest.raises(psycopg.errors.InsufficientPrivilege):
                mine.execute(f'SELECT 1 FROM {schema}."{table}"')  # type: ignore[arg-type]
    for statement in (
        "CREATE SCHEMA other",
        "CREATE TABLE public.mine ()",
        "CREATE TABLE tenant_beta.mine ()",
        "SET ROLE postgres",
        f"SET ROLE {tenants.login_of(installed.settings, 'beta')}",
        "CREATE ROLE other",
        "DROP SCHEMA tenant_acme CASCADE",
        "COPY public.runs TO STDOUT",
        "SELECT pg_read_file('/etc/passwd')",
    ):
        with psycopg.connect(_plain(installed.url("acme"))) as mine, pytest.raises(psycopg.errors.InsufficientPrivilege):
            mine.execute(statement)  # type: ignore[call-overload]


async def test_who_has_a_login_of_its_own_has_it_for_its_schema_alone_whatever_the_address_says(installed: Installation) -> None:
    parts = urlsplit(_plain(installed.url("acme")))
    with psycopg.connect(parts._replace(query="").geturl()) as mine:
        assert mine.execute("SELECT current_schemas(false)").fetchone() == (["tenant_acme"],)


async def test_an_address_that_was_encrypted_for_one_is_unreadable_for_another(installed: Installation) -> None:
    acme, beta = installed.stores["acme"], installed.stores["beta"]
    await acme.save_database(Database("sales", "postgresql://reader:pw@acme/sales"))
    with psycopg.connect(installed.administrator, autocommit=True) as operator:
        operator.execute("INSERT INTO tenant_beta.databases SELECT * FROM tenant_acme.databases")
    with pytest.raises(OperatorError):
        await beta.database("sales")


async def test_nobody_waits_for_a_lock_that_another_tenant_holds_by_the_same_name(installed: Installation) -> None:
    async with installed.stores["acme"].transaction() as mine, asyncio.timeout(5):
        await hold(mine, "budget")
        for name in ("default", "beta"):
            async with installed.stores[name].transaction() as theirs:
                await hold(theirs, "budget")


async def test_what_a_provider_says_of_a_shared_account_holds_for_all_who_share_it_and_tells_of_nobody(installed: Installation) -> None:
    turns = bootstrap.store_of_turns(installed.of["acme"])
    assert isinstance(turns, BorrowingStore) and type(bootstrap.store_of_turns(installed.settings)) is PostgresStore
    try:
        asked = question()
        await turns.create_run(asked)
        await turns.pause_model("claude-opus-4-7", 60)
        assert 50 < await installed.stores["default"].model_pause("claude-opus-4-7") <= 60
        assert 50 < await (await turns.known(asked.run_id, "explore")).model_pause("claude-opus-4-7") <= 60
        assert await installed.stores["acme"].model_pause("claude-opus-4-7") == 0  # kept in one place only
        assert await installed.stores["default"].begin_call(30) == 0 and await turns.begin_call(30) > 25
        assert [run.question.run_id for run in await turns.runs(owner=None)] == [asked.run_id] and await installed.stores["default"].runs(
            owner=None
        ) == ()
        with psycopg.connect(installed.administrator) as operator:
            kept = operator.execute("SELECT model FROM public.model_pauses ORDER BY model").fetchall()
        assert kept == [("*",), ("claude-opus-4-7",)]
    finally:
        await turns.close()


async def test_a_tenant_that_is_removed_is_gone_and_the_others_are_as_they_were(installed: Installation) -> None:
    for store in installed.stores.values():
        await store.create_run(question())
    await installed.stores["acme"].close()
    login = tenants.login_of(installed.settings, "acme")
    for _ in range(2):
        store_tenants.remove(installed.administrator, schema="tenant_acme", login=login)
    with psycopg.connect(installed.administrator) as operator:
        assert operator.execute("SELECT count(*) FROM pg_namespace WHERE nspname = 'tenant_acme'").fetchone() == (0,)
        assert operator.execute("SELECT count(*) FROM pg_roles WHERE rolname = %s", [login]).fetchone() == (0,)
    assert [len(await installed.stores[name].runs(owner=None)) for name in ("default", "beta")] == [1, 1]


async def test_a_tenant_made_again_after_an_interruption_is_whole(installed: Installation) -> None:
    password = installed.of["acme"].store_password
    login = tenants.login_of(installed.settings, "acme")
    given = password.get_secret_value() if password else None
    store_tenants.make(installed.administrator, schema="tenant_acme", login=login, password=given)
    await bootstrap.migrate(installed.of["acme"])
    assert await installed.stores["acme"].runs(owner=None) == ()


async def test_statements_in_line_are_counted_by_tenant(installed: Installation) -> None:
    """Databases of the same name are different databases."""
    for name, store in installed.stores.items():
        place = Place(f"of-{name}", "sales", "run", "fingerprint")
        assert (await store.take_place(place, at_once=1)).state == "runs"


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://", 1)
