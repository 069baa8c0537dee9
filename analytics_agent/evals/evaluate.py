"""Asks the questions of a suite through the HTTP API, several at a time, and judges what comes back.

An evaluation is a client as any other is: it sees what an asker sees. What it judges are the stored rows of the primary result.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from analytics_agent.client.async_client import AsyncClient
from analytics_agent.errors import AgentError, Unavailable
from analytics_agent.evals.judge import Comparison, Document, compared, line_of, primary_of, unasked
from analytics_agent.evals.score import Answered
from analytics_agent.evals.suite import Case
from analytics_agent.evals.warehouses import Gold, GoldFailed, Warehouses

_CANCELLING = 5.0
_TURN_SECONDS = 3_600.0
"""How long a question waits for its turn, where its asker may have only so many at once."""

Task = tuple[Case, int]


@dataclass(frozen=True)
class Asking:
    """How each question is asked. `usd` is the budget of one run, `total_usd` that of the evaluation, `seconds` what a run may take.

    `patient`: through message batches, at half the price and within a day.
    """

    model: str | None = None
    concurrency: int = 4
    trials: int = 1
    usd: float | None = None
    total_usd: float | None = None
    seconds: float | None = None
    patient: bool = False


@dataclass
class Watch:
    """Who is told: of each question that begins, and of each that is done."""

    begun: Callable[[Case, int], None] = lambda case, trial: None
    done: Callable[[Answered], None] = lambda line: None


@dataclass
class Evaluation:
    """One evaluation under way."""

    client: AsyncClient
    warehouses: Warehouses
    asking: Asking
    watch: Watch
    spent: float = 0.0
    running: set[str] = field(default_factory=set)

    async def run(self, cases: Sequence[Case], done: Iterable[Answered] = ()) -> bool:
        """Ask what is not done. False when the evaluation's budget ended it before the last question.

        Raises Unavailable when a service stays away. Cancelled, it cancels the runs that it had begun.
        """
        known = {line.key for line in done}
        self.spent += sum(line.usage.get("cost_usd") or 0.0 for line in done)
        tasks = deque((case, trial) for case in cases for trial in range(1, self.asking.trials + 1) if (case.id, trial) not in known)
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(min(self.asking.concurrency, len(tasks))):
                    group.create_task(self._work(tasks))
        except* AgentError as errors:
            raise _first(errors) from None
        finally:
            await self._cancel_runs()
        return not tasks

    async def _work(self, tasks: deque[Task]) -> None:
        while tasks and not self._is_spent():
            case, trial = tasks.popleft()
            self.watch.begun(case, trial)
            line = await self._ask(case, trial)
            self.spent += line.usage.get("cost_usd") or 0.0
            self.watch.done(line)

    def _is_spent(self) -> bool:
        return self.asking.total_usd is not None and self.spent >= self.asking.total_usd

    async def _ask(self, case: Case, trial: int) -> Answered:
        """The check queries first: where none runs, nothing is spent on the question."""
        try:
            golds = await self.warehouses.golds(case)
        except GoldFailed as problem:
            return unasked(case, trial, str(problem))
        began = time.monotonic()
        document, asked_back, note = await self._answered(case)
        seconds = time.monotonic() - began
        found = await self._compared(document, golds) if document["status"] == "succeeded" else Comparison(note=note)
        return line_of(case, trial, document, found, asked_back=asked_back, seconds=seconds)

    async def _answered(self, case: Case) -> tuple[Document, bool, str | None]:
        """The run's document at its end, whether it asked back, and why we ended it, if we did."""
        budget = {"usd": self.asking.usd} if self.asking.usd else None
        run = await self.client.submit(
            case.text,
            self.warehouses.name(case.db),
            model=self.asking.model,
            publish=False,
            formats=[],
            budget=budget,
            patient=self.asking.patient or None,
            workflow="evaluation",
            patience=_TURN_SECONDS,
        )
        self.running.add(run)
        asked_back, reason = False, None
        try:
            async with asyncio.timeout(self.asking.seconds):
                document, seen = await self._ended(run)
                if document["status"] == "needs_input" and case.clarification:
                    asked_back = True
                    await self.client.answer(run, case.clarification)
                    document, _ = await self._ended(run, after=seen)
        except TimeoutError:
            reason = f"It was cancelled after {self.asking.seconds:g} seconds."
            document = await self.client.cancel(run)
        if document["status"] in ("needs_input", "needs_approval"):
            asked_back = asked_back or document["status"] == "needs_input"
            await self.client.cancel(run)
        self.running.discard(run)
        return document, asked_back, reason

    async def _ended(self, run: str, after: int = 0) -> tuple[Document, int]:
        """The run's document when it has ended or waits for a person, and the number of its last event."""
        async for event in self.client.events(run, after=after):
            after = event["seq"]
        return await self.client.document(run), after

    async def _compared(self, document: Document, golds: Sequence[Gold]) -> Comparison:
        primary = primary_of(document)
        if primary is None:
            return Comparison(False if golds else None, "The answer has no primary result.")
        content = await self.client.result(document["id"], primary["id"], "parquet")
        return await asyncio.to_thread(compared, content, golds, is_cut=primary["truncated"])

    async def _cancel_runs(self) -> None:
        """Nobody waits for them any more. What cannot be reached is left to itself."""
        with suppress(AgentError, TimeoutError):
            async with asyncio.timeout(_CANCELLING):
                for run in tuple(self.running):
                    await self.client.cancel(run)
                    self.running.discard(run)


def _first(errors: BaseExceptionGroup[AgentError]) -> AgentError:
    """One error for all: a service that is away before anything else."""
    found = [error for error in _flat(errors) if isinstance(error, AgentError)]
    return next((error for error in found if isinstance(error, Unavailable)), found[0])


def _flat(group: BaseExceptionGroup[Any]) -> Iterable[BaseException]:
    for error in group.exceptions:
        yield from _flat(error) if isinstance(error, BaseExceptionGroup) else (error,)
