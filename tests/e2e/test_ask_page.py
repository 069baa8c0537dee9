"""The page Ask in Superset's top menu, in real Chromium on the real stack: as administrator and as people with fewer rights."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from e2e.panel_browser import AXE, EXTENSION, PATIENCE, STILL, Visit, Visits, visits
from e2e.superset_page import Login
from running_stack import RunningStack
from superset_people import People

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = [
    pytest.mark.stack,
    pytest.mark.browser,
    pytest.mark.skipif(not any((EXTENSION / "dist").glob("*.supx")), reason="without Node the page is not built"),
]

SUMMER = "Which carriers were late most often in summer?"
WHY = "Why were departures so late in summer 2013?"

_AXE = """async () => {
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const { violations } = await axe.run('.ap-page', { runOnly: tags });
    return violations.map(one => `${one.id}: ${one.nodes.map(node => node.html.slice(0, 160)).join(' | ')}`);
}"""
_NOT_FOUND = re.compile(r"the server responded with a status of 404")


@pytest.fixture(scope="module")
def browser(stack: RunningStack) -> Iterator[Visits]:
    assert stack.settings.superset_url
    with visits(stack.settings.superset_url) as opened:
        yield opened


@pytest.fixture(scope="module")
def admin(stack: RunningStack) -> Login:
    return Login(*stack.superset_login)


@pytest.fixture
def at(browser: Visits) -> Iterator["Pages"]:
    """Pages that are closed afterwards. What their consoles said that they should not have said fails the test."""
    pages = Pages(browser)
    yield pages
    for one in pages.opened:
        one.page.close()
        assert one.trouble == []


class Pages:
    def __init__(self, browser: Visits) -> None:
        self._browser = browser
        self.opened: list[Visit] = []

    def __call__(self, login: Login, where: str = "", *, dark: bool = False, width: int = 1440, height: int = 900) -> Visit:
        visit = self._browser.page(login, dark=dark)
        self.opened.append(visit)
        visit.page.set_viewport_size({"width": width, "height": height})
        visit.page.goto(f"{visit.url}/ask/{where}")
        visit.page.locator(".ap-page").wait_for(timeout=PATIENCE)
        return visit


def ask(visit: Visit, question: str, *, after: str = "") -> str:
    """The run's id, as soon as it has an address: another one than that `after` which it is asked."""
    box = visit.page.get_by_role("textbox", name="Question", exact=True)
    box.fill(question)
    box.press("Enter")
    visit.page.wait_for_url(re.compile(rf"\?run=(?!{after or '!'})"), timeout=PATIENCE)
    return visit.page.url.rpartition("=")[2]


def answered(visit: Visit, question: str) -> str:
    run = ask(visit, question)
    visit.page.locator(".aa-claims").wait_for(timeout=PATIENCE)
    visit.page.get_by_text(re.compile("^Answered in")).wait_for(timeout=PATIENCE)
    return run


def breaches(visit: Visit) -> list[str]:
    visit.page.wait_for_function(STILL)  # nothing is judged while it fades in
    visit.page.evaluate(AXE.read_text())
    return list(visit.page.evaluate(_AXE))


