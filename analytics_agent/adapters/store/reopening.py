"""A run that was stopped at a budget and goes on: one part of PostgresStore. What it found and was paid for stays as it is."""

from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import String, cast, delete, select, update

from analytics_agent.adapters.record_json import from_json, to_json
from analytics_agent.adapters.store.engine import StorePart, locked
from analytics_agent.adapters.store.events import added
from analytics_agent.adapters.store.models import DocumentRow, EventRow, RunRow
from analytics_agent.domain.question import Budget, Question
from analytics_agent.domain.spending import WrappedUp

_OF_ITS_END = ("report", "stopped", "wrapped_up")
_SAID_AGAIN = ("run", "step", "report", "warning")
"""Kinds of events that a run that goes on has once more."""


class Reopening(StorePart):
    async def reopen(self, run_id: str, budget: Budget) -> bool:
        """Everything that belongs to its end is taken away, in one transaction; what was put together by code then, too."""
        async with self.transaction() as connection:
            row = await locked(connection, run_id)
            if row.status != "over_budget":
                return False
            wanted = select(DocumentRow.body).where(DocumentRow.run_id == run_id, DocumentRow.name == "wrapped_up")
            kept = (await connection.execute(wanted)).scalar_one_or_none()
            made = from_json(kept, WrappedUp).made if kept is not None else ()
            names = (*_OF_ITS_END, *made)
            await connection.execute(delete(DocumentRow).where(DocumentRow.run_id == run_id, DocumentRow.name.in_(names)))
            # An event's key makes it one however often it is told; these are told again.
            again = EventRow.key + " of " + cast(EventRow.seq, String)
            here = (EventRow.run_id == run_id) & EventRow.kind.in_(_SAID_AGAIN)
            await connection.execute(update(EventRow).where(here).values(key=again))
            question = to_json(replace(from_json(row.question, Question), budget=budget))
            anew = {"status": "queued", "reason": None, "finished_at": None, "document": None, "openings": row.openings + 1}
            await connection.execute(update(RunRow).where(RunRow.id == run_id).values(question=question, **anew))
            # With it, so that a cancellation that comes at once is told after it.
            queued = {"key": "queued", "at": datetime.now(UTC), "kind": "run", "step": None, "data": {"status": "queued"}}
            return await added(connection, run_id, queued)
