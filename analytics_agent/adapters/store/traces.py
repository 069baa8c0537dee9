"""What names a person in things of others, taken out of them: references to their runs, their rights, addresses and names.

Each function is given the transaction of the erasure that it is part of, and can be repeated.
"""

import secrets
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, String, cast, delete, false, func, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from analytics_agent.adapters.store.models import AuditRow, DeliveryRow, DocumentRow, EventRow, RunRow, ScheduleRow
from analytics_agent.domain.erasure import ERASED, READER_GONE, REPORT_GONE, Erasure, Subject, keys_of
from analytics_agent.domain.rights import GRANT, MAIL, USER

Change = Callable[[dict[str, Any]], None]


async def mentions(connection: AsyncConnection, subject: Subject) -> int:
    """Runs, schedules and deliveries of others that name one of their addresses, or read with their rights."""
    others = RunRow.owner.not_in(subject.owners)
    found = [
        select(func.count()).where(others, or_(_names(RunRow.question, subject.mails), _reads_as(subject.owners))),
        select(func.count()).where(ScheduleRow.owner.not_in(subject.owners), _concerns(ScheduleRow.record, subject)),
        select(func.count()).where(DeliveryRow.run_id.in_(select(RunRow.id).where(others)), deliveries_to(subject.mails)),
    ]
    return sum([int((await connection.execute(wanted)).scalar_one()) for wanted in found])


def deliveries_to(mails: Collection[str]) -> ColumnElement[bool]:
    """Whatever way the address is written."""
    return func.lower(DeliveryRow.recipient).in_([f"{MAIL}{mail.lower()}" for mail in mails])


async def forget_in_audit(connection: AsyncConnection, erasure: Erasure, run_ids: Mapping[str, str]) -> None:
    """Lines that they are in stay, for whoever has to account for what was read: under the stand-in, without what was acted on, and by
    another run's id (`run_ids`). Lines of what they did after the erasure began are not touched, but those of what it ends itself are:
    of their keys, and of runs of others that read with their rights."""
    subject = erasure.subject
    if subject is None:
        return
    told = {one.lower() for one in (*subject.owners, *subject.mails, *subject.names)}
    by_run = AuditRow.run_id.in_(run_ids)
    read_as = AuditRow.entry["reads_as"].as_string()
    by_name = or_(AuditRow.actor.in_(subject.owners), read_as.in_(subject.owners), _names(AuditRow.entry, told))
    ended = or_(AuditRow.actor.in_(keys_of(erasure)), AuditRow.run_id.in_(select(RunRow.id).where(*runs_reading_as(erasure))))
    in_time = or_(AuditRow.at <= erasure.begun_at, ended)
    wanted = select(AuditRow.id, AuditRow.actor, AuditRow.run_id, AuditRow.entry).where(or_(by_run, by_name & in_time))
    for row in (await connection.execute(wanted)).all():
        theirs, read_as_them = row.actor in subject.owners, row.entry.get("reads_as") in subject.owners
        about_them = row.run_id in run_ids or is_about(str(row.entry.get("about", "")), told)
        if not (theirs or read_as_them or about_them):
            continue
        actor, run_id = erasure.stand_in if theirs else row.actor, run_ids.get(row.run_id, row.run_id)
        entry = dict(row.entry) | {"actor": actor, "run_id": run_id}
        entry["reads_as"] = _stand_in(erasure) if read_as_them else entry.get("reads_as", "")
        entry["about"] = "" if theirs or about_them else entry.get("about", "")
        values = {"actor": actor, "run_id": run_id, "entry": entry, "key": f"erased:{secrets.token_hex(12)}"}
        await connection.execute(update(AuditRow).where(AuditRow.id == row.id).values(**values))


def is_about(about: str, told: Collection[str]) -> bool:
    """Whether a line of the audit log says one of these, alone or behind its kind: "mail:ada@example.com", "key:k1 ask"."""
    said = about.lower()
    return bool({said, said.partition(":")[2], *said.replace(":", " ").split()} & set(told))