def _until(lab: "Page", word: str) -> None:
    """SQL Lab's open tab holds the word."""
    text = "async () => { const tab = window.superset?.sqlLab?.getCurrentTab(); return tab ? (await tab.getEditor()).getValue() : '' }"
    for _ in range(PATIENCE // 500):
        if word in str(lab.evaluate(text)):
            return
        lab.wait_for_timeout(500)
    pytest.fail(f"SQL Lab does not show {word}")


def behind(visit: Visit) -> "Locator":
    return visit.page.get_by_role("complementary", name="Behind the answer")


def test_a_second_question_on_the_page_goes_on_from_the_first(stack: RunningStack, admin: Login, at: Pages) -> None:
    visit = at(admin)
    first = answered(visit, SUMMER)
    second = ask(visit, "and in winter?", after=first)
    document = stack.finished(second)
    assert document["status"] == "succeeded", document
    assert any("changed: season, which was summer" in text for text in document["readings"]), document["readings"]
    visit.page.locator(".aa-claims").get_by_text("winter").first.wait_for(timeout=PATIENCE)


def test_a_question_on_the_page_leads_from_its_figures_to_cell_statement_rows_and_report(
    stack: RunningStack, admin: Login, at: Pages
) -> None:
    from playwright.sync_api import expect

    visit = at(admin)
    page = visit.page
    assert page.get_by_role("link", name="Ask", exact=True).count() == 1, "Superset's menu leads here"
    run = answered(visit, WHY)
    with stack.client() as client:
        document = client.document(run)
    for claim in document["answer"]["claims"]:
        for figure in claim["figures"]:
            assert page.locator(".aa-claims").get_by_role("button", name=f"{figure['shown']}, show evidence").count() >= 1
    told = document["answer"]["claims"][1]["figures"][1]
    page.locator("[data-figure='1.1']").first.click()
    side = behind(visit)
    side.get_by_role("region", name=f"Evidence for {told['shown']}").wait_for()
    side.locator(".aa-hit").wait_for(timeout=PATIENCE)
    assert side.locator(".aa-hit").inner_text() == told["shown"]
    assert side.locator(".aa-excerpt .aa-hit").count() == 1
    statement = next(
        query for query in document["queries"] if query["id"] in next(q for q in document["queries"] if q["id"] == told["result"])["inputs"]
    )
    assert side.locator(".aa-sql").inner_text() == statement["sql"]
    assert breaches(visit) == []
    page.keyboard.press("Escape")
    page.wait_for_function("document.activeElement.dataset.figure === '1.1'")
    side.get_by_role("tab", name="Data").click()
    side.get_by_role("region", name=re.compile("^Rows of")).wait_for(timeout=PATIENCE)
    expect(side.locator("tbody tr")).to_have_count(next(q for q in document["queries"] if q["id"] == document["primary"])["rows"])
    side.get_by_role("tab", name="Report").click()
    with page.expect_download() as saved:
        side.get_by_role("button", name="Download the report as PDF").click()
    assert saved.value.path().read_bytes().startswith(b"%PDF-")
    assert breaches(visit) == []


def test_an_answer_has_an_address_that_a_reload_the_back_button_and_the_dark_theme_respect(admin: Login, at: Pages) -> None:
    visit = at(admin, dark=True)
    page = visit.page
    run = answered(visit, SUMMER)
    page.locator(".aa-chart img.ready").wait_for(timeout=PATIENCE)
    assert "theme=dark" in (page.locator(".aa-chart img").first.get_attribute("src") or "")
    page.reload()
    page.locator(".aa-claims").wait_for(timeout=PATIENCE)
    assert page.url.endswith(f"?run={run}")
    assert breaches(visit) == []
    page.get_by_role("link", name="New question").click()
    page.get_by_role("heading", name="Ask flights a question").wait_for(timeout=PATIENCE)
    assert breaches(visit) == []
    page.go_back()
    page.locator(".aa-claims").wait_for(timeout=PATIENCE)
    with page.context.expect_page() as opened:
        behind(visit).get_by_role("button", name="Open in SQL Lab").first.click()
    lab = opened.value
    _until(lab, "late_departure_share")
    lab.close()


def test_a_question_back_is_answered_in_place_and_its_answer_scheduled_paused_and_deleted(admin: Login, at: Pages) -> None:
    visit = at(admin)
    page = visit.page
    ask(visit, "Which carriers were late?")
    page.get_by_role("radio", name=re.compile("^Late departure share")).check(timeout=PATIENCE)
    current = page.locator(".ap-item.ap-current")
    current.get_by_text("Needs you").wait_for(timeout=PATIENCE)
    assert breaches(visit) == []
    page.get_by_role("button", name="Go on").click()
    page.get_by_text(re.compile("^Answered in")).wait_for(timeout=PATIENCE)
    behind(visit).get_by_role("button", name="Schedule").click()
    dialog = page.get_by_role("dialog", name="Schedule this question")
    dialog.get_by_role("button", name="Schedule the report").click()
    page.get_by_role("dialog", name="Scheduled").get_by_role("button", name="Done").click(timeout=PATIENCE)
    current.get_by_text("on the 1st of every month at 08:00").wait_for(timeout=PATIENCE)
    page.get_by_role("link", name=re.compile("^Schedules")).click()
    card = page.locator(".ap-schedule").first  # the newest
    assert card.get_by_role("heading").inner_text() == "Which carriers were late?"
    schedules = page.locator(".ap-schedule").count()
    card.get_by_role("button", name="Pause …").click(timeout=PATIENCE)
    page.get_by_role("textbox", name=re.compile("^Note")).fill("Holidays")
    page.get_by_role("button", name="Pause the schedule").click()
    card.get_by_text("Paused: Holidays").wait_for(timeout=PATIENCE)
    assert breaches(visit) == []
    card.get_by_role("button", name="Delete …").click()
    page.get_by_role("button", name="Delete the schedule").click()
    page.wait_for_function(f"() => document.querySelectorAll('.ap-schedule').length === {schedules - 1}", timeout=PATIENCE)


def test_a_person_gets_answers_from_their_tables_and_sees_no_run_of_others(
    stack: RunningStack, admin: Login, people: People, at: Pages
) -> None:
    reader = people.add(tables=["airlines"])
    theirs = at(admin)
    somebodys = ask(theirs, "How many flights were there?")
    visit = at(reader.login)
    page = visit.page
    ask(visit, SUMMER)
    page.get_by_role("heading", name="I cannot answer this from flights").wait_for(timeout=PATIENCE)
    assert "You may read 1 table" in page.locator(".aa-refusal").inner_text()
    assert "weather" not in page.locator(".ap-main").inner_text()
    assert breaches(visit) == []
    page.goto(f"{visit.url}/ask/?run={somebodys}")
    page.get_by_role("heading", name="Question not found").wait_for(timeout=PATIENCE)
    page.locator(".ap-item").first.wait_for(timeout=PATIENCE)
    assert page.locator(".ap-item").count() == 1, "only their own question is listed"
    visit.trouble[:] = [one for one in visit.trouble if not _NOT_FOUND.search(one)]


def test_somebody_elses_answer_can_be_read_by_whoever_may_see_as_much_and_says_whose_it_is(
    stack: RunningStack, people: People, at: Pages
) -> None:
    with stack.client() as client:
        run = client.ask(SUMMER, database="flights", publish=False, formats=("html",))
    reader = people.add(whole_database=True)
    for dark in (False, True):
        visit = at(reader.login, f"?run={run.id}", dark=dark)
        page = visit.page
        page.get_by_role("note").get_by_text("Asked by an operator.").wait_for(timeout=PATIENCE)
        assert page.locator(".aa-headline").first.inner_text() == run.document["headline"]
        behind(visit).locator(".aa-hit").wait_for(timeout=PATIENCE)
        page.locator(".aa-chart img").first.wait_for(timeout=PATIENCE)
        assert page.get_by_role("button", name=re.compile("^(Stop|Schedule|Show steps)")).count() == 0
        assert page.locator(".ap-item").count() == 0, "it is not among their own"
        assert breaches(visit) == []


def test_a_person_without_any_database_is_told_who_can_help(people: People, at: Pages) -> None:
    visit = at(people.add().login)
    visit.page.get_by_role("heading", name="There is no database you may ask yet").wait_for(timeout=PATIENCE)
    assert visit.page.get_by_role("textbox", name="Question").count() == 0
    assert breaches(visit) == []


def test_where_there_is_no_room_the_columns_are_drawers(admin: Login, at: Pages) -> None:
    visit = at(admin, width=380, height=760)
    page = visit.page
    answered(visit, "How many flights were there in 2013?")
    page.locator(".aa-claims [data-figure='0.0']").click()
    drawer = page.get_by_role("dialog", name="Behind the answer")
    drawer.locator(".aa-hit").wait_for(timeout=PATIENCE)
    assert breaches(visit) == []
    page.keyboard.press("Escape")
    drawer.wait_for(state="detached")
    page.wait_for_function("document.activeElement.dataset.figure === '0.0'")
    page.get_by_role("button", name="My questions").click()
    page.get_by_role("dialog", name="My questions").get_by_role("link", name="New question").click()
    page.get_by_role("heading", name="Ask flights a question").wait_for(timeout=PATIENCE)
    assert page.get_by_role("dialog").count() == 0
    assert page.evaluate("document.querySelector('.ap-main').scrollWidth <= window.innerWidth")
