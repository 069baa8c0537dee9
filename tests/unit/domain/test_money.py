"""Dollars look the same wherever they are told, and small ones are not nothing."""

import pytest

from analytics_agent.domain.money import dollars


@pytest.mark.parametrize(
    ("amount", "text", "fine"),
    [
        (0.0, "$0.00", "$0.00"),
        (0.0004, "$0.0004", "$0.0004"),
        (0.01, "$0.01", "$0.0100"),
        (0.0512, "$0.05", "$0.0512"),
        (0.1, "$0.10", "$0.10"),
        (1234.5, "$1,234.50", "$1,234.50"),
    ],
)
def test_an_amount_has_cents_and_a_smaller_one_more(amount: float, text: str, fine: str) -> None:
    assert (dollars(amount), dollars(amount, fine=True)) == (text, fine)
