"""The part of ports.Store that erases one person's data: one suite for PostgreSQL and for the fake in memory."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.fernet import Fernet
from fakes.memory_store import MemoryStore
from fakes.records import ANSWER, ARTIFACT, RECEIPT, REPORT, query, question, tool_result, turn

from analytics_agent.adapters.store.migrate import migrate
from analytics_agent.adapters.store.postgres_store import PostgresStore
from analytics_agent.domain.approval import Approval, Approvals
from analytics_agent.domain.artifact import Artifact
from analytics_agent.domain.audit import AuditEntry, AuditFilter
from analytics_agent.domain.delivery import Delivery, Recipient
from analytics_agent.domain.erasure import BATCHES, DROPPED, ERASED, READER_GONE, REPORT_GONE, Erasure, Left
from analytics_agent.domain.replay import Changes
from analytics_agent.domain.rights import GRANT, Grant
from analytics_agent.domain.run import Clarification
from analytics_agent.domain.schedule import Schedule, Timing
from analytics_agent.domain.statement import Estimate
from analytics_agent.errors import UnknownResult, UnknownRun, UnknownSchedule

pytestmark = pytest.mark.anyio

AnyStore = PostgresStore | MemoryStore
ADA, BEN = "superset:7", "superset:8"
MAIL = "ada@people.example"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(params=["postgres", "memory"])
async def store(request: pytest.FixtureRequest) -> AsyncIterator[AnyStore]:
    if request.param == "memory":
        yield MemoryStore()
        return
    url = request.getfixturevalue("postgres_database")
    migrate(url)
    postgres = PostgresStore(url, Fernet.generate_key().decode())
    yield postgres
    await postgres.close()


async def asked(store: AnyStore, owner: str = ADA, *, finished: bool = True, **changes: Any) -> str:
    """A run with something in every table; gives its id."""
    one = question(owner=owner, asked_by="Ada Lovelace" if owner == ADA else "Ben", **changes)
    await store.create_run(one)
    await store.append_event(one.run_id, "run", None, {"status": "queued"}, key="queued")
    await store.set_status(one.run_id, "running")
    await store.save_turn(one.run_id, turn(1, request_id=f"req-{one.run_id}"))
    await store.save_tool_result(one.run_id, tool_result())
    await store.add_query(one.run_id, query(), key="q1")
    await store.ask_person(one.run_id, Clarification("Which?", ("a", "b")))
    await store.save_document(one.run_id, "answer", ANSWER)
    await store.save_document(one.run_id, "receipt", RECEIPT)
    await store.record_read(one.run_id, ["public.flights"], policy="", key="s1")
    if finished:
        await store.set_status(one.run_id, "succeeded")
    return one.run_id


async def begun(store: AnyStore, *mails: str) -> Erasure:
    return await store.begin_erasure(await store.subject([ADA], mails))


async def erased(store: AnyStore, *mails: str) -> Erasure:
    erasure = await begun(store, *mails)
    while ids := await store.runs_to_erase(erasure, limit=2):
        await store.erase_runs(erasure.id, ids, [])
    await store.erase_traces(erasure.id)
    return erasure


def delivery(run_id: str, to: str = MAIL, **changes: Any) -> Delivery:
    return replace(Delivery(f"{run_id} {to}", run_id, Recipient("mail", to), "v1"), **changes)


def schedule(run_id: str, owner: str = ADA, **changes: Any) -> Schedule:
    made = Schedule(f"s-{run_id}", owner, "Delays", run_id, Timing("UTC", every="day"), "month", datetime.now(UTC))
    return replace(made, **changes)


async def test_what_is_held_of_somebody_is_counted(store: AnyStore) -> None:
    first, second = await asked(store), await asked(store, finished=False)
    await asked(store, BEN, recipients=(f"mail:{MAIL}",))
    await store.add_schedule(schedule(first))
    await store.add_delivery(delivery(second))
    held = await store.held_of(await store.subject([ADA], [MAIL.upper()]))
    assert (held.runs, held.unfinished, held.clarifications, held.schedules, held.deliveries) == (2, 1, 2, 1, 1)
    assert (held.published, held.calls, held.mentions, held.keys) == (2, 2, 1, 0)
    assert held.acts >= 4
    assert held.since and held.until and held.since <= held.until


async def test_of_somebody_unknown_nothing_is_held_and_nothing_is_erased(store: AnyStore) -> None:
    run_id = await asked(store, BEN)
    held = await store.held_of(await store.subject([ADA]))
    assert held.runs == held.calls == held.acts == held.mentions == 0
    erasure = await erased(store)
    assert (await store.erasure(erasure.id)).runs == 0
    assert (await store.run(run_id)).status == "succeeded"


async def test_a_name_leads_to_the_people_and_keys_of_that_name(store: AnyStore) -> None:
    await asked(store)
    key, _ = await store.create_key("notebook", ["ask"])
    assert await store.owners_called("Ada Lovelace") == (ADA,)
    assert await store.owners_called("notebook") == (key.id,)
    assert await store.owners_called("ada lovelace") == ()


async def test_keys_that_read_with_somebodys_rights_are_theirs(store: AnyStore) -> None:
    key, secret = await store.create_key("Ada's notebook", ["ask"], reads_as=ADA)
    other, _ = await store.create_key("other", ["ask"])
    subject = await store.subject([ADA])
    assert subject.owners == (ADA, key.id)
    assert "Ada's notebook" in subject.names
    run_id = await asked(store, key.id)
    await erased(store)
    assert [one.id for one in await store.keys()] == [other.id]
    assert await store.authenticate(secret) is None
    with pytest.raises(UnknownRun):
        await store.run(run_id)


async def test_a_second_erasure_of_the_same_person_goes_on_with_the_first(store: AnyStore) -> None:
    first = await begun(store)
    assert (await begun(store)).id == first.id
    await store.change_erasure(first.id, lambda one: replace(one, stage="done", subject=None))
    assert (await begun(store)).id != first.id
    assert [one.stage for one in await store.erasures()].count("done") == 1
    assert [one.stage for one in await store.erasures(unfinished=True)] == ["stopping"]


async def test_an_unknown_erasure_is_said_to_be_unknown(store: AnyStore) -> None:
    with pytest.raises(UnknownResult):
        await store.erasure("none")
    with pytest.raises(UnknownResult):
        await store.change_erasure("none", lambda one: one)


async def test_runs_are_gone_with_all_that_hangs_on_them_and_those_of_others_stay(store: AnyStore) -> None:
    mine, other = await asked(store), await asked(store, BEN)
    await store.add_delivery(delivery(mine))
    before = await store.run(other)
    await erased(store)
    with pytest.raises(UnknownRun):
        await store.run(mine)
    assert await store.events(mine) == await store.turns(mine) == await store.queries(mine) == await store.deliveries(mine) == ()
    assert await store.run(other) == before
    assert len(await store.turns(other)) == 1


async def test_what_is_asked_after_an_erasure_began_stays(store: AnyStore) -> None:
    await asked(store)
    erasure = await begun(store)
    later = await asked(store, asked_at=erasure.begun_at + timedelta(seconds=1))
    assert len(await store.runs_to_erase(erasure, limit=9)) == 1
    await erased(store)
    assert (await store.run(later)).question.owner == ADA


async def test_a_report_that_a_schedule_was_about_to_make_goes_too(store: AnyStore) -> None:
    kept = schedule(await asked(store))
    await store.add_schedule(kept)
    erasure = await begun(store)
    due = await asked(store, schedule=kept.id, asked_at=erasure.begun_at + timedelta(seconds=1))
    assert due in await store.runs_to_erase(erasure, limit=9)


async def test_runs_that_have_not_ended_are_found(store: AnyStore) -> None:
    await asked(store)
    going_on = await asked(store, finished=False)
    assert await store.runs_to_erase(await begun(store), limit=9, unfinished=True) == (going_on,)


async def test_the_ledger_keeps_its_sums_and_not_whose_they_are(store: AnyStore) -> None:
    run_id = await asked(store)
    await asked(store)
    before = (await store.costs(by="day"))[0]
    erasure = await erased(store)
    after = (await store.costs(by="day"))[0]
    assert (after.usage, after.turns, after.runs) == (before.usage, before.turns, before.runs)
    owners = [cost.group for cost in await store.costs(by="user")]
    assert owners == [erasure.stand_in]
    assert run_id not in [cost.group for cost in await store.costs(by="run")]


async def test_the_audit_log_keeps_its_lines_and_not_whose_they_are(store: AnyStore) -> None:
    run_id = await asked(store)
    now = datetime.now(UTC)
    await store.record_act(AuditEntry(now, "k9", "opened", run_id), key="o1")
    await store.record_act(AuditEntry(now, "k9", "revoked", about=f"mail:{MAIL} sent"), key="o2")
    await store.record_act(AuditEntry(now, ADA, "added", about="a free text"), key="o3")
    lines = await store.audit(AuditFilter())
    erasure = await erased(store, MAIL)
    after = await store.audit(AuditFilter())
    assert [line.entry.act for line in after] == [line.entry.act for line in lines]
    assert {line.entry.actor for line in after} == {erasure.stand_in, "k9"}
    assert not [line for line in after if line.entry.run_id == run_id or line.entry.about]
    assert {line.entry.tables for line in after if line.entry.act == "read"} == {("public.flights",)}
    runs = {line.entry.run_id for line in after if line.entry.run_id}
    assert len(runs) == 1, "lines of one run still belong together"


async def test_lines_of_what_an_erasure_ends_go_with_it_although_they_are_later(store: AnyStore) -> None:
    key, _ = await store.create_key("Ada's notebook", ["ask"], reads_as=ADA)
    going_on = await asked(store, BEN, finished=False, reads_as=ADA)
    erasure = await begun(store)
    late = erasure.begun_at + timedelta(seconds=1)
    await store.record_act(AuditEntry(late, BEN, "read", going_on, reads_as=ADA), key="l1")
    await store.record_act(AuditEntry(late, key.id, "refused"), key="l2")
    await store.record_act(AuditEntry(late, ADA, "opened", "of-somebody"), key="l3")
    await store.erase_traces(erasure.id)
    entries = [line.entry for line in await store.audit(AuditFilter())]
    assert {entry.actor for entry in entries} == {BEN, erasure.stand_in, ADA}, "what she does herself after it began is hers"
    assert not [entry for entry in entries if entry.reads_as == ADA or key.id in (entry.actor, entry.about)]


async def test_runs_of_others_lose_what_leads_to_one_that_is_gone(store: AnyStore) -> None:
    mine = await asked(store)
    goes_on = await asked(store, BEN, continues=mine)
    repeats = question(owner=BEN, asked_by="Ada Lovelace", replays=mine, schedule="s1")
    await store.create_run(repeats)
    await store.save_document(repeats.run_id, "changes", Changes(since_run=mine, since_period="May"))
    await store.set_status(repeats.run_id, "succeeded")
    await erased(store)
    changes = (await store.run(repeats.run_id)).changes
    assert changes and (changes.since_run, changes.since_period) == (None, "May")
    assert await store.document(repeats.run_id, "changes", Changes) == changes
    assert (await store.run(goes_on)).question.continues is None
    found = (await store.run(repeats.run_id)).question
    assert (found.replays, found.asked_by, found.owner) == (ERASED, "", BEN)


async def test_a_run_that_read_with_their_rights_never_reads_with_more(store: AnyStore) -> None:
    run_id = await asked(store, BEN, reads_as=ADA)
    erasure = await erased(store)
    assert (await store.run(run_id)).question.reader == f"user:{erasure.stand_in}"


async def test_a_report_that_says_whose_rights_it_read_with_goes_and_its_answer_stays(store: AnyStore) -> None:
    run_id = await asked(store, BEN, finished=False, reads_as=ADA, reads_as_name="ada")
    await store.save_document(run_id, "report", replace(REPORT, html=Artifact("12" * 32, 3, "text/html")))
    await store.save_document(run_id, GRANT, Grant(until=datetime.now(UTC)))
    await store.set_status(run_id, "succeeded")
    erasure = await begun(store)
    assert erasure.since and erasure.since <= (await store.run(run_id)).question.asked_at, "its files are looked for, too"
    assert await store.runs_reading_as(erasure) == (run_id,)
    await store.erase_traces(erasure.id, [Left("mail", 1)])
    found = await store.run(run_id)
    assert (found.report.html, found.report.pdf, found.report.failure) == (None, None, REPORT_GONE)
    assert found.report.charts == REPORT.charts and found.answer == ANSWER
    assert (found.question.reads_as_name, await store.document(run_id, GRANT, Grant)) == ("", None)
    assert await store.files_in_use(["12" * 32]) == frozenset()
    assert (await store.erasure(erasure.id)).left == (Left("mail", 1),)
    assert await store.runs_reading_as(erasure) == ()


async def test_a_schedule_that_reads_with_their_rights_is_paused_and_its_report_that_was_due_goes_too(store: AnyStore) -> None:
    first = await asked(store, BEN, reads_as=ADA)
    await store.add_schedule(schedule(first, BEN, reads_as=ADA, reads_as_name="ada"))
    erasure = await begun(store)
    late = erasure.begun_at + timedelta(seconds=1)
    due = await asked(store, BEN, finished=False, reads_as=ADA, reads_as_name="ada", schedule=f"s-{first}", asked_at=late)
    assert set(await store.runs_reading_as(erasure)) == {first, due}
    assert await store.runs_reading_as(erasure, unfinished=True) == (due,)
    assert (await store.held_of(await store.subject([ADA]))).mentions == 3
    await store.erase_traces(erasure.id)
    kept = await store.schedule(f"s-{first}")
    assert (kept.reads_as, kept.reads_as_name, kept.paused) == (f"user:{erasure.stand_in}", "", READER_GONE)
    assert (await store.run(due)).question.reads_as_name == ""


async def test_what_was_asked_with_a_key_goes_whenever_it_was_asked(store: AnyStore) -> None:
    key, _ = await store.create_key("Ada's notebook", ["ask"], reads_as=ADA)
    erasure = await begun(store)
    late = await asked(store, key.id, asked_at=erasure.begun_at + timedelta(seconds=1))
    assert await store.runs_to_erase(erasure, limit=9) == (late,)


async def test_an_address_that_was_not_named_before_is_erased_too(store: AnyStore) -> None:
    run_id = await asked(store, BEN, recipients=("mail:älice@people.example",))
    first = await begun(store)
    second = await begun(store, "Älice@people.example")
    assert second.id != first.id
    assert (await begun(store, "älice@people.example")).id == second.id
    await store.erase_traces(second.id)
    assert (await store.run(run_id)).question.recipients == ()


async def test_addresses_go_from_runs_schedules_and_deliveries_of_others(store: AnyStore) -> None:
    run_id = await asked(store, BEN, recipients=("mail:Ada@People.example", "mail:ben@people.example"))
    await store.add_schedule(schedule(run_id, BEN, recipients=(f"mail:{MAIL}", "folder:archive")))
    await store.add_delivery(delivery(run_id, state="sent"))
    await store.append_event(run_id, "delivery", "deliver", {"recipient": f"mail:{MAIL}", "state": "sent"}, key="d1")
    await erased(store, MAIL)
    assert (await store.run(run_id)).question.recipients == ("mail:ben@people.example",)
    assert (await store.schedule(f"s-{run_id}")).recipients == ("folder:archive",)
    (sent,) = await store.deliveries(run_id)
    assert (sent.state, sent.recipient.name.partition("@")[2]) == ("sent", "erased.invalid")
    assert MAIL not in str(await store.events(run_id)) and "erased.invalid" in str(await store.events(run_id))


async def test_what_somebody_said_of_anothers_statement_goes_and_the_decision_stays(store: AnyStore) -> None:
    key, _ = await store.create_key("Ada Lovelace", ["admin"])
    run_id = await asked(store, BEN, finished=False)
    waits = Approval("a1", "All flights", "SELECT 1", Estimate(), 10, "It reads much.", "Less.", "admin", datetime.now(UTC))
    said = Approvals((waits,)).decided("approved", datetime.now(UTC), by="Ada Lovelace", note="My own words")
    await store.save_document(run_id, "approvals", said)
    told = {"decision": "approved", "by": "Ada Lovelace", "note": "My own words"}
    await store.append_event(run_id, "approval", "explore", told, key="a1")
    await store.set_status(run_id, "succeeded")
    erasure = await store.begin_erasure(await store.subject([key.id]))
    await store.erase_traces(erasure.id)
    (found,) = (await store.run(run_id)).approvals
    assert (found.decision, found.by, found.note) == ("approved", ERASED, "")
    assert "My own words" not in str(await store.events(run_id)) and "Ada" not in str(await store.events(run_id))


async def test_schedules_are_gone_deleted_ones_too(store: AnyStore) -> None:
    run_id = await asked(store)
    await store.add_schedule(schedule(run_id))
    await store.add_schedule(schedule(run_id, id="s2"))
    await store.remove_schedule("s2")
    erasure = await begun(store)
    assert set(await store.schedules_to_erase(erasure)) == {f"s-{run_id}", "s2"}
    await erased(store)
    for name in (f"s-{run_id}", "s2"):
        with pytest.raises(UnknownSchedule):
            await store.schedule(name, or_deleted=True)
    assert {f"schedule:s-{run_id}", "schedule:s2", f"run:{run_id}"} == set((await store.erasure(erasure.id)).histories)


async def test_whoever_looked_after_a_patient_run_is_known_to_have_named_it(store: AnyStore) -> None:
    run_id = await asked(store, patient=True)
    erasure = await erased(store)
    assert (await store.erasure(erasure.id)).histories == (f"run:{run_id}", BATCHES)


async def test_a_delivery_that_waits_is_not_sent_any_more(store: AnyStore) -> None:
    mine, other = await asked(store), await asked(store, BEN)
    three = (delivery(mine, "ops@people.example"), delivery(other), delivery(other, "b@c.example"))
    waiting = [await store.add_delivery(one) for one in three]
    await store.drop_deliveries(await begun(store, MAIL))
    assert [(await store.delivery(one.id)).state for one in waiting] == ["failed", "failed", "waiting"]
    assert (await store.delivery(waiting[0].id)).reason == DROPPED


async def test_what_stays_outside_is_added_up_with_the_runs_that_are_gone(store: AnyStore) -> None:
    first, second = await asked(store), await asked(store)
    erasure = await begun(store)
    await store.erase_runs(erasure.id, [first], [Left("mail", 2)])
    await store.erase_runs(erasure.id, [first], [Left("mail", 2)])
    await store.erase_runs(erasure.id, [second], [Left("mail", 1), Left("webhook", 1, "chat")])
    kept = await store.erasure(erasure.id)
    assert (kept.runs, kept.left) == (2, (Left("mail", 3), Left("webhook", 1, "chat")))


async def test_counts_of_requests_are_gone(store: AnyStore) -> None:
    await store.count_request(ADA)
    await store.count_request(BEN)
    await erased(store)
    assert (await store.count_request(ADA)).count == 1
    assert (await store.count_request(BEN)).count == 2


async def test_a_file_is_in_use_for_as_long_as_any_row_refers_to_it(store: AnyStore) -> None:
    only, both = Artifact("12" * 32, 3, "text/html"), ARTIFACT
    mine = await asked(store, finished=False)
    await store.save_document(mine, "report", replace(REPORT, html=only))
    await store.set_status(mine, "succeeded")
    await asked(store, BEN)
    assert await store.files_in_use([only.sha256, both.sha256, "00" * 32]) == {only.sha256, both.sha256}
    await erased(store)
    assert await store.files_in_use([only.sha256, both.sha256]) == {both.sha256}


async def test_others_are_at_work_until_they_have_ended(store: AnyStore) -> None:
    run_id = await asked(store, BEN, finished=False)
    assert await store.others_at_work(datetime.now(UTC))
    assert not await store.others_at_work(datetime.now(UTC) - timedelta(days=1))
    await store.set_status(run_id, "succeeded")
    assert not await store.others_at_work(datetime.now(UTC))


async def test_whoever_was_erased_asks_again_as_new(store: AnyStore) -> None:
    one = question(owner=ADA, asked_by="Ada Lovelace")
    await store.create_run(one, idempotency_key="once")
    await store.set_status(one.run_id, "succeeded")
    await erased(store)
    again = await store.create_run(question(owner=ADA, text="Another"), idempotency_key="once")
    assert again.status == "queued"
