"""What the offline model writes: findings rather than topics, causes that exceed their share, and never a figure of its own."""

import re
from typing import Any

import pytest
from unit.adapters.offline_conversation import CITY, MONTH, ORDERS, SHARE, Talk, evidence, result, stored, written

from analytics_agent.adapters.offline.evidence import Evidence
from analytics_agent.adapters.offline.words import is_name, listed, small

SCOPE = ("Scope: for teas in March 2025", "Orders: all of them.")
PART_OF_DAY = CITY | {"name": "part_of_day", "label": "Part of the day", "dimension": "orders.part_of_day"}
DESC = [{"field": "sent_share", "direction": "desc"}]


@pytest.mark.parametrize(
    ("primary", "text"),
    [
        (stored("r1", [ORDERS], [[5]]), "There were {{r1[0].orders}} orders for teas in March 2025."),
        (stored("r1", [SHARE], [[0.8]]), "For teas in March 2025, the sent share was {{r1[0].sent_share}}."),
        (
            stored("r1", [SHARE | {"label": "Mean delay", "format": "number"}], [[0.8]]),
            "For teas in March 2025, delay averaged {{r1[0].sent_share}}.",
        ),
        (stored("r1", [CITY, ORDERS], []), "For teas in March 2025, none fits: the result has {{count(r1)}} rows."),
        (
            stored("r1", [CITY, ORDERS], [["Oslo", 3]], order_by=[{"field": "orders", "direction": "desc"}], limit=1),
            "For teas in March 2025, {{r1[0].city}} had the most: {{r1[0].orders}}.",
        ),
    ],
)
def test_the_first_sentence_says_which_rows_it_is_about(primary: dict[str, Any], text: str) -> None:
    data = written(primary, readings=SCOPE)
    assert data["claims"][0]["text"] == text
    assert data["caveats"] == ["Returns are not known."]


def test_a_condition_without_a_name_is_part_of_the_sentence() -> None:
    data = written(stored("r1", [ORDERS], [[5]]), readings=("Orders: all of them.", "Coupon is empty."))
    assert data["claims"][0]["text"] == "There were {{r1[0].orders}} orders where coupon is empty."


def test_several_places_are_named_once() -> None:
    data = written(stored("r1", [ORDERS], [[5]]), readings=("Scope: for Oslo for Bergen for Rome in March 2025",))
    assert data["claims"][0]["text"].endswith(" orders for Oslo, Bergen and Rome in March 2025.")


def test_no_figure_is_ever_typed() -> None:
    """Whatever digits and names the data holds, the prose outside references has none of them."""
    rows = [[f"City {i} of 77", i * 1000] for i in range(1, 6)]
    months = stored("r1", [MONTH, SHARE, ORDERS], [["2025-02-01", 0.5, 2], ["2025-03-01", 1.0, 1]])
    for primary in (stored("r1", [CITY, ORDERS], rows), stored("r1", [ORDERS], [[4711]]), months):
        data = written(primary)
        prose = " ".join([data["headline"], *(f"{claim.get('heading', '')} {claim['text']}" for claim in data["claims"])])
        assert not re.search(r"\d", re.sub(r"\{\{.*?\}\}", "", prose)), prose


def test_what_looks_like_several_has_no_article() -> None:
    assert written(stored("r1", [SUM], [[5.0]]))["claims"][0]["text"] == "Net sales were {{r1[0].net}}."


def test_the_lowest_of_lowest_prices_is_said_once() -> None:
    lowest = MEAN | {"name": "low", "metric": "low", "label": "Lowest price"}
    ordered = [{"field": "low", "direction": "asc"}]
    data = written(stored("r1", [CITY, lowest], [["Oslo", 1], ["Rome", 2]], order_by=ordered))
    assert data["claims"][0]["text"].startswith("{{r1[0].city}} had the lowest price, ")


