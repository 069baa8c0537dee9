"""Whether the tables that a statement reads are as new as the semantic model expects, by the real clock: one look at each, kept a while."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from analytics_agent.activities.reading import counts_hidden
from analytics_agent.activities.rights import Readable
from analytics_agent.activities.sight import is_shown_all, note
from analytics_agent.errors import StatementFailed, StatementRefused, StatementTimeout, WarehouseRefused
from analytics_agent.ports import Fetched
from analytics_agent.semantic.lateness import late, newest_statement
from analytics_agent.semantic.model import Freshness
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


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Lateness:
    """Says nothing where the model's day is fixed, and nothing of a table of which the reader sees a part: that the newest row of a part is
    old says nothing of the whole. What cannot be found out in a few seconds is not said."""

    looks: Looks
    now: Callable[[], datetime] = _now
    _kept: "dict[tuple[str, str], tuple[float, pa.Table | None]]" = field(default_factory=dict)

    async def said(self, view: Readable, tables: Sequence[str]) -> tuple[str, ...]:
        """Of the tables that a statement reads."""
        found = []
        for freshness in _promised(view):
            newest = await self._newest(view, freshness, tables)
            timezone = view.model.timezone if view.model else None
            found.append(late(freshness, newest, self.now(), timezone, with_day=is_shown_all()) if newest is not None else None)
        return tuple(filter(None, found))

    async def _newest(self, view: Readable, freshness: Freshness, tables: Sequence[str]) -> object:
        sql = newest_statement(view.model, freshness, view.catalog.dialect) if view.model else None
        if sql is None:
            return None
        with suppress(StatementRefused):
            verdict = self.looks.check(view, sql)
            if not set(verdict.tables) <= set(tables) or counts_hidden(view, verdict):
                return None
            table = await self._looked(view, sql)
            return table.column(0)[0].as_py() if table is not None and table.num_rows else None
        return None

    async def _looked(self, view: Readable, sql: str) -> "pa.Table | None":
        key = (view.database.name, sql)
        until, table = self._kept.get(key, (0.0, None))
        if until > time.monotonic():
            if table is not None:
                note(table, looked_up=True)
            return table
        with suppress(StatementFailed, StatementTimeout, WarehouseRefused):
            table = (await self.looks.looked_up(view, sql, seconds=LONGEST_LOOK_SECONDS)).table
            return self._keep(key, table)
        return self._keep(key, None)

    def _keep(self, key: tuple[str, str], table: "pa.Table | None") -> "pa.Table | None":
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
        self._kept[key] = (time.monotonic() + KEPT_SECONDS, table)
        return table


def _promised(view: Readable) -> Iterator[Freshness]:
    """What the model says of its datasets; nothing where its day is a fixed one: such data does not grow."""
    if view.model is None or view.model.as_of.kind == "date":
        return
    for dataset in view.model.datasets:
        if dataset.freshness is not None:
            yield dataset.freshness
