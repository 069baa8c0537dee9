"""Scheduled reports on real PostgreSQL: each covers its own period, equals independent SQL, and says what changed."""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from fakes.records import question
from integration.flights.warehouse import Maker, Warehouse
from integration.replay.in_order import ZONE, InOrder, Scripted

from analytics_agent.domain.database import Database
from analytics_agent.domain.orders import RunOrder
from analytics_agent.domain.run import Run
from analytics_agent.resources import resource
from analytics_agent.stack.postgres import Cluster

MODEL = (resource("sql_fixtures") / "flights" / "semantic_model.yaml").read_text()
FREE = (
    "SELECT carrier, COUNT(*) AS n FROM flights WHERE flight_date BETWEEN '2013-06-01' AND '2013-06-30' GROUP BY carrier ORDER BY carrier"
)
DAY = timedelta(days=1)
MONTHS = {date(2013, month + 1, 1): (date(2013, month, 1), date(2013, month + 1, 1)) for month in range(2, 12)}


def told(run: Run) -> str:
    """Everything that a reader of the report sees in words."""
    assert run.answer and run.evidence
    parts = [run.question.text, run.answer.headline, run.answer.summary, *run.answer.caveats, *run.evidence.readings, *run.evidence.caveats]
    parts += [text for query in run.queries for text in (query.title, query.sql_as_run, *query.predicates)]
    return " ".join([*parts, *(finding.title for finding in run.findings)])


def figure(runs: InOrder, run: Run) -> Any:
    return runs.run(runs.rows(run)).to_pylist()[0]


def test_a_monthly_question_gives_the_right_figure_for_each_month(runs: InOrder, flights: Warehouse) -> None:
    async def reports() -> dict[date, Run]:
        schedule = await runs.schedule(await runs.ask("How many flights were cancelled in June 2013?"), "month")
        return {due: await runs.report(schedule, due) for due in MONTHS}

    made = runs.run(reports())
    with psycopg.connect(flights.reader) as connection:
        for due, (start, end) in MONTHS.items():
            where = "flight_date >= %s AND flight_date < %s"
            truth = connection.execute(f"SELECT count(*) - count(dep_delay) FROM flights WHERE {where}", (start, end)).fetchone()
            run = made[due]
            assert run.status == "succeeded" and (figure(runs, run)["cancellations"],) == truth
            assert run.question.text == f"How many flights were cancelled in {start:%B} 2013?" and run.question.as_of == end - DAY
            assert str(start) in run.queries[0].sql_as_run and str(end) in run.queries[0].sql_as_run
            others = {f"{each:%B}" for each, _ in MONTHS.values()} - {f"{start:%B}", f"{start - DAY:%B}"}
            assert not [month for month in others if month in told(run)]


def test_each_report_is_compared_with_the_one_before(runs: InOrder) -> None:
    async def reports() -> list[Run]:
        schedule = await runs.schedule(await runs.ask("How many flights were cancelled in June 2013?"), "month")
        return [await runs.report(schedule, due) for due in (date(2013, 6, 1), date(2013, 7, 1), date(2013, 7, 2))]

    may, june, again = runs.run(reports())
    assert may.changes and may.changes.since_run is None and not may.changes.claims  # the accepted answer is about a later time
    assert june.changes and june.changes.since_run == may.question.run_id and june.changes.changed
    assert (
        june.answer
        and june.answer.claims[-1].text == "Cancellations rose to **1,009\u00a0flights**: ▲ **446\u00a0flights** from **563** in May 2013."
    )
    assert [figure.value for figure in june.answer.claims[-1].figures] == [1009, 446, 563]
    assert again.changes and not again.changes.changed and not again.changes.corrected
    assert again.answer and "Nothing has changed since the report of 1 July 2013" in again.answer.summary


def test_operations_are_computed_again_over_the_new_rows(runs: InOrder) -> None:
    async def reports() -> tuple[Run, Run]:
        source = await runs.ask("Cancellation rate by airport in June 2013")
        return source, await runs.report(await runs.schedule(source, "month"), date(2013, 8, 1))

    source, july = runs.run(reports())
    assert [(f.operation, f.title, f.parameters) for f in july.findings] == [(f.operation, f.title, f.parameters) for f in source.findings]
    ranked = runs.run(runs.rows(july, july.findings[0].result)).to_pylist()
    assert (ranked[0]["rank"], ranked[0]["name"], round(ranked[0]["cancellation_rate"], 4)) == (1, "La Guardia", 0.0504)
    assert july.answer and all(
        figure.result in {query.id for query in july.queries} for claim in july.answer.claims for figure in claim.figures
    )


