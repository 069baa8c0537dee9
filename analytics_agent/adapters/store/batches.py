"""Model turns that wait for a message batch: one part of PostgresStore."""

from collections.abc import Callable, Collection

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from analytics_agent.adapters.record_json import from_json, to_json
from analytics_agent.adapters.store.engine import StorePart, locked
from analytics_agent.adapters.store.models import WaitingTurnRow
from analytics_agent.adapters.store.spending import release_turn
from analytics_agent.domain.batch import WaitingTurn
from analytics_agent.domain.run import FINISHED


class BatchTables(StorePart):
    """`waiting_turns`."""

    async def queue_turn(self, turn: WaitingTurn) -> None:
        """Raises UnknownRun. A run that was cancelled meanwhile asks nothing more."""
        row = insert(WaitingTurnRow).values(id=turn.id, run_id=turn.order.run_id, record=to_json(turn), queued_at=turn.queued_at)
        async with self.transaction() as connection:
            run = await locked(connection, turn.order.run_id)
            if run.status in FINISHED:
                await release_turn(connection, turn.order)
                return
            await connection.execute(row.on_conflict_do_nothing())

    async def waiting_turns(self, *, run_id: str | None = None) -> tuple[WaitingTurn, ...]:
        """The longest waiting first."""
        wanted = select(WaitingTurnRow.record).order_by(WaitingTurnRow.queued_at, WaitingTurnRow.id)
        if run_id is not None:
            wanted = wanted.where(WaitingTurnRow.run_id == run_id)
        async with self.alone() as connection:
            return tuple(from_json(record, WaitingTurn) for record in (await connection.execute(wanted)).scalars())

    async def change_waiting(self, ids: Collection[str], change: Callable[[WaitingTurn], WaitingTurn | None]) -> tuple[WaitingTurn, ...]:
        """Locked in one order, so that two that change the same turns wait for each other and do not block. What was reserved for a turn
        that is not asked any more is free again."""
        wanted = select(WaitingTurnRow.record).where(WaitingTurnRow.id.in_(ids)).order_by(WaitingTurnRow.id).with_for_update()
        changed: list[WaitingTurn] = []
        async with self.transaction() as connection:
            for record in (await connection.execute(wanted)).scalars().all():
                earlier = from_json(record, WaitingTurn)
                here, now = WaitingTurnRow.id == earlier.id, change(earlier)
                if now is None:
                    await connection.execute(delete(WaitingTurnRow).where(here))
                    await release_turn(connection, earlier.order)
                    continue
                changed.append(now)
                if now != earlier:
                    await connection.execute(update(WaitingTurnRow).where(here).values(record=to_json(now)))
        return tuple(changed)