def test_a_day_is_headed_by_its_month() -> None:
    day = MONTH | {"name": "placed_on_day", "label": "Order date (day)", "dimension": "orders.placed_on:day"}
    order = [{"field": "orders", "direction": "desc"}]
    data = written(stored("r1", [day, ORDERS], [["2025-02-08", 472]], order_by=order, limit=1))
    assert data["headline"] == "Orders peaked on a day in February"


def test_so_many_a_day_are_there_and_not_what_they_are_per_day() -> None:
    daily = {"name": "daily", "label": "Orders per day", "type": "number", "unit": "orders a day", "metric": "daily"}
    data = written(stored("r1", [daily], [[922.7]]))
    assert (data["headline"], data["claims"][0]["text"]) == ("Orders per day", "There were {{r1[0].daily}}.")


# lists


def test_a_whole_list_has_a_leader_followers_and_a_last_one() -> None:
    rows = [["Oslo", 9], ["Bergen", 7], ["Rome", 5], ["Lund", 1]]
    data = written(stored("r1", [CITY, ORDERS], rows))
    assert data["headline"] == "{{r1[0].city}} has the most orders, {{r1[3].city}} the fewest"
    first, last = data["claims"]
    followers = "{{r1[1].city}} with {{r1[1].orders}} and {{r1[2].city}} with {{r1[2].orders}}"
    assert first["heading"] == "{{r1[0].city}} leads, {{r1[3].city}} trails"
    assert first["text"] == f"{{{{r1[0].city}}}} had the most: {{{{r1[0].orders}}}}, ahead of {followers}."
    assert last["text"] == "{{r1[3].city}} had the fewest: {{r1[3].orders}}."


def test_one_row_alone_leads_nobody() -> None:
    """As for whoever may see one of many."""
    alone = written(stored("r1", [CITY, ORDERS], [["Oslo", 9]]))
    assert alone["headline"] == "Orders: {{r1[0].city}} alone"
    assert alone["claims"] == [{"text": "There were {{r1[0].orders}} for {{r1[0].city}}; there is no other city here."}]
    share = written(stored("r1", [CITY, SHARE], [["Oslo", 0.5]], limit=10))["claims"][0]["text"]
    assert share == "Sent share was {{r1[0].sent_share}} for {{r1[0].city}}; there is no other city here."
    named = [{"field": "stores.city", "op": "=", "values": ["Oslo"]}]
    asked = written(stored("r1", [CITY, ORDERS], [["Oslo", 9]], filters=named), readings=("Scope: for Oslo",))
    assert asked["claims"] == [{"text": "There were {{r1[0].orders}} orders for Oslo."}]
    first = [{"field": "orders", "direction": "desc"}]
    of_many = written(stored("r1", [CITY, ORDERS], [["Oslo", 9]], limit=1, order_by=first))
    assert "no other" not in str(of_many)


def test_what_has_no_name_leads_nobody_and_is_told() -> None:
    rows = [[None, 30], ["Oslo", 9], ["Bergen", 7]]
    data = written(stored("r1", [CITY, ORDERS], rows))
    assert data["headline"] == "{{r1[1].city}} has the most orders"
    assert [claim["text"] for claim in data["claims"]][1] == "No city is known for {{r1[0].orders}}."
    shares = written(stored("r1", [CITY, SHARE], [[None, 0.5], ["Oslo", 0.4]]))["claims"]
    assert shares[1]["text"] == "Where no city is known, sent share was {{r1[0].sent_share}}."


def test_a_product_is_called_by_its_name_and_not_by_its_number() -> None:
    code = CITY | {"name": "sku", "label": "Product", "dimension": "products.sku"}
    name = CITY | {"name": "name", "label": "Product name", "dimension": "products.name"}
    rows = [["DE-0532/b", "Planter", 9], ["HA-0165", "Hand Cream", 7]]
    assert written(stored("r1", [code, name, ORDERS], rows))["claims"][0]["text"].startswith("{{r1[0].name}} had the most: ")


