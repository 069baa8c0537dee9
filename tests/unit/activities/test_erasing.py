"""The steps of an erasure over fakes: what is taken back outside, what is said to be left, and that each step can be done again."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fakes.memory_artifacts import MemoryArtifacts
from fakes.memory_store import MemoryStore
from fakes.records import ANSWER, RECEIPT, query, question

from analytics_agent.activities.erasing import ErasingActivities
from analytics_agent.deliver.files import file_name
from analytics_agent.domain.delivery import Delivery, DeliveryState, Destination, Recipient
from analytics_agent.domain.erasure import BATCHES, ErasureOrder, Left
from analytics_agent.domain.report import PublishedKind, Report
from analytics_agent.domain.schedule import Schedule, Timing
from analytics_agent.errors import DeliveryRejected, FolderUnavailable, PublishRejected, SupersetUnavailable, UnknownRun

pytestmark = pytest.mark.anyio
ADA, BEN = "superset:7", "superset:8"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@dataclass
class Outside:
    """Engine, Superset and folders. `at_work` are runs that Temporal works on; what is in `trouble` is raised."""

    at_work: set[str] = field(default_factory=set)
    histories: dict[str, int] = field(default_factory=dict)
    removed: list[tuple[PublishedKind, str]] = field(default_factory=list)
    kept: int = 0
    files: set[str] = field(default_factory=set)
    schedules: list[str] = field(default_factory=list)
    batches: bool = False
    trouble: dict[str, Exception] = field(default_factory=dict)

    async def cancel(self, run_id: str) -> bool:
        return run_id in self.at_work

    async def remove_schedule(self, schedule_id: str) -> None:
        self.schedules.append(schedule_id)

    async def forget(self, names: Collection[str]) -> int:
        """One that is asked about is there once more, and then not."""
        found = [name for name in names if self.histories.get(name, 0)]
        for name in found:
            self.histories[name] -= 1
        return len(found)

    async def batches_at_work(self) -> bool:
        return self.batches

    async def remove(self, *given: Any) -> Any:
        """Of a publisher with one argument, of folders with two."""
        if len(given) == 1:
            self._raise("superset")
            self.removed += given[0]
            return self.kept
        self._raise("folder")
        there = given[1] in self.files
        self.files.discard(given[1])
        return there

    def _raise(self, where: str) -> None:
        if where in self.trouble:
            raise self.trouble[where]


@dataclass
class World:
    store: MemoryStore = field(default_factory=MemoryStore)
    artifacts: MemoryArtifacts = field(default_factory=MemoryArtifacts)
    outside: Outside = field(default_factory=Outside)
    superset: bool = True

    @property
    def acts(self) -> ErasingActivities:
        out: Any = self.outside
        return ErasingActivities(self.store, self.artifacts, out, lambda: out, (lambda: out) if self.superset else None)

    async def run(self, owner: str = ADA, *, receipt: Any = RECEIPT, finished: bool = True, **changes: Any) -> str:
        asked = question(owner=owner, **changes)
        await self.store.create_run(asked)
        await self.store.set_status(asked.run_id, "running")
        if receipt:
            await self.store.save_document(asked.run_id, "receipt", receipt)
        if finished:
            await self.store.set_status(asked.run_id, "succeeded")
        return asked.run_id

    async def sent(self, run_id: str, to: str, state: DeliveryState = "sent") -> None:
        kind, _, name = to.partition(":")
        await self.store.add_delivery(Delivery(f"{run_id}{to}", run_id, Recipient(kind, name), "v", state))  # type: ignore[arg-type]

    async def begun(self) -> ErasureOrder:
        return ErasureOrder((await self.store.begin_erasure(await self.store.subject([ADA]))).id)

    async def erased(self) -> tuple[Left, ...]:
        order = await self.begun()
        while await self.acts.erase_some_runs(order):
            pass
        return (await self.store.erasure(order.erasure_id)).left


@pytest.fixture
def world() -> World:
    return World()


async def test_what_was_published_is_removed_and_the_connection_stays(world: World) -> None:
    await world.run()
    await world.run(BEN)
    assert await world.erased() == ()
    assert world.outside.removed == [("dataset", "u1"), ("chart", "u2"), ("dashboard", "u3")]


async def test_a_publishing_that_broke_off_is_found_by_its_addresses(world: World) -> None:
    asked = question(owner=ADA)
    await world.store.create_run(asked)
    await world.store.save_document(asked.run_id, "answer", ANSWER)
    await world.store.add_query(asked.run_id, query(), key="q1")
    await world.store.set_status(asked.run_id, "failed")
    await world.erased()
    assert [kind for kind, _ in world.outside.removed] == ["dashboard"], "its files are gone, so nothing else can be planned"


async def test_a_run_that_was_not_published_asks_superset_nothing(world: World) -> None:
    await world.run(receipt=None, publish=False)
    world.outside.trouble["superset"] = AssertionError("asked")
    assert await world.erased() == ()


@pytest.mark.parametrize("refuses", [True, False])
async def test_a_dashboard_that_cannot_be_removed_is_said_to_be_left(world: World, refuses: bool) -> None:
    world.superset = refuses
    world.outside.trouble["superset"] = PublishRejected("no")
    run_id = await world.run()
    assert await world.erased() == (Left("dashboard", 1, f"ask-{run_id}"),)


async def test_a_dataset_that_others_use_is_said_to_be_left(world: World) -> None:
    world.outside.kept = 2
    await world.run()
    assert await world.erased() == (Left("dataset", 2),)


async def test_a_superset_that_is_away_is_waited_for_and_nothing_is_erased_before(world: World) -> None:
    run_id = await world.run()
    world.outside.trouble["superset"] = SupersetUnavailable("Superset is away.")
    order = await world.begun()
    with pytest.raises(SupersetUnavailable):
        await world.acts.erase_some_runs(order)
    assert (await world.store.run(run_id)).status == "succeeded"
    assert (await world.store.erasure(order.erasure_id)).trouble == "Superset is away."
    world.outside.trouble.clear()
    assert await world.acts.erase_some_runs(order) == 1
    assert (await world.store.erasure(order.erasure_id)).trouble == ""
    with pytest.raises(UnknownRun):
        await world.store.run(run_id)


async def test_files_in_a_folder_are_removed_and_what_was_sent_is_counted(world: World) -> None:
    run_id = await world.run(receipt=None)
    await world.store.save_destination(Destination("folder", "archive", "file:///srv/reports"))
    names = {file_name("How late were flights?", run_id, kind) for kind in ("pdf", "html", "json")}
    world.outside.files = names | {"another.pdf"}
    for to in ("folder:archive", "mail:a@b.example", "mail:c@d.example", "webhook:chat"):
        await world.sent(run_id, to)
    await world.sent(run_id, "mail:held@b.example", "held")
    await world.sent(run_id, "mail:maybe@b.example", "uncertain")
    assert await world.erased() == (Left("mail", 3), Left("webhook", 1, "chat"))
    assert world.outside.files == {"another.pdf"}


@pytest.mark.parametrize("known", [True, False])
async def test_files_that_are_not_found_any_more_are_said_to_be_left(world: World, known: bool) -> None:
    run_id = await world.run(receipt=None)
    if known:
        await world.store.save_destination(Destination("folder", "archive", "file:///elsewhere"))
    await world.sent(run_id, "folder:archive")
    assert await world.erased() == (Left("file", 1, f"archive/*-{run_id}.*"),)


async def test_a_folder_that_refuses_is_said_to_be_left_and_one_that_is_away_is_waited_for(world: World) -> None:
    run_id = await world.run(receipt=None)
    await world.store.save_destination(Destination("folder", "archive", "file:///srv"))
    await world.sent(run_id, "folder:archive")
    world.outside.trouble["folder"] = FolderUnavailable("away")
    with pytest.raises(FolderUnavailable):
        await world.erased()
    world.outside.trouble["folder"] = DeliveryRejected("no")
    assert await world.erased() == (Left("file", 1, f"archive/*-{run_id}.*"),)


async def test_runs_that_go_on_are_asked_to_end_and_those_that_nobody_works_on_are_ended(world: World) -> None:
    works, lost = await world.run(finished=False), await world.run(finished=False)
    others = await world.run(BEN, finished=False)
    world.outside.at_work = {works, others}
    order = await world.begun()
    assert await world.acts.stop_person(order) == 1
    assert (await world.store.owner_and_status(works))[1] == "running"
    assert (await world.store.owner_and_status(lost))[1] == "cancelled"
    assert await world.acts.stop_person(replace(order, hard=True)) == 0
    assert (await world.store.owner_and_status(works))[1] == "cancelled"
    assert (await world.store.owner_and_status(others))[1] == "running"
    assert await world.acts.stop_person(order) == 0


async def test_schedules_make_no_more_reports_and_nothing_that_waits_is_sent(world: World) -> None:
    run_id = await world.run()
    await world.store.add_schedule(Schedule("s1", ADA, "x", run_id, Timing("UTC", every="day"), None, datetime.now(UTC)))
    await world.sent(run_id, "mail:a@b.example", "waiting")
    await world.acts.stop_person(await world.begun())
    assert world.outside.schedules == ["s1"]
    assert not await world.store.schedules(owner=None)
    assert [one.state for one in await world.store.deliveries(run_id)] == ["failed"]


async def test_files_that_no_row_refers_to_go_and_those_of_others_stay(world: World) -> None:
    mine, both, broken_off = [await world.artifacts.put_file(text, "text/html") for text in (b"mine", b"both", b"nobody refers to it")]
    for owner, files in ((ADA, (mine, both)), (BEN, (both, None))):
        run_id = await world.run(owner, receipt=None, finished=False, asked_at=datetime.now(UTC) - timedelta(hours=1))
        await world.store.save_document(run_id, "report", Report(html=files[0], pdf=files[1]))
        await world.store.set_status(run_id, "succeeded")
    order = await world.begun()
    while await world.acts.erase_some_runs(order):
        pass
    await world.acts.erase_traces(order)
    later = await world.artifacts.put_file(b"stored since", "text/html")
    assert await world.acts.erase_files(order) == 2
    assert set(world.artifacts.files) == {both.sha256, later.sha256}
    assert {mine.sha256, broken_off.sha256}.isdisjoint(world.artifacts.files)
    assert await world.acts.erase_files(order) == 0
    assert (await world.store.erasure(order.erasure_id)).files == 2


async def test_files_from_before_their_first_run_are_not_looked_at(world: World) -> None:
    old = await world.artifacts.put_file(b"somebody's from before", "text/html")
    await world.run(receipt=None, asked_at=datetime.now(UTC) + timedelta(milliseconds=1))
    order = await world.begun()
    await world.acts.erase_traces(order)
    await world.acts.erase_files(order)
    assert old.sha256 in world.artifacts.files


async def test_others_who_are_at_work_are_waited_for(world: World) -> None:
    order = await world.begun()
    assert not await world.acts.others_at_work(order)
    works = await world.run(BEN, finished=False)
    await world.acts.erase_traces(order)
    assert await world.acts.others_at_work(order)
    await world.store.set_status(works, "succeeded")
    assert not await world.acts.others_at_work(order)


async def test_histories_are_asked_about_until_none_is_left(world: World) -> None:
    run_id = await world.run(patient=True)
    order = await world.begun()
    world.outside.histories = {f"run:{run_id}": 3, BATCHES: 2}
    while await world.acts.erase_some_runs(order):
        pass
    world.outside.batches = True
    assert await world.acts.forget_histories(order) == 3
    world.outside.batches = False
    assert await world.acts.forget_histories(order) == 2
    assert await world.acts.forget_histories(order) == 0


async def test_when_it_is_done_nothing_says_whom_it_was_about(world: World) -> None:
    await world.run(receipt=None)
    order = await world.begun()
    while await world.acts.erase_some_runs(order):
        pass
    await world.acts.erase_traces(order)
    assert await world.acts.finish_erasure(order)
    done = await world.store.erasure(order.erasure_id)
    assert (done.stage, done.subject, done.stand_in, done.histories, done.since, done.runs) == ("done", None, "", (), None, 1)
    assert await world.acts.finish_erasure(order)
    assert await world.store.erasure(order.erasure_id) == done
    for act in (world.acts.stop_person, world.acts.erase_some_runs, world.acts.erase_files, world.acts.forget_histories):
        assert await act(order) == 0
    assert (await world.store.erasure(order.erasure_id)).stage == "done"


def test_every_activity_is_given_to_the_worker() -> None:
    from analytics_agent.workflows import calls

    named: Sequence[str] = [call.activity for call in vars(calls).values() if isinstance(call, calls.ErasingCall)]
    assert sorted(named) == sorted(act.__name__ for act in World().acts.all())


async def test_an_operators_report_that_names_them_is_taken_back_from_folders_and_mails_are_told(world: World) -> None:
    run_id = await world.run(BEN, receipt=None, reads_as=ADA, reads_as_name="ada")
    other = await world.run(BEN, receipt=None)
    await world.store.save_destination(Destination("folder", "archive", "s3://bucket/x"))
    for one in (run_id, other):
        await world.sent(one, "folder:archive")
        await world.sent(one, "mail:boss@example.com")
    text = (await world.store.run(run_id)).question.text
    files = {file_name(text, one, "html") for one in (run_id, other)}
    world.outside.files |= files
    order = await world.begun()
    world.outside.trouble["folder"] = FolderUnavailable("The folder archive does not answer.")
    with pytest.raises(FolderUnavailable):
        await world.acts.erase_traces(order)
    assert (await world.store.erasure(order.erasure_id)).trouble == "The folder archive does not answer."
    world.outside.trouble.clear()
    await world.acts.erase_traces(order)
    assert world.outside.files == {file_name(text, other, "html")}
    kept = await world.store.erasure(order.erasure_id)
    assert (kept.left, kept.trouble) == ((Left("mail", 1),), "")


async def test_keys_are_useless_and_runs_that_read_with_their_rights_end_at_the_first_step(world: World) -> None:
    _, secret = await world.store.create_key("notebook", ["ask"], reads_as=ADA)
    other, _ = await world.store.create_key("other", ["ask"])
    going_on = await world.run(BEN, receipt=None, finished=False, reads_as=ADA)
    await world.run(BEN, receipt=None, finished=False)
    world.outside.at_work = {going_on}
    assert await world.acts.stop_person(await world.begun()) == 1
    assert await world.store.authenticate(secret) is None
    assert [one.id for one in await world.store.keys() if one.revoked_at is None] == [other.id]