def test_an_operation_that_no_longer_fits_is_left_out_and_the_data_s_beginning_is_said(runs: InOrder) -> None:
    async def report() -> Run:
        source = await runs.ask("Cancellation rate by month in the last 3 months")
        assert source.findings
        return await runs.report(await runs.schedule(source, "month"), date(2013, 2, 1))

    run = runs.run(report())
    assert run.status == "succeeded" and not run.findings and run.evidence
    assert any("could not be computed for this period" in text for text in run.evidence.caveats)
    assert "The data begins on 1 January 2013, after November 2012 to January 2013 does." in run.evidence.caveats


def test_a_period_without_data_is_refused_and_no_zero_is_told(runs: InOrder) -> None:
    async def report() -> Run:
        schedule = await runs.schedule(await runs.ask("How many flights were cancelled in June 2013?"), "month")
        return await runs.report(schedule, date(2012, 7, 1))

    run = runs.run(report())
    assert (run.status, run.reason) == ("refused", "There are no rows in June 2012: the data begins on 1 January 2013.")
    assert run.answer is None


def test_a_report_whose_data_is_late_covers_the_last_month_there_is_and_says_so(runs: InOrder) -> None:
    async def report() -> Run:
        schedule = await runs.schedule(await runs.ask("Which airlines left late most often last month?"), "month")
        return await runs.report(schedule, date(2014, 3, 1))

    run = runs.run(report())
    assert run.question.text == "Which airlines left late most often last month? (December 2013)"
    late = "February 2014 is not in the data, which ends on 31 December 2013: this report covers December 2013."
    assert run.evidence and late in run.evidence.caveats
    assert run.answer and late in run.answer.caveats  # dates that code wrote do not send the answer back
    assert run.answer.summary.startswith("In December 2013, Southwest Airlines Co. had the highest late departure share, **42.2\u00a0%**")


def test_a_report_says_when_a_definition_has_changed_since_the_one_before(runs: InOrder) -> None:
    counted = "COUNT(CASE WHEN flights.dep_time IS NULL THEN 1 END)"
    assert MODEL.count(f'"{counted}"') == 1

    async def reports() -> list[Run]:
        schedule = await runs.schedule(await runs.ask("How many flights were cancelled in May 2013?"), "month")
        made = [await runs.report(schedule, date(2013, 7, 1))]
        known = await runs.store.database(runs.database.name)
        changed = MODEL.replace(f'"{counted}"', '"COUNT(*) - COUNT(flights.dep_time)"')
        await runs.store.save_database(replace(known, semantic_model=changed))
        return [*made, await runs.report(schedule, date(2013, 8, 1)), await runs.report(schedule, date(2013, 9, 1))]

    june, july, august = runs.run(reports())
    said = "The definition of cancellations has changed since the report of 1 July 2013."
    assert july.evidence and said in july.evidence.caveats
    assert july.queries[0].definitions[0].formula.startswith("COUNT(*) - COUNT(flights.dep_time)")
    for other in (june, august):
        assert other.evidence and not any("changed since" in caveat for caveat in other.evidence.caveats)


def test_free_sql_is_moved_checked_and_run_again(flights: Warehouse) -> None:
    runs = InOrder(Database("flights", flights.reader, "postgres", "public"), Scripted(FREE, "Flights by carrier in June 2013"))

    async def report() -> Run:
        source = await runs.ask("How many flights did each carrier have in June 2013?", model="claude-opus-4-7", as_of=date(2013, 12, 31))
        assert (await runs.proposed(source)).unit == "month"
        return await runs.report(await runs.schedule(source, "month"), date(2013, 9, 1))

    run = runs.run(report())
    assert run.status == "succeeded", run.reason
    with psycopg.connect(flights.reader) as connection:
        truth = connection.execute("SELECT carrier, count(*) FROM flights WHERE month = 8 GROUP BY 1 ORDER BY 1").fetchall()
    assert [tuple(row.values()) for row in runs.run(runs.rows(run)).to_pylist()] == truth
    assert run.queries[0].title == "Flights by carrier in August 2013" and "2013-06" not in run.queries[0].sql_as_run
    assert run.question.text == "How many flights did each carrier have in August 2013?"