def test_days_that_meet_a_condition_are_counted_and_have_no_trend() -> None:
    day = MONTH | {"name": "placed_on_day", "label": "Order date (day)", "dimension": "orders.placed_on:day"}
    rows = [["2025-02-08", 472], ["2025-03-08", 180], ["2025-05-23", 221]]
    having = [{"metric": "orders", "op": ">", "value": 100}]
    found = stored("r1", [day, ORDERS], rows, having=having)
    assert Talk("analyze", "q", opening=evidence(found)).next() == [("done", {})]
    told = " and ".join(f"{{{{r1[{at}].placed_on_day}}}} with {{{{r1[{at}].orders}}}}" for at in range(3)).replace(" and ", ", ", 1)
    data = asked("Which days had more than 100 orders?", found)
    assert [claim["text"] for claim in data["claims"]] == [f"{{{{count(r1)}}}} days had more than 100 orders: {told}."]
    assert data["headline"] == "Days with more than 100 orders"
    many = stored("r1", [day, ORDERS], [[f"2025-02-{at:02}", at] for at in range(1, 9)], having=having)
    first, second = [claim["text"] for claim in asked("Which days had more than 100 orders?", many)["claims"]]
    assert first == "{{count(r1)}} days had more than 100 orders." and second.startswith("Orders were highest on {{r1[7].placed_on_day}}")
    assert "range from" in written(many | {"rows": 60})["claims"][1]["text"]


def asked(question: str, *results: dict[str, Any]) -> dict[str, Any]:
    ((_, data),) = Talk("synthesize", question, opening=evidence(*results)).next()
    return data


SUM = {"name": "net", "label": "Net sales", "type": "number", "unit": "EUR", "format": "currency", "metric": "net"}
MEAN = {"name": "wait", "label": "Mean wait", "type": "number", "unit": "min", "format": "number", "metric": "wait"}
TEA = CITY | {"label": "Tea name"}


@pytest.mark.parametrize(
    ("question", "column", "op", "value", "said"),
    [
        ("Which teas had fewer than 10 orders?", ORDERS, "<", 10, "had fewer than 10 orders"),
        ("Which teas had at most 1 order?", ORDERS, "<=", 1, "had at most 1 order"),
        ("Which teas had over 12,500 orders?", ORDERS, ">", 12_500, "had more than 12,500 orders"),
        ("Which teas sold for less than 5000?", SUM, "<", 5_000, "had net sales of less than €5,000"),
        ("teas with a wait over 2.5 minutes", MEAN, ">", 2.5, "had a mean wait of more than 2.5 min"),
        ("teas with a sent share above 20 %", SHARE, ">", 0.2, "had a sent share of more than 20 %"),
        ("teas with a sent share above 20 percent", SHARE, ">", 0.2, "had a sent share of more than 20 %"),
        ("teas with a sent share above twenty percent", SHARE, ">", 0.2, "meet the condition"),
        ("teas with more than 1100 orders", ORDERS, ">", 100, "meet the condition"),
        ("teas without orders", ORDERS, "=", 0, "had no orders"),
    ],
)
def test_a_condition_is_said_with_the_number_of_the_question_and_no_other(
    question: str, column: dict[str, Any], op: str, value: float, said: str
) -> None:
    having = [{"metric": column["metric"], "op": op, "value": value}]
    data = asked(question, stored("r1", [TEA, column], [["Oolong", 0.5], ["Assam", 0.4]], having=having))
    assert data["claims"][0]["text"].startswith(f"{{{{count(r1)}}}} teas {said}: {{{{r1[0].city}}}} with ")


