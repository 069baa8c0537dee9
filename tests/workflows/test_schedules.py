"""Schedules on a real Temporal server: its clock is skipped forward, so that hours pass in a second.

The server that only skips time (temporal-test-server) knows no schedules. The real one does, and its scheduler is a workflow of its
own, whose clock can be put forward like any other's.
"""

import asyncio
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from temporalio import activity, workflow
from temporalio.api.enums.v1 import EventType
from temporalio.api.workflowservice.v1 import ListScheduleMatchingTimesRequest
from temporalio.client import Client, ScheduleCalendarSpec, ScheduleDescription, ScheduleRange, WorkflowHandle
from temporalio.client import Schedule as TemporalSchedule
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from analytics_agent.api import temporal_connection
from analytics_agent.api.temporal_schedules import TemporalSchedules, temporal_schedule
from analytics_agent.domain.orders import DueOrder, DuePlan, RunOrder
from analytics_agent.domain.schedule import Overlap, Schedule, Timing
from analytics_agent.domain.timing import is_due, is_phantom, moments, wall_clock
from analytics_agent.errors import ServiceUnreachable
from analytics_agent.stack.services import _script
from analytics_agent.workflows.scheduled_report import ScheduledReport

pytestmark = pytest.mark.anyio

TO_BE_DONE = (
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED,
    EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED,
    EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED,
    EventType.EVENT_TYPE_TIMER_FIRED,
)
"""After one of these a workflow has something to do."""
HOURLY = Schedule("s1", "k1", "Hourly", "run1", Timing("UTC", cron="0 * * * *"), None, datetime(2026, 1, 1, tzinfo=UTC))


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@workflow.defn(name="AnswerQuestion", sandboxed=False)  # this module imports what no workflow may
class Report:
    """Stands for a run: it is being made until it is told to be done, or is cancelled."""

    def __init__(self) -> None:
        self._done = False

    @workflow.run
    async def run(self, order: RunOrder) -> str:
        await workflow.wait_condition(lambda: self._done)
        return "succeeded"

    @workflow.signal
    def finish(self) -> None:
        self._done = True


@dataclass
class Begun:
    """begin_due without a store: every due time gets a run named after it."""

    dues: list[datetime] = field(default_factory=list)
    none: bool = False

    @activity.defn
    async def begin_due(self, order: DueOrder) -> DuePlan:
        self.dues.append(order.due)
        return DuePlan(None if self.none else f"{order.due:%d-%H-%M-%S}")


@dataclass
class Server:
    env: WorkflowEnvironment
    begun: Begun

    @property
    def client(self) -> Client:
        return self.env.client

    @property
    def schedules(self) -> TemporalSchedules:
        return TemporalSchedules(lambda: asyncio.sleep(0, self.client))

    async def described(self) -> ScheduleDescription:
        return await self.client.get_schedule_handle("schedule-s1").describe()

    async def pass_by(self, time: timedelta) -> None:
        """Put the scheduler's clock forward."""
        scheduler = self.client.get_workflow_handle("temporal-sys-scheduler:schedule-s1")
        await asyncio.sleep(0.3)
        async with asyncio.timeout(30):
            while not await self.waits(scheduler):
                await asyncio.sleep(0.05)
        await self.env.fast_forward(scheduler, time)

    async def waits(self, scheduler: WorkflowHandle[Any, Any]) -> bool:
        """It has begun, and done what was asked of it: a clock that is put forward earlier is not noticed."""
        try:
            events = (await scheduler.fetch_history()).events
        except RPCError:
            return False
        return events[-1].event_type not in TO_BE_DONE

    async def three_wanted(self) -> None:
        """One after the other, as Temporal names what it starts by the second."""
        for _ in range(3):
            await self.schedules.run_now("s1")
            await asyncio.sleep(1.1)

    async def until_begun(self, count: int, seconds: float = 30) -> None:
        async with asyncio.timeout(seconds):
            while len(self.begun.dues) < count:
                await asyncio.sleep(0.02)

    async def reports(self, status: str) -> list[str]:
        found = self.client.list_workflows(f"WorkflowType='AnswerQuestion' AND ExecutionStatus='{status}'")
        return [one.id async for one in found]

    async def finish_reports(self) -> None:
        for name in await self.until_reports("Running", 1):
            await self.client.get_workflow_handle(name).signal("finish")

    async def until_reports(self, status: str, count: int, seconds: float = 30) -> list[str]:
        async with asyncio.timeout(seconds):
            while len(found := await self.reports(status)) < count:
                await asyncio.sleep(0.05)
        return found


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    tuning = ["history.transferProcessorMaxPollRPS=2000", "frontend.WorkflowTimeSkippingEnabled=true"]
    extra = [word for value in tuning for word in ("--dynamic-config-value", value)]
    env = await WorkflowEnvironment.start_time_skipping_v2(
        dev_server_existing_path=str(_script("temporal")), dev_server_extra_args=extra, data_converter=pydantic_data_converter
    )
    begun = Begun()
    async with env, Worker(env.client, task_queue="workflow", workflows=[ScheduledReport, Report], activities=[begun.begin_due]):
        yield Server(env, begun)


