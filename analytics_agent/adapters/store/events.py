"""How an event gets its number: the next one of its run, without gaps, whoever else adds one meanwhile."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, func, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningInsert

from analytics_agent.adapters.record_json import to_json
from analytics_agent.adapters.store.engine import no_such_run
from analytics_agent.adapters.store.models import EventRow, RunRow
from analytics_agent.domain.event import News


async def tell(connection: AsyncConnection, run_id: str, news: News | None) -> None:
    """Once, however often it is told. Raises UnknownRun."""
    if news is None:
        return
    # Not added, nor told before: somebody took its number, and the next statement sees that. They were waited for.
    while not await added(connection, run_id, row_of(news)) and not await _is_told(connection, run_id, news.key):
        pass


def row_of(news: News) -> dict[str, Any]:
    return {"key": news.key, "at": datetime.now(UTC), "kind": news.kind, "step": news.step, "data": to_json(news.data)}


async def added(connection: AsyncConnection, run_id: str, row: dict[str, Any]) -> bool:
    """The event under the next number of its run, in one statement. The primary key keeps two from having it."""
    return (await connection.execute(adding(row, RunRow, RunRow.id == run_id))).scalar_one_or_none() is not None


def adding(row: dict[str, Any], run: type[RunRow] | FromClause, *where: ColumnElement[bool]) -> ReturningInsert[int]:
    """Adds it for the one run that `run` and `where` select, where nobody takes its number meanwhile."""
    own_id: Any = run.c.id if isinstance(run, FromClause) else run.id
    seq = select(func.coalesce(func.max(EventRow.seq), 0) + 1).where(EventRow.run_id == own_id).scalar_subquery()
    columns = [literal(value, getattr(EventRow, name).type).label(name) for name, value in row.items()]
    chosen: Select[Any] = select(own_id, seq, *columns).where(*where)
    return insert(EventRow).from_select(["run_id", "seq", *row], chosen).on_conflict_do_nothing().returning(EventRow.seq)


async def _is_told(connection: AsyncConnection, run_id: str, key: str) -> bool:
    """Raises UnknownRun."""
    told = select(EventRow.seq).where(EventRow.run_id == run_id, EventRow.key == key)
    if (await connection.execute(told)).scalar_one_or_none() is not None:
        return True
    if (await connection.execute(select(RunRow.id).where(RunRow.id == run_id))).scalar_one_or_none() is None:
        raise no_such_run(run_id)
    return False