def test_things_over_time_are_told_by_their_ends_where_all_are_seen() -> None:
    rows = [["Oslo", "2025-02-01", 9], ["Oslo", "2025-03-01", 4], ["Rome", "2025-02-01", 6]]
    data = written(stored("r1", [CITY, MONTH, ORDERS], rows))
    assert data["claims"][0]["text"] == (
        "Orders were highest for {{r1[0].city}} in {{r1[0].placed_on_month}}, with {{r1[0].orders}}, "
        "and lowest for {{r1[1].city}} in {{r1[1].placed_on_month}}, with {{r1[1].orders}}."
    )
    assert "range from" in written(stored("r1", [CITY, MONTH, ORDERS], rows) | {"rows": 90})["claims"][0]["text"]
    tied = [*rows, ["Rome", "2025-03-01", 9]]
    assert "range from" in written(stored("r1", [CITY, MONTH, ORDERS], tied))["claims"][0]["text"]


def test_the_last_row_shown_is_not_called_the_last_of_all() -> None:
    rows = [["Oslo", 9], ["Bergen", 7], ["Rome", 5], ["Lund", 1]]
    limited = stored("r1", [CITY, ORDERS], rows, limit=4, order_by=[{"field": "orders", "direction": "desc"}])
    conditioned = stored("r1", [CITY, ORDERS], rows, having=[{"metric": "orders", "op": ">", "value": 0}])
    longer = stored("r1", [CITY, ORDERS], rows) | {"rows": 50}
    for primary in (limited, longer):
        assert "r1[3]" not in str(written(primary))
    assert "fewest" not in str(written(conditioned)) and "lowest" not in str(written(conditioned))


def test_equal_rows_are_level() -> None:
    data = written(stored("r1", [CITY, ORDERS], [["Oslo", 9], ["Bergen", 9], ["Rome", 5], ["Lund", 5]]))
    (told,) = data["claims"]
    leaders = "{{r1[0].city}} and {{r1[1].city}} had the most: {{r1[0].orders}} each"
    assert told["text"] == leaders + ", ahead of {{r1[2].city}} with {{r1[2].orders}} and {{r1[3].city}} with {{r1[3].orders}}."
    assert data["headline"] == "Orders differ by city" and "heading" not in told


def test_nobody_is_called_the_last_where_two_are() -> None:
    data = written(stored("r1", [CITY, ORDERS], [["Oslo", 9], ["Bergen", 7], ["Rome", 5], ["Lund", 5]]))
    assert data["headline"] == "{{r1[0].city}} has the most orders"
    assert [claim.get("heading") for claim in data["claims"]] == ["{{r1[0].city}} leads"]


def test_a_mean_per_thing_is_no_number_of_things() -> None:
    each = {"name": "each", "label": "Orders per buyer", "type": "number", "unit": "orders", "metric": "each"}
    assert written(stored("r1", [each], [[5.1]]))["claims"][0]["text"] == "The orders per buyer was {{r1[0].each}}."


def test_a_word_that_is_no_name_and_a_number_are_called_by_what_they_are() -> None:
    words = written(stored("r1", [PART_OF_DAY, SHARE], [["evening", 0.5], ["morning", 0.2]]))
    assert words["claims"][0]["text"].startswith("Sent share was highest for {{r1[0].part_of_day}}, at ")
    assert words["headline"] == "Sent share is highest for {{r1[0].part_of_day}}"
    hour = {"name": "hour", "label": "Hour", "type": "integer", "dimension": "orders.hour"}
    numbers = written(stored("r1", [hour, SHARE], [[19, 0.5], [7, 0.2]]))
    assert numbers["claims"][0]["text"].startswith("Sent share was highest for hour {{r1[0].hour}}, at ")
    assert numbers["headline"] == "Sent share differs by hour" and "heading" not in numbers["claims"][0]


def test_a_leader_with_little_behind_it_is_said_to_have_little_and_a_larger_one_is_named() -> None:
    rows = [["Oslo", 0.9, 3], ["Bergen", 0.6, 4000], ["Rome", 0.5, 5000], ["Lund", 0.2, 4500]]
    data = written(stored("r1", [CITY, SHARE, ORDERS], rows, order_by=DESC))
    small_one, larger = (claim["text"] for claim in data["claims"][:2])
    assert small_one == "{{r1[0].city}} had the highest sent share, {{r1[0].sent_share}}, but on only {{r1[0].orders}}."
    assert larger.startswith("Among the larger ones, {{r1[1].city}} is highest: {{r1[1].sent_share}} on {{r1[1].orders}}")
    assert data["headline"] == "Among the larger ones, {{r1[1].city}} has the highest sent share"
    assert any("passed over" in caveat for caveat in data["caveats"])


