"""Rights as Superset's extension answers them. Whatever is doubtful is no right."""

import asyncio
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ask.grants import digest
from fakes.superset_server import PASSWORD, SupersetServer

from analytics_agent.adapters.superset.rights import CatalogOf, SupersetPerson, SupersetRights
from analytics_agent.domain.catalog import Catalog, Table, TableColumn, TableName
from analytics_agent.domain.database import Database, superset_uuid
from analytics_agent.domain.policy import TablePolicy
from analytics_agent.domain.rights import Grant
from analytics_agent.errors import NotAllowed, RightsUnknown, SupersetUnavailable, UnknownPerson

DATABASE = Database("flights", "postgresql://reader:geheim@host/flights")
FLIGHTS, PLANES, ODD = TableName("public", "flights"), TableName("public", "planes"), TableName(None, 'od"d näme')
TABLES = (FLIGHTS, PLANES, ODD)
COLUMNS = (TableColumn("carrier", "text", "text"), TableColumn("seats", "number", "integer"))
SHOP = Catalog(
    "flights", "postgres", tuple(Table(name.schema, name.name, COLUMNS) for name in TABLES), ("public",), "f1", datetime.now(UTC)
)


def server(**changed: Any) -> SupersetServer:
    made = SupersetServer()
    made.rights = {"known": True, "database": True, "everything": False, "tables": [], "withheld": 0, "expires_in": 300} | changed
    made.rights |= {"policy": digest(made.rights["everything"], made.rights["tables"])} | changed
    return made


async def catalog_of(database: str) -> Catalog | None:
    return SHOP if database == "flights" else None


def rights(superset: SupersetServer, password: str = PASSWORD, catalogs: CatalogOf | None = catalog_of) -> SupersetRights:
    return SupersetRights("http://superset.test/", "analytics_agent", password, catalog_of=catalogs, transport=superset)


def grant(superset: SupersetServer, owner: str = "superset:7") -> Grant:
    return asyncio.run(rights(superset).grant(owner, DATABASE, TABLES))


def asked(*tables: TableName) -> list[dict[str, str | None]]:
    return [{"schema": table.schema, "name": table.name} for table in tables]


def named(*tables: TableName, rows: list[list[str]] | None = None) -> list[dict[str, Any]]:
    return [{"schema": table.schema, "name": table.name, "rows": rows or []} for table in tables]


def test_an_api_key_may_read_everything_and_superset_is_not_asked() -> None:
    superset = server()
    assert grant(superset, "k1") == Grant()
    assert superset.requests == []


def test_a_person_may_read_the_tables_that_superset_names() -> None:
    superset = server(tables=named(ODD, FLIGHTS), withheld=1)
    found = grant(superset)
    assert (found.policy.tables, found.withheld) == ((FLIGHTS, ODD), 1)
    assert superset.asked == [{"user": 7, "database_uuid": superset_uuid("flights"), "tables": asked(*TABLES)}]


def test_a_grant_ends_after_the_time_that_superset_gives_and_an_hour_at_most() -> None:
    for seconds, lasts in ((300, 300), (0, 0), (10**9, 3600)):
        until = grant(server(expires_in=seconds)).until
        assert until is not None
        assert abs(until - datetime.now(UTC) - timedelta(seconds=lasts)) < timedelta(seconds=5)


def test_everything_is_everything_unless_row_rules_withhold_something() -> None:
    assert grant(server(everything=True)).policy.tables is None
    assert grant(server(everything=True, withheld=1, tables=named(PLANES))).policy.tables == (PLANES,)


def test_a_table_that_was_not_asked_about_is_not_granted() -> None:
    assert grant(server(tables=named(TableName("public", "salaries"), TableName("hr", "flights")))).policy.tables == ()


@pytest.mark.parametrize("changed", [{"known": False, "everything": True}, {"database": False, "everything": True}])
def test_a_person_who_is_not_known_or_has_no_database_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(NotAllowed, match="An administrator of Superset can grant it"):
        grant(server(**changed))


@pytest.mark.parametrize("owner", ["superset:", "superset:7 or 1=1", "superset:٧", "superset:-7"])
def test_an_owner_that_is_no_number_is_refused_without_asking(owner: str) -> None:
    superset = server(everything=True)
    with pytest.raises(NotAllowed):
        grant(superset, owner)
    assert superset.asked == []