async def test_a_report_is_begun_at_each_due_time_and_told_which(server: Server) -> None:
    server.begun.none = True
    await server.schedules.put(HOURLY)
    await server.pass_by(timedelta(hours=3))
    await server.until_begun(3)
    first = server.begun.dues[0]
    assert (first.minute, first.second) == (0, 0)
    assert server.begun.dues == [first + timedelta(hours=n) for n in range(3)]


async def test_hours_that_pass_while_a_report_is_being_made_are_left_out(server: Server) -> None:
    await server.schedules.put(HOURLY)
    await server.pass_by(timedelta(hours=4))
    assert len(await server.until_reports("Running", 1)) == 1
    assert (await server.described()).info.num_actions_skipped_overlap == 3


@pytest.mark.parametrize(
    ("overlap", "at_once", "in_all"), [("skip", 1, 1), ("buffer_one", 1, 2), ("buffer_all", 1, 3), ("allow_all", 3, 3)]
)
async def test_what_happens_while_a_report_is_being_made_is_as_the_policy_says(
    server: Server, overlap: Overlap, at_once: int, in_all: int
) -> None:
    """Three are wanted, and the first is not done before the third. A scheduler that waits for a report cannot be put forward."""
    await server.schedules.put(replace(HOURLY, overlap=overlap))
    await server.three_wanted()
    assert len(await server.until_reports("Running", at_once)) == at_once
    for number in range(1, in_all + 1 if at_once == 1 else 2):
        await server.finish_reports()
        await server.until_reports("Completed", number)
    await asyncio.sleep(0.3)
    assert len(await server.reports("Completed")) == len(server.begun.dues) == in_all


async def test_a_report_that_takes_the_place_of_another_cancels_it(server: Server) -> None:
    await server.schedules.put(replace(HOURLY, overlap="cancel_other"))
    await server.three_wanted()
    assert len(await server.until_reports("Canceled", 2)) == 2
    assert len(await server.until_reports("Running", 1)) == 1


async def test_a_paused_schedule_makes_nothing_and_a_resumed_one_goes_on_without_what_it_missed(server: Server) -> None:
    server.begun.none = True
    await server.schedules.put(replace(HOURLY, paused="Data is late."))
    await server.pass_by(timedelta(hours=5))
    note = (await server.described()).schedule.state.note
    assert note and "late" not in note, "what somebody wrote is nobody's business in Temporal"
    await server.schedules.put(HOURLY)
    await server.pass_by(timedelta(hours=1))
    await server.until_begun(1)
    await asyncio.sleep(0.5)
    assert len(server.begun.dues) == 1


