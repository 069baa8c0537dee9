"""The HTML file in a real browser: nothing overflows, nothing is loaded, and a figure opens its evidence."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from integration.report.real_data import summer_run
from playwright.sync_api import Browser, sync_playwright
from unit.report.samples import CARRIER, SHARE, carriers, document, query, run_of

from analytics_agent.report.render import render_html

pytestmark = pytest.mark.browser
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not Path("/usr/bin/chromium").exists():
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS.split())
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("report")
    run, tables = summer_run()
    odd = carriers("W" * 300, "مرحبا بالعالم", "<script>document.title='owned'</script>")
    made = {"summer": document(run, dict(tables)), "odd": document(run_of(query("r1", (CARRIER, SHARE), odd), text="W" * 300), {"r1": odd})}
    for name, one in made.items():
        (folder / f"{name}.html").write_text(render_html(one), encoding="utf-8")
    return {name: folder / f"{name}.html" for name in made}


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", ["summer", "odd"])
def test_the_page_fits_its_window_and_asks_for_nothing(browser: Browser, files: dict[str, Path], name: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(files[name].as_uri())
    page.wait_for_function("document.fonts.status === 'loaded'")
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert complaints == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.title() != "owned"
    page.close()


def test_a_figure_opens_its_evidence_by_keyboard_and_escape_gives_the_focus_back(browser: Browser, files: dict[str, Path]) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(files["summer"].as_uri())
    door = page.get_by_role("button", name="show evidence").first
    door.focus()
    page.keyboard.press("Enter")
    evidence = page.locator("#door-1")
    assert evidence.is_visible()
    assert "r1[season=summer].mean_delay" in evidence.inner_text()
    page.keyboard.press("Escape")
    assert not evidence.is_visible()
    assert door.evaluate("element => element === document.activeElement")
    page.close()


def test_charts_are_drawn_with_their_words(browser: Browser, files: dict[str, Path]) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(files["summer"].as_uri())
    charts = page.locator("svg.chart:visible")
    assert charts.count() >= 3
    for index in range(charts.count()):
        box = charts.nth(index).bounding_box()
        assert box is not None
        assert box["width"] > 200
        assert box["height"] > 40
    assert page.locator("svg.chart text", has_text="+2.4").count() >= 1
    page.close()