WRONG: list[Any] = [
    {"everything": "yes"},
    {"everything": 1},
    {"known": None},
    {"tables": None},
    {"tables": ["public.flights"]},
    {"tables": [{"name": "flights"}]},
    {"tables": [{"schema": "public", "name": "flights"}]},
    {"tables": [{"schema": "public", "name": "flights", "rows": "carrier = 'AA'"}]},
    {"tables": [{"schema": "public", "name": "flights", "rows": [[]]}]},
    {"tables": [{"schema": "public", "name": "flights", "rows": [[""]]}]},
    {"tables": [{"schema": "public", "name": "flights", "rows": [["x" * 20_001]]}]},
    {"tables": [{"schema": "public", "name": "flights", "rows": [[7]]}]},
    {"policy": "0" * 64},
    {"policy": None},
    {"withheld": -1},
    {"withheld": "0"},
    {"expires_in": None},
]


@pytest.mark.parametrize("changed", WRONG)
def test_an_answer_of_another_shape_is_no_right(changed: dict[str, Any]) -> None:
    with pytest.raises(RightsUnknown):
        grant(server(**changed))


def test_a_superset_without_the_extension_or_with_another_login_gives_nothing() -> None:
    with pytest.raises(RightsUnknown):
        grant(SupersetServer())
    with pytest.raises(RightsUnknown) as refused:
        asyncio.run(rights(server(everything=True), "wrong-password").grant("superset:7", DATABASE, TABLES))
    assert "wrong-password" not in str(refused.value)


@pytest.mark.parametrize("answer", [None, 500, 503, 429])
def test_a_superset_that_is_away_is_asked_again_later_and_gives_nothing(answer: int | None) -> None:
    superset = server(everything=True)
    superset.break_at, superset.broken_answer = 3, answer
    with pytest.raises(SupersetUnavailable) as away:
        grant(superset)
    assert away.value.retry_after == 20.0
    assert "Nothing was read" in away.value.hint


def test_many_who_ask_at_once_sign_in_once() -> None:
    superset = server(tables=named(FLIGHTS))
    asking = rights(superset)

    async def many() -> list[Grant]:
        return await asyncio.gather(*(asking.grant(f"superset:{n}", DATABASE, TABLES) for n in range(1, 21)))

    assert {found.policy.tables for found in asyncio.run(many())} == {(FLIGHTS,)}
    assert superset.requests.count("POST /api/v1/security/login") == 1


def test_a_login_that_ran_out_is_renewed() -> None:
    superset = server(tables=named(FLIGHTS))
    asking = rights(superset)

    async def twice() -> Grant:
        await asking.grant("superset:7", DATABASE, TABLES)
        superset.tokens_live_for = superset._token_used
        return await asking.grant("superset:7", DATABASE, TABLES)

    assert asyncio.run(twice()).policy.tables == (FLIGHTS,)


def test_a_mail_is_asked_for_as_a_person_is() -> None:
    superset = server(tables=named(FLIGHTS, ODD))
    found = asyncio.run(rights(superset).grant("mail:ada@example.com", DATABASE, (*TABLES, FLIGHTS)))
    assert superset.asked[0]["mail"] == "ada@example.com"
    assert found.policy.tables == (FLIGHTS, ODD)


def test_row_rules_are_conditions_of_the_table() -> None:
    superset = server(tables=[*named(FLIGHTS, rows=[["carrier = 'AA'", "carrier = 'UA'"], ["seats > 9"]]), *named(PLANES)])
    found = grant(superset)
    assert found.policy.rules == (TablePolicy("public", "flights", (("carrier = 'AA'", "carrier = 'UA'"), ("seats > 9",))),)
    assert (found.policy.tables, found.withheld) == ((FLIGHTS, PLANES), 0)
    assert found.held_by_superset


def test_everything_with_a_rule_is_what_is_listed() -> None:
    found = grant(server(everything=True, tables=named(PLANES, rows=[["seats > 9"]])))
    assert (found.policy.tables, len(found.policy.rules)) == ((PLANES,), 1)


