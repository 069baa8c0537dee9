"""Progress, wherever people look: the same events as a widget, a page, a line that changes, or lines."""

import io
import sys
from typing import Any

import pytest
from unit.client.views import HOSTILE, Files, view

from analytics_agent.client import notebook_progress, showing
from analytics_agent.client.notebook_progress import InNotebook
from analytics_agent.client.progress import InTerminal, Lines
from analytics_agent.client.question_widget import QuestionWidget, question_widget
from analytics_agent.client.showing import Told, chosen
from analytics_agent.domain.run import Clarification
from analytics_agent.errors import Conflict


def event(seq: int, kind: str, step: str | None = "explore", **data: Any) -> dict[str, Any]:
    return {"seq": seq, "at": "2026-11-23T10:00:00Z", "kind": kind, "step": step, "data": data}


QUERY = {"id": "r1", "title": f"Delay {HOSTILE}\nby carrier", "rows": 1, "milliseconds": 41.2, "source": "metric"}
EVENTS = [
    event(1, "run", None, status="running"),
    event(2, "step", state="started"),
    event(3, "turn", turn=1, model="offline", input_tokens=1, output_tokens=1, cost_usd=0.1, seconds=0.1),
    event(4, "query", **QUERY),
    event(5, "tool", name="search", is_error=False),
    event(6, "warning", message="Mind this."),
    event(7, "step", state="finished", seconds=1.25),
    event(8, "step", "synthesize", state="started"),
    event(9, "newer", "synthesize", what="an event of a newer API"),
]


class Shell:
    """An IPython: in a notebook where it has a kernel."""


class Kernel(Shell):
    kernel = object()


class Display:
    """What a notebook displays: every bundle, first and replaced."""

    def __init__(self) -> None:
        self.shown: list[dict[str, Any]] = []
        self.interrupted = False

    def __call__(self) -> "Display":
        return self

    def display(self, bundle: dict[str, Any], *, raw: bool) -> None:
        assert raw
        self.shown.append(bundle)
        if self.interrupted:
            raise KeyboardInterrupt

    def update(self, bundle: dict[str, Any], *, raw: bool) -> None:
        assert raw
        self.shown.append(bundle)


@pytest.fixture
def display(monkeypatch: pytest.MonkeyPatch) -> Display:
    found = Display()
    monkeypatch.setattr(notebook_progress, "display_handle", found)
    return found


class Stderr(io.StringIO):
    def __init__(self, *, terminal: bool) -> None:
        super().__init__()
        self.isatty = lambda: terminal  # type: ignore[method-assign]


@pytest.mark.parametrize(
    ("shell", "terminal", "prompt", "progress", "expected"),
    [
        (None, True, False, None, Told),  # a script
        (None, True, False, True, Lines),
        (None, True, True, None, Lines),  # python -i
        (None, True, True, False, Told),
        (Shell(), True, True, None, InTerminal),
        (Shell(), False, True, None, Lines),
        (Kernel(), False, False, None, InNotebook),
        (Kernel(), False, False, False, Told),
        (Kernel(), False, False, print, Told),
    ],
)
def test_where_progress_is_shown(
    monkeypatch: pytest.MonkeyPatch, display: Display, shell: Any, terminal: bool, prompt: bool, progress: Any, expected: type
) -> None:
    monkeypatch.setattr(showing, "ipython", lambda: shell)
    monkeypatch.setattr(sys, "stderr", Stderr(terminal=terminal))
    if prompt:
        monkeypatch.setattr(sys, "ps1", ">>> ", raising=False)
    else:
        monkeypatch.delattr(sys, "ps1", raising=False)  # IPython, imported by another test, sets it
    assert isinstance(chosen(progress, "abc", lambda: None), expected)


def test_lines_say_what_happened_each_in_one_line() -> None:
    written: list[str] = []
    lines = Lines("abc", written.append)
    lines.begin()
    for one in EVENTS:
        lines.event(one)
    lines.end(view().document)
    lines.leave()
    assert written == [
        "run abc\n",
        "explore\n",
        f"  r1 Delay {HOSTILE} by carrier · 1 row · 41 ms\n",
        "  Mind this.\n",
        "synthesize\n",
        "Answered · 0.0 s · 1 result · no cost\n",
    ]


def test_a_terminal_has_one_line_that_changes_and_never_a_control_character_of_the_data(monkeypatch: pytest.MonkeyPatch) -> None:
    stderr = Stderr(terminal=True)
    monkeypatch.setattr(sys, "stderr", stderr)
    monkeypatch.setenv("COLUMNS", "40")
    shown = InTerminal("abc")
    shown.event(event(1, "query", **QUERY | {"title": "\x1b[2J\a" + "x" * 200}))
    shown.end(view().document)
    shown.leave()
    frames = stderr.getvalue().split("\r\x1b[2K")
    assert len(frames[1]) <= 39 and "\x1b" not in frames[1] and "\a" not in frames[1]
    assert frames[2:] == ["Answered · 0.0 s · 1 result · no cost\n", ""]


