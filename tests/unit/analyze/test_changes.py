"""Two reports set side by side: every row finds its own, nothing is compared that is not about the same."""

from datetime import date
from typing import Any

import pyarrow as pa
import pytest
from fakes.results import count, day, mean, percent, stored, text

from analytics_agent.analyze.changes import Changed, about_columns, changed, measure_of
from analytics_agent.analyze.sheet import Sheet
from analytics_agent.domain.evidence import ResultColumn
from analytics_agent.domain.period import shifted

NAMES = ("May 2013", "June 2013")
CARRIER = text("carrier", dimension="flights.carrier")
CANCELLED = count("cancelled", metric="cancelled")


def sheet(columns: dict[ResultColumn, Any], **query: Any) -> Sheet:
    tables, queries = stored(columns, **query)
    return Sheet(queries["r1"], tables["r1"])


def carriers(**cancelled: int | None) -> Sheet:
    return sheet({CARRIER: list(cancelled), CANCELLED: pa.array(list(cancelled.values()), pa.int64())})


def rows(found: Changed) -> list[dict[str, Any]]:
    assert found.computed is not None
    return found.computed.table.to_pylist()  # type: ignore[no-any-return]


def test_rows_are_matched_by_what_they_are_about_in_any_order() -> None:
    found = rows(changed(carriers(WN=10, AA=20, UA=5), carriers(UA=5, AA=21, WN=40), NAMES))
    assert [(row["carrier"], row["before"], row["now"], row["difference"], row["state"]) for row in found] == [
        ("WN", 10, 40, 30, "changed"),
        ("AA", 20, 21, 1, "changed"),
        ("UA", 5, 5, 0, "unchanged"),
    ]
    assert [(row["rank_before"], row["rank_now"]) for row in found] == [(2, 1), (1, 2), (3, 3)]
    assert {(row["before_group"], row["now_group"]) for row in found} == {NAMES}


def test_new_and_gone_rows_stand_last_and_have_no_difference() -> None:
    found = rows(changed(carriers(WN=10, HA=1), carriers(WN=10, YV=3), NAMES))
    assert [(row["carrier"], row["state"], row["difference"]) for row in found] == [
        ("WN", "unchanged", 0),
        ("YV", "new", None),
        ("HA", "gone", None),
    ]


def test_the_same_rows_in_another_order_are_the_same() -> None:
    assert changed(carriers(WN=10, AA=20), carriers(AA=20, WN=10), NAMES).same
    assert not changed(carriers(WN=10), carriers(WN=11), NAMES).same


def test_a_value_that_is_missing_on_one_side_has_changed() -> None:
    found = rows(changed(carriers(WN=None), carriers(WN=3), NAMES))
    assert [(row["before"], row["now"], row["difference"], row["state"]) for row in found] == [(None, 3, None, "changed")]


def test_one_figure_needs_nothing_to_be_matched_by() -> None:
    before, now = (sheet({mean("delay"): [value]}) for value in (13.38, 18.334))
    (row,) = rows(changed(before, now, NAMES))
    assert (row["before"], row["now"], round(row["difference"], 3)) == (13.38, 18.334, 4.954)


def test_days_a_year_apart_stand_side_by_side() -> None:
    month = day("month", dimension="flights.flight_date:month")
    before, now = (
        sheet({month: [date(year, 6, 1), date(year, 7, 1)], CANCELLED: values}) for year, values in ((2013, [1, 2]), (2014, [3, 2]))
    )
    found = rows(changed(before, now, ("2013", "2014"), lambda at: shifted(at, "year", 1)))
    assert [(row["month"], row["before"], row["now"]) for row in found] == [(date(2014, 6, 1), 1, 3), (date(2014, 7, 1), 2, 2)]


def test_rows_that_nothing_tells_apart_are_not_compared() -> None:
    twice = sheet({CARRIER: ["WN", "WN"], CANCELLED: [1, 2]})
    assert changed(twice, twice, NAMES) == Changed(None, same=True)


