"""How the offline model tells lists over time: who has the most in all, and between which ends the single periods lie."""

from typing import Any

from unit.adapters.offline_conversation import CITY, MONTH, ORDERS, SHARE, Talk, evidence, stored, written

RANK = {"name": "rank", "label": "Rank", "type": "integer", "format": "number"}
ROWS = [["Oslo", "2025-02-01", 9], ["Oslo", "2025-03-01", 4], ["Rome", "2025-02-01", 6], ["Lund", "2025-02-01", 5]]
BY_MONTH = stored("r1", [CITY, MONTH, ORDERS | {"additive": True}], ROWS)


def ranked(*rows: list[Any], top: int) -> dict[str, Any]:
    found = stored("r2", [RANK, CITY, ORDERS], list(rows)) | {"source": "computed", "inputs": ["r1"]}
    finding = {"id": "f1", "operation": "ranking", "title": "t", "result": "r2", "parameters": {"by": "city", "top": top}}
    return written(BY_MONTH, found, findings=(finding,))


def test_parts_of_a_total_over_time_are_ranked_by_what_they_are_in_all() -> None:
    ((name, asked),) = Talk("analyze", "q", opening=evidence(BY_MONTH)).next()
    assert (name, asked["by"], asked["measure"]) == ("rank", "city", "orders")
    shares = stored("r1", [CITY, MONTH, SHARE], ROWS)
    assert Talk("analyze", "q", opening=evidence(shares)).next() == [("done", {})]


def test_who_has_the_most_in_all_is_told_before_the_ends_of_the_periods() -> None:
    data = ranked([1, "Oslo", 13], [2, "Rome", 6], [3, "Lund", 5], top=10)
    first, second = [claim["text"] for claim in data["claims"]]
    assert first.startswith("{{r2[0].city}} had the most: {{r2[0].orders}}") and "{{r1[" in second
    assert data["headline"] == "{{r2[0].city}} has the most orders, {{r2[2].city}} the fewest"


def test_the_last_of_the_first_few_is_not_called_the_last() -> None:
    data = ranked([1, "Oslo", 13], [2, "Rome", 6], [3, "Lund", 5], top=3)
    assert data["headline"] == "{{r2[0].city}} has the most orders" and "trails" not in str(data["claims"])


def test_two_that_lead_together_are_no_leader() -> None:
    data = ranked([1, "Oslo", 13], [1, "Rome", 13], top=10)
    assert "{{r2[" not in str(data)
