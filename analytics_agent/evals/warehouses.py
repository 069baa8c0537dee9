"""The databases of an evaluation: which one a suite's `db` means, and the check queries run in it.

A database is named or given by its address. One given by its address is added to the product under a derived name while the
evaluation runs and removed afterwards; the address is never printed. Check queries come from whoever wrote the suite: they are
judged by the SQL rules of their dialect as a model's are, and run read-only through the product's own warehouses. Which tables
there are the engine says.
"""

import hashlib
import json
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from analytics_agent import bootstrap
from analytics_agent.client.async_client import AsyncClient
from analytics_agent.domain.database import Database
from analytics_agent.errors import AgentError, AskerError, InvalidSettings, Unavailable, UnknownDatabase
from analytics_agent.evals.cells import Grid, of_table
from analytics_agent.evals.suite import Case
from analytics_agent.ports import Warehouse
from analytics_agent.sql.check import check
from analytics_agent.sql.ordering import ordered_by

if TYPE_CHECKING:
    from analytics_agent.domain.catalog import Dialect
    from analytics_agent.settings import Settings

MOST_ROWS = 200_000
"""Of a check query's result; one that is longer is no answer to a question."""
_FILES = (".csv", ".tsv", ".parquet", ".duckdb", ".ddb", ".sqlite", ".sqlite3", ".db")


@dataclass(frozen=True)
class Gold:
    """A result that is right. `by`: the places of its columns whose order counts; None where none does."""

    grid: Grid
    by: tuple[int, ...] | None


class GoldFailed(Exception):
    """No check query of a question could be run; says why in a sentence."""


def read_map(path: Path | None) -> dict[str, str]:
    """A suite's `db` → a database's name or address. Raises AskerError; no address is repeated."""
    if path is None:
        return {}
    try:
        given = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        raise AskerError(f"{path} cannot be read as JSON.", hint='Write {"db of the suite": "name or address of a database"}.') from None
    if not isinstance(given, dict) or not all(isinstance(value, str) and value.strip() for value in given.values()):
        raise AskerError(f"{path} does not map names to texts.", hint='Write {"db of the suite": "name or address of a database"}.')
    return {name: value.strip() for name, value in given.items()}


def is_address(text: str) -> bool:
    return "://" in text or Path(text).suffix.lower() in _FILES


def derived_name(db: str, uri: str) -> str:
    """The same for the same database: whoever evaluates every night leaves no trail of names. Says nothing of its login."""
    plain = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in db.lower()).strip("-")[:40]
    parts = urlsplit(uri)
    place = f"{parts.scheme}|{parts.hostname}|{parts.port}|{parts.path}|{parts.query}"
    return f"eval-{plain or 'db'}-{hashlib.sha256(place.encode()).hexdigest()[:6]}"


@asynccontextmanager
async def warehouses(
    client: AsyncClient, settings: "Settings", cases: Collection[Case], mapped: Mapping[str, str]
) -> AsyncIterator["Warehouses"]:
    """The databases of these questions, ready. Raises AskerError (UnknownDatabase) before anything is asked."""
    wanted = {case.db: mapped.get(case.db, case.db) for case in cases}
    known = {view["name"] for view in await client.databases()}
    missing = sorted(db for db, target in wanted.items() if not is_address(target) and target not in known)
    if missing:
        told = f"The suite's database {missing[0]!r} is not known" + (f", nor are {len(missing) - 1} others." if missing[1:] else ".")
        raise UnknownDatabase(told, hint=f"Known: {', '.join(sorted(known)) or 'none'}. --databases maps the suite's names to others.")
    async with AsyncExitStack() as stack:
        names = {db: target for db, target in wanted.items() if not is_address(target)}
        added = {db: _absolute(target) for db, target in wanted.items() if is_address(target)}
        given: dict[str, Database] = {}
        for db, uri in added.items():
            names[db] = derived_name(db, uri)
            view = await client.add_database(names[db], uri, sql_lab=False)
            stack.push_async_callback(_removed, client, names[db])
            given[db] = Database(names[db], uri, view["dialect"])
        judged = {case.db for case in cases if case.golds}
        stored = await _stored(settings, {names[db] for db in judged - given.keys()})
        opened = _opened(settings, {db: given.get(db) or stored[names[db]] for db in judged})
        for warehouse, _ in opened.values():
            stack.push_async_callback(warehouse.close)
        yield Warehouses(names, opened, settings.statement_timeout_seconds)


