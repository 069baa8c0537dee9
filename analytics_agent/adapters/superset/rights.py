"""What people may read, asked of Superset: implements `ports.Rights` over the endpoint that our extension answers to us alone.

Whatever is doubtful refuses: an answer of another shape, a table that was not asked about, a row rule that the guard cannot read, a
Superset that is away.
"""

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import httpx2
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from analytics_agent.adapters.superset.session import SupersetSession
from analytics_agent.domain.catalog import Catalog, TableName
from analytics_agent.domain.database import Database, superset_uuid
from analytics_agent.domain.policy import Policy, TablePolicy
from analytics_agent.domain.quoting import quoted
from analytics_agent.domain.rights import MAIL, PERSON, Grant, has_own_rights, person_number
from analytics_agent.errors import NotAllowed, PublishRejected, RightsUnknown, SupersetUnavailable, UnknownPerson

PATH = "/extensions/analytics-agent/ask/rights"
LONGEST_GRANT = 3_600
"""Seconds for which an answer holds, however long Superset says."""

RETRY_SECONDS = 20.0
"""Superset takes half a minute to start: the four attempts that a run has must reach well beyond that."""

NO_DATABASE = "You may not ask about this database."
NOT_KNOWN = "Superset does not know you any more, or your account is not active."
WHO_GRANTS = "An administrator of Superset can grant it."


Text = Annotated[str, Field(min_length=1, max_length=20_000)]
Group = Annotated[list[Text], Field(min_length=1, max_length=1_000)]


class _Table(BaseModel):
    """`rows` are conditions: of each inner list one must hold, and all of the outer one."""

    model_config = ConfigDict(strict=True)

    schema_name: Annotated[str | None, Field(alias="schema")]
    name: str
    rows: Annotated[list[Group], Field(max_length=1_000)]

    @property
    def table(self) -> TableName:
        return TableName(self.schema_name, self.name)

    @property
    def rule(self) -> TablePolicy:
        return TablePolicy(self.schema_name, self.name, tuple(map(tuple, self.rows)))


class _Answer(BaseModel):
    """`everything`: the whole database, without row rules. `withheld`: how many tables are left out because their rules cannot be
    rendered. `policy`: the hash of what was said, as Superset made it."""

    model_config = ConfigDict(strict=True)

    known: bool
    user: int | None = None
    username: str = ""
    roles: list[str] = []
    database: bool
    everything: bool
    tables: list[_Table]
    withheld: Annotated[int, Field(ge=0)]
    policy: str
    expires_in: Annotated[int, Field(ge=0)]


@dataclass(frozen=True)
class SupersetPerson:
    """Who a reader is in Superset, for rules that name people and roles elsewhere."""

    username: str
    roles: tuple[str, ...]


CatalogOf = Callable[[str], Awaitable[Catalog | None]]
"""The whole catalog of a database, in which row rules are read."""


