"""Runs, the documents of their steps, and questions put to the asker: one part of PostgresStore."""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, cast

from sqlalchemy import Select, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from analytics_agent.adapters.record_json import from_json, to_json
from analytics_agent.adapters.store.audit import write_entry
from analytics_agent.adapters.store.engine import StorePart, held, locked, no_such_run
from analytics_agent.adapters.store.models import ClarificationRow, DocumentRow, RunRow
from analytics_agent.adapters.store.requests import check_questions, one_at_a_time
from analytics_agent.adapters.store.run_document import of_row, read_clarification, read_run, whole_runs
from analytics_agent.adapters.store.run_summaries import read_summaries
from analytics_agent.adapters.store.spending import release
from analytics_agent.domain.audit import asked_by
from analytics_agent.domain.question import Question
from analytics_agent.domain.quota import Quota
from analytics_agent.domain.run import FINISHED, Clarification, Run, RunStatus, RunSummary
from analytics_agent.errors import Conflict

T = TypeVar("T")


class RunTables(StorePart):
    """`runs`, `documents`, `clarifications`."""

    async def create_run(self, question: Question, *, idempotency_key: str | None = None, quota: Quota | None = None) -> Run:
        """A run of that id, or of that key and owner, is returned instead of a second one; Conflict when it asked otherwise. A new one
        is in the audit log from its beginning."""
        asked = _request_hash(question)
        async with self.transaction() as connection:
            if quota and quota.limits_questions:
                await one_at_a_time(connection, question.owner)
                if await _existing(connection, question, idempotency_key) is None:
                    await check_questions(connection, question.owner, quota)
            added = await connection.execute(
                insert(RunRow)
                .values(
                    id=question.run_id,
                    owner=question.owner,
                    status="queued",
                    question=to_json(question),
                    request_hash=asked,
                    idempotency_key=idempotency_key,
                    asked_at=question.asked_at,
                    schedule=question.schedule,
                )
                .on_conflict_do_nothing()
                .returning(RunRow.id)
            )
            if added.scalar_one_or_none() is not None:
                await write_entry(connection, asked_by(question), key=f"asked:{question.run_id}")
            row = await _existing(connection, question, idempotency_key)
            if row.request_hash != asked:
                raise Conflict(
                    "This idempotency key was used for another question.",
                    hint="Send a new key with a new question, or repeat the first one.",
                )
            return of_row(row)

    async def run(self, run_id: str) -> Run:
        async with self.alone() as connection:
            found = await read_run(connection, run_id)
        if found is None:
            raise no_such_run(run_id)
        return found

    async def runs(self, *, owner: str | None, limit: int = 50, before: datetime | None = None) -> tuple[Run, ...]:
        """The newest first; `before` is the asked_at of the last one of the page before."""
        wanted = _page(whole_runs(), owner, limit, before)
        async with self.alone() as connection:
            return tuple(map(of_row, (await connection.execute(wanted)).all()))

    async def run_summaries(self, *, owner: str | None, limit: int = 50, before: datetime | None = None) -> tuple[RunSummary, ...]:
        """The same page as `runs` gives, in one statement."""
        async with self.transaction() as connection:
            return await read_summaries(connection, _page(select(RunRow.id), owner, limit, before))

    async def owner_and_status(self, run_id: str) -> tuple[str, RunStatus]:
        """What a rights check and a waiting reader need, without reading the whole run. Raises UnknownRun."""
        async with self.alone() as connection:
            row = (await connection.execute(select(RunRow.owner, RunRow.status).where(RunRow.id == run_id))).one_or_none()
        if row is None:
            raise no_such_run(run_id)
        return row.owner, cast(RunStatus, row.status)

    async def waiting_runs(self, *, older_than: timedelta) -> tuple[str, ...]:
        """Ids of runs that were stored that long ago and have not begun: whoever stored them may have died before starting them."""
        waiting = select(RunRow.id).where(RunRow.status == "queued", RunRow.asked_at < datetime.now(UTC) - older_than)
        async with self.transaction() as connection:
            return tuple((await connection.execute(waiting.order_by(RunRow.asked_at).limit(100))).scalars())

    async def begun_runs(self) -> tuple[str, ...]:
        """Ids of runs that have begun and not finished, the oldest first."""
        begun = select(RunRow.id).where(RunRow.status.not_in([*FINISHED, "queued"])).order_by(RunRow.asked_at)
        async with self.transaction() as connection:
            return tuple((await connection.execute(begun)).scalars())

    async def set_status(self, run_id: str, status: RunStatus, reason: str | None = None, *, opening: int = 0) -> bool:
        """Entering a finished status freezes the run's document in the same transaction."""
        async with self.transaction() as connection:
            row = await locked(connection, run_id)
            if row.status in FINISHED or opening not in (0, row.openings):
                return False
            values: dict[str, Any] = {"status": status, "reason": reason}
            if status in FINISHED:
                values["finished_at"] = datetime.now(UTC)
            await connection.execute(update(RunRow).where(RunRow.id == run_id).values(**values))
            if status in FINISHED:
                document = to_json(await read_run(connection, run_id))
                await connection.execute(update(RunRow).where(RunRow.id == run_id).values(document=document))
                await release(connection, run_id, status)
            return True

    async def ask_person(self, run_id: str, clarification: Clarification) -> None:
        """Store the question or, with `answer`, its answer. The first answer stands: another one raises Conflict."""
        record = to_json(clarification)
        async with self.transaction() as connection:
            await locked(connection, run_id)
            digest = hashlib.sha256(json.dumps([record["question"], record["readings"]]).encode()).hexdigest()
            row = insert(ClarificationRow).values(run_id=run_id, digest=digest, **record).on_conflict_do_nothing()
            added = (await connection.execute(row.returning(ClarificationRow.id))).scalar_one_or_none()
            if added is None and clarification.answer is not None:
                await _keep_answer(connection, run_id, digest, record["answer"])

    async def clarification(self, run_id: str) -> Clarification | None:
        """The newest question to the asker, answered or not."""
        async with self.alone() as connection:
            return await read_clarification(connection, run_id)

    async def save_document(self, run_id: str, name: str, record: object) -> None:
        """A second document of the same name replaces the first."""
        run, body = held(run_id), literal(to_json(record), DocumentRow.body.type)
        row = insert(DocumentRow).from_select(["run_id", "name", "body"], select(run.c.id, literal(name), body))
        kept = row.on_conflict_do_update(index_elements=["run_id", "name"], set_={"body": row.excluded.body})
        async with self.alone() as connection:
            if (await connection.execute(kept.returning(DocumentRow.run_id))).scalar_one_or_none() is None:
                raise no_such_run(run_id)

    async def change_document(self, run_id: str, name: str, kind: type[T], change: Callable[[T | None], T]) -> T:
        """Under the run's lock, so that two processes that extend a document do not lose what the other one wrote."""
        async with self.transaction() as connection:
            await locked(connection, run_id)
            changed = change(await _read_document(connection, run_id, name, kind))
            await _write_document(connection, run_id, name, changed)
            return changed

    async def document(self, run_id: str, name: str, kind: type[T]) -> T | None:
        async with self.alone() as connection:
            return await _read_document(connection, run_id, name, kind)


