"""The installation's own file of policies as a source of rights: it is followed as it changes, and whatever is wrong with it refuses."""

import asyncio
import logging
import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fakes.policies import CATALOG, CUSTOMERS, DATABASE, FILE, KEY, ORDERS, OTHER, TABLES, catalog_of, put, rights_of

from analytics_agent.adapters import file_rights
from analytics_agent.adapters.file_rights import FileRights
from analytics_agent.domain.catalog import Catalog, TableName
from analytics_agent.domain.policy import OPEN, Mask, Policy, TablePolicy
from analytics_agent.domain.rights import Grant
from analytics_agent.errors import NotAllowed, RightsUnknown, UnknownPerson


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "policies.yaml"


def grant(rights: FileRights, name: str = "ada", tables: tuple[TableName, ...] = TABLES) -> Policy:
    return asyncio.run(rights.grant(f"user:{name}", DATABASE, tables)).policy


def test_a_name_of_the_file_sees_what_its_roles_open(path: Path) -> None:
    policy = grant(rights_of(path))
    assert policy.tables == (CUSTOMERS, ORDERS)
    assert policy.rule_of(ORDERS) == TablePolicy("public", "orders", (("status = 'paid'",),), (Mask("amount", "bucket", size=10.0),))


def test_who_sees_all_of_it_sees_what_is_new_too(path: Path) -> None:
    assert grant(rights_of(path), "boss").is_open


def test_only_tables_that_were_asked_about_are_granted(path: Path) -> None:
    assert grant(rights_of(path), tables=(CUSTOMERS, TableName("hr", "salaries"))).tables == (CUSTOMERS,)


def test_an_operator_reads_everything(path: Path) -> None:
    assert asyncio.run(rights_of(path, "- broken").grant("k1", DATABASE, TABLES)) == Grant()


def test_a_database_of_which_nothing_is_said_is_not_governed(path: Path) -> None:
    rights = rights_of(path)
    assert asyncio.run(rights.policy_for("ada", (), OTHER, TABLES)) is None
    assert asyncio.run(rights.grant("user:ada", OTHER, TABLES)).policy == OPEN


def test_who_is_not_named_any_more_reads_nothing_anywhere(path: Path) -> None:
    rights = rights_of(path)
    for database in (DATABASE, OTHER):
        with pytest.raises(NotAllowed, match="does not name you"):
            asyncio.run(rights.grant("user:eve", database, TABLES))


@pytest.mark.parametrize("reader", ["mail:ada@example.com", "superset:7"])
def test_people_of_superset_are_not_looked_for_by_other_names(reader: str, path: Path) -> None:
    everyone = FILE.replace("roles: [sales]", "everyone: true")
    with pytest.raises(NotAllowed):
        asyncio.run(rights_of(path, everyone).grant(reader, DATABASE, TABLES))


def test_a_login_name_of_the_file_is_a_reader_and_another_is_unknown(path: Path) -> None:
    rights = rights_of(path)
    assert asyncio.run(rights.reader("ada")) == "user:ada"
    with pytest.raises(UnknownPerson, match="eve"):
        asyncio.run(rights.reader("eve"))
    put(path, FILE.replace("roles: [sales]", "everyone: true"))
    assert asyncio.run(rights.reader("eve")) == "user:eve"


def test_roles_that_others_know_of_open_what_the_file_says_for_them(path: Path) -> None:
    rights = rights_of(path)
    found = asyncio.run(rights.policy_for("eve", ("sales", "Gamma"), DATABASE, TABLES))
    assert found is not None
    assert found.tables == (CUSTOMERS, ORDERS)
    assert asyncio.run(rights.policy_for("eve", ("Gamma",), DATABASE, TABLES)) == Policy(())


def test_a_file_that_changes_holds_at_once_without_a_restart(path: Path) -> None:
    rights = rights_of(path)
    assert grant(rights).tables == (CUSTOMERS, ORDERS)
    put(path, FILE.replace("status = 'paid'", "status = 'open'"))
    rule = grant(rights).rule_of(ORDERS)
    assert rule is not None
    assert rule.rows == (("status = 'open'",),)


