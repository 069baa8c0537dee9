"""The Ask panel in SQL Lab as people use it, in Chromium on the whole stack: every path, and the bad days."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from e2e.panel_browser import AXE, EXTENSION, LOST, PATIENCE, Visit, Visits, longer, visits
from e2e.superset_page import Login
from running_stack import RunningStack
from superset_people import ASK, People, Person

pytestmark = [
    pytest.mark.stack,
    pytest.mark.browser,
    pytest.mark.skipif(not any((EXTENSION / "dist").glob("*.supx")), reason="without Node the panel is not built"),
]

QUESTION = "Which carriers were late most often in summer?"


@pytest.fixture(scope="module")
def browser(stack: RunningStack) -> Iterator[Visits]:
    assert stack.settings.superset_url
    with visits(stack.settings.superset_url) as opened:
        yield opened


@pytest.fixture(scope="module")
def admin(stack: RunningStack) -> Login:
    return Login(*stack.superset_login)


@pytest.fixture(scope="module")
def reader(people: People) -> Person:
    """May read the names of airlines, and nothing else."""
    return people.add(tables=["airlines"])


@pytest.fixture
def visit(browser: Visits, admin: Login) -> Iterator[Visit]:
    """The administrator's SQL Lab; whatever the console says against it fails the test."""
    yield from looked_at(browser.page(admin))


def looked_at(visit: Visit) -> Iterator[Visit]:
    yield visit
    trouble = list(visit.trouble)
    visit.page.close()
    assert trouble == []


def answered(visit: Visit) -> None:
    visit.button("How I got here").wait_for(timeout=PATIENCE)


def test_a_question_is_asked_cleared_up_answered_and_taken_into_the_editor(visit: Visit, tmp_path: Path) -> None:
    from playwright.sync_api import expect

    visit.open()
    visit.panel.get_by_role("heading", name="Ask flights a question").wait_for(timeout=PATIENCE)
    assert visit.button(QUESTION).is_visible()  # a question that works here
    assert visit.breaches() == []
    visit.ask("Which carrier is the worst?")
    visit.panel.get_by_role("radio", name=re.compile("Late departure share")).check(timeout=PATIENCE)
    assert visit.breaches() == []
    visit.button("Go on").click()
    answered(visit)
    assert visit.fits()
    visit.button("How I got here").click()  # while it runs they stand open; an answer may be faster than a look at them
    visit.panel.get_by_role("list", name="Steps").wait_for()
    visit.button("Hide the steps").click()

    figure = visit.panel.locator(".aa-figure", has_text="%").first
    shown = figure.inner_text()
    figure.focus()
    visit.page.keyboard.press("Enter")
    hit = visit.panel.locator(".aa-hit")
    hit.wait_for()
    assert hit.inner_text().strip() == shown.strip()
    assert visit.breaches() == []
    visit.page.keyboard.press("Escape")
    expect(hit).to_have_count(0)
    expect(figure).to_be_focused()

    visit.button("Insert SQL").click()
    visit.button("Run it").click()
    assert "late" in visit.editor().lower()
    cells = visit.page.locator("[role=gridcell]")  # the one that is the worst, as the answer says, and no other
    cells.filter(has_text=re.compile(r"^\s*ExpressJet Airlines Inc\.\s*$")).first.wait_for(timeout=PATIENCE)
    expect(cells.filter(has_text="Airlines")).to_have_count(1)
    visit.button("Insert SQL").click()  # the same again takes nothing away
    expect(visit.page.get_by_role("dialog")).to_have_count(0)
    visit.page.evaluate("async () => (await window.superset.sqlLab.getCurrentTab().getEditor()).setValue('SELECT 42 AS mine')")
    visit.button("Insert SQL").click()
    visit.page.get_by_role("dialog", name="The editor is not empty").get_by_role("button", name="Cancel").click()
    assert visit.editor() == "SELECT 42 AS mine"

    for name, begins in (("PDF", b"%PDF-"), ("HTML", b"<!doctype html>")):
        with visit.page.expect_download() as download:
            visit.panel.get_by_role("button", name=re.compile(name)).click()
        download.value.save_as(tmp_path / name)
        assert (tmp_path / name).read_bytes()[: len(begins)].lower() == begins.lower()
    with visit.page.context.expect_page() as opened:
        visit.panel.get_by_role("link", name=re.compile("Dashboard")).click()
    opened.value.locator("[data-test=chart-grid-component]").first.wait_for(timeout=PATIENCE)
    opened.value.close()


