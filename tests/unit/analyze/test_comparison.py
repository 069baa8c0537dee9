"""Compare: worked examples computed a second way, and what it refuses."""

from decimal import Decimal

import pyarrow as pa
import pytest
from fakes.results import Stored, count, mean, money, percent, stored, text

from analytics_agent.analyze.operations import run
from analytics_agent.errors import ToolRefused

SEASONS = ["spring", "spring", "summer", "summer"]
ORIGINS = ["JFK", "EWR", "JFK", "EWR"]
ASKED = {"title": "Summer against spring", "result": "r1", "column": "season", "before": "spring", "now": "summer"}


def seasons(**query: object) -> Stored:
    return stored(
        {
            text("season"): SEASONS,
            text("origin"): ORIGINS,
            mean("delay", higher_is="bad"): [11.8, 16.0, 19.0, 19.3],
            percent("late_share"): [0.20, 0.25, 0.30, 0.20],
            count("flights"): [100, 200, 150, 180],
        },
        **query,
    )


def compare(source: Stored, **asked: object) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = run("compare", {**ASKED, **asked}, *source).table.to_pylist()
    return rows


def test_additive_rows_are_summed_before_they_are_compared() -> None:
    (row,) = compare(seasons(), measure="flights")
    assert (row["before"], row["now"], row["difference"], row["direction"]) == (300, 330, 30, "rose")
    assert row["ratio"] == pytest.approx(330 / 300)
    assert row["percent_change"] == pytest.approx(330 / 300 - 1)
    assert (row["rows_before"], row["rows_now"], row["before_group"], row["now_group"]) == (2, 2, "spring", "summer")


def test_each_value_of_by_has_its_line_and_the_largest_difference_stands_first() -> None:
    rows = compare(seasons(), measure="delay", by="origin")
    assert [(row["origin"], row["difference"]) for row in rows] == [("JFK", pytest.approx(7.2)), ("EWR", pytest.approx(3.3))]


def test_a_difference_of_percentages_is_in_points() -> None:
    computed = run("compare", {**ASKED, "measure": "late_share", "by": "origin"}, *seasons())
    described = {column.name: column for column in computed.columns}
    rows = computed.table.to_pylist()
    assert (described["difference"].unit, described["difference"].format) == ("points", "number")
    assert [(row["origin"], row["difference"]) for row in rows] == [("JFK", pytest.approx(10)), ("EWR", pytest.approx(-5))]
    assert described["now"].format == "percent"


def test_whether_a_rise_is_bad_news_is_kept() -> None:
    computed = run("compare", {**ASKED, "measure": "delay", "by": "origin"}, *seasons())
    assert {column.name: column.higher_is for column in computed.columns}["difference"] == "bad"


def test_means_of_several_rows_are_not_averaged_but_refused() -> None:
    with pytest.raises(ToolRefused, match=r"2 rows .* not known to be additive.*`by`"):
        compare(seasons(), measure="delay")


def test_money_is_exact_to_the_cent() -> None:
    paid = pa.array([Decimal("0.10"), Decimal("0.20"), Decimal("99999999999999.99"), Decimal("0.01")], pa.decimal128(18, 2))
    (row,) = compare(stored({text("season"): SEASONS, money("paid"): paid}), measure="paid")
    assert (row["before"], row["now"]) == (Decimal("0.30"), Decimal("100000000000000.00"))
    assert row["difference"] == Decimal("99999999999999.70")


def test_integers_beyond_64_bits_stay_exact() -> None:
    big = 2**62
    (row,) = compare(stored({text("season"): SEASONS, count("bytes"): [big, big, big, big]}), measure="bytes")
    assert (row["before"], row["now"]) == (Decimal(2**63), Decimal(2**63))


def test_a_base_of_zero_has_neither_ratio_nor_percent_change() -> None:
    computed = run("compare", {**ASKED, "measure": "n"}, *stored({text("season"): ["spring", "summer"], count("n"): [0, 5]}))
    (row,) = computed.table.to_pylist()
    assert (row["difference"], row["ratio"], row["percent_change"]) == (5, None, None)
    assert any("base is zero" in caveat for caveat in computed.caveats)


