"""What is said of a period that the data does not reach over, and by which statement its first and last day are found."""

from datetime import UTC, date, datetime
from typing import Any

import duckdb
import pytest

from analytics_agent import semantic
from analytics_agent.domain.catalog import Catalog, Table, TableColumn
from analytics_agent.domain.period import Span
from analytics_agent.semantic.reach import begins_late, dated, is_not_over, is_outside, reach_statement, said, span_of
from analytics_agent.semantic.request import Filter, MetricRequest, Period

HELD = Span(date(2010, 6, 5), date(2013, 5, 13))


def request(start: str = "", end: str = "", *dimensions: str, **more: Any) -> MetricRequest:
    period = Period(date.fromisoformat(start), date.fromisoformat(end)) if start else None
    return MetricRequest("t", ("revenue",), dimensions, time=period, **more)


@pytest.mark.parametrize(
    ("asked", "sentences"),
    [
        (request("2010-01-01", "2011-01-01"), ("The data begins on 5 June 2010, after the period does.",)),
        (request("2010-06-03", "2011-01-01"), ()),
        (request("2010-06-03", "2010-06-13"), ("The data begins on 5 June 2010, after the period does.",)),
        (request("2009-01-01", "2010-01-01"), ("The data begins on 5 June 2010, after the period has ended.",)),
        (request("2013-01-01", "2014-01-01"), ("The data ends on 12 May 2013, before the period does.",)),
        (request("2014-01-01", "2015-01-01"), ("The data ends on 12 May 2013, before the period begins.",)),
        (request("2012-01-01", "2013-01-01"), ()),
        (request("2011-01-01", "2012-01-01", compare="previous_year"), (
            "The data begins on 5 June 2010, after the period that it is compared with does.",)),
        (request("2010-06-01", "2012-01-01", "sales.day:month"), ("The data begins on 5 June 2010, after the period does.",)),
        (request("", "", "sales.day:year"), ("The data begins on 5 June 2010: the first year may not be whole.",)),
        (request("", "", "sales.day:fiscal_year"), ("The data begins on 5 June 2010: the first fiscal year may not be whole.",)),
        (request("", "", "sales.day:year", filters=(Filter("sales.day", ">=", ("2012-01-01",)),)), ()),
        (request("", "", "sales.day:hour"), ()),
    ],
)  # fmt: skip
def test_it_is_said_where_the_data_begins_and_ends_but_not_of_a_day_or_two_of_a_year(
    asked: MetricRequest, sentences: tuple[str, ...]
) -> None:
    assert said(asked, HELD, 4) == sentences


def test_the_sentences_are_known_again_with_their_day_and_without() -> None:
    for with_day in (True, False):
        (late,) = said(request("2010-01-01", "2011-01-01"), HELD, with_day=with_day)
        (outside,) = said(request("2009-01-01", "2010-01-01"), HELD, with_day=with_day)
        (short,) = said(request("2013-01-01", "2014-01-01"), HELD, with_day=with_day)
        assert begins_late(late) and not is_outside(late) and is_outside(outside) and is_not_over(short)
    assert late == "The data begins after the period does."


@pytest.mark.parametrize(
    ("values", "first"),
    [
        ((date(2010, 6, 5), date(2010, 7, 1)), date(2010, 6, 5)),
        (("2010-06-05", "2010-07-01 10:00:00"), date(2010, 6, 5)),
        ((datetime(2010, 6, 5, 23, 30, tzinfo=UTC), datetime(2010, 7, 1, tzinfo=UTC)), date(2010, 6, 6)),
        ((datetime(2010, 6, 5, 23, 30, tzinfo=UTC).replace(tzinfo=None), date(2010, 7, 1)), date(2010, 6, 5)),
    ],
)
def test_days_are_those_of_the_models_time_zone_and_of_texts_as_sqlite_keeps_them(values: tuple[object, ...], first: date) -> None:
    span = span_of(values, "Europe/Berlin")
    assert span is not None and span.start == first


@pytest.mark.parametrize("values", [(None, None), ("June", "July"), (2010, 2013), ()])
def test_what_is_no_time_reaches_nowhere(values: tuple[object, ...]) -> None:
    assert span_of(values, None) is None


CALENDAR = """
version: 0.2.0.dev0
semantic_model:
  - name: calendar
    datasets:
      - name: lines
        source: main.lines
        fields: [{name: day_id, expression: {dialects: [{dialect: ANSI_SQL, expression: day_id}]}}]
      - name: days
        source: main.days
        primary_key: [day_id]
        fields: [{name: day, expression: {dialects: [{dialect: ANSI_SQL, expression: day}]}, dimension: {is_time: true}}]
    relationships: [{name: a, from: lines, to: days, from_columns: [day_id], to_columns: [day_id]}]
    metrics: [{name: lines_made, expression: {dialects: [{dialect: ANSI_SQL, expression: COUNT(lines.day_id)}]}}]
"""


def test_a_fact_dated_by_a_calendar_reaches_as_far_as_its_own_rows_do() -> None:
    model, columns = semantic.load(CALENDAR), (TableColumn("day_id", "integer", "INTEGER"), TableColumn("day", "date", "DATE"))
    tables = (Table("main", "lines", columns[:1]), Table("main", "days", columns))
    catalog = Catalog("calendar", "duckdb", tables, ("main",), "", datetime(2026, 1, 1, tzinfo=UTC))
    (rows,) = dated(model, MetricRequest("t", ("lines_made",), time=Period(date(2020, 1, 1), date(2021, 1, 1))))
    statement = reach_statement(model, rows, "duckdb", catalog)
    with duckdb.connect() as made:
        made.execute("CREATE TABLE days AS SELECT i AS day_id, DATE '1990-01-01' + CAST(i AS INTEGER) AS day FROM range(20000) t(i)")
        made.execute("CREATE TABLE lines AS SELECT 7305 AS day_id UNION ALL SELECT 7315")
        found = made.execute(statement or "").fetchone()
    assert span_of(found or (), None) == Span(date(2010, 1, 1), date(2010, 1, 12))
