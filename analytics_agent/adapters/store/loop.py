"""Events, model turns, tool results and stored results of a run: one part of PostgresStore."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy import CTE, Select, exists, func, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.dml import ReturningInsert

from analytics_agent.adapters.record_json import from_json, to_json
from analytics_agent.adapters.store.engine import StorePart, held, locked, no_such_run
from analytics_agent.adapters.store.events import adding, row_of, tell
from analytics_agent.adapters.store.models import EventRow, QueryRow, ToolResultRow
from analytics_agent.adapters.store.run_document import read_queries, read_turns
from analytics_agent.domain.event import Event, EventKind, News, Step
from analytics_agent.domain.evidence import Query
from analytics_agent.domain.turn import ToolResult, Turn


class LoopTables(StorePart):
    """`events`, `turns`, `tool_results`, `queries`. `seq` has no gaps: the next one is taken when the last one is there."""

    async def append_event(self, run_id: str, kind: EventKind, step: Step | None, data: dict[str, Any], *, key: str) -> None:
        async with self.alone() as connection:
            await tell(connection, run_id, News(kind, step, data, key))

    async def events(self, run_id: str, *, after: int = 0, limit: int = 500) -> tuple[Event, ...]:
        wanted = select(EventRow.__table__).where(EventRow.run_id == run_id, EventRow.seq > after).order_by(EventRow.seq).limit(limit)
        async with self.alone() as connection:
            rows = (await connection.execute(wanted)).all()
        return tuple(Event(row.seq, row.at, row.kind, row.step, row.data) for row in rows)

    async def turns(self, run_id: str, step: Step | None = None) -> tuple[Turn, ...]:
        async with self.alone() as connection:
            return await read_turns(connection, run_id, step)

    async def save_tool_result(self, run_id: str, result: ToolResult, news: News | None = None) -> None:
        """A result that is already there is left as it is: the model was told that one. One statement: the run's row is locked by it."""
        run = held(run_id)
        written = [_keeping(result, run).cte("kept"), *([adding(row_of(news), run).cte("told")] if news else [])]
        shown = [select(func.count()).select_from(cte).scalar_subquery() for cte in (run, *written)]
        async with self.alone() as connection:
            counts = (await connection.execute(select(*shown))).one()
            if not counts[0]:
                raise no_such_run(run_id)
            if news and not counts[-1]:
                await tell(connection, run_id, news)  # it was told before, or somebody took its number

    async def tool_results(self, run_id: str, step: Step) -> tuple[ToolResult, ...]:
        wanted = select(ToolResultRow.record).where(ToolResultRow.run_id == run_id, ToolResultRow.step == step)
        async with self.alone() as connection:
            records = (await connection.execute(wanted.order_by(ToolResultRow.turn, ToolResultRow.position))).scalars().all()
        return tuple(from_json(record, ToolResult) for record in records)

    async def add_query(
        self, run_id: str, query: Query, *, key: str, number: int | None = None, news: Callable[[Query], News] | None = None
    ) -> Query:
        async with self.transaction() as connection:
            await locked(connection, run_id)
            found = (await connection.execute(_numbered(run_id, key, number))).one()
            if found.kept is not None:
                stored = from_json(found.kept, Query)
            else:
                number = found.highest + 1 if number is None or found.is_taken else number
                stored = replace(query, id=f"r{number}")
                await connection.execute(insert(QueryRow).values(run_id=run_id, number=number, key=key, record=to_json(stored)))
            await tell(connection, run_id, news(stored) if news else None)
            return stored

    async def query_by_key(self, run_id: str, key: str) -> Query | None:
        async with self.alone() as connection:
            kept = await _by_key(connection, QueryRow.record, run_id, key)
        return None if kept is None else from_json(kept, Query)

    async def queries(self, run_id: str) -> tuple[Query, ...]:
        async with self.alone() as connection:
            return await read_queries(connection, run_id)


async def _by_key(connection: AsyncConnection, column: InstrumentedAttribute[Any], run_id: str, key: str) -> Any:
    table = column.class_
    return (await connection.execute(select(column).where(table.run_id == run_id, table.key == key))).scalar_one_or_none()


def _numbered(run_id: str, key: str, number: int | None) -> Select[Any]:
    """What is kept under the key, the highest number, and whether this one is taken. Who asks holds the run's lock, so it stays so."""
    of_run = QueryRow.run_id == run_id
    kept = select(QueryRow.record).where(of_run, QueryRow.key == key).scalar_subquery()
    highest = select(func.coalesce(func.max(QueryRow.number), 0)).where(of_run).scalar_subquery()
    return select(kept.label("kept"), highest.label("highest"), exists().where(of_run, QueryRow.number == number).label("is_taken"))


def _keeping(result: ToolResult, run: CTE) -> ReturningInsert[int]:
    row = {"step": result.step, "line": result.line, "turn": result.turn, "call_id": result.call_id, "record": to_json(result)}
    columns = [literal(value, getattr(ToolResultRow, name).type).label(name) for name, value in row.items()]
    chosen = insert(ToolResultRow).from_select(["run_id", *row], select(run.c.id, *columns))
    return chosen.on_conflict_do_nothing().returning(ToolResultRow.turn)
