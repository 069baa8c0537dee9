"""Workers killed with -9 in the middle of a step: a new worker finishes the run, and nothing that was done is done again."""

import json
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from e2e import scripted
from fakes.messages_api import Body, Fault, call, tools_of, turn_of
from running_stack import RunningStack

from analytics_agent.stack import ports
from analytics_agent.stack.plan import Plan, plan
from analytics_agent.stack.state import State

pytestmark = pytest.mark.stack
WORKERS = ("worker-workflow", "worker-model", "worker-warehouse", "worker-report", "worker-deliver")


def step_of(body: Body) -> str:
    tools = tools_of(body)
    return "explore" if "query_metrics" in tools else "analyze" if "rank" in tools else "synthesize"


def ask(stack: RunningStack, **options: Any) -> str:
    with stack.client() as client:
        return client.submit(scripted.QUESTION, "flights", model="claude-opus-4-7", **options)


def counted(stack: RunningStack, since: int) -> Counter[tuple[str, int]]:
    """How often each turn was asked for at the endpoint."""
    return Counter((step_of(body), turn_of(body)) for body in stack.messages.requests[since:])


def kill_when_asked(stack: RunningStack, step: str, turn: int) -> None:
    """The endpoint answers as scripted, but when that turn is asked for the first time every worker dies and the reply is lost."""
    killed = threading.Event()

    def reply(body: Body) -> list[Body] | Fault:
        if (step_of(body), turn_of(body)) == (step, turn) and not killed.is_set():
            killed.set()
            stack.kill(*WORKERS)
            return Fault(close=True)
        return scripted.late_carriers(body)

    stack.script.step = reply


@dataclass
class Died:
    """A run whose workers died in a turn: its document, how often each turn was asked for, and PostgreSQL's log of that time."""

    document: dict[str, Any]
    asked: Counter[tuple[str, int]]
    log: str


def died(stack: RunningStack, step: str, turn: int) -> Died:
    log = stack.settings.state / "logs" / "postgres.log"
    with every_statement_logged(stack):
        begun, since = log.stat().st_size, len(stack.messages.requests)
        kill_when_asked(stack, step, turn)
        document = stack.finished(ask(stack, publish=False))
        asked = counted(stack, since)
        time.sleep(0.5)
        return Died(document, asked, log.read_bytes()[begun:].decode(errors="replace"))


@pytest.fixture(scope="module")
def died_after_its_query(stack: RunningStack) -> Died:
    return died(stack, "explore", 3)


def assert_finished(run: Died, step: str, turn: int) -> None:
    assert run.document["status"] == "succeeded", run.document["reason"]
    asked = Counter(run.asked)
    assert asked.pop((step, turn)) == 2  # the reply that was lost, and the one that came
    assert set(asked.values()) == {1}, asked
    assert run.document["usage"]["turns"] == scripted.EXPLORE_TURNS + scripted.ANALYZE_TURNS + scripted.SYNTHESIZE_TURNS


def test_a_run_whose_workers_die_while_it_explores_is_finished_and_no_stored_turn_is_asked_again(died_after_its_query: Died) -> None:
    assert_finished(died_after_its_query, "explore", 3)


def test_a_run_whose_workers_die_while_it_writes_is_finished_and_no_stored_turn_is_asked_again(stack: RunningStack) -> None:
    assert_finished(died(stack, "synthesize", 1), "synthesize", 1)


METRICS = {"lateness": "late_departure_share", "traffic": "departures"}
"""Two lines of inquiry, and what each of them queries."""


def conversation_of(body: Body) -> str:
    """The step, or the title of the line that an exploration follows."""
    opening = json.dumps(body["messages"][0])
    return next((title for title in METRICS if f"the line of {title}" in opening), step_of(body))


def inquiring(body: Body) -> list[Body] | Fault:
    """Explore queries once, follows two lines and finishes; a line looks at values, queries once and finishes with what it got."""
    title, turn = conversation_of(body), turn_of(body)
    if title in METRICS and turn > 1:
        if turn == 2:
            return [call("query_metrics", purpose=title, metrics=[METRICS[title]], dimensions=["airlines.name"])]
        (found,) = set(re.findall(r'"(r\d+)\\?"', json.dumps(body["messages"][-1])))
        return [call("finish", primary=found, results=[found], readings=[])]
    if title == "explore" and turn == 1:
        return scripted.late_carriers({**body, "messages": [*body["messages"], {"role": "assistant"}]})
    if title == "explore" and turn == 2:
        return [call("investigate", lines=[{"title": one, "question": f"Follow the line of {one} by carrier."} for one in METRICS])]
    return scripted.late_carriers(body)