def test_a_last_row_with_little_behind_it_is_said_to_have_little_and_is_in_no_heading() -> None:
    rows = [["Oslo", 0.9, 4100], ["Bergen", 0.6, 4000], ["Rome", 0.5, 5000], ["Lund", 0.0, 3]]
    data = written(stored("r1", [CITY, SHARE, ORDERS], rows, order_by=DESC))
    assert data["headline"] == "{{r1[0].city}} has the highest sent share"
    assert data["claims"][0]["heading"] == "{{r1[0].city}} leads"
    assert data["claims"][-1]["text"] == "{{r1[3].city}} was lowest, at {{r1[3].sent_share}}, but on only {{r1[3].orders}}."


def test_a_leader_with_enough_behind_it_leads() -> None:
    rows = [["Oslo", 0.9, 1200], ["Bergen", 0.6, 90_000], ["Rome", 0.5, 80_000], ["Lund", 0.2, 70_000]]
    data = written(stored("r1", [CITY, SHARE, ORDERS], rows, order_by=DESC))
    assert data["headline"] == "{{r1[0].city}} has the highest sent share, {{r1[3].city}} the lowest"
    assert "larger" not in str(data)


def test_a_measure_that_was_asked_for_is_told_and_not_taken_for_a_weight() -> None:
    rows = [["Oslo", 0.9, 3], ["Bergen", 0.6, 400], ["Rome", 0.5, 500], ["Lund", 0.2, 450]]
    data = written(stored("r1", [CITY, SHARE, ORDERS], rows) | {"title": "Sent share and orders by city"})
    assert data["claims"][-1]["text"] == "Orders were highest for {{r1[2].city}}, with {{r1[2].orders}}."


def test_a_code_and_its_name_are_one_and_two_cuts_are_two() -> None:
    code = {"name": "store", "label": "Store", "type": "text", "dimension": "orders.store"}
    paired = stored("r1", [code, CITY, ORDERS], [["s1", "Oslo", 2], ["s2", "Rome", 1]])
    single = stored("r1", [CITY, code | {"label": "Till"}, ORDERS], [["Oslo", "t1", 3]])
    crossed = stored("r1", [code, CITY, ORDERS], [["s1", "Oslo", 3], ["s1", "Rome", 2], ["s2", "Oslo", 1]])
    assert written(paired)["claims"][0]["text"].startswith("{{r1[0].city}} had")
    assert "{{r1[0].city}} ({{r1[0].store}})" in written(single)["claims"][0]["text"]
    assert "{{r1[0].store}} ({{r1[0].city}})" in written(crossed)["claims"][0]["text"]


def test_a_row_without_a_name_is_called_by_its_code() -> None:
    code = {"name": "store", "label": "Store", "type": "text", "dimension": "orders.store"}
    text = written(stored("r1", [code, CITY, ORDERS], [["S1", "Oslo", 3], ["S2", None, 2], ["S3", "Rome", 1]]))["claims"][0]["text"]
    assert text.startswith("{{r1[0].city}} had") and "ahead of {{r1[1].store}} with" in text and "{{r1[2].city}} with" in text


# series


def series(direction: str, dimension: str = "orders.placed_on:month") -> dict[str, Any]:
    month = MONTH | {"dimension": dimension}
    points = [f"{end}{part}" for end in ("first", "last", "highest", "lowest") for part in ("", "_period")]
    columns = [{"name": n, "type": "text" if n == "direction" else "number"} for n in (*points, "slope", "direction")]
    found = stored("r2", columns, [[*range(8), 1.5, direction]], source="computed")
    primary = stored("r1", [month, ORDERS], [[f"2025-0{m}-01", m] for m in range(1, 5)])
    finding = {"id": "f1", "operation": "trend", "title": "t", "result": "r2", "parameters": {}}
    return written(primary, found, findings=(finding,))


