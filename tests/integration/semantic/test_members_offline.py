"""Counts of members, members without rows, the first of each group and limits of single rows: asked of the offline model, held against
SQL that says what is meant."""

import asyncio
from typing import Any

import psycopg
import pytest
from found_rows import same_rows
from integration.flights.warehouse import Warehouse
from integration.semantic.in_process import InProcess, Run

FIRST = """WITH counted AS (SELECT {0}, count(*) AS n FROM flights GROUP BY {0}),
           ranked AS (SELECT counted.*, rank() OVER (PARTITION BY {1} ORDER BY n DESC) AS place FROM counted)
           SELECT {2} FROM ranked WHERE place <= {3}"""
ASKED: list[tuple[str, str]] = [
    # how many pass
    ("How many days had more than 900 flights?",
     "SELECT count(*) FROM (SELECT 1 FROM flights GROUP BY flight_date HAVING count(*) > 900) AS d"),
    ("number of airports with over 110,000 flights",
     "SELECT count(*) FROM (SELECT 1 FROM flights GROUP BY origin HAVING count(*) > 110000) AS o"),
    ("How many planes made more than 300 flights?",
     "SELECT count(*) FROM (SELECT tailnum FROM flights WHERE tailnum IS NOT NULL GROUP BY tailnum HAVING count(*) > 300) AS p"),
    ("How many planes flew only once?",
     "SELECT count(*) FROM (SELECT tailnum FROM flights WHERE tailnum IS NOT NULL GROUP BY tailnum HAVING count(*) = 1) AS p"),
    ("On how many days were more than 100 flights cancelled?",
     "SELECT count(*) FROM (SELECT 1 FROM flights WHERE dep_time IS NULL GROUP BY flight_date HAVING count(*) > 100) AS d"),
    ("In how many months were there more than 1000 cancellations?",
     "SELECT count(*) FROM (SELECT 1 FROM flights WHERE dep_time IS NULL GROUP BY month HAVING count(*) > 1000) AS m"),
    ("How many days in February had no cancellations?",
     "SELECT count(*) FROM (SELECT 1 FROM flights WHERE month = 2 GROUP BY flight_date HAVING count(*) = count(dep_time)) AS d"),
    ("How many airlines had more than 10,000 flights from JFK?",
     "SELECT count(*) FROM (SELECT 1 FROM flights WHERE origin = 'JFK' GROUP BY carrier HAVING count(*) > 10000) AS c"),
    # who has none
    ("airlines with no flights to MIA", "SELECT name FROM airlines WHERE carrier NOT IN (SELECT carrier FROM flights WHERE dest = 'MIA')"),
    ("How many airlines never flew to Miami?",
     "SELECT count(*) FROM airlines WHERE carrier NOT IN (SELECT carrier FROM flights WHERE dest = 'MIA')"),
    ("Which airlines had no cancellations in June?",
     "SELECT name FROM airlines WHERE carrier NOT IN (SELECT carrier FROM flights WHERE month = 6 AND dep_time IS NULL)"),
    # the first of each
    ("Which carrier had the most flights in each month?", FIRST.format("month, carrier", "month", "make_date(2013, month, 1), carrier", 1)),
    ("What was the busiest destination from each airport?", FIRST.format("origin, dest", "origin", "origin, dest", 1)),
    ("top 3 destinations for each airline by flights", FIRST.format("carrier, dest", "carrier", "carrier, dest", 3)),
    # limits of single rows
    ("flights longer than 1,000 miles", "SELECT count(*) FROM flights WHERE distance > 1000"),
    ("How many flights were delayed more than 60 minutes?", "SELECT count(*) FROM flights WHERE dep_delay > 60"),
    ("How many flights arrived more than 2 hours late?", "SELECT count(*) FROM flights WHERE arr_delay > 120"),
    ("flights over 2,000 miles by carrier", "SELECT carrier, count(*) FROM flights WHERE distance > 2000 GROUP BY carrier"),
    ("flights with an air time of more than 6 hours", "SELECT count(*) FROM flights WHERE air_time > 360"),
    ("Which carrier had the most flights over 2000 miles?",
     "SELECT carrier FROM flights WHERE distance > 2000 GROUP BY carrier ORDER BY count(*) DESC LIMIT 1"),
]  # fmt: skip


@pytest.fixture(scope="module")
def runs(flights: Warehouse, database: Any, catalog: Any, model: Any) -> dict[str, Run]:
    from integration.semantic.conftest import AS_OF

    from analytics_agent.adapters.offline.model import OfflineModel
    from analytics_agent.adapters.warehouses import open_warehouse

    runner = InProcess(OfflineModel(), lambda: open_warehouse(database), catalog, model, AS_OF)
    questions = [question for question, _ in ASKED]
    return dict(zip(questions, asyncio.run(runner.ask_all(questions)), strict=True))


@pytest.mark.parametrize(("question", "gold"), ASKED, ids=[question for question, _ in ASKED])
def test_the_rows_are_those_that_the_question_means(runs: dict[str, Run], flights: Warehouse, question: str, gold: str) -> None:
    run = runs[question]
    assert run.end == "finish", run.given
    with psycopg.connect(flights.reader) as connection:
        meant = connection.execute(gold).fetchall()
    assert meant and same_rows(run.rows, meant), (run.rows[:3], meant[:3])


def test_each_is_told_in_sentences_whose_figures_are_its_own(runs: dict[str, Run]) -> None:
    for question, run in runs.items():
        assert run.answer is not None and not run.errors, (question, run.errors)
        print(f"{question}\n   {run.answer.headline}")
        print("\n".join(f"   - {claim.text}" for claim in run.answer.claims))
