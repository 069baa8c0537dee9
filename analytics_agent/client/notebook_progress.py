"""Progress in a notebook: a widget with a button that stops the run, or a page that changes where there are no widgets.

At the end one line stays, as plain HTML: a notebook that is saved or exported needs no widget to show it.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from analytics_agent.client.answer_html import framed
from analytics_agent.client.evidence_html import text
from analytics_agent.client.interrupted import StillRunning
from analytics_agent.client.progress import Event, Seen, StepSeen, ending
from analytics_agent.client.words import duration
from analytics_agent.domain.event import STEPS
from analytics_agent.errors import AgentError

NEWEST = 3
"""Lines of a running step that are shown."""


class InNotebook:
    """`stop` stops the run. Where kernel and page speak while a cell runs, the button works at once; elsewhere after the cell."""

    def __init__(self, run_id: str, stop: Callable[[], Any]) -> None:
        self._seen = Seen(run_id)
        self._ended = False
        self._place: _Page = _Widget(stop) if has_widgets() else _Page()

    def begin(self) -> None:
        self._place.begin(running_html(self._seen))

    def event(self, event: Event) -> None:
        self._seen.add(event)
        self._place.change(running_html(self._seen))

    def end(self, document: dict[str, Any]) -> None:
        self._ended = True
        self._place.finish(ended_html(self._seen, document), ending(document))

    def leave(self) -> None:
        if not self._ended:
            said = str(StillRunning(self._seen.run_id))
            self._place.finish(framed(f'<p class="aa-src">{text(said)}</p>'), said)


def has_widgets() -> bool:
    try:
        import ipywidgets  # noqa: F401 whether it is there is the question
    except ImportError:
        return False
    return True


class _Page:
    """A part of the output that is replaced."""

    _handle: Any = None

    def begin(self, html: str) -> None:
        self._display(shown(html, "Asking …"))

    def change(self, html: str) -> None:
        self._handle.update(shown(html, "Asking …"), raw=True)

    def finish(self, html: str, plain: str) -> None:
        if self._handle:  # an interrupt may come before there is one
            self._handle.update(shown(html, plain), raw=True)

    def _display(self, bundle: dict[str, Any]) -> None:
        """The handle is there first: an interrupt may come as soon as something is seen, and what is seen must not stay as it is."""
        self._handle = display_handle()
        self._handle.display(bundle, raw=True)


class _Widget(_Page):
    def __init__(self, stop: Callable[[], Any]) -> None:
        import ipywidgets

        self._html = ipywidgets.HTML()
        button = ipywidgets.Button(description="Stop the run", tooltip="What was found is kept", layout={"width": "auto"})
        button.on_click(lambda _: self._stopped(button, stop))
        self._box = ipywidgets.VBox([self._html, button])

    def begin(self, html: str) -> None:
        self._html.value = html
        bundle = self._box._repr_mimebundle_() | shown(html, "Asking …")  # the page is for a front end without widgets
        self._display(bundle)

    def change(self, html: str) -> None:
        self._html.value = html

    def finish(self, html: str, plain: str) -> None:
        super().finish(html, plain)
        for widget in (*self._box.children, self._box):
            widget.close()

    def _stopped(self, button: Any, stop: Callable[[], Any]) -> None:
        button.disabled, button.description = True, "Stopping …"
        with suppress(AgentError):  # it has ended meanwhile, or the wait for it tells what is wrong
            stop()


def display_handle() -> Any:
    """Puts a bundle into the output, and replaces it."""
    from IPython.display import DisplayHandle

    made: Any = DisplayHandle  # has no types
    return made()


def shown(html: str, plain: str) -> dict[str, str]:
    return {"text/html": html, "text/plain": plain}


def running_html(seen: Seen) -> str:
    steps = "".join(_step(name, seen) for name in STEPS)
    newest = [line for step in list(seen.steps.values())[-1:] for line in step.lines.values()][-NEWEST:]
    lines = "<br>".join(f'<span dir="auto">{text(line)}</span>' for line in newest)
    return framed(f'<div class="aa-run" role="status"><ol>{steps}</ol><span class="aa-lines">{lines}</span></div>')


def _step(name: str, seen: Seen) -> str:
    step = seen.steps.get(name)
    if step is None:
        return f'<li class="aa-next">{name}</li>'
    return f'<li class="aa-on">{name}</li>' if step.seconds is None else f'<li class="aa-done">{name} {duration(step.seconds)}</li>'


def ended_html(seen: Seen, document: dict[str, Any]) -> str:
    """One line; what was done is folded below it."""
    steps = "".join(f"<li>{_told(step)}</li>" for step in seen.steps.values())
    folded = f'<details class="aa-more aa-past"><summary>{text(ending(document))}</summary><ul class="aa-trail">{steps}</ul></details>'
    return framed(folded if steps else f'<p class="aa-src">{text(ending(document))}</p>')


def _told(step: StepSeen) -> str:
    lines = "".join(f'<li dir="auto">{text(line)}</li>' for line in step.lines.values())
    taken = f" {duration(step.seconds)}" if step.seconds is not None else ""
    return f"<b>{text(step.name)}</b>{taken}" + (f"<ul>{lines}</ul>" if lines else "")
