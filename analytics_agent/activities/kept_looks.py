"""Looks at a table that are asked for beside many statements: taken once, bounded in time, and kept a while."""

import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from analytics_agent.activities.rights import Readable
from analytics_agent.activities.sight import note
from analytics_agent.errors import StatementFailed, StatementTimeout, WarehouseRefused
from analytics_agent.ports import Fetched
from analytics_agent.sql.verdict import Verdict

if TYPE_CHECKING:
    import pyarrow as pa

KEPT_SECONDS = 300.0
LONGEST_LOOK_SECONDS = 5.0
_MOST_KEPT = 1_000


class Looks(Protocol):
    """What is needed of RunWarehouse."""

    def check(self, view: Readable, sql: str) -> Verdict: ...
    async def looked_up(self, view: Readable, sql: str, *, seconds: float | None = None) -> Fetched: ...


@dataclass
class KeptLooks:
    looks: Looks
    _kept: "dict[tuple[str, str, str], tuple[float, pa.Table | None]]" = field(default_factory=dict)

    async def table(self, view: Readable, sql: str, of: str = "") -> "pa.Table | None":
        """None where it could not be read in time. `of` is the run whose part of the rows it is, where it is one."""
        key = (view.database.name, sql, of)
        until, table = self._kept.get(key, (0.0, None))
        if until > time.monotonic():
            if table is not None:
                note(table, looked_up=True)
            return table
        with suppress(StatementFailed, StatementTimeout, WarehouseRefused):
            table = (await self.looks.looked_up(view, sql, seconds=LONGEST_LOOK_SECONDS)).table
            return self._keep(key, table)
        return self._keep(key, None)

    def _keep(self, key: tuple[str, str, str], table: "pa.Table | None") -> "pa.Table | None":
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
        self._kept[key] = (time.monotonic() + KEPT_SECONDS, table)
        return table
