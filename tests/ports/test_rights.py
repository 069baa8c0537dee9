"""What every source of rights keeps to: the file of policies, Superset, both together, and the fake that tests use."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ask.grants import digest
from fakes.policies import CUSTOMERS, DATABASE, FILE, KEY, ORDERS, TABLES, catalog_of, put, rights_of
from fakes.rights import MemoryRights
from fakes.superset_server import PASSWORD, SupersetServer

from analytics_agent.adapters.combined_rights import CombinedRights
from analytics_agent.adapters.superset.rights import SupersetRights
from analytics_agent.domain.catalog import TableName
from analytics_agent.domain.policy import OPEN, Policy
from analytics_agent.domain.rights import Grant
from analytics_agent.errors import AgentError, NotAllowed, RightsUnknown, UnknownPerson
from analytics_agent.ports import Rights

PAID = (("status = 'paid'",),)


@dataclass
class Source:
    """Somebody, by login name and as a reader, who may read paid orders and all customers; a reader nobody knows; and what breaks it."""

    rights: Rights
    login: str
    reader: str
    stranger: str
    breaks: Callable[[], None]

    def grant(self, reader: str | None = None, tables: tuple[TableName, ...] = TABLES) -> Grant:
        return asyncio.run(self.rights.grant(reader or self.reader, DATABASE, tables))


def of_file(path: Path) -> Source:
    return Source(rights_of(path), "ada", "user:ada", "user:eve", lambda: put(path, "policies: ["))


def of_superset() -> Source:
    server = _server()
    rights = SupersetRights("http://superset.test", "analytics_agent", PASSWORD, catalog_of=catalog_of, transport=server)

    def breaks() -> None:
        server.rights = None

    return Source(_WithoutModels(rights), "ada", "superset:7", "superset:nobody", breaks)


def of_both(path: Path) -> Source:
    """Superset gives the rows, and the file leaves them."""
    server = _server()
    superset = SupersetRights("http://superset.test", "analytics_agent", PASSWORD, catalog_of=catalog_of, transport=server)
    open_to_ada = FILE.replace("        rows: status = 'paid'\n        mask: {amount: {bucket: {size: 10}}}\n", "")
    rights = CombinedRights(lambda: superset, rights_of(path, open_to_ada), has_superset=True)
    return Source(rights, "ada", "superset:7", "superset:nobody", lambda: put(path, "policies: ["))


def _server() -> SupersetServer:
    server = SupersetServer()
    tables: list[dict[str, Any]] = [
        {"schema": "public", "name": "orders", "rows": [["status = 'paid'"]]},
        {"schema": "public", "name": "customers", "rows": []},
        {"schema": "hr", "name": "salaries", "rows": []},
    ]
    said = {"known": True, "user": 7, "username": "ada", "roles": ["Gamma"], "database": True, "everything": False, "withheld": 0}
    server.rights = said | {"tables": tables, "expires_in": 300, "policy": digest(False, tables)}
    return server


class _WithoutModels(MemoryRights):
    """Superset alone says nothing of models: whoever puts it to use does (bootstrap)."""

    def __init__(self, superset: SupersetRights) -> None:
        super().__init__(everything=True)
        self.grant = superset.grant  # type: ignore[method-assign]
        self.reader = superset.reader  # type: ignore[method-assign]


@pytest.fixture(params=["file", "superset", "both"])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Source:
    made = {"file": of_file, "both": of_both}
    return of_superset() if request.param == "superset" else made[request.param](tmp_path / "policies.yaml")


def test_an_operator_reads_everything(source: Source) -> None:
    assert source.grant("k1") == Grant()


def test_a_person_reads_the_tables_and_the_rows_that_are_theirs(source: Source) -> None:
    policy = source.grant().policy
    assert set(policy.tables or ()) == {ORDERS, CUSTOMERS}
    rule = policy.rule_of(ORDERS)
    assert rule is not None
    assert rule.rows == PAID


def test_tables_are_listed_wherever_there_is_a_rule(source: Source) -> None:
    """Two policies are put together only so (domain.policy.both)."""
    policy = source.grant().policy
    assert policy.rules
    assert policy.tables is not None


def test_only_what_was_asked_about_is_granted_in_its_order(source: Source) -> None:
    assert source.grant(tables=(ORDERS, TableName("hr", "bonuses"), CUSTOMERS)).policy.tables == (ORDERS, CUSTOMERS)
    assert source.grant(tables=()).policy.tables == ()


def test_somebody_who_is_not_known_reads_nothing(source: Source) -> None:
    with pytest.raises(NotAllowed):
        source.grant(source.stranger)


def test_a_login_name_is_a_reader_and_nobody_else_is(source: Source) -> None:
    assert asyncio.run(source.rights.reader(source.login)) == source.reader
    with pytest.raises(UnknownPerson):
        asyncio.run(source.rights.reader("eve"))


def test_a_source_that_cannot_be_understood_grants_nothing_and_an_operator_goes_on(source: Source) -> None:
    source.breaks()
    with pytest.raises(RightsUnknown) as refused:
        source.grant()
    assert "nothing" in str(refused.value)
    assert source.grant("k1") == Grant()


def test_many_who_ask_at_once_are_answered_alike(source: Source) -> None:
    async def many() -> list[Grant]:
        return list(await asyncio.gather(*(source.rights.grant(source.reader, DATABASE, TABLES) for _ in range(20))))

    assert len({grant.policy for grant in asyncio.run(many())}) == 1


def test_what_models_may_be_shown_and_the_key_of_hashes_come_from_the_file_alone(tmp_path: Path) -> None:
    for source in (of_file(tmp_path / "one.yaml"), of_both(tmp_path / "two.yaml")):
        shown = asyncio.run(source.rights.for_models(DATABASE, TABLES))
        assert [rule.hidden for rule in shown.rules] == [("credit",)]
        assert asyncio.run(source.rights.hash_key()) == KEY
        source.breaks()
        for asked in (source.rights.for_models(DATABASE, TABLES), source.rights.hash_key()):
            with pytest.raises(RightsUnknown):
                asyncio.run(asked)  # type: ignore[arg-type]
    superset_alone = CombinedRights(_no_superset, None, has_superset=True)
    assert asyncio.run(superset_alone.for_models(DATABASE, TABLES)) == OPEN


def _no_superset() -> Any:
    raise AssertionError("nobody is asked")


def test_the_fake_keeps_to_it_too() -> None:
    rights = MemoryRights("orders")
    assert asyncio.run(rights.grant("superset:7", DATABASE, TABLES)).policy == Policy((ORDERS,))
    assert asyncio.run(rights.grant("k1", DATABASE, TABLES)) == Grant()
    rights.error = AgentError("broken")
    with pytest.raises(AgentError):
        asyncio.run(rights.grant("superset:7", DATABASE, TABLES))
