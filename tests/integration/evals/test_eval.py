"""`eval` as a person runs it, on the real stack: lines on stdout, honest exit statuses, nothing lost however it ends."""

import json
import os
import signal
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from e2e.command_line import PROGRAM, Done, run, surroundings
from fakes.messages_api import Body, call, tools_of, turn_of
from running_stack import RunningStack

from analytics_agent.resources import resource

pytestmark = pytest.mark.stack
FLIGHTS = str(resource("sql_fixtures") / "flights" / "questions.jsonl")
CLAUDE = ("--model", "claude-opus-4-7")
SAYS = {
    "right": "SELECT city, count(*) AS orders FROM orders GROUP BY city ORDER BY city",
    "wrong": "SELECT city, count(*) + 1 AS orders FROM orders GROUP BY city ORDER BY city",
}
GOLD = "SELECT count(*), city FROM orders GROUP BY 2"


def scripted(body: Body) -> list[Body]:
    """A model that does what the question's first word says."""
    asked = json.dumps(body["messages"])
    wanted = next(word for word in ("right", "wrong", "refuse", "ask") if f"Please {word}" in asked)
    tools = tools_of(body)
    if "write_answer" in tools:
        return [call("write_answer", headline="Cities differ", claims=[{"text": "The first city has {{r1[0].orders}} orders."}])]
    if "run_sql" not in tools:
        return [call("done")]
    if wanted == "refuse":
        return [call("refuse", reason="Nobody noted that.", missing="that")]
    if wanted == "ask" and "clarification" not in asked and turn_of(body) == 1:
        return [call("ask_person", question="Which orders?", readings=["all of them", "those that were paid"])]
    if "r1" in asked:
        return [call("finish", primary="r1", results=["r1"])]
    return [call("run_sql", purpose="orders by city", sql=SAYS.get(wanted, SAYS["right"]))]


