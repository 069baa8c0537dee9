"""What a person asked, in Superset: theirs, a draft, and nobody else's who may not read everything anyway."""

import asyncio
import json
import uuid
from collections.abc import Iterator
from dataclasses import replace

import pytest
from e2e.superset_page import CHROMIUM, FLAGS, dashboard_figures
from fakes.published_runs import ranking
from integration.superset.running import Superset
from superset_people import People, Person, Session

from analytics_agent.deliver.superset_plan import plan
from analytics_agent.domain.publish_plan import PublishPlan
from analytics_agent.ports import Database

pytestmark = pytest.mark.stack


@pytest.fixture
def person(people: People) -> Person:
    return people.add(roles=["Gamma"])


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


def test_another_gamma_user_finds_nothing_of_it(people: People, draft: PublishPlan) -> None:
    with people.session(people.add(roles=["Gamma"], tables=["flights"])) as session:
        assert draft.title not in titles(session)
        assert session.get(f"/api/v1/dashboard/{draft.slug}").status_code in (403, 404)
        for kind, address in (("dataset", draft.datasets[0].uuid), ("chart", draft.charts[0].uuid)):
            query = {"filters": [{"col": "uuid", "opr": "eq", "value": address}]}
            assert session.get(f"/api/v1/{kind}/", params={"q": json.dumps(query)}).json()["count"] == 0, kind


def test_a_draft_can_be_withdrawn(superset: Superset, people: People, person: Person, draft: PublishPlan) -> None:
    asyncio.run(superset.publisher().withdraw(draft))
    with people.session(person) as session:
        assert draft.title not in titles(session)
