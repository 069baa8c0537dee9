"""Statements in line at their database, over all workers: one part of PostgresStore, counted by its clock.

First come, first served, by who asked first among those that still stand in line. Who decides holds the database's lock.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from analytics_agent.adapters.record_json import from_json, to_json
from analytics_agent.adapters.store.engine import StorePart, hold
from analytics_agent.adapters.store.models import StatementRow
from analytics_agent.domain.statement import GIVEN_FOR, STANDS_FOR, InLine, KeptRows, Place, Standing

_NOW = func.clock_timestamp()


@dataclass(frozen=True)
class _Line:
    """The rows of one database, the first to ask first; `own` is the place that is asked about."""

    rows: tuple[Any, ...]
    own: Any

    def leader(self) -> Any:
        """Somebody who runs the same statement, or who was done with it after we asked."""
        same = (row for row in self.rows if row.fingerprint and row.fingerprint == self.own.fingerprint and row.id != self.own.id)
        return next((row for row in same if row.state == "runs" or (row.state == "given" and row.seen_at >= self.own.asked_at)), None)

    def follows(self, row: Any) -> bool:
        return bool(row.fingerprint) and any(other.state == "runs" and other.fingerprint == row.fingerprint for other in self.rows)

    def before(self) -> int:
        """Those that run, and those that wait and asked before."""
        running: int = sum(row.state == "runs" for row in self.rows)
        waiting: int = sum(row.state == "waits" and not self.follows(row) for row in self.rows[: self.rows.index(self.own)])
        return running + waiting


class StatementTables(StorePart):
    """`statements`."""

    async def take_place(self, place: Place, *, at_once: int) -> Standing:
        async with self.transaction() as connection:
            await hold(connection, place.database, 4)
            if await _alone_in_line(connection, place):
                return Standing("runs")
            await _forget(connection, place.database)
            line = await _line(connection, place)
            if line.own.state == "runs":
                return Standing("runs")
            leader = line.leader()
            if leader is not None and leader.state == "given":
                await connection.execute(delete(StatementRow).where(StatementRow.id == place.id))
                return Standing("given", rows=from_json(leader.rows, KeptRows))
            if leader is not None:
                return Standing("follows")
            ahead = line.before() - at_once + 1
            if ahead > 0:
                return Standing("waits", ahead)
            begun = update(StatementRow).where(StatementRow.id == place.id)
            await connection.execute(begun.values(state="runs", started_at=_NOW))
        return Standing("runs")

    async def leave_place(self, place_id: str, rows: KeptRows | None = None) -> None:
        own = StatementRow.id == place_id
        async with self.alone() as connection:
            if rows is None:
                await connection.execute(delete(StatementRow).where(own))
            else:
                await connection.execute(update(StatementRow).where(own).values(state="given", seen_at=_NOW, rows=to_json(rows)))

    async def in_line(self, database: str) -> tuple[InLine, ...]:
        wanted = select(StatementRow.__table__).where(StatementRow.database == database, StatementRow.state != "given")
        wanted = wanted.where(StatementRow.seen_at > _NOW - STANDS_FOR).order_by(StatementRow.asked_at, StatementRow.id)
        async with self.alone() as connection:
            line = _Line(tuple((await connection.execute(wanted)).all()), None)
        runs = [InLine(row.run_id, "runs", row.asked_at, row.started_at) for row in line.rows if row.state == "runs"]
        waits = [InLine(row.run_id, "follows" if line.follows(row) else "waits", row.asked_at) for row in line.rows if row.state == "waits"]
        return (*runs, *waits)


async def _alone_in_line(connection: AsyncConnection, place: Place) -> bool:
    """Begin at once where nobody runs or waits, as most statements do: in one message, with which those that are over are forgotten."""
    gone = delete(StatementRow).where(_is_over(place.database), StatementRow.id != place.id).cte("gone")
    others = exists().where(StatementRow.database == place.database, StatementRow.state != "given", ~_is_over(place.database))
    values = {"id": place.id, "database": place.database, "fingerprint": place.fingerprint, "run_id": place.run_id, "state": "runs"}
    columns = [literal(value).label(name) for name, value in values.items()] + [_NOW, _NOW, _NOW]
    row = insert(StatementRow).from_select([*values, "asked_at", "seen_at", "started_at"], select(*columns).where(~others))
    begun = row.on_conflict_do_nothing().returning(StatementRow.id).add_cte(gone)
    return (await connection.execute(begun)).scalar_one_or_none() is not None


async def _forget(connection: AsyncConnection, database: str) -> None:
    await connection.execute(delete(StatementRow).where(_is_over(database)))


def _is_over(database: str) -> ColumnElement[bool]:
    """Who died in line, and rows that everybody who waited for them has had the time to take."""
    left = (StatementRow.state != "given") & (StatementRow.seen_at < _NOW - STANDS_FOR)
    taken = (StatementRow.state == "given") & (StatementRow.seen_at < _NOW - GIVEN_FOR)
    return (StatementRow.database == database) & or_(left, taken)


async def _line(connection: AsyncConnection, place: Place) -> _Line:
    values = {"database": place.database, "fingerprint": place.fingerprint, "run_id": place.run_id}
    row = insert(StatementRow).values(id=place.id, state="waits", asked_at=_NOW, seen_at=_NOW, **values)
    await connection.execute(row.on_conflict_do_update(index_elements=[StatementRow.id], set_={"seen_at": _NOW}))
    wanted = select(StatementRow.__table__).where(StatementRow.database == place.database)
    rows = (await connection.execute(wanted.order_by(StatementRow.asked_at, StatementRow.id))).all()
    return _Line(tuple(rows), next(row for row in rows if row.id == place.id))
