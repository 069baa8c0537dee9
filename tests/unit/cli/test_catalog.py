"""`catalog`: the tables of a database as people read them."""

import json
from typing import Any

import pytest

from analytics_agent.cli import catalog
from analytics_agent.errors import AskerError

FOUND = {
    "semantic_model": [
        {"kind": "dimension", "name": "flights.carrier", "label": "Airline", "description": "Two letters", "values": ["UA"], "score": 4.5}
    ],
    "verified": [
        {"question": "Which carrier flew most?", "sql": "SELECT 1\n AS x", "by": "A\x1bda", "on": "2026-01-01"},
        {"question": "Who else?", "sql": "SELECT 2", "by": "", "on": ""},
    ],
    "tables": [
        {"table": "flights", "columns": ["carrier"], "values": ["carrier = UA\x1b[31m"], "joins": None, "comment": "", "score": 2.0},
        {"table": "airlines", "columns": [], "values": [], "joins": "flights", "comment": "", "score": 1.0},
    ],
}


class Told:
    """A client that knows one catalog."""

    def __enter__(self) -> "Told":
        return self

    def __exit__(self, *_: object) -> None: ...

    def profiles(self, name: str) -> list[dict[str, Any]]:
        carrier = {
            "name": "carrier",
            "filled": 336_000,
            "distinct": 16,
            "least": None,
            "greatest": None,
            "common": [["UA\x1b[31m", 168_000]],
        }
        profile = {"schema": "public", "name": "flights", "rows": 336_776, "is_whole": True, "columns": [carrier]}
        return [{"profile": profile, "made_of": "x", "looked_at": "2026-01-01T00:00:00Z"}]

    def search(self, name: str, words: str, *, limit: int) -> dict[str, Any]:
        assert limit == 5
        return FOUND if words == "how often did UA fly" else {"semantic_model": [], "verified": [], "tables": []}

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


def test_what_its_columns_hold_is_told_with_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    catalog.describe_table("flights", "public.flights")
    said = capsys.readouterr().out
    assert "all 336,776 rows" in said and "16 different" in said and "50 %" in said and "\x1b[31m" not in said
    catalog.describe_table("flights", "public.flights", as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert told["profile"]["columns"][0]["distinct"] == 16 and told["profile"]["looked_at"]


def test_a_table_that_was_not_looked_at_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    catalog.describe_table("flights", "old.flights")
    assert "not profiled yet" in capsys.readouterr().out
    catalog.describe_table("flights", "old.flights", as_json=True)
    assert json.loads(capsys.readouterr().out)["profile"] is None


def test_an_unknown_table_names_the_nearest() -> None:
    with pytest.raises(AskerError, match=r"no table 'flight'.*public\.flights"):
        catalog.describe_table("flights", "flight")


def test_a_name_in_two_schemas_asks_for_the_schema() -> None:
    with pytest.raises(AskerError, match=r"more than one table.*public\.flights, old\.flights"):
        catalog.describe_table("flights", "flights")


def test_what_words_mean_is_told_with_values_and_who_vouches_for_a_query(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["how", "often", "did", "UA", "fly"]
    catalog.search_tables("flights", words, limit=5, as_json=True)
    assert json.loads(capsys.readouterr().out) == FOUND
    catalog.search_tables("flights", words, limit=5)
    said = capsys.readouterr().out
    assert "flights.carrier" in said and "carrier = UA" in said and "joins flights" in said and "\x1b[31m" not in said
    assert "on 2026-01-01: “Which carrier flew most?”" in said and "SELECT 1 AS x" in said and "Verified: “Who else?”" in said


def test_words_that_mean_nothing_here_say_what_to_try() -> None:
    with pytest.raises(AskerError, match="Nothing in flights fits these words"):
        catalog.search_tables("flights", ["unicorns"], limit=5)
