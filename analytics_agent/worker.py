"""A worker: one process for one queue, importing only what that queue's activities need. It works for every tenant, for each with a
worker of Temporal's own: its own slots, store and caches."""

import asyncio
import logging
import resource
import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from analytics_agent import bootstrap
from analytics_agent.activities.edge import Edge
from analytics_agent.activities.hearing import BEATS, OFTEN
from analytics_agent.activities.shares import Share, Threads
from analytics_agent.activities.slots import Slots
from analytics_agent.domain.database import Database
from analytics_agent.domain.orders import Queue
from analytics_agent.domain.tenant import DEFAULT
from analytics_agent.errors import AgentError, InvalidSettings
from analytics_agent.frugal import keep_out_pandas
from analytics_agent.ports import Artifacts, Rights, Store, Warehouse
from analytics_agent.settings import Settings, without_secrets
from analytics_agent.tenants import Roster

if TYPE_CHECKING:
    from analytics_agent.activities.explore import ExploreActivities
    from analytics_agent.activities.refreshing import CatalogKeeper

log = logging.getLogger(__name__)

# A worker that was killed keeps the next workflow task in its own sticky queue for this long.
STICKY = timedelta(seconds=1)
MOST_BYTES = {"warehouse": 4 * 1024**3}
"""Most memory of its own that the process of a queue may take: an engine in it has functions that no limit of its own holds for. What
would take more fails with an error of memory, and nothing else does."""

CONCURRENT = {"workflow": 50, "model": 200, "warehouse": 8, "report": 1, "deliver": 4}
"""Activities of one tenant that work at once in one process. Rendering is CPU and memory; model turns only wait."""

OF_ALL = {"report": 2}
"""The same of all tenants together, where the machine bears only little of it."""

IN_LINE = {"warehouse": 64}
"""Activities that one worker takes, where some of them only wait for their turn at a database."""


LOOK_SECONDS, TROUBLE_SECONDS = 1.0, 10.0
"""When tenants that came and went are looked for; when one whose worker failed is tried again."""


async def run(settings: Settings, queue: Queue, tenant: str | None = None) -> None:
    """Work until asked to stop; then let what is in hand finish for a few seconds. `tenant`: for this one and no other."""
    keep_out_pandas()
    # Statements and rendering wait in threads: as many as run at once, and some left for reading and writing what they gave.
    threads = Threads(min(64, 2 * CONCURRENT[queue] + 4), queue)
    asyncio.get_running_loop().set_default_executor(threads)
    if queue in MOST_BYTES:
        limit_memory(MOST_BYTES[queue])
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await Serving(queue, threads, needed=tenant or DEFAULT).serve(Roster(settings, only=tenant), stop)


@dataclass
class _AtWork:
    settings: Settings
    worker: Worker | None
    task: asyncio.Task[None]
    beside: asyncio.Task[None] | None = None
    """What this process does for the tenant besides, as long as it works for it."""


