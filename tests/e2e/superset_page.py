"""A dashboard as a person sees it in Chromium: what its charts, tables and text show, and whether anything is broken."""

import re
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_TROUBLE = re.compile(r"no results were returned|no data|unexpected error|something went wrong|no chart definition|error:", re.IGNORECASE)
_PATIENCE = 60_000
_ENTRANCE = 1.2
"""Seconds that ECharts takes to draw a chart at most."""

_CHART = "[data-test=chart-grid-component]"
_TEXT = "[data-test=dashboard-markdown-editor]"


@dataclass(frozen=True)
class Login:
    username: str
    password: str


@dataclass(frozen=True)
class DashboardFigures:
    """`big_numbers` by chart title; `tables` by chart title as rows of cell texts; `charts` are the titles in reading order."""

    title: str
    charts: tuple[str, ...]
    big_numbers: dict[str, str] = field(default_factory=dict)
    tables: dict[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    text: str = ""
    drawn: frozenset[str] = frozenset()
    """Titles of charts whose canvas holds ink."""
    trouble: tuple[str, ...] = ()
    """What a person would see as broken: error boxes and empty charts, each with its chart's title."""


def sign_in(page: "Page", url: str, login: Login) -> None:
    """Until Superset has let them in: what its welcome page loads after that is not waited for."""
    page.goto(f"{url}/login/", wait_until="commit", timeout=_PATIENCE)
    page.locator("[data-test=username-input]").fill(login.username, timeout=_PATIENCE)
    page.locator("[data-test=password-input]").fill(login.password)
    page.locator("[data-test=login-button]").click(no_wait_after=True)
    page.wait_for_url(re.compile("/superset/welcome"), wait_until="commit", timeout=_PATIENCE)


def dashboard_figures(page: "Page", dashboard_url: str, login: Login | None = None) -> DashboardFigures:
    """Open the dashboard (signing in first where `login` is given), wait until every chart has settled, and read it."""
    if login:
        sign_in(page, dashboard_url.partition("/superset/")[0], login)
    page.goto(dashboard_url)
    page.locator(_CHART).first.wait_for(timeout=_PATIENCE)
    # One by one: Superset empties charts that are far out of sight.
    seen = [_read(page, chart) for chart in page.locator(_CHART).all()]
    page.locator(_CHART).first.scroll_into_view_if_needed()
    return DashboardFigures(
        title=page.locator("[data-test=dashboard-header-container] [data-test=editable-title-input]").input_value().strip(),
        charts=tuple(chart.title for chart in seen),
        big_numbers={chart.title: chart.big_number for chart in seen if chart.big_number},
        tables={chart.title: chart.rows for chart in seen if chart.rows},
        text="\n".join(page.locator(_TEXT).all_inner_texts()),
        drawn=frozenset(chart.title for chart in seen if chart.ink),
        trouble=tuple(f"{chart.title}: {chart.trouble}" for chart in seen if chart.trouble),
    )


def same_figure(one: str, other: str) -> bool:
    """Equal for a reader: spaces and the sign of a minus do not count."""
    return _bare(one) == _bare(other)


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text).replace("−", "-")


@dataclass(frozen=True)
class _Seen:
    title: str
    big_number: str | None
    rows: tuple[tuple[str, ...], ...] | None
    ink: bool
    trouble: str | None

    @property
    def has_content(self) -> bool:
        return bool(self.big_number or self.rows or self.ink)


def _read(page: "Page", chart: "Locator") -> _Seen:
    chart.scroll_into_view_if_needed()
    chart.locator(".slice_container, [role=alert]").first.wait_for(timeout=_PATIENCE)
    chart.locator("[data-test=loading-indicator], .loading").first.wait_for(state="hidden", timeout=_PATIENCE)
    before, seen, deadline = None, _look(chart), time.monotonic() + _ENTRANCE
    while (seen != before or not seen.has_content) and time.monotonic() < deadline:
        page.wait_for_timeout(100)
        before, seen = seen, _look(chart)
    return seen


def _look(chart: "Locator") -> _Seen:
    return _Seen(_title(chart), _big_number(chart), _table(chart), _ink(chart), _broken(chart))


def _title(chart: "Locator") -> str:
    return chart.locator("[data-test=slice-header] [data-test=editable-title]").first.inner_text().strip()


def _big_number(chart: "Locator") -> str | None:
    """The figure and the unit behind it, as one text."""
    parts = chart.locator(".big_number_total .header-line, .big_number_total .subtitle-line").all_inner_texts()
    return " ".join(part.strip() for part in parts).strip() or None


def _table(chart: "Locator") -> tuple[tuple[str, ...], ...] | None:
    rows = chart.locator("table tbody tr").all()
    return tuple(tuple(cell.strip() for cell in row.locator("td").all_inner_texts()) for row in rows) if rows else None


_COUNT_INK = """canvas => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    let ink = 0;
    for (let i = 0; i < data.length; i += 4) {
        const colored = Math.max(data[i], data[i + 1], data[i + 2]) - Math.min(data[i], data[i + 1], data[i + 2]) > 60;
        if (data[i + 3] > 60 && colored) ink += 1;
    }
    return ink;
}"""


def _ink(chart: "Locator") -> bool:
    """Whether the chart's canvas shows colored marks, and not only axes and text, which are grey."""
    canvas = chart.locator("canvas")
    return bool(canvas.count()) and int(canvas.first.evaluate(_COUNT_INK)) > 50


def _broken(chart: "Locator") -> str | None:
    alerts = [text for text in chart.locator("[role=alert], .ant-alert, [data-test=error-message]").all_inner_texts() if text.strip()]
    found = _TROUBLE.search(chart.inner_text())
    return alerts[0].strip() if alerts else found.group() if found else None
