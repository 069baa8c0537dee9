"""`catalog`: the tables of a database as people read them."""

import json
from typing import Any

import pytest

from analytics_agent.cli import catalog
from analytics_agent.errors import AskerError

MODEL = """
version: 0.2.0.dev0
semantic_model:
  - name: flights
    custom_extensions:
      - vendor_name: ANALYTICS_AGENT
        data: >-
          {"verified_queries": [{"question": "Which carrier flew most?", "sql": "SELECT 1\\n AS x", "by": "A\\u001bda",
          "on": "2026-01-01"}]}
    datasets:
      - name: flights
        source: public.flights
        fields:
          - name: carrier
            label: Airline
            expression: {dialects: [{dialect: ANSI_SQL, expression: carrier}]}
            custom_extensions: [{vendor_name: ANALYTICS_AGENT, data: '{"values": {"UA": ["United"]}}'}]
    metrics:
      - name: flights
        expression: {dialects: [{dialect: ANSI_SQL, expression: COUNT(flights.carrier)}]}
        ai_context: {synonyms: [departures]}
        custom_extensions: [{vendor_name: ANALYTICS_AGENT, data: '{"dataset": "flights"}'}]
"""


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

    def semantic_model(self, name: str) -> str | None:
        return MODEL if name == "governed" else None

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


def test_tables_are_found_by_words(capsys: pytest.CaptureFixture[str]) -> None:
    catalog.search_tables("flights", ["carriers", "of", "flights"], limit=1, as_json=True)
    (found,) = json.loads(capsys.readouterr().out)["tables"]
    assert (found["table"], found["columns"], found["joins"]) == ("flights", ["carrier"], None)
    catalog.search_tables("flights", ["flights"], limit=5)
    assert "old.flights" in capsys.readouterr().out


def test_words_that_mean_nothing_here_say_what_to_try() -> None:
    with pytest.raises(AskerError, match="Nothing in flights fits these words"):
        catalog.search_tables("flights", ["unicorns"], limit=5)


def test_what_is_governed_and_what_a_person_vouches_for_are_found_with_the_values(capsys: pytest.CaptureFixture[str]) -> None:
    catalog.search_tables("governed", ["which", "carrier", "flew", "departures", "of", "united?"], limit=5, as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert {hit["name"]: hit["values"] for hit in told["semantic_model"]} == {"flights": [], "flights.carrier": ["UA"]}
    assert [(one["question"], one["by"], one["on"]) for one in told["verified"]] == [("Which carrier flew most?", "A\x1bda", "2026-01-01")]
    assert told["tables"][0]["values"] == ["carrier = UA"]
    catalog.search_tables("governed", ["which", "carrier", "flew", "departures", "of", "united?"], limit=5)
    said = capsys.readouterr().out
    assert "Verified by A\ufffdda on 2026-01-01: “Which carrier flew most?”" in said and "carrier = UA" in said and "\x1b[31m" not in said


def test_a_value_that_a_column_is_known_to_hold_finds_it(capsys: pytest.CaptureFixture[str]) -> None:
    catalog.search_tables("flights", ["how", "often", "did", "UA", "31m", "fly"], limit=5, as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert told["tables"][0]["values"] == ["carrier = UA\ufffd[31m"] and told["semantic_model"] == told["verified"] == []
