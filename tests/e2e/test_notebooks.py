"""The notebook way in, in real kernels on the real stack: the notebooks of the docs as they are, and the days that go wrong."""

import asyncio
import os
import re
import threading
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import nbformat
import psycopg
import pytest
from e2e import scripted
from e2e.kernel import Kernel, kernel
from fakes.messages_api import Body, Fault
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from playwright.sync_api import Browser, sync_playwright
from running_stack import RunningStack

from analytics_agent.resources import checkout
from analytics_agent.stack import ports
from analytics_agent.stack.plan import plan
from analytics_agent.stack.state import State

pytestmark = pytest.mark.stack
FOLDER = Path(str(checkout())) / "docs/notebooks"
NOTEBOOKS = ("first-question", "deeper")
CHROMIUM = Path("/usr/bin/chromium")
LATE_IN_SUMMER = """SELECT round(100.0 * avg((dep_delay >= 15)::int), 1) AS share, count(dep_delay) AS departures
FROM flights JOIN airlines USING (carrier) WHERE month IN (6, 7, 8) GROUP BY airlines.name HAVING count(dep_delay) > 0 ORDER BY 1 DESC"""
DELAY_BY_MONTH = "SELECT month, round(avg(dep_delay), 1) FROM flights GROUP BY month ORDER BY 2 DESC"
CLAUDE = 'model="claude-opus-4-7", publish=False'


def asked_of_flights(stack: RunningStack, sql: str) -> list[tuple[Any, ...]]:
    wanted = plan(stack.settings, ports.remembered(State(stack.settings.state)), superset=True)
    with psycopg.connect(wanted.addresses.flights_reader) as connection:
        return connection.execute(sql.encode()).fetchall()


@pytest.fixture(scope="module")
def executed(stack: RunningStack, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Any, Path]]:
    """Both notebooks, executed at the same time in folders of their own. UPDATE_DOCS=1 keeps what they gave."""
    done = {name: (nbformat.read(FOLDER / f"{name}.ipynb", as_version=4), tmp_path_factory.mktemp(name)) for name in NOTEBOOKS}

    async def execute() -> None:
        await asyncio.gather(*(client_of(notebook, folder).async_execute() for notebook, folder in done.values()))

    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("ANALYTICS_AGENT_STATE", str(stack.settings.state))
        asyncio.run(execute())
    if os.environ.get("UPDATE_DOCS"):
        for name, (notebook, _) in done.items():
            notebook.metadata.pop("widgets", None)  # what widgets held: the answers stand in the cells
            nbformat.write(notebook, FOLDER / f"{name}.ipynb")
    return done


def client_of(notebook: Any, folder: Path) -> NotebookClient:
    resources = {"metadata": {"path": str(folder)}}
    return NotebookClient(notebook, timeout=120, kernel_name="python3", record_timing=False, resources=resources)


def outputs(notebook: Any) -> list[dict[str, Any]]:
    return [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]


def answers(notebook: Any) -> list[str]:
    """The statements of every answer that is shown, as people read them."""
    pages = [output["data"].get("text/html", "") for output in outputs(notebook) if "data" in output]
    return [one for page in pages for one in statements(page)]


def statements(page: str) -> list[str]:
    found = re.findall(r'<div class="aa-claim" dir="auto">(.*?)</div>(?=<div class="aa-|<figure|<details class="aa-more)', page, re.DOTALL)
    without_evidence = (re.sub(r'<div class="aa-ev">.*?</div></details>', "</details>", one, flags=re.DOTALL) for one in found)
    return [unescape(re.sub("<[^>]*>", "", one)) for one in without_evidence]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_of_the_docs_runs_as_it_is_and_says_what_it_said(executed: dict[str, tuple[Any, Path]], name: str) -> None:
    kept = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
    assert answers(executed[name][0]) == answers(kept)
    assert len(answers(kept)) > 2
    errors = [[output["traceback"] for output in outputs(one) if output.output_type == "error"] for one in (executed[name][0], kept)]
    assert len(errors[0]) == len(errors[1])
    assert all(len(lines) <= 2 and "Traceback" not in "".join(lines) for lines in errors[0])


def test_its_figures_are_those_that_sql_finds(stack: RunningStack, executed: dict[str, tuple[Any, Path]]) -> None:
    said = " ".join(answers(executed["first-question"][0]))
    for share, departures in [row for row in asked_of_flights(stack, LATE_IN_SUMMER) if row[1] > 1000][:3]:
        assert f"{share}\u00a0%" in said
        assert departures < 1000 or f"{departures:,}" in said or share < 35
    (month, delay), *_ = asked_of_flights(stack, DELAY_BY_MONTH)
    assert (month, f"highest in July 2013, at {delay}\u00a0min" in said.replace("\u00a02013", " 2013")) == (7, True)