def test_a_person_with_one_table_is_answered_from_it_and_told_what_is_missing(
    browser: Visits, visit: Visit, reader: Person, stack: RunningStack
) -> None:
    visit.open()
    visit.ask(QUESTION)
    answered(visit)
    theirs = visit.page.evaluate(f"async () => (await (await fetch('{ASK}/analyses?limit=1')).json()).analyses[0].id")

    own = browser.page(reader.login)
    own.open()
    own.panel.get_by_role("heading", name="Ask flights a question").wait_for(timeout=PATIENCE)
    own.ask(QUESTION)
    own.panel.get_by_text("I cannot answer this from flights").wait_for(timeout=PATIENCE)
    assert "public.flights" not in own.panel.inner_text()
    assert own.breaches() == []
    own.button("My questions").first.click()
    own.panel.get_by_text("Not answered").wait_for()
    assert own.panel.locator(".aa-run").count() == 1
    own.page.evaluate(f"sessionStorage.setItem('analytics-agent:{reader.id}:thread', '[\"{theirs}\"]')")
    own.expected = "status of 404"
    own.open()
    own.panel.get_by_text("This question is not here").wait_for(timeout=PATIENCE)
    own.page.close()
    assert own.trouble == []


def test_a_person_without_any_database_is_told_who_can_help(browser: Visits, people: People) -> None:
    nobody = browser.page(people.add().login)
    nobody.open(new=False)
    nobody.panel.get_by_text("There is no database that you may ask about").wait_for(timeout=PATIENCE)
    assert nobody.breaches() == []
    nobody.page.close()
    assert nobody.trouble == []


def test_a_question_is_stopped_and_found_again_in_the_dark(browser: Visits, admin: Login) -> None:
    visit = browser.page(admin, dark=True)
    visit.open()
    visit.panel.get_by_role("heading", name="Ask flights a question").wait_for(timeout=PATIENCE)
    asked: list[str] = []
    visit.page.on("request", lambda request: asked.append(request.url) if request.method == "POST" and ASK in request.url else None)
    box = visit.panel.get_by_role("textbox", name="Question")
    box.fill("Why were departures so late in winter?")
    box.evaluate("box => { for (const time of [1, 2]) box.form.requestSubmit(); }")  # a second click
    visit.button("Stop").click(timeout=PATIENCE)
    box.wait_for(timeout=PATIENCE)
    assert [url.rpartition("/")[2] for url in asked] == ["analyses", "cancel"]
    visit.button("My questions").first.click()
    visit.panel.get_by_role("searchbox").fill("so late in winter")
    found = visit.panel.locator(".aa-run").first
    assert found.inner_text().split("\n")[:2] == ["Why were departures so late in winter?", "Stopped"]
    assert visit.panel.evaluate("panel => panel.style.getPropertyValue('--aa-scheme')") == "dark"
    assert visit.breaches() == []
    visit.panel.get_by_role("searchbox").fill("")
    visit.panel.locator(".aa-run", has_text="Answered").first.click()
    answered(visit)
    visit.panel.locator(".aa-figure").first.click()
    visit.panel.locator(".aa-hit").wait_for()
    assert visit.breaches() == []
    visit.page.close()
    assert visit.trouble == []


def test_an_answer_is_scheduled_with_its_periods_shown_first(visit: Visit) -> None:
    visit.expected = "status of 422"
    visit.open()
    visit.ask("How many flights were cancelled each month?")
    answered(visit)
    visit.button("Schedule").click()
    dialog = visit.page.get_by_role("dialog", name="Schedule this question")
    dialog.get_by_label("Time zone").fill("Berlin")
    dialog.get_by_text("Nearest: Europe/Berlin").wait_for()
    dialog.get_by_label("Time zone").fill("Europe/Berlin")
    dialog.locator(".aa-due li").first.wait_for()
    assert dialog.locator(".aa-due li").count() == 3
    assert visit.breaches() == []
    dialog.get_by_role("button", name="Schedule the report").click()
    made = visit.page.get_by_role("dialog", name="Scheduled", exact=True)
    made.get_by_role("button", name="Done").click()
    kept = visit.page.evaluate(f"async () => (await (await fetch('{ASK}/schedules')).json()).schedules[0]")
    assert (kept["question"], kept["timing"]["time_zone"]) == ("How many flights were cancelled each month?", "Europe/Berlin")


