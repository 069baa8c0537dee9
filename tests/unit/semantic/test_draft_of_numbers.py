"""What a draft makes of numbers and dates by their names: units, what is never added up, years, states, days that are kept as texts."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pytest

from analytics_agent import semantic
from analytics_agent.adapters.warehouses import open_warehouse
from analytics_agent.domain.catalog import Catalog
from analytics_agent.domain.database import Database
from analytics_agent.domain.profile import Scalar
from analytics_agent.semantic.drafting.draft import draft
from analytics_agent.semantic.drafting.profiling import profiled
from analytics_agent.semantic.drafting.units import unit_in
from analytics_agent.semantic.reader import Ask, Reading, Refuse, read
from analytics_agent.semantic.reader.follow_up import Earlier, follow
from analytics_agent.sql.check import check

TABLES = """
CREATE TABLE ships (ship_id INTEGER PRIMARY KEY, ship_name VARCHAR, built_year INTEGER, draft_cm INTEGER, cost_per_mile_eur DOUBLE,
  odometer_km INTEGER, imo_barcode INTEGER, in_service_since INTEGER, price_eur DOUBLE);
CREATE TABLE sailors (sailor_id INTEGER PRIMARY KEY, full_name VARCHAR, birth_dt DATE, ship_id INTEGER REFERENCES ships(ship_id),
  weight_kg DOUBLE, ssn_last4 INTEGER);
CREATE TABLE harbors (harbor_id INTEGER PRIMARY KEY, harbor_name VARCHAR, opened DATE);
CREATE TABLE berths (berth_id INTEGER PRIMARY KEY, harbor_id INTEGER REFERENCES harbors(harbor_id), length_m DOUBLE);
CREATE TABLE voyages (voyage_id INTEGER PRIMARY KEY, ship_id INTEGER REFERENCES ships(ship_id), sailed VARCHAR, updated_at TIMESTAMP,
  delay_ms INTEGER, sea_days INTEGER, toll_cents INTEGER, fee DOUBLE, currency VARCHAR, tip_usd DOUBLE, pct_off DOUBLE,
  on_time_yn VARCHAR, repair_count INTEGER);
CREATE TABLE fuel_daily (day DATE, ship_id INTEGER REFERENCES ships(ship_id), fuel_stock_l INTEGER, PRIMARY KEY (day, ship_id));
CREATE TABLE stock_movements (movement_id INTEGER PRIMARY KEY, ship_id INTEGER REFERENCES ships(ship_id), day DATE, stock_change INTEGER);
CREATE TABLE catches (ship_id INTEGER, year INTEGER, tons DOUBLE);
INSERT INTO ships SELECT i, 'Ship ' || i, 1990 + i, 300, 2.5, 1000 * i, 9000 + i, 2000 + i, 50000 FROM range(9) t(i);
INSERT INTO sailors SELECT i, 'Sailor ' || i, DATE '1970-01-01' + CAST(i * 99 AS INTEGER), i % 9, 70 + i % 9, 1000 + i FROM range(40) t(i);
INSERT INTO harbors SELECT i, 'Harbor ' || i, DATE '1900-01-01' FROM range(3) t(i);
INSERT INTO berths SELECT i, i % 3, 20 FROM range(12) t(i);
INSERT INTO voyages SELECT i, i % 9, strftime(DATE '2024-01-01' + CAST(i AS INTEGER), '%Y-%m-%d'), TIMESTAMP '2025-06-01', 100, i % 5,
  250, 10,  ['EUR', 'NOK'][1 + i % 2], 1, i % 50, ['Y', 'N'][1 + i % 2],
  i % 3 FROM range(300) t(i);
