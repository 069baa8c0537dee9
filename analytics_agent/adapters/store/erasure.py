"""One person's data, counted and erased: one part of PostgresStore. What names them in things of others is in traces.py."""

import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from analytics_agent.adapters.record_json import from_json, to_json
from analytics_agent.adapters.store.engine import StorePart, hold
from analytics_agent.adapters.store.model_versions import forget_in_versions
from analytics_agent.adapters.store.models import (
    AuditRow,
    ClarificationRow,
    DeliveryRow,
    DocumentRow,
    ErasureRow,
    KeyRow,
    LedgerRow,
    RequestRow,
    RunRow,
    ScheduleRow,
    StatementRow,
    WaitingTurnRow,
)
from analytics_agent.adapters.store.traces import (
    deliveries_to,
    forget_addresses,
    forget_approver,
    forget_in_audit,
    forget_names,
    forget_references,
    forget_rights,
    mentions,
    runs_reading_as,
)
from analytics_agent.domain.erasure import DROPPED, Erasure, Held, Left, Subject, added, histories_of, is_same, keys_of
from analytics_agent.domain.run import FINISHED
from analytics_agent.errors import UnknownResult

FILES = (
    "documents.body",
    "turns.record",
    "tool_results.record",
    "queries.record",
    "waiting_turns.record",
    "statements.rows",
    "runs.document",
)
"""Every column that may refer to stored files. A test compares it with the models."""

_IN_USE = text(
    "SELECT DISTINCT found[1] FROM ("
    + " UNION ALL ".join(f"SELECT {column.partition('.')[2]}::text AS body FROM {column.partition('.')[0]}" for column in FILES)
    + """) AS kept, regexp_matches(kept.body, '"sha256": ?"([0-9a-f]{64})"', 'g') AS found WHERE found[1] = ANY(:digests)"""
)


