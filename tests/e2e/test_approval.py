"""A statement over the limit as people meet it: in the panel and on the page, on the command line, in a scheduled report."""

from collections.abc import Iterator
from typing import Any

import pytest
from e2e import command_line
from e2e.panel_browser import EXTENSION, PATIENCE, Visits, visits
from e2e.superset_page import Login
from e2e.test_ask_page import breaches
from patience import until
from running_stack import RunningStack

pytestmark = pytest.mark.stack
needs_panel = pytest.mark.skipif(not any((EXTENSION / "dist").glob("*.supx")), reason="without Node the panel is not built")

SUMMER, ALL = "Which carriers were late most often in summer?", "How many flights were there?"
WHY = "It is expected to go through about 340,000 rows of flights; the limit is 100,000."


@pytest.fixture(scope="module")
def limited(stack: RunningStack) -> Iterator[RunningStack]:
    """A third of the sample's flights is the most that a statement may go through."""
    with stack.client() as client:
        client.change_database("flights", rows_limit=100_000, over_limit="ask")
        yield stack
        client.change_database("flights", rows_limit="default", over_limit="default")


@pytest.mark.browser
@needs_panel
def test_people_approve_in_the_panel_and_reject_on_the_page(limited: RunningStack) -> None:
    assert limited.settings.superset_url
    admin = Login(*limited.superset_login)
    with visits(limited.settings.superset_url) as browser:
        _approved_in_the_panel(browser, admin)
        _rejected_on_the_page(browser, admin)


def _approved_in_the_panel(browser: Visits, admin: Login) -> None:
    visit = browser.page(admin)
    visit.open()
    visit.ask(SUMMER)
    approve = visit.button("Approve and run")
    approve.wait_for(timeout=PATIENCE)
    visit.button("Show the statement").press("Enter")
    assert "FROM public.flights" in visit.panel.get_by_role("region", name="The statement that waits").inner_text()
    assert visit.breaches() == []
    assert visit.fits()
    approve.press("Enter")
    visit.button("How I got here").wait_for(timeout=PATIENCE)
    visit.button("How I got here").click()
    steps = visit.panel.get_by_role("list", name="Steps").inner_text()
    assert "Waits for approval: " in steps and "Approved: " in steps
    assert visit.trouble == []
    visit.page.close()


def _rejected_on_the_page(browser: Visits, admin: Login) -> None:
    visit = browser.page(admin, dark=True)
    visit.page.goto(f"{visit.url}/ask/")
    box = visit.page.get_by_role("textbox", name="Question", exact=True)
    box.fill(ALL)
    box.press("Enter")
    reject = visit.page.get_by_role("button", name="Don't run it")
    reject.wait_for(timeout=PATIENCE)
    assert breaches(visit) == []
    visit.page.get_by_label("If not").fill("June only")
    reject.click()
    visit.page.get_by_text("They wrote: “June only”.").wait_for(timeout=PATIENCE)
    assert visit.trouble == []
    visit.page.close()


def test_a_statement_waits_through_a_crash_of_the_workers_and_runs_once(limited: RunningStack) -> None:
    asked = command_line.run(limited, "ask", ALL, "--database", "flights", "--no-publish", "--formats", "none", "--json")
    document = asked.document
    assert (asked.code, document["status"], document["approval"]["why"]) == (1, "needs_approval", WHY)
    limited.kill("worker-workflow", "worker-warehouse")
    done = command_line.run(limited, "runs", "approve", document["id"], "--json")
    assert (done.code, done.document["status"], done.document["queries"][0]["rows"]) == (0, "succeeded", 1)
    assert done.document["queries"][0]["approval"].startswith("Approved by stack. It was expected to go through about 340,000 rows")
    with limited.client() as client:
        states = [event["data"].get("state") for event in client.events(document["id"]) if event["kind"] in ("approval", "query")]
    assert states == ["asked", "approved", None]


def test_where_a_key_may_not_approve_nothing_runs(limited: RunningStack) -> None:
    with limited.client() as client:
        client.change_database("flights", over_limit="admin")
        key = client.create_key("plain", scopes=["ask"])["key"]
        try:
            given: Any = {"ANALYTICS_AGENT_API_KEY": key}
            asked = command_line.run(
                limited, "ask", ALL, "--database", "flights", "--no-publish", "--formats", "none", "--yes", "--json", **given
            )
            assert asked.document["status"] == "needs_approval" and "Only an administrator may approve" in asked.err
            refused = command_line.run(limited, "runs", "approve", asked.document["id"], **given)
            assert refused.code == 1 and "Only an administrator may approve" in refused.err
            client.cancel(asked.document["id"])
        finally:
            client.change_database("flights", over_limit="ask")


def test_a_scheduled_report_asks_nobody_and_says_why_there_is_none(limited: RunningStack) -> None:
    with limited.client() as client:
        client.change_database("flights", rows_limit="default")
        accepted = client.ask("How many flights were there in June?", database="flights", publish=False, formats=[], progress=False)
        client.change_database("flights", rows_limit=1_000)
        schedule = client.create_schedule(accepted.id, time_zone="UTC", every="month", publish=False)
        try:
            client.run_schedule(schedule["id"])
            begun = until(lambda: next(iter(client.schedule(schedule["id"])["runs"]), None))
            ended = limited.finished(begun["id"])
        finally:
            client.delete_schedule(schedule["id"])
            client.change_database("flights", rows_limit=100_000)
    assert ended["status"] == "refused"
    assert "is expected to go through about" in ended["reason"] and "--rows-limit" in ended["reason"]