class Serving:
    """The tenants for which this process works. One that fails is tried again later and holds up nobody; the process ends only with
    the one that is `needed`, and its supervisor starts it anew."""

    def __init__(self, queue: Queue, threads: Threads, *, needed: str) -> None:
        self._queue, self._threads, self._needed = queue, threads, needed
        self._machine = asyncio.Semaphore(OF_ALL[queue]) if queue in OF_ALL else None
        self._at_work: dict[str, _AtWork] = {}
        self._ending: set[asyncio.Task[None]] = set()

    async def serve(self, roster: Roster, stop: asyncio.Event) -> None:
        try:
            while not stop.is_set():
                await self._look(roster.now())
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), LOOK_SECONDS)
        finally:
            for name in list(self._at_work):
                self._end(name)
            await asyncio.gather(*self._ending)

    async def _look(self, now: Mapping[str, Settings]) -> None:
        if self._needed not in now:
            raise InvalidSettings([f"there is no tenant {self._needed!r} to work for"])
        for name, one in list(self._at_work.items()):
            if now.get(name) is not one.settings:
                self._end(name)
            elif one.task.done():
                self._failed(name, one)
                if one.beside is not None:
                    one.beside.cancel()
            elif one.beside is not None and one.beside.done():
                one.beside = _scrubbing_again(name, one.settings, one.beside)
        for name, settings in now.items():
            if name not in self._at_work:
                self._at_work[name] = await self._begun(settings)

    async def _begun(self, settings: Settings) -> _AtWork:
        try:
            worker = build(await bootstrap.temporal(settings), settings, self._queue, self._machine)
        except AgentError as error:
            if settings.tenant == self._needed:
                raise
            return _AtWork(settings, None, asyncio.create_task(_later(error)))
        log.info("worker for %s is ready%s", self._queue, "" if settings.tenant == DEFAULT else f" for the tenant {settings.tenant}")
        beside = asyncio.create_task(_scrubbing(settings)) if self._queue == "warehouse" and settings.policies else None
        return _AtWork(settings, worker, asyncio.create_task(worker.run()), beside)

    def _failed(self, name: str, one: _AtWork) -> None:
        if name == self._needed:
            one.task.result()
        log.error("the worker for %s of the tenant %s failed and is started again: %s", self._queue, name, one.task.exception())
        del self._at_work[name]

    def _end(self, name: str) -> None:
        """In the background: what is in hand has a few seconds, and the others do not wait for it."""
        one = self._at_work.pop(name)
        self._threads.forget(name)
        ending = asyncio.create_task(_ended(one))
        self._ending.add(ending)
        ending.add_done_callback(self._ending.discard)


async def _later(error: AgentError) -> None:
    await asyncio.sleep(TROUBLE_SECONDS)
    raise error


async def _ended(one: _AtWork) -> None:
    if one.worker is None:
        one.task.cancel()
    elif not one.task.done():
        await one.worker.shutdown()
    if one.beside is not None:
        one.beside.cancel()
    await asyncio.wait([one.task, *([one.beside] if one.beside else [])])


def _scrubbing_again(name: str, settings: Settings, ended: asyncio.Task[None]) -> asyncio.Task[None]:
    """By its kind alone: what an error of ours says may hold values."""
    wrong = None if ended.cancelled() else ended.exception()
    log.error("the watch over kept profiles of the tenant %s ended and is started again: %s", name, type(wrong).__name__)
    return asyncio.create_task(_scrubbing(settings, after=TROUBLE_SECONDS))


async def _scrubbing(settings: Settings, *, after: float = 0.0) -> None:
    """Until it is canceled."""
    from analytics_agent.activities.scrubbing import Scrubber

    await asyncio.sleep(after)
    store = bootstrap.store(settings)
    try:
        await Scrubber(store, bootstrap.rights(settings, store)).watch()
    finally:
        await store.close()


def limit_memory(most_bytes: int) -> None:
    """Of this process, from now on. A lower limit that stands already is kept."""
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    if hard == resource.RLIM_INFINITY or hard > most_bytes:
        resource.setrlimit(resource.RLIMIT_DATA, (most_bytes, hard))


def build(client: Client, settings: Settings, queue: Queue, machine: asyncio.Semaphore | None = None) -> Worker:
    """The worker of one queue for one tenant. `machine` is a limit for all tenants of the process."""
    workflows: list[type] = []
    if queue == "workflow":
        from analytics_agent.workflows.answer_question import AnswerQuestion
        from analytics_agent.workflows.deliver_report import DeliverReport
        from analytics_agent.workflows.erase_person import ErasePerson
        from analytics_agent.workflows.follow_line import FollowLine
        from analytics_agent.workflows.scheduled_report import ScheduledReport
        from analytics_agent.workflows.turn_batches import TurnBatches

        workflows = [AnswerQuestion, DeliverReport, ErasePerson, FollowLine, ScheduledReport, TurnBatches]
    return Worker(
        client,
        task_queue=queue,
        workflows=workflows,
        # The sandbox is for tests, where it finds what is not deterministic. Here it would cost each run 90 ms, and import our records
        # anew for it, to be kept as long as it goes on.
        workflow_runner=UnsandboxedWorkflowRunner(),
        activities=ACTIVITIES[queue](settings),
        interceptors=[Edge(), Share(settings.tenant, machine), *([Slots(CONCURRENT[queue])] if queue in IN_LINE else [])],
        max_concurrent_activities=IN_LINE.get(queue, CONCURRENT[queue]),
        sticky_queue_schedule_to_start_timeout=STICKY,
        graceful_shutdown_timeout=timedelta(seconds=5),
        max_heartbeat_throttle_interval=OFTEN if queue == "warehouse" else BEATS,
        # A mistake of ours in the workflow fails the run; by default it would retry the task for ever and look hung.
        workflow_failure_exception_types=[Exception],
    )


