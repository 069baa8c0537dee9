"""What the offline model says of figures beside an earlier period, of shares of a total, and of all others in one row."""

from typing import Any

from unit.adapters.offline_conversation import CITY, MONTH, ORDERS, SHARE, Talk, evidence, stored, written

PREVIOUS = ORDERS | {"name": "orders_previous", "label": "Orders (a year before)", "metric": None}
CHANGE = ORDERS | {"name": "orders_change", "label": "Orders: change", "metric": None}
PERCENT = {"name": "orders_percent_change", "label": "Orders: change in percent", "type": "number", "format": "percent"}
GROWN = [ORDERS, PREVIOUS, CHANGE, PERCENT]
PART = {"name": "orders_share", "label": "Orders: share of all", "type": "number", "format": "percent"}
YEAR = {"compare": "previous_year"}


def texts(primary: dict[str, Any], **rest: Any) -> list[str]:
    return [claim["text"] for claim in written(primary, **rest)["claims"]]


def test_one_figure_is_told_with_the_earlier_one_and_the_change() -> None:
    told = texts(stored("r1", GROWN, [[12, 10, 2, 0.2]], **YEAR))
    assert told == [
        "There were {{r1[0].orders}} orders, {{abs(r1[0].orders_change)}} more than a year before ({{r1[0].orders_previous}}), "
        "up {{abs(r1[0].orders_percent_change)}}.",
    ]
    (fewer,) = texts(stored("r1", GROWN, [[8, 10, -2, -0.2]], compare="previous_period"))
    assert "fewer than in the period before" in fewer and ", down {{" in fewer


def test_the_period_before_is_called_by_what_was_asked_for() -> None:
    may = {"from": "2025-05-01", "to": "2025-06-01"}
    asked = stored("r1", GROWN, [[8, 10, -2, -0.2]], compare="previous_period", time=may)
    (told,) = [claim["text"] for claim in written(asked, readings=("Scope: in May 2025",))["claims"]]
    assert told.startswith("In May 2025, there were ") and "fewer than in the month before" in told
    ten_days = stored("r1", GROWN, [[8, 10, -2, -0.2]], compare="previous_period", time={"from": "2025-05-01", "to": "2025-05-11"})
    assert "than in the period before" in texts(ten_days)[0]


def test_growth_from_nothing_has_no_percentage_and_no_change_is_no_growth() -> None:
    assert len(texts(stored("r1", GROWN, [[12, 0, 12, None]], **YEAR))) == 1
    data = written(stored("r1", GROWN, [[12, 12, 0, 0.0]], **YEAR))
    assert data["headline"] == "Orders were unchanged" and "the same as a year before" in data["claims"][0]["text"]


def test_without_an_earlier_figure_that_is_said() -> None:
    data = written(stored("r1", [SHARE, SHARE | {"name": "p", "metric": None}, CHANGE, PERCENT], [[0.5, None, None, None]], **YEAR))
    assert data["claims"][0]["text"] == "The sent share was {{r1[0].sent_share}}."
    assert data["not_answered"] == ["There is no figure of the earlier period to compare with."]


def test_of_several_the_largest_rise_and_the_largest_fall_are_told() -> None:
    rows = [["Oslo", 9, 10, -1, -0.1], ["Bergen", 7, 5, 2, 0.4], ["Rome", 5, 8, -3, -0.375]]
    data = written(stored("r1", [CITY, *GROWN], rows, **YEAR))
    assert data["headline"] == "Orders rose most for {{r1[1].city}}"
    rise, fall = (claim["text"] for claim in data["claims"])
    assert rise.startswith("Orders rose by {{abs(r1[1].orders_change)}} (up {{abs(r1[1].orders_percent_change)}}) for {{r1[1].city}}, to ")
    assert fall.startswith("Orders fell by {{abs(r1[2].orders_change)}}")


def test_what_grew_most_in_percent_is_told_by_that() -> None:
    rows = [["Bergen", 7, 5, 2, 0.4], ["Oslo", 13, 10, 3, 0.3], ["Rome", 5, 8, -3, -0.375]]
    order = [{"field": "orders_percent_change", "direction": "desc"}]
    assert (
        written(stored("r1", [CITY, *GROWN], rows, order_by=order, **YEAR))["headline"] == "Orders rose most in percent for {{r1[0].city}}"
    )