async def test_run_now_makes_a_report_even_while_it_is_paused(server: Server) -> None:
    server.begun.none = True
    await server.schedules.put(replace(HOURLY, paused="Data is late."))
    await server.schedules.run_now("s1")
    await server.until_begun(1)
    assert abs(datetime.now(UTC) - server.begun.dues[0]) < timedelta(seconds=10)


async def test_a_backfill_makes_exactly_these_reports_one_after_the_other(server: Server) -> None:
    await server.schedules.put(replace(HOURLY, timing=Timing("Europe/Berlin", every="month")))
    due = [datetime(2013, month, 1, 7 if month == 3 else 6, tzinfo=UTC) for month in (3, 4, 6)]
    await server.schedules.backfill("s1", due)
    for number in range(1, 4):
        await server.until_begun(number)
        assert len(await server.reports("Running")) <= 1
        await server.finish_reports()
        await server.until_reports("Completed", number)
    assert server.begun.dues == due


async def test_a_put_that_is_repeated_changes_nothing_and_a_remove_neither(server: Server) -> None:
    for _ in range(2):
        await server.schedules.put(HOURLY)
    async with asyncio.timeout(30):
        while await server.schedules.known() != {"s1": None}:
            await asyncio.sleep(0.05)
    for _ in range(2):
        await server.schedules.remove("s1")


async def test_nothing_about_a_person_is_told_to_temporal(server: Server) -> None:
    secret = replace(HOURLY, name="Ann's salary", owner="superset:7", recipients=("mail:ann@example.com",), paused="A note.")
    await server.schedules.put(secret)
    told = str((await server.described()).raw_description)
    for hidden in ("Ann", "superset:7", "example.com"):
        assert hidden not in told


ZONES = [
    "Europe/Berlin",
    "America/New_York",
    "Europe/London",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Asia/Kolkata",
]


async def test_our_times_are_temporals_around_every_change_of_clocks(server: Server) -> None:
    """What Temporal gives besides (where clocks go back, some hour twice) is told apart when it falls due: see begin_due."""
    for zone in ZONES:
        for changed in changes(zone, 2026):
            for hour in range(5):
                timing = Timing(zone, cron=f"30 {hour} * * *")
                theirs = await matching(server, timing, changed - timedelta(days=2), changed + timedelta(days=2))
                real = [at for at in theirs if not is_phantom(timing, at)]
                assert all(is_due(timing, at) for at in real), (zone, hour, theirs)
                ours = list(moments(timing, changed - timedelta(days=2), changed + timedelta(days=2)))
                assert {wall_clock(timing, at) for at in real} == {wall_clock(timing, at) for at in ours}, (zone, hour)
                assert set(ours) <= set(real), (zone, hour, ours, real)


async def test_half_past_two_in_berlin_is_left_out_in_march_and_comes_once_in_october(server: Server) -> None:
    """29 March and 25 October 2026, as Temporal 1.32 does it."""
    timing = Timing("Europe/Berlin", every="day", at="02:30")
    march = await matching(server, timing, datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 3, 30, 12, tzinfo=UTC))
    assert [f"{at:%d %H:%M}" for at in march] == ["28 01:30", "30 00:30"]
    october = await matching(server, timing, datetime(2026, 10, 24, tzinfo=UTC), datetime(2026, 10, 26, 12, tzinfo=UTC))
    assert [f"{at:%d %H:%M}" for at in october] == ["24 00:30", "25 01:30", "26 01:30"]


async def matching(server: Server, timing: Timing, begin: datetime, end: datetime) -> list[datetime]:
    """The times at which Temporal would act."""
    await server.schedules.put(replace(HOURLY, timing=timing, paused="only looked at"))
    asked = ListScheduleMatchingTimesRequest(namespace="default", schedule_id="schedule-s1", start_time=stamp(begin), end_time=stamp(end))
    found = await server.client.workflow_service.list_schedule_matching_times(asked)
    return [at.ToDatetime(tzinfo=UTC) for at in found.start_time]