BROKEN = {
    "no YAML": "policies: [",
    "another form": FILE.replace("roles: [sales]", "rolls: [sales]"),
    "half of it": FILE[: FILE.index("    database: shop")],
    "empty": "",
    "a table that is not there": FILE.replace("table: orders", "table: ordrs"),
    "a column that is not there": FILE.replace("status = 'paid'", "stattus = 'paid'"),
    "a condition that the guard refuses": FILE.replace("status = 'paid'", "pg_sleep(9) IS NULL"),
    "a mask that does not fit": FILE.replace("name: hash", "name: {bucket: {size: 3}}"),
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_a_file_that_cannot_be_used_refuses_and_put_right_it_works_again(text: str, path: Path) -> None:
    rights = rights_of(path)
    before = grant(rights)
    put(path, text)
    for _ in range(2):
        with pytest.raises(RightsUnknown, match="The file of policies"):
            grant(rights)
    with pytest.raises(RightsUnknown) as told:
        asyncio.run(rights.check(["shop"]))
    assert "shop" not in str(told.value)  # anybody may ask whether the API is ready
    assert asyncio.run(rights.problems(["shop"]))
    put(path, FILE)
    assert grant(rights) == before
    assert asyncio.run(rights.problems(["shop"])) == ()


def test_a_file_that_is_gone_or_may_not_be_read_refuses_every_database(path: Path) -> None:
    rights = rights_of(path)
    path.unlink()
    for database in (DATABASE, OTHER):
        with pytest.raises(RightsUnknown, match="cannot be used"):
            asyncio.run(rights.policy_for("ada", (), database, TABLES))
        with pytest.raises(RightsUnknown):
            asyncio.run(rights.for_models(database, TABLES))
    path.mkdir()
    with pytest.raises(RightsUnknown):
        grant(rights)
    path.rmdir()
    put(path, FILE)
    assert grant(rights).tables == (CUSTOMERS, ORDERS)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"# " + b"x" * file_rights.LARGEST])
def test_a_file_that_is_no_text_or_far_too_large_refuses(content: bytes, path: Path) -> None:
    path.write_bytes(content)
    with pytest.raises(RightsUnknown):
        grant(FileRights(path, catalog_of))


