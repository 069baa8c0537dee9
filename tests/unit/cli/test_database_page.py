"""`databases show`: everything that is known of a database on one page, and as one document."""

import json
from typing import Any

import pytest

from analytics_agent import cli
from analytics_agent.cli import database_page
from analytics_agent.errors import UnknownDatabase

VIEW = {
    "name": "shop",
    "dialect": "postgres",
    "schema": None,
    "governed": True,
    "tables": 2,
    "read_at": "2026-11-23T12:00:00Z",
    "added_at": "2026-11-20T12:00:00Z",
    "model_sees": "masked",
    "at_once": 4,
    "examples": ["What's the revenue?"],
    "metrics": 12,
    "can_write": ["The login can change orders.\nREVOKE UPDATE ON orders FROM shop\x1b[31m;"],
}
TABLES = [
    {"schema": "public", "name": name, "columns": [{}] * 3, "rows": rows, "comment": "What was \x1b]0;bought"}
    for name, rows in (("orders", 1_000_000), ("odd", None))
]


def told(monkeypatch: pytest.MonkeyPatch, tables: list[dict[str, Any]] | None = None, **changes: Any) -> None:
    class Told:
        """A client that knows one database."""

        def __enter__(self) -> "Told":
            return self

        def __exit__(self, *_: object) -> None: ...

        def databases(self) -> list[dict[str, Any]]:
            return [VIEW | changes]

        def catalog(self, name: str) -> dict[str, Any]:
            return {"tables": TABLES if tables is None else tables}

    monkeypatch.setattr(database_page, "Client", Told)


def page(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert cli.run(["databases", "show", "shop", *arguments]) == 0
    return capsys.readouterr().out


def test_login_tables_sight_and_semantic_model_are_on_the_page(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    told(monkeypatch)
    said = page(capsys)
    for part in ("shop  postgres", "may do more than read", "masked values only", "12 metrics", "at most 4 statements"):
        assert part in said
    assert "The login can change" in said
    assert "public.orders" in said and "1,000,000" in said and "?" in said
    assert "\x1b" not in said and "REVOKE UPDATE ON orders FROM shop" in said
    assert """ask "What's the revenue?" --database shop""" in said


def test_a_login_that_only_reads_and_one_that_nobody_asked_are_told_apart(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told(monkeypatch, can_write=[])
    assert "can only read" in page(capsys)
    told(monkeypatch, can_write=None)
    assert "its rights are not known" in page(capsys)


def test_its_own_limits_are_on_the_page(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    told(monkeypatch, at_once=1, rows_limit=1_000, over_limit="ask")
    said = page(capsys)
    for part in ("at most 1 statement\n", "go through 1,000 rows", "waits until whoever asked approves it"):
        assert part in said
    told(monkeypatch, rows_limit=0)
    assert "rows limit      none" in page(capsys)


def test_a_database_with_nothing_in_it_is_a_page_too(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    told(monkeypatch, [], metrics=None, examples=[], can_write=[], at_once=None, read_at=None, schema="sales")
    said = page(capsys)
    assert "It has no tables" in said and "free SQL" in said and "never" in said and "of the schema sales" in said


def test_as_a_document_it_has_the_tables_with_their_rows(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    told(monkeypatch)
    document = json.loads(page(capsys, "--json"))
    assert document["tables"][0] == {"name": "public.orders", "rows": 1_000_000, "columns": 3, "comment": "What was \x1b]0;bought"}
    assert (document["name"], document["model_sees"], document["metrics"]) == ("shop", "masked", 12)


def test_a_database_that_nobody_read_yet_is_read_for_the_page(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    class Fresh:
        read = False

        def __enter__(self) -> "Fresh":
            return self

        def __exit__(self, *_: object) -> None: ...

        def databases(self) -> list[dict[str, Any]]:
            known = {"read_at": "2026-11-23T12:00:00Z", "can_write": []} if self.read else {"read_at": None, "can_write": None}
            return [VIEW | known]

        def catalog(self, name: str) -> dict[str, Any]:
            self.read = True
            return {"tables": TABLES}

    monkeypatch.setattr(database_page, "Client", Fresh)
    said = page(capsys)
    assert "can only read" in said and "never" not in said


def test_an_unknown_database_names_the_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    told(monkeypatch)
    with pytest.raises(UnknownDatabase, match=r"no database 'shp'.*Did you mean shop"):
        database_page.show_database("shp")


@pytest.mark.parametrize(
    ("question", "quoted"), [("How many?", '"How many?"'), ("What's 5 $?", "'What'\\''s 5 $?'"), ('The "best"?', "'The \"best\"?'")]
)
def test_an_example_is_quoted_as_a_shell_takes_it(question: str, quoted: str) -> None:
    assert database_page._quoted(question) == quoted
