"""Tables that change between a question and its run, and what is kept of tables, from the command line to the answer."""

import json
import secrets
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from e2e.command_line import run
from fakes.messages_api import Body, call, tools_of
from running_stack import RunningStack

pytestmark = [pytest.mark.stack, pytest.mark.timeout(300)]
MODEL = """
version: 0.2.0.dev0
semantic_model:
  - name: sales
    datasets:
      - name: orders
        source: public.orders
        primary_key: [id]
        fields:
          - name: status
            expression: {dialects: [{dialect: ANSI_SQL, expression: status}]}
    metrics:
      - name: revenue
        expression: {dialects: [{dialect: ANSI_SQL, expression: SUM(orders.total)}]}
"""
ANSWERED = "{{r1[0].t}} in all."


@pytest.fixture
def sales(stack: RunningStack, postgres_database: str, tmp_path: Path) -> Iterator[str]:
    """The name of a database that was added; its tables are still to be changed."""
    _change(
        postgres_database,
        "CREATE TABLE orders (id integer PRIMARY KEY, total numeric, status text)",
        "INSERT INTO orders SELECT i, 10, CASE WHEN i % 4 = 0 THEN 'open' ELSE 'paid' END FROM generate_series(1, 40) AS g(i)",
    )
    model, name = tmp_path / "sales.yaml", f"sales-{secrets.token_hex(3)}"
    model.write_text(MODEL, encoding="utf-8")
    added = run(stack, "databases", "add", name, "-", "--semantic-model", str(model), stdin=postgres_database)
    assert added.code == 0, added.err
    yield name
    run(stack, "databases", "remove", name)


def _change(uri: str, *statements: str) -> None:
    with psycopg.connect(uri, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def _sums(body: Body) -> list[Body]:
    """By the name that it knows, and by the one that it is told when that fails."""
    if "rank" in tools_of(body):
        return [call("done")]
    if "write_answer" in tools_of(body):
        return [call("write_answer", headline="All of it", claims=[{"text": ANSWERED}])]
    told = json.dumps(body["messages"])
    why = {"purpose": "the total", "why_not_metrics": "it is asked for as SQL"}
    if '"preview' in told.replace("\\", ""):
        return [call("finish", primary="r1", results=["r1"], readings=["All orders."])]
    column = "total_amount" if "orders.total is gone; there is total_amount now" in told else "total"
    return [call("run_sql", sql=f"SELECT sum({column}) AS t FROM orders", **why)]


def test_a_column_that_got_another_name_between_question_and_run_does_not_end_it(
    stack: RunningStack, sales: str, postgres_database: str
) -> None:
    stack.script.step = _sums
    _change(postgres_database, "ALTER TABLE orders RENAME COLUMN total TO total_amount")
    with stack.client() as client:
        asked = client.submit("How much was sold in all?", database=sales, model="claude-opus-4-7", publish=False)
    done = stack.finished(asked)
    assert done["status"] == "succeeded", done
    assert "400" in done["answer"]["summary"]
    shown = run(stack, "databases", "show", sales, "--json")
    (problem,) = json.loads(shown.out)["model_problems"]
    assert "line " in problem and "total" in problem
    assert "does not fit" in run(stack, "databases", "list").out
    assert "does not fit" in run(stack, "databases", "refresh", sales).err
    assert sales in run(stack, "doctor").out


def test_a_question_of_the_offline_model_on_what_is_gone_is_refused(stack: RunningStack, sales: str, postgres_database: str) -> None:
    _change(postgres_database, "ALTER TABLE orders DROP COLUMN total")
    with stack.client() as client:
        asked = client.submit("What is the revenue?", database=sales, model="offline", publish=False)
    done = stack.finished(asked)
    assert done["status"] in ("refused", "failed") and "answer" not in {name for name, value in done.items() if value}


def test_what_columns_hold_is_told_after_a_database_was_added_and_forgotten_when_that_is_switched_off(
    stack: RunningStack, sales: str
) -> None:
    until = time.monotonic() + 30
    while (told := json.loads(run(stack, "catalog", "describe", sales, "orders", "--json").out))["profile"] is None:
        assert time.monotonic() < until
        time.sleep(0.2)
    status = next(column for column in told["profile"]["columns"] if column["name"] == "status")
    assert status["common"] == [["paid", 30], ["open", 10]]
    assert "'paid' 75 %" in run(stack, "catalog", "describe", sales, "orders").out
    off = run(stack, "databases", "set", sales, "--no-profile")
    assert off.code == 0 and "removed" in off.err
    run(stack, "databases", "refresh", sales)
    time.sleep(1)
    assert json.loads(run(stack, "catalog", "describe", sales, "orders", "--json").out)["profile"] is None
