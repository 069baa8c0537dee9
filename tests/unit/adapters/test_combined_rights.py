"""Superset and the file of policies together: both hold for people of Superset, the file alone for its own names."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fakes.policies import CUSTOMERS, DATABASE, FILE, KEY, ORDERS, OTHER, TABLES, put, rights_of

from analytics_agent.adapters.combined_rights import FILE_HOLDS, CombinedRights
from analytics_agent.domain.catalog import TableName
from analytics_agent.domain.database import Database
from analytics_agent.domain.policy import OPEN, Policy, TablePolicy
from analytics_agent.domain.rights import Grant
from analytics_agent.errors import InvalidSettings, RightsUnknown, SupersetUnavailable, UnknownPerson

LATER = datetime.now(UTC) + timedelta(days=1)


@dataclass
class Person:
    username: str = "ada"
    roles: tuple[str, ...] = ()


@dataclass
class Superset:
    """What it gives everybody, and who they are."""

    policy: Policy = OPEN
    person: Person = field(default_factory=Person)
    error: Exception | None = None
    asked: list[str] = field(default_factory=list)

    async def grant_and_person(self, reader: str, database: Database, tables: Sequence[TableName]) -> tuple[Grant, Person]:
        self.asked.append(reader)
        if self.error:
            raise self.error
        return Grant(self.policy, 1, LATER, held_by_superset=True), self.person

    async def reader(self, name: str) -> str:
        if self.error:
            raise self.error
        return f"superset:{len(name)}"


def combined(path: Path | None, superset: Superset | None = None) -> CombinedRights:
    def of_superset() -> Any:
        if superset is None:
            raise InvalidSettings(["no Superset"])
        return superset

    return CombinedRights(of_superset, rights_of(path) if path else None, has_superset=superset is not None)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "policies.yaml"


def grant(rights: CombinedRights, reader: str = "superset:7", database: Database = DATABASE) -> Grant:
    return asyncio.run(rights.grant(reader, database, TABLES))


def test_an_operator_reads_everything_and_nobody_is_asked(path: Path) -> None:
    superset = Superset()
    assert grant(combined(path, superset), "k1") == Grant()
    assert superset.asked == []


def test_of_what_superset_gives_the_file_leaves_a_part(path: Path) -> None:
    of_superset = Policy((ORDERS, TableName("sales", "notes")), (TablePolicy("public", "orders", (("amount > 1",),)),))
    found = grant(combined(path, Superset(of_superset)))
    assert found.policy.tables == (ORDERS,)
    rule = found.policy.rule_of(ORDERS)
    assert rule is not None
    assert rule.rows == (("amount > 1",), ("status = 'paid'",))
    assert [mask.column for mask in rule.masks] == ["amount"]
    assert found.withheld == 1
    assert not found.held_by_superset


def test_a_right_to_everything_in_superset_is_what_the_file_leaves(path: Path) -> None:
    assert grant(combined(path, Superset())).policy.tables == (CUSTOMERS, ORDERS)


def test_who_is_in_superset_and_not_in_the_file_sees_nothing_of_what_it_governs(path: Path) -> None:
    assert grant(combined(path, Superset(person=Person("eve")))).policy.tables == ()


def test_roles_of_superset_are_roles_of_the_file(path: Path) -> None:
    assert grant(combined(path, Superset(person=Person("eve", ("Gamma", "sales"))))).policy.tables == (CUSTOMERS, ORDERS)


def test_a_mail_address_reads_as_the_person_whom_superset_knows_by_it(path: Path) -> None:
    superset = Superset()
    assert grant(combined(path, superset), "mail:ada@example.com").policy.tables == (CUSTOMERS, ORDERS)
    assert superset.asked == ["mail:ada@example.com"]


def test_where_the_file_says_nothing_of_a_database_supersets_right_stands_as_it_is(path: Path) -> None:
    assert grant(combined(path, Superset()), database=OTHER) == Grant(OPEN, 1, LATER, held_by_superset=True)


def test_a_file_that_opens_everything_leaves_it_supersets_own(path: Path) -> None:
    assert grant(combined(path, Superset(person=Person("boss")))).held_by_superset


def test_what_the_file_says_of_a_person_does_not_hold_for_long(path: Path) -> None:
    before = datetime.now(UTC)
    until = grant(combined(path, Superset())).until
    assert until is not None
    assert before + FILE_HOLDS <= until <= datetime.now(UTC) + FILE_HOLDS


def test_somebody_whose_name_superset_does_not_tell_is_refused_and_not_taken_for_everyone(path: Path) -> None:
    put(path, FILE.replace("roles: [sales]", "everyone: true"))
    with pytest.raises(RightsUnknown, match="does not say who asks"):
        grant(CombinedRights(lambda: Superset(person=Person("")), rights_of(path, None), has_superset=True))


def test_a_broken_file_refuses_people_of_superset_and_an_absent_superset_is_no_way_round_it(path: Path) -> None:
    rights = combined(path, Superset())
    put(path, "policies: [")
    with pytest.raises(RightsUnknown):
        grant(rights)
    with pytest.raises(SupersetUnavailable):
        grant(combined(path, Superset(error=SupersetUnavailable("away"))))


def test_a_name_of_the_file_reads_by_the_file_alone(path: Path) -> None:
    superset = Superset(Policy(()))
    assert grant(combined(path, superset), "user:ada").policy.tables == (CUSTOMERS, ORDERS)
    assert superset.asked == []


def test_a_name_of_the_file_reads_nothing_when_there_is_no_file_any_more() -> None:
    with pytest.raises(RightsUnknown, match="no file of policies"):
        grant(combined(None, Superset()), "user:ada")


def test_a_login_name_is_a_person_of_superset_where_there_is_one_and_else_a_name_of_the_file(path: Path) -> None:
    assert asyncio.run(combined(path, Superset()).reader("ada")) == "superset:3"
    assert asyncio.run(combined(path).reader("ada")) == "user:ada"
    with pytest.raises(UnknownPerson, match="eve"):
        asyncio.run(combined(path).reader("eve"))
    with pytest.raises(UnknownPerson, match="ANALYTICS_AGENT_POLICIES"):
        asyncio.run(combined(None).reader("ada"))


def test_a_name_that_the_file_knows_and_superset_does_not_is_told_where_people_are(path: Path) -> None:
    superset = Superset(error=UnknownPerson("Superset knows nobody.", hint="Usernames are case-sensitive."))
    rights = combined(path, superset)
    with pytest.raises(UnknownPerson, match="The file of policies names 'ada'") as refusal:
        asyncio.run(rights.reader("ada"))
    assert "people are Superset's" in refusal.value.hint
    with pytest.raises(UnknownPerson, match="knows nobody"):
        asyncio.run(rights.reader("eve"))
    path.unlink()
    with pytest.raises(UnknownPerson, match="knows nobody"):
        asyncio.run(rights.reader("ada"))


def test_without_a_file_nothing_is_governed_by_one(path: Path) -> None:
    assert not asyncio.run(combined(None, Superset()).governs("shop"))
    assert asyncio.run(combined(path, Superset()).governs("shop"))


def test_without_a_file_no_model_is_limited_and_there_is_no_key(path: Path) -> None:
    assert asyncio.run(combined(None).for_models(DATABASE, TABLES)) == OPEN
    assert asyncio.run(combined(None).hash_key()) == ""
    assert asyncio.run(combined(path).hash_key()) == KEY
    assert asyncio.run(combined(path).for_models(DATABASE, TABLES)).rules
