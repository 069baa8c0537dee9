"""`catalog`: the tables of a database as people read them."""

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
        return {"tables": [{**table, "rows": 336_776, "comment": None} for table in (flights, again)]}


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
