"""Which results are the same: any order of rows and columns, more columns, rounding; and nothing else."""

import random
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics_agent.evals import compare
from analytics_agent.evals.cells import cell, of_rows, of_table
from analytics_agent.evals.compare import TooMuchToCompare, same

Rows = list[tuple[Any, ...]]


def equal(found: Rows, gold: Rows, by: tuple[int, ...] | None = None) -> bool:
    return same(of_rows(found), of_rows(gold), by=by)


GOLD: Rows = [("EWR", 2, 0.25), ("JFK", 1, 0.5), ("LGA", 3, None)]


def test_rows_and_columns_may_stand_in_any_order() -> None:
    assert equal([(0.5, "JFK", 1), (None, "LGA", 3), (0.25, "EWR", 2)], GOLD)


def test_columns_that_were_not_asked_for_are_allowed_and_missing_ones_are_not() -> None:
    assert equal([("x", 2, "EWR", 0.25), ("y", 1, "JFK", 0.5), ("z", 3, "LGA", None)], GOLD)
    assert not equal([(2, "EWR"), (1, "JFK"), (3, "LGA")], GOLD)


def test_values_swapped_between_rows_are_wrong_though_every_column_holds_the_right_ones() -> None:
    assert not equal([("EWR", 1), ("JFK", 2)], [("EWR", 2), ("JFK", 1)])
    assert not equal([(1, 1, "a"), (2, 2, "b"), (3, 3, "c")], [(1, 2, "a"), (2, 3, "b"), (3, 1, "c")])


def test_a_row_more_or_less_is_wrong_and_so_is_one_that_is_there_twice() -> None:
    assert not equal([*GOLD, GOLD[0]], GOLD)
    assert not equal(GOLD[:2], GOLD)
    assert not equal([("a",), ("a",), ("b",)], [("a",), ("b",), ("b",)])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (336_776, Decimal("336776.00")),
        (12, 12.0),
        (1 / 3, Decimal("0.3333")),
        (0.0, 1e-12),
        (True, 1),
        (date(2013, 6, 1), datetime(2013, 6, 1)),  # noqa: DTZ001
        (datetime(2013, 6, 1, tzinfo=UTC), date(2013, 6, 1)),
        (datetime(2013, 6, 1, 2, tzinfo=timezone(timedelta(hours=2))), date(2013, 6, 1)),
        ("2013-06-01", date(2013, 6, 1)),
        ("2013-06-01 08:30:00", datetime(2013, 6, 1, 8, 30)),  # noqa: DTZ001
        ("EWR  ", "EWR"),
        (float("nan"), Decimal("NaN")),
        ([1, 2.0], [1, 2]),
    ],
)
def test_one_value_in_two_types_is_one_value(one: Any, other: Any) -> None:
    assert equal([(one,)], [(other,)]) and equal([(other,)], [(one,)])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (336_776, 336_777),
        (Decimal("336776"), 336_777.0),
        (0.5, 0.5002),
        (None, 0),
        (None, ""),
        ("ewr", "EWR"),
        (" EWR", "EWR"),
        ("7", 7),
        (35.0, 0.35),
        (date(2013, 6, 1), datetime(2013, 6, 1, 0, 0, 1)),  # noqa: DTZ001
        ("2013-13-01", date(2013, 12, 1)),
        (float("inf"), float("-inf")),
    ],
)
def test_values_that_differ_are_not_the_same(one: Any, other: Any) -> None:
    assert not equal([(one,)], [(other,)])


def test_a_count_may_not_be_off_by_one_where_a_mean_may_be_rounded() -> None:
    assert not equal([(100_000,), (200_001,)], [(100_000,), (200_000,)])
    assert equal([(1234.567,)], [(1234.6,)])


def test_order_counts_where_it_was_asked_for_and_rows_that_tie_may_stand_in_any() -> None:
    gold: Rows = [("a", 3), ("b", 2), ("c", 2), ("d", 1)]
    assert equal([("a", 3), ("c", 2), ("b", 2), ("d", 1)], gold, by=(1,))
    assert not equal([("b", 2), ("a", 3), ("c", 2), ("d", 1)], gold, by=(1,))
    assert not equal([("a", 3), ("c", 2), ("b", 2), ("d", 1)], gold, by=(0, 1))
    assert equal([(3, "a"), (2, "b"), (2, "c"), (1, "d")], gold, by=(0, 1))


def test_an_order_may_need_another_choice_among_columns_that_hold_the_same() -> None:
    gold: Rows = [(1,), (2,), (3,)]
    assert equal([(3, 1), (2, 2), (1, 3)], gold, by=(0,))
    assert not equal([(3, 2), (2, 3), (1, 1)], gold, by=(0,))


def test_results_without_rows_are_the_same_when_there_are_columns_enough() -> None:
    empty = pa.table({"a": pa.array([], pa.int64()), "b": pa.array([], pa.string())})
    assert same(of_table(empty), of_table(empty.select(["a"])))
    assert not same(of_table(empty.select(["a"])), of_table(empty))
    assert not same(of_table(empty), of_rows([(1,)]))
    assert not same(of_rows([(1,)]), of_table(empty.select(["a"])))


