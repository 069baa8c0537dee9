"""The dashboard as Chromium shows it: data in every chart, and the answer's own figures."""

import asyncio
import uuid
from collections.abc import Iterator
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import psycopg
import pytest
from e2e.superset_page import CHROMIUM, FLAGS, DashboardFigures, dashboard_figures, same_figure
from fakes.published_runs import LATE_BY_AIRLINE, TOTALS, ranking, rows_of, scalar
from integration.superset.running import Superset

from analytics_agent.deliver.superset_plan import plan
from analytics_agent.domain.database import Database
from analytics_agent.domain.run import Run

pytestmark = [pytest.mark.stack, pytest.mark.browser]


@pytest.fixture
def run_id(superset: Superset) -> Iterator[str]:
    made = uuid.uuid4().hex[:10]
    yield made
    for finished in (ranking(made), scalar(made)):
        asyncio.run(superset.publisher().withdraw(plan(finished)))


def seen(superset: Superset, warehouse: Database, run: Run) -> DashboardFigures:
    """Publish, then look at the dashboard. The browser comes last: its own event loop would be in the way."""
    from playwright.sync_api import sync_playwright

    receipt = asyncio.run(superset.publisher().publish(plan(run, rows_of(run, warehouse.uri)), warehouse))
    assert receipt.dashboard_url
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        try:
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            return dashboard_figures(page, receipt.dashboard_url, superset.login)
        finally:
            browser.close()


def rounded(value: Decimal, places: int) -> str:
    """Half away from zero on the exact value, as the answer is written."""
    return f"{value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP):,}"


def row(warehouse: Database, sql: str) -> tuple[Any, ...]:
    """The first row, asked directly."""
    with psycopg.connect(warehouse.uri) as connection:
        found = connection.execute(sql.encode()).fetchone()
    assert found is not None
    return found


def test_key_figures_equal_the_answers_own_text(superset: Superset, warehouse: Database, run_id: str) -> None:
    flights, delay, late = row(warehouse, TOTALS)
    assert late == Decimal("0.2875"), "a tie, which a browser alone would round the other way"
    shown = (f"{flights:,}\u00a0flights", f"{rounded(delay, 1)}\u00a0min", f"{rounded(late * 100, 1)}\u00a0%")
    figures = seen(superset, warehouse, scalar(run_id, shown))
    assert figures.trouble == ()
    assert list(figures.big_numbers) == ["Departures", "Mean delay", "Left late"]
    for drawn, told in zip(figures.big_numbers.values(), shown, strict=True):
        assert same_figure(drawn, told)
        assert told in figures.text


def test_every_chart_of_a_ranking_shows_data_and_the_rows_are_those_of_the_query(
    superset: Superset, warehouse: Database, run_id: str
) -> None:
    figures = seen(superset, warehouse, ranking(run_id))
    assert figures.trouble == ()
    assert figures.title == "Which airlines were late most often?"
    assert len(figures.charts) == 4
    (rows,) = figures.tables.values()
    assert figures.drawn == set(figures.charts) - set(figures.tables)
    airline, late, flights = row(warehouse, LATE_BY_AIRLINE)
    assert rows[0] == (airline, f"{rounded(late * 100, 1)}%", f"{flights:,}")
    assert "Bravo <b>Jet</b>" in {cells[0] for cells in rows}


def test_a_chart_that_lost_its_table_is_seen_as_broken(
    superset: Superset, warehouse: Database, run_id: str, postgres_database: str
) -> None:
    """The reader of the page itself: it must not call a broken dashboard whole."""
    from playwright.sync_api import sync_playwright

    receipt = asyncio.run(superset.publisher().publish(plan(scalar(run_id)), warehouse))
    assert receipt.dashboard_url
    with psycopg.connect(postgres_database, autocommit=True) as connection:
        connection.execute("UPDATE flights SET delay = delay + 1")  # another value, so that no cached one serves
        connection.execute("ALTER TABLE flights RENAME TO gone")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        figures = dashboard_figures(browser.new_page(), receipt.dashboard_url, superset.login)
        browser.close()
    with psycopg.connect(postgres_database, autocommit=True) as connection:
        connection.execute("ALTER TABLE gone RENAME TO flights")
    assert len(figures.trouble) == len(figures.charts) == 4


def test_words_from_a_model_or_from_data_are_read_and_never_run(superset: Superset, warehouse: Database, run_id: str) -> None:
    from playwright.sync_api import sync_playwright

    hostile = (
        "<img src=x onerror=alert(1)> [click](http://evil.example) ![i](http://evil.example/i.png) https://evil.example www.evil.example"
    )
    made = ranking(run_id)
    assert made.answer
    answer = replace(made.answer, headline=f"One {hostile}", summary=f"Two {hostile}", caveats=(f"Three {hostile}",))
    receipt = asyncio.run(superset.publisher().publish(plan(replace(made, answer=answer)), warehouse))
    assert receipt.dashboard_url
    dialogs: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        page = browser.new_page()
        page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        figures = dashboard_figures(page, receipt.dashboard_url, superset.login)
        elements = page.locator(".dashboard-markdown").locator("a, img, script, iframe").count()
        browser.close()
    assert (elements, dialogs) == (0, [])
    assert [word for word in ("One", "Two", "Three") if f"{word} <img src=x onerror=alert(1)> [click]" in figures.text] == [
        "One",
        "Two",
        "Three",
    ]
