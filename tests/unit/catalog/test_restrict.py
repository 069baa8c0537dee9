"""What a person may not read is in no part of the catalog they are shown."""

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime

import pytest
from fakes import flights

from analytics_agent.catalog.describe import describe
from analytics_agent.catalog.restrict import Hidden, restricted
from analytics_agent.catalog.search import search
from analytics_agent.domain.catalog import Catalog, ForeignKey, Table, TableColumn, TableName
from analytics_agent.sql.check import check


def table(name: str, schema: str | None = "public", *, comment: str | None = None, keys: tuple[ForeignKey, ...] = ()) -> Table:
    return Table(schema, name, (TableColumn("id", "integer", "int"),), comment=comment, foreign_keys=keys)


def catalog(*tables: Table, path: tuple[str, ...] = ("public",)) -> Catalog:
    return Catalog("shop", "postgres", tables, path, "whole", datetime(2026, 1, 1, tzinfo=UTC))


def grant(*names: tuple[str | None, str]) -> tuple[TableName, ...]:
    return tuple(TableName(*name) for name in names)


def test_everything_is_the_catalog_itself() -> None:
    whole = flights.catalog()
    assert restricted(whole, None) is whole
    assert restricted(whole, flights.named(*flights.TABLES)) is whole


def test_only_granted_tables_are_left_and_keys_do_not_point_outside() -> None:
    part = restricted(flights.catalog(), flights.named("flights", "airlines"))
    assert [each.name for each in part.tables] == ["airlines", "flights"]
    assert [key.table for each in part.tables for key in each.foreign_keys] == ["airlines"]


def test_the_fingerprint_tells_two_views_apart_and_is_that_of_the_view() -> None:
    whole = flights.catalog()
    one, other = (restricted(whole, flights.named(name)) for name in ("flights", "airlines"))
    assert len({whole.fingerprint, one.fingerprint, other.fingerprint}) == 3
    assert restricted(replace(whole, tables=(*whole.tables, table("new"))), flights.named("flights")).fingerprint == one.fingerprint


def test_a_grant_of_nothing_or_of_tables_that_are_gone_leaves_nothing() -> None:
    for none in ((), flights.named("dropped")):
        assert restricted(flights.catalog(), none).tables == ()


def test_a_table_is_granted_under_its_exact_name_only() -> None:
    whole = catalog(table("orders"), table("Orders"), table("orders", "hr"), table('od"d näme', None))
    assert restricted(whole, grant(("public", "orders"))).tables == (whole.tables[0],)
    assert restricted(whole, grant((None, "orders"), ("PUBLIC", "orders"))).tables == ()
    assert restricted(whole, grant((None, 'od"d näme'))).tables == (whole.tables[3],)


def test_a_comment_that_names_a_hidden_table_is_not_told() -> None:
    whole = catalog(table("orders", comment="Paid from HR_Salaries."), table("hr_salaries"), table("lines", comment="Lines of orders."))
    part = restricted(whole, grant(("public", "orders"), ("public", "lines")))
    assert [each.comment for each in part.tables] == [None, "Lines of orders."]


def test_a_hidden_namesake_in_another_schema_hides_no_comment() -> None:
    whole = catalog(table("orders", comment="All orders."), table("orders", "hr"))
    assert restricted(whole, grant(("public", "orders"))).tables[0].comment == "All orders."


@pytest.mark.parametrize("shown", [("flights",), ("airlines",), ("airlines", "weather"), ("airports", "flights", "planes")])
def test_nothing_that_is_shown_names_a_hidden_table(shown: tuple[str, ...]) -> None:
    part = restricted(flights.catalog(), flights.named(*shown))
    hidden = [name for name in flights.TABLES if name not in shown]
    told = [asdict(part)["tables"], describe(part, flights.TABLES), [match.table.name for name in hidden for match in search(part, name)]]
    described = json.dumps(told[0], default=str) + json.dumps(describe(part, shown))
    assert not [name for name in hidden if Hidden.of([name]).named_in(described)]
    assert {each["name"] for each in told[1] if "error" in each} == set(hidden)
    assert not {name for each in told[1] if "error" in each for name in each["nearest"]} - set(shown)
    assert not set(told[2]) - set(shown)


def test_sql_knows_no_hidden_table_and_says_of_one_what_it_says_of_none() -> None:
    part = restricted(flights.catalog(), flights.named("flights"))
    for wanted in ("planes", "public.planes", '"planes"'):
        hidden = check(f"SELECT count(*) AS n FROM {wanted}", dialect="postgres", catalog=part)
        missing = check(f"SELECT count(*) AS n FROM {wanted.replace('planes', 'nosuch')}", dialect="postgres", catalog=part)
        assert not hidden.ok
        assert [f.message.replace("planes", "nosuch") for f in hidden.findings] == [f.message for f in missing.findings]
        assert [f.hint for f in hidden.findings] == [f.hint for f in missing.findings]


ROUND = [
    "SELECT 'planes'::regclass",
    "SELECT to_regclass('public.planes')",
    "SELECT query_to_xml('select * from planes', true, true, '')",
    "SELECT table_to_xml('planes', true, true, '')",
    "SELECT pg_relation_size('planes')",
    "SELECT has_table_privilege('planes', 'select')",
    "SELECT * FROM pg_stats",
    "SELECT * FROM information_schema.tables",
    "SELECT n FROM (TABLE planes) AS t(n)",
    "SELECT f.carrier FROM flights f, LATERAL (SELECT * FROM planes) p",
    "SELECT carrier FROM flights WHERE tailnum IN (SELECT tailnum FROM planes)",
    "WITH flights AS (SELECT * FROM planes) SELECT * FROM flights",
    "SELECT planes.seats FROM flights",
    "SELECT carrier FROM flights UNION ALL SELECT name FROM airlines",
    "SELECT carrier FROM flights ORDER BY (SELECT max(seats) FROM planes)",
    "SELECT carrier FROM flights; SELECT * FROM planes",
]


@pytest.mark.parametrize("statement", ROUND)
def test_no_way_round_by_sql(statement: str) -> None:
    part = restricted(flights.catalog(), flights.named("flights"))
    assert not check(statement, dialect="postgres", catalog=part).ok


def test_a_bare_name_is_run_as_the_table_that_may_be_read() -> None:
    """The engine would find the hidden one first."""
    whole = catalog(table("orders", "hr"), table("orders"), path=("hr", "public"))
    verdict = check("SELECT id FROM orders", dialect="postgres", catalog=restricted(whole, grant(("public", "orders"))))
    assert verdict.ok
    assert "FROM public.orders" in verdict.sql


@pytest.mark.parametrize("text", ["the dest airports", "Dest_Airports!", "see public.dest_airports", "DEST  AIRPORTS"])
def test_a_name_is_recognized_however_it_is_written(text: str) -> None:
    assert Hidden.of(["dest_airports"]).named_in(text)


@pytest.mark.parametrize("text", ["", "dest", "airports dest", "best airports", "dest of airports"])
def test_parts_of_a_name_are_not_the_name(text: str) -> None:
    assert not Hidden.of(["dest_airports", "", "·"]).named_in(text)