def _workflow(settings: Settings) -> Sequence[Callable[..., Any]]:
    from analytics_agent.activities.approval import ApprovalActivities
    from analytics_agent.activities.deliveries import DeliveryActivities
    from analytics_agent.activities.run import RunActivities
    from analytics_agent.activities.schedules import ScheduleActivities

    store = bootstrap.store(settings)
    acts = RunActivities(store, bootstrap.artifacts(settings), can_publish=bool(settings.superset_url))
    due, sending = ScheduleActivities(store), DeliveryActivities(store)
    frame: Sequence[Callable[..., Any]] = [
        acts.begin_run,
        acts.begin_step,
        acts.finish_step,
        acts.take_answer,
        ApprovalActivities(store).take_decision,
        acts.note_failure,
        acts.finish_run,
    ]
    return [due.begin_due, sending.begin_deliveries, sending.give_up_delivery, *frame]


def _model(settings: Settings) -> Sequence[Callable[..., Any]]:
    from analytics_agent.activities.batches import BatchActivities, Offer
    from analytics_agent.activities.model import ModelActivities
    from analytics_agent.activities.model_call import LONGEST_PAUSE
    from analytics_agent.activities.purse import Purse

    store, artifacts = bootstrap.store_of_turns(settings), bootstrap.artifacts(settings)
    given = bootstrap.model_batches(settings) if settings.anthropic_api_key else None
    offer = Offer(given)
    purse = Purse(
        store,
        settings.budget_of_a_person,
        settings.budget_of_a_day,
        patience=timedelta(seconds=settings.model_timeout_seconds + LONGEST_PAUSE),
    )
    model, a_minute = bootstrap.model(settings), settings.model_calls_per_minute
    turns = ModelActivities(store, artifacts, model, purse, turns=settings.turns, offer=offer, a_minute=a_minute)
    batches = BatchActivities(store, artifacts, given, offer)
    return [turns.model_turn, batches.send_batch, batches.collect_batches]


def _warehouse(settings: Settings) -> Sequence[Callable[..., Any]]:
    from analytics_agent.activities.analyze import AnalyzeActivities
    from analytics_agent.activities.changes import ChangeActivities
    from analytics_agent.activities.databases import DatabaseActivities
    from analytics_agent.activities.drafting import DraftActivities
    from analytics_agent.activities.lines import LineActivities
    from analytics_agent.activities.replay import ReplayActivities
    from analytics_agent.activities.synthesize import SynthesizeActivities
    from analytics_agent.activities.wrap_up import WrapUpActivities

    store, artifacts = bootstrap.store(settings), bootstrap.artifacts(settings)
    bootstrap.say_policies(settings)
    open_warehouse, rights = bootstrap.warehouses(settings), bootstrap.rights(settings, store)
    keeper = _keeper(settings, store, open_warehouse, rights)
    explore = _explore(settings, store, artifacts, open_warehouse, rights, keeper)
    analyze, synthesize = AnalyzeActivities(store, artifacts), SynthesizeActivities(store, artifacts)
    replay = ReplayActivities(store, artifacts, explore.warehouse, analyze)
    return [
        DatabaseActivities(store, keeper, bootstrap.import_file(settings)).read_database,
        DraftActivities(store, artifacts, open_warehouse, rights).draft_model,
        explore.read_catalog,
        explore.renew_rights,
        explore.explore_tool,
        LineActivities(store, artifacts, explore.runner).merge_lines,
        analyze.analyze_tool,
        synthesize.synthesize_tool,
        WrapUpActivities(store, artifacts).wrap_up,
        replay.replay_explore,
        replay.replay_analyze,
        ChangeActivities(store, artifacts).say_changes,
    ]