def _page(wanted: Select[Any], owner: str | None, limit: int, before: datetime | None) -> Select[Any]:
    if owner is not None:
        wanted = wanted.where(RunRow.owner == owner)
    if before is not None:
        wanted = wanted.where(RunRow.asked_at < before)
    return wanted.order_by(RunRow.asked_at.desc(), RunRow.id.desc()).limit(limit)


def _request_hash(question: Question) -> str:
    """Equal for two requests that ask the same: everything but the run's own id and time."""
    asked = {name: value for name, value in to_json(question).items() if name not in {"run_id", "asked_at"}}
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


async def _existing(connection: AsyncConnection, question: Question, idempotency_key: str | None) -> Any:
    by_key = (RunRow.owner == question.owner) & (RunRow.idempotency_key == idempotency_key)
    wanted = whole_runs().where((RunRow.id == question.run_id) | by_key if idempotency_key else RunRow.id == question.run_id)
    return (await connection.execute(wanted)).first()


async def _read_document(connection: AsyncConnection, run_id: str, name: str, kind: type[T]) -> T | None:
    wanted = select(DocumentRow.body).where(DocumentRow.run_id == run_id, DocumentRow.name == name)
    body = (await connection.execute(wanted)).scalar_one_or_none()
    return None if body is None else from_json(body, kind)


async def _write_document(connection: AsyncConnection, run_id: str, name: str, record: object) -> None:
    row = insert(DocumentRow).values(run_id=run_id, name=name, body=to_json(record))
    await connection.execute(row.on_conflict_do_update(index_elements=["run_id", "name"], set_={"body": row.excluded.body}))


async def _keep_answer(connection: AsyncConnection, run_id: str, digest: str, answer: str) -> None:
    """Write the answer where there is none yet. The caller holds the run's lock."""
    here = (ClarificationRow.run_id == run_id) & (ClarificationRow.digest == digest)
    kept = (await connection.execute(select(ClarificationRow.answer).where(here))).scalar_one()
    if kept not in {None, answer}:
        raise Conflict("This question was already answered.", hint="Look at the run: it went on with the first answer.")
    await connection.execute(update(ClarificationRow).where(here).values(answer=answer))