def test_its_files_are_there(executed: dict[str, tuple[Any, Path]]) -> None:
    folder = executed["first-question"][1]
    assert (folder / "late.pdf").read_bytes().startswith(b"%PDF")
    assert (folder / "late.svg").read_text().startswith("<svg")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-background-networking"])
        yield chromium
        chromium.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_an_exported_notebook_opens_its_evidence_and_needs_nothing_from_outside(browser: Browser, tmp_path: Path, theme: str) -> None:
    exporter = HTMLExporter(theme=theme, require_js_url="", jquery_url="", mathjax_url="", mermaid_js_url="", widget_renderer_url="")
    (tmp_path / "page.html").write_text(exporter.from_filename(str(FOLDER / "first-question.ipynb"))[0], encoding="utf-8")
    page = browser.new_page(viewport={"width": 1100, "height": 900})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((tmp_path / "page.html").as_uri(), wait_until="domcontentloaded")
    answer = page.locator(".aa:has(.aa-claim)").first
    figures, cell = answer.locator(".aa-door > summary"), answer.locator(".aa-cited:visible")
    assert answer.locator("img:visible").get_attribute("class") == f"aa-{theme}"
    figures.nth(0).focus()
    page.keyboard.press("Enter")
    below = figures.nth(0).bounding_box()["y"] < cell.bounding_box()["y"]  # type: ignore[index]
    figures.nth(2).click()
    assert (below, cell.count(), cell.inner_text().endswith("35.0")) == (True, 1, True)
    line = [figures.nth(i).bounding_box()["y"] for i in (2, 3)]  # type: ignore[index]
    assert line[0] == line[1], "a sentence stays whole while its evidence is open"
    assert [url for url in asked if url.startswith("http") and "mathjax" not in url.lower()] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 1100
    page.close()


# a kernel, and what happens to it


@pytest.fixture(scope="module")
def notebook(stack: RunningStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    with kernel(stack.settings.state, tmp_path_factory.mktemp("kernel")) as running:
        running.run("from analytics_agent.client import AsyncClient, Client\nclient = Client()\n%load_ext analytics_agent.client.notebook")
        yield running


@pytest.fixture
def held(stack: RunningStack) -> Iterator[threading.Event]:
    """The model thinks until the event is set."""
    released = threading.Event()

    def reply(body: Body) -> list[Body] | Fault:
        released.wait(60)
        return scripted.late_carriers(body)

    stack.script.step = reply
    yield released
    released.set()


def runs_asked(stack: RunningStack) -> int:
    with stack.client() as client:
        return len(client.runs(limit=200))


@pytest.mark.parametrize("code", [f"client.ask(QUESTION, 'flights', {CLAUDE})", f"await AsyncClient().ask(QUESTION, 'flights', {CLAUDE})"])
def test_an_interrupted_kernel_waits_no_more_and_the_run_goes_on(
    stack: RunningStack, notebook: Kernel, held: threading.Event, code: str
) -> None:
    code = code.replace("QUESTION", repr(scripted.QUESTION))
    shown = notebook.run(code, meanwhile=notebook.manager.interrupt_kernel, expect_error=True)
    (said,) = [data["text/plain"] for data in shown.displays.values()]
    assert "client.watch(" in said
    run_id = said.split()[1]
    assert stack.client().document(run_id)["status"] in ("queued", "running")
    held.set()
    shown = notebook.run(f"again = client.watch({run_id!r})\nagain")
    assert "One carrier leads" in shown.result["text/html"]


def test_an_interrupted_wait_says_how_to_go_on(notebook: Kernel, held: threading.Event) -> None:
    code = f"client.ask({scripted.QUESTION!r}, 'flights', {CLAUDE})"
    shown = notebook.run(code, meanwhile=notebook.manager.interrupt_kernel, expect_error=True)
    assert len(shown.error) == 1
    assert all(what in shown.error[0] for what in ("client.watch(", "client.run(", "client.cancel("))


def test_an_api_that_dies_in_mid_answer_is_taken_up_again_and_asked_once(
    stack: RunningStack, notebook: Kernel, held: threading.Event
) -> None:
    before = runs_asked(stack)

    def restart() -> None:
        stack.kill("api")
        threading.Timer(1.0, held.set).start()

    shown = notebook.run(f"run = client.ask({scripted.QUESTION!r}, 'flights', {CLAUDE})\nrun", meanwhile=restart)
    assert "One carrier leads" in shown.result["text/html"]
    assert runs_asked(stack) == before + 1


def test_a_question_back_is_answered_by_a_click(notebook: Kernel) -> None:
    shown = notebook.run("%ask --no-publish flights Which airline is the best?")
    assert "By which measure?" in shown.result["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in shown.result
    reading = next(state["description"] for state in notebook.widgets.values() if "on-time arrival" in state.get("description", "").lower())
    notebook.click(reading)
    assert any("on-time arrival share" in str(state.get("value")) for state in notebook.widgets.values())
    assert notebook.run("_run.status").result["text/plain"] == "'succeeded'"


def test_without_widgets_progress_and_questions_are_pages(stack: RunningStack, tmp_path: Path) -> None:
    with kernel(stack.settings.state, tmp_path) as plain:
        plain.run("import sys\nsys.modules['ipywidgets'] = None\n%load_ext analytics_agent.client.notebook")
        shown = plain.run("%%ask flights --no-publish\nWhich airline is the best?")
        assert (plain.widgets, set(shown.result)) == ({}, {"text/html", "text/plain"})
        assert "_run.answer_question(1)" in shown.result["text/html"]
        assert [data["text/plain"].split(" · ")[0] for data in shown.displays.values()] == ["Waiting for you"]
        assert "Hawaiian Airlines Inc." in plain.run("print(_run.answer_question(1).answer)").text
