"""What one database does not hold and another one does: offered by name, and only to who may read it."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from asked_alone import PolicyRights
from fakes.memory_store import MemoryStore
from fakes.records import question
from fakes.rights import MemoryRights
from unit.semantic import shop

from analytics_agent.activities.elsewhere import OtherDatabases
from analytics_agent.activities.rights import readable
from analytics_agent.domain.catalog import Catalog, Table, TableColumn, TableName
from analytics_agent.domain.database import Database
from analytics_agent.domain.policy import Policy, TablePolicy
from analytics_agent.domain.rights import Grant
from analytics_agent.domain.run import Elsewhere
from analytics_agent.errors import NotAllowed, SupersetUnavailable

PAYROLL = Catalog(
    "payroll",
    "duckdb",
    (
        Table("public", "salaries", (TableColumn("employee_id", "integer", "bigint"), TableColumn("gross_salary", "number", "numeric"))),
        Table("public", "holidays", (TableColumn("employee_id", "integer", "bigint"),)),
    ),
    ("public",),
    "p",
    datetime(2025, 6, 1, tzinfo=UTC),
)


def offered(
    missing: str,
    *,
    rights: Any = None,
    owner: str = "k1",
    model: str = "offline",
    catalog: Catalog | None = PAYROLL,
    key_for: tuple[str, ...] | None = None,
) -> tuple[Elsewhere, ...]:
    async def steps() -> tuple[Elsewhere, ...]:
        store, asked = MemoryStore(), replace(question(text="What do we pay?"), owner=owner, model=model)
        await store.create_key("of k1", ["ask"], databases=key_for)
        here = Database("shop", "duckdb:///shop", "duckdb", None, shop.TEXT)
        for database in (here, Database("payroll", "duckdb:///payroll", "duckdb")):
            await store.save_database(database)
        await store.save_catalog(shop.catalog())
        if catalog:
            await store.save_catalog(catalog)
        others = OtherDatabases(store, rights or MemoryRights(everything=True))  # type: ignore[arg-type]
        return await others.holding(asked, readable(here, shop.catalog(), Grant()), missing)

    return asyncio.run(steps())


def test_a_database_with_names_for_what_is_missing_is_offered_with_the_question() -> None:
    assert offered("the salaries of employees") == (Elsewhere("payroll", ("salaries.employee_id",), "What do we pay?"),)
    assert offered("salaries") == (Elsewhere("payroll", ("salaries",), "What do we pay?"),)


@pytest.mark.parametrize("missing", ["", "the weather", "revenue by store", "the number of rows per day", "an unrelated salary thing here"])
def test_nothing_is_offered_for_what_it_does_not_hold_or_what_is_here(missing: str) -> None:
    assert offered(missing) == ()


def test_a_database_that_was_never_read_is_not_offered() -> None:
    assert offered("salaries", catalog=None) == ()


def test_a_key_is_offered_no_database_that_it_is_not_for() -> None:
    assert offered("salaries", key_for=("shop",)) == ()
    assert [one.database for one in offered("salaries", key_for=("shop", "payroll"))] == ["payroll"]


def test_a_person_is_offered_what_they_may_read() -> None:
    assert [one.database for one in offered("salaries", rights=MemoryRights("salaries"), owner="superset:7")] == ["payroll"]


@pytest.mark.parametrize("readable_tables", [(), ("holidays",)])
def test_a_table_that_a_person_may_not_read_is_not_named(readable_tables: tuple[str, ...]) -> None:
    assert offered("salaries", rights=MemoryRights(*readable_tables), owner="superset:7") == ()


@pytest.mark.parametrize(("hidden", "found"), [((), ["payroll"]), (("gross_salary",), [])])
def test_a_column_that_a_person_may_not_see_is_not_named(hidden: tuple[str, ...], found: list[str]) -> None:
    rule = TablePolicy("public", "salaries", (("employee_id > 7",),), (), hidden)
    rights = PolicyRights({"superset:7": Policy((TableName("public", "salaries"),), (rule,))})
    assert [one.database for one in offered("gross", rights=rights, owner="superset:7")] == found


@pytest.mark.parametrize("error", [NotAllowed("You may not ask about this database."), SupersetUnavailable("Superset does not answer.")])
def test_who_may_not_or_cannot_be_asked_about_is_offered_nothing(error: Any) -> None:
    rights = MemoryRights("salaries")
    rights.error = error
    assert offered("salaries", rights=rights, owner="superset:7") == ()


def test_rights_are_asked_of_databases_that_may_hold_it_alone() -> None:
    rights = MemoryRights("salaries")
    assert offered("the weather", rights=rights, owner="superset:7") == () and rights.asked == []
