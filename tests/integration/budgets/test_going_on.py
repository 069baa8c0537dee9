"""Budgets through the real workflow, on real Temporal and PostgreSQL, with Claude scripted behind a real socket: a run that is stopped
has a partial answer and its report, goes on when its budget is raised, and nothing is paid for twice."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from fakes.messages_api import Body, MessagesApi, call, turn_of
from integration.claude.conversations import OPUS, SQL, run_sql, step_of
from integration.claude.rig import Rig, rig
from temporalio.client import Client

from analytics_agent import bootstrap, worker
from analytics_agent.activities.purse import WRAPS_UP
from analytics_agent.api.temporal_runner import TemporalRunner
from analytics_agent.domain.cost import Cost
from analytics_agent.domain.question import Budget
from analytics_agent.domain.run import Run
from analytics_agent.stack.postgres import Cluster

QUERIES = 7
RAISED = Budget(usd=5.0)
RUN_USD, PERSON_USD = 0.265, 0.60


def thorough(body: Body) -> list[Body]:
    """Looks at one more thing, turn by turn, whatever it is told of budgets."""
    step, turn = step_of(body), turn_of(body)
    if step == "explore":
        wider = SQL.replace("GROUP", f"WHERE amount > {turn} GROUP")
        return [run_sql(wider)] if turn <= QUERIES else [call("finish", primary="r1", results=["r1", "r2"], readings=[])]
    if step == "analyze":
        return [call("done")]
    return [call("write_answer", headline="One region leads", claims=[{"text": "{{r1[0].region}} leads with {{r1[0].total}}."}])]


@dataclass
class Told:
    stopped: Run
    page: str
    pdf: bytes
    again: bool
    before: int
    """Requests until then."""
    finished: Run
    api: MessagesApi
    costs: tuple[Cost, ...]
    warnings: list[str]
    kinds: list[str]
    second_click: bool
    day: list[Run]
    person: Cost


@pytest.fixture(scope="module")
def told(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE budgets")
    with MessagesApi(thorough) as api, pytest.MonkeyPatch.context() as patch:
        yield asyncio.run(_all(tmp_path_factory.mktemp("budgets"), postgres.url("budgets"), api, patch))


async def _all(folder: Path, url: str, api: MessagesApi, patch: pytest.MonkeyPatch) -> Told:
    async with (
        rig(folder, url, api, patch, turns=12, budget_user_usd=PERSON_USD) as running,
        worker.build(running.client, running.settings, "report"),
    ):
        return await _story(running, api)


async def _story(running: Rig, api: MessagesApi) -> Told:
    store, files = running.store, bootstrap.artifacts(running.settings)
    asked = await running.ask("What is the total by region?", OPUS, owner="k2", budget=Budget(usd=RUN_USD), formats=("html", "pdf"))
    stopped = await running.finished(asked)
    assert stopped.report.html and stopped.report.pdf, stopped.reason
    page, pdf = [await files.get_file(one) for one in (stopped.report.html, stopped.report.pdf)]
    before = len(api.requests)
    runner = TemporalRunner(_given(running))
    again = await store.reopen(asked, RAISED)
    second_click = await store.reopen(asked, RAISED)
    await runner.start(asked, again=True)
    finished = await running.finished(asked)
    async with asyncio.timeout(10):  # the event of an end comes a moment after the status
        while (events := await store.events(asked))[-1].kind != "run":
            await asyncio.sleep(0.05)
    costs = await store.costs(by="run", owner="k2")
    crowd = [await running.ask(f"Total {n}?", OPUS, owner="k1", budget=RAISED) for n in range(8)]
    day = await asyncio.gather(*map(running.finished, crowd))
    (person,) = await store.costs(by="user", owner="k1", since=datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0))
    warnings = [str(event.data["message"]) for event in events if event.kind == "warning"]
    return Told(
        stopped, page.decode(), pdf, again, before, finished, api, costs, warnings, [e.kind for e in events], second_click, day, person
    )


def _given(running: Rig) -> Callable[[], Awaitable[Client]]:
    async def client() -> Client:
        return running.client

    return client


def test_it_stops_before_the_budget_is_overrun_and_says_which_it_was(told: Told) -> None:
    run = told.stopped
    assert run.status == "over_budget"
    assert run.usage.cost_usd <= RUN_USD
    assert run.stopped is not None
    assert run.stopped.pool == "run"
    assert str(run.reason).startswith("Stopped at the budget of this run: $0.")
    assert str(run.reason).endswith("Raise its budget to go on.")


def test_what_was_found_is_an_answer_and_a_report_that_say_that_they_are_partial(told: Told) -> None:
    answer = told.stopped.answer
    assert answer is not None
    assert answer.partial
    assert len(answer.claims) == len(told.stopped.queries) >= 2
    assert all(figure.result and figure.expression for claim in answer.claims for figure in claim.figures)
    assert "Stopped at the budget of this run" in told.page
    assert "Partial answer" in told.page
    assert told.pdf.startswith(b"%PDF")
    assert told.stopped.receipt is None


def test_before_it_stopped_the_model_was_told_to_come_to_an_end(told: Told) -> None:
    assert WRAPS_UP in told.warnings
    nudged = [body for body in told.api.requests[: told.before] if "End this step now with what is known" in str(body["messages"][-1])]
    assert nudged
    assert all(body["max_tokens"] < 4_000 for body in nudged)


def test_with_a_higher_budget_it_goes_on_to_its_answer(told: Told) -> None:
    run = told.finished
    assert (told.again, told.second_click) == (True, False)
    assert (run.status, run.openings, run.stopped) == ("succeeded", 2, None)
    assert run.answer is not None
    assert not run.answer.partial
    assert run.answer.summary.replace("**", "") == "east leads with 48."
    assert len(run.queries) == QUERIES


def test_no_turn_is_asked_or_paid_for_twice(told: Told) -> None:
    mine = told.api.requests[: told.before + 20]
    asked = Counter((step_of(body), turn_of(body)) for body in mine if "by region" in str(body["messages"][0]))
    assert set(asked.values()) == {1}
    assert len(asked) == told.finished.turns == told.costs[0].turns
    told_of, booked = told.finished.usage, told.costs[0].usage
    assert told_of.cost_usd == pytest.approx(booked.cost_usd)  # dollars are added up in another order
    assert replace(told_of, cost_usd=0) == replace(booked, cost_usd=0)


def test_its_progress_tells_both_halves(told: Told) -> None:
    assert told.kinds.count("report") == 2
    assert told.kinds[-1] == "run"


def test_runs_of_one_person_at_once_do_not_overrun_their_day_together(told: Told) -> None:
    assert told.person.usage.cost_usd <= PERSON_USD
    stopped = [run for run in told.day if run.status == "over_budget"]
    assert stopped
    assert all(run.stopped and run.stopped.pool == "person" for run in stopped)
    assert all("today's budget of whoever asked" in str(run.reason) for run in stopped)
    assert {run.status for run in told.day} <= {"over_budget", "succeeded"}