def test_a_session_that_has_ended_keeps_the_draft_and_two_tabs_are_two_conversations(browser: Visits, people: People) -> None:
    reader = people.add(tables=["airlines", "flights"])
    first, second = (browser.page(reader.login) for _ in range(2))
    for visit in (first, second):
        visit.expected = "status of 40[01]"
        visit.open()
        visit.panel.get_by_role("heading", name="Ask flights a question").wait_for(timeout=PATIENCE)
    browser.leave(reader.login)
    first.ask(QUESTION)
    first.panel.get_by_text("Your session in Superset has ended").wait_for(timeout=PATIENCE)
    assert first.panel.get_by_role("textbox", name="Question").input_value() == QUESTION
    assert first.panel.get_by_role("link", name="Log in again").get_attribute("target") == "_blank"
    browser.sign_in_again(reader.login)
    first.button("Try now").press("Enter")  # SQL Lab's own complaints lie over the panel
    answered(first)
    assert second.panel.get_by_role("heading", name="Ask flights a question").is_visible()
    second.button("My questions").first.press("Enter")
    second.panel.locator(".aa-run", has_text=QUESTION).wait_for()
    for visit in (first, second):
        visit.page.close()
        assert visit.trouble == []


def test_the_api_and_superset_are_restarted_in_mid_answer_and_nothing_is_lost_or_doubled(visit: Visit, stack: RunningStack) -> None:
    from playwright.sync_api import expect

    visit.expected = LOST
    visit.open()
    visit.ask("Why were departures so late in summer?")
    visit.panel.get_by_role("list", name="Steps").wait_for(timeout=PATIENCE)
    stack.kill("api")
    visit.page.reload()
    visit.panel.wait_for(timeout=PATIENCE)
    stack.kill("superset")
    visit.heading().wait_for(timeout=2 * PATIENCE)
    answered(visit)
    # Before the steps are opened: they may say, for ever, that publishing waited for Superset.
    expect(visit.panel.get_by_text("does not answer")).to_have_count(0, timeout=PATIENCE)
    visit.button("How I got here").click()
    results = visit.panel.locator(".aa-steps code").all_inner_texts()
    assert len(results) > 3
    assert sorted(results) == sorted(set(results))


def test_a_very_long_answer_and_one_from_right_to_left_stay_in_the_panel(visit: Visit) -> None:
    visit.open()
    visit.ask(QUESTION)
    answered(visit)
    told = "אילו חברות תעופה איחרו הכי הרבה בקיץ?" + " supercalifragilistic" * 12 + "x" * 400
    run = visit.page.evaluate(f"async () => (await (await fetch('{ASK}/analyses?limit=1')).json()).analyses[0]")
    body = json.dumps(longer(run, 80, told))
    visit.page.route(re.compile(rf"{ASK}/analyses/{run['id']}$"), lambda route: route.fulfill(body=body, content_type="application/json"))
    visit.open(new=False)
    visit.heading().wait_for(timeout=PATIENCE)
    assert visit.fits()
    assert visit.heading().evaluate("heading => getComputedStyle(heading).direction") == "rtl"
    assert visit.panel.get_by_role("textbox", name="Question").is_visible()
    assert visit.breaches() == []
    visit.page.unroute_all()


def test_the_panel_is_folded_up_and_loads_nothing_until_it_is_opened(visit: Visit) -> None:
    loaded: list[str] = []
    visit.page.on("request", lambda request: loaded.append(request.url) if "/extensions/analytics-agent/ask/" in request.url else None)
    visit.page.goto(f"{visit.url}/superset/welcome/")
    visit.page.wait_for_function("() => window.analytics_agent_ask", timeout=PATIENCE)
    visit.page.wait_for_timeout(500)
    entry = len(loaded)
    visit.open()
    assert len(loaded) > entry
    visit.button("Close panel").click()
    visit.page.wait_for_function("() => document.querySelector('.aa-panel-host').clientWidth === 0")
    loaded.clear()
    visit.page.reload()
    visit.page.locator(".aa-panel-host").wait_for(state="attached", timeout=PATIENCE)
    visit.page.wait_for_timeout(1_500)
    assert not any("/ask/context" in url for url in loaded)
    visit.page.evaluate("localStorage.removeItem('analytics-agent:panel-closed')")
    visit.page.set_viewport_size({"width": 1024, "height": 860})
    visit.page.reload()
    visit.page.locator(".aa-panel-host").wait_for(state="attached", timeout=PATIENCE)
    visit.page.wait_for_timeout(1_500)
    assert not visit.panel.is_visible()  # a narrow window is the editor's
    visit.page.locator(".ant-splitter-bar-collapse-bar-start").last.click()
    visit.panel.get_by_role("heading", name="Ask flights a question").wait_for(timeout=PATIENCE)


def test_axe_is_there() -> None:
    assert AXE.stat().st_size > 100_000
