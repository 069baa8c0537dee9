"""The audit log: one part of PostgresStore. Lines are added and read. Nothing here changes or removes one: only a person's erasure
does (erasure.py)."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from analytics_agent.adapters.record_json import from_json, safe_text, to_json
from analytics_agent.adapters.store.engine import StorePart, no_such_run, unhurried
from analytics_agent.adapters.store.models import AuditRow, RunRow
from analytics_agent.domain.audit import AuditEntry, AuditFilter, AuditLine, read_for
from analytics_agent.domain.question import Question


class AuditTables(StorePart):
    """`audit`."""

    async def record_act(self, entry: AuditEntry, *, key: str) -> None:
        """The same `key` twice is one line."""
        async with self.alone() as connection:
            await write_entry(connection, entry, key=key)

    async def record_read(self, run_id: str, tables: Sequence[str], *, policy: str, key: str) -> None:
        """Rows of these tables answered a statement of the run. Raises UnknownRun.

        It does not wait for the disk: what the run stores of these rows comes later, and what is committed later is on the disk later.
        """
        async with self.transaction() as connection:
            question = await question_of(connection, run_id, unhurried())
            await write_entry(connection, read_for(question, datetime.now(UTC), tables, policy), key=f"read:{run_id}:{key}")

    async def audit(self, wanted: AuditFilter, *, limit: int = 100, before: int | None = None) -> tuple[AuditLine, ...]:
        """The newest first; `before` is the number of the last line of the page before."""
        lines = _matching(select(AuditRow.id, AuditRow.entry), wanted)
        if before is not None:
            lines = lines.where(AuditRow.id < before)
        async with self.alone() as connection:
            rows = (await connection.execute(lines.order_by(AuditRow.id.desc()).limit(limit))).all()
        return tuple(AuditLine(row.id, from_json(row.entry, AuditEntry)) for row in rows)


async def write_entry(connection: AsyncConnection, entry: AuditEntry, *, key: str) -> None:
    """As part of the transaction that does what it tells of."""
    columns = {"at": entry.at, "actor": entry.actor, "act": entry.act, "run_id": entry.run_id, "database": entry.database}
    await connection.execute(insert(AuditRow).values(**columns, entry=to_json(entry), key=key).on_conflict_do_nothing())


async def question_of(connection: AsyncConnection, run_id: str, *with_it: Any) -> Question:
    """Raises UnknownRun."""
    found = (await connection.execute(select(RunRow.question, *with_it).where(RunRow.id == run_id))).scalar()
    if found is None:
        raise no_such_run(run_id)
    return from_json(found, Question)


def _matching(lines: Select[Any], wanted: AuditFilter) -> Select[Any]:
    equal = {"actor": wanted.actor, "act": wanted.act, "database": wanted.database, "run_id": wanted.run_id}
    for column, value in equal.items():
        if value is not None:
            lines = lines.where(getattr(AuditRow, column) == value)
    if wanted.since is not None:
        lines = lines.where(AuditRow.at >= wanted.since)
    if wanted.until is not None:
        lines = lines.where(AuditRow.at < wanted.until)
    return lines if wanted.table is None else lines.where(_names(wanted.table))


def _names(named: str) -> Any:
    """Its name whole, or without its schema."""
    table = safe_text(named)
    one = func.json_array_elements_text(AuditRow.entry["tables"]).table_valued("value")
    ends = func.right(one.c.value, func.length(table) + 1) == f".{table}"
    return select(one.c.value).where(or_(one.c.value == table, ends)).exists()
