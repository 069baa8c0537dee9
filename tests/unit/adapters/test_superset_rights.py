"""Rights as Superset's extension answers them. Whatever is doubtful is no right."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fakes.superset_server import PASSWORD, SupersetServer

from analytics_agent.adapters.superset_rights import SupersetRights
from analytics_agent.domain.catalog import TableName
from analytics_agent.domain.database import Database, superset_uuid
from analytics_agent.domain.rights import Grant
from analytics_agent.errors import NotAllowed, RightsUnknown, SupersetUnavailable

DATABASE = Database("flights", "postgresql://reader:geheim@host/flights")
FLIGHTS, PLANES, ODD = TableName("public", "flights"), TableName("public", "planes"), TableName(None, 'od"d näme')
TABLES = (FLIGHTS, PLANES, ODD)


def server(**changed: Any) -> SupersetServer:
    made = SupersetServer()
    made.rights = {"known": True, "database": True, "everything": False, "tables": [], "withheld": 0, "expires_in": 300} | changed
    return made


def rights(superset: SupersetServer, password: str = PASSWORD) -> SupersetRights:
    return SupersetRights("http://superset.test/", "analytics_agent", password, transport=superset)


def grant(superset: SupersetServer, owner: str = "superset:7") -> Grant:
    return asyncio.run(rights(superset).grant(owner, DATABASE, TABLES))


def named(*tables: TableName) -> list[dict[str, str | None]]:
    return [{"schema": table.schema, "name": table.name} for table in tables]


def test_an_api_key_may_read_everything_and_superset_is_not_asked() -> None:
    superset = server()
    assert grant(superset, "k1") == Grant()
    assert superset.requests == []


def test_a_person_may_read_the_tables_that_superset_names() -> None:
    superset = server(tables=named(ODD, FLIGHTS), withheld=1)
    found = grant(superset)
    assert (found.policy.tables, found.withheld) == ((FLIGHTS, ODD), 1)
    assert superset.asked == [{"user": 7, "database_uuid": superset_uuid("flights"), "tables": named(*TABLES)}]


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
