"""The answer that no model wrote: a sentence or two for each result, every figure with its source."""

from datetime import date

import pyarrow as pa
import pytest
from fakes.records import ARTIFACT

from analytics_agent.domain.answer import Answer
from analytics_agent.domain.evidence import Query, ResultColumn
from analytics_agent.synthesize.found_so_far import MOST_RESULTS, NOT_ANSWERED, PARTIAL, found_so_far

CARRIER = ResultColumn("carrier", "text", "Carrier", format="text")
DELAY = ResultColumn("delay", "number", "Mean delay", unit="min", decimals=1, metric="mean_delay")
FLIGHTS = ResultColumn("flights", "integer", "Flights", unit="flights", additive=True)


def result(name: str, title: str, rows: dict[str, list[object]], *columns: ResultColumn, truncated: bool = False) -> tuple[Query, pa.Table]:
    table = pa.table(rows)
    return Query(name, title, columns, table.num_rows, ARTIFACT, "free", truncated=truncated), table


def told(*results: tuple[Query, pa.Table]) -> Answer:
    return found_so_far([query for query, _ in results], {query.id: table for query, table in results})


BY_CARRIER = result(
    "r1", "Delay by carrier", {"carrier": ["WN", "F9"], "delay": [17.71, 20.22], "flights": [12, 30]}, CARRIER, DELAY, FLIGHTS
)


def test_many_rows_tell_how_many_and_the_largest_with_its_name() -> None:
    (claim,) = told(BY_CARRIER).claims
    assert claim.text == "Delay by carrier: **2** rows. Largest mean delay: **20.2\u00a0min** (carrier F9)."
    assert [(figure.value, figure.expression, figure.row, figure.column) for figure in claim.figures] == [
        (2, "count(r1)", 0, None),
        (20.22, 'max(r1."delay")', 1, "delay"),
    ]


def test_what_adds_up_is_added_up() -> None:
    answer = told(result("r1", "Flights by day", {"day": [date(2013, 6, 1), date(2013, 6, 2)], "flights": [12, 30]}, _day(), FLIGHTS))
    assert "Largest flights: **30\u00a0flights** (**2\u00a0June\u00a02013**). In all: **42\u00a0flights**." in answer.summary


def test_the_largest_is_told_with_all_that_names_its_row() -> None:
    season = ResultColumn("season", "text", "Season", format="text")
    rows: dict[str, list[object]] = {"season": ["spring", "summer"], "carrier": ["WN", "F9"], "delay": [1.0, 2.0]}
    assert "**2.0\u00a0min** (season summer, carrier F9)." in told(result("r1", "Delay", rows, season, CARRIER, DELAY)).summary


def test_one_row_tells_its_measures() -> None:
    answer = told(result("r2", "In all", {"delay": [12.61], "flights": [42]}, DELAY, FLIGHTS))
    assert answer.summary == "In all: mean delay **12.6\u00a0min**, flights **42\u00a0flights**."


def test_no_rows_are_told_without_a_figure() -> None:
    answer = told(result("r1", "Flights on Mars", {"delay": pa.array([], pa.float64())}, DELAY))  # type: ignore[dict-item]
    assert (answer.summary, answer.claims[0].figures) == ("Flights on Mars: no rows.", ())


def test_rows_that_were_cut_have_no_largest_and_no_total() -> None:
    query, table = result("r1", "All", {"carrier": ["WN", "F9"], "flights": [1, 2]}, CARRIER, FLIGHTS, truncated=True)
    assert told((query, table)).summary == "All: more rows than were fetched."


@pytest.mark.parametrize("cells", [[None, None], [float("nan"), None]])
def test_a_measure_without_values_is_left_out(cells: list[object]) -> None:
    answer = told(result("r1", "Delay", {"carrier": ["WN", "F9"], "delay": pa.array(cells, pa.float64())}, CARRIER, DELAY))  # type: ignore[dict-item]
    assert answer.summary == "Delay: **2** rows."


def test_hostile_titles_names_and_cells_are_shown_as_the_text_they_are() -> None:
    odd = ResultColumn('a "b"] \\', "text", "[x](http://evil)", format="text")
    cells = {'a "b"] \\': ["<script>", "**bold**"], "delay": [1.0, 2.0]}
    answer = told(result("r1", "<img src=x> [click](http://evil)", cells, odd, DELAY))
    assert "<script>" not in answer.summary.replace("\\<", "")
    assert "](http" not in answer.summary.replace("\\]", "")
    assert "\\*\\*bold\\*\\*" in answer.summary


def test_it_says_that_it_is_partial_and_what_was_not_answered() -> None:
    many = [result(f"r{number}", f"Result {number}", {"delay": [1.0]}, DELAY) for number in range(MOST_RESULTS + 2)]
    answer = told(*many)
    assert answer.partial
    assert len(answer.claims) == MOST_RESULTS
    assert answer.caveats == (PARTIAL, "2 more results are listed with the evidence.")
    assert answer.not_answered == (NOT_ANSWERED,)


def _day() -> ResultColumn:
    return ResultColumn("day", "date", "Day", format="date")
