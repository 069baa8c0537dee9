"""Finished runs over a small flights table, each of the kinds of answer a dashboard is made for. Their SQL runs on `WAREHOUSE`."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import psycopg
import pyarrow as pa

from analytics_agent.domain.answer import Answer, Claim, Figure
from analytics_agent.domain.artifact import Artifact
from analytics_agent.domain.evidence import Evidence, Query, ResultColumn
from analytics_agent.domain.question import Question
from analytics_agent.domain.run import Run

WAREHOUSE = """
CREATE TABLE flights (id integer PRIMARY KEY, airline text NOT NULL, origin text NOT NULL, day date NOT NULL, delay numeric, fare numeric);
INSERT INTO flights
SELECT n, (ARRAY['Alpha Air', 'Bravo <b>Jet</b>', '100% Charlie: 50%', 'Delta'])[1 + n % 4], (ARRAY['EWR', 'JFK', 'LGA'])[1 + n % 3],
       date '2013-01-01' + n % 365, (n * 37 % 101)::numeric / 4 - 3, (n * 13 % 97)::numeric + 0.25
FROM generate_series(1, 2000) AS n;
"""

AIRLINE = ResultColumn("airline", "text", "Airline", format="text", dimension="flights.airline")
ORIGIN = ResultColumn("origin", "text", "Origin", format="text", dimension="flights.origin")
MONTH = ResultColumn("month", "date", "Month", format="date", dimension="flights.day:month")
DELAY = ResultColumn("mean_delay", "number", "Mean delay", unit="min", metric="mean_delay", decimals=1)
LATE = ResultColumn("late_share", "number", "Left late", format="percent", metric="late_share", decimals=1)
FLIGHTS = ResultColumn("flights", "integer", "Departures", unit="flights", metric="flights")

LATE_BY_AIRLINE = """SELECT airline, avg((delay >= 15)::int) AS late_share, count(*) AS flights
FROM flights WHERE airline LIKE '%' GROUP BY airline ORDER BY late_share DESC"""
DELAY_BY_MONTH = "SELECT date_trunc('month', day)::date AS month, avg(delay) AS mean_delay FROM flights GROUP BY 1 ORDER BY 1"
DELAY_BY_BOTH = "SELECT airline, origin, avg(delay) AS mean_delay FROM flights GROUP BY 1, 2"
TOTALS = "SELECT count(*) AS flights, avg(delay) AS mean_delay, avg((delay >= 15)::int) AS late_share FROM flights"


def query(number: int, title: str, columns: Sequence[ResultColumn], rows: int, sql: str, **more: Any) -> Query:
    given = {"source": "metric", "sql": sql, "sql_as_run": sql, "tables": ("flights",), "milliseconds": 3.0, **more}
    return Query(f"r{number}", title, tuple(columns), rows, Artifact("0" * 64, 1, "application/vnd.apache.parquet"), **given)


def figure(shown: str, value: float, query_id: str, column: ResultColumn, row: int = 0) -> Figure:
    return Figure(shown, value, column.unit, query_id, f"{query_id}[{row}].{column.name}", row, column.name)


def run(run_id: str, text: str, queries: Sequence[Query], claims: Sequence[Claim], **more: Any) -> Run:
    question = Question(run_id, text, "flights", "k1", "offline", datetime(2026, 11, 22, 14, 3, tzinfo=UTC))
    evidence = Evidence("r1", tuple(q.id for q in queries), readings=more.get("readings", ()), caveats=more.get("caveats", ()))
    answer = Answer(more.get("headline", "Alpha left late most often"), " ".join(claim.text for claim in claims), tuple(claims))
    return Run(question, "running", evidence=evidence, queries=tuple(queries), answer=answer)


def ranking(run_id: str = "ranking1") -> Run:
    """A ranking with a trend behind it and a comparison by two categories."""
    queries = (
        query(1, "Late departures by airline", (AIRLINE, LATE, FLIGHTS), 4, LATE_BY_AIRLINE),
        query(2, "Mean delay by month", (MONTH, DELAY), 12, DELAY_BY_MONTH),
        query(3, "Mean delay by airline and origin", (AIRLINE, ORIGIN, DELAY), 12, DELAY_BY_BOTH),
    )
    claims = (
        Claim("**Alpha Air** left late on **29.2 %** of its departures.", (figure("29.2 %", 0.292, "r1", LATE),)),
        Claim("The mean was **9.6 min** in January.", (figure("9.6 min", 9.6, "r2", DELAY),)),
        Claim("From Newark it was **9.1 min**.", (figure("9.1 min", 9.1, "r3", DELAY),)),
    )
    readings, caveats = ("Late: 15 minutes or more",), ("Cancelled flights are left out.",)
    return run(run_id, "Which airlines were late most often?", queries, claims, readings=readings, caveats=caveats)


def scalar(run_id: str = "scalar01", shown: Sequence[str] = ("2,000 flights", "9.5 min", "29.7 %")) -> Run:
    """One row: three key figures. `shown` are the figures as the answer writes them."""
    columns = (FLIGHTS, DELAY, LATE)
    figures = tuple(figure(text, 0, "r1", column) for text, column in zip(shown, columns, strict=True))
    claims = (Claim("**{}** left, on average **{}** late; **{}** left late.".format(*shown), figures),)
    return run(run_id, "How many flights left, and how late?", (query(1, "All flights", columns, 1, TOTALS),), claims)


def smallest(run_id: str = "small001") -> Run:
    """One dataset, a key figure and its table: the fewest requests that make a whole dashboard."""
    count = query(1, "All flights", (FLIGHTS,), 1, "SELECT count(*) AS flights FROM flights")
    return run(
        run_id, "How many flights left?", (count,), (Claim("**2,000 flights** left.", (figure("2,000 flights", 2000, "r1", FLIGHTS),)),)
    )


def rows_of(run: Run, uri: str) -> dict[str, pa.Table]:
    """The results as they would be stored, asked of a real warehouse: exact numbers stay exact."""
    with psycopg.connect(uri) as connection:
        return {q.id: _table(connection.execute(q.sql.encode())) for q in run.queries}


def _table(cursor: psycopg.Cursor[tuple[Any, ...]]) -> pa.Table:
    names = [column.name for column in cursor.description or ()]
    rows = cursor.fetchall()
    return pa.table({name: [row[place] for row in rows] for place, name in enumerate(names)})
