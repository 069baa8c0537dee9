"""`catalog`: the tables of a database as people read them."""

import json
from typing import Any

import pytest

from analytics_agent.cli import catalog
from analytics_agent.errors import AskerError


class Told:
    """A client that knows one catalog."""

    def __enter__(self) -> "Told":
        return self

    def __exit__(self, *_: object) -> None: ...

    def catalog(self, name: str) -> dict[str, Any]:
        column = {"name": "carrier", "native_type": "text", "comment": "Two letters\x1b[31m", "type": "text", "nullable": True}
        key = {"columns": ["carrier"], "table_schema": "public", "table": "airlines", "to_columns": ["carrier"]}
        flights = {"schema": "public", "name": "flights", "columns": [column], "primary_key": [], "foreign_keys": [key]}
        again = {**flights, "schema": "old", "foreign_keys": []}
        tables = [{**table, "rows": 336_776, "comment": None} for table in (flights, again)]
        rest = {"database": name, "dialect": "postgres", "search_path": ["public"], "fingerprint": "x", "read_at": "2026-01-01T00:00:00Z"}
        return {"tables": tables, **rest}


@pytest.fixture(autouse=True)
def told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalog, "Client", Told)


def test_tables_are_listed_with_their_rows(capsys: pytest.CaptureFixture[str]) -> None:
    catalog.show_tables("flights")
    assert "public.flights" in (said := capsys.readouterr().out) and "336,776" in said


def test_a_table_is_described_with_its_keys_and_no_escape_sequence(capsys: pytest.CaptureFixture[str]) -> None:
    catalog.describe_table("flights", "public.flights")
    said = capsys.readouterr().out
    assert "→ airlines" in said and "Two letters" in said and "\x1b[31m" not in said


def test_an_unknown_table_names_the_nearest() -> None:
    with pytest.raises(AskerError, match=r"no table 'flight'.*public\.flights"):
        catalog.describe_table("flights", "flight")


def test_a_name_in_two_schemas_asks_for_the_schema() -> None:
    with pytest.raises(AskerError, match=r"more than one table.*public\.flights, old\.flights"):
        catalog.describe_table("flights", "flights")


def test_tables_are_found_by_words(capsys: pytest.CaptureFixture[str]) -> None:
    catalog.search_tables("flights", ["carriers", "of", "flights"], limit=1, as_json=True)
    (found,) = json.loads(capsys.readouterr().out)["tables"]
    assert (found["table"], found["columns"], found["joins"]) == ("flights", ["carrier"], None)
    catalog.search_tables("flights", ["flights"], limit=5)
    assert "old.flights" in capsys.readouterr().out


def test_words_that_mean_nothing_here_say_what_to_try() -> None:
    with pytest.raises(AskerError, match="Nothing in flights fits these words"):
        catalog.search_tables("flights", ["unicorns"], limit=5)
