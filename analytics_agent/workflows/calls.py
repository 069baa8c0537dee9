"""Every activity that the workflow calls: its queue, its time limits and its retries, with the reason beside each number.

The workflow calls activities by name, so that it never imports them or what they import. Retries are always bounded: an
unbounded policy turns a deterministic failure into a run that never ends.
"""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, TypeVar

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, FailureError, TimeoutType, is_cancelled_exception
from temporalio.exceptions import TimeoutError as ActivityTimeout
from temporalio.workflow import ActivityCancellationType

from analytics_agent.domain.batch import BatchLook
from analytics_agent.domain.erasure import ErasureOrder
from analytics_agent.domain.orders import (
    BatchesOrder,
    DeliveryList,
    DeliveryOrder,
    DueOrder,
    DuePlan,
    FinishOrder,
    NoteOrder,
    Queue,
    RunOrder,
    RunPlan,
    StepOrder,
    ToolOrder,
    ToolOutcome,
    TurnOrder,
    TurnOutcome,
    WrapUp,
)

In = TypeVar("In")
Out = TypeVar("Out")

HEARTBEAT = timedelta(seconds=12)
"""A worker that was killed is noticed after this; its activities beat every third of it."""


@dataclass(frozen=True)
class Call(Generic[In, Out]):
    """One activity. `queue` names the worker process that runs it; `attempts` bounds the retries."""

    activity: str
    gives: type[Out]
    queue: Queue
    start_to_close: timedelta
    attempts: int
    first_retry: timedelta
    longest_retry: timedelta
    heartbeat: timedelta | None = HEARTBEAT
    schedule_to_start: timedelta = timedelta(minutes=30)
    """A worker that is away for twice as long is an operator's matter: the run fails and says so."""

    when_cancelled: ActivityCancellationType = ActivityCancellationType.TRY_CANCEL
    """The run ends at once, and the worker hears of it a few seconds later; what it does until then does no harm."""

    async def __call__(self, order: In) -> Out:
        """Put into its queue a second time when nobody took it: after a night in which all was down, Temporal is back before the worker."""
        try:
            return await self._execute(order)
        except ActivityError as error:
            if not _nobody_took_it(error):
                raise
        return await self._execute(order)

    async def _execute(self, order: In) -> Out:
        policy = RetryPolicy(
            initial_interval=self.first_retry,
            maximum_interval=self.longest_retry,
            maximum_attempts=self.attempts,
            # Temporal itself holds an oversized payload to be retryable.
            non_retryable_error_types=["PayloadsTooLarge"],
        )
        given: Out = await workflow.execute_activity(
            self.activity,
            order,
            result_type=self.gives,
            task_queue=self.queue,
            start_to_close_timeout=self.start_to_close,
            schedule_to_start_timeout=self.schedule_to_start,
            heartbeat_timeout=self.heartbeat,
            retry_policy=policy,
            cancellation_type=self.when_cancelled,
        )
        return given


def _nobody_took_it(error: ActivityError) -> bool:
    return isinstance(error.cause, ActivityTimeout) and error.cause.type == TimeoutType.SCHEDULE_TO_START


@dataclass(frozen=True)
class StoreCall(Call[In, Out]):
    """A few rows in the application store: milliseconds. Fourteen attempts over some three minutes outlast a restart of PostgreSQL."""

    queue: Queue = "workflow"
    start_to_close: timedelta = timedelta(seconds=30)
    attempts: int = 14
    first_retry: timedelta = timedelta(seconds=0.5)
    longest_retry: timedelta = timedelta(seconds=20)
    heartbeat: timedelta | None = None


@dataclass(frozen=True)
class FrameCall(StoreCall[In, Out]):
    """What stands around and between the steps: run within the workflow's own task first, where it costs a fifth of a way through a
    queue. What fails there, however it fails, is tried again as any other call: a store that is away neither holds the task nor fills the
    history."""

    here: timedelta = timedelta(seconds=5)
    """Half of what the server gives a workflow's task."""

    since: str = "frame-in-the-task"
    """The patch with which this call is run so: histories of before go their own way."""

    async def __call__(self, order: In) -> Out:
        if not workflow.patched(self.since):
            return await super().__call__(order)
        try:
            return await self._here(order)
        except FailureError as error:
            if is_cancelled_exception(error):
                raise asyncio.CancelledError from None
        return await super().__call__(order)

    async def _here(self, order: In) -> Out:
        given: Out = await workflow.execute_local_activity(
            self.activity,
            order,
            result_type=self.gives,
            start_to_close_timeout=self.here,
            retry_policy=RetryPolicy(maximum_attempts=1),
        )
        return given


