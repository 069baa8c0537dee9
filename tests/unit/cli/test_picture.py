"""Which pictures an answer gets."""

from unit.cli.documents import Json, claim, column, contribution, delay, document, query

from analytics_agent.cli.drawing import Bars
from analytics_agent.cli.picture import MOST_BARS, pictures, wanted
from analytics_agent.cli.series import Series

CARRIER = column("carrier", "text")


def drawn(*columns: Json, rows: list[list[object]], **more: object) -> list[Bars | Series]:
    names = [one["name"] for one in columns]
    asked = document(claim(), primary="r1", queries=[query("r1", *columns)], **more)
    return list(pictures(asked, {"r1": [dict(zip(names, row, strict=True)) for row in rows]}))


def labels(*columns: Json, rows: list[list[object]]) -> list[str]:
    (found,) = drawn(*columns, rows=rows)
    assert isinstance(found, Bars)
    return [bar.label for bar in found.bars]


def test_a_ranking_is_bars_in_the_order_of_its_rows() -> None:
    (found,) = drawn(CARRIER, delay(), rows=[["EV", 21.66], ["B6", 18.1], ["DL", 9.0]])
    assert isinstance(found, Bars)
    assert [(bar.label, bar.shown) for bar in found.bars] == [("EV", "21.7"), ("B6", "18.1"), ("DL", "9.0")]
    assert (found.title, found.unit, found.note) == ("Mean delay", "min", "")


def test_bars_are_named_after_their_months() -> None:
    rows = [["TV", "2025-01-01", 5.0], ["Search", "2025-02-01", 4.0]]
    assert labels(column("medium", "text"), column("spend_date_month", "date"), delay(), rows=rows) == [
        "TV · Jan 2025",
        "Search · Feb 2025",
    ]


def test_what_was_added_to_a_metric_names_no_row() -> None:
    earlier, share = column("mean_delay_previous", "number"), column("mean_delay_share", "number", format="percent")
    assert labels(CARRIER, delay(), earlier, share, rows=[["EV", 21.66, 20.1, 0.6], ["B6", 18.1, 19.2, 0.4]]) == ["EV", "B6"]
    number = column("mean_delay_class", "integer", dimension="flights.mean_delay_class")
    assert labels(number, delay(), rows=[[1, 21.66], [2, 18.1]]) == ["1", "2"]


def test_a_state_is_no_code_of_its_country() -> None:
    rows = [["Ohio", "United States", 3.0], ["Texas", "United States", 2.0]]
    names = labels(column("state_name", "text"), column("country_name", "text"), delay(), rows=rows)
    assert names == ["Ohio · United States", "Texas · United States"]


def test_the_measure_that_the_answer_tells_is_drawn_before_one_that_it_leaves_out() -> None:
    columns = [column("state", "text"), column("population"), column("density")]
    told = claim("10.0 in Ohio.", "10.0")
    told["figures"][0]["column"] = "density"
    asked = document(told, primary="r1", queries=[query("r1", *columns)])
    rows = [{"state": "Ohio", "population": 900, "density": 10.0}, {"state": "Texas", "population": 50, "density": 2.0}]
    (found,) = pictures(asked, {"r1": rows})
    assert found.title == "Density"


def test_a_long_ranking_says_how_many_are_not_drawn() -> None:
    (found,) = drawn(CARRIER, delay(), rows=[[f"c{row}", float(row)] for row in range(50)])
    assert isinstance(found, Bars)
    assert len(found.bars) == MOST_BARS
    assert found.note == f"and {50 - MOST_BARS} more"


def test_one_more_than_fits_is_drawn_in_place_of_the_note() -> None:
    (found,) = drawn(CARRIER, delay(), rows=[[f"c{row}", float(row)] for row in range(MOST_BARS + 1)])
    assert isinstance(found, Bars)
    assert len(found.bars) == MOST_BARS + 1


def test_many_periods_are_columns_and_few_are_bars() -> None:
    day = column("day", "date")
    many = [[f"2013-06-{day:02}", float(day)] for day in range(1, 13)]
    assert isinstance(drawn(day, delay(), rows=many)[0], Series)
    assert labels(day, delay(), rows=many[:3]) == ["1 Jun 2013", "2 Jun 2013", "3 Jun 2013"]


def test_a_name_stands_for_its_code() -> None:
    rows: list[list[object]] = [["B6", "JetBlue Airways", 1.0], ["DL", "Delta Air Lines", 2.0]]
    assert labels(CARRIER, column("name", "text"), delay(), rows=rows) == ["JetBlue Airways", "Delta Air Lines"]