@pytest.fixture(params=["widgets", "no widgets"])
def notebook(request: pytest.FixtureRequest, display: Display, monkeypatch: pytest.MonkeyPatch) -> InNotebook:
    if request.param == "no widgets":
        monkeypatch.setitem(sys.modules, "ipywidgets", None)
    made = InNotebook("abc", lambda: None)
    made.begin()
    return made


def test_a_notebook_shows_steps_and_what_is_newest_and_ends_in_one_line_of_plain_html(notebook: InNotebook, display: Display) -> None:
    for one in EVENTS[:6]:
        notebook.event(one)
    place: Any = notebook._place
    running = place._html.value if hasattr(place, "_html") else display.shown[-1]["text/html"]
    assert '<li class="aa-on">explore</li>' in running and '<li class="aa-next">report</li>' in running
    assert "r1 Delay &lt;img src=x onerror=alert(1)&gt; by carrier · 1 row · 41 ms" in running
    assert "<img" not in running
    notebook.event(EVENTS[6])
    notebook.end(view().document)
    notebook.leave()
    assert list(display.shown[-1]) == ["text/html", "text/plain"]
    assert display.shown[-1]["text/plain"] == "Answered · 0.0 s · 1 result · no cost"
    assert "<b>explore</b> 1.2 s" in display.shown[-1]["text/html"]


def test_a_notebook_that_stops_waiting_says_that_the_run_goes_on(notebook: InNotebook, display: Display) -> None:
    notebook.event(EVENTS[1])
    notebook.leave()
    assert "Run abc goes on. `client.watch(&#x27;abc&#x27;)`" in display.shown[-1]["text/html"]


def test_an_interrupt_before_anything_is_shown_is_borne(display: Display) -> None:
    InNotebook("abc", lambda: None).leave()
    assert display.shown == []


def test_an_interrupt_as_soon_as_something_is_seen_replaces_it(display: Display) -> None:
    display.interrupted = True
    notebook = InNotebook("abc", lambda: None)
    with pytest.raises(KeyboardInterrupt):
        notebook.begin()
    notebook.leave()
    assert "client.watch(" in display.shown[-1]["text/plain"]


def test_a_front_end_without_widgets_gets_a_page_beside_the_widget(display: Display) -> None:
    InNotebook("abc", lambda: None).begin()
    assert {"application/vnd.jupyter.widget-view+json", "text/html", "text/plain"} <= set(display.shown[0])


def test_the_stop_button_stops_once_and_bears_a_run_that_has_ended(display: Display) -> None:
    stopped: list[str] = []

    def stop() -> None:
        stopped.append("stopped")
        raise Conflict("It has ended.")

    place: Any = InNotebook("abc", stop)._place
    button = place._box.children[1]
    button.click()
    assert (stopped, button.disabled) == (["stopped"], True)


def asking(files: Files) -> Any:
    return view(files, status="needs_input", answer=None, clarification=Clarification("Which summer?", ("2013", HOSTILE)))


def test_readings_are_buttons_and_the_answer_takes_their_place() -> None:
    files = Files()
    files.view = view()
    run = asking(files)
    widget = QuestionWidget(run)
    assert "Which summer?" in widget.page.value
    assert [button.description for button in widget.buttons] == ["2013", HOSTILE]
    widget.buttons[0].click()
    assert (files.replies, run.status) == (["2013"], "succeeded")
    assert widget.box.children == (widget.page,)
    assert "Frontier was latest" in widget.page.value


def test_own_words_are_an_answer_too() -> None:
    files = Files()
    files.view = view()
    widget = QuestionWidget(asking(files))
    widget.words.value = "  the last one "
    assert files.replies == ["the last one"]


def test_a_question_that_somebody_else_answered_says_so_and_keeps_its_buttons() -> None:
    class Answered(Files):
        def reply(self, run_id: str, text: str, **options: Any) -> Any:
            raise Conflict("It was answered.", hint="Look at the run.")

    widget = QuestionWidget(asking(Answered()))
    widget.buttons[0].click()
    assert "It was answered." in widget.page.value
    assert len(widget.box.children) == 4


def test_buttons_are_for_notebooks_with_widgets(monkeypatch: pytest.MonkeyPatch) -> None:
    from analytics_agent.client import question_widget as module

    run = asking(Files())
    assert question_widget(run) == {}
    monkeypatch.setattr(module, "ipython", Kernel)
    assert "application/vnd.jupyter.widget-view+json" in run._repr_mimebundle_()
    assert view()._repr_mimebundle_() == {}
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    assert run._repr_mimebundle_() == {}
    assert "run.answer_question(1)" in run._repr_html_()