def stamp(at: datetime) -> Timestamp:
    made = Timestamp()
    made.FromDatetime(at)
    return made


def changes(zone: str, year: int) -> list[datetime]:
    """The hours after which a zone's clocks show another difference to UTC."""
    begin, place = datetime(year, 1, 1, tzinfo=UTC), ZoneInfo(zone)
    hours = (begin + timedelta(hours=n) for n in range(366 * 24))
    return [at for at in hours if at.astimezone(place).utcoffset() != (at + timedelta(hours=1)).astimezone(place).utcoffset()]


async def test_a_temporal_that_is_away_is_said_to_be_away() -> None:
    async def connect() -> Any:
        raise ServiceUnreachable("Temporal does not answer at 127.0.0.1:1.", hint="Start it with `analytics-agent up`.")

    away = TemporalSchedules(connect)
    for call in (away.put(HOURLY), away.remove("s1"), away.run_now("s1"), away.backfill("s1", []), away.known(), away.check()):
        with pytest.raises(ServiceUnreachable):
            await call


async def test_a_report_that_fell_due_while_temporal_was_away_is_made_late_but_not_later_than_it_may_be(tmp_path: Path) -> None:
    """Real seconds: a server that is down has no clock to put forward. Ten of them are the least that Temporal takes."""
    port = free_port()
    short, long = (replace(HOURLY, id=name, overlap="allow_all", catch_up=span) for name, span in CATCH_UP.items())
    with temporal_server(tmp_path, port):
        client = await connected(port)
        for one in (short, long):
            await client.create_schedule(one.id, every_second(one))
        await until_acted(client, {"short": 1, "long": 1})
    away = asyncio.get_running_loop().time()
    await asyncio.sleep(15)
    with temporal_server(tmp_path, port):
        client = await connected(port)
        away = asyncio.get_running_loop().time() - away
        await until_acted(client, {"long": 14})
        missed = {name: (await client.get_schedule_handle(name).describe()).info.num_actions_missed_catchup_window for name in CATCH_UP}
    assert missed["long"] == 0
    assert 3 <= missed["short"] <= away - 5, missed  # but for the last ten seconds, and a few that this machine was slow


async def test_a_temporal_that_says_nothing_counts_as_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(temporal_connection, "CONNECT_SECONDS", 0.05)

    async def connect() -> Any:
        await asyncio.sleep(60)

    with pytest.raises(ServiceUnreachable, match="in time"):
        await TemporalSchedules(connect).check()


CATCH_UP = {"short": timedelta(seconds=10), "long": timedelta(hours=1)}


def every_second(schedule: Schedule) -> TemporalSchedule:
    """As it is put, but each second instead of each hour."""
    made = temporal_schedule(schedule)
    made.spec.calendars = [ScheduleCalendarSpec(second=[ScheduleRange(0, 59)], minute=[ScheduleRange(0, 59)], hour=[ScheduleRange(0, 23)])]
    return made


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def temporal_server(folder: Path, port: int) -> Iterator[None]:
    options = f"server start-dev --headless --ip 127.0.0.1 --port {port} --log-level never --db-filename".split()
    command = [str(_script("temporal")), *options, str(folder / "temporal.db")]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=20)


async def connected(port: int) -> Client:
    async with asyncio.timeout(20):
        while True:
            try:
                return await Client.connect(f"127.0.0.1:{port}", data_converter=pydantic_data_converter)
            except RuntimeError:
                await asyncio.sleep(0.1)


async def until_acted(client: Client, counts: dict[str, int], seconds: float = 30) -> None:
    async with asyncio.timeout(seconds):
        for name, count in counts.items():
            while True:
                with suppress(RPCError):  # it has only just begun to answer
                    if (await client.get_schedule_handle(name).describe()).info.num_actions >= count:
                        break
                await asyncio.sleep(0.2)
