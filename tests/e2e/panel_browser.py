"""Chromium for the Ask panel's tests: people who are signed in, consoles that are listened to, and axe."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from e2e.superset_page import CHROMIUM, FLAGS, Login
from superset_people import Session

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Locator, Page

EXTENSION = Path(__file__).parents[2] / "superset_config" / "extension"
AXE = EXTENSION / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
PATIENCE = 60_000

_NOT_OURS = re.compile(
    r"apachesuperset\.gateway\.scarf\.sh"  # Superset's telemetry picture, stopped by its own content security policy
    r"|ag-grid|'unsafe-eval'"  # AG Grid compiles expressions where it may; Superset's policy forbids it, and it goes on without
    r"|\[antd: |Warning: findDOMNode|ResizeObserver loop"  # antd and React about Superset's own components
)
LOST = "Failed to load resource|net::ERR_"
"""For tests that take services away."""


@dataclass
class Visit:
    """One page of one person. `trouble` is what the console said that it should not have said."""

    page: "Page"
    url: str
    trouble: list[str] = field(default_factory=list)
    expected: str = ""
    """What the browser itself reports of requests that this test means to fail, such as "status of 422"."""

    def listen(self) -> None:
        self.page.on("console", lambda message: self._hear(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self._hear(str(error)))

    def _hear(self, text: str) -> None:
        if not _NOT_OURS.search(text) and not (self.expected and re.search(self.expected, text)):
            self.trouble.append(text)

    @property
    def panel(self) -> "Locator":
        return self.page.locator(".aa-panel")

    def open(self, *, new: bool = True) -> None:
        """SQL Lab with a tab of the sample's database, and the panel beside it."""
        self.page.goto(f"{self.url}/sqllab/{'?new=true' if new else ''}")
        self.panel.wait_for(timeout=PATIENCE)

    def ask(self, question: str) -> None:
        box = self.panel.get_by_role("textbox", name="Question")
        box.fill(question)
        box.press("Enter")

    def button(self, name: str | re.Pattern[str]) -> "Locator":
        return self.panel.get_by_role("button", name=name, exact=isinstance(name, str))

    def heading(self) -> "Locator":
        return self.panel.locator(".aa-headline")

    def editor(self) -> str:
        """What is in the open tab's editor, as SQL Lab itself says."""
        text: str = self.page.evaluate("async () => (await window.superset.sqlLab.getCurrentTab().getEditor()).getValue()")
        return text

    def breaches(self) -> list[str]:
        """What axe finds in the panel by WCAG 2.2 AA and its best practice: the rule, and where. Nothing is judged while it fades in."""
        self.page.wait_for_function(STILL)
        self.page.evaluate(AXE.read_text())
        return list(self.page.evaluate(_AXE))

    def fits(self) -> bool:
        """Nothing is wider than the panel."""
        return bool(self.panel.evaluate(_FITS))


_FITS = "panel => [panel, panel.querySelector('.aa-body')].every(box => box.scrollWidth <= box.clientWidth)"
STILL = """() => document.getAnimations().every(
    one => one.playState !== 'running' || one.effect.getComputedTiming().iterations === Infinity)"""
_AXE = """async () => {
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const rules = { region: { enabled: false } };  // landmarks are the page's, which is Superset's
    const { violations } = await axe.run('.aa-panel', { runOnly: tags, rules });
    return violations.map(one => `${one.id}: ${one.nodes.map(node => node.html.slice(0, 160)).join(' | ')}`);
}"""


class Visits:
    """Each person has a browser of their own, as on a machine of their own."""

    def __init__(self, browser: "Browser", url: str) -> None:
        self._browser = browser
        self._url = url
        self._signed_in: dict[str, BrowserContext] = {}

    def page(self, login: Login, *, dark: bool = False) -> Visit:
        visit = Visit(self._context(login).new_page(), self._url)
        visit.page.add_init_script(f"localStorage.setItem('superset-theme-mode', '{'dark' if dark else 'default'}')")
        visit.listen()
        return visit

    def leave(self, login: Login) -> None:
        """What a session that has ended looks like: the cookie is of no use any more."""
        self._context(login).clear_cookies()

    def sign_in_again(self, login: Login) -> None:
        """By a request of its own: SQL Lab's pages that are open write to the session that ended, and would spoil the login page's."""
        with Session(self._url, login) as session:
            cookies = [{"name": name, "value": value, "url": self._url} for name, value in session.client.cookies.items()]
        self._context(login).add_cookies(cookies)

    def _context(self, login: Login) -> "BrowserContext":
        if login.username not in self._signed_in:
            self._signed_in[login.username] = self._browser.new_context(viewport={"width": 1440, "height": 860}, accept_downloads=True)
            self.sign_in_again(login)
        return self._signed_in[login.username]


@contextmanager
def visits(url: str) -> Iterator[Visits]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        try:
            yield Visits(browser, url)
        finally:
            browser.close()


def longer(document: Any, times: int, text: str) -> Any:
    """The run with its claims told again and again, and one of them in other words."""
    answer = document["answer"]
    claims = [{**claim, "text": f"{text} {claim['text']}"} for _ in range(times) for claim in answer["claims"]]
    return {**document, "headline": text, "question": text, "answer": {**answer, "claims": claims}}