BEGIN_RUN: Call[RunOrder, RunPlan] = FrameCall("begin_run", RunPlan)
BEGIN_STEP: Call[StepOrder, bool] = FrameCall("begin_step", bool)
FINISH_STEP: Call[StepOrder, bool] = FrameCall("finish_step", bool)
TAKE_ANSWER: Call[ToolOrder, bool] = StoreCall("take_answer", bool)
TAKE_DECISION: Call[ToolOrder, bool] = StoreCall("take_decision", bool)
FINISH_RUN: Call[FinishOrder, bool] = FrameCall("finish_run", bool, since="end-in-the-task")

BEGIN_DUE: Call[DueOrder, DuePlan] = StoreCall(
    "begin_due",
    DuePlan,
    attempts=300,  # about a day: a report that fell due while the store was away is made late, and never lost without a trace
    longest_retry=timedelta(minutes=5),
    schedule_to_start=timedelta(days=1),
)
BEGIN_DELIVERIES: Call[RunOrder, DeliveryList] = StoreCall("begin_deliveries", DeliveryList)
GIVE_UP_DELIVERY: Call[DeliveryOrder, bool] = StoreCall("give_up_delivery", bool)

READ_CATALOG: Call[RunOrder, bool] = Call(
    "read_catalog",
    bool,
    "warehouse",
    start_to_close=timedelta(minutes=3),  # a thousand tables over a slow line
    attempts=4,  # a dead database is told to the asker within half a minute, not half an hour
    first_retry=timedelta(seconds=1),
    longest_retry=timedelta(seconds=15),
)

RENEW_RIGHTS: Call[RunOrder, bool] = Call(
    "renew_rights",
    bool,
    "warehouse",
    start_to_close=timedelta(minutes=3),  # as READ_CATALOG: a catalog that was dropped meanwhile is read again
    attempts=4,
    first_retry=timedelta(seconds=1),
    longest_retry=timedelta(seconds=15),
)

MODEL_TURN: Call[TurnOrder, TurnOutcome] = Call(
    "model_turn",
    TurnOutcome,
    "model",
    start_to_close=timedelta(minutes=65),  # above the longest time limit that settings allow for a turn, which ends it first
    attempts=8,  # with the delays below some five minutes of overload; a provider's retry-after goes before them
    first_retry=timedelta(seconds=2),
    longest_retry=timedelta(seconds=60),
)

SEND_BATCH: Call[BatchesOrder, BatchLook] = Call(
    "send_batch",
    BatchLook,
    "model",
    start_to_close=timedelta(minutes=65),  # as a turn: some large requests, one after the other
    attempts=8,  # what goes wrong at the provider is not raised; this is for a restart of the store
    first_retry=timedelta(seconds=2),
    longest_retry=timedelta(seconds=60),
)
COLLECT_BATCHES: Call[BatchesOrder, BatchLook] = Call(
    "collect_batches",
    BatchLook,
    "model",
    start_to_close=timedelta(minutes=65),
    attempts=8,  # as above; a reply that was stored is not stored again
    first_retry=timedelta(seconds=2),
    longest_retry=timedelta(seconds=60),
)

_STATEMENT = timedelta(minutes=65)  # above the longest statement time limit that settings allow, which ends it first

