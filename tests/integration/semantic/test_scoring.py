"""The comparison of results sees what matters and overlooks what does not."""

from datetime import date
from decimal import Decimal

from integration.semantic.scoring import same


def test_order_of_rows_and_columns_does_not_matter() -> None:
    assert same([("b", 2), ("a", 1)], [(1, "a"), (2, "b")])


def test_extra_columns_are_allowed_and_missing_ones_are_not() -> None:
    assert same([("WN", "Southwest", 0.35)], [("Southwest", Decimal("0.35"))])
    assert not same([("WN",)], [("WN", 0.35)])


def test_floats_may_differ_by_rounding_only() -> None:
    assert same([(12.6390,)], [(12.6391,)])
    assert not same([(12.63,)], [(12.65,)])


def test_another_number_of_rows_is_another_answer() -> None:
    assert not same([(1,), (2,)], [(1,)])
    assert same([], [])


def test_values_of_one_row_stay_together() -> None:
    assert not same([("a", 2), ("b", 1)], [("a", 1), ("b", 2)])


def test_nothing_is_not_zero() -> None:
    assert not same([(None,)], [(0,)])
    assert same([(date(2013, 2, 8),)], [(date(2013, 2, 8),)])
