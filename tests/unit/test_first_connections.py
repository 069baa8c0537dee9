"""Databases that a fresh Superset is told of: a permission that all share is created by the first one, which goes alone."""

import asyncio

import pytest
from fakes.memory_store import MemoryStore

from analytics_agent import bootstrap
from analytics_agent.domain.database import Database
from analytics_agent.errors import PublishRejected
from analytics_agent.settings import Settings


class FreshSuperset:
    """Refuses whoever comes while nobody has been taken and somebody else is on the way, as Superset 6.1 does."""

    def __init__(self, unreachable: str = "") -> None:
        self.unreachable = unreachable
        self.under_way = 0
        self.most_at_once = 0
        self.known: list[str] = []

    async def connect(self, database: Database) -> None:
        alone = not self.under_way
        self.under_way += 1
        self.most_at_once = max(self.most_at_once, self.under_way)
        try:
            await asyncio.sleep(0.01)
        finally:
            self.under_way -= 1
        if database.name == self.unreachable or not (alone or self.known):
            raise PublishRejected("Superset refused: Database could not be created.")
        self.known.append(database.name)


def told(superset: FreshSuperset, monkeypatch: pytest.MonkeyPatch, *names: str) -> dict[str, str]:
    store = MemoryStore()
    for name in names:
        asyncio.run(store.save_database(Database(name, f"postgresql://reader@host/{name}")))
    monkeypatch.setattr(bootstrap, "publisher", lambda _settings: lambda: superset)
    monkeypatch.setattr(bootstrap, "store", lambda _settings: store)
    return asyncio.run(bootstrap.connect_databases(Settings()))


def test_a_fresh_superset_takes_every_database(monkeypatch: pytest.MonkeyPatch) -> None:
    superset = FreshSuperset()
    assert told(superset, monkeypatch, "flights", "shop", "stock") == {}
    assert sorted(superset.known) == ["flights", "shop", "stock"]
    assert superset.most_at_once == 2, "those after the first go beside one another"


def test_where_the_first_is_refused_the_next_one_goes_alone_too(monkeypatch: pytest.MonkeyPatch) -> None:
    superset = FreshSuperset(unreachable="flights")
    refusals = told(superset, monkeypatch, "flights", "shop", "stock", "wine")
    assert refusals == {"flights": "Superset refused: Database could not be created."}
    assert sorted(superset.known) == ["shop", "stock", "wine"]


def test_without_databases_there_is_nothing_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(FreshSuperset(), monkeypatch) == {}