class ErasureTables(StorePart):
    """`erasures`, and everything else where somebody is to be taken out of it."""

    async def subject(self, owners: Sequence[str], mails: Sequence[str] = ()) -> Subject:
        async with self.transaction() as connection:
            theirs = (await connection.execute(select(KeyRow.id).where(KeyRow.reads_as.in_(owners)).order_by(KeyRow.id))).scalars()
            everybody = tuple(dict.fromkeys((*owners, *theirs)))
            said = RunRow.question["asked_by"].as_string()
            asked = (await connection.execute(select(said).distinct().where(RunRow.owner.in_(everybody), said != ""))).scalars()
            named = (await connection.execute(select(KeyRow.name).where(KeyRow.id.in_(everybody)))).scalars()
            return Subject(everybody, tuple(dict.fromkeys(mails)), tuple(sorted({*asked, *named})))

    async def owners_called(self, name: str) -> tuple[str, ...]:
        """Names that stand in reports of a schedule may be of somebody else: these repeat what another one asked."""
        asked = select(RunRow.owner).where(RunRow.question["asked_by"].as_string() == name, RunRow.schedule.is_(None))
        async with self.transaction() as connection:
            found = (await connection.execute(asked.union(select(KeyRow.id).where(KeyRow.name == name)))).scalars()
            return tuple(sorted(found))

    async def held_of(self, subject: Subject) -> Held:
        mine = RunRow.owner.in_(subject.owners)
        ids = select(RunRow.id).where(mine)
        counted = {
            "runs": _count(mine),
            "unfinished": _count(mine, RunRow.status.not_in(FINISHED)),
            "clarifications": _count(ClarificationRow.run_id.in_(ids)),
            "approvals": _count(DocumentRow.run_id.in_(ids), DocumentRow.name == "approvals"),
            "schedules": _count(ScheduleRow.owner.in_(subject.owners)),
            "deliveries": _count(DeliveryRow.run_id.in_(ids)),
            "waiting_turns": _count(WaitingTurnRow.run_id.in_(ids)),
            "published": _count(DocumentRow.run_id.in_(ids), DocumentRow.body["dashboard_url"].as_string().is_not(None)),
            "keys": _count(KeyRow.id.in_(subject.owners)),
            "calls": _count(LedgerRow.owner.in_(subject.owners)),
            "acts": _count(AuditRow.actor.in_(subject.owners)),
        }
        days = select(func.min(RunRow.asked_at), func.max(RunRow.asked_at)).where(mine)
        async with self.transaction() as connection:
            found = {name: (await connection.execute(wanted)).scalar_one() for name, wanted in counted.items()}
            since, until = (await connection.execute(days)).one()
            return Held(**found, mentions=await mentions(connection, subject), since=since, until=until)

    async def begin_erasure(self, subject: Subject) -> Erasure:
        async with self.transaction() as connection:
            await hold(connection, "erasures", 6)
            for erasure in await _all(connection, limit=None):
                if erasure.subject and is_same(erasure.subject, subject):
                    return erasure
            read_as = RunRow.question["reads_as"].as_string().in_(subject.owners)
            theirs = select(func.min(RunRow.asked_at)).where(or_(RunRow.owner.in_(subject.owners), read_as))
            since = (await connection.execute(theirs)).scalar_one()
            name, now = secrets.token_hex(6), datetime.now(UTC)
            begun = Erasure(name, now, subject=subject, stand_in=f"erased-{secrets.token_hex(6)}", since=since)
            await connection.execute(insert(ErasureRow).values(id=name, record=to_json(begun), begun_at=now))
            return begun

    async def erasure(self, erasure_id: str) -> Erasure:
        async with self.transaction() as connection:
            return await _read(connection, erasure_id)

    async def erasures(self, *, limit: int = 50, unfinished: bool = False) -> tuple[Erasure, ...]:
        async with self.transaction() as connection:
            found = await _all(connection, limit=None if unfinished else limit)
        return tuple(erasure for erasure in found if erasure.stage != "done" or not unfinished)[:limit]

    async def change_erasure(self, erasure_id: str, change: Callable[[Erasure], Erasure]) -> Erasure:
        async with self.transaction() as connection:
            changed = change(await _read(connection, erasure_id, locked=True))
            await _write(connection, changed)
            return changed

    async def runs_to_erase(self, erasure: Erasure, *, limit: int, unfinished: bool = False) -> tuple[str, ...]:
        wanted = select(RunRow.id).where(*_their_runs(erasure)).order_by(RunRow.asked_at, RunRow.id).limit(limit)
        if unfinished:
            wanted = wanted.where(RunRow.status.not_in(FINISHED))
        async with self.transaction() as connection:
            return tuple((await connection.execute(wanted)).scalars())

    async def runs_reading_as(self, erasure: Erasure, *, unfinished: bool = False) -> tuple[str, ...]:
        wanted = select(RunRow.id).where(*runs_reading_as(erasure)).order_by(RunRow.id)
        if unfinished:
            wanted = wanted.where(RunRow.status.not_in(FINISHED))
        async with self.transaction() as connection:
            return tuple((await connection.execute(wanted)).scalars())

    async def schedules_to_erase(self, erasure: Erasure) -> tuple[str, ...]:
        async with self.transaction() as connection:
            return tuple((await connection.execute(select(ScheduleRow.id).where(*_their_schedules(erasure)))).scalars())

    async def drop_deliveries(self, erasure: Erasure) -> None:
        """Their state decides: a worker that is about to hand one over finds that it does not wait any more."""
        async with self.transaction() as connection:
            mine = DeliveryRow.run_id.in_(select(RunRow.id).where(*_their_runs(erasure)))
            theirs = or_(mine, deliveries_to(erasure.subject.mails if erasure.subject else ()))
            dropped = update(DeliveryRow).where(DeliveryRow.state == "waiting", theirs)
            await connection.execute(dropped.values(state="failed", reason=DROPPED, changed_at=datetime.now(UTC)))

    async def erase_runs(self, erasure_id: str, run_ids: Collection[str], left: Sequence[Left]) -> None:
        async with self.transaction() as connection:
            erasure = await _read(connection, erasure_id, locked=True)
            mine = select(RunRow.id, RunRow.question["patient"].as_boolean()).where(RunRow.id.in_(run_ids), *_their_runs(erasure))
            rows = (await connection.execute(mine.order_by(RunRow.id).with_for_update())).all()
            ids = tuple(str(run_id) for run_id, _ in rows)
            if not ids:
                return
            ours = {run_id: f"erased-{secrets.token_hex(6)}" for run_id in ids}
            for run_id, other in ours.items():
                paid = update(LedgerRow).where(LedgerRow.run_id == run_id)
                await connection.execute(paid.values(run_id=other, owner=erasure.stand_in, request_id=None))
            await forget_in_audit(connection, erasure, ours)
            await forget_references(connection, ids, erasure.subject.names if erasure.subject else ())
            await connection.execute(delete(StatementRow).where(StatementRow.run_id.in_(ids)))
            await connection.execute(delete(RunRow).where(RunRow.id.in_(ids)))
            gone = replace(erasure, runs=erasure.runs + len(ids), left=added(erasure.left, tuple(left)))
            known = histories_of({run_id: bool(patient) for run_id, patient in rows})
            await _write(connection, replace(gone, histories=tuple(dict.fromkeys((*erasure.histories, *known)))))

    async def erase_traces(self, erasure_id: str, left: Sequence[Left] = ()) -> None:
        async with self.transaction() as connection:
            erasure = await _read(connection, erasure_id, locked=True)
            subject = erasure.subject
            if subject is None:
                return
            gone = delete(ScheduleRow).where(*_their_schedules(erasure)).returning(ScheduleRow.id)
            schedules = tuple(f"schedule:{one}" for one in (await connection.execute(gone)).scalars())
            kept = added(erasure.left, tuple(left))
            await _write(connection, replace(erasure, histories=(*erasure.histories, *schedules), left=kept))
            await connection.execute(delete(RequestRow).where(RequestRow.owner.in_(subject.owners)))
            await connection.execute(delete(KeyRow).where(KeyRow.id.in_(subject.owners)))
            paid = update(LedgerRow).where(LedgerRow.owner.in_(subject.owners), LedgerRow.at <= erasure.begun_at)
            await connection.execute(paid.values(owner=erasure.stand_in, request_id=None))
            await forget_in_audit(connection, erasure, {})
            await forget_rights(connection, erasure)
            await forget_addresses(connection, erasure)
            await forget_names(connection, erasure)
            await forget_approver(connection, erasure)
            await forget_in_versions(connection, subject, erasure.stand_in)

    async def others_at_work(self, since: datetime) -> bool:
        """Somebody who waits for a person has stored what it stored."""
        working = select(RunRow.id).where(RunRow.status == "running", RunRow.asked_at < since).limit(1)
        async with self.transaction() as connection:
            return (await connection.execute(working)).first() is not None

    async def files_in_use(self, digests: Collection[str]) -> frozenset[str]:
        async with self.transaction() as connection:
            return frozenset((await connection.execute(_IN_USE, {"digests": list(digests)})).scalars())