class SupersetRights:
    """One session, kept: signing in for each question would be refused as guessing when many ask at once."""

    def __init__(
        self,
        url: str,
        username: str,
        password: str,
        *,
        catalog_of: CatalogOf | None = None,
        timeout_seconds: float = 20.0,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        """Without `catalog_of` no row rule can be read, and tables with one are withheld."""
        self._address = f"{url.rstrip('/')}{PATH}"
        self._session = SupersetSession(url, username, password, timeout_seconds=timeout_seconds, transport=transport)
        self._catalog_of = catalog_of
        self._one_at_a_time = asyncio.Lock()

    async def grant(self, reader: str, database: Database, tables: Sequence[TableName]) -> Grant:
        if not has_own_rights(reader):
            return Grant()
        return (await self.grant_and_person(reader, database, tables))[0]

    async def grant_and_person(self, reader: str, database: Database, tables: Sequence[TableName]) -> tuple[Grant, SupersetPerson]:
        """For a reader with rights of their own; who that is comes with the same answer. Raises as `grant` does."""
        answer = await self._rights(_who(reader), database, tables)
        if not answer.known:
            raise NotAllowed(NOT_KNOWN, hint=WHO_GRANTS)
        if not answer.database:
            raise NotAllowed(NO_DATABASE, hint=WHO_GRANTS)
        person = SupersetPerson(answer.username, tuple(answer.roles))
        until = datetime.now(UTC) + timedelta(seconds=min(answer.expires_in, LONGEST_GRANT))
        if answer.everything and not answer.withheld and not any(table.rows for table in answer.tables):
            return Grant(until=until, held_by_superset=True), person
        policy, closed = await self._applicable(_policy(answer, tables), database)
        return Grant(policy, answer.withheld + closed, until, held_by_superset=True), person

    async def reader(self, name: str) -> str:
        answer = await self._ask({"username": name})
        if not answer.known or answer.user is None or answer.username != name:
            raise UnknownPerson(f"Superset knows no active person with the username {quoted(name)}.", hint="Usernames are case-sensitive.")
        return f"{PERSON}{answer.user}"

    async def close(self) -> None:
        await self._session.close()

    async def _applicable(self, policy: Policy, database: Database) -> tuple[Policy, int]:
        """The policy without tables whose rules the guard cannot read, and how many these are."""
        if not policy.rules:
            return policy, 0
        from analytics_agent.sql.policy_rows import unreadable  # sqlglot: only where there are rules

        catalog = await self._catalog_of(database.name) if self._catalog_of else None
        names = {rule.table for rule in policy.rules}
        closed = await asyncio.to_thread(unreadable, policy, catalog) if catalog else names
        kept = tuple(rule for rule in policy.rules if rule.table not in closed)
        return Policy(tuple(table for table in policy.tables or () if table not in closed), kept), len(closed)

    async def _rights(self, who: dict[str, Any], database: Database, tables: Sequence[TableName]) -> _Answer:
        named = [{"schema": table.schema, "name": table.name} for table in dict.fromkeys(tables)]
        return await self._ask({**who, "database_uuid": superset_uuid(database.name), "tables": named})

    async def _ask(self, body: dict[str, Any]) -> _Answer:
        try:
            async with self._one_at_a_time:
                result = (await self._session.ask(self._address, body))["result"]
            answer = _Answer.model_validate(result)
            if answer.policy != _digest(answer.everything, result["tables"]):
                raise KeyError("policy")
        except SupersetUnavailable as error:
            raise SupersetUnavailable(
                f"What you may read could not be asked of Superset. {error.message}",
                hint="Nothing was read. Ask again when Superset answers.",
                retry_after=error.retry_after or RETRY_SECONDS,
            ) from None
        except (PublishRejected, ValidationError, KeyError, TypeError):
            raise RightsUnknown(
                "Superset does not say what people may read, so nothing was read.",
                hint="Check that it has loaded the extension analytics-agent-ask of this version, and ANALYTICS_AGENT_SUPERSET_USERNAME.",
            ) from None
        return answer


def _who(reader: str) -> dict[str, Any]:
    if reader.startswith(MAIL):
        return {"mail": reader.removeprefix(MAIL)}
    number = person_number(reader)
    if number is None:
        raise NotAllowed(NOT_KNOWN, hint=WHO_GRANTS)
    return {"user": number}


def _policy(answer: _Answer, asked: Sequence[TableName]) -> Policy:
    """The tables of the answer with their rules, in the order in which they were asked about; one that was not asked about is no grant,
    and one that is named twice holds by all that is said of it."""
    said: dict[TableName, TablePolicy] = {}
    for table in answer.tables:
        known = said.get(table.table)
        rows = (*known.rows, *table.rule.rows) if known else table.rule.rows
        said[table.table] = TablePolicy(table.schema_name, table.name, tuple(dict.fromkeys(rows)))
    readable = tuple(table for table in dict.fromkeys(asked) if table in said)
    return Policy(readable, tuple(said[table] for table in readable if not said[table].is_open))


def _digest(everything: bool, tables: Any) -> str:
    """As Superset's extension makes it: what was lost or changed on the way gives another one."""
    return hashlib.sha256(json.dumps([everything, tables], sort_keys=True).encode()).hexdigest()
