"""What people may read, asked of Superset: implements `ports.Rights` over the endpoint that our extension answers to us alone.

Whatever is doubtful refuses: an answer of another shape, a table that was not asked about, a Superset that is away.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import httpx2
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from analytics_agent.adapters.superset_session import SupersetSession
from analytics_agent.domain.catalog import TableName
from analytics_agent.domain.database import Database, superset_uuid
from analytics_agent.domain.policy import Policy
from analytics_agent.domain.quoting import quoted
from analytics_agent.domain.rights import MAIL, Grant, has_own_rights, person_number
from analytics_agent.errors import NotAllowed, PublishRejected, RightsUnknown, SupersetUnavailable, UnknownPerson

PATH = "/extensions/analytics-agent/ask/rights"
LONGEST_GRANT = 3_600
"""Seconds for which an answer holds, however long Superset says."""

RETRY_SECONDS = 20.0
"""Superset takes half a minute to start: the four attempts that a run has must reach well beyond that."""

NO_DATABASE = "You may not ask about this database."
NOT_KNOWN = "Superset does not know you any more, or your account is not active."
WHO_GRANTS = "An administrator of Superset can grant it."


class _Table(BaseModel):
    model_config = ConfigDict(strict=True)

    schema_name: Annotated[str | None, Field(alias="schema")]
    name: str


class _Answer(BaseModel):
    """`everything`: the whole database, without row rules. `withheld`: how many tables are left out because row rules apply."""

    model_config = ConfigDict(strict=True)

    known: bool
    database: bool
    everything: bool
    tables: list[_Table]
    withheld: Annotated[int, Field(ge=0)]
    expires_in: Annotated[int, Field(ge=0)]


class SupersetRights:
    """One session, kept: signing in for each question would be refused as guessing when many ask at once."""

    def __init__(
        self,
        url: str,
        username: str,
        password: str,
        *,
        timeout_seconds: float = 20.0,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self._address = f"{url.rstrip('/')}{PATH}"
        self._session = SupersetSession(url, username, password, timeout_seconds=timeout_seconds, transport=transport)
        self._one_at_a_time = asyncio.Lock()

    async def grant(self, reader: str, database: Database, tables: Sequence[TableName]) -> Grant:
        if not has_own_rights(reader):
            return Grant()
        answer = await self._ask(_who(reader), database, tables)
        if not answer.known:
            raise NotAllowed(NOT_KNOWN, hint=WHO_GRANTS)
        if not answer.database:
            raise NotAllowed(NO_DATABASE, hint=WHO_GRANTS)
        until = datetime.now(UTC) + timedelta(seconds=min(answer.expires_in, LONGEST_GRANT))
        if answer.everything and not answer.withheld:
            return Grant(until=until)
        return Grant(Policy(_readable(answer, tables)), answer.withheld, until)

    async def reader(self, name: str) -> str:
        raise UnknownPerson(f"Superset does not say who {quoted(name)} is.", hint=WHO_GRANTS)

    async def close(self) -> None:
        await self._session.close()

    async def _ask(self, who: dict[str, Any], database: Database, tables: Sequence[TableName]) -> _Answer:
        named = [{"schema": table.schema, "name": table.name} for table in dict.fromkeys(tables)]
        body = {**who, "database_uuid": superset_uuid(database.name), "tables": named}
        try:
            async with self._one_at_a_time:
                return _Answer.model_validate((await self._session.ask(self._address, body))["result"])
        except SupersetUnavailable as error:
            raise SupersetUnavailable(
                f"What you may read could not be asked of Superset. {error.message}",
                hint="Nothing was read. Ask again when Superset answers.",
                retry_after=error.retry_after or RETRY_SECONDS,
            ) from None
        except (PublishRejected, ValidationError, KeyError, TypeError):
            raise RightsUnknown(
                "Superset does not say what people may read, so nothing was read.",
                hint="Check that it has loaded the extension analytics-agent-ask, and ANALYTICS_AGENT_SUPERSET_USERNAME.",
            ) from None


def _who(reader: str) -> dict[str, Any]:
    if reader.startswith(MAIL):
        return {"mail": reader.removeprefix(MAIL)}
    number = person_number(reader)
    if number is None:
        raise NotAllowed(NOT_KNOWN, hint=WHO_GRANTS)
    return {"user": number}


def _readable(answer: _Answer, asked: Sequence[TableName]) -> tuple[TableName, ...]:
    """The tables of the answer, in the order in which they were asked about; one that was not asked about is no grant."""
    granted = {TableName(table.schema_name, table.name) for table in answer.tables}
    return tuple(table for table in dict.fromkeys(asked) if table in granted)
