"""Rights that were asked a moment ago, for what belongs to one look at a page: a document, its charts and its rows come at once."""

import asyncio
import time
from collections.abc import Collection, Mapping, Sequence

from analytics_agent.domain.catalog import TableName
from analytics_agent.domain.database import Database
from analytics_agent.domain.policy import Policy
from analytics_agent.domain.rights import Grant
from analytics_agent.ports import Rights

SECONDS = 5.0
"""For which a right that was taken away still opens what was open before."""
MOST = 1_000


class RememberedRights:
    """Implements `ports.Rights` over another one. No refusal and no failure is remembered."""

    def __init__(self, rights: Rights) -> None:
        self._rights = rights
        self._kept: dict[tuple[str, Database, tuple[TableName, ...]], tuple[float, Grant]] = {}
        self._asking: dict[tuple[str, str], asyncio.Lock] = {}

    async def grant(self, reader: str, database: Database, tables: Sequence[TableName]) -> Grant:
        key = (reader, database, tuple(tables))
        lock = self._asking.setdefault((reader, database.name), asyncio.Lock())
        try:
            async with lock:  # what comes at once asks once
                until, grant = self._kept.get(key, (0.0, Grant()))
                if until > time.monotonic():
                    return grant
                return self._keep(key, await self._rights.grant(reader, database, tables))
        finally:
            if not lock.locked():
                self._asking.pop((reader, database.name), None)

    async def reader(self, name: str) -> str:
        return await self._rights.reader(name)

    async def for_models(self, database: Database, tables: Sequence[TableName]) -> Policy:
        return await self._rights.for_models(database, tables)

    async def governs(self, database: str) -> bool:
        return await self._rights.governs(database)

    async def confidential(self, database: str) -> Mapping[TableName, Collection[str]]:
        return await self._rights.confidential(database)

    async def hash_key(self) -> str:
        return await self._rights.hash_key()

    def _keep(self, key: tuple[str, Database, tuple[TableName, ...]], grant: Grant) -> Grant:
        now = time.monotonic()
        self._kept = {other: kept for other, kept in self._kept.items() if kept[0] > now}
        if len(self._kept) >= MOST:
            self._kept.clear()
        self._kept[key] = (now + SECONDS, grant)
        return grant
