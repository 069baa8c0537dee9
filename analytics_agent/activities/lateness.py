"""Whether the tables that a statement reads are as new as the semantic model expects, by the real clock: one look at each, kept a while."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from analytics_agent.activities.kept_looks import KeptLooks, Looks
from analytics_agent.activities.reading import counts_hidden
from analytics_agent.activities.rights import Readable
from analytics_agent.activities.sight import is_shown_all
from analytics_agent.errors import StatementRefused
from analytics_agent.semantic.lateness import late, newest_statement
from analytics_agent.semantic.model import Freshness


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Lateness:
    """Says nothing where the model's day is fixed, and nothing of a table of which the reader sees a part: that the newest row of a part is
    old says nothing of the whole. What cannot be found out in a few seconds is not said."""

    looks: Looks
    now: Callable[[], datetime] = _now
    _kept: KeptLooks = field(init=False)

    def __post_init__(self) -> None:
        self._kept = KeptLooks(self.looks)

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
            table = await self._kept.table(view, sql)
            return table.column(0)[0].as_py() if table is not None and table.num_rows else None
        return None


def _promised(view: Readable) -> Iterator[Freshness]:
    """What the model says of its datasets; nothing where its day is a fixed one: such data does not grow."""
    if view.model is None or view.model.as_of.kind == "date":
        return
    for dataset in view.model.datasets:
        if dataset.freshness is not None:
            yield dataset.freshness
