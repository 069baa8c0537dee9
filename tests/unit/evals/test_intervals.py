"""Intervals and the test for paired changes, against values from the literature and by hand."""

import pytest

from analytics_agent.evals.intervals import bootstrap, mcnemar, mean, percentile, wilson


@pytest.mark.parametrize(
    ("successes", "tries", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (5, 10, 0.2366, 0.7634), (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605)],
)
def test_the_score_interval_is_that_of_the_literature(successes: int, tries: int, low: float, high: float) -> None:
    """81 of 263 and 15 of 148 are the examples of Newcombe, Statistics in Medicine 17 (1998), table I, method 3."""
    assert wilson(successes, tries) == pytest.approx((low, high), abs=5e-5)


def test_there_is_no_interval_of_nothing() -> None:
    assert wilson(0, 0) is None and bootstrap([1.0], mean) is None and percentile([], 0.5) is None


@pytest.mark.parametrize(
    ("better", "worse", "p"), [(0, 0, 1.0), (5, 5, 1.0), (6, 0, 0.03125), (0, 5, 0.0625), (10, 2, 0.03857421875), (3, 1, 0.625)]
)
def test_the_exact_test_is_the_binomial_one(better: int, worse: int, p: float) -> None:
    assert mcnemar(better, worse) == pytest.approx(p)
    assert mcnemar(worse, better) == pytest.approx(p)


def test_the_exact_test_takes_many_changes() -> None:
    assert 0.9 < mcnemar(5_000, 5_000) <= 1.0 and mcnemar(4_000, 6_000) < 1e-50


def test_a_bootstrap_holds_the_mean_is_near_the_normal_interval_and_comes_again_the_same() -> None:
    values = [0.0, 1.0] * 50
    low, high = bootstrap(values, mean) or (0.0, 0.0)
    assert low < 0.5 < high
    assert (low, high) == pytest.approx((0.402, 0.598), abs=0.025)
    assert bootstrap(values, mean) == (low, high)


def test_a_percentile_lies_between_its_neighbors() -> None:
    assert percentile([4, 1, 3, 2], 0.5) == 2.5
    assert percentile([1, 2, 3, 4, 5], 0.95) == pytest.approx(4.8)
    assert percentile([7], 0.95) == 7
