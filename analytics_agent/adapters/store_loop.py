"""Events, model turns, tool results and stored results of a run: one part of PostgresStore."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import InstrumentedAttribute

from analytics_agent.adapters.record_json import from_json, to_json
from analytics_agent.adapters.store_engine import StorePart, locked, no_such_run
from analytics_agent.adapters.store_models import EventRow, QueryRow, RunRow, ToolResultRow
from analytics_agent.adapters.store_run_document import read_queries, read_turns
from analytics_agent.domain.event import Event, EventKind, Step
from analytics_agent.domain.evidence import Query
from analytics_agent.domain.turn import ToolResult, Turn


class LoopTables(StorePart):
    """`events`, `turns`, `tool_results`, `queries`. `seq` has no gaps: the next one is taken when the last one is there."""

    async def append_event(self, run_id: str, kind: EventKind, step: Step | None, data: dict[str, Any], *, key: str) -> None:
        row = {"key": key, "at": datetime.now(UTC), "kind": kind, "step": step, "data": to_json(data)}
        async with self.alone() as connection:
            # Not added, nor told before: somebody took its number, and the next statement sees that. They were waited for.
            while not await added(connection, run_id, row) and not await _is_told(connection, run_id, key):
                pass

    async def events(self, run_id: str, *, after: int = 0, limit: int = 500) -> tuple[Event, ...]:
        wanted = select(EventRow.__table__).where(EventRow.run_id == run_id, EventRow.seq > after).order_by(EventRow.seq).limit(limit)
        async with self.alone() as connection:
            rows = (await connection.execute(wanted)).all()
        return tuple(Event(row.seq, row.at, row.kind, row.step, row.data) for row in rows)

    async def turns(self, run_id: str, step: Step | None = None) -> tuple[Turn, ...]:
        async with self.alone() as connection:
            return await read_turns(connection, run_id, step)

    async def save_tool_result(self, run_id: str, result: ToolResult) -> None:
        """A result that is already there is left as it is: the model was told that one."""
        key = {"run_id": run_id, "step": result.step, "line": result.line, "turn": result.turn, "call_id": result.call_id}
        async with self.transaction() as connection:
            await locked(connection, run_id)
            await connection.execute(insert(ToolResultRow).values(**key, record=to_json(result)).on_conflict_do_nothing())

    async def tool_results(self, run_id: str, step: Step) -> tuple[ToolResult, ...]:
        wanted = select(ToolResultRow.record).where(ToolResultRow.run_id == run_id, ToolResultRow.step == step)
        async with self.alone() as connection:
            records = (await connection.execute(wanted.order_by(ToolResultRow.turn, ToolResultRow.position))).scalars().all()
        return tuple(from_json(record, ToolResult) for record in records)

    async def add_query(self, run_id: str, query: Query, *, key: str, number: int | None = None) -> Query:
        async with self.transaction() as connection:
            await locked(connection, run_id)
            kept = await _by_key(connection, QueryRow.record, run_id, key)
            if kept is not None:
                return from_json(kept, Query)
            if number is None or await _is_taken(connection, run_id, number):
                number = await _next(connection, QueryRow.number, run_id)
            stored = replace(query, id=f"r{number}")
            await connection.execute(insert(QueryRow).values(run_id=run_id, number=number, key=key, record=to_json(stored)))
            return stored

    async def query_by_key(self, run_id: str, key: str) -> Query | None:
        async with self.alone() as connection:
            kept = await _by_key(connection, QueryRow.record, run_id, key)
        return None if kept is None else from_json(kept, Query)

    async def queries(self, run_id: str) -> tuple[Query, ...]:
        async with self.alone() as connection:
            return await read_queries(connection, run_id)


async def added(connection: AsyncConnection, run_id: str, row: dict[str, Any]) -> bool:
    """The event under the next number of its run, in one statement. The primary key keeps two from having it."""
    seq = select(func.coalesce(func.max(EventRow.seq), 0) + 1).where(EventRow.run_id == run_id).scalar_subquery()
    columns = [literal(value, getattr(EventRow, name).type).label(name) for name, value in row.items()]
    chosen = select(RunRow.id, seq, *columns).where(RunRow.id == run_id)
    added = insert(EventRow).from_select(["run_id", "seq", *row], chosen).on_conflict_do_nothing().returning(EventRow.seq)
    return (await connection.execute(added)).scalar_one_or_none() is not None


async def _is_told(connection: AsyncConnection, run_id: str, key: str) -> bool:
    """Raises UnknownRun."""
    if await _by_key(connection, EventRow.seq, run_id, key) is not None:
        return True
    if (await connection.execute(select(RunRow.id).where(RunRow.id == run_id))).scalar_one_or_none() is None:
        raise no_such_run(run_id)
    return False


async def _by_key(connection: AsyncConnection, column: InstrumentedAttribute[Any], run_id: str, key: str) -> Any:
    table = column.class_
    return (await connection.execute(select(column).where(table.run_id == run_id, table.key == key))).scalar_one_or_none()


async def _is_taken(connection: AsyncConnection, run_id: str, number: int) -> bool:
    wanted = select(QueryRow.number).where(QueryRow.run_id == run_id, QueryRow.number == number)
    return (await connection.execute(wanted)).first() is not None


async def _next(connection: AsyncConnection, number: InstrumentedAttribute[int], run_id: str) -> int:
    """The next number of this run; the caller holds the run's lock, so nobody else takes it."""
    highest = await connection.execute(select(func.coalesce(func.max(number), 0)).where(number.class_.run_id == run_id))
    return int(highest.scalar_one()) + 1
