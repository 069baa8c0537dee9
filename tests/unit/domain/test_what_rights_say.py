"""What is said of an answer because of the rights that it was read with."""

from analytics_agent.domain.policy import Mask, mask_caveat, rights_first, rows_caveat


def test_what_rights_left_out_is_said_first_and_once() -> None:
    rows, mask = rows_caveat("orders"), mask_caveat("orders", Mask("amount", "null"))
    assert rights_first(["Cancelled orders are left out.", rows, "The last month is not over.", mask, rows]) == (
        rows,
        mask,
        "Cancelled orders are left out.",
        "The last month is not over.",
    )
