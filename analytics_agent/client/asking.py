"""Asking and runs: each thing that the API can do with a question, described once for both clients."""

import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from analytics_agent.client.connection import ConnectionLost
from analytics_agent.client.following import follow, last_event, patiently
from analytics_agent.client.interrupted import StillRunning
from analytics_agent.client.run_files import RunFiles
from analytics_agent.client.run_view import RunView
from analytics_agent.client.showing import Progress, shown
from analytics_agent.client.steps import TOO_MANY_SECONDS, Pause, Send, Steps, endpoint, given, part
from analytics_agent.errors import AgentError, ServiceUnreachable

if TYPE_CHECKING:
    from analytics_agent.client.client import Client

Document = dict[str, Any]
Answering = Callable[[dict[str, Any]], str | None]
Approving = Callable[[dict[str, Any]], bool | None]
_SUBMIT_PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds. A question whose connection broke is sent again with the same key, so that it is asked once."""


class Asking:
    """What can be done with questions and runs."""

    _loads_first: ClassVar[bool] = False
    """Whether the tables and charts that an answer shows are fetched before it is given, as nothing may wait for them later."""

    @property
    def _source(self) -> "Client":
        """The client that waits: itself, or one at the same address."""
        raise NotImplementedError

    @endpoint
    def ask(
        self,
        /,
        question: str,
        database: str | None = None,
        *,
        progress: Progress | bool | None = None,
        answer: Answering | None = None,
        approve: Approving | None = None,
        **options: Any,
    ) -> Steps[RunView]:
        """Ask and wait. `options` are those of `submit`.

        `progress` is a function that is called with each event; True shows it here, False shows nothing, and by default it is
        shown where somebody looks: in a notebook, in IPython, in an interactive Python. `answer` is called with the run's question
        to you ({question, readings}) and gives the answer; without it, or when it gives None, the run comes back as it waits
        (`status` needs_input). `approve` likewise: it is called with a statement that waits because it may take too much ({title, why,
        instead, sql, …}) and gives True to let it run, False not to (`status` needs_approval).

        Interrupted, it raises StillRunning, which says how to go on: the run does.
        """
        run_id = yield from Asking.submit(self, question, database, **options)
        return (yield from self._watched(run_id, progress, answer, approve))

    @endpoint
    def watch(
        self,
        run_id: str,
        *,
        progress: Progress | bool | None = None,
        answer: Answering | None = None,
        approve: Approving | None = None,
    ) -> Steps[RunView]:
        """Wait for a run that was asked before, as `ask` does."""
        return (yield from self._watched(run_id, progress, answer, approve))

    @endpoint
    def reply(self, run_id: str, text: str, *, progress: Progress | bool | None = None) -> Steps[RunView]:
        """Answer the question that the run asks, and wait as `ask` does."""
        seen = yield from last_event(run_id)
        yield from Asking.answer(self, run_id, text)
        return (yield from self._watched(run_id, progress, seen=seen))

    def _watched(
        self,
        run_id: str,
        progress: Progress | bool | None,
        answer: Answering | None = None,
        approve: Approving | None = None,
        seen: int = 0,
    ) -> Steps[RunView]:
        try:
            with shown(progress, run_id, lambda: self._source.cancel(run_id)) as show:
                while True:
                    seen = yield from follow(run_id, show.event, after=seen)
                    view = yield from self._viewed(run_id)
                    if not (yield from self._replied(view.document, answer, approve)):
                        show.end(view.document)
                        return view
        except KeyboardInterrupt:
            raise StillRunning(run_id) from None

    def _replied(self, document: Document, answer: Answering | None, approve: Approving | None) -> Steps[bool]:
        """Whether the run waited for a person, and was given what it waited for."""
        run_id, waiting = document["id"], document.get("approval")
        if document["status"] == "needs_approval" and approve and waiting and (approved := approve(waiting)) is not None:
            decide = Asking.approve if approved else Asking.reject
            yield from decide(self, run_id, approval=waiting["id"])
            return True
        if document["status"] == "needs_input" and answer and (reply := answer(document["clarification"])):
            yield from Asking.answer(self, run_id, reply)
            return True
        return False

    def _viewed(self, run_id: str) -> Steps[RunView]:
        document = yield from patiently(Send("GET", f"/v1/analyses/{part(run_id)}"))
        view = RunView(self._source, document)
        if self._loads_first:
            with suppress(AgentError):  # the answer stands without them, and says what is missing
                yield from load(view.files, view.shown_files)
        return view

    @endpoint
    def submit(
        self,
        question: str,
        database: str | None = None,
        *,
        model: str | None = None,
        publish: bool | None = None,
        formats: Sequence[str] | None = None,
        budget: dict[str, float] | None = None,
        as_of: str | None = None,
        continues: str | None = None,
        recipients: Sequence[str] | None = None,
        patient: bool | None = None,
        workflow: Literal["asked", "batch", "evaluation"] | None = None,
        as_user: str | None = None,
        idempotency_key: str | None = None,
        patience: float = TOO_MANY_SECONDS,
    ) -> Steps[str]:
        """Ask without waiting; gives the run's id. A connection that is lost midway is tried again, and asks only once. `database` may be
        left out with `continues`: it is that of the earlier run.

        Where as many questions are being answered as you may ask at once, it waits for its turn, at most `patience` seconds, and raises
        TooMany then.

        `patient`: nobody waits for the answer, so Claude may take a day for it, at half the price.
        `as_user` is the login name of the person with whose rights it is to read; it needs a key with the scope admin.
        `workflow` says for `costs` what kind of run it is; without, somebody asked.
        """
        body = given(question=question, database=database, model=model, publish=publish, budget=budget, as_of=as_of, patient=patient)
        body |= given(
            **{"continue": continues, "as": as_user},
            workflow=workflow,
            formats=formats and list(formats),
            recipients=recipients and list(recipients),
        )
        headers = {"Idempotency-Key": idempotency_key or uuid.uuid4().hex}
        made = yield from once(Send("POST", "/v1/analyses", {"json": body, "headers": headers}, patience=patience))
        return str(made["id"])

    @endpoint
    def run(self, run_id: str) -> Steps[RunView]:
        """A run as it is now."""
        return (yield from self._viewed(run_id))

    @endpoint
    def document(self, run_id: str) -> Steps[Document]:
        """The run's JSON document."""
        document: Document = yield Send("GET", f"/v1/analyses/{part(run_id)}")
        return document

    @endpoint
    def runs(self, *, limit: int = 50, before: str | None = None, summary: bool = False) -> Steps[list[Document]]:
        """Your latest runs, newest first; `before` is the asked_at of the last one you have. `summary` leaves out their queries,
        claims and findings, which makes a long list quick."""
        found = yield Send("GET", "/v1/analyses", {"params": given(limit=limit, before=before, view="summary" if summary else None)})
        documents: list[Document] = found["analyses"]
        return documents

    @endpoint
    def cancel(self, run_id: str) -> Steps[Document]:
        """Stop a run. What it found is kept."""
        document: Document = yield Send("POST", f"/v1/analyses/{part(run_id)}/cancel")
        return document

    @endpoint
    def answer(self, run_id: str, text: str) -> Steps[Document]:
        """Answer the question that the run asks, without waiting for what it makes of it."""
        document: Document = yield Send("POST", f"/v1/analyses/{part(run_id)}/answer", {"json": {"text": text}})
        return document

    @endpoint
    def approve(self, run_id: str, *, approval: str | None = None) -> Steps[Document]:
        """Let the statement run that waits because it is expected to go over its database's limit. `approval` is its id in the run's
        document: with it no other one is approved that came to wait meanwhile. Twice is once."""
        document: Document = yield Send("POST", f"/v1/analyses/{part(run_id)}/approve", {"json": given(approval=approval)})
        return document

    @endpoint
    def reject(self, run_id: str, *, approval: str | None = None, note: str | None = None) -> Steps[Document]:
        """Do not let it run: the run goes on with something smaller. `note` is told to the model."""
        document: Document = yield Send("POST", f"/v1/analyses/{part(run_id)}/reject", {"json": given(approval=approval, note=note)})
        return document

    @endpoint
    def decide(
        self,
        run_id: str,
        approved: bool,
        *,
        approval: str | None = None,
        note: str | None = None,
        progress: Progress | bool | None = None,
    ) -> Steps[RunView]:
        """Approve the statement that waits, or reject it, and wait as `ask` does."""
        seen = yield from last_event(run_id)
        if approved:
            yield from Asking.approve(self, run_id, approval=approval)
        else:
            yield from Asking.reject(self, run_id, approval=approval, note=note)
        return (yield from self._watched(run_id, progress, seen=seen))

    @endpoint
    def raise_budget(self, run_id: str, *, tokens: int | None = None, usd: float | None = None) -> Steps[Document]:
        """Let a run that was stopped at a budget go on, without waiting for what it comes to. Without a limit it goes on with the one
        it has: on another day."""
        document: Document = yield Send("POST", f"/v1/analyses/{part(run_id)}/budget", {"json": given(tokens=tokens, usd=usd)})
        return document

    @endpoint
    def go_on(
        self, run_id: str, *, tokens: int | None = None, usd: float | None = None, progress: Progress | bool | None = None
    ) -> Steps[RunView]:
        """Raise the budget of a run that was stopped at one, and wait as `ask` does."""
        seen = yield from last_event(run_id)
        yield from Asking.raise_budget(self, run_id, tokens=tokens, usd=usd)
        return (yield from self._watched(run_id, progress, seen=seen))

    @endpoint
    def report(self, run_id: str, kind: Literal["html", "pdf"]) -> Steps[bytes]:
        """The report's bytes. Raises UnknownResult when the run has none."""
        content: bytes = yield file_of(run_id, f"report.{kind}")
        return content

    @endpoint
    def result(self, run_id: str, result: str, kind: Literal["csv", "parquet", "json"]) -> Steps[bytes]:
        """A stored result's bytes."""
        content: bytes = yield file_of(run_id, f"results/{part(result)}.{kind}")
        return content

    @endpoint
    def chart(self, run_id: str, number: int, *, theme: Literal["light", "dark"] = "light") -> Steps[bytes]:
        """A chart of the report as SVG; 1 is its main chart."""
        content: bytes = yield file_of(run_id, f"charts/{number}.svg?theme={theme}")
        return content

    @endpoint
    def load(self, view: RunView) -> Steps[None]:
        """Fetch every table and chart of a run, so that none is waited for when it is looked at. AsyncClient has done it."""
        yield from load(view.files, view.shown_files)


def load(files: RunFiles, names: Sequence[str]) -> Steps[None]:
    for name in names:
        if name not in files:
            files.keep(name, (yield from patiently(file_of(files.run_id, name))))


def file_of(run_id: str, name: str) -> Send:
    return Send("GET", f"/v1/analyses/{part(run_id)}/{name}", gives="bytes")


def once(send: Send) -> Steps[Any]:
    """A request under an Idempotency-Key, sent again after its connection broke; one that never went out is not."""
    lost = False
    for pause in _SUBMIT_PAUSES:
        try:
            return (yield send)
        except ServiceUnreachable as error:
            lost = lost or isinstance(error, ConnectionLost)
            if not lost:
                raise
        yield Pause(pause)
    return (yield send)