async def _removed(client: AsyncClient, name: str) -> None:
    """Its runs stay. One that somebody removed meanwhile is gone, and one that cannot be removed now has its name the next time too."""
    with suppress(UnknownDatabase, Unavailable):
        await client.remove_database(name)


def _opened(settings: "Settings", databases: Mapping[str, Database]) -> dict[str, tuple[Warehouse, Database]]:
    """Where check queries run. Nothing is connected yet."""
    opening = bootstrap.warehouses(settings)
    return {db: (opening(database), database) for db, database in databases.items()}


async def _stored(settings: "Settings", names: Collection[str]) -> dict[str, Database]:
    """The addresses of databases that are only named. Raises AskerError where the store cannot be reached from here."""
    if not names:
        return {}
    try:
        store = bootstrap.store(settings)
    except InvalidSettings:
        told = "The check queries cannot be run from here: the store with the databases' addresses is not set."
        hint = "Run it where the stack is, or give the databases by their addresses with --databases."
        raise AskerError(told, hint=hint) from None
    try:
        return {name: await store.database(name) for name in names}
    finally:
        await store.close()


def _absolute(uri: str) -> str:
    """A path as other processes find it too."""
    scheme, separator, path = uri.rpartition(":///")
    if "://" in uri and not separator:
        return uri
    full = path if path.startswith("/") else str(Path(path).expanduser().absolute())
    return f"{scheme}:///{full}" if separator else full


class Warehouses:
    """Opened while an evaluation runs."""

    def __init__(self, names: Mapping[str, str], opened: Mapping[str, tuple[Warehouse, Database]], timeout_seconds: float) -> None:
        self._names = names
        self._opened = opened
        self._timeout = timeout_seconds
        self._kept: dict[str, tuple[Gold, ...]] = {}

    def name(self, db: str) -> str:
        """Under which name the product knows it."""
        return self._names[db]

    async def golds(self, case: Case) -> tuple[Gold, ...]:
        """The results that are right. A check query that cannot be run is left out.

        Raises GoldFailed when none can, and Unavailable when the database does not answer.
        """
        if case.id not in self._kept:
            found, problems = [], []
            for statement in case.golds:
                try:
                    found.append(await self._gold(case, statement))
                except Unavailable:
                    raise
                except AgentError as error:
                    problems.append(error.message)
            if case.golds and not found:
                raise GoldFailed(f"No check query could be run: {problems[0]}")
            self._kept = {case.id: tuple(found)}  # trials of one question follow one another
        return self._kept[case.id]

    async def _gold(self, case: Case, statement: str) -> Gold:
        warehouse, database = self._opened[case.db]
        text = statement.strip().rstrip(";")
        verdict = check(text, dialect=cast("Dialect", database.dialect), row_cap=MOST_ROWS)
        if not verdict.ok:
            refused = next(finding for finding in verdict.findings if finding.severity == "error")
            raise AskerError(f"it is not allowed: {refused.message} {refused.hint}".strip())
        fetched = await warehouse.run(verdict.sql, row_cap=MOST_ROWS, timeout_seconds=self._timeout)
        if fetched.truncated:
            raise AskerError(f"it has more than {MOST_ROWS:,} rows.")
        by = None
        if case.ordered:
            by = ordered_by(text, dialect=database.dialect) or tuple(range(fetched.table.num_columns))
        return Gold(of_table(fetched.table), by)