def test_of_rows_that_are_not_all_shown_none_is_called_the_largest() -> None:
    rows = [["Oslo", 9, 10, -1, -0.1], ["Bergen", 7, 5, 2, 0.4]]
    told = str(written(stored("r1", [CITY, *GROWN], rows, **YEAR) | {"rows": 50}))
    assert "most" not in told and "r1[1]" not in told


def test_months_are_told_by_their_changes() -> None:
    rows = [["2025-01-01", 9, 10, -1, -0.1], ["2025-02-01", 7, 5, 2, 0.4]]
    rise, fall = texts(stored("r1", [MONTH, *GROWN], rows, compare="previous_period"))
    assert " in {{r1[1].placed_on_month}}, to " in rise and " in {{r1[0].placed_on_month}}, to " in fall


def test_the_share_of_one_part_is_told_with_its_figure() -> None:
    told = texts(stored("r1", [CITY, ORDERS, PART], [["Oslo", 5, 0.25]], share_of={}), readings=("Scope: in 2025",))
    assert told == ["In 2025, {{r1[0].city}} made up {{r1[0].orders_share}} of all orders: {{r1[0].orders}}."]


def test_shares_are_told_from_the_largest_on() -> None:
    rows = [["Oslo", 5, 0.5], ["Bergen", 3, 0.3], ["Rome", 1, 0.1], ["Lund", 1, 0.1]]
    data = written(stored("r1", [CITY, ORDERS, PART], rows, share_of={}))
    assert data["headline"] == "The largest share of orders is that of {{r1[0].city}}"
    assert "ahead of {{r1[1].city}} with {{r1[1].orders_share}}" in data["claims"][0]["text"]
    assert len(data["claims"]) == 2
    cut = written(stored("r1", [CITY, ORDERS, PART], rows, share_of={}) | {"rows": 90})
    assert len(cut["claims"]) == 1 and "ahead of" not in cut["claims"][0]["text"]


def test_all_others_in_one_row_lead_nobody() -> None:
    rows = [["Oslo", 9], ["Bergen", 7], ["All others", 30]]
    data = written(stored("r1", [CITY, ORDERS], rows, top={"count": 2}))
    assert data["claims"][0]["text"] == "{{r1[0].city}} had {{r1[0].orders}} and {{r1[1].city}} had {{r1[1].orders}}."
    assert data["claims"][1]["text"] == "All others together: {{r1[2].orders}}."
    assert "{{r1[2]" not in data["headline"]


def test_all_others_lead_nobody_whatever_else_is_asked_for() -> None:
    rows = [["Oslo", 9, 10, -1, -0.1], ["Bergen", 7, 5, 2, 0.4], ["All others", 60, 30, 30, 1.0]]
    data = written(stored("r1", [CITY, *GROWN], rows, **YEAR, top={"count": 2}))
    assert "{{r1[2]" not in str(data["claims"]) and data["headline"] == "Orders rose most for {{r1[1].city}}"


def test_others_that_leave_out_what_has_no_name_say_so() -> None:
    known = [{"field": "stores.city", "op": "not_null"}]
    data = written(stored("r1", [CITY, ORDERS], [["Oslo", 9], ["All others", 30]], top={"count": 1}, filters=known))
    assert "Orders without a known city are left out." in data["caveats"]


def test_a_member_that_is_called_like_all_others_is_not_taken_for_them() -> None:
    rows = [["All others", 9], ["Bergen", 7], ["All others", 30]]
    assert "{{r1[" not in str(written(stored("r1", [CITY, ORDERS], rows, top={"count": 2})))


def test_what_a_request_compared_itself_is_not_analyzed_again() -> None:
    rows = [["Oslo", 9, 10, -1, -0.1], ["Bergen", 7, 5, 2, 0.4], ["Rome", 5, 8, -3, -0.375]]
    for asked in (YEAR, {"top": {"count": 2}}, {"share_of": {}}):
        opening = evidence(stored("r1", [CITY, *GROWN], rows, **asked))
        assert Talk("analyze", "q", opening=opening).next() == [("done", {})]
