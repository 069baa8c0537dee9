"""What a person asked, in Superset: theirs, a draft, and nobody else's who may not read everything anyway."""

import asyncio
import json
import uuid
from collections.abc import Iterator
from dataclasses import replace

import pytest
from e2e.superset_page import CHROMIUM, FLAGS, Login, dashboard_figures
from fakes.published_runs import ranking
from integration.superset.running import Superset
from running_stack import RunningStack
from superset_people import People, Person, Session

from analytics_agent.deliver.superset_plan import plan
from analytics_agent.domain.database import Database
from analytics_agent.domain.publish_plan import PublishPlan

pytestmark = pytest.mark.stack


@pytest.fixture
def readers(superset: Superset, warehouse: Database, stack: RunningStack) -> Iterator[People]:
    """Makes people who may read tables of the warehouse."""
    asyncio.run(superset.publisher().connect(warehouse))
    made = People(superset.url, Login(*stack.superset_login), warehouse.name)
    table = made.dataset_id("flights")
    yield made
    made.administrator.send("DELETE", f"/api/v1/dataset/{table}")
    made.remove_all()


@pytest.fixture
def person(readers: People) -> Person:
    return readers.add(roles=["Gamma"], tables=["flights"])


@pytest.fixture
def draft(superset: Superset, warehouse: Database, person: Person) -> Iterator[PublishPlan]:
    """The person's run, published."""
    made = ranking(uuid.uuid4().hex[:10])
    wanted = plan(replace(made, question=replace(made.question, owner=person.owner)))
    asyncio.run(superset.publisher().publish(wanted, warehouse))
    yield wanted
    asyncio.run(superset.publisher().withdraw(wanted))


def titles(session: Session) -> list[str]:
    return [one["dashboard_title"] for one in session.get("/api/v1/dashboard/").json()["result"]]


@pytest.mark.browser
def test_a_gamma_user_opens_their_own_dashboard_and_every_chart_of_it_has_data(
    people: People, person: Person, draft: PublishPlan, superset: Superset
) -> None:
    from playwright.sync_api import sync_playwright

    with people.session(person) as session:
        assert draft.title in titles(session)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        figures = dashboard_figures(browser.new_page(), f"{superset.url}/superset/dashboard/{draft.slug}/", person.login)
        browser.close()
    assert figures.trouble == ()
    assert len(figures.charts) == len(draft.charts)
    assert figures.drawn == set(figures.charts) - set(figures.tables)


def test_another_gamma_user_finds_nothing_of_it(readers: People, draft: PublishPlan) -> None:
    with readers.session(readers.add(roles=["Gamma"], tables=["flights"])) as session:
        assert draft.title not in titles(session)
        assert session.get(f"/api/v1/dashboard/{draft.slug}").status_code in (403, 404)
        for kind, address in (("dataset", draft.datasets[0].uuid), ("chart", draft.charts[0].uuid)):
            query = {"filters": [{"col": "uuid", "opr": "eq", "value": address}]}
            assert session.get(f"/api/v1/{kind}/", params={"q": json.dumps(query)}).json()["count"] == 0, kind


def test_only_who_may_delete_a_database_is_told_what_stands_on_it(readers: People, draft: PublishPlan) -> None:
    """A draft's title is somebody's question."""
    address = f"/api/v1/database/{readers.database_id}/related_objects/"
    with readers.session(readers.add(roles=["Gamma"], tables=["flights"])) as session:
        answer = session.get(address)
        assert answer.status_code == 404 and draft.title not in answer.text
    assert draft.title in readers.administrator.get(address).text


def statuses(session: Session, draft: PublishPlan, superset: Superset) -> set[int]:
    """With which Superset answers when each chart of the draft asks for its rows anew."""

    async def numbers() -> list[int]:
        async with superset.session() as ours:
            return [int((await ours.find(f"dataset/{one.uuid}") or {})["id"]) for one in draft.datasets]

    query = {"columns": [], "metrics": [{"expressionType": "SQL", "sqlExpression": "COUNT(*)", "label": "rows"}]}
    bodies = [{"datasource": {"id": number, "type": "table"}, "queries": [query], "force": True} for number in asyncio.run(numbers())]
    return {session.post("/api/v1/chart/data", body).status_code for body in bodies}


def test_a_draft_shows_its_owner_nothing_more_once_a_table_was_taken_from_them(
    readers: People, person: Person, draft: PublishPlan, superset: Superset
) -> None:
    with readers.session(person) as session:
        assert statuses(session, draft, superset) == {200}
        readers.take_tables(person)
        assert statuses(session, draft, superset) == {403}


def test_a_draft_can_be_withdrawn(superset: Superset, people: People, person: Person, draft: PublishPlan) -> None:
    asyncio.run(superset.publisher().withdraw(draft))
    with people.session(person) as session:
        assert draft.title not in titles(session)
