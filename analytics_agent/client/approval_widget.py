"""A statement that waits for approval, in a notebook: what it would take, and two buttons. What comes of it takes their place."""

from typing import TYPE_CHECKING, Any

from analytics_agent.client.answer_html import approval_html, framed, page
from analytics_agent.client.evidence_html import text
from analytics_agent.client.notebook_progress import has_widgets, running_html
from analytics_agent.client.progress import Event, Seen
from analytics_agent.client.showing import ipython
from analytics_agent.errors import AgentError

if TYPE_CHECKING:
    from analytics_agent.client.run_view import RunView


def approval_widget(run: "RunView") -> dict[str, Any]:
    """What a front end with widgets shows; nothing outside of a notebook, or without them."""
    if not (hasattr(ipython(), "kernel") and has_widgets()):
        return {}
    bundle: dict[str, Any] = ApprovalWidget(run).box._repr_mimebundle_()
    return bundle


class ApprovalWidget:
    def __init__(self, run: "RunView") -> None:
        import ipywidgets

        self._run = run
        self._seen = Seen(run.id)
        head = '<p class="aa-head" dir="auto">A statement waits for approval</p>'
        self.page = ipywidgets.HTML(framed(f'<div class="aa-box aa-ask">{head}{approval_html(run.document["approval"])}</div>'))
        wide = {"width": "auto", "max_width": "720px"}
        self.approve = ipywidgets.Button(description="Approve and run it", button_style="primary", layout=wide)
        self.reject = ipywidgets.Button(description="Don't run it", layout=wide)
        self.note = ipywidgets.Text(placeholder="Why not, for the model", layout=wide)
        self.approve.on_click(lambda _: self._decided(True))
        self.reject.on_click(lambda _: self._decided(False))
        self.box = ipywidgets.VBox([self.page, self.approve, self.reject, self.note])

    def _decided(self, approved: bool) -> None:
        """Once: a second click finds no buttons. They come back when the decision could not be given."""
        self.box.children = (self.page,)
        try:
            if approved:
                self._run.approve(progress=self._progress)
            else:
                self._run.reject(self.note.value.strip() or None, progress=self._progress)
        except AgentError as error:
            self.page.value = framed(f'<p dir="auto">{text(error.message)}</p><p class="aa-src">{text(error.hint)}</p>')
            self.box.children = (self.page, self.approve, self.reject, self.note)
            return
        self.page.value = page(self._run.document, self._run.files, called=self._run.called)

    def _progress(self, event: Event) -> None:
        self._seen.add(event)
        self.page.value = running_html(self._seen)