def test_rows_that_the_row_limit_cut_are_not_compared() -> None:
    cut = sheet({CARRIER: ["WN"], CANCELLED: [1]}, truncated=True)
    assert changed(carriers(WN=1), cut, NAMES) == Changed(None, same=False)


def test_a_column_that_the_report_before_did_not_have_is_not_compared() -> None:
    assert changed(sheet({CANCELLED: [1]}), carriers(WN=1), NAMES).computed is None


def test_free_sql_is_about_its_texts_codes_and_dates_and_measures_its_numbers() -> None:
    columns = {ResultColumn(name, "integer", name): [1] for name in ("month", "flight_no", "n")} | {
        ResultColumn("name", "text", "name"): ["a"]
    }
    assert about_columns(sheet(columns)) == ("month", "flight_no", "name")
    assert (measure_of(sheet(columns)) or CARRIER).name == "n"


@pytest.mark.parametrize("asked", [{"request": {"order_by": [{"field": "cancelled"}]}}, {"sql": "SELECT … ORDER BY 2"}])
def test_the_leader_is_the_lowest_where_the_lowest_were_asked_for(asked: dict[str, Any]) -> None:
    before, now = (
        sheet({CARRIER: list(rows_), CANCELLED: list(rows_.values())}, **asked) for rows_ in ({"WN": 1, "AA": 2}, {"AA": 1, "WN": 5})
    )
    assert {row["carrier"]: row["rank_now"] for row in rows(changed(before, now, NAMES))} == {"AA": 1, "WN": 2}


@pytest.mark.parametrize("values", [[], [None]])
def test_an_empty_report_is_compared_too(values: list[Any]) -> None:
    empty = sheet({CARRIER: pa.array(["WN"] * len(values), pa.string()), CANCELLED: pa.array(values, pa.int64())})
    assert {row["state"] for row in rows(changed(empty, carriers(WN=3), NAMES))} <= {"new", "changed"}


def shares(records: tuple[int, ...], *late: float, **query: Any) -> Sheet:
    columns = {CARRIER: list("ABCDEFGH"[: len(late)]), percent("late", metric="late"): list(late)}
    return sheet({**columns, count("departures", "departures", metric="departures"): list(records)}, **query)


def order(found: Changed) -> list[tuple[str, bool]]:
    return [(row["carrier"], row["few"]) for row in rows(found)]


def test_changes_on_few_records_stand_after_the_others_with_their_records() -> None:
    found = changed(shares((9, 4000, 900, 5000), 0.1, 0.2, 0.3, 0.4), shares((8, 4000, 800, 5000), 0.9, 0.3, 0.35, 0.4), NAMES)
    assert order(found) == [("B", False), ("C", False), ("A", True), ("D", False)]
    assert [(row["records_before"], row["records_now"]) for row in rows(found)][2] == (9, 8)
    assert found.computed is not None and "far fewer records" in found.computed.method


def test_few_in_either_report_are_few() -> None:
    found = changed(shares((9, 900, 900, 900), 0.1, 0.2, 0.3, 0.4), shares((900, 900, 900, 900), 0.9, 0.3, 0.3, 0.4), NAMES)
    assert order(found)[:2] == [("B", False), ("A", True)]


@pytest.mark.parametrize(
    "query", [{"request": {"limit": 4}}, {"title": "Late and departures by carrier"}], ids=["a list that is cut", "records asked for"]
)
def test_where_nobody_knows_the_average_row_none_is_few(query: dict[str, Any]) -> None:
    found = changed(
        shares((9, 4000, 900, 5000), 0.1, 0.2, 0.3, 0.4, **query), shares((8, 4000, 800, 5000), 0.9, 0.3, 0.3, 0.4, **query), NAMES
    )
    assert (rows(found)[0]["carrier"], rows(found)[0].get("few", False)) == ("A", False)