def _count(*conditions: ColumnElement[bool]) -> Any:
    return select(func.count()).where(*conditions)


def _their_schedules(erasure: Erasure) -> tuple[ColumnElement[bool], ...]:
    owners = erasure.subject.owners if erasure.subject else ()
    return ScheduleRow.owner.in_(owners), ScheduleRow.created_at <= erasure.begun_at


def _their_runs(erasure: Erasure) -> tuple[ColumnElement[bool], ...]:
    """Asked before it began, or since by one of their schedules that was about to, or with a key: keys go for good."""
    owners = erasure.subject.owners if erasure.subject else ()
    due = RunRow.schedule.in_(select(ScheduleRow.id).where(*_their_schedules(erasure)))
    with_key = RunRow.owner.in_(keys_of(erasure))
    return RunRow.owner.in_(owners), or_(RunRow.asked_at <= erasure.begun_at, due, with_key)


async def _all(connection: AsyncConnection, *, limit: int | None) -> list[Erasure]:
    wanted = select(ErasureRow.record).order_by(ErasureRow.begun_at.desc(), ErasureRow.id).limit(limit)
    return [from_json(record, Erasure) for record in (await connection.execute(wanted)).scalars()]


async def _read(connection: AsyncConnection, erasure_id: str, *, locked: bool = False) -> Erasure:
    wanted = select(ErasureRow.record).where(ErasureRow.id == erasure_id)
    record = (await connection.execute(wanted.with_for_update() if locked else wanted)).scalar_one_or_none()
    if record is None:
        raise UnknownResult("There is no such erasure.", hint="`analytics-agent people erasures` lists them.")
    return from_json(record, Erasure)


async def _write(connection: AsyncConnection, erasure: Erasure) -> None:
    await connection.execute(update(ErasureRow).where(ErasureRow.id == erasure.id).values(record=to_json(erasure)))
