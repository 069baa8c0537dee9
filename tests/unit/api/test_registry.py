"""Databases as they are added: read by a worker, kept when that went well, and made known to SQL Lab."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from fakes import flights
from fakes.memory_store import MemoryStore

from analytics_agent.api.authentication import ADMIN
from analytics_agent.api.databases import list_databases
from analytics_agent.api.registry import Registry, Tell
from analytics_agent.domain.artifact import Artifact
from analytics_agent.domain.database import Database, DatabaseView
from analytics_agent.domain.model_version import ModelChange
from analytics_agent.domain.orders import DatabaseReading, DraftedModel
from analytics_agent.domain.rights import Principal
from analytics_agent.errors import InvalidSemanticModel, ServiceUnreachable, UnknownDatabase, WarehouseUnavailable
from analytics_agent.resources import resource

ADDRESS = "postgresql://reader@127.0.0.1/shop"


async def read(name: str) -> DatabaseReading:
    return DatabaseReading(3, ("It may write.",))


async def drafted(name: str, descriptions: Artifact | None, tables: tuple[str, ...]) -> DraftedModel:
    return DraftedModel(Artifact("f1", 1, "application/yaml"), 3, ())


async def fails(name: str) -> DatabaseReading:
    raise WarehouseUnavailable("It does not answer.")


def add(tell: Tell | None, semantic_model: str | None = None) -> DatabaseView:
    return asyncio.run(Registry(MemoryStore(), read, tell, draft=drafted).add("shop", ADDRESS, "public", semantic_model))


def test_what_sql_lab_does_not_know_is_said_beside_the_other_warnings() -> None:
    async def tell(name: str) -> str | None:
        return f"SQL Lab does not know {name} yet."

    assert add(tell).warnings == ("It may write.", "SQL Lab does not know shop yet.")


def test_a_database_is_added_whatever_becomes_of_sql_lab() -> None:
    async def tell(name: str) -> str | None:
        raise ServiceUnreachable("Temporal does not answer.", hint="Start it.")

    warnings = add(tell).warnings
    assert "Temporal does not answer." in warnings[1] and "databases refresh shop" in warnings[1]


def test_without_a_superset_nothing_is_said_of_it() -> None:
    assert add(None).warnings == ("It may write.",)


def test_sql_lab_is_not_told_of_a_database_that_cannot_be_read() -> None:
    told: list[str] = []

    async def tell(name: str) -> str | None:
        told.append(name)
        return None

    with pytest.raises(WarehouseUnavailable):
        asyncio.run(Registry(MemoryStore(), fails, tell, draft=drafted).add("shop", ADDRESS, "public", None))
    assert told == []


def test_sql_lab_is_not_told_of_a_database_that_is_added_without_it() -> None:
    async def tell(name: str) -> str | None:
        raise AssertionError(name)

    registry = Registry(MemoryStore(), read, tell, draft=drafted)
    assert asyncio.run(registry.add("eval-shop", ADDRESS, None, None, sql_lab=False)).warnings == ("It may write.",)


def test_a_database_tells_the_examples_of_its_semantic_model() -> None:
    model = (resource("sql_fixtures") / "flights" / "semantic_model.yaml").read_text()
    assert "Which carriers were late most often in summer?" in add(None, model).examples
    assert add(None).examples == ()
    assert add(None, "not: a model").examples == ()


def test_what_a_model_sees_stays_as_it_was_set_when_a_database_is_added_anew_or_refreshed() -> None:
    async def told() -> list[str]:
        registry = Registry(MemoryStore(), read, None, draft=drafted)
        views = [await registry.add("shop", ADDRESS, None, None)]
        views += [
            await registry.change("shop", {"model_sees": "schema"}),
            await registry.add("shop", ADDRESS, "public", None),
            await registry.refresh("shop"),
        ]
        views += [await registry.add("shop", ADDRESS, None, None, model_sees="masked")]
        return [view.model_sees for view in views]

    assert asyncio.run(told()) == ["full", "schema", "schema", "schema", "masked"]


def test_a_model_that_does_not_fit_changes_nothing_and_one_that_does_serves() -> None:
    async def changed(text: str | None) -> str | None:
        store = MemoryStore()
        await store.save_database(Database("flights", ADDRESS))
        await store.save_catalog(flights.catalog())
        await Registry(store, read, None, draft=drafted).change("flights", {"semantic_model": text})
        return (await store.database("flights")).semantic_model

    assert asyncio.run(changed(flights.MODEL)) == flights.MODEL
    assert asyncio.run(changed(None)) is None
    for wrong in ("- no model", flights.MODEL.replace("public.flights", "public.flihgts")):
        with pytest.raises(InvalidSemanticModel):
            asyncio.run(changed(wrong))


@pytest.mark.parametrize("removed", [False, True])
def test_what_somebody_changes_while_a_model_is_looked_at_stays_so(removed: bool) -> None:
    async def changed() -> MemoryStore:
        store = MemoryStore()
        await store.save_database(Database("flights", ADDRESS))
        await store.save_catalog(flights.catalog())
        registry, catalog = Registry(store, read, None, draft=drafted), store.catalog

        async def slow(name: str) -> Any:
            found, store.catalog = await catalog(name), catalog  # type: ignore[method-assign]
            await (registry.remove(name) if removed else store.save_database(Database(name, ADDRESS, at_once=3), same_tables=True))
            return found

        store.catalog = slow  # type: ignore[method-assign]
        await registry.change("flights", {"semantic_model": flights.MODEL})
        return store

    if removed:
        with pytest.raises(UnknownDatabase):
            asyncio.run(changed())
        return
    kept = asyncio.run(asyncio.run(changed()).database("flights"))
    assert (kept.at_once, kept.semantic_model) == (3, flights.MODEL)


async def _drifted() -> tuple[DatabaseView, ...]:
    """A database whose model speaks of a column that is gone since, and one that fits."""
    store = MemoryStore()
    model = (resource("sql_fixtures") / "flights" / "semantic_model.yaml").read_text()
    whole = flights.catalog()
    tables = tuple(
        replace(table, columns=tuple(column for column in table.columns if column.name != "dep_delay")) for table in whole.tables
    )
    for name, catalog in (("changed", replace(whole, tables=tables)), ("same", whole)):
        await store.save_database(Database(name, ADDRESS, semantic_model=model))
        await store.save_catalog(replace(catalog, database=name, read_at=datetime.now(UTC)))
    registry = Registry(store, read, draft=drafted)  # type: ignore[arg-type]
    await registry.views()
    return await registry.views()


def test_a_model_that_fits_its_tables_no_longer_says_so_with_its_lines() -> None:
    changed, same = asyncio.run(_drifted())
    assert same.model_problems == ()
    assert any("dep_delay" in problem and "line" in problem for problem in changed.model_problems)


def test_a_database_was_read_when_somebody_last_looked_whether_it_changed_or_not() -> None:
    async def looked_at() -> DatabaseView:
        store = MemoryStore()
        await store.save_database(Database("shop", ADDRESS))
        await store.save_catalog(replace(flights.catalog(), database="shop", read_at=datetime(2026, 1, 1, tzinfo=UTC)))
        assert await store.begin_reading("shop", "w", older_than=timedelta(0), lasts=timedelta(seconds=9))
        await store.end_reading("shop", "w", checked=True)
        (view,) = await Registry(store, read, draft=drafted).views()  # type: ignore[arg-type]
        return view

    read_at = asyncio.run(looked_at()).read_at
    assert read_at is not None and datetime.now(UTC) - read_at < timedelta(minutes=1)


def test_what_is_wrong_with_a_model_is_told_to_administrators_alone() -> None:
    """It names tables and columns, which others need not know of."""
    view = DatabaseView("shop", "postgres", can_write=("It may write.",), model_problems=("line 3: there is no column margin",))

    async def views() -> tuple[DatabaseView, ...]:
        return (view,)

    async def governs(name: str) -> bool:
        return True

    services: Any = SimpleNamespace(databases=SimpleNamespace(views=views), rights=SimpleNamespace(governs=governs))
    askers = [Principal("k1", "key", (ADMIN,)), Principal("k2", "key", ("ask",)), Principal("superset:7", "Ada", ("ask",), "person")]
    shown = [asyncio.run(list_databases(asker, services))["databases"] for asker in askers]
    assert [(one.model_problems, one.can_write) for (one,) in shown] == [(view.model_problems, view.can_write), ((), None), ((), None)]


def test_a_model_is_a_version_when_its_database_could_be_read_and_not_before() -> None:
    async def kept() -> list[tuple[int, str, str]]:
        store, model = MemoryStore(), flights.MODEL
        said = ModelChange("k1", "add")
        with pytest.raises(WarehouseUnavailable):
            await Registry(store, fails, None, draft=drafted).add("flights", ADDRESS, None, model, said=said)
        assert await store.model_versions("flights") == ()
        registry = Registry(store, read, None, draft=drafted)
        await registry.add("flights", ADDRESS, None, model, said=said)
        with pytest.raises(WarehouseUnavailable):
            await Registry(store, fails, None, draft=drafted).add("flights", ADDRESS, None, "name: other", said=said)
        await registry.change("flights", {"model_sees": "masked"}, ModelChange("k2"))
        await store.save_catalog(flights.catalog())
        with pytest.raises(InvalidSemanticModel):
            await registry.change("flights", {"semantic_model": "- no model"}, ModelChange("k2"))
        await registry.change("flights", {"semantic_model": None}, ModelChange("k2", note="not yet"))
        return [(one.number, one.by, one.note) for one in await store.model_versions("flights")]

    assert asyncio.run(kept()) == [(2, "k2", "not yet"), (1, "k1", "")]