def test_two_things_that_both_matter_are_both_named() -> None:
    rows: list[list[object]] = [["summer", "evening", 1.0], ["spring", None, 2.0]]
    assert labels(column("season", "text"), column("part", "text"), delay(), rows=rows) == ["summer · evening", "spring · not known"]


def test_a_single_row_a_list_of_names_and_no_rows_have_no_picture() -> None:
    assert not drawn(CARRIER, delay(), rows=[["EV", 1.0]])
    assert not drawn(CARRIER, column("name", "text"), rows=[["EV", "x"], ["B6", "y"]])
    assert not drawn(CARRIER, delay(), rows=[])
    assert not drawn(CARRIER, delay(), rows=[["EV", None], ["B6", 2.0]])


def test_free_sql_without_a_metric_is_drawn_by_its_first_number() -> None:
    assert labels(CARRIER, column("flights", "integer"), rows=[["EV", 3], ["B6", 2]]) == ["EV", "B6"]


def why(**more: object) -> Json:
    finding, columns, _ = contribution()
    asked = [query("r1", column("season", "text"), delay()), query("r2", *columns, source="computed", inputs=["r1"])]
    return document(claim(finding="f1"), primary="r1", queries=asked, findings=[finding], **more)


def rows_of_why(primary: int) -> dict[str, list[Json]]:
    return {
        "r1": [{"season": f"s{row}", "mean_delay": float(row)} for row in range(primary)],
        "r2": contribution(("B6", 4.2), ("DL", 0.9))[2],
    }


def test_a_cause_that_the_answer_names_is_a_waterfall_below_the_primary_result() -> None:
    found = list(pictures(why(), rows_of_why(4)))
    assert [one.title for one in found] == ["Mean delay", "What the change of +5.1 min is made of, by carrier"]


def test_two_totals_are_not_drawn_twice() -> None:
    (found,) = pictures(why(), rows_of_why(2))
    assert found.title.startswith("What the change")


def test_a_finding_that_the_answer_does_not_speak_of_is_not_drawn() -> None:
    asked = why()
    asked["answer"]["claims"][0]["finding"] = None
    (found,) = pictures(asked, rows_of_why(2))
    assert found.title == "Mean delay"


def test_only_the_rows_of_what_is_drawn_are_fetched() -> None:
    assert wanted(why()) == ("r1", "r2")
    assert wanted(document(claim(), primary="r1", queries=[query()])) == ("r1",)
    assert wanted(document()) == ()


def test_where_shares_were_asked_for_they_are_drawn() -> None:
    metric, share = delay() | {"name": "flights", "label": "Flights"}, column("flights_share", "number", format="percent", label="Share")
    (found,) = drawn(CARRIER, metric, share, rows=[["EV", 300, 0.6], ["B6", 200, 0.4]])
    assert isinstance(found, Bars) and [bar.shown for bar in found.bars] == ["60.0 %", "40.0 %"] and found.title == "Share"


def test_a_code_beside_its_name_is_left_out_also_before_a_month() -> None:
    rows = [["EV", "ExpressJet", "2025-01-01", 5.0], ["B6", "JetBlue", "2025-02-01", 4.0]]
    named = (CARRIER, column("name", "text"), column("flight_date_month", "date"), delay())
    assert labels(*named, rows=rows) == ["ExpressJet · Jan 2025", "JetBlue · Feb 2025"]


def test_of_large_sums_the_cents_are_not_drawn() -> None:
    money = delay() | {"format": "currency", "unit": "€", "decimals": 2}
    (large,) = drawn(CARRIER, money, rows=[["EV", 322303.36], ["B6", 99.5]])
    (small,) = drawn(CARRIER, money, rows=[["EV", 171.73], ["B6", 99.5]])
    assert isinstance(large, Bars) and [bar.shown for bar in large.bars] == ["€322,303", "€100"]
    assert isinstance(small, Bars) and [bar.shown for bar in small.bars] == ["€171.73", "€99.50"]


def test_what_has_no_name_is_the_last_bar() -> None:
    assert labels(CARRIER, delay(), rows=[[None, 90.0], ["EV", 5.0], ["B6", 4.0]]) == ["EV", "B6", "not known"]


def test_what_is_called_by_its_code_keeps_its_place() -> None:
    rows = [["EV", "ExpressJet", 9.0], ["B6", None, 5.0], ["UA", "United", 1.0]]
    assert labels(CARRIER, column("name", "text"), delay(), rows=rows) == ["ExpressJet", "B6", "United"]


def test_those_that_all_have_none_are_not_drawn() -> None:
    assert drawn(CARRIER, delay(), rows=[["EV", 0.0], ["B6", 0.0]]) == []
    assert len(drawn(CARRIER, delay(), rows=[["EV", 1.0], ["B6", 0.0]])) == 1
