"""The default limit on what a statement may take, held to the sample: every honest question is far below it, forgotten keys are above."""

import asyncio
import json

import pytest
from integration.flights.warehouse import FOLDER, Warehouse

from analytics_agent.adapters.postgres.warehouse import PostgresWarehouse
from analytics_agent.settings import Settings

LIMIT = Settings.model_fields["cost_limit_rows"].default
QUESTIONS = [json.loads(line) for line in (FOLDER / "questions.jsonl").read_text().splitlines()]


def expected(flights: Warehouse, *statements: str) -> list[float | None]:
    warehouse = PostgresWarehouse("flights", flights.reader)

    async def of_all() -> list[float | None]:
        return [(await warehouse.estimate(statement, timeout_seconds=20)).rows_read for statement in statements]

    return asyncio.run(of_all())


def test_every_golden_question_is_far_below_the_limit(flights: Warehouse) -> None:
    found = expected(flights, *(one["gold_sql"] for one in QUESTIONS if one.get("gold_sql")))
    assert len(found) > 50
    assert max(LIMIT if rows is None else rows for rows in found) < LIMIT / 100


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT count(*) FROM flights CROSS JOIN weather",
        "SELECT avg(w.precip) FROM flights AS f JOIN weather AS w ON f.dep_time <> w.hour",
        "SELECT count(*) FROM flights AS a JOIN flights AS b ON a.carrier = b.carrier",
        "SELECT carrier FROM flights AS f WHERE dep_delay > (SELECT avg(dep_delay) FROM flights AS o WHERE o.carrier = f.carrier)",
    ],
)
def test_a_forgotten_key_is_above_it(statement: str, flights: Warehouse) -> None:
    (found,) = expected(flights, statement)
    assert found is not None and found > LIMIT