EXPLORE_TOOL: Call[ToolOrder, ToolOutcome] = Call(
    "explore_tool",
    ToolOutcome,
    "warehouse",
    start_to_close=_STATEMENT,
    attempts=4,  # what the model can mend is not an error here; this is for connections
    first_retry=timedelta(seconds=1),
    longest_retry=timedelta(seconds=15),
)
MERGE_LINES: Call[ToolOrder, ToolOutcome] = Call(
    "merge_lines",
    ToolOutcome,
    "warehouse",
    start_to_close=timedelta(minutes=3),  # what the lines found is read from the store
    attempts=6,
    first_retry=timedelta(seconds=1),
    longest_retry=timedelta(seconds=15),
)
REPLAY_EXPLORE: Call[RunOrder, bool] = Call(
    "replay_explore",
    bool,
    "warehouse",
    start_to_close=_STATEMENT,  # statements one after the other; each is stored when it is done, so a retry goes on
    attempts=4,
    first_retry=timedelta(seconds=1),
    longest_retry=timedelta(seconds=15),
)
REPLAY_ANALYZE: Call[RunOrder, bool] = Call(
    "replay_analyze",
    bool,
    "warehouse",
    start_to_close=timedelta(minutes=3),  # arithmetic over capped results
    attempts=3,
    first_retry=timedelta(seconds=1),
    longest_retry=timedelta(seconds=5),
)
SAY_CHANGES: Call[RunOrder, bool] = Call(
    "say_changes",
    bool,
    "warehouse",
    start_to_close=timedelta(minutes=3),  # two stored results are compared
    attempts=3,
    first_retry=timedelta(seconds=1),
    longest_retry=timedelta(seconds=5),
)
ANALYZE_TOOL: Call[ToolOrder, ToolOutcome] = Call(
    "analyze_tool",
    ToolOutcome,
    "warehouse",
    start_to_close=timedelta(minutes=3),  # arithmetic over a capped result
    attempts=3,
    first_retry=timedelta(seconds=1),
    longest_retry=timedelta(seconds=5),
)
SYNTHESIZE_TOOL: Call[ToolOrder, ToolOutcome] = Call(
    "synthesize_tool",
    ToolOutcome,
    "warehouse",
    start_to_close=timedelta(minutes=3),  # filling in figures from stored results
    attempts=3,
    first_retry=timedelta(seconds=1),
    longest_retry=timedelta(seconds=5),
)
WRAP_UP: Call[RunOrder, WrapUp] = Call(
    "wrap_up",
    WrapUp,
    "warehouse",
    start_to_close=timedelta(minutes=3),  # a sentence for each stored result
    attempts=4,
    first_retry=timedelta(seconds=1),
    longest_retry=timedelta(seconds=15),
)

RENDER_REPORT: Call[RunOrder, bool] = Call(
    "render_report",
    bool,
    "report",
    start_to_close=timedelta(minutes=5),  # seconds as a rule; a report of many wide tables takes longer
    attempts=3,
    first_retry=timedelta(seconds=1),
    longest_retry=timedelta(seconds=10),
)
PUBLISH: Call[RunOrder, bool] = Call(
    "publish",
    bool,
    "deliver",
    start_to_close=timedelta(minutes=5),
    attempts=6,  # about a minute of a restarting Superset; then the answer stands without a dashboard and says so
    first_retry=timedelta(seconds=2),
    longest_retry=timedelta(seconds=30),
    # A dashboard that was made half is taken back before the run says that it was cancelled; one that is whole stays, and the run too.
    when_cancelled=ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
)
NOTE_FAILURE: Call[NoteOrder, bool] = StoreCall("note_failure", bool)
DELIVER: Call[DeliveryOrder, bool] = Call(
    "deliver_report",
    bool,
    "deliver",
    start_to_close=timedelta(minutes=3),  # a large attachment over a slow line
    attempts=16,  # with the delays below some six hours of a mail server that says "later"
    first_retry=timedelta(seconds=5),
    longest_retry=timedelta(hours=1),
)


@dataclass(frozen=True)
class ErasingCall(Call[In, Out]):
    """A step of an erasure. It is promised to somebody, so a Superset, a folder or a store that is away for days is waited for."""

    queue: Queue = "deliver"
    start_to_close: timedelta = timedelta(minutes=30)  # files of years, one by one
    attempts: int = 1_000
    first_retry: timedelta = timedelta(seconds=1)
    longest_retry: timedelta = timedelta(minutes=10)
    schedule_to_start: timedelta = timedelta(days=7)


STOP_PERSON: Call[ErasureOrder, int] = ErasingCall("stop_person", int)
ERASE_SOME_RUNS: Call[ErasureOrder, int] = ErasingCall("erase_some_runs", int)
ERASE_TRACES: Call[ErasureOrder, bool] = ErasingCall("erase_traces", bool)
OTHERS_AT_WORK: Call[ErasureOrder, bool] = ErasingCall("others_at_work", bool)
ERASE_FILES: Call[ErasureOrder, int] = ErasingCall("erase_files", int)
FORGET_HISTORIES: Call[ErasureOrder, int] = ErasingCall("forget_histories", int)
FINISH_ERASURE: Call[ErasureOrder, bool] = ErasingCall("finish_erasure", bool)