def lines(done: Done) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Every line of stdout is JSON, and the last one the summary."""
    *told, last = [json.loads(line) for line in done.out.splitlines()]
    return sorted(told, key=lambda line: str(line["id"])), last["summary"]


@pytest.fixture
def shop(tmp_path: Path, stack: RunningStack) -> Iterator[tuple[str, str]]:
    """A suite and a map for a SQLite file, and a model that does as it is asked."""
    with sqlite3.connect(tmp_path / "geheim.sqlite") as database:
        database.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, city TEXT)")
        database.executemany("INSERT INTO orders (city) VALUES (?)", [("Köln",), ("Köln",), ("Bonn",)])
    database.close()
    cases = [
        {"id": "1-right", "question": "Please right: orders by city?", "gold_sql": GOLD},
        {"id": "2-wrong", "question": "Please wrong: orders by city?", "gold_sql": f"{GOLD};", "tags": ["hard"]},
        {"id": "3-refuse", "question": "Please refuse: orders by weather?", "expect": "refuse"},
        {"id": "4-ask", "question": "Please ask: which orders?", "expect": "ask"},
        {
            "id": "5-told",
            "question": "Please ask: which orders, by city?",
            "expect": "ask",
            "clarification": "all of them",
            "gold_sql": GOLD,
        },
        {"id": "6-gold", "question": "Please right: orders by country?", "gold_sql": "SELECT country FROM orders"},
    ]
    (tmp_path / "suite.jsonl").write_text("".join(json.dumps({"db": "orders", **case}) + "\n" for case in cases))
    (tmp_path / "map.json").write_text(json.dumps({"orders": f"sqlite:///{tmp_path / 'geheim.sqlite'}"}))
    stack.script.step = scripted
    yield str(tmp_path / "suite.jsonl"), str(tmp_path / "map.json")


def names(stack: RunningStack) -> set[str]:
    with stack.client() as client:
        return {view["name"] for view in client.databases()}


def test_each_way_a_question_can_end_is_told_and_judged(stack: RunningStack, shop: tuple[str, str]) -> None:
    suite, mapped = shop
    before = names(stack)
    done = run(stack, "eval", suite, "--databases", mapped, *CLAUDE)
    assert done.code == 0, done.err
    told, summary = lines(done)
    assert [(line["status"], line["outcome"], line.get("correct")) for line in told] == [
        ("succeeded", "right", True),
        ("succeeded", "wrong", False),
        ("refused", "refused", True),
        ("needs_input", "asked", True),
        ("succeeded", "right", True),
        ("failed", "failed", None),
    ]
    assert told[0]["rows"] == [["Bonn", 1], ["Köln", 2]] and "COUNT(*)" in told[0]["sql"].upper() and told[0]["usage"]["output_tokens"] > 0
    assert told[2]["sql"] is None and told[2]["reason"] == "Nobody noted that."
    assert "check query" in told[5]["note"] and "run" not in told[5]  # nothing was spent on it
    assert (summary["questions"], summary["correct"], summary["silent_errors"], summary["silent_error_rate"]) == (6, 4, 1, 0.3333)
    assert summary["cost_usd"] > 0 and summary["ask_recall"] == summary["refusal_recall"] == 1.0
    assert names(stack) == before
    assert "geheim" not in done.out + done.err
    with stack.client() as client:
        assert client.document(told[3]["run"])["status"] == "cancelled"


def test_the_sample_warehouse_is_asked_of_the_offline_model_and_two_evaluations_are_compared(stack: RunningStack, tmp_path: Path) -> None:
    out = str(tmp_path / "out.jsonl")
    done = run(stack, "eval", FLIGHTS, "--model", "offline", "--ids", "flights-001,flights-045,flights-089", "--out", out)
    told, summary = lines(done)
    assert done.code == 0 and [line["outcome"] for line in told] == ["right", "right", "refused"]
    assert summary["correct"] == 3 and Path(out).read_text() == done.out
    again = run(stack, "eval", FLIGHTS, "--model", "offline", "--ids", "flights-001,flights-045,flights-089,flights-002", "--out", out)
    assert [line["run"] for line in lines(again)[0] if line["id"] != "flights-002"] == [line["run"] for line in told]
    compared = run(stack, "eval", "diff", out, out, "--json").document
    assert compared["questions"] == 4 and compared["better"] == compared["worse"] == []


def test_wrong_usage_is_said_before_anything_is_asked(stack: RunningStack, shop: tuple[str, str], tmp_path: Path) -> None:
    suite, mapped = shop
    with stack.client() as client:
        newest = client.runs(limit=1)
    for arguments, said in (
        ((suite,), "'orders' is not known"),
        ((suite, "--databases", suite), "cannot be read as JSON"),
        ((suite, "--databases", mapped, "--ids", "nine"), "no question with the id 'nine'"),
        ((mapped,), "must be a text"),
        ((suite, "--databases", mapped, "--out", str(tmp_path / "map.json" / "out.jsonl")), "cannot be written"),
    ):
        done = run(stack, "eval", *arguments)
        assert (done.code, done.out) == (2, "") and said in done.err, done
    with stack.client() as client:
        assert client.runs(limit=1) == newest


def test_a_service_that_is_away_ends_it_with_its_own_status(stack: RunningStack) -> None:
    done = run(stack, "eval", FLIGHTS, ANALYTICS_AGENT_API_URL="http://127.0.0.1:9")
    assert (done.code, done.out) == (3, "") and "does not answer" in done.err


def test_an_evaluation_ends_at_its_budget_and_is_gone_on_with_under_a_higher_one(
    stack: RunningStack, shop: tuple[str, str], tmp_path: Path
) -> None:
    suite, mapped = shop
    out = str(tmp_path / "out.jsonl")
    asked = ("eval", suite, "--databases", mapped, *CLAUDE, "--out", out, "--concurrency", "1", "--limit", "2")
    stopped = run(stack, *asked, "--budget-usd", "0.0001")
    told, summary = lines(stopped)
    assert stopped.code == 1 and len(told) == 1 and not summary["complete"] and "same command goes on" in stopped.err
    done = run(stack, *asked)
    assert done.code == 0 and len(lines(done)[0]) == 2 and lines(done)[1]["complete"]


def test_ctrl_c_keeps_what_is_done_and_cancels_what_is_under_way(stack: RunningStack, shop: tuple[str, str], tmp_path: Path) -> None:
    suite, mapped = shop
    held = threading.Event()

    def step(body: Body) -> list[Body]:
        if "Please wrong" in json.dumps(body["messages"]):
            held.set()
            time.sleep(20)
        return scripted(body)

    stack.script.step = step
    out = tmp_path / "out.jsonl"
    asked = ("eval", suite, "--databases", mapped, *CLAUDE, "--out", str(out), "--concurrency", "1", "--limit", "2")
    process = subprocess.Popen(
        [PROGRAM, *asked],
        env=surroundings(stack),
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert held.wait(60)
        os.kill(process.pid, signal.SIGINT)
        told, said = process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == 130 and "Traceback" not in said and "same command goes on" in said
    assert [json.loads(line).get("id") for line in told.splitlines()] == ["1-right", None]
    with stack.client() as client:
        assert client.runs(limit=1)[0]["status"] == "cancelled"
    stack.script.step = scripted
    done = run(stack, *asked)
    assert done.code == 0 and [line["outcome"] for line in lines(done)[0]] == ["right", "wrong"]
