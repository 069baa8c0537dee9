"""A statement that waits for approval, from Python: decided on by a call, by a function, by a button; the one that was seen."""

from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
from fakes.records import ANSWER, question
from unit.client.test_asking import Api, Does, does  # noqa: F401  the fixture
from unit.client.test_progress import Kernel
from unit.client.views import HOSTILE, Files, view

from analytics_agent.client import RunView
from analytics_agent.client import approval_widget as module
from analytics_agent.client.approval_widget import ApprovalWidget
from analytics_agent.domain.approval import Approval
from analytics_agent.domain.run import Run
from analytics_agent.domain.statement import Estimate
from analytics_agent.errors import Conflict

ESTIMATE = Estimate(8.8e9, 1, 2.0, ("public.flights",))
WHY = "It is expected to go through about 8.8 billion rows of flights × weather; the limit is 1 billion."


def waits(**changes: Any) -> Approval:
    known: dict[str, Any] = {"id": "a1", "title": f"Delays {HOSTILE}", "sql": "SELECT 1", "estimate": ESTIMATE, "limit": 10**9}
    known |= {"why": WHY, "instead": "Join them.", "needs": "asker", "asked_at": datetime.now(UTC)}
    return Approval(**known | changes)


class Deciding(Api):
    """An API whose run waits until it is decided on, and is answered then."""

    def __init__(self) -> None:
        super().__init__(run=Run(question(run_id="abc"), "needs_approval", approvals=(waits(),)))
        self.sent: list[tuple[str, bytes]] = []

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        if request.method == "POST" and request.url.path.endswith(("/approve", "/reject")):
            self.sent.append((request.url.path.rpartition("/")[2], request.content))
            self.run = Run(self.run.question, "succeeded", answer=ANSWER)
        return super()._answer(request)


def test_a_run_comes_back_as_it_waits_and_says_how_to_go_on(does: Does) -> None:  # noqa: F811
    run = does(Deciding(), lambda client: client.ask("How late?", database="flights", progress=False))
    assert run.status == "needs_approval"
    assert WHY in str(run.answer) and "run.approve()" in str(run.answer)
    html = run._repr_html_()
    assert "run.approve()" in html and "run.reject()" in html and "8.8 billion" in html
    assert HOSTILE not in html


@pytest.mark.parametrize(("said", "path"), [(True, "approve"), (False, "reject")])
def test_a_function_decides_while_it_is_waited_for(said: bool, path: str, does: Does) -> None:  # noqa: F811
    api = Deciding()
    seen: list[dict[str, Any]] = []

    def decide(approval: dict[str, Any]) -> bool:
        seen.append(approval)
        return said

    run = does(api, lambda client: client.ask("How late?", database="flights", progress=False, approve=decide))
    assert run.status == "succeeded"
    assert [one["why"] for one in seen] == [WHY]
    assert [(name, b'"a1"' in body) for name, body in api.sent] == [(path, True)]


def test_a_function_that_does_not_decide_leaves_it_waiting(does: Does) -> None:  # noqa: F811
    api = Deciding()
    run = does(api, lambda client: client.watch("abc", progress=False, approve=lambda approval: None))
    assert (run.status, api.sent) == ("needs_approval", [])


def test_decide_sends_the_decision_and_waits_for_what_comes_of_it(does: Does) -> None:  # noqa: F811
    api = Deciding()
    run = does(api, lambda client: client.decide("abc", False, approval="a1", note="June only", progress=False))
    assert run.status == "succeeded"
    assert api.sent == [("reject", b'{"approval":"a1","note":"June only"}')]


class Seen(Files):
    """A client that keeps what was decided."""

    def __init__(self) -> None:
        super().__init__()
        self.decided: list[tuple[Any, ...]] = []
        self.view = view()

    def decide(self, run_id: str, approved: bool, *, approval: str | None, note: str | None = None, **options: Any) -> RunView:
        self.decided.append((approved, approval, note))
        assert self.view is not None
        return self.view


def waiting(files: Files, **changes: Any) -> Any:
    return view(files, status="needs_approval", answer=None, approvals=(waits(**changes),))


def test_a_run_is_decided_on_by_the_statement_that_it_showed() -> None:
    files = Seen()
    assert waiting(files).approve().status == "succeeded"
    assert waiting(files).reject("too much").status == "succeeded"
    assert files.decided == [(True, "a1", None), (False, "a1", "too much")]


def test_the_buttons_decide_once_and_the_answer_takes_their_place() -> None:
    files = Seen()
    run = waiting(files)
    widget = ApprovalWidget(run)
    assert "8.8 billion" in widget.page.value and HOSTILE not in widget.page.value
    widget.approve.click()
    assert (files.decided, run.status) == ([(True, "a1", None)], "succeeded")
    assert widget.box.children == (widget.page,)


def test_the_note_goes_with_a_rejection() -> None:
    files = Seen()
    widget = ApprovalWidget(waiting(files))
    widget.note.value = " June only "
    widget.reject.click()
    assert files.decided == [(False, "a1", "June only")]


def test_a_decision_that_was_not_taken_says_why_and_keeps_the_buttons() -> None:
    class Decided(Seen):
        def decide(self, *_: Any, **__: Any) -> RunView:
            raise Conflict("The statement was already rejected.", hint="Look at the run.")

    widget = ApprovalWidget(waiting(Decided()))
    widget.approve.click()
    assert "already rejected" in widget.page.value
    assert len(widget.box.children) == 4


def test_the_buttons_are_for_notebooks_with_widgets(monkeypatch: pytest.MonkeyPatch) -> None:
    run = waiting(Seen())
    assert run._repr_mimebundle_() == {}
    monkeypatch.setattr(module, "ipython", Kernel)
    assert "application/vnd.jupyter.widget-view+json" in run._repr_mimebundle_()