def _keeper(settings: Settings, store: Store, open_warehouse: Callable[[Database], Warehouse], rights: Rights) -> "CatalogKeeper":
    """Keeps catalogs fresh; tables that changed are profiled behind what is asked."""
    from analytics_agent.activities.behind import Behind
    from analytics_agent.activities.profiling import Profiler
    from analytics_agent.activities.refreshing import CatalogKeeper
    from analytics_agent.activities.statement_queue import StatementQueue

    behind, queue = Behind(), StatementQueue(store, settings.statements_at_once)
    profiler = Profiler(store, open_warehouse, rights, queue, seconds=settings.profile_seconds)
    return CatalogKeeper(
        store,
        open_warehouse,
        age_seconds=settings.catalog_age_seconds,
        hard_age_seconds=settings.catalog_hard_age_seconds,
        behind=behind,
        seen=lambda database, _: behind.start(f"profiling {database.name}", lambda: profiler.profile(database.name)),
    )


def _explore(
    settings: Settings,
    store: Store,
    artifacts: Artifacts,
    open_warehouse: Callable[[Database], Warehouse],
    rights: Rights,
    keeper: "CatalogKeeper",
) -> "ExploreActivities":
    from analytics_agent.activities.explore import ExploreActivities

    return ExploreActivities(
        store,
        artifacts,
        open_warehouse,
        rights,
        row_cap=settings.row_cap,
        byte_cap=settings.byte_cap,
        timeout_seconds=settings.statement_timeout_seconds,
        catalog_age_seconds=settings.catalog_age_seconds,
        at_once=settings.statements_at_once,
        most=settings.cost_limit,
        keeper=keeper,
    )


def _report(settings: Settings) -> Sequence[Callable[..., Any]]:
    from analytics_agent.activities.report import ReportActivities

    def dashboard_url(run_id: str) -> str | None:
        from analytics_agent.deliver.superset_addresses import dashboard_url as address

        return address(settings.superset_url, run_id) if settings.superset_url else None

    store, artifacts = bootstrap.store(settings), bootstrap.artifacts(settings)
    return [ReportActivities(store, artifacts, dashboard_url, without_secrets()).render_report]


def _deliver(settings: Settings) -> Sequence[Callable[..., Any]]:
    from analytics_agent.activities.deliver import DeliverActivities
    from analytics_agent.activities.deliver_report import DeliverReportActivities, Ways
    from analytics_agent.activities.engine_history import EngineHistory
    from analytics_agent.activities.erasing import ErasingActivities
    from analytics_agent.activities.superset_datasets import DatasetActivities
    from analytics_agent.deliver.right_to_see import RightToSee, mail_patterns

    store, artifacts = bootstrap.store(settings), bootstrap.artifacts(settings)
    right = RightToSee(store, bootstrap.rights(settings, store), mail_patterns(settings.mail_recipients))
    ways = Ways(bootstrap.mailer(settings), bootstrap.webhooks(settings), bootstrap.folders(settings), settings.api_url)
    publisher = bootstrap.publisher(settings)
    acts = DeliverActivities(store, artifacts, publisher)
    datasets = DatasetActivities(store, artifacts, bootstrap.superset_datasets(settings))
    engine = EngineHistory(lambda: bootstrap.temporal(settings))
    erasing = ErasingActivities(store, artifacts, engine, ways.folders, publisher if settings.superset_url else None)
    return [
        acts.publish,
        acts.connect_database,
        datasets.read_datasets,
        datasets.edit_datasets,
        DeliverReportActivities(store, artifacts, right, ways).deliver_report,
        *erasing.all(),
    ]


ACTIVITIES: dict[Queue, Callable[[Settings], Sequence[Callable[..., Any]]]] = {
    "workflow": _workflow,
    "model": _model,
    "warehouse": _warehouse,
    "report": _report,
    "deliver": _deliver,
}
