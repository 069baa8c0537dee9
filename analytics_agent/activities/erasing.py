"""One person's data is erased, step by step, each of which can be repeated: what goes on is ended, what was published and written into
folders is taken back, rows go, then files that nobody refers to, then the engine's histories.

Nothing of the person is in what the workflow and its activities tell each other, and nothing is logged.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, Protocol

from temporalio import activity

from analytics_agent.deliver.files import file_name
from analytics_agent.deliver.superset_addresses import address, slug
from analytics_agent.deliver.superset_plan import plan, queries_to_publish
from analytics_agent.domain.delivery import Delivery
from analytics_agent.domain.erasure import BATCHES, Erasure, ErasureOrder, Left, Stage, keys_of
from analytics_agent.domain.report import PublishedKind
from analytics_agent.domain.run import Run
from analytics_agent.errors import AgentError, DeliveryRejected, OperatorError, PublishRejected, UnknownDestination, UnknownRun
from analytics_agent.ports import Artifacts, Folders, Publisher, Store

SOME = 20
"""Runs of one call."""
ALL = 1_000_000
MANY_FILES = 20_000
"""Files that are looked for in the store at once."""

ENDED = "Cancelled: the data of somebody whom it concerns is being erased."
_KINDS = ("pdf", "html", "json")


class Engine(Protocol):
    """What works on runs and remembers them."""

    async def cancel(self, run_id: str) -> bool: ...
    async def remove_schedule(self, schedule_id: str) -> None: ...
    async def forget(self, names: Sequence[str]) -> int: ...
    async def batches_at_work(self) -> bool: ...


class ErasingActivities:
    """`publisher` is None where there is no Superset."""

    def __init__(
        self,
        store: Store,
        artifacts: Artifacts,
        engine: Engine,
        folders: Callable[[], Folders],
        publisher: Callable[[], Publisher] | None,
    ) -> None:
        self._store = store
        self._artifacts = artifacts
        self._engine = engine
        self._folders = folders
        self._publisher = publisher

    def all(self) -> Sequence[Callable[..., Any]]:
        """In the order in which they are called."""
        ending = [self.erase_files, self.forget_histories, self.finish_erasure]
        return [self.stop_person, self.erase_some_runs, self.erase_traces, self.others_at_work, *ending]

    @activity.defn
    async def stop_person(self, order: ErasureOrder) -> int:
        """Schedules make no more reports, nothing that waits is sent, runs are asked to end. Gives how many have not; none when `hard`."""
        erasure = await self._store.erasure(order.erasure_id)
        for key_id in keys_of(erasure):  # of what is asked with one from here on, nobody would be left to ask
            await self._store.revoke_key(key_id)
        for schedule_id in await self._store.schedules_to_erase(erasure):
            await self._store.remove_schedule(schedule_id)
            await self._engine.remove_schedule(schedule_id)
        await self._store.drop_deliveries(erasure)
        theirs = await self._store.runs_to_erase(erasure, limit=ALL, unfinished=True)
        going_on = (*theirs, *await self._store.runs_reading_as(erasure, unfinished=True))
        at_work = [await self._engine.cancel(run_id) and not order.hard for run_id in going_on]
        for run_id, works in zip(going_on, at_work, strict=True):
            if not works:
                await self._end(run_id)
        return sum(at_work)

    async def _end(self, run_id: str) -> None:
        with suppress(UnknownRun):
            await self._engine.forget([f"run:{run_id}"])
            await self._store.set_status(run_id, "cancelled", ENDED)

    @activity.defn
    async def erase_some_runs(self, order: ErasureOrder) -> int:
        """Some of their runs with all that hangs on them, what was made of them outside first: only the store knows where that is. Gives
        how many there were; 0 when all are gone."""
        erasure = await self._store.change_erasure(order.erasure_id, partial(_at, "erasing"))
        run_ids = await self._store.runs_to_erase(erasure, limit=SOME)
        async with self._telling_trouble(order):
            left = [one for run_id in run_ids async for one in self._taken_back(run_id)]
            await self._engine.forget([f"run:{run_id}" for run_id in run_ids])
        if run_ids:
            await self._store.erase_runs(order.erasure_id, run_ids, left)
        if erasure.trouble:
            await self._store.change_erasure(order.erasure_id, partial(_in_trouble, ""))
        return len(run_ids)

    @activity.defn
    async def erase_traces(self, order: ErasureOrder) -> bool:
        """The rest of the rows. From now on no row names them, and files that were theirs are nobody's. Reports of operators who asked with
        their rights say so: copies in folders go first, while the store knows where they are."""
        erasure = await self._store.erasure(order.erasure_id)
        run_ids = await self._store.runs_reading_as(erasure)
        async with self._telling_trouble(order):
            left = [one for run_id in run_ids async for one in self._reports_taken_back(run_id)]
        await self._store.erase_traces(order.erasure_id, left)
        now = datetime.now(UTC)
        await self._store.change_erasure(
            order.erasure_id, lambda one: replace(_at("files", one), rows_gone_at=one.rows_gone_at or now, trouble="")
        )
        return True

    @activity.defn
    async def others_at_work(self, order: ErasureOrder) -> bool:
        """Whether a run that began before the rows were gone may have stored a file to which it has not referred yet."""
        gone_at = (await self._store.erasure(order.erasure_id)).rows_gone_at
        return gone_at is not None and await self._store.others_at_work(gone_at)

    @activity.defn
    async def erase_files(self, order: ErasureOrder) -> int:
        """Files since their first run to which no row refers: theirs, and what runs that broke off left behind."""
        erasure = await self._store.erasure(order.erasure_id)
        if erasure.since is None or erasure.rows_gone_at is None:
            return 0
        removed, until = 0, erasure.rows_gone_at
        found = await self._artifacts.written(since=erasure.since, until=until)
        for start in range(0, len(found), MANY_FILES):
            some = found[start : start + MANY_FILES]
            used = await self._store.files_in_use(some)
            for digest in some:
                removed += digest not in used and await self._artifacts.remove(digest, unless_after=until)
        await self._store.change_erasure(order.erasure_id, lambda one: replace(one, files=one.files + removed))
        return removed

    @activity.defn
    async def forget_histories(self, order: ErasureOrder) -> int:
        """Gives how many executions Temporal still has."""
        histories = (await self._store.change_erasure(order.erasure_id, partial(_at, "histories"))).histories
        at_work = BATCHES in histories and await self._engine.batches_at_work() and not await self._store.waiting_turns()
        return await self._engine.forget(histories) + at_work  # nobody's turn waits any more: it is about to end

    @activity.defn
    async def finish_erasure(self, order: ErasureOrder) -> bool:
        """Whom it was about goes last."""
        await self._store.change_erasure(order.erasure_id, _done)
        return True

    @asynccontextmanager
    async def _telling_trouble(self, order: ErasureOrder) -> AsyncIterator[None]:
        """What is worth another try is told to whoever waits for the erasure."""
        try:
            yield
        except AgentError as error:
            await self._store.change_erasure(order.erasure_id, partial(_in_trouble, error.message))
            raise

    # what was made of a run outside

    async def _taken_back(self, run_id: str) -> AsyncIterator[Left]:
        """What stays. Raises what is worth another try: a Superset or a folder that is away."""
        try:
            run = await self._store.run(run_id)
        except UnknownRun:
            return
        except OperatorError:  # written by another version: its rows go, what was made of it is not known
            yield Left("run", 1)
            return
        async for one in self._unpublished(run):
            yield one
        for sent in await self._store.deliveries(run_id):
            async for one in self._unsent(run, sent):
                yield one
        for _ in await self._store.waiting_turns(run_id=run_id):
            yield Left("turn", 1)

    async def _reports_taken_back(self, run_id: str) -> AsyncIterator[Left]:
        try:
            run = await self._store.run(run_id)
        except (UnknownRun, OperatorError):  # of another version: its report is forgotten, where copies are is not known
            return
        for sent in await self._store.deliveries(run_id):
            async for one in self._unsent(run, sent):
                yield one

    async def _unpublished(self, run: Run) -> AsyncIterator[Left]:
        published = await self._published(run)
        if not published:
            return
        unreached = Left("dashboard", 1, slug(run.question.run_id))
        if self._publisher is None:
            yield unreached
            return
        try:
            if kept := await self._publisher().remove(published):
                yield Left("dataset", kept)
        except PublishRejected:
            yield unreached

    async def _published(self, run: Run) -> list[tuple[PublishedKind, str]]:
        """As its receipt says; where publishing broke off, as it was planned."""
        objects = run.receipt.objects if run.receipt else ()
        if objects:
            return [(one.kind, one.uuid) for one in objects if one.kind != "database"]
        if not run.question.publish or not run.answer:
            return []
        found: list[tuple[PublishedKind, str]] = [("dashboard", address(run.question.run_id, "dashboard"))]
        with suppress(AgentError):  # files that are missing: what is known by its address is taken back all the same
            tables = {query.id: await self._artifacts.get_table(query.artifact) for query in queries_to_publish(run)}
            wanted = plan(run, tables)
            found += [("chart", chart.uuid) for chart in wanted.charts] + [("dataset", one.uuid) for one in wanted.datasets]
        return found

    async def _unsent(self, run: Run, sent: Delivery) -> AsyncIterator[Left]:
        """A mail or a message that went out is not ours any more. Files in a folder are removed."""
        kind, name = sent.recipient.kind, sent.recipient.name
        if kind == "folder":
            if await self._removed_from_folder(run, name) < 1 and sent.state == "sent":
                yield Left("file", 1, f"{name}/*-{run.question.run_id}.*")
        elif sent.state in ("sent", "uncertain"):
            yield Left("mail", 1) if kind == "mail" else Left("webhook", 1, name)

    async def _removed_from_folder(self, run: Run, name: str) -> int:
        """How many files; what cannot be reached any more is none."""
        try:
            destination, folders = await self._store.destination("folder", name), self._folders()
            names = [file_name(run.question.text, run.question.run_id, kind) for kind in _KINDS]
            return sum([await folders.remove(destination, path) for path in names])
        except (UnknownDestination, DeliveryRejected):
            return 0


def _in_trouble(why: str, erasure: Erasure) -> Erasure:
    return replace(erasure, trouble=why)


def _at(stage: Stage, erasure: Erasure) -> Erasure:
    """One that is done stays done, whoever comes late."""
    return erasure if erasure.stage == "done" else replace(erasure, stage=stage)


def _done(erasure: Erasure) -> Erasure:
    now = datetime.now(UTC)
    return replace(
        erasure, stage="done", trouble="", subject=None, stand_in="", since=None, histories=(), finished_at=erasure.finished_at or now
    )
