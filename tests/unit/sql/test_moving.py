"""Free SQL for another period: what bounds a date column moves, and nothing that would be stale in part is run."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from analytics_agent.domain.catalog import Catalog, Dialect, Table, TableColumn
from analytics_agent.domain.period import Span, holding, shifted_span
from analytics_agent.sql.check import check
from analytics_agent.sql.moving import moved, newest, timed

COLUMNS = {"day": "date", "at": "timestamp", "month": "integer", "year": "integer", "carrier": "text", "season": "text", "delay": "integer"}
JUNE = Span(date(2013, 6, 1), date(2013, 7, 1))


def catalog(dialect: Dialect = "postgres") -> Catalog:
    kinds = COLUMNS | ({"day": "text", "at": "text"} if dialect == "sqlite" else {})
    native = {"date": "date", "timestamp": "timestamp with time zone", "integer": "integer", "text": "text"}
    columns = tuple(TableColumn(name, kind, native[kind]) for name, kind in kinds.items())  # type: ignore[arg-type]
    schema = None if dialect == "sqlite" else "public"
    flights, planes = Table(schema, "flights", columns), Table(schema, "planes", (TableColumn("tailnum", "text", "text"),))
    return Catalog("f", dialect, (flights, planes), ("public",), "f", datetime.now(UTC))


def statement(where: str, select: str = "carrier, COUNT(*) AS flights") -> str:
    return f"SELECT {select} FROM flights WHERE {where} GROUP BY carrier"


def month_on(sql: str, dialect: Dialect = "postgres") -> str:
    return moved(sql, lambda span: shifted_span(span, "month", 1), dialect=dialect, catalog=catalog(dialect))


@pytest.mark.parametrize(
    ("where", "there"),
    [
        ("day >= DATE '2013-06-01' AND day < DATE '2013-07-01'", "day >= CAST('2013-07-01' AS DATE) AND day < CAST('2013-08-01' AS DATE)"),
        ("day BETWEEN '2013-06-01' AND '2013-06-30'", "day BETWEEN '2013-07-01' AND '2013-07-31'"),
        ("day > '2013-05-31' AND day <= '2013-06-30'", "day > '2013-06-30' AND day <= '2013-07-31'"),
        ("'2013-06-01' <= day AND '2013-07-01' > day", "'2013-07-01' <= day AND '2013-08-01' > day"),
        ("DATE_TRUNC('MONTH', at) = '2013-06-01'", "DATE_TRUNC('MONTH', at) = '2013-07-01'"),
        (
            "at BETWEEN '2013-06-01 00:00:00' AND '2013-06-30 23:59:59'",
            "at BETWEEN '2013-07-01 00:00:00' AND '2013-07-31 23:59:59'",
        ),
        (
            "CAST(at AT TIME ZONE 'America/New_York' AS DATE) BETWEEN '2013-06-01' AND '2013-06-30'",
            "CAST(at AT TIME ZONE 'America/New_York' AS DATE) BETWEEN '2013-07-01' AND '2013-07-31'",
        ),
    ],
)
def test_every_way_of_bounding_a_date_moves(where: str, there: str) -> None:
    sql = statement(where)
    assert timed(sql, dialect="postgres", catalog=catalog()).period == JUNE
    assert " ".join(month_on(sql).split()) == " ".join(f"SELECT {statement(there)[7:]}".split())


@pytest.mark.parametrize("dialect", ["postgres", "duckdb", "sqlite"])
def test_what_was_moved_passes_the_check_again(dialect: Dialect) -> None:
    sql = month_on(statement("day >= '2013-06-01' AND day < '2013-07-01'"), dialect)
    verdict = check(sql, dialect=dialect, catalog=catalog(dialect), row_cap=10)
    assert verdict.ok and "2013-08-01" in verdict.sql and "2013-06" not in verdict.sql


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        (statement("EXTRACT(YEAR FROM day) = 2013"), "part of the date"),
        (statement("DATE_PART('month', day) = 6"), "part of the date"),
        (statement("TO_CHAR(day, 'YYYY-MM') = '2013-06'"), "as text"),
        (statement("TO_CHAR(day, 'MM') = '06'"), "part of the date"),
        (statement("month IN (6, 7, 8)"), "the column month"),
        (statement("year = 2013 AND day > '2013-01-01' AND day < '2014-01-01'"), "the column year"),
        (statement("season = 'summer'"), "as text"),
        (statement("carrier = '2013-06-01'"), "not compared with a date column"),
        (statement("day < DATE '2013-06-01' + INTERVAL '1 month'"), "not compared with a date column"),
        (statement("day >= '2013-06-01'"), "no beginning or no end"),
        (statement("NOT (day >= '2013-06-01' AND day < '2013-07-01')"), "leaves a period out"),
        (statement("at >= '2013-06-01 04:00:00-04' AND at < '2013-07-01 04:00:00-04'"), "not compared with a date column"),
        (statement("day >= '2013-06-01' AND day < CURRENT_DATE AND day < '2013-07-01'"), "current day in one place"),
        (statement("delay > 0", "carrier, SUM(CASE WHEN day < '2013-07-01' THEN 1 END) AS early"), "among the things it selects"),
        (statement("delay > 0", "carrier, SUM(CASE WHEN month = 6 THEN 1 END) AS n"), "the column month"),
        (statement("delay > 0", "carrier, COUNT(*) FILTER (WHERE day < '2013-07-01') AS n"), "among the things it selects"),
        (statement("day >= '2013-06-01' AND day < '2013-07-01'", "carrier, COUNT(*) AS june_flights"), "of its own (june_flights)"),
        (statement("day >= '2013-06-01' AND day < '2013-07-01'", "carrier, 'June 2013' AS label, COUNT(*) AS n"), "as text (June 2013)"),
    ],
)
def test_a_sign_of_a_period_that_would_stay_behind_keeps_the_statement_from_moving(sql: str, said: str) -> None:
    found = timed(sql, dialect="postgres", catalog=catalog())
    assert found.period is None and said in found.why_not and found.why_not.endswith(".")
    with pytest.raises(ValueError, match="no period"):
        month_on(sql)


@pytest.mark.parametrize("where", ["day >= CURRENT_DATE - 30", "at > NOW() - INTERVAL '7 days'"])
def test_sql_that_counts_from_today_needs_no_moving(where: str) -> None:
    found = timed(statement(where), dialect="postgres", catalog=catalog())
    assert found.by_itself and found.period is None and not found.why_not


@pytest.mark.parametrize("where", ["EXTRACT(HOUR FROM at) >= 17", "EXTRACT(ISODOW FROM day) = 1", "delay > 2013", "carrier = 'WN'"])
def test_what_comes_again_in_every_period_is_none(where: str) -> None:
    assert not timed(statement(where), dialect="postgres", catalog=catalog()).why_not


def test_a_month_of_a_subquery_counts_as_a_whole_month() -> None:
    months = "SELECT DATE_TRUNC('month', at) AS begun, COUNT(*) AS n FROM flights GROUP BY 1"
    sql = f"WITH m AS ({months}) SELECT n FROM m WHERE begun = '2013-06-01'"
    assert timed(sql, dialect="postgres", catalog=catalog()).period == JUNE
    assert "'2013-07-01'" in month_on(sql)


def test_a_month_does_not_move_by_days() -> None:
    sql = statement("DATE_TRUNC('month', at) = '2013-06-01'")
    with pytest.raises(ValueError, match="do not move together"):
        moved(sql, lambda span: shifted_span(span, "day", 10), dialect="postgres", catalog=catalog())


def test_a_column_that_the_catalog_does_not_know_is_no_date() -> None:
    assert "not compared" in timed(statement("day < '2013-06-01'"), dialect="postgres", catalog=None).why_not


def test_the_days_that_the_data_reaches_are_asked_of_the_column_that_bounds_it() -> None:
    sql = newest(statement("day >= '2013-06-01' AND day < '2013-07-01'"), dialect="postgres", catalog=catalog())
    assert sql == 'SELECT MIN("day") AS first_day, MAX("day") AS last_day FROM "public"."flights"'


@given(some.dates(date(1990, 1, 1), date(2060, 1, 1)), some.integers(-300, 300), some.sampled_from(["<", "<=", "between", "="]))
def test_the_moved_statement_covers_the_moved_month_and_nothing_else(day: date, steps: int, way: str) -> None:
    month = holding(day, "month")
    bounds = {
        "<": f"day >= '{month.start}' AND day < '{month.end}'",
        "<=": f"day >= '{month.start}' AND day <= '{month.last}'",
        "between": f"day BETWEEN '{month.start}' AND '{month.last}'",
        "=": f"DATE_TRUNC('month', day) = '{month.start}'",
    }
    sql = moved(statement(bounds[way]), lambda span: shifted_span(span, "month", steps), dialect="postgres", catalog=catalog())
    assert timed(sql, dialect="postgres", catalog=catalog()).period == shifted_span(month, "month", steps)
