"""The page of a semantic model, in real Chromium on the real stack: what a person may not read is not in it."""

from collections.abc import Iterator

import pytest
from e2e.panel_browser import EXTENSION, PATIENCE, Visits, visits
from e2e.test_ask_page import Pages, breaches
from running_stack import RunningStack
from superset_people import People

pytestmark = [
    pytest.mark.stack,
    pytest.mark.browser,
    pytest.mark.skipif(not any((EXTENSION / "dist").glob("*.supx")), reason="without Node the page is not built"),
]


@pytest.fixture(scope="module")
def browser(stack: RunningStack) -> Iterator[Visits]:
    assert stack.settings.superset_url
    with visits(stack.settings.superset_url) as opened:
        yield opened


@pytest.fixture
def at(browser: Visits) -> Iterator[Pages]:
    pages = Pages(browser)
    yield pages
    for one in pages.opened:
        one.page.close()
        assert one.trouble == []


def test_the_model_is_drawn_and_told_as_far_as_a_person_may_read_it(people: People, at: Pages) -> None:
    reader = people.add(tables=["airlines", "flights"])
    for dark in (False, True):
        visit = at(reader.login, "?model=flights", dark=dark)
        page = visit.page
        page.locator(".ap-model-picture img.ready").wait_for(timeout=PATIENCE)
        assert page.locator(".ap-model-picture img").evaluate("image => image.naturalWidth") > 500
        told = page.locator(".ap-model").inner_text()
        assert "2 datasets" in told.replace("\u00a0", " ") and "What you may not read is not in it." in told
        assert "Hours of weather" not in told and "Registered planes" not in told
        assert breaches(visit) == []
    page.get_by_role("searchbox", name="Search metrics").fill("cancelled")
    page.get_by_role("button", name="Cancellation rate", exact=True).click()
    assert "airlines" in page.get_by_role("article", name="Cancellation rate").inner_text()


def test_its_versions_are_for_an_administrator_of_superset(stack: RunningStack, people: People, at: Pages) -> None:
    with stack.client() as client:
        text = client.semantic_model("flights")
        assert text
        client.set_semantic_model("flights", f"{text}# the same in other words\n", note="a line <b>more</b>")
        kept = client.model_versions("flights")
        number, before = kept[0]["number"], kept[1]["number"]
        client.restore_model("flights", before, note="as it was")
    page = at(people.admin, "?model=flights").page
    page.locator(".ap-versions summary").click(timeout=PATIENCE)
    page.get_by_text("a line <b>more</b>").first.wait_for(timeout=PATIENCE)
    page.get_by_role("button", name=f"What changed in version {number}", exact=True).click()
    page.get_by_text("The two mean the same.").wait_for(timeout=PATIENCE)
    assert breaches(at.opened[-1]) == []
    reader = people.add(tables=["airlines", "flights"])
    page = at(reader.login, "?model=flights").page
    page.locator(".ap-model-picture img.ready").wait_for(timeout=PATIENCE)
    assert page.locator(".ap-versions").count() == 0
    versions = "/databases/flights/semantic-model/versions"
    with people.session(reader) as session:
        for path in (versions, f"{versions}/{before}/changes"):
            assert session.get(path).status_code == 403
        for path in (f"{versions}/{before}", f"{versions}/{before}/restore"):
            assert session.get(path).status_code == session.post(path).status_code == 404