def test_a_try_that_died_anywhere_is_gone_on_with_and_nothing_is_made_twice(runs: InOrder) -> None:
    async def report() -> tuple[Run, Run]:
        schedule = await runs.schedule(await runs.ask("Cancellation rate by airport in June 2013"), "month")
        first = await runs.report(schedule, date(2013, 7, 1))
        run_id = question().run_id
        at = datetime(2013, 8, 1, 8, tzinfo=ZoneInfo(ZONE))
        await runs.store.create_run(
            question(run_id=run_id, text="x", replays=schedule.run_id, schedule=schedule.id, scheduled_for=at, database="flights")
        )
        order = RunOrder(run_id)
        await runs.explore.read_catalog(order)
        for _ in range(2):
            assert await runs.replays.replay_explore(order)
        for _ in range(2):
            await runs.replays.replay_analyze(order)
        again = await runs.repeat(run_id)
        await runs.changes.say_changes(order)
        assert (await runs.store.run(run_id)).answer == again.answer
        return first, again

    first, again = runs.run(report())
    assert [query.title for query in again.queries] == [
        "Cancellation rate by origin",
        "Cancellation rate by origin airport",
        "Cancellation rate: what changed",
    ]
    assert len(again.findings) == 1 and again.question.text == "Cancellation rate by airport in July 2013"
    assert again.answer and len({claim.text for claim in again.answer.claims}) == len(again.answer.claims)
    assert again.changes and again.changes.since_run == first.question.run_id


def test_a_report_of_a_report_goes_back_to_the_accepted_answer(runs: InOrder) -> None:
    async def report() -> Run:
        monthly = await runs.schedule(await runs.ask("How many flights were cancelled in June 2013?"), "month")
        made = await runs.report(monthly, date(2013, 6, 1))
        return await runs.report(await runs.schedule(made, "month"), date(2013, 9, 1))

    run = runs.run(report())
    assert run.question.text == "How many flights were cancelled in August 2013?" and figure(runs, run)["cancellations"] == 486


@pytest.mark.parametrize(("hour", "zone", "month"), [((0, 30), "Europe/Berlin", "June"), ((23, 30), "America/Los_Angeles", "May")])
def test_what_is_complete_is_decided_on_the_schedule_s_clock(runs: InOrder, hour: tuple[int, int], zone: str, month: str) -> None:
    """Half past midnight on 1 July in Berlin is 30 June in UTC; half an hour before midnight on 30 June in Los Angeles is 1 July there."""
    day = date(2013, 7, 1) if month == "June" else date(2013, 6, 30)

    async def report() -> Run:
        schedule = await runs.schedule(await runs.ask("How many flights were cancelled last month?"), "month")
        schedule = replace(schedule, timing=replace(schedule.timing, time_zone=zone))
        await runs.store.save_schedule(schedule)
        at = datetime(day.year, day.month, day.day, *hour, tzinfo=ZoneInfo(zone)).astimezone(ZoneInfo("UTC"))
        new = question(text="x", database="flights", replays=schedule.run_id, schedule=schedule.id, scheduled_for=at)
        await runs.store.create_run(new)
        return await runs.repeat(new.run_id)

    assert runs.run(report()).question.text == f"How many flights were cancelled last month? ({month} 2013)"


# a small database whose data changes

SMALL = """
CREATE TABLE flights AS
SELECT d::date AS flight_date, extract(year FROM d)::int AS year, extract(month FROM d)::int AS month, extract(day FROM d)::int AS day,
       c AS carrier, CASE WHEN doy % 11 = 0 THEN NULL ELSE 900 END AS dep_time,
       CASE WHEN doy % 11 = 0 THEN NULL WHEN (doy * n) % 7 < extract(year FROM d)::int - 2011 THEN 30 ELSE 0 END AS dep_delay
FROM generate_series('2012-01-01'::date, '2014-12-31', '1 day') d, (VALUES ('WN', 1), ('DL', 2), ('UA', 3)) x(c, n),
     LATERAL (SELECT extract(doy FROM d)::int AS doy) y
"""


@pytest.fixture
def years(postgres: Cluster) -> Any:
    """Flights of three carriers on each day of 2012 to 2014; late on more days each year."""
    maker = Maker(postgres)
    made = maker.make()
    with psycopg.connect(made.owner, autocommit=True) as connection:
        connection.execute(SMALL)
        connection.execute("CREATE TABLE airlines (carrier text, name text)")
        connection.execute("INSERT INTO airlines VALUES ('WN', 'Southwest'), ('DL', 'Delta'), ('UA', 'United')")
        connection.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {made.role}")
    yield made
    maker.remove()


@pytest.fixture
def changing(years: Warehouse) -> InOrder:
    return InOrder(Database("flights", years.reader, "postgres", "public", MODEL))


