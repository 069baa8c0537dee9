"""Rank: competition ranks against a definition by counting, ties, shares and what is left out."""

from fractions import Fraction

import pytest
from fakes.results import Stored, count, mean, stored, text
from hypothesis import given
from hypothesis import strategies as st

from analytics_agent.analyze.operations import run
from analytics_agent.analyze.ranking import competition_ranks
from analytics_agent.errors import ToolRefused


def rank(source: Stored, **asked: object) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = run("rank", {"title": "Ranked", "result": "r1", "by": "carrier", **asked}, *source).table.to_pylist()
    return rows


def carriers(**query: object) -> Stored:
    columns = {
        text("carrier"): ["AA", "B6", "DL", "EV", "WN"],
        count("flights"): [30, 50, 50, 40, 30],
        mean("delay"): [1.5, 2.5, None, 9.0, -3.0],
    }
    return stored(columns, **query)


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(-5, 5).map(Fraction), min_size=1), st.booleans())
def test_a_rank_is_one_more_than_the_number_of_better_values(amounts: dict[str, Fraction], highest: bool) -> None:
    ranked = competition_ranks(dict(amounts), highest=highest)
    assert {name for _, name, _ in ranked} == set(amounts)
    for place, _, value in ranked:
        better = [other for other in amounts.values() if (other > value if highest else other < value)]
        assert place == len(better) + 1
    assert [place for place, _, _ in ranked] == sorted(place for place, _, _ in ranked)


def test_ties_share_a_rank_and_stand_in_the_order_of_their_names() -> None:
    assert [(row["rank"], row["carrier"]) for row in rank(carriers(), measure="flights")] == [
        (1, "B6"),
        (1, "DL"),
        (3, "EV"),
        (4, "AA"),
        (4, "WN"),
    ]


def test_shares_are_of_the_total_before_the_list_is_shortened() -> None:
    rows = rank(carriers(), measure="flights", top=1)
    assert [(row["carrier"], row["share_of_total"]) for row in rows] == [("B6", 0.25), ("DL", 0.25)]
    assert rows[0]["distance_to_mean"] == pytest.approx(50 - 40)
    assert rows[0]["mean_of_ranked"] == 40


def test_the_mean_of_whole_numbers_is_not_told_as_a_whole_number() -> None:
    computed = run("rank", {"title": "Ranked", "result": "r1", "by": "carrier", "measure": "flights"}, *carriers())
    types = {column.name: column.type for column in computed.columns}
    assert (types["flights"], types["distance_to_mean"], types["mean_of_ranked"]) == ("integer", "number", "number")


def test_a_mean_has_no_share_and_empty_values_no_rank() -> None:
    computed = run("rank", {"title": "Ranked", "result": "r1", "by": "carrier", "measure": "delay", "direction": "lowest"}, *carriers())
    rows = computed.table.to_pylist()
    assert [row["carrier"] for row in rows] == ["WN", "AA", "B6", "EV"]
    assert "share_of_total" not in rows[0]
    assert any("empty" in caveat for caveat in computed.caveats)


def test_a_result_that_was_cut_has_no_shares() -> None:
    computed = run("rank", {"title": "Ranked", "result": "r1", "by": "carrier", "measure": "flights"}, *carriers(truncated=True))
    assert "share_of_total" not in computed.table.column_names
    assert any("does not hold every row" in caveat for caveat in computed.caveats)


def test_a_measure_named_like_an_output_column_keeps_its_values() -> None:
    result = stored({text("carrier"): ["AA", "B6"], count("rank"): [5, 7]})
    (first, _) = rank(result, measure="rank")
    assert (first["rank"], first["rank_in_data"]) == (1, 7)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"measure": "flights", "by": "flights"}, "both 'flights'"),
        ({"measure": "carrier", "by": "flights"}, "no numbers"),
        ({"measure": "flights", "direction": "up"}, "one of highest, lowest"),
        ({"measure": "flights", "top": 0}, "between 1 and 50"),
        ({"measure": "flights", "top": True}, "type integer"),
    ],
)
def test_a_wrong_ranking_is_refused(asked: dict[str, object], said: str) -> None:
    with pytest.raises(ToolRefused, match=said):
        rank(carriers(), **asked)


def test_several_rows_of_a_mean_for_one_name_are_refused() -> None:
    with pytest.raises(ToolRefused, match="cannot be summed"):
        rank(stored({text("carrier"): ["AA", "AA"], mean("delay"): [1.0, 2.0]}), measure="delay")
    with pytest.raises(ToolRefused, match="nothing to rank"):
        rank(stored({text("carrier"): ["AA", "B6"], mean("delay"): [None, float("inf")]}), measure="delay")


def topped(**top: object) -> Stored:
    columns = {text("carrier", dimension="flights.carrier"): ["AA", "B6", "All others"], count("flights", metric="flights"): [30, 50, 120]}
    return stored(columns, request={"metrics": ["flights"], "top": {"count": 2, **top}})


def test_all_others_have_no_rank_and_are_part_of_the_total() -> None:
    rows = rank(topped(), measure="flights")
    assert [(row["rank"], row["carrier"], row["share_of_total"]) for row in rows] == [(1, "B6", 0.25), (2, "AA", 0.15)]
    assert rows[0]["mean_of_ranked"] == 40


def test_a_member_that_is_called_so_is_ranked_where_no_row_is_of_all_others() -> None:
    """Without the others, members beyond the top are in no row, so that nothing is a share of all."""
    rows = rank(topped(others=False), measure="flights")
    assert [row["carrier"] for row in rows] == ["All others", "B6", "AA"] and "share_of_total" not in rows[0]
