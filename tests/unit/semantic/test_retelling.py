"""What a scheduled report says of itself: its own period, and nothing of the old one."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from unit.semantic.test_moving import END, accepted, asked, free, governed

from analytics_agent.domain.evidence import Evidence, ResultColumn
from analytics_agent.semantic.replay import retelling
from analytics_agent.semantic.replay.accepted import Accepted
from analytics_agent.semantic.replay.moving import Plan, plan, propose


def there(run: Accepted, last: date = date(2014, 8, 31)) -> Plan:
    return plan(run, propose(run).unit, last)


def told(text: str, last: date = date(2014, 8, 31), as_of: date = END) -> str:
    run = asked(text, as_of)
    return retelling.question(run.run.question, run.footprints[0][0], there(run, last))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("How many flights were cancelled in June 2013?", "How many flights were cancelled in August 2014?"),
        ("How many flights were cancelled in June?", "How many flights were cancelled in August 2014?"),
        ("How many flights were cancelled last month?", "How many flights were cancelled last month? (August 2014)"),
        ("Which carriers were late most often in summer?", "Which carriers were late most often in summer 2014?"),
        ("Compare June and July by cancellation rate", "Compare June and July by cancellation rate (June to July 2014)"),
        ("How many flights were there in 2013?", "How many flights were there in 2013?"),
        ("How many flights were there in the last 7 days?", "How many flights were there in the last 7 days? (25–31 August 2014)"),
        ("How many flights were cancelled each month?", "How many flights were cancelled each month?"),
    ],
)
def test_the_question_shows_its_period(text: str, shown: str) -> None:
    assert told(text) == shown


def test_an_open_period_says_up_to_when() -> None:
    said = told("How many flights this month?", date(2014, 8, 14), date(2013, 12, 15))
    assert said == "How many flights this month? (August 2014, up to 14 August 2014)"


def test_a_question_whose_period_cannot_be_told_is_called_by_its_query() -> None:
    run = asked("How many flights were cancelled in June 2013?")
    question: Any = run.run.question
    odd = type(question)(**{**question.__dict__, "text": "Was the summer bad in June 2013?"})
    assert retelling.question(odd, run.footprints[0][0], there(run)) == "Cancellations (August 2014)"


def test_free_sql_keeps_the_question_in_its_language_without_its_period() -> None:
    run = asked("How many flights were cancelled in June 2013?")
    odd = replace(run.run.question, text="Wie war der Umsatz am 3. Juni 2013?")
    untitled = replace(free("SELECT 1"), title="Umsatz am 3. Juni 2013")
    assert retelling.question(odd, untitled, there(run)) == "Wie war der Umsatz am …? (August 2014)"
    assert retelling.title(untitled, there(run)) == "Umsatz am …"


def test_titles_and_readings_move_and_what_cannot_goes() -> None:
    run = asked("How many flights were cancelled in June 2013?")
    evidence = Evidence("r1", ("r1",), ("Scope: in June 2013", "The summer of 2013 was odd", "Late: 15 minutes or more."))
    found = retelling.readings(evidence, there(run))
    assert found == ("Scope: in August 2014", "Late: 15 minutes or more.")
    column = ResultColumn("n", "integer", "Cancellations", metric="cancellations")
    query = governed(purpose="Cancellations in the summer month June 2013")
    assert retelling.title(type(query)(**{**query.__dict__, "columns": (column,)}), there(run)) == "Cancellations"


def test_the_period_is_said_where_no_reading_says_it() -> None:
    run = asked("How many flights were cancelled last month?")
    assert (
        retelling.readings(Evidence("r1", ("r1",), ("Cancellations: flights that never left.",)), there(run))[-1] == "Period: August 2014."
    )


def test_a_caveat_with_a_figure_was_about_the_old_rows_and_goes() -> None:
    run = asked("How many flights were cancelled in June 2013?")
    evidence = Evidence("r1", ("r1",), (), ("12 flights lack a carrier.", "Diverted flights count as flown."))
    assert retelling.caveats(evidence, ["Governed."], there(run)) == ("Governed.", "Diverted flights count as flown.")


@pytest.mark.parametrize(
    ("given", "column", "moved"),
    [
        ("2013-06-01", "flight_date_month", "2014-08-01"),
        ("2013-06", "month_text", "2014-08"),
        (6, "month", 8),
        ("JFK", "origin", "JFK"),
        (6, "hour", 6),
    ],
)
def test_a_value_that_names_a_time_moves_and_another_stays(given: object, column: str, moved: object) -> None:
    run = asked("How many flights were cancelled in June 2013?")
    assert retelling.value(given, column, there(run)) == moved


MORE = {"metric": "flights", "op": ">", "value": 10.0}
TOPS = {"count": 2, "dimension": "airlines.name", "within": ["flights.origin"]}


@pytest.mark.parametrize(
    ("request_", "column", "conditions"),
    [
        (
            {"dimensions": ["airlines.name"], "members": True, "counted": {}, "having": [MORE]},
            "Number of airlines",
            ("2014-08-01 to 2014-08-31", "flights > 10 in each airlines.name"),
        ),
        ({"dimensions": ["airlines.name"], "counted": {}}, "Number of carriers", ("2014-08-01 to 2014-08-31",)),
        ({"dimensions": ["airlines.name"], "members": True}, "Airline", ("2014-08-01 to 2014-08-31",)),
        (
            {"dimensions": ["flights.origin", "airlines.name"], "top": TOPS},
            "Origin",
            ("2014-08-01 to 2014-08-31", "top 2 of each flights.origin by flights"),
        ),
    ],
)
def test_members_counts_and_tops_of_each_group_are_asked_for_again(
    request_: dict[str, Any], column: str, conditions: tuple[str, ...]
) -> None:
    query = governed("r1", "2013-06-01", "2013-07-01", **request_)
    run = accepted(query)
    moved = run.footprints[0][1].moved(query, there(run), run)
    assert moved.request == query.request | {"time": {"from": "2014-08-01", "to": "2014-09-01"}}  # type: ignore[operator]
    assert moved.columns[0].label == column and moved.predicates == conditions and moved.sql


def test_a_count_whose_title_cannot_be_moved_is_called_by_what_it_counts() -> None:
    run = asked("How many flights were cancelled in June 2013?")
    column = ResultColumn("name_count", "integer", "Number of airlines")
    query = governed(purpose="Airlines in the summer month June 2013", counted={})
    assert retelling.title(replace(query, columns=(column,)), there(run)) == "Number of airlines"
