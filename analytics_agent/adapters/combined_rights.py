"""What people may read by Superset and by the file of policies together: implements `ports.Rights`.

A person of Superset reads what Superset gives them and, where the file speaks of the database, what the file leaves of that; a name of
the file reads by the file alone; an operator reads everything.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

from analytics_agent.domain.catalog import TableName
from analytics_agent.domain.database import Database
from analytics_agent.domain.policy import OPEN, Policy, both
from analytics_agent.domain.quoting import quoted
from analytics_agent.domain.rights import USER, Grant, has_own_rights
from analytics_agent.errors import RightsUnknown, UnknownPerson

FILE_HOLDS = timedelta(seconds=30)
"""For which what a file says of a person of Superset is not looked up again, within one run."""


class Named(Protocol):
    """Somebody whom Superset knows: by this login name and these roles the file finds them."""

    @property
    def username(self) -> str: ...
    @property
    def roles(self) -> tuple[str, ...]: ...


class OfSuperset(Protocol):
    async def grant_and_person(self, reader: str, database: Database, tables: Sequence[TableName]) -> tuple[Grant, Named]:
        """As ports.Rights.grant for a person of Superset or a mail address, and who that is."""
        ...

    async def reader(self, name: str) -> str: ...


class OfFile(Protocol):
    async def grant(self, reader: str, database: Database, tables: Sequence[TableName]) -> Grant: ...
    async def reader(self, name: str) -> str: ...
    async def knows(self, name: str) -> bool: ...
    async def policy_for(self, user: str, roles: Collection[str], database: Database, tables: Sequence[TableName]) -> Policy | None: ...
    async def for_models(self, database: Database, tables: Sequence[TableName]) -> Policy: ...
    async def governs(self, database: str) -> bool: ...
    async def confidential(self, database: str) -> Mapping[TableName, Collection[str]]: ...
    async def hash_key(self) -> str: ...


class CombinedRights:
    """`superset` gives what asks Superset, when the first one asks, and raises InvalidSettings where there is none; `file` is None where
    there is no file of policies."""

    def __init__(self, superset: Callable[[], OfSuperset], file: OfFile | None, *, has_superset: bool) -> None:
        self._superset = superset
        self._file = file
        self._has_superset = has_superset

    async def grant(self, reader: str, database: Database, tables: Sequence[TableName]) -> Grant:
        if not has_own_rights(reader):
            return Grant()
        if reader.startswith(USER):
            return await self._of_file(reader, database, tables)
        grant, person = await self._superset().grant_and_person(reader, database, tables)
        policy = await self._of_person(person, database, tables)
        if policy is None:
            return grant
        soon = datetime.now(UTC) + FILE_HOLDS
        narrow = both(grant.policy, policy)
        return replace(
            grant, policy=narrow, until=min(grant.until or soon, soon), held_by_superset=grant.held_by_superset and policy.is_open
        )

    async def _of_person(self, person: Named, database: Database, tables: Sequence[TableName]) -> Policy | None:
        """What the file says of somebody; None where it does not speak of the database."""
        if self._file is None:
            return None
        if not person.username:
            raise RightsUnknown("Superset does not say who asks, so the file of policies cannot say what they may see. Nothing was read.")
        return await self._file.policy_for(person.username, person.roles, database, tables)

    async def reader(self, name: str) -> str:
        if self._has_superset:
            return await self._of_superset(name)
        if self._file is None:
            raise UnknownPerson(
                "There is nobody to ask as: neither Superset nor a file of policies is set.",
                hint="Set ANALYTICS_AGENT_POLICIES, or ANALYTICS_AGENT_SUPERSET_URL.",
            )
        return await self._file.reader(name)

    async def _of_superset(self, name: str) -> str:
        """A name of the file alone is nobody here: what the file opens would be read without what Superset gives."""
        try:
            return await self._superset().reader(name)
        except UnknownPerson as unknown:
            if self._file is None or not await self._file.knows(name):
                raise
            raise UnknownPerson(
                f"The file of policies names {quoted(name)}, and Superset knows no active person with that username.",
                hint="Where Superset is set, people are Superset's: an administrator adds the account there.",
            ) from unknown

    async def for_models(self, database: Database, tables: Sequence[TableName]) -> Policy:
        return await self._file.for_models(database, tables) if self._file else OPEN

    async def governs(self, database: str) -> bool:
        return self._file is not None and await self._file.governs(database)

    async def confidential(self, database: str) -> Mapping[TableName, Collection[str]]:
        return await self._file.confidential(database) if self._file else {}

    async def hash_key(self) -> str:
        return await self._file.hash_key() if self._file else ""

    async def _of_file(self, reader: str, database: Database, tables: Sequence[TableName]) -> Grant:
        if self._file is None:
            raise RightsUnknown(
                "There is no file of policies any more that says what you may read, so nothing was read.",
                hint="An operator sets ANALYTICS_AGENT_POLICIES again, or makes another key.",
            )
        return await self._file.grant(reader, database, tables)