def test_a_series_is_told_by_its_peak_its_low_and_its_course() -> None:
    data = series("rising")
    assert data["headline"] == "Orders peaked in {{r2[0].highest_period}}"
    peak, course = data["claims"]
    assert peak["heading"] == "Highest in {{r2[0].highest_period}}, lowest in {{r2[0].lowest_period}}"
    assert course["text"].startswith("Over the whole period they rise by {{r2[0].slope}} on average, from {{r2[0].first}} in")
    assert series("no clear trend")["claims"][1]["text"].startswith("Over the whole period there is no clear trend: {{r2[0].first}} in")


def test_days_are_no_names_and_their_ends_say_nothing() -> None:
    data = series("no clear trend", "orders.placed_on:day")
    assert data["headline"] == "Orders: no clear trend" and "heading" not in data["claims"][0]
    assert data["claims"][1]["text"] == "Over the whole period there is no clear trend."


def test_the_best_months_are_told_in_their_order() -> None:
    order = [{"field": "orders", "direction": "desc"}]
    data = written(stored("r1", [MONTH, ORDERS], [["2025-03-01", 9], ["2025-01-01", 4]], order_by=order, limit=2))
    first = "{{r1[0].placed_on_month}}, with {{r1[0].orders}}"
    assert data["claims"][0]["text"].startswith(f"Orders were highest in {first}, ahead of {{{{r1[1].placed_on_month}}}}")
    assert data["headline"] == "Orders peaked in {{r1[0].placed_on_month}}"


# two sides and their causes

PARTS = ("contribution", "share_of_change", "before", "now", "rate_effect", "mix_effect", "share_before", "share_now")
TWO_MONTHS = stored("r1", [MONTH, SHARE, ORDERS], [["2025-02-01", 0.5, 20], ["2025-03-01", 0.6, 10]])
FOUND = {"f1": "comparison", "f2": "contribution", "f3": "contribution"}


def compared(direction: str = "rose", difference: float = 10.0) -> dict[str, Any]:
    group = {"type": "date", "dimension": "orders.placed_on:month"}
    columns: list[dict[str, Any]] = [{"name": name} for name in ("before", "now", "difference", "percent_change")]
    columns += [{"name": "direction", "type": "text"}, {"name": "before_group", **group}, {"name": "now_group", **group}]
    return stored("r8", columns, [[0.5, 0.6, difference, 0.2, direction, "2025-02-01", "2025-03-01"]], source="computed")


def split(name: str, by: dict[str, Any], rows: list[list[Any]], total: float = 10.0) -> dict[str, Any]:
    """Rows hold the name, then PARTS."""
    columns = [by, *({"name": part} for part in PARTS), {"name": "total_change"}]
    return result(name, [dict(zip([c["name"] for c in columns], [*row, total], strict=True)) for row in rows], columns=columns)


def why(*splits: dict[str, Any], direction: str = "rose") -> dict[str, Any]:
    results = {"f1": "r8", **{f"f{place}": each["id"] for place, each in enumerate(splits, start=2)}}
    findings = tuple(
        {"id": f, "operation": FOUND[f], "title": "t", "result": r, "parameters": {"measure": "sent_share", "weight": "orders"}}
        for f, r in results.items()
    )
    return written(TWO_MONTHS, compared(direction), *splits, findings=findings)


EVENING = split(
    "r3",
    PART_OF_DAY,
    [["evening", 5.2, 0.52, 0.2, 0.4, 5.2, 0.0, 0.25, 0.24], ["morning", 4.8, 0.48, 0.6, 0.66, 4.8, 0.0, 0.75, 0.76]],
)
ALIKE = split(
    "r4",
    CITY,
    [["Oslo", 8.3, 0.83, 0.5, 0.6, 8.3, 0.0, 0.92, 0.93], ["Rome", 1.7, 0.17, 0.5, 0.62, 1.7, 0.0, 0.08, 0.07]],
)


