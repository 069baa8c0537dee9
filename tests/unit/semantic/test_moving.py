"""The rule by which a scheduled report's period moves: what was complete stays complete, and nothing goes stale."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from analytics_agent import semantic
from analytics_agent.domain.artifact import Artifact
from analytics_agent.domain.catalog import Catalog, Table, TableColumn
from analytics_agent.domain.evidence import Evidence, Query
from analytics_agent.domain.mentions import retold
from analytics_agent.domain.period import UNITS, Span, holding, shifted, shifted_span
from analytics_agent.domain.question import Question
from analytics_agent.domain.run import Run
from analytics_agent.domain.schedule import PeriodUnit
from analytics_agent.errors import ToolRefused
from analytics_agent.resources import resource
from analytics_agent.semantic.compiler.calendar_filters import CannotMove
from analytics_agent.semantic.compiler.compile import compile
from analytics_agent.semantic.reader import Reading, read, tool_input
from analytics_agent.semantic.replay import moving
from analytics_agent.semantic.replay.accepted import Accepted
from analytics_agent.semantic.replay.moving import plan, propose, upcoming, why_not
from analytics_agent.semantic.request import Filter, MetricRequest, Period

FLIGHTS = semantic.load((resource("sql_fixtures") / "flights" / "semantic_model.yaml").read_text())
OVERVIEW = semantic.overview(FLIGHTS)
COLUMNS = tuple(
    TableColumn(name, kind, kind)  # type: ignore[arg-type]
    for name, kind in {"flight_date": "date", "month": "integer", "year": "integer", "dep_delay": "integer", "carrier": "text"}.items()
)
CATALOG = Catalog("flights", "postgres", (Table("public", "flights", COLUMNS),), ("public",), "f", datetime.now(UTC))
END = date(2013, 12, 31)
DAYS = some.dates(date(1990, 1, 1), date(2090, 12, 31))


def accepted(*queries: Query, text: str = "How many?", as_of: date = END) -> Accepted:
    question = Question("a", text, "flights", "k1", "offline", datetime.now(UTC))
    evidence = Evidence(queries[0].id, tuple(query.id for query in queries))
    return Accepted(Run(question, "succeeded", evidence=evidence, queries=queries), as_of, FLIGHTS, CATALOG)


def governed(name: str = "r1", start: str = "", end: str = "", **request: Any) -> Query:
    time = {"time": {"from": start, "to": end}} if start else {}
    given = {"purpose": "Flights", "metrics": ["flights"], **time, **request}
    return Query(name, given["purpose"], (), 1, Artifact("", 0, ""), "metric", request=given)


def where(field: str, op: str, *values: Any) -> dict[str, Any]:
    return {"filters": [{"field": f"flights.{field}", "op": op, "values": list(values)}]}


def free(sql: str, name: str = "r1") -> Query:
    return Query(name, "Flights", (), 1, Artifact("", 0, ""), "free", sql=sql)


def asked(text: str, as_of: date = END) -> Accepted:
    """As the offline model reads it."""
    reading = read(text, OVERVIEW, as_of)
    assert isinstance(reading, Reading), reading
    given = tool_input(reading.request)
    return accepted(Query("r1", given["purpose"], (), 1, Artifact("", 0, ""), "metric", request=given), text=text, as_of=as_of)


def covers(question: Accepted, due: date, data: date = date.max) -> str:
    return plan(question, propose(question).unit, moving.last_day(data, due)).name


@pytest.mark.parametrize(
    ("text", "as_of", "due", "unit", "name"),
    [
        ("How many flights were cancelled last month?", date(2013, 12, 15), date(2014, 7, 1), "month", "June 2014"),
        ("How many flights were cancelled in December 2013?", END, date(2014, 2, 1), "month", "January 2014"),
        ("How many flights were cancelled in June 2013?", END, date(2013, 3, 1), "month", "February 2013"),
        ("How many flights this month?", date(2013, 12, 15), date(2014, 7, 15), "month", "July 2014, up to 14 July 2014"),
        ("How many flights this month?", date(2013, 12, 15), date(2014, 7, 1), "month", "June 2014"),
        ("How many flights were there in the last 7 days?", END, date(2014, 7, 8), "day", "1–7 July 2014"),
        ("Flights by airport last week", END, date(2014, 7, 8), "week", "30 June – 6 July 2014"),
        ("How many flights were cancelled in the third quarter?", END, date(2014, 4, 1), "quarter", "Q1 2014"),
        ("How many flights were there in 2013?", END, date(2016, 2, 29), "year", "2015"),
        ("Which carriers were late most often in summer?", END, date(2014, 9, 1), "year", "summer 2014: June to August"),
        ("Which carriers were late most often in summer?", END, date(2014, 8, 31), "year", "summer 2013: June to August"),
        ("Compare summer and spring by departure delay", END, date(2014, 9, 1), "year", "summer and spring 2014: March to August"),
        ("How many flights were cancelled in winter?", END, date(2015, 1, 1), "year", "winter 2014: January, February and December"),
        ("Compare June and July by cancellation rate", END, date(2014, 8, 1), "year", "June to July 2014"),
        ("Cancellation rate by month in the last 3 months", END, date(2014, 3, 1), "month", "December 2013 to February 2014"),
        ("How many flights on 25 December?", END, date(2014, 12, 26), "year", "25 December 2014"),
        ("How many flights since October?", date(2013, 11, 15), date(2014, 3, 3), "quarter", "1 January – 2 March 2014"),
    ],
)
def test_the_examples_of_the_rule(text: str, as_of: date, due: date, unit: PeriodUnit, name: str) -> None:
    question = asked(text, as_of)
    assert propose(question).unit == unit
    assert covers(question, due) == name


def test_a_report_waits_for_data_that_is_late() -> None:
    question = asked("How many flights were cancelled in December 2013?")
    assert covers(question, date(2014, 2, 1), data=date(2014, 1, 30)) == "December 2013"


@given(DAYS, DAYS, DAYS, some.sampled_from(UNITS))
def test_what_was_complete_is_complete_in_every_report_and_the_last_that_is(
    day: date, asked_on: date, last: date, unit: PeriodUnit
) -> None:
    period = holding(day, unit)
    as_of = max(asked_on, period.last)
    found = plan(accepted(governed("r1", f"{period.start}", f"{period.end}"), as_of=as_of), unit, last).period
    assert found is not None and found == holding(found.start, unit)
    assert found.last <= last < shifted(found.end, unit, 1) - timedelta(days=1)


@given(DAYS, DAYS, some.sampled_from(["week", "month", "quarter", "year"]))
def test_what_was_open_holds_the_last_day_that_counts(day: date, last: date, unit: PeriodUnit) -> None:
    period = holding(day, unit)
    open_on = period.start
    found = plan(accepted(governed("r1", f"{period.start}", f"{period.end}"), as_of=open_on), unit, last).period
    assert found is not None and found.start <= last < found.end


@given(DAYS, some.integers(1, 40), DAYS, some.sampled_from(["month", "quarter", "year"]))
def test_all_periods_of_a_run_keep_their_distance(day: date, back: int, last: date, unit: PeriodUnit) -> None:
    now = holding(day, unit)
    before = shifted_span(now, unit, -back)
    run = accepted(governed("r1", f"{now.start}", f"{now.end}"), governed("r2", f"{before.start}", f"{before.end}"), as_of=now.last)
    there = plan(run, unit, last)
    moved = [foot.moved(query, there, run).request for query, foot in run.footprints]
    spans = [Span(date.fromisoformat(r["time"]["from"]), date.fromisoformat(r["time"]["to"])) for r in moved if r]
    assert spans[1] == shifted_span(spans[0], unit, -back)


def test_this_year_so_far_runs_up_to_the_last_day() -> None:
    so_far = governed("r1", "2013-01-01", "2013-12-16")
    year_before = governed("r2", "2012-01-01", "2012-12-16")
    run = accepted(so_far, year_before, text="This year so far against last year", as_of=date(2013, 12, 15))
    assert propose(run).unit == "year"
    there = plan(run, "year", date(2014, 6, 30))
    times = [(foot.moved(query, there, run).request or {})["time"] for query, foot in run.footprints]
    assert times == [{"from": "2014-01-01", "to": "2014-07-01"}, {"from": "2013-01-01", "to": "2013-07-01"}]


@pytest.mark.parametrize(
    ("filters", "unit", "name", "there"),
    [
        (where("month", "=", 6), "month", "July 2014", [where("month", "=", 7)]),
        (where("month", "=", "06"), "month", "July 2014", [where("month", "=", "07")]),
        (where("month", "in", 6, 7, 8), "year", "June to August 2013", [where("month", "in", 6, 7, 8)]),
        (where("month", "between", 4, 6), "quarter", None, None),
        (where("year", "=", 2013), "year", "2013", [where("year", "=", 2013)]),
        (
            where("flight_date", "between", "2013-06-01", "2013-06-30"),
            "month",
            "July 2014",
            [where("flight_date", "between", "2014-07-01", "2014-07-31")],
        ),
        (
            where("flight_date", "in", "2013-06-01", "2013-06-02"),
            "year",
            "1–2 June 2014",
            [where("flight_date", "in", "2014-06-01", "2014-06-02")],
        ),
    ],
)
def test_conditions_that_are_periods_move_or_are_refused(filters: dict[str, Any], unit: PeriodUnit, name: str | None, there: Any) -> None:
    run = accepted(governed(**filters))
    if name is None:
        assert "moves by the year" in (why_not(run, unit) or "")
        return
    assert why_not(run, unit) is None
    query, foot = run.footprints[0]
    found = plan(run, unit, date(2014, 8, 15))
    moved = foot.moved(query, found, run).request or {}
    assert (found.name, [{"filters": moved["filters"]}]) == (name, there)


def test_a_season_without_its_year_is_pinned_to_the_year_of_the_report() -> None:
    run = asked("Which carriers were late most often in summer?")
    query, foot = run.footprints[0]
    moved = foot.moved(query, plan(run, "year", date(2015, 1, 1)), run)
    assert (moved.request or {})["time"] == {"from": "2014-01-01", "to": "2015-01-01"}
    assert "2014-01-01" in moved.sql and "summer" in moved.sql


@pytest.mark.parametrize(("unit", "month", "name"), [("month", 7, "July 2014"), ("year", 6, "June 2014")])
def test_a_month_of_a_year_is_that_month_and_not_the_year(unit: PeriodUnit, month: int, name: str) -> None:
    run = accepted(governed("r1", "2013-01-01", "2014-01-01", **where("month", "=", 6)), text="How did June do?")
    assert propose(run).unit == "month"
    query, foot = run.footprints[0]
    found = plan(run, unit, date(2014, 8, 15))
    moved = foot.moved(query, found, run).request or {}
    assert (found.name, moved["time"], moved["filters"][0]["values"]) == (name, {"from": "2014-01-01", "to": "2015-01-01"}, [month])


def test_a_condition_on_something_elses_time_is_no_period() -> None:
    run = accepted(governed("r1", "2013-06-01", "2013-07-01", filters=[{"field": "planes.year_made", "op": ">=", "values": [2000]}]))
    query, foot = run.footprints[0]
    moved = foot.moved(query, plan(run, "month", date(2013, 8, 31)), run).request or {}
    assert moved["filters"] == [{"field": "planes.year_made", "op": ">=", "values": [2000]}] and moved["time"]["from"] == "2013-08-01"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (governed(**where("flight_date", ">=", "2013-06-01")), "no beginning or no end"),
        (governed(**where("flight_date", "!=", "2013-06-01")), "cannot be moved"),
        (governed(**where("month", ">=", 6)), "cannot be moved"),
        (governed(**where("season", "=", "monsoon")), "which months"),
        (free("SELECT COUNT(*) AS n FROM flights WHERE month = 6"), "the column month"),
    ],
)
def test_what_cannot_be_moved_says_why_and_can_be_repeated(query: Query, said: str) -> None:
    run = accepted(query)
    proposal = propose(run)
    assert proposal.unit is None and said in proposal.problem and "repeated as it is" in proposal.reason
    assert said in (why_not(run, "month") or "") and why_not(run, None) is None


def test_a_question_without_a_period_is_repeated_as_it_is() -> None:
    run = asked("How many flights were cancelled each month?")
    assert propose(run) == moving.Proposal(None, moving.NO_PERIOD)
    assert upcoming(run, None, [date(2014, 1, 1)]) == (None,)
    assert "nothing to move" in (why_not(run, "month") or "")


def test_sql_that_counts_from_today_moves_by_itself() -> None:
    run = accepted(free("SELECT COUNT(*) AS n FROM flights WHERE flight_date > CURRENT_DATE - 7"))
    assert propose(run).unit is None and "by itself" in propose(run).reason and not propose(run).problem


def test_whole_months_do_not_move_by_days() -> None:
    assert "do not move by the week" in (why_not(asked("How many flights in June 2013?"), "week") or "")


def test_free_sql_moves_with_its_unit() -> None:
    sql = "SELECT COUNT(*) AS n FROM flights WHERE flight_date BETWEEN '2013-06-01' AND '2013-06-30'"
    run = accepted(free(sql))
    assert propose(run).unit == "month"
    query, foot = run.footprints[0]
    assert "BETWEEN '2014-01-01' AND '2014-01-31'" in foot.moved(query, plan(run, "month", date(2014, 2, 5)), run).sql


def test_what_each_coming_report_covers_is_known_beforehand() -> None:
    due = [date(2014, 1, 1), date(2014, 2, 1), date(2014, 3, 1)]
    assert upcoming(asked("How many flights were cancelled last month?"), "month", due) == (
        "December 2013",
        "January 2014",
        "February 2014",
    )


def test_a_schedule_that_moves_by_nothing_covers_the_same_each_time() -> None:
    run = asked("How many flights were cancelled in June 2013?")
    assert upcoming(run, None, [date(2014, 1, 1)]) == ("June 2013",)
    query, foot = run.footprints[0]
    assert foot.moved(query, plan(run, None, date(2015, 1, 1)), run).request == query.request


def test_a_report_whose_table_is_gone_has_no_period_to_show() -> None:
    run = accepted(free("SELECT COUNT(*) AS n FROM flights WHERE flight_date BETWEEN '2013-06-01' AND '2013-06-30'"))
    gone = replace(run, catalog=replace(CATALOG, tables=()))
    assert upcoming(gone, "month", [date(2014, 1, 1)]) == (None,)
    with pytest.raises(CannotMove, match="not compared with a date column"):
        plan(gone, "month", date(2014, 1, 1))


def test_two_months_a_year_apart_move_together() -> None:
    chosen = where("flight_date:month", "in", "2012-06-01", "2013-06-01")
    run = accepted(
        governed(start="2012-06-01", end="2013-07-01", dimensions=["flights.flight_date:month"], **chosen), as_of=date(2013, 6, 30)
    )
    assert (propose(run).unit, why_not(run, "month")) == ("year", None)
    query, foot = run.footprints[0]
    moved = foot.moved(query, plan(run, "month", date(2013, 8, 2)), run).request or {}
    assert moved["time"] == {"from": "2012-07-01", "to": "2013-08-01"}
    assert moved["filters"][0]["values"] == ["2012-07-01", "2013-07-01"]


def test_what_a_period_is_compared_with_moves_as_far() -> None:
    """A month that only the words name, and no request, is one of the data all the same."""
    june = accepted(governed(start="2013-06-01", end="2013-07-01", compare="previous_period"))
    moved = plan(june, "month", date(2013, 8, 31))
    assert moved.shift is not None and retold("June 2013 against May 2013", moved.shift) == "August 2013 against July 2013"
    (query, foot), *_ = june.footprints
    assert foot.earlier == Span(date(2013, 5, 1), date(2013, 6, 1))
    again = foot.moved(query, moved, june)
    assert again.request is not None and again.request["compare"] == "previous_period"
    assert "'2013-07-01'" in again.sql and "'2013-08-01'" in again.sql and "'2013-06-01'" not in again.sql


@pytest.mark.parametrize(
    ("asked_for", "words"),
    [
        ({"compare": "previous_period", "filters": (Filter("flights.month", "=", (6,)),)}, "would leave no row of an earlier period"),
        ({"compare": "previous_year", "filters": (Filter("flights.year", "=", (2013,)),)}, "would leave no row of an earlier period"),
    ],
)
def test_a_filter_that_stays_while_the_period_moves_is_refused(asked_for: dict[str, Any], words: str) -> None:
    """The month before would be compared with nothing, and all of it would be growth."""
    june = Period(date(2013, 6, 1), date(2013, 7, 1))
    with pytest.raises(ToolRefused, match=words):
        compile(FLIGHTS, MetricRequest("p", ("flights",), time=june, **asked_for), dialect="postgres")


def test_the_same_months_of_two_years_are_compared() -> None:
    whole = Period(date(2013, 1, 1), date(2014, 1, 1))
    summer = (Filter("flights.month", "in", (6, 7, 8)),)
    assert compile(FLIGHTS, MetricRequest("p", ("flights",), filters=summer, time=whole, compare="previous_year"), dialect="postgres").sql