def test_a_value_missing_on_one_side_is_zero_for_a_count_and_unknown_for_a_mean() -> None:
    result = stored(
        {
            text("season"): ["spring", "summer", "summer"],
            text("origin"): ["JFK", "JFK", "LGA"],
            count("n"): [1, 2, 3],
            mean("m"): [1.0, 2.0, 3.0],
        }
    )
    assert [(row["origin"], row["difference"]) for row in compare(result, measure="n", by="origin")] == [("LGA", 3), ("JFK", 1)]
    assert [(row["origin"], row["difference"]) for row in compare(result, measure="m", by="origin")] == [("JFK", 1.0), ("LGA", None)]


def test_a_count_missing_from_a_cut_result_is_not_taken_for_zero() -> None:
    columns = {text("season"): ["spring", "summer", "summer"], text("origin"): ["JFK", "JFK", "LGA"], count("n"): [1, 2, 3]}
    rows = compare(stored(columns, truncated=True), measure="n", by="origin")
    assert rows[-1] == {**rows[-1], "origin": "LGA", "difference": None, "direction": None}


def test_empty_and_non_finite_cells_are_left_out_and_said() -> None:
    columns = {text("season"): ["spring", "spring", "summer", "summer"], count("n"): [1.0, float("nan"), None, 4.0]}
    computed = run("compare", {**ASKED, "measure": "n"}, *stored(columns))
    assert computed.table.to_pylist()[0]["difference"] == 3.0
    assert any("empty" in caveat for caveat in computed.caveats)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"measure": "delay", "result": "r9"}, r"no result 'r9'.*r1"),
        ({"measure": "dellay"}, r"no column 'dellay'.*delay"),
        ({"measure": "origin"}, r"'origin' .* no numbers.*delay, late_share, flights"),
        ({"measure": "flights", "before": "sprng"}, r"season = 'sprng' \(`before`\).*spring"),
        ({"measure": "flights", "now": "spring"}, r"same rows"),
        ({"measure": "flights", "by": "season"}, r"both 'season'"),
        ({"measure": "flights", "title": "Up by 30 flights"}, r"title holds a figure \(30\)"),
        ({"measure": "flights", "title": "  "}, r"title must have"),
        ({"measure": 7}, r"`measure` must be of type string"),
        ({"measure": "flights", "groups": "x"}, r"`groups` is unknown"),
        ({}, r"`measure` is missing"),
    ],
)
def test_a_refusal_says_what_to_do_instead(asked: dict[str, object], said: str) -> None:
    with pytest.raises(ToolRefused, match=said):
        compare(seasons(), **asked)


def test_groups_are_found_whatever_the_case() -> None:
    (row,) = compare(seasons(), measure="flights", before="Spring ")
    assert row["before_group"] == "spring"


def test_a_title_may_repeat_the_numbers_that_name_its_groups() -> None:
    result = stored({count("year", additive=False): [2012, 2013], count("flights"): [1, 2]})
    computed = run(
        "compare",
        {**ASKED, "title": "Flights in 2013 against 2012", "measure": "flights", "column": "year", "before": 2012, "now": "2013"},
        *result,
    )
    assert computed.table.to_pylist()[0]["now_group"] == 2013


def test_no_value_of_a_cell_reaches_parameters_or_labels() -> None:
    computed = run("compare", {**ASKED, "measure": "flights", "by": "origin"}, *seasons())
    told = f"{computed.parameters} {computed.columns} {computed.caveats} {computed.method}"
    assert not any(value in told for value in ("spring", "summer", "JFK", "EWR"))


def test_a_result_without_rows_is_refused() -> None:
    with pytest.raises(ToolRefused, match="no rows"):
        compare(stored({text("season"): pa.array([], pa.string()), count("flights"): pa.array([], pa.int64())}), measure="flights")


def test_an_unknown_operation_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ToolRefused, match="compare, contribution, trend, rank"):
        run("forecast", {}, *seasons())
