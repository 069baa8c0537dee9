"""A running Superset, as these tests reach it."""

import asyncio
from dataclasses import dataclass

import httpx2
from e2e.superset_page import Login

from analytics_agent.adapters.superset.connection import connection_uuid
from analytics_agent.adapters.superset.rest import SupersetRest
from analytics_agent.adapters.superset.session import SupersetSession
from analytics_agent.domain.database import Database


@dataclass(frozen=True)
class Superset:
    url: str
    login: Login

    def publisher(self, transport: httpx2.AsyncBaseTransport | None = None) -> SupersetRest:
        return SupersetRest(self.url, self.login.username, self.login.password, transport=transport)

    def session(self) -> SupersetSession:
        return SupersetSession(self.url, self.login.username, self.login.password)


def forget_connection(superset: Superset, database: Database) -> None:
    """Superset lets a connection go only when no dataset stands on it: this proves that the test withdrew everything."""

    async def forget() -> None:
        async with superset.session() as session:
            for found in await session.select("database/", "uuid", connection_uuid(database)):
                await session.remove(f"database/{found['id']}")

    asyncio.run(forget())