def test_where_it_stands_comes_first_then_how_far_that_is_from_before() -> None:
    first = why(EVENING, ALIKE)["claims"][0]
    now = "In {{r8[0].now_group}}, the sent share was {{r8[0].now}}, {{r8[0].difference}} more than in {{r8[0].before_group}}"
    assert first["text"] == f"{now} ({{{{r8[0].before}}}})." and first["finding"] == "f1"
    assert first["heading"] == "Sent share rose from {{r8[0].before_group}} to {{r8[0].now_group}}"


def test_a_part_stands_out_by_its_share_of_the_rows_and_not_by_its_size() -> None:
    data = why(ALIKE, EVENING)
    assert data["headline"] == "Most of the rise comes from {{r3[0].part_of_day}} orders"
    _, cause, spread = data["claims"]
    assert cause["finding"] == "f3" and cause["heading"] == "Above its share: {{r3[0].part_of_day}} orders"
    shares = "{{r3[0].share_now}} of the total and {{r3[0].share_of_change}} of the rise"
    assert cause["text"].startswith(f"By part of the day, {{{{r3[0].part_of_day}}}} orders made up {shares}")
    assert spread["text"].startswith("By city, no part brings much more of the rise than its share; the largest: {{r4[0].city}} with")


def test_a_named_part_that_changed_most_is_said_to() -> None:
    oslo = ["Oslo", 6.0, 0.6, 0.2, 0.5, 6.0, 0.0, 0.3, 0.3]
    cities = split("r3", CITY, [oslo, ["Rome", 4.0, 0.4, 0.5, 0.55, 4.0, 0.0, 0.7, 0.7]])
    cause = why(cities, ALIKE)["claims"][1]
    assert cause["heading"] == "{{r3[0].city}} rose most"
    assert cause["text"].startswith("{{r3[0].city}} rose most, from {{r3[0].before}} to {{r3[0].now}}: with {{r3[0].share_now}} of orders")
    faster = split("r3", CITY, [oslo, ["Rome", 4.0, 0.4, 0.2, 0.9, 4.0, 0.0, 0.7, 0.7]])
    assert "most" not in why(faster, ALIKE)["claims"][1]["text"]


def test_changes_within_the_parts_are_told_from_shifts_between_them() -> None:
    within = why(EVENING, ALIKE)["claims"][1]["text"]
    assert "Nearly all of the rise happened within each part of the day; orders shifting between them account for" in within
    shifted = split("r3", CITY, [["Oslo", 6.0, 0.6, 0.5, 0.5, 0.0, 6.0, 0.1, 0.3], ["Rome", 4.0, 0.4, 0.5, 0.6, 4.0, 0.0, 0.9, 0.7]])
    data = why(shifted, ALIKE)
    assert data["headline"] == "Most of the rise comes from more {{r3[0].city}} orders"
    assert "as its share of orders went from {{r3[0].share_before}} to {{r3[0].share_now}}" in data["claims"][1]["text"]
    assert "Of the rise, {{sum(r3.rate_effect)}} happened within each city" in data["claims"][1]["text"]
    against = split("r3", CITY, [["Oslo", 12.0, 1.2, 0.5, 0.5, 0.0, 12.0, 0.1, 0.3], ["Rome", -2.0, -0.2, 0.5, 0.4, -2.0, 0.0, 0.9, 0.7]])
    assert "Within each city it went the other way, by {{sum(r3.rate_effect)}};" in why(against, ALIKE)["claims"][1]["text"]


