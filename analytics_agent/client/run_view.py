"""A run as a Python object: its answer shows itself, its results are tables, its reports can be saved."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from analytics_agent.client.lists import DeliveryList
from analytics_agent.client.prose import plain
from analytics_agent.client.result_view import ChartView, ReportView, ResultView, name_of_chart
from analytics_agent.client.run_files import RunFiles
from analytics_agent.client.schedule_view import ScheduleView
from analytics_agent.domain.invisible import visible
from analytics_agent.errors import InvalidQuestion, UnknownResult

if TYPE_CHECKING:
    from analytics_agent.client.client import Client


class RunView:
    """A run as it was when it was read. `document` is all of it; `refresh()` reads it again."""

    def __init__(self, source: "Client", document: dict[str, Any]) -> None:
        """`source` gives what the document does not hold: a client that waits. `called` is its name where it says what to type."""
        self._source = source
        self.document = document
        self.files = RunFiles(source, self.id)
        self.called = "run"

    @property
    def id(self) -> str:
        return str(self.document["id"])

    @property
    def status(self) -> str:
        return str(self.document["status"])

    @property
    def question(self) -> str:
        return str(self.document["question"])

    @property
    def reason(self) -> str | None:
        """Why there is no answer, where there is none."""
        reason: str | None = self.document["reason"]
        return reason

    @property
    def answer(self) -> "AnswerView":
        """Shows itself as HTML in a notebook and as text elsewhere; without an answer, what happened instead."""
        return AnswerView(self)

    @property
    def report(self) -> ReportView:
        return ReportView(self.files, self.document["report"])

    @property
    def charts(self) -> tuple[ChartView, ...]:
        """The charts of the report, its main chart first."""
        charts = self.document["report"].get("charts", ())  # an older API has none
        return tuple(ChartView(self.files, number, chart) for number, chart in enumerate(charts, start=1))

    @property
    def dashboard_url(self) -> str | None:
        url: str | None = self.document["superset"]["dashboard_url"]
        return url

    @property
    def results(self) -> tuple[ResultView, ...]:
        return tuple(ResultView(self.files, query) for query in self.document["queries"])

    def __getitem__(self, result: str) -> ResultView:
        """`run["r1"]`. Raises UnknownResult, naming those there are."""
        for view in self.results:
            if view.id == result:
                return view
        known = ", ".join(view.id for view in self.results)
        raise UnknownResult(f"This run has no result {result!r}.", hint=f"It has {known}." if known else "It has none.")

    @property
    def shown_files(self) -> list[str]:
        """The tables and charts that the answer shows."""
        charts = range(1, len(self.charts) + 1)
        drawn = [name_of_chart(number, theme) for number in charts for theme in ("light", "dark")]
        return [f"results/{result.id}.parquet" for result in self.results] + drawn

    def refresh(self) -> "RunView":
        """Read it again; gives itself."""
        self.document = self._source.document(self.id)
        return self

    def answer_question(self, answer: str | int, **options: Any) -> "RunView":
        """Answer what the run asks you, in words or by the number of a reading, and wait for what it makes of it; gives itself.

        `options` are those of `Client.reply`.
        """
        self.document = self._source.reply(self.id, self._words(answer), **options).document
        return self

    def approve(self, **options: Any) -> "RunView":
        """Let the statement run that waits because it is expected to go over the limit, and wait for what comes of it; gives itself.

        `options` are those of `Client.decide`.
        """
        self.document = self._source.decide(self.id, True, approval=self._approval(), **options).document
        return self

    def reject(self, note: str | None = None, **options: Any) -> "RunView":
        """Do not let it run; the run goes on with something smaller. `note` is told to the model. Gives itself."""
        self.document = self._source.decide(self.id, False, approval=self._approval(), note=note, **options).document
        return self

    def _approval(self) -> str | None:
        """The one that was seen: no other that came to wait meanwhile is decided on unseen."""
        waiting = self.document.get("approval")
        return str(waiting["id"]) if waiting else None

    def _words(self, answer: str | int) -> str:
        if isinstance(answer, str):
            return answer
        readings = (self.document["clarification"] or {}).get("readings", [])
        if not 0 < answer <= len(readings):
            raise InvalidQuestion(f"There is no reading {answer}.", hint=f"There are {len(readings)}; or answer in words.")
        return str(readings[answer - 1])

    def raise_budget(self, *, tokens: int | None = None, usd: float | None = None, **options: Any) -> "RunView":
        """Let a run that was stopped at a budget go on with a higher one, and wait for what it comes to; gives itself. What was paid
        for is not paid for again. `options` are those of `Client.go_on`.
        """
        self.document = self._source.go_on(self.id, tokens=tokens, usd=usd, **options).document
        return self

    def cancel(self) -> "RunView":
        """Stop it; gives itself. What it found is kept."""
        self.document = self._source.cancel(self.id)
        return self

    def deliver(self, to: str | Sequence[str], *, again: bool = False) -> DeliveryList:
        """Send the report: "ops@example.com", "webhook:NAME", "folder:NAME". Gives a delivery for each, with its state."""
        return self._source.deliver(self.id, to, again=again)

    def schedule(self, *, time_zone: str, to: str | Sequence[str] = (), **options: Any) -> ScheduleView:
        """Answer this question again and again, its period moved: `every="month", at="08:00"`, or `cron="0 8 * * MON"`.

        `options` are those of `Client.create_schedule`.
        """
        recipients = [to] if isinstance(to, str) else list(to)
        return ScheduleView(self._source, self._source.create_schedule(self.id, time_zone=time_zone, recipients=recipients, **options))

    def __repr__(self) -> str:
        return f"<Run {self.id} {self.status}: {visible(self.question)}>"

    def _repr_html_(self) -> str:
        return self.answer._repr_html_()

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return self.answer._repr_mimebundle_()


class AnswerView:
    """The answer of a run, or what happened instead."""

    def __init__(self, run: RunView) -> None:
        self._run = run

    @property
    def _document(self) -> dict[str, Any]:
        return self._run.document

    @property
    def headline(self) -> str | None:
        headline: str | None = self._document["headline"]
        return headline

    @property
    def claims(self) -> list[dict[str, Any]]:
        """Each with its text and its figures: shown, value, unit, result, expression."""
        answer = self._document["answer"]
        return list(answer["claims"]) if answer else []

    def __bool__(self) -> bool:
        return self._document["answer"] is not None

    def __str__(self) -> str:
        answer = self._document["answer"]
        if answer and self._document.get("partial"):
            return visible(f"{self._document['reason'] or 'A partial answer.'}\n\n{plain(str(answer['summary']))}")
        return visible(plain(str(answer["summary"])) if answer else self._instead())

    __repr__ = __str__

    def _repr_html_(self) -> str:
        from analytics_agent.client.answer_html import page

        return page(self._document, self._run.files, called=self._run.called)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        """Buttons for what the run asks, where there are widgets; HTML and text come from the others."""
        if self._run.status == "needs_approval" and self._document.get("approval"):
            from analytics_agent.client.approval_widget import approval_widget

            return approval_widget(self._run)
        if self._run.status != "needs_input" or not self._document["clarification"]:
            return {}
        from analytics_agent.client.question_widget import question_widget

        return question_widget(self._run)

    def _instead(self) -> str:
        asked = self._document["clarification"]
        if self._run.status == "needs_input" and asked:
            readings = [f"  {number}  {reading}" for number, reading in enumerate(asked["readings"], start=1)]
            how = f'Answer with {self._run.called}.answer_question("…"), or by a number.'
            return "\n".join([asked["question"], *readings, how])
        if self._run.status == "needs_approval" and (waiting := self._document.get("approval")):
            how = f"Let it run with {self._run.called}.approve(), or not with {self._run.called}.reject()."
            return "\n".join([f"A statement waits for approval: {waiting['title']}", waiting["why"], waiting["instead"], how])
        return self._document["reason"] or f"No answer yet: {self._run.status}."