def test_two_columns_of_one_name_are_two_columns() -> None:
    table = pa.Table.from_arrays([pa.array([1, 2]), pa.array([3, 4])], names=["n", "n"])
    assert same(of_table(table), of_rows([(1, 3), (2, 4)]))
    assert not same(of_table(table), of_rows([(1, 4), (2, 3)]))


def test_rounding_that_turns_the_order_of_rows_is_no_difference() -> None:
    """Sorted side by side these pair wrongly: the first numbers are the same but for noise, the second ones are not."""
    gold: Rows = [("x", 1.00001, 5.5), ("x", 1.00002, 9.5)]
    assert equal([("x", 1.00002, 5.5), ("x", 1.00001, 9.5)], gold)
    assert not equal([("x", 1.00002, 5.5), ("x", 1.00001, 9.6)], gold)


def test_a_pairing_is_found_where_a_first_choice_must_be_taken_back() -> None:
    gold: Rows = [(1.5, 10.5), (1.50005, 10.50005), (1.5001, 10.5)]
    found: Rows = [(1.50005, 10.50005), (1.5001, 10.5004), (1.5, 10.5)]
    assert equal(found, gold)


def test_a_wide_result_of_columns_that_look_alike_is_decided_or_given_up_in_bounded_work(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = random.Random(7)  # noqa: S311
    flags = [drawn.sample([place % 2 for place in range(30)], 30) for _ in range(40)]
    rows = list(zip(*flags, strict=True))
    assert equal([tuple(reversed(row)) for row in rows], rows)
    monkeypatch.setattr(compare, "_WORK", 100)
    with pytest.raises(TooMuchToCompare):
        same(of_rows(rows), of_rows(rows))


def test_a_long_result_is_compared_in_a_moment() -> None:
    rows: Rows = [(place, f"name {place % 977}", place * 0.37, place % 3 == 0) for place in range(20_000)]
    turned = [(row[2] * (1 + 1e-6), row[3], row[1], row[0]) for row in reversed(rows)]
    assert equal(turned, rows)
    turned[17] = (turned[17][0], turned[17][1], turned[18][2], turned[17][3])
    assert not equal(turned, rows)


VALUES = st.one_of(
    st.none(),
    st.integers(-50, 50),
    st.sampled_from(["a", "b", "c", "B"]),
    st.floats(-100, 100, allow_nan=False).map(lambda value: round(value, 3)),
    st.dates(date(2013, 1, 1), date(2013, 1, 5)),
)


@st.composite
def tables(draw: st.DrawFn) -> Rows:
    width = draw(st.integers(1, 5))
    return [tuple(row) for row in draw(st.lists(st.lists(VALUES, min_size=width, max_size=width), min_size=1, max_size=12))]


@settings(max_examples=300, deadline=None)
@given(gold=tables(), seed=st.randoms(use_true_random=False), extra=st.lists(VALUES, max_size=3))
def test_any_permutation_with_any_columns_more_and_any_rounding_is_accepted(gold: Rows, seed: random.Random, extra: list[Any]) -> None:
    places = list(range(len(gold[0]) + len(extra)))
    seed.shuffle(places)
    widened = [(*row, *extra) for row in gold]
    seed.shuffle(widened)
    found = [tuple(_rounded(row[place]) for place in places) for row in widened]
    assert equal(found, gold)


def _rounded(value: Any) -> Any:
    return value * (1 + 3e-5) if isinstance(value, float) else value


@settings(max_examples=300, deadline=None)
@given(gold=tables(), seed=st.randoms(use_true_random=False))
def test_any_single_changed_value_is_rejected(gold: Rows, seed: random.Random) -> None:
    """The new value is nowhere in the gold, so no choice of columns can make up for it."""
    row, column = seed.randrange(len(gold)), seed.randrange(len(gold[0]))
    changed = [list(each) for each in gold]
    changed[row][column] = seed.choice(["zebra", 777, 888.5, date(1999, 1, 1)])
    assert not equal([tuple(each) for each in changed], gold)


@settings(max_examples=300, deadline=None)
@given(gold=st.lists(st.tuples(*[st.integers(0, 3)] * 3), min_size=2, max_size=7), seed=st.randoms(use_true_random=False))
def test_two_values_of_a_column_swapped_are_rejected_unless_the_rows_stay_the_same(gold: Rows, seed: random.Random) -> None:
    """An oracle decides: all ways to choose columns, rows compared as multisets of exact values."""
    one, other = seed.sample(range(len(gold)), 2)
    column = seed.randrange(len(gold[0]))
    changed = [list(each) for each in gold]
    changed[one][column], changed[other][column] = changed[other][column], changed[one][column]
    found = [tuple(each) for each in changed]
    assert equal(found, gold) == _by_brute_force(found, gold)


def _by_brute_force(found: Rows, gold: Rows) -> bool:
    from itertools import permutations

    wanted = sorted((tuple(map(cell, row)) for row in gold), key=repr)
    orders = permutations(range(len(found[0])), len(gold[0]))
    return any(sorted((tuple(cell(row[place]) for place in order) for row in found), key=repr) == wanted for order in orders)
