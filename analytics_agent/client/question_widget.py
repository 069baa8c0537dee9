"""A run's question to the asker in a notebook: a button for each reading, and a field for other words. The answer takes their place."""

from functools import partial
from typing import TYPE_CHECKING, Any

from analytics_agent.client.answer_html import framed, page
from analytics_agent.client.evidence_html import text
from analytics_agent.client.notebook_progress import has_widgets, running_html
from analytics_agent.client.progress import Event, Seen
from analytics_agent.client.showing import ipython
from analytics_agent.client.words import line
from analytics_agent.domain.invisible import visible
from analytics_agent.errors import AgentError

if TYPE_CHECKING:
    from analytics_agent.client.run_view import RunView


def question_widget(run: "RunView") -> dict[str, Any]:
    """What a front end with widgets shows; nothing outside of a notebook, or without them."""
    if not (hasattr(ipython(), "kernel") and has_widgets()):
        return {}
    bundle: dict[str, Any] = QuestionWidget(run).box._repr_mimebundle_()
    return bundle


class QuestionWidget:
    def __init__(self, run: "RunView") -> None:
        import ipywidgets

        asked = run.document["clarification"]
        self._run = run
        self._seen = Seen(run.id)
        self.page = ipywidgets.HTML(framed(f'<p class="aa-head" dir="auto">{text(asked["question"])}</p>'))
        wide = {"width": "auto", "max_width": "720px"}
        self.buttons = [ipywidgets.Button(description=visible(line(one, 300)), layout=wide) for one in asked["readings"]]
        for button, reading in zip(self.buttons, asked["readings"], strict=True):
            button.on_click(partial(self._chosen, reading))
        self.words = ipywidgets.Text(placeholder="Or say it in your own words", layout=wide, continuous_update=False)
        self.words.observe(self._typed, "value")
        self.box = ipywidgets.VBox([self.page, *self.buttons, self.words])

    def _typed(self, change: dict[str, Any]) -> None:
        if change["new"].strip():
            self._chosen(change["new"].strip())

    def _chosen(self, reading: str, _: Any = None) -> None:
        """Once: a second click finds no buttons. The widgets come back when the answer could not be given."""
        self.box.children = (self.page,)
        try:
            self._run.answer_question(reading, progress=self._progress)
        except AgentError as error:
            self.page.value = framed(f'<p dir="auto">{text(error.message)}</p><p class="aa-src">{text(error.hint)}</p>')
            self.box.children = (self.page, *self.buttons, self.words)
            return
        self.page.value = page(self._run.document, self._run.files, called=self._run.called)

    def _progress(self, event: Event) -> None:
        self._seen.add(event)
        self.page.value = running_html(self._seen)
