"""Which database a suite's `db` means, before anything is asked; and what was added is removed, however it ends."""

import asyncio
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from analytics_agent.errors import AskerError, UnknownDatabase
from analytics_agent.evals.suite import Case
from analytics_agent.evals.warehouses import GoldFailed, Warehouses, warehouses
from analytics_agent.settings import Settings


class Databases:
    """The part of the client that knows databases."""

    def __init__(self, *names: str) -> None:
        self.known: dict[str, str] = dict.fromkeys(names, "")

    async def databases(self) -> list[dict[str, Any]]:
        return [{"name": name} for name in self.known]

    async def add_database(self, name: str, uri: str, *, sql_lab: bool) -> dict[str, Any]:
        assert not sql_lab
        self.known[name] = uri
        return {"name": name, "dialect": "sqlite"}

    async def remove_database(self, name: str) -> None:
        if self.known.pop(name, None) is None:
            raise UnknownDatabase("It is gone.")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(state=tmp_path / "state", _env_file=None)  # type: ignore[call-arg]


@pytest.fixture
def file(tmp_path: Path) -> str:
    with sqlite3.connect(tmp_path / "shop.sqlite") as database:
        database.execute("CREATE TABLE orders AS SELECT 1 AS id, 'Köln' AS city UNION ALL SELECT 2, 'Bonn'")
    database.close()
    return f"sqlite:///{tmp_path / 'shop.sqlite'}"


def opened(client: Databases, settings: Settings, cases: list[Case], mapped: Mapping[str, str], use: Any = None) -> Any:
    async def once() -> Any:
        async with warehouses(client, settings, cases, mapped) as found:  # type: ignore[arg-type]
            return await use(found) if use else None

    return asyncio.run(once())


def test_a_database_that_nobody_knows_is_named_with_those_that_are_known(settings: Settings) -> None:
    with pytest.raises(UnknownDatabase, match=r"'orders' is not known.*Known: flights"):
        opened(Databases("flights"), settings, [Case("1", "orders", "?")], {})
    with pytest.raises(UnknownDatabase, match="'orders' is not known"):
        opened(Databases("flights"), settings, [Case("1", "orders", "?")], {"orders": "flihgts"})


def test_check_queries_of_a_named_database_need_the_store_and_say_so(settings: Settings) -> None:
    opened(Databases("flights"), settings, [Case("1", "flights", "?")], {})
    with pytest.raises(AskerError, match=r"check queries cannot be run from here.*--databases"):
        opened(Databases("flights"), settings, [Case("1", "flights", "?", ("SELECT 1",))], {})


def test_a_database_given_by_its_address_is_there_while_it_is_asked_and_gone_afterwards(settings: Settings, file: str) -> None:
    client = Databases("flights")
    case = Case("1", "shop", "?", ("SELECT city, id FROM orders ORDER BY id;",), ordered=True)

    async def use(found: Warehouses) -> Any:
        assert set(client.known) == {"flights", found.name("shop")} and found.name("shop").startswith("eval-shop-")
        return await found.golds(case)

    (gold,) = opened(client, settings, [case], {"shop": file}, use)
    assert gold.by == (1,) and gold.grid.height == 2
    assert set(client.known) == {"flights"}


def test_it_is_gone_too_when_the_evaluation_fails_or_somebody_removed_it_before(settings: Settings, file: str) -> None:
    client = Databases()

    async def fail(found: Warehouses) -> Any:
        raise ValueError

    async def removed(found: Warehouses) -> Any:
        await client.remove_database(found.name("shop"))

    with pytest.raises(ValueError):
        opened(client, settings, [Case("1", "shop", "?")], {"shop": file}, fail)
    opened(client, settings, [Case("1", "shop", "?")], {"shop": file}, removed)
    assert client.known == {}


def test_a_check_query_that_does_not_run_is_left_out_and_told_where_none_does(settings: Settings, file: str) -> None:
    async def golds(found: Warehouses, *statements: str) -> Any:
        return await found.golds(Case("1", "shop", "?", statements))

    case = Case("1", "shop", "?", ("x",))
    assert len(opened(Databases(), settings, [case], {"shop": file}, lambda found: golds(found, "SELECT nothing FROM no", "SELECT 1"))) == 1
    with pytest.raises(GoldFailed, match="No check query could be run"):
        opened(Databases(), settings, [case], {"shop": file}, lambda found: golds(found, "SELECT nothing FROM no"))


def test_a_check_query_cannot_write(settings: Settings, file: str) -> None:
    async def golds(found: Warehouses) -> Any:
        return await found.golds(Case("1", "shop", "?", ("DELETE FROM orders",)))

    with pytest.raises(GoldFailed, match="it is not allowed: The statement is not a SELECT"):
        opened(Databases(), settings, [Case("1", "shop", "?", ("x",))], {"shop": file}, golds)
    with sqlite3.connect(file.removeprefix("sqlite:///")) as database:
        assert database.execute("SELECT count(*) FROM orders").fetchone() == (2,)
    database.close()
