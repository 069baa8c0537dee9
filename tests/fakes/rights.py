"""ports.Rights in memory: what each owner may read is set by the test."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from analytics_agent.domain.database import Database
from analytics_agent.domain.rights import Grant, TableName, is_person
from analytics_agent.errors import AgentError


class MemoryRights:
    """`readable` are the tables of public that every person may read, None for all of them. `error` is raised instead."""

    def __init__(self, *readable: str, withheld: int = 0, everything: bool = False, lasts: timedelta = timedelta(minutes=5)) -> None:
        self.readable = None if everything else set(readable)
        self.withheld = withheld
        self.lasts = lasts
        self.error: AgentError | None = None
        self.asked: list[str] = []

    async def grant(self, owner: str, database: Database, tables: Sequence[TableName]) -> Grant:
        if not is_person(owner):
            return Grant()
        self.asked.append(owner)
        if self.error:
            raise self.error
        until = datetime.now(UTC) + self.lasts
        if self.readable is None:
            return Grant(until=until)
        return Grant(tuple(table for table in tables if table.name in self.readable), self.withheld, until)

    async def may_receive(self, mail: str, database: Database, tables: Sequence[TableName]) -> bool:
        return self.readable is None or {table.name for table in tables} <= self.readable