async def forget_references(connection: AsyncConnection, run_ids: Sequence[str], names: Sequence[str]) -> None:
    """Runs of others that continue or repeat these, or are compared with them. One that repeats goes on to say that it does: without
    that it would be another kind of run."""
    gone = set(run_ids)
    asked = RunRow.question
    compared = select(DocumentRow.run_id).where(DocumentRow.name == "changes", DocumentRow.body["since_run"].as_string().in_(gone))
    refers = or_(asked["continues"].as_string().in_(gone), asked["replays"].as_string().in_(gone), RunRow.id.in_(compared))

    def forget(question: dict[str, Any]) -> None:
        if question.get("replays") in gone:
            question["replays"] = ERASED
            question["asked_by"] = "" if question.get("asked_by") in names else question.get("asked_by", "")
        if question.get("continues") in gone:
            question["continues"] = None

    def forget_parts(run: dict[str, Any]) -> None:
        _replace(run.get("changes"), "since_run", gone, None)
        _replace(run.get("replayed"), "source", gone, ERASED)

    await _change_runs(connection, (RunRow.id.not_in(gone), refers), forget, forget_parts)


async def forget_rights(connection: AsyncConnection, erasure: Erasure) -> None:
    """Runs and schedules of operators that read with their rights read with nobody's from now on, and never with more. Reports of such
    runs say in their text whose rights these were, and what was granted may name them in its rules: both go."""
    owners = erasure.subject.owners if erasure.subject else ()
    runs = runs_reading_as(erasure)
    granted = delete(DocumentRow).where(DocumentRow.name == GRANT, DocumentRow.run_id.in_(select(RunRow.id).where(*runs)))
    await connection.execute(granted)

    def forget(record: dict[str, Any]) -> None:
        if record.get("reads_as") in owners:
            record |= {"reads_as": _stand_in(erasure), "reads_as_name": ""}

    def forget_report(run: dict[str, Any]) -> None:
        report = run.get("report") or {}
        if report.get("html") or report.get("pdf"):
            report |= {"html": None, "pdf": None, "failure": REPORT_GONE}

    await _change_runs(connection, runs, forget, forget_report)
    theirs = ScheduleRow.record["reads_as"].as_string().in_(owners)
    for row in (await connection.execute(select(ScheduleRow.id, ScheduleRow.record).where(theirs))).all():
        record = dict(row.record)
        forget(record)
        record["paused"] = record.get("paused") or READER_GONE
        await connection.execute(update(ScheduleRow).where(ScheduleRow.id == row.id).values(record=record))


async def forget_addresses(connection: AsyncConnection, erasure: Erasure) -> None:
    """Their mail addresses among the recipients of others. That something was sent stays known, and not to whom."""
    mails = erasure.subject.mails if erasure.subject else ()
    if not mails:
        return
    theirs = {f"{MAIL}{mail}".lower() for mail in mails} | {mail.lower() for mail in mails}
    nobody = f"{MAIL}{erasure.stand_in}@erased.invalid"

    def forget(record: dict[str, Any]) -> None:
        record["recipients"] = [one for one in record.get("recipients") or () if str(one).lower() not in theirs]

    await _change_runs(connection, (_names(RunRow.question, mails),), forget)
    for row in (await connection.execute(select(ScheduleRow.id, ScheduleRow.record).where(_names(ScheduleRow.record, mails)))).all():
        record = dict(row.record)
        forget(record)
        await connection.execute(update(ScheduleRow).where(ScheduleRow.id == row.id).values(record=record))
    await connection.execute(update(DeliveryRow).where(deliveries_to(mails)).values(recipient=nobody))
    told = select(EventRow.run_id, EventRow.seq, EventRow.data).where(EventRow.kind == "delivery", _names(EventRow.data, mails))
    for row in (await connection.execute(told)).all():
        if str(row.data.get("recipient", "")).lower() in theirs:
            here = (EventRow.run_id == row.run_id) & (EventRow.seq == row.seq)
            await connection.execute(update(EventRow).where(here).values(data={**row.data, "recipient": nobody}))


async def forget_names(connection: AsyncConnection, erasure: Erasure) -> None:
    """Reports of others' schedules that repeat what they asked carry their name along."""
    subject = erasure.subject
    names = set(subject.names if subject else ())
    repeats = RunRow.question["replays"].as_string().is_not(None) & RunRow.question["asked_by"].as_string().in_(names)

    def forget(question: dict[str, Any]) -> None:
        _replace(question, "asked_by", names, "")

    await _change_runs(connection, (RunRow.asked_at <= erasure.begun_at, repeats), forget)


