"""Whether somebody may get a report or open an answer: asked for each recipient, and again each time one is sent or opened.

No right is a held delivery. The sentences say who can grant it, never what is hidden.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase

from analytics_agent.catalog.tables_read import tables_read
from analytics_agent.domain.catalog import Catalog, TableName
from analytics_agent.domain.database import Database
from analytics_agent.domain.delivery import Destination, Recipient
from analytics_agent.domain.policy import OPEN, Policy, shows_as_much, without_key
from analytics_agent.domain.rights import GRANT, MAIL, READ, Grant, TablesRead, has_own_rights, is_person
from analytics_agent.domain.run import Run
from analytics_agent.errors import InvalidSettings, NotAllowed, UnknownDatabase, UnknownDestination
from analytics_agent.ports import Rights, Store

OWNER_LOST_IT = "Whoever asked may not read all of this report's tables any more. An administrator can grant it."
YOU_LOST_IT = (
    "You may not read all of the tables that this answer was made of any more, so it is not shown. It is kept. "
    "An administrator can grant it."
)
KEY_REVOKED = "The API key that asked was revoked or ran out. Ask again with a valid one."
NO_DATABASE = "The report's database was removed, so nobody's right to see it can be checked. An operator can add it again."
NO_CATALOG = "The report's tables are not known any more, so nobody's right to see them can be checked. Ask again."
NO_SUPERSET = "Without Superset nobody's right to see it can be checked. An operator adds the address to ANALYTICS_AGENT_MAIL_RECIPIENTS."
MAIL_MAY_NOT = (
    "Nobody with this address may read all of this report's tables. An administrator of Superset can grant it, or an operator "
    "adds the address to ANALYTICS_AGENT_MAIL_RECIPIENTS."
)


@dataclass(frozen=True)
class Seen:
    """What somebody may see of a database now, and which tables it has."""

    catalog: Catalog
    policy: Policy


@dataclass(frozen=True)
class RightToSee:
    """`allowed_mail` are the operator's own patterns of addresses that may get every report."""

    store: Store
    rights: Rights
    allowed_mail: tuple[str, ...] = ()

    async def why_not(self, run: Run, recipient: Recipient) -> str | None:
        """A sentence when the run's report may not go there now; None when it may. Raises SupersetUnavailable."""
        try:
            database = await self.store.database(run.question.database)
        except UnknownDatabase:
            return NO_DATABASE
        if recipient.kind != "mail":
            return await self._owner(run, database) or await self._destination(run, recipient)
        return await self._owner(run, database) or await self._mail(run, database, recipient.name)

    async def seen(self, database: str, reader: str) -> Seen | None:
        """What this reader may see of a database now; None for nothing, and where it cannot be said because nobody knows its tables."""
        catalog = await self.store.catalog(database)
        try:
            grant = await self.rights.grant(reader, await self.store.database(database), _names(catalog)) if catalog else None
        except (UnknownDatabase, NotAllowed):
            return None
        return Seen(catalog, grant.policy) if catalog and grant else None

    async def shows(self, seen: Seen | None, run: Run) -> bool:
        """Whether a right is enough for all that the run's answer was made of."""
        if seen is None or seen.policy.is_open:
            return seen is not None
        used = await self._tables(run, seen.catalog)
        return used is not None and shows_as_much(seen.policy, await self._shown(run), used)

    async def has_read(self, run: Run) -> bool:
        """Whether it has read anything, for a result or to look at values: a refusal may name some."""
        read = None if run.queries else await self.store.document(run.question.run_id, READ, TablesRead)
        return bool(run.queries or (read and read.tables))

    async def is_as_it_was(self, seen: Seen, run_id: str) -> bool:
        """Whether a right is the very one with which the run read: quickly said, without reading the run."""
        kept = await self.store.document(run_id, GRANT, Grant)
        now = without_key(seen.policy)
        return now.is_open or (kept is not None and without_key(kept.of_reader).hash == now.hash)

    async def _shown(self, run: Run) -> Policy:
        """The policy under which the run read, without what a model outside was not shown. Older runs read tables whole."""
        kept = await self.store.document(run.question.run_id, GRANT, Grant)
        return kept.of_reader if kept else OPEN

    async def _owner(self, run: Run, database: Database) -> str | None:
        owner, reader = run.question.owner, run.question.reader
        key = None if is_person(owner) else await self.store.key(owner)
        if key and not key.is_valid(datetime.now(UTC)):
            return KEY_REVOKED
        if not has_own_rights(reader):
            return None
        catalog = await self.store.catalog(database.name)
        used = await self._tables(run, catalog)
        if used is None:
            return NO_CATALOG
        try:
            return None if await self._sees(run, database, catalog, reader, used) else OWNER_LOST_IT
        except NotAllowed:
            return OWNER_LOST_IT

    async def _sees(self, run: Run, database: Database, catalog: Catalog | None, reader: str, used: Sequence[TableName]) -> bool:
        """Whether all that the run was shown of these tables may be seen by this reader too, now. All tables are asked about, as when
        the run began: what a rule means may depend on which others there are."""
        granted = await self.rights.grant(reader, database, _names(catalog) if catalog else used)
        return shows_as_much(granted.policy, await self._shown(run), used)

    async def _destination(self, run: Run, recipient: Recipient) -> str | None:
        try:
            destination = await self.store.destination(recipient.kind, recipient.name)
        except UnknownDestination:
            return f"There is no {recipient.kind} {recipient.name} any more. An administrator can add it again."
        return why_not_there(destination, run.question.database, run.question.reader) or None

    async def _mail(self, run: Run, database: Database, mail: str) -> str | None:
        if matches(mail, self.allowed_mail):
            return None
        catalog = await self.store.catalog(database.name)
        used = await self._tables(run, catalog)
        if used is None:
            return NO_CATALOG
        try:
            return None if await self._sees(run, database, catalog, f"{MAIL}{mail}", used) else MAIL_MAY_NOT
        except NotAllowed:
            return MAIL_MAY_NOT
        except InvalidSettings:
            return NO_SUPERSET

    async def _tables(self, run: Run, catalog: Catalog | None) -> tuple[TableName, ...] | None:
        return tables_read(run, await self.store.document(run.question.run_id, READ, TablesRead), catalog)


def why_not_there(destination: Destination, database: str, reader: str) -> str:
    """Why reports of this database may not go to a webhook or folder; empty when they may.

    Who reads there is not known to us, so a person's report goes only where an administrator named its database.
    """
    kind, name = destination.kind, destination.name
    if destination.databases is not None and database not in destination.databases:
        return f"The {kind} {name} does not take reports of {database}. An administrator can add it for that database."
    if destination.databases is None and has_own_rights(reader):
        return f"The {kind} {name} takes a person's reports only of databases that it names. An administrator can name {database}."
    return ""


def matches(mail: str, patterns: Sequence[str]) -> bool:
    """Whether a pattern (`ops@example.com`, `*@board.example.com`) names this address. A domain has no upper case, a mailbox may."""
    return any(fnmatchcase(_folded(mail), _folded(pattern)) for pattern in patterns)


def mail_patterns(setting: str) -> tuple[str, ...]:
    """The setting's patterns: between commas or blanks."""
    return tuple(setting.replace(",", " ").split())


def _folded(address: str) -> str:
    mailbox, at, domain = address.rpartition("@")
    return f"{mailbox}{at}{domain.lower()}"


def _names(catalog: Catalog) -> tuple[TableName, ...]:
    return tuple(TableName(table.schema, table.name) for table in catalog.tables)
