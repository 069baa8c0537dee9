"""Statements take turns at their database: no more of one at once than may run, over all workers, and the same statement asked for
by several at the same time runs once for all of them."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256

from analytics_agent.activities.hearing import hearing
from analytics_agent.activities.slots import set_aside
from analytics_agent.domain.database import Database
from analytics_agent.domain.orders import ToolOrder
from analytics_agent.domain.statement import STANDS_FOR, KeptRows, Place, Standing
from analytics_agent.errors import StoreUnavailable, WarehouseUnavailable
from analytics_agent.ports import Store

log = logging.getLogger(__name__)

AT_ONCE = 4
PATIENCE = 600.0
"""Seconds that a statement waits for its turn."""

_FIRST_LOOK, _LONGEST_LOOK = 0.05, 1.0
"""Seconds between two looks at a line. Who leaves it in this process is noticed at once."""

Tell = Callable[[Standing], Awaitable[None]]


@dataclass
class StatementTurn:
    """`rows`: there already, from whoever ran the same statement; or to be set by whoever runs it, for those who wait for them."""

    rows: KeptRows | None = None


class StatementQueue:
    """`at_once` holds for databases of which nothing else is said."""

    def __init__(self, store: Store, at_once: int = AT_ONCE, patience: float = PATIENCE) -> None:
        self._store = store
        self._at_once = at_once
        self._patience = patience
        self._bells: dict[str, asyncio.Event] = {}

    @asynccontextmanager
    async def turn(self, place: Place, database: Database, tell: Tell | None = None) -> AsyncIterator[StatementTurn]:
        """Wait for one's turn, and hold it for the time of the block. `tell` hears of it where there is a wait.

        Raises WarehouseUnavailable when the wait is too long.
        """
        turn = StatementTurn()
        at_once = database.at_once or self._at_once
        try:
            standing = await self._waited(place, at_once, tell)
            if standing.rows is not None:
                yield StatementTurn(standing.rows)
                return
            renewing = asyncio.create_task(self._renew(place, at_once))
            try:
                async with hearing():
                    yield turn
            finally:
                renewing.cancel()
                with suppress(asyncio.CancelledError):
                    await renewing
        finally:
            await self._leave(place, turn.rows)

    async def _waited(self, place: Place, at_once: int, tell: Tell | None) -> Standing:
        standing = await self._store.take_place(place, at_once=at_once)
        if standing.state in ("runs", "given"):
            return standing
        async with set_aside():
            return await self._wait(place, at_once, tell, standing)

    async def _wait(self, place: Place, at_once: int, tell: Tell | None, standing: Standing) -> Standing:
        until, pause = time.monotonic() + self._patience, _FIRST_LOOK
        while standing.state not in ("runs", "given"):
            if tell is not None:
                await tell(standing)
            if time.monotonic() > until:
                raise WarehouseUnavailable(
                    f"{place.database} was busy for {self._patience / 60:.0f} minutes: the statement did not get its turn.",
                    hint=f"`analytics-agent databases queue {place.database}` shows what runs there.",
                )
            await self._rung(place.database, pause)
            pause = min(1.5 * pause, _LONGEST_LOOK)
            standing = await self._store.take_place(place, at_once=at_once)
        return standing

    async def _rung(self, database: str, seconds: float) -> None:
        bell = self._bells.setdefault(database, asyncio.Event())
        with suppress(TimeoutError):
            await asyncio.wait_for(bell.wait(), seconds)

    async def _renew(self, place: Place, at_once: int) -> None:
        while True:
            await asyncio.sleep(STANDS_FOR.total_seconds() / 3)
            with suppress(StoreUnavailable):  # the statement goes on; at worst one more runs beside it
                await self._store.take_place(place, at_once=at_once)

    async def _leave(self, place: Place, rows: KeptRows | None) -> None:
        try:
            await self._store.leave_place(place.id, rows)
        except StoreUnavailable:
            log.warning("a place in line at %s was not given up; it lapses by itself", place.database)
        if bell := self._bells.pop(place.database, None):
            bell.set()


def fingerprint(database: Database, statement: str, *caps: int) -> str:
    """The same for statements that give the same rows: of one text, over one connection, under the same caps."""
    parts = (database.name, str(database.added_at), database.uri, statement, *map(str, caps))
    return sha256("\0".join(parts).encode()).hexdigest()


class Waiting:
    """Says in the run's progress that its statement waits, and again when the line before it is half as long."""

    def __init__(self, store: Store, order: ToolOrder, database: str, key: str) -> None:
        self._store = store
        self._order = order
        self._database = database
        self._key = key
        self._said: tuple[str, int] | None = None

    async def tell(self, standing: Standing) -> None:
        before, now = self._said, (standing.state, standing.ahead)
        if before == now or (before and before[0] == now[0] and now[1] > before[1] // 2):
            return
        order, self._said = self._order, now
        data = {"name": order.tool, "title": _waits(standing, self._database)} | ({"line": order.line} if order.line else {})
        key = f"waits:{self._key}:{standing.state}:{standing.ahead}"
        await self._store.append_event(order.run_id, "tool", order.step, data, key=key)


def _waits(standing: Standing, database: str) -> str:
    if standing.state == "follows":
        return f"The same statement is running in {database} already; its rows are waited for"
    before = "one statement" if standing.ahead == 1 else f"{standing.ahead} statements"
    return f"Waits for its turn in {database}: {before} before it"
