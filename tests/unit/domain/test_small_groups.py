"""When a mean or a share rests on too few records to lead: far fewer than the average row has."""

import pytest

from analytics_agent.domain.small_groups import is_count, passed_over, small_rows


@pytest.mark.parametrize(
    ("weights", "small"),
    [
        ([32, 4000, 900, 5000], {0}),
        ([1, 2, 1, 2], set()),
        ([1000, 90_000, 80_000, 70_000], set()),
        ([1, 900, 900], set()),
        ([], set()),
        ([0, 0, 0, 0], set()),
    ],
    ids=["far fewer", "all few alike", "a thousand are enough", "too few rows for an average", "no rows", "no records"],
)
def test_rows_with_far_fewer_records_than_the_average_are_small(weights: list[float], small: set[int]) -> None:
    assert small_rows(weights) == small


def test_small_rows_are_passed_over_only_for_enough_larger_ones() -> None:
    assert passed_over([5, 6, 900, 900]) == frozenset()
    assert passed_over([5, 6, 900, 900, 900]) == {0, 1}


def test_minutes_are_no_number_of_things() -> None:
    assert (
        is_count("integer", "flights")
        and not is_count("integer", "min")
        and not is_count("number", "flights")
        and not is_count("integer", None)
    )