async def forget_approver(connection: AsyncConnection, erasure: Erasure) -> None:
    """What they said of statements in runs of others: the decision stays, who decided and what they wrote do not."""
    names = set(erasure.subject.names if erasure.subject else ())
    if not names:
        return

    def forget(approval: dict[str, Any]) -> None:
        if approval.get("by") in names:
            approval |= {"by": ERASED, "note": ""}

    def forget_all(run: dict[str, Any]) -> None:
        for approval in run.get("approvals") or ():
            forget(approval)

    kept = select(DocumentRow.run_id, DocumentRow.body).where(DocumentRow.name == "approvals", _names(DocumentRow.body, names))
    rows = (await connection.execute(kept)).all()
    for row in rows:
        body = dict(row.body)
        for approval in body.get("asked") or ():
            forget(approval)
        here = (DocumentRow.run_id == row.run_id) & (DocumentRow.name == "approvals")
        await connection.execute(update(DocumentRow).where(here).values(body=body))
    ids = [row.run_id for row in rows]
    await _change_runs(connection, (RunRow.id.in_(ids),), lambda question: None, forget_all)
    told = select(EventRow.run_id, EventRow.seq, EventRow.data).where(EventRow.run_id.in_(ids), EventRow.kind == "approval")
    for row in (await connection.execute(told)).all():
        data = dict(row.data)
        forget(data)
        here = (EventRow.run_id == row.run_id) & (EventRow.seq == row.seq)
        await connection.execute(update(EventRow).where(here).values(data=data))


async def _change_runs(connection: AsyncConnection, where: Iterable[Any], question: Change, whole: Change = lambda run: None) -> None:
    """The question of each run, where it is kept twice in both places; `whole` changes the frozen run, and its documents likewise."""
    wanted = select(RunRow.id, RunRow.question, RunRow.document).where(*where).order_by(RunRow.id).with_for_update()
    for row in (await connection.execute(wanted)).all():
        asked, document = dict(row.question), dict(row.document) if row.document else None
        question(asked)
        if document:
            question(document["question"])
            whole(document)
        await connection.execute(update(RunRow).where(RunRow.id == row.id).values(question=asked, document=document))
        parts = select(DocumentRow.name, DocumentRow.body).where(
            DocumentRow.run_id == row.id, DocumentRow.name.in_(("changes", "replayed", "report"))
        )
        for part in (await connection.execute(parts)).all():
            run = {part.name: dict(part.body)}
            whole(run)
            here = (DocumentRow.run_id == row.id) & (DocumentRow.name == part.name)
            await connection.execute(update(DocumentRow).where(here).values(body=run[part.name]))


def _stand_in(erasure: Erasure) -> str:
    """Somebody who may read nothing, and whom nobody can become."""
    return f"{USER}{erasure.stand_in}"


def runs_reading_as(erasure: Erasure) -> tuple[ColumnElement[bool], ...]:
    """Runs of others that read with their rights: asked before it began, or since by a schedule that was about to."""
    owners = erasure.subject.owners if erasure.subject else ()
    due = RunRow.schedule.in_(select(ScheduleRow.id).where(ScheduleRow.record["reads_as"].as_string().in_(owners)))
    return RunRow.owner.not_in(owners), _reads_as(owners), or_(RunRow.asked_at <= erasure.begun_at, due)


def _concerns(record: Any, subject: Subject) -> ColumnElement[bool]:
    """Whether a schedule names one of their addresses, or reads with their rights."""
    return or_(_names(record, subject.mails), record["reads_as"].as_string().in_(subject.owners))


def _reads_as(owners: Collection[str]) -> ColumnElement[bool]:
    theirs: ColumnElement[bool] = RunRow.question["reads_as"].as_string().in_(owners)
    return theirs


def _names(column: Any, texts: Collection[str]) -> ColumnElement[bool]:
    """Whether a JSON column may hold one of these; who reads it looks closer."""
    found = [func.strpos(func.lower(cast(column, String)), text.lower()) > 0 for text in texts if text.isascii()]
    # Other letters may be written as escapes: those records are all looked at.
    everything: ColumnElement[bool] = true()
    return or_(false(), *found) if len(found) == len(texts) else everything


def _replace(record: dict[str, Any] | None, name: str, these: set[str], other: str | None) -> None:
    if record is not None and record.get(name) in these:
        record[name] = other
