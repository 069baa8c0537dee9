"""Columns that say the same twice are told from the rows, and columns that do not are left alone."""

from typing import Any

from analytics_agent.domain.display_names import Dimension, display_names, implied, shown_for
from analytics_agent.domain.evidence import ResultColumn


def column(name: str, *values: Any, kind: Any = "text", ordered: bool = False) -> Dimension:
    return Dimension(ResultColumn(name, kind, name.title()), values, ordered)


def test_a_code_is_found_beside_its_name_whichever_comes_first() -> None:
    code, name = column("carrier", "B6", "DL", "B6"), column("name", "JetBlue", "Delta", "JetBlue")
    assert display_names([code, name]) == display_names([name, code]) == {"carrier": "name"}


def test_a_number_that_is_an_id_is_the_code_of_the_text_beside_it() -> None:
    assert display_names([column("store_id", 1, 2, kind="integer"), column("store", "Aarhus", "Lyon")]) == {"store_id": "store"}


def test_where_columns_are_not_called_so_many_values_tell_which_reads_as_a_name() -> None:
    codes, names = ("EWR", "JFK", "LGA", "BOS"), ("Newark", "Kennedy", "La Guardia", "Logan")
    assert display_names([column("origin", *codes), column("airport", *names)]) == {"origin": "airport"}
    assert display_names([column("origin", *codes[:2]), column("season", *names[:2])]) == {}


def test_a_name_that_two_codes_share_is_no_name_of_either() -> None:
    assert display_names([column("city_id", 1, 2), column("name", "Springfield", "Springfield")]) == {}
    assert display_names([column("carrier", "B6", "B6"), column("name", "JetBlue", "Delta")]) == {}


def test_one_row_does_not_tell_a_code_from_a_second_cut() -> None:
    assert display_names([column("origin", "JFK"), column("name", "Delta")]) == {}


def test_a_time_has_no_display_name() -> None:
    assert display_names([column("month", 6, 7, kind="integer", ordered=True), column("name", "June", "July")]) == {}


def test_what_another_column_decides_is_implied_and_a_true_second_cut_is_not() -> None:
    month, season = column("month", 5, 6, 7), column("season", "spring", "summer", "summer")
    assert implied([season, month]) == {"season"}
    assert implied([column("a", 1, 1, 2, 2), column("b", 1, 2, 1, 2)]) == frozenset()


def test_of_two_that_decide_each_other_the_first_stays() -> None:
    assert implied([column("day", 1, 2), column("weekday", "Mon", "Tue")]) == {"weekday"}


def test_missing_values_and_lists_are_values_like_others() -> None:
    assert display_names([column("code", None, "B6"), column("name", None, "JetBlue")]) == {"code": "name"}
    assert implied([column("tags", ["a"], ["b"]), column("kind", "x", "x")]) == {"kind"}
    assert shown_for(["B6", None], ["JetBlue", "none"]) == {"B6": "JetBlue", None: "none"}
