"""ports.Rights in memory: what each owner may read is set by the test."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from analytics_agent.domain.catalog import TableName
from analytics_agent.domain.database import Database
from analytics_agent.domain.policy import OPEN, Policy
from analytics_agent.domain.rights import PERSON, Grant, has_own_rights
from analytics_agent.errors import AgentError, UnknownPerson


class MemoryRights:
    """`readable` are the tables of public that every person may read, None for all of them. `error` is raised instead."""

    def __init__(self, *readable: str, withheld: int = 0, everything: bool = False, lasts: timedelta = timedelta(minutes=5)) -> None:
        self.readable = None if everything else set(readable)
        self.withheld = withheld
        self.lasts = lasts
        self.error: AgentError | None = None
        self.asked: list[str] = []
        self.models = OPEN
        """What models outside may be shown."""
        self.key = ""
        self.governed: set[str] = set()
        self.kept_back: dict[TableName, set[str]] = {}
        """Columns that are hidden or masked for anybody."""

    async def grant(self, reader: str, database: Database, tables: Sequence[TableName]) -> Grant:
        if not has_own_rights(reader):
            return Grant()
        self.asked.append(reader)
        if self.error:
            raise self.error
        until = datetime.now(UTC) + self.lasts
        if self.readable is None:
            return Grant(until=until, held_by_superset=True)
        return Grant(Policy(tuple(table for table in tables if table.name in self.readable)), self.withheld, until, held_by_superset=True)

    async def reader(self, name: str) -> str:
        if not name.isdigit():
            raise UnknownPerson(f"There is no person {name}.")
        return f"{PERSON}{name}"

    async def for_models(self, database: Database, tables: Sequence[TableName]) -> Policy:
        if self.error:
            raise self.error
        return self.models

    async def governs(self, database: str) -> bool:
        return database in self.governed

    async def confidential(self, database: str) -> Mapping[TableName, Collection[str]]:
        if self.error:
            raise self.error
        return self.kept_back

    async def hash_key(self) -> str:
        return self.key
