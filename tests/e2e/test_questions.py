"""Questions on flights from the client to the PDF and the dashboard, against check queries that know nothing of the semantic model."""

import asyncio
import io
import json
import re
from typing import Any

import psycopg
import pytest
from e2e import scripted
from e2e.command_line import run
from e2e.superset_page import CHROMIUM, FLAGS, Login, dashboard_figures
from found_rows import same_rows
from pypdf import PdfReader
from running_stack import RunningStack

from analytics_agent.evals.compare import close
from analytics_agent.resources import resource
from analytics_agent.stack import ports
from analytics_agent.stack.plan import plan
from analytics_agent.stack.state import State

pytestmark = pytest.mark.stack

GOLDEN = {line["id"]: line for line in map(json.loads, (resource("sql_fixtures") / "flights" / "questions.jsonl").read_text().splitlines())}
ASKED = ("flights-001", "flights-005", "flights-003")
WHY = "Why were departures so late in summer 2013?"


@pytest.fixture(scope="module")
def why(stack: RunningStack) -> dict[str, Any]:
    """The demo's question, answered and published once for the tests that look at it."""
    with stack.client() as client:
        run_id = client.submit(WHY, "flights")
    return stack.finished(run_id)


def owner(stack: RunningStack) -> str:
    return plan(stack.settings, ports.remembered(State(stack.settings.state)), superset=True).addresses.flights_owner


def primary_rows(stack: RunningStack, document: dict[str, Any]) -> list[list[Any]]:
    with stack.client() as client:
        rows: list[list[Any]] = json.loads(client.result(document["id"], document["primary"], "json"))["rows"]
    return rows


@pytest.mark.parametrize("name", ASKED)
def test_a_golden_question_gets_the_figures_of_its_check_query(stack: RunningStack, name: str) -> None:
    question = GOLDEN[name]
    with stack.client() as client:
        run_id = client.submit(question["question"], "flights", publish=False, formats=[])
    document = stack.finished(run_id)
    assert document["status"] == "succeeded", document
    with psycopg.connect(owner(stack)) as connection:
        gold = connection.execute(question["gold_sql"]).fetchall()
    assert same_rows(primary_rows(stack, document), gold), (document["answer"], gold)


def test_a_why_question_gets_the_two_figures_and_their_difference(stack: RunningStack, why: dict[str, Any]) -> None:
    assert why["status"] == "succeeded", why["reason"]
    season = "SELECT avg(dep_delay) FROM flights WHERE month BETWEEN %s AND %s"
    with psycopg.connect(owner(stack)) as connection:
        spring, summer = (float(connection.execute(season, months).fetchone()[0]) for months in ((3, 5), (6, 8)))  # type: ignore[index]
    shown = [figure["value"] for claim in why["answer"]["claims"] for figure in claim["figures"]]
    for expected in (spring, summer, summer - spring):
        assert any(close(value, expected) for value in shown if isinstance(value, int | float)), (expected, shown)


def test_a_question_goes_on_from_an_earlier_one_at_the_command_line(stack: RunningStack) -> None:
    first = run(stack, "ask", "How many flights were cancelled in June?", "--database", "flights", "--no-publish", "--json").document
    again = run(stack, "ask", "by carrier instead", "--no-publish", "--json", "--continue", first["id"]).document
    assert again["status"] == "succeeded", again
    gold = """SELECT carrier, name, count(*) FILTER (WHERE dep_time IS NULL) FROM flights JOIN airlines USING (carrier)
        WHERE month = 6 GROUP BY carrier, name"""
    with psycopg.connect(owner(stack)) as connection:
        assert same_rows(primary_rows(stack, again), connection.execute(gold).fetchall())
    assert any("kept: cancellations, June 2013; changed: the split" in text for text in again["readings"]), again["readings"]


def test_the_pdf_holds_every_figure_of_the_answer(stack: RunningStack, why: dict[str, Any]) -> None:
    with stack.client() as client:
        reader = PdfReader(io.BytesIO(client.report(why["id"], "pdf")))
    text = _plain(" ".join(page.extract_text() for page in reader.pages))
    figures = [figure["shown"] for claim in why["answer"]["claims"] for figure in claim["figures"]]
    assert figures and [figure for figure in figures if _plain(figure) not in text] == []
    assert _plain(why["question"]) in text


def test_the_html_report_is_one_file_that_asks_nobody(stack: RunningStack, why: dict[str, Any]) -> None:
    with stack.client() as client:
        page = client.report(why["id"], "html").decode()
    assert re.findall(r"""(?:src|href)=["'](?!#|data:|http://127\.0\.0\.1)[^"']+""", page) == []
    assert "<script" not in page


@pytest.mark.browser
def test_the_dashboard_shows_data_in_every_chart_and_the_figures_of_the_answer(stack: RunningStack, why: dict[str, Any]) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        try:
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            seen = dashboard_figures(page, why["superset"]["dashboard_url"], Login(*stack.superset_login))
        finally:
            browser.close()
    assert seen.trouble == () and len(seen.charts) == len(why["superset"]["charts"]) > 0
    assert set(seen.charts) == seen.drawn | set(seen.tables) | set(seen.big_numbers)
    for claim in why["answer"]["claims"]:
        for figure in claim["figures"]:
            assert _plain(figure["shown"]) in _plain(seen.text), figure
    cells = {_plain(cell) for rows in seen.tables.values() for row in rows for cell in row}
    assert {"18.3", "13.4"} <= cells


def test_no_value_of_a_result_is_in_the_history(stack: RunningStack) -> None:
    """Names, figures and SQL of a finished run are searched for in everything that Temporal keeps of it."""
    stack.script.step = scripted.late_carriers
    with stack.client() as client:
        run_id = client.submit(scripted.QUESTION, "flights", model="claude-opus-4-7", publish=False)
    document = stack.finished(run_id)
    assert document["status"] == "succeeded", document["reason"]
    values = {str(cell) for row in primary_rows(stack, document) for cell in row if isinstance(cell, str | float) or cell > 999}
    history = asyncio.run(_history(stack, run_id))
    assert len(values) > 30 and len(history) > 5_000
    assert [value for value in values if value in history] == []
    assert scripted.QUESTION not in history and "SELECT" not in history


async def _history(stack: RunningStack, run_id: str) -> str:
    """The history as text, with every payload in the clear."""
    from analytics_agent import bootstrap

    client = await bootstrap.temporal(stack.settings)
    events = [event async for event in client.get_workflow_handle(f"run-{run_id}").fetch_history_events()]
    return "\n".join(_clear(event) for event in events)


def _clear(event: Any) -> str:
    return event.SerializeToString().decode("utf-8", "replace")


def _plain(text: str) -> str:
    return re.sub(r"[\s\u00a0\u202f\u2009\u200b\u2060]+", "", text)


def test_a_run_reads_the_same_when_temporal_has_forgotten_it(stack: RunningStack, why: dict[str, Any]) -> None:
    async def forget() -> None:
        from temporalio.api.common.v1 import WorkflowExecution
        from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest

        from analytics_agent import bootstrap

        client = await bootstrap.temporal(stack.settings)
        execution = WorkflowExecution(workflow_id=f"run-{why['id']}")
        request = DeleteWorkflowExecutionRequest(namespace="default", workflow_execution=execution)
        await client.workflow_service.delete_workflow_execution(request)

    asyncio.run(forget())
    with stack.client() as client:
        assert client.document(why["id"]) == why
        assert [event["seq"] for event in client.events(why["id"])][-1] > 10