@pytest.mark.parametrize(
    "clause",
    [
        "no_such_column = 1",
        "carrier = ",
        "carrier = '{{ current_username() }}' {{ x",
        "1 = 1) OR (1 = 1",
        "carrier = 'AA' -- that takes Superset's own bracket",
        "pg_sleep(1) IS NULL",
        "count(*) > 1",
        "carrier = 'AA'; DELETE FROM flights",
    ],
)
def test_a_rule_that_the_guard_cannot_read_withholds_the_table(clause: str) -> None:
    found = grant(server(tables=[*named(FLIGHTS, rows=[["carrier = 'AA'", clause]]), *named(PLANES)]))
    assert (found.policy.tables, found.policy.rules, found.withheld) == ((PLANES,), (), 1)


def test_a_rule_over_a_table_with_rules_of_its_own_withholds_the_table() -> None:
    """Superset reads that table whole, so under NOT IN our rows would be more than Superset's."""
    clause = "carrier NOT IN (SELECT carrier FROM planes)"
    ruled = [*named(FLIGHTS, rows=[[clause]]), *named(PLANES, rows=[["seats > 9"]])]
    assert grant(server(tables=ruled)).policy.tables == (PLANES,)
    free = grant(server(tables=[*named(FLIGHTS, rows=[[clause]]), *named(PLANES)]))
    assert (free.policy.tables, len(free.policy.rules)) == ((FLIGHTS, PLANES), 1)


@pytest.mark.parametrize("catalogs", [None, lambda name: asyncio.sleep(0)])
def test_without_a_catalog_no_rule_can_be_read(catalogs: CatalogOf | None) -> None:
    superset = server(tables=[*named(FLIGHTS, rows=[["carrier = 'AA'"]]), *named(PLANES)])
    found = asyncio.run(rights(superset, catalogs=catalogs).grant("superset:7", DATABASE, TABLES))
    assert (found.policy.tables, found.withheld) == ((PLANES,), 1)


def test_a_table_that_is_named_twice_holds_by_both_rules() -> None:
    twice = [*named(FLIGHTS, rows=[["carrier = 'AA'"]]), *named(FLIGHTS), *named(FLIGHTS, rows=[["seats > 9"]])]
    (rule,) = grant(server(tables=twice)).policy.rules
    assert rule.rows == (("carrier = 'AA'",), ("seats > 9",))


def test_the_same_rules_are_the_same_policy() -> None:
    one, other = ([*named(FLIGHTS, rows=[["seats > 9"]]), *named(PLANES)], [*named(PLANES), *named(FLIGHTS, rows=[["seats > 9"]])])
    assert grant(server(tables=one)).policy.hash == grant(server(tables=other)).policy.hash


def test_a_thousand_tables_with_rules_are_read_quickly() -> None:
    tables = tuple(TableName("public", f"t{number}") for number in range(1_000))
    whole = replace(SHOP, tables=tuple(Table(name.schema, name.name, COLUMNS) for name in tables))

    async def catalogs(database: str) -> Catalog:
        return whole

    superset = server(tables=named(*tables, rows=[["carrier = 'AA'"]]))
    began = time.perf_counter()
    found = asyncio.run(rights(superset, catalogs=catalogs).grant("superset:7", DATABASE, tables))
    assert (len(found.policy.rules), len(superset.asked)) == (1_000, 1)
    assert time.perf_counter() - began < 10


def test_who_a_reader_is_comes_with_the_grant() -> None:
    asking = rights(server(user=7, username="ada", roles=["Gamma", "sales"], tables=named(FLIGHTS)))
    assert asyncio.run(asking.grant_and_person("superset:7", DATABASE, TABLES))[1] == SupersetPerson("ada", ("Gamma", "sales"))


def test_a_username_is_the_person_who_has_it() -> None:
    superset = server(user=7, username="ada", database=False)
    assert asyncio.run(rights(superset).reader("ada")) == "superset:7"
    assert superset.asked == [{"username": "ada"}]


@pytest.mark.parametrize("changed", [{"known": False}, {"user": None}, {"username": "bob"}])
def test_a_username_that_nobody_has_is_told(changed: dict[str, Any]) -> None:
    with pytest.raises(UnknownPerson, match="ada"):
        asyncio.run(rights(server(**{"user": 7, "username": "ada", **changed})).reader("ada"))
