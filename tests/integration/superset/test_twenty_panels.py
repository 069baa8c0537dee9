"""Twenty open panels that wait for progress, while a dashboard's charts load in their usual time.

Without the limit on waiting (ask/slots.py) the panels hold all of Superset's threads for ten seconds at a time, and this fails.
"""

import statistics
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx2
import pytest
from ask.tokens import person_token
from fakes.messages_api import Body, Fault
from running_stack import RunningStack
from superset_people import JSON, ONE_EACH, People, Session

from analytics_agent.domain.models import DEFAULT

pytestmark = pytest.mark.stack

PANELS = 20
CHARTS = 6
"""A dashboard's; a browser asks for them at once."""
LOADS = 4
SLOWER = 3.0
LEAST_SECONDS = 0.5
"""Faster than this nobody notices a difference."""


@pytest.fixture
def waiting_run(stack: RunningStack, people: People) -> Iterator[tuple[Session, str]]:
    """A person's run that thinks for a long time, and has nothing to tell meanwhile."""
    person = people.add(whole_database=True)
    given = stack.settings
    assert given.superset_signing_key
    thought = threading.Event()

    def think(body: Body) -> Fault:
        thought.wait(120)
        return Fault(400, "invalid_request_error")

    stack.script.step = think
    token = {"Authorization": f"Bearer {person_token(given.superset_signing_key.get_secret_value(), person.id, 'Ada')}"}
    body = {"question": "How many flights were there?", "database": "flights", "model": DEFAULT, "publish": False}
    run_id = httpx2.post(f"{given.api_url}/v1/analyses", json=body, headers=token).json()["id"]
    with people.session(person) as session:
        yield session, run_id
        session.post(f"/analyses/{run_id}/cancel")
    thought.set()


@contextmanager
def open_panels(session: Session, run_id: str) -> Iterator[list[float]]:
    """Twenty that ask for progress again and again, as the panel does. Gives how long each answer took."""
    closed, took = threading.Event(), list[float]()

    def panel() -> None:
        with httpx2.Client(base_url=session.client.base_url, cookies=session.client.cookies, timeout=60, limits=ONE_EACH) as client:
            after = 0
            while not closed.is_set():
                began = time.monotonic()
                answer = client.get(f"/extensions/analytics-agent/ask/analyses/{run_id}/events", params={"after": after, "wait": 10})
                took.append(time.monotonic() - began)
                assert answer.status_code == 200, answer.text
                batch = answer.json()
                after = batch["next"]
                closed.wait(batch.get("retry_after", 0))

    panels = [threading.Thread(target=panel) for _ in range(PANELS)]
    for each in panels:
        each.start()
    time.sleep(2)  # all of them wait by now
    try:
        yield took
    finally:
        closed.set()
        for each in panels:
            each.join()


def loads(people: People, dataset: int) -> float:
    """Seconds until all charts of a dashboard have their data, asked from the database and not from a cache: the median of a few."""
    query = {"columns": ["carrier"], "metrics": ["count"], "row_limit": 100}
    body = {"datasource": {"id": dataset, "type": "table"}, "queries": [query], "force": True}
    headers = {**JSON, **people.administrator.csrf}

    def chart(_: int) -> None:
        answer = people.administrator.client.post("/api/v1/chart/data", json=body, headers=headers)
        assert answer.status_code == 200, answer.text

    def once() -> float:
        began = time.monotonic()
        with ThreadPoolExecutor(CHARTS) as browser:
            list(browser.map(chart, range(CHARTS)))
        return time.monotonic() - began

    return statistics.median(once() for _ in range(LOADS))


def test_a_dashboard_loads_in_its_usual_time_beside_twenty_open_panels(people: People, waiting_run: tuple[Session, str]) -> None:
    dataset = people.dataset_id("flights")
    loads(people, dataset)  # the first one opens connections
    usual = loads(people, dataset)
    with open_panels(*waiting_run) as took:
        beside = loads(people, dataset)
    assert max(took) > 5, "no panel waited: the limit was not what kept the dashboard fast"
    assert beside < max(LEAST_SECONDS, SLOWER * usual), f"{usual:.2f} s alone, {beside:.2f} s beside {PANELS} panels"