def test_a_refusal_says_where_it_is_wrong_and_names_nothing_of_the_file(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    put(path, FILE.replace("status = 'paid'", "secret_column = 'a secret'"))
    with caplog.at_level(logging.DEBUG), pytest.raises(RightsUnknown) as refused:
        grant(FileRights(path, catalog_of))
    assert "line 11" in str(refused.value)
    assert "secret" not in str(refused.value) + caplog.text
    assert any("secret_column" in problem for problem in asyncio.run(FileRights(path, catalog_of).problems(["shop"])))


def test_a_file_of_which_one_database_is_wrong_governs_the_others_all_the_same(path: Path) -> None:
    text = FILE + "  - name: flights\n    users: [ada]\n    database: flights\n    tables: [{table: gone}]\n"

    async def both_known(database: str) -> Catalog:
        return replace(CATALOG, database=database)

    put(path, text)
    rights = FileRights(path, both_known)
    assert asyncio.run(rights.grant("user:ada", DATABASE, TABLES)).policy.tables == (CUSTOMERS, ORDERS)
    with pytest.raises(RightsUnknown, match="does not fit the database flights"):
        asyncio.run(rights.grant("user:ada", OTHER, TABLES))


def test_a_database_whose_tables_are_not_known_yet_is_refused(path: Path) -> None:
    text = FILE.replace("database: shop", "database: flights")
    with pytest.raises(RightsUnknown, match="databases refresh flights"):
        asyncio.run(rights_of(path, text).grant("user:ada", OTHER, TABLES))


def test_a_catalog_that_changes_is_judged_anew(path: Path) -> None:
    known = [CATALOG]

    async def catalog(database: str) -> Catalog:
        return known[0]

    put(path, FILE)
    rights = FileRights(path, catalog)
    assert grant(rights).tables == (CUSTOMERS, ORDERS)
    known[0] = replace(CATALOG, tables=tuple(table for table in CATALOG.tables if table.name != "orders"))
    with pytest.raises(RightsUnknown, match="does not fit"):
        grant(rights)


def test_a_file_that_is_just_being_written_is_waited_for(path: Path) -> None:
    """The first half of a file opens more than the whole: limits come last."""
    rights = rights_of(path, FILE)
    path.write_text(FILE.replace("status = 'paid'", "status = 'open'"))
    begun = time.monotonic()
    rule = grant(rights).rule_of(ORDERS)
    assert rule is not None
    assert rule.rows == (("status = 'open'",),)
    assert time.monotonic() - begun >= file_rights.SETTLES / 2


def test_a_file_that_never_rests_refuses(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_rights, "PATIENCE", 0.2)
    path.write_text(FILE)
    with pytest.raises(RightsUnknown):
        grant(FileRights(path, catalog_of, settles=60.0))


def test_a_file_is_read_and_judged_once_for_many(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read, judged = file_rights._read, file_rights._judged
    seen: list[str] = []

    def noted(what: str, does: Callable[..., Any]) -> Callable[..., Any]:
        def done(*given: Any) -> Any:
            seen.append(what)
            return does(*given)

        return done

    monkeypatch.setattr(file_rights, "_read", noted("read", read))
    monkeypatch.setattr(file_rights, "_judged", noted("judged", judged))
    rights = rights_of(path)

    async def many() -> None:
        await asyncio.gather(*(rights.grant(f"user:{name}", DATABASE, TABLES) for name in ("ada", "boss") * 50))

    asyncio.run(many())
    assert seen == ["read", "judged"]


def test_what_models_may_see_is_theirs_alone_and_nobody_elses(path: Path) -> None:
    rights = rights_of(path)
    shown = asyncio.run(rights.for_models(DATABASE, TABLES))
    assert shown.rules == (TablePolicy("public", "customers", hidden=("credit",)),)
    assert set(shown.tables or ()) == set(TABLES)
    assert asyncio.run(rights.for_models(OTHER, TABLES)) == OPEN
    assert grant(rights, "boss").is_open


def test_it_governs_the_databases_that_it_names_for_people_and_every_one_when_it_cannot_be_used(path: Path) -> None:
    rights = rights_of(path, FILE + "  - {name: m, models: true, database: flights, tables: [{table: '*'}]}\n")
    assert [asyncio.run(rights.governs(name)) for name in ("shop", "flights")] == [True, False]
    put(path, "policies: [")
    assert [asyncio.run(rights.governs(name)) for name in ("shop", "flights")] == [True, True]


def test_the_key_of_hashes_is_given_apart(path: Path) -> None:
    assert asyncio.run(rights_of(path).hash_key()) == KEY


def test_a_file_that_is_written_over_with_an_older_time_and_the_same_size_is_noticed(path: Path) -> None:
    """As `cp -p` and images of machines do, in which all files have one time."""
    rights = rights_of(path)
    os.utime(path, (1_000, 1_000))
    assert asyncio.run(rights.reader("ada")) == "user:ada"
    path.write_text(path.read_text().replace("ada", "eve"))
    os.utime(path, (1_000, 1_000))
    with pytest.raises(UnknownPerson):
        asyncio.run(rights.reader("ada"))


def test_a_pipe_in_its_place_is_not_waited_for(path: Path) -> None:
    os.mkfifo(path)
    rights = FileRights(path, catalog_of)
    with pytest.raises(RightsUnknown):
        grant(rights)
    assert asyncio.run(rights.problems()) == ("it is no file.",)


def test_a_policy_of_a_database_that_there_is_not_is_told_to_operators(path: Path) -> None:
    put(path, FILE.replace("database: shop", "database: shopp"))
    rights = FileRights(path, catalog_of)
    assert "database `shopp`, which there is not" in asyncio.run(rights.problems(["shop"]))[0]
    assert asyncio.run(rights.problems()) == ()  # without a store it is not known which there are


def test_columns_that_a_policy_hides_or_masks_from_anybody_are_confidential(path: Path) -> None:
    found = asyncio.run(rights_of(path).confidential("shop"))
    told = {name: set(columns) for name, columns in found.items()}
    assert (told.pop(ORDERS), told.pop(CUSTOMERS)) == ({"amount"}, {"name", "credit"})
    assert set(told) == {TableName(table.schema, table.name) for table in CATALOG.tables if table.kind == "view"}


def test_nothing_is_confidential_where_the_file_says_nothing_of_a_database(path: Path) -> None:
    assert asyncio.run(rights_of(path).confidential("flights")) == {}


def test_a_file_that_cannot_be_used_does_not_say_what_is_confidential(path: Path) -> None:
    with pytest.raises(RightsUnknown):
        asyncio.run(rights_of(path, "version: 7\n").confidential("shop"))