INSERT INTO fuel_daily SELECT DATE '2024-01-01' + CAST(i // 9 AS INTEGER), i % 9, 100 FROM range(90) t(i);
INSERT INTO stock_movements SELECT i, i % 9, DATE '2024-02-01' + CAST(i AS INTEGER), 1 FROM range(40) t(i);
INSERT INTO catches SELECT i % 9, 2015 + i // 9, 2 FROM range(72) t(i);
"""


@lru_cache
def made() -> tuple[Catalog, semantic.SemanticModel, str]:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "fleet.duckdb"
        with duckdb.connect(str(file)) as connection:
            connection.execute(TABLES)
        return asyncio.run(_made(file))


async def _made(file: Path) -> tuple[Catalog, semantic.SemanticModel, str]:
    warehouse = open_warehouse(Database("fleet", f"duckdb:///{file}", "duckdb"))

    async def run(sql: str) -> Sequence[Mapping[str, Scalar]]:
        assert check(sql, dialect="duckdb", catalog=catalog).ok
        rows: list[Mapping[str, Scalar]] = (await warehouse.run(sql, row_cap=1_000, timeout_seconds=20)).table.to_pylist()
        return rows

    try:
        catalog = await warehouse.introspect()
        found = await profiled(catalog, run, seconds=60)
    finally:
        await warehouse.close()
    text = draft(catalog, found.tables, found.keys)
    model = semantic.load(text)
    assert semantic.validate(model, catalog) == ()
    return catalog, model, text


def metric(name: str) -> Any:
    found = made()[1].metric(name)
    assert found is not None, [each.name for each in made()[1].metrics]
    return found


def ask(question: str) -> Any:
    return read(question, semantic.overview(made()[1]), date(2024, 10, 26))


def rows(question: str) -> list[tuple[Any, ...]]:
    outcome = ask(question)
    assert isinstance(outcome, Reading), outcome
    sql = semantic.compile(made()[1], outcome.request, dialect="duckdb", catalog=made()[0]).sql
    with duckdb.connect() as connection:
        connection.execute(TABLES)
        return connection.execute(sql).fetchall()


@pytest.mark.parametrize(
    ("name", "unit", "unsaid"),
    [
        ("price_eur", "EUR", 1),
        ("cost_in_cents", "cents", 2),
        ("duration_ms", "ms", 1),
        ("weight_kg", "kg", 1),
        ("pct_off", "%", 0),
        ("discount_percent", "%", 0),
        ("idle_seconds", "s", 0),
        ("trip_duration_min", "min", 1),
        ("cost_per_hour_usd", "USD", 1),
        ("price_min", None, 0),
        ("co2_g_per_km", None, 0),
        ("km", "km", 0),
        ("first_try", None, 0),
        ("section_l", None, 0),
    ],
)
def test_units_stand_at_the_end_of_names(name: str, unit: str | None, unsaid: int) -> None:
    assert unit_in(name.split("_")) == (unit, unsaid)


def test_a_number_is_called_without_its_unit_and_shown_with_it() -> None:
    price, toll, pct = metric("average_price_eur"), metric("total_toll_cents"), metric("average_pct_off")
    assert (price.label, price.unit, price.format) == ("Average price", "EUR", "currency")
    assert (toll.label, toll.unit) == ("Total toll", "cents") and "toll cents" in toll.synonyms
    assert pct.unit == "%"


@pytest.mark.parametrize("column", ["cost_per_mile_eur", "odometer_km", "price_eur", "pct_off"])
def test_rates_and_readings_are_never_added_up(column: str) -> None:
    model = made()[1]
    assert model.metric(f"total_{column}") is None and model.metric(f"average_{column}") is not None


@pytest.mark.parametrize("column", ["built_year", "in_service_since", "imo_barcode", "ssn_last4", "year"])
def test_years_and_numbers_that_are_names_are_no_measures(column: str) -> None:
    assert not [each.name for each in made()[1].metrics if each.name.endswith(column)]


def test_a_length_of_time_alone_may_be_a_total_or_a_mean_and_is_asked_about() -> None:
    asked = ask("sea days by ship")
    assert isinstance(asked, Ask), asked
    assert {reading.partition(":")[0] for reading in asked.readings} == {"Average sea days", "Total sea days"}
    assert rows("total sea days") == [(600,)] and rows("average weight of sailors")[0][0] > 70


def test_what_is_there_each_day_is_not_added_up_over_days() -> None:
    assert rows("fuel stock") == [(900,)]
    assert metric("total_fuel_stock_l").additivity == "semi_additive"
    assert rows("total stock change") == [(40,)], "what comes in and goes out is added up"
    assert ask("How many daily fuels are there?").request.metrics == ("fuel_daily_count",)


def test_amounts_in_several_currencies_say_so() -> None:
    assert "several currencies" in metric("total_fee").caveats[0]
    assert metric("total_tip_usd").caveats == ()


def test_days_kept_as_texts_are_days() -> None:
    field = made()[1].field("voyages.sailed")
    assert field is not None and field.is_time and field.grains[0] == "day"
    assert rows("voyages in May 2024") == [(31,)]
    assert made()[1].as_of.value == "voyages.sailed"


def test_what_was_changed_last_does_not_date_the_rows() -> None:
    dataset = made()[1].dataset("voyages")
    assert dataset is not None and dataset.time_field == "voyages.sailed"


def test_nobody_is_dated_by_a_birth_and_nothing_by_what_it_belongs_to() -> None:
    for question in ("How many sailors were there in 1975?", "How many berths were there in 1900?"):
        outcome = ask(question)
        assert isinstance(outcome, Refuse) and "has no date" in outcome.reason, outcome


def test_a_column_year_dates_by_whole_years() -> None:
    assert rows("tons in 2016") == [(18.0,)]
    assert rows("tons between 2016 and 2018") == [(54.0,)]
    assert rows("tons before 2017") == [(36.0,)]
    assert rows("tons since 2020") == [(54.0,)]
    assert sorted(rows("tons by year since 2020")) == [(2020, 18.0), (2021, 18.0), (2022, 18.0)]
    for question in ("tons in May 2016", "Growth of tons from 2016 to 2017", "tons in 2016 compared with 2017"):
        assert isinstance(ask(question), Refuse), question


def test_a_year_of_something_is_meant_where_it_is_named() -> None:
    assert rows("ships with built year 1995") == [(1,)]
    assert rows("ships with built year before 1995") == [(5,)]
    outcome = ask("How many ships were there in 1995?")
    assert isinstance(outcome, Refuse) and "“built year 2015”" in outcome.reason


def test_a_flag_is_said_without_its_mark() -> None:
    assert rows("How many voyages were on time?") == [(150,)]


def test_what_something_was_done_to_is_not_how_often_it_was_done() -> None:
    assert rows("How many voyages were repaired?") == [(200,)]
    assert rows("number of repairs") == [(300,)]


@pytest.mark.parametrize(
    ("question", "scope"),
    [
        ("tons in 2016", "in 2016"),
        ("tons between 2016 and 2018", "from 2016 to 2018"),
        ("tons since 2020", "since 2020"),
        ("tons before 2017", "up to and including 2016"),
        ("ships with built year before 1995", "with built year 1994 or earlier"),
    ],
)
def test_the_years_are_told_with_the_figure(question: str, scope: str) -> None:
    assert f"Scope: {scope}" in ask(question).notes


def test_a_question_that_goes_on_takes_another_year() -> None:
    before = Earlier("tons in 2016", ask("tons in 2016").request)
    outcome = follow("and in 2017?", before, semantic.overview(made()[1]), date(2024, 10, 26), (), frozenset(), ())
    assert isinstance(outcome, Reading) and [f.values for f in outcome.request.filters] == [(2017,)]