def test_nothing_is_said_of_a_cut_whose_numbers_were_not_shown() -> None:
    unknown = split("r3", PART_OF_DAY, [["evening", 5.2, None, 0.2, 0.4, 5.2, 0.0, None, None], [None, 4.8, 0.9, 1, 2, 4.8, 0.0, 0.1, 0.1]])
    data = why(unknown, ALIKE)
    assert "r3" not in str(data) and data["headline"] == "The rise is spread: nothing stands out"


def test_a_part_that_is_nearly_everything_never_stands_out() -> None:
    against = split("r3", CITY, [["Oslo", 15.0, 1.5, 0.5, 0.7, 15.0, 0.0, 0.9, 0.9], ["Rome", -5.0, -0.5, 0.5, 0.1, -5.0, 0.0, 0.1, 0.1]])
    assert "r3" not in str(why(against, ALIKE)["claims"])


def test_a_change_that_cannot_be_split_is_told_and_its_cause_said_to_be_unknown() -> None:
    by_city = stored("r2", [MONTH, CITY, SHARE], [["2025-02-01", "Oslo", 0.5], ["2025-03-01", "Oslo", 0.6]])
    finding = {"id": "f1", "operation": "comparison", "title": "t", "result": "r8", "parameters": {}}
    data = written(TWO_MONTHS, by_city, compared(), findings=(finding,))
    assert data["not_answered"] == ["What made the change: sent share is no sum and no mean, so it cannot be split over its parts."]
    assert len(data["claims"]) == 1


def test_asked_for_one_cut_its_largest_parts_are_told_even_if_none_stands_out() -> None:
    largest = why(ALIKE)["claims"][1]
    assert largest["heading"] == "{{r4[0].city}} brings the largest part"
    assert largest["text"].startswith(
        "{{r4[0].city}} brings the largest part of the rise, {{r4[0].contribution}} or {{r4[0].share_of_change}}"
    )


def test_a_fall_is_told_as_one() -> None:
    data = why(EVENING, ALIKE, direction="fell")
    assert "{{r8[0].difference}} less than in" in data["claims"][0]["text"] and "rise" not in str(data)


def test_shares_of_different_cuts_are_not_to_be_added_up_and_prove_nothing() -> None:
    caveat = why(EVENING, ALIKE)["caveats"][-1]
    assert "do not add up" in caveat and "associations, not proven causes" in caveat


def test_between_two_things_one_is_larger_and_none_rose() -> None:
    filters = [{"field": "stores.city", "op": "in", "values": ["Oslo", "Rome"]}]
    finding = {"id": "f1", "operation": "comparison", "title": "t", "result": "r8", "parameters": {}}
    for rows, text in (
        ([["Rome", 0.5], ["Oslo", 0.6]], "Sent share was {{r1[1].sent_share}} for {{r1[1].city}}, {{difference("),
        ([["Rome", 0.5], ["Oslo", 0.5]], "Sent share was {{r1[0].sent_share}} for both {{r1[0].city}} and {{r1[1].city}}."),
    ):
        data = written(stored("r1", [CITY, SHARE], rows, filters=filters), compared(), findings=(finding,))
        assert data["claims"][0]["text"].startswith(text)
        assert "rose" not in str(data)


# words


@pytest.mark.parametrize(("text", "noun"), [("Mean delay", "mean delay"), ("On-time share", "on-time share"), ("GDP", "GDP"), ("", "")])
def test_a_label_within_a_sentence_begins_small_unless_it_is_an_abbreviation(text: str, noun: str) -> None:
    assert small(text) == noun


def test_a_list_of_words_ends_in_and() -> None:
    assert [listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])] == ["a", "a and b", "a, b and c"]


@pytest.mark.parametrize(("value", "holds"), [("Oslo", True), ("35 %", False), ("", False), (None, False)])
def test_a_heading_holds_names_and_no_figures(value: Any, holds: bool) -> None:
    text = Evidence({"primary": "r1", "results": [stored("r1", [CITY, ORDERS], [["Oslo", 1]])]}).results["r1"].columns[0]
    assert is_name(text, value) is holds