def test_a_season_is_that_of_one_year_and_compared_with_the_year_before(changing: InOrder, years: Warehouse) -> None:
    async def reports() -> list[Run]:
        source = await changing.ask("Which carriers were late most often in summer?")
        schedule = await changing.schedule(source, (await changing.proposed(source)).unit)
        return [await changing.report(schedule, due) for due in (date(2012, 9, 1), date(2013, 9, 1))]

    first, second = changing.run(reports())
    with psycopg.connect(years.reader) as connection:
        truth = connection.execute(
            "SELECT carrier, avg((dep_delay >= 15)::int)::float FROM flights "
            "WHERE flight_date BETWEEN '2013-06-01' AND '2013-08-31' AND dep_delay IS NOT NULL GROUP BY 1"
        ).fetchall()
    rows = {row["carrier"]: float(row["late_departure_share"]) for row in changing.run(changing.rows(second)).to_pylist()}
    assert rows == pytest.approx(dict(truth))
    assert second.question.text == "Which carriers were late most often in summer 2013?" and "2012" not in second.queries[0].sql_as_run
    assert second.changes and second.changes.since_run == first.question.run_id and second.changes.changed
    assert all("in summer 2012" in claim.text for claim in second.changes.claims[:1])


def test_past_data_that_was_corrected_is_said_to_be(changing: InOrder, years: Warehouse) -> None:
    async def report(due: date, schedule: Any = None) -> tuple[Any, Run]:
        schedule = schedule or await changing.schedule(await changing.ask("How many flights were cancelled in June 2014?"), "month")
        return schedule, await changing.report(schedule, due)

    schedule, _ = changing.run(report(date(2014, 7, 1)))
    with psycopg.connect(years.owner, autocommit=True) as connection:
        connection.execute("UPDATE flights SET dep_delay = NULL, dep_time = NULL WHERE flight_date = '2014-06-01'")
    _, run = changing.run(report(date(2014, 7, 2), schedule))
    assert run.changes and run.changes.corrected
    assert run.answer and "The data of June 2014 was changed since the report of 1 July 2014. Cancellations rose to" in run.answer.summary


@pytest.mark.parametrize(
    "change",
    ["ALTER TABLE flights RENAME COLUMN dep_delay TO delay", "DROP TABLE flights", "ALTER TABLE flights RENAME TO trips"],
)
@pytest.mark.parametrize("known", [True, False])
def test_a_statement_that_no_longer_runs_refuses_the_report_and_says_what_to_do(
    changing: InOrder, years: Warehouse, change: str, known: bool
) -> None:
    """Whether the catalog was read anew since, or the engine is the first to notice."""
    sql = "SELECT carrier, AVG(dep_delay) AS delay FROM flights WHERE flight_date BETWEEN '2013-06-01' AND '2013-06-30' GROUP BY carrier"
    runs = InOrder(Database("flights", years.reader, "postgres", "public"), Scripted(sql, "Mean delay in June 2013", "delay"))

    source = runs.run(runs.ask("Mean delay by carrier in June 2013", model="claude-opus-4-7", as_of=date(2013, 12, 31)))

    async def report() -> Run:
        return await runs.report(await runs.schedule(source, "month"), date(2013, 8, 1))

    with psycopg.connect(years.owner, autocommit=True) as connection:
        connection.execute(change)
    if known:
        runs.store._catalogs.clear()
    run = runs.run(report())
    assert run.status == "refused" and run.answer is None
    assert run.reason and "cannot be run again: " in run.reason and "Ask the question again and schedule the new answer." in run.reason
    assert "June" not in run.reason


def test_a_report_is_made_with_the_rights_its_owner_has_by_then(changing: InOrder) -> None:
    changing.everything.readable = {"flights", "airlines"}

    async def reports() -> tuple[Run, Run]:
        source = await changing.ask("How many flights were cancelled in June 2014?", owner="superset:7")
        schedule = await changing.schedule(source, "month", owner="superset:7")
        first = await changing.report(schedule, date(2014, 8, 1), owner="superset:7")
        changing.everything.readable = {"airlines"}
        return first, await changing.report(schedule, date(2014, 9, 1), owner="superset:7")

    allowed, lost = changing.run(reports())
    assert allowed.status == "succeeded"
    assert lost.status == "refused" and lost.answer is None and not lost.queries
    assert lost.reason and "schedule the new answer" in lost.reason and not re.search(r"2014-|dep_delay", lost.reason)
    assert "an administrator of Superset can grant more." in lost.reason