def test_a_line_of_inquiry_whose_workers_die_goes_on_where_it_was_and_nothing_is_asked_or_queried_twice(stack: RunningStack) -> None:
    """In the last turn of one line, when the other has come to its end."""
    killed, other_ended = threading.Event(), threading.Event()
    asked: Counter[tuple[str, int]] = Counter()

    def reply(body: Body) -> list[Body] | Fault:
        name, turn = conversation_of(body), turn_of(body)
        asked[name, turn] += 1
        if (name, turn) == ("traffic", 3):
            other_ended.set()
        if (name, turn) == ("lateness", 3) and not killed.is_set():
            assert other_ended.wait(60)
            time.sleep(2)  # its last call is run, and its end is in Temporal
            killed.set()
            stack.kill(*WORKERS)
            return Fault(close=True)
        return inquiring(body)

    stack.script.step = reply
    since = len(stack.messages.requests)
    document = stack.finished(ask(stack, publish=False, formats=[]))
    assert document["status"] == "succeeded", document["reason"]
    assert asked.pop(("lateness", 3)) == 2  # the reply that was lost, and the one that came
    assert set(asked.values()) == {1}, asked
    assert sum(asked.values()) + 1 == document["usage"]["turns"]
    made = Counter(column["name"] for query in document["queries"] for column in query["columns"])
    assert [query["id"] for query in document["queries"] if query["source"] == "metric"] == ["r1", "r2", "r3"], made
    merged = next(body for body in stack.messages.requests[since:] if (conversation_of(body), turn_of(body)) == ("explore", 3))
    told = json.dumps(merged["messages"][-1])
    assert all(title in told for title in METRICS) and told.count("primary") == 2 and "not_found" not in told


def test_a_finished_query_does_not_run_again(died_after_its_query: Died) -> None:
    """Counted in PostgreSQL's own log: the workers die in the turn after the query."""
    assert died_after_its_query.document["status"] == "succeeded"
    entries = re.split(r"(?m)^(?=\d{4}-\d\d-\d\d )", died_after_its_query.log)
    ran = [entry for entry in entries if re.search(r"LOG:\s+(statement|execute)", entry) and "late_departure_share" in entry]
    assert len([entry for entry in ran if "public.flights" in entry and "INSERT" not in entry]) == 1, ran


def test_a_run_whose_workers_die_while_publishing_publishes_once(stack: RunningStack) -> None:
    stack.script.step = scripted.late_carriers
    before = objects(stack)
    run_id = ask(stack)
    with stack.client() as client:
        for event in client.events(run_id):
            if event["kind"] == "step" and event["step"] == "deliver":
                break
    time.sleep(0.4)
    stack.kill("worker-deliver", "worker-workflow")
    document = stack.finished(run_id)
    assert document["status"] == "succeeded" and document["superset"]["dashboard_url"], document["superset"]
    made = {"dashboards": 1, "slices": len(document["superset"]["charts"]), "tables": len(document["superset"]["datasets"])}
    assert {table: count - before[table] for table, count in objects(stack).items()} == made
    assert made["slices"] and made["tables"]


def objects(stack: RunningStack) -> dict[str, int]:
    """How many dashboards, charts and datasets Superset holds, in its own tables."""
    with psycopg.connect(wanted(stack).addresses.superset.replace("+psycopg2", "")) as connection:
        return {
            table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # type: ignore[index]
            for table in ("dashboards", "slices", "tables")
        }


@contextmanager
def every_statement_logged(stack: RunningStack) -> Iterator[None]:
    with psycopg.connect(wanted(stack).cluster.url(), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET log_statement = 'all'")
        connection.execute("SELECT pg_reload_conf()")
        try:
            yield
        finally:
            connection.execute("ALTER SYSTEM RESET log_statement")
            connection.execute("SELECT pg_reload_conf()")


def wanted(stack: RunningStack) -> Plan:
    return plan(stack.settings, ports.remembered(State(stack.settings.state)), superset=True)
