"""A worker: one process for one queue, importing only what that queue's activities need."""

import asyncio
import logging
import resource
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from analytics_agent import bootstrap
from analytics_agent.activities.edge import Edge
from analytics_agent.activities.hearing import OFTEN
from analytics_agent.activities.slots import Slots
from analytics_agent.domain.orders import Queue
from analytics_agent.frugal import keep_out_pandas
from analytics_agent.settings import Settings, without_secrets

log = logging.getLogger(__name__)

# A worker that was killed keeps the next workflow task in its own sticky queue for this long.
STICKY = timedelta(seconds=1)
MOST_BYTES = {"warehouse": 4 * 1024**3}
"""Most memory of its own that the process of a queue may take: an engine in it has functions that no limit of its own holds for. What
would take more fails with an error of memory, and nothing else does."""

CONCURRENT = {"workflow": 50, "model": 200, "warehouse": 8, "report": 1, "deliver": 4}
"""Activities that work at once in one worker. Rendering is CPU and memory; model turns only wait."""

IN_LINE = {"warehouse": 64}
"""Activities that one worker takes, where some of them only wait for their turn at a database."""


async def run(settings: Settings, queue: Queue) -> None:
    """Work until asked to stop; then let what is in hand finish for a few seconds."""
    keep_out_pandas()
    # Statements and rendering wait in threads: as many as run at once, and some left for reading and writing what they gave.
    threads = ThreadPoolExecutor(min(64, 2 * CONCURRENT[queue] + 4), thread_name_prefix=queue)
    asyncio.get_running_loop().set_default_executor(threads)
    if queue in MOST_BYTES:
        limit_memory(MOST_BYTES[queue])
    worker = build(await bootstrap.temporal(settings), settings, queue)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with worker:
        log.info("worker for %s is ready", queue)
        await stop.wait()


def limit_memory(most_bytes: int) -> None:
    """Of this process, from now on. A lower limit that stands already is kept."""
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    if hard == resource.RLIM_INFINITY or hard > most_bytes:
        resource.setrlimit(resource.RLIMIT_DATA, (most_bytes, hard))


def build(client: Client, settings: Settings, queue: Queue) -> Worker:
    """The worker of one queue."""
    workflows: list[type] = []
    if queue == "workflow":
        from analytics_agent.workflows.answer_question import AnswerQuestion
        from analytics_agent.workflows.deliver_report import DeliverReport
        from analytics_agent.workflows.follow_line import FollowLine
        from analytics_agent.workflows.scheduled_report import ScheduledReport
        from analytics_agent.workflows.turn_batches import TurnBatches

        workflows = [AnswerQuestion, DeliverReport, FollowLine, ScheduledReport, TurnBatches]
    return Worker(
        client,
        task_queue=queue,
        workflows=workflows,
        # The sandbox is for tests, where it finds what is not deterministic. Here it would cost each run 90 ms, and import our records
        # anew for it, to be kept as long as it goes on.
        workflow_runner=UnsandboxedWorkflowRunner(),
        activities=ACTIVITIES[queue](settings),
        interceptors=[Edge(), Slots(CONCURRENT[queue])] if queue in IN_LINE else [Edge()],
        max_concurrent_activities=IN_LINE.get(queue, CONCURRENT[queue]),
        sticky_queue_schedule_to_start_timeout=STICKY,
        graceful_shutdown_timeout=timedelta(seconds=5),
        max_heartbeat_throttle_interval=OFTEN if queue == "warehouse" else timedelta(minutes=1),
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

    store, artifacts = bootstrap.store(settings), bootstrap.artifacts(settings)
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
    from analytics_agent.activities.explore import ExploreActivities
    from analytics_agent.activities.lines import LineActivities
    from analytics_agent.activities.replay import ReplayActivities
    from analytics_agent.activities.synthesize import SynthesizeActivities
    from analytics_agent.activities.wrap_up import WrapUpActivities

    store, artifacts = bootstrap.store(settings), bootstrap.artifacts(settings)
    open_warehouse = bootstrap.warehouses(settings)
    explore = ExploreActivities(
        store,
        artifacts,
        open_warehouse,
        bootstrap.rights(settings, store),
        row_cap=settings.row_cap,
        byte_cap=settings.byte_cap,
        timeout_seconds=settings.statement_timeout_seconds,
        catalog_age_seconds=settings.catalog_age_seconds,
        at_once=settings.statements_at_once,
        most=settings.cost_limit,
    )
    analyze, synthesize = AnalyzeActivities(store, artifacts), SynthesizeActivities(store, artifacts)
    replay = ReplayActivities(store, artifacts, explore.warehouse, analyze)
    databases = DatabaseActivities(store, open_warehouse, bootstrap.import_file(settings))
    return [
        databases.read_database,
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
    from analytics_agent.deliver.right_to_see import RightToSee, mail_patterns

    store, artifacts = bootstrap.store(settings), bootstrap.artifacts(settings)
    right = RightToSee(store, bootstrap.rights(settings, store), mail_patterns(settings.mail_recipients))
    ways = Ways(bootstrap.mailer(settings), bootstrap.webhooks(), bootstrap.folders(), settings.api_url)
    acts = DeliverActivities(store, artifacts, bootstrap.publisher(settings))
    return [acts.publish, acts.connect_database, DeliverReportActivities(store, artifacts, right, ways).deliver_report]


ACTIVITIES: dict[Queue, Callable[[Settings], Sequence[Callable[..., Any]]]] = {
    "workflow": _workflow,
    "model": _model,
    "warehouse": _warehouse,
    "report": _report,
    "deliver": _deliver,
}
