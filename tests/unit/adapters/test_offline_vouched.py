"""The offline model with verified queries, from the question to the answer, on a DuckDB file: what is answered by one, and what is not."""

import asyncio
import json
from pathlib import Path

import duckdb
import pytest
from asked_alone import Asked, PolicyRights
from unit.semantic import shop

from analytics_agent.domain.catalog import TableName
from analytics_agent.domain.policy import OPEN, Policy, TablePolicy
from analytics_agent.domain.run import Run

PER_CITY = (
    "SELECT s.city, COUNT(*) AS orders FROM orders AS o JOIN stores AS s ON s.store_id = o.store_id GROUP BY s.city ORDER BY orders DESC"
)
VOUCHED = [
    {"question": "Which towns are our best on busy days?", "sql": PER_CITY, "by": "Ada", "on": "2025-05-01"},
    {"question": "How busy was the 2nd of March 2025?", "sql": "SELECT COUNT(*) AS visits, SUM(visitors) AS guests FROM visits"},
    {"question": "How busy is a town that is not there?", "sql": "SELECT city, 1 AS n FROM stores WHERE city = 'Atlantis'"},
    {"question": "What is forbidden?", "sql": "SELECT gone FROM stores"},
    {"question": "Which towns are there?", "sql": "SELECT city FROM stores"},
]
MODEL = shop.TEXT.replace('"notes": [', f'"verified_queries": {json.dumps(VOUCHED)}, "notes": [', 1).replace("main.", "public.")
ALL_TABLES = tuple(TableName("public", name) for name in shop.TABLES)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("shop") / "shop.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE SCHEMA public; SET schema = 'public'")
        for name, (columns, rows) in shop.TABLES.items():
            connection.execute(f"CREATE TABLE {name} ({', '.join(f'{column} {shop.NATIVE[kind]}' for column, kind in columns.items())})")
            connection.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(columns))})", rows)
    return path


def ask(file: Path, text: str, policy: Policy = OPEN) -> Run:
    return asyncio.run(Asked(file, PolicyRights({"user:ada": policy}), MODEL).ask(text))


def said(run: Run) -> str:
    assert run.answer is not None, run.refusal
    return " ".join([run.answer.headline, *(claim.text for claim in run.answer.claims)]).replace("**", "")


def test_a_verified_question_is_answered_by_its_query_and_says_who_vouches_for_it(file: Path) -> None:
    run = ask(file, "which town is our best on busy days")
    assert [(query.source, query.verified.by if query.verified else "") for query in run.queries if query.sql] == [("verified", "Ada")]
    assert run.evidence and run.evidence.readings == (
        "Verified query: “Which towns are our best on busy days?”, verified by Ada on 2025-05-01",
    )
    assert "Oslo: orders 3." in said(run) and "Bergen: orders 2." in said(run)


def test_figures_without_names_are_told(file: Path) -> None:
    assert "Visits 4, guests 260." in said(ask(file, "How busy was the 2nd of March 2025?"))


def test_names_without_figures_are_counted(file: Path) -> None:
    assert "3 rows" in said(ask(file, "Which towns are there?"))


@pytest.mark.parametrize("asked", ["How busy is a town that is not there?", "What is forbidden?"])
def test_one_that_gives_no_rows_or_is_not_allowed_answers_nothing(file: Path, asked: str) -> None:
    run = ask(file, asked)
    assert run.answer is None and run.refusal is not None


def test_who_sees_a_part_of_its_tables_is_not_answered_by_it(file: Path) -> None:
    policy = Policy(ALL_TABLES, (TablePolicy("public", "stores", (("city <> 'Oslo'",),)),))
    run = ask(file, "which town is our best on busy days", policy)
    assert run.answer is None and all(query.source != "verified" for query in run.queries)
    assert said(ask(file, "which town is our best on busy days", Policy(ALL_TABLES, ())))


def test_a_question_of_other_words_is_read_as_any_other(file: Path) -> None:
    run = ask(file, "How many orders were there in February 2025?")
    assert [query.source for query in run.queries if query.sql][:1] == ["metric"]
