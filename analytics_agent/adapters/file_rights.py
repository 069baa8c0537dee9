"""What people and models may see by the installation's own file of policies: implements `ports.Rights`.

The file is read again when it has changed, and judged beside the catalog of a database when that is asked about. Whatever is wrong with
it refuses: a file that cannot be used governs every database, one that does not fit a database governs that one.
"""

import asyncio
import logging
import os
import re
import stat
import time
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from analytics_agent.domain.catalog import Catalog, TableName
from analytics_agent.domain.database import Database
from analytics_agent.domain.policy import OPEN, Policy
from analytics_agent.domain.quoting import quoted
from analytics_agent.domain.rights import USER, Grant, has_own_rights
from analytics_agent.errors import NotAllowed, RightsUnknown, UnknownPerson

if TYPE_CHECKING:
    from analytics_agent.semantic.access.policy_file import PolicyFile

log = logging.getLogger(__name__)

ReadCatalog = Callable[[str], Awaitable[Catalog | None]]
Stamp = tuple[int, int, int, int, int]
"""Of a file: when it was written and when it was changed, its size, device and inode. A copy may keep the time of writing, and a whole
image of a machine the same one for all files; the time of a change is nobody's to choose."""

_Who = tuple[str, frozenset[str]] | None
"""A person by login name and roles; None is a model outside."""

LARGEST = 4_000_000
"""Bytes. A policy for each of ten thousand people is smaller."""
SETTLES = 0.3
"""Seconds. A file that was written less long ago may be half of what it will be, and a half may lack the limits."""
PATIENCE = 3.0
MOST_TOLD, MOST_KEPT = 5, 2_000
"""Lines that are told of a file, and policies of people that are kept."""
_LINE = re.compile(r"line (\d+):")

UNUSABLE = "The file of policies cannot be used, so nothing is read by its rights."
WRITE = "An operator can add them to the file ANALYTICS_AGENT_POLICIES."


@dataclass(frozen=True)
class _Read:
    """The file as it stood at `stamp`; None where it cannot be used, and why. One that cannot be read has no stamp."""

    stamp: Stamp | None
    file: "PolicyFile | None"
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Fit:
    """The file beside one catalog, and the policies of people that were put together of the two."""

    file: "PolicyFile"
    catalog: Catalog
    problems: tuple[str, ...]
    policies: dict[_Who, Policy] = field(default_factory=dict)


class FileRights:
    """`read_catalog` gives the catalog of a database as it was last read, None where it was not."""

    def __init__(self, path: Path, read_catalog: ReadCatalog, *, settles: float = SETTLES) -> None:
        self._path = path
        self._read_catalog = read_catalog
        self._settles = settles
        self._kept: _Read | None = None
        self._fits: dict[str, _Fit] = {}
        self._one_at_a_time = asyncio.Lock()
        self._judges_one_at_a_time = asyncio.Lock()

    async def grant(self, reader: str, database: Database, tables: Sequence[TableName]) -> Grant:
        """Of readers that are names of the file; it holds for this one statement, for the file may change before the next."""
        if not has_own_rights(reader):
            return Grant()
        name = reader.removeprefix(USER)
        if not (reader.startswith(USER) and (await self._usable()).knows(name)):
            raise NotAllowed("The file of policies does not name you any more.", hint=WRITE)
        return Grant(await self.policy_for(name, (), database, tables) or OPEN)

    async def reader(self, name: str) -> str:
        if not (await self._usable()).knows(name):
            raise UnknownPerson(f"The file of policies does not name {quoted(name)}.", hint=WRITE)
        return f"{USER}{name}"

    async def knows(self, name: str) -> bool:
        """Whether it names somebody; a file that cannot be used names nobody."""
        try:
            return (await self._usable()).knows(name)
        except RightsUnknown:
            return False

    async def policy_for(self, user: str, roles: Collection[str], database: Database, tables: Sequence[TableName]) -> Policy | None:
        """What somebody may see of these tables; None where no policy is of this database. `roles` are those that others say of them."""
        file = await self._usable()
        if not file.governs(database.name):
            return None
        fit = await self._fit(file, database.name)
        return _among(tables, fit.catalog, _kept_policy(fit, (user, frozenset(roles))))

    async def for_models(self, database: Database, tables: Sequence[TableName]) -> Policy:
        file = await self._usable()
        if not file.limits_models(database.name):
            return OPEN
        fit = await self._fit(file, database.name)
        return _among(tables, fit.catalog, _kept_policy(fit, None))

    async def governs(self, database: str) -> bool:
        """A file that cannot be used governs every database."""
        try:
            return (await self._usable()).governs(database)
        except RightsUnknown:
            return True

    async def confidential(self, database: str) -> Mapping[TableName, Collection[str]]:
        from analytics_agent.semantic.access.policy_file import confidential

        file = await self._usable()
        return confidential(file, (await self._fit(file, database)).catalog) if database in file.databases() else {}

    async def hash_key(self) -> str:
        return (await self._usable()).hash_key

    async def check(self, databases: Sequence[str] = ()) -> None:
        """Whether it can be used, for these databases too as far as they are known. Raises RightsUnknown, naming none of them: anybody may
        ask whether the API is ready."""
        file = await self._usable()
        found = [await self._beside(file, database) for database in databases if database in file.databases()]
        if wrong := [problem for fit in found if fit for problem in fit.problems]:
            raise _refused("The file of policies does not fit what it governs.", wrong)

    async def problems(self, databases: Sequence[str] = ()) -> tuple[str, ...]:
        """All that is wrong with it, in full: for operators alone."""
        with suppress(RightsUnknown):
            file = await self._usable()
            found = [await self._beside(file, database) for database in databases if database in file.databases()]
            wrong = [f"{fit.catalog.database}: {problem}" for fit in found if fit for problem in fit.problems]
            return (*wrong, *_of_no_database(file, databases))
        return self._kept.problems if self._kept else ()

    async def _usable(self) -> "PolicyFile":
        async with self._one_at_a_time:
            if self._kept is None or self._kept.stamp is None or _stamp_of(self._path) != self._kept.stamp:
                before, self._kept = self._kept, await asyncio.to_thread(_read, self._path, self._settles)
                if before is None or before.problems != self._kept.problems:
                    _log(self._kept)
            kept = self._kept
        if kept.file is None:
            raise _refused(UNUSABLE, kept.problems)
        return kept.file

    async def _fit(self, file: "PolicyFile", database: str) -> _Fit:
        """Raises RightsUnknown where the file does not fit the database."""
        fit = await self._beside(file, database)
        if fit is None:
            raise RightsUnknown(
                f"The tables of {database} are not known yet, so its policies cannot be judged and nothing was read.",
                hint=f"Read them with `analytics-agent databases refresh {database}`.",
            )
        if fit.problems:
            raise _refused(f"The file of policies does not fit the database {database}, so nothing was read.", fit.problems)
        return fit

    async def _beside(self, file: "PolicyFile", database: str) -> _Fit | None:
        """Judged once for a file and a catalog; None where no catalog is known."""
        catalog = await self._read_catalog(database)
        if catalog is None:
            return None
        async with self._judges_one_at_a_time:
            kept = self._fits.get(database)
            if kept is None or kept.file is not file or kept.catalog is not catalog:
                kept = self._fits[database] = await asyncio.to_thread(_judged, file, catalog)
            return kept


def say_form(path: Path) -> None:
    """Whether a file can be used at all, into the log, as long as nobody asks."""
    _log(_read(path, SETTLES))


def _log(read: _Read) -> None:
    """Lines alone: what stands there may be nobody's to know who reads a log."""
    if read.file is None:
        log.error("%s", _refused(UNUSABLE, read.problems))
    else:
        log.info("the file of policies is in use: %s policies", len(read.file.policies))


def _read(path: Path, settles: float) -> _Read:
    """The file, when nobody writes it any more."""
    from analytics_agent.semantic.access.policy_file import read

    text, stamp, problem = _settled_text(path, settles)
    if problem:
        return _Read(None, None, (problem,))
    file, problems = read(text)
    return _Read(stamp, None if problems else file, tuple(problems))


def _settled_text(path: Path, settles: float) -> tuple[str, Stamp | None, str]:
    """Text, stamp and what is wrong. A file that cannot be read has no stamp: it is tried again each time."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            if not stat.S_ISREG(path.stat().st_mode):  # a pipe would be waited for, by everybody
                return "", None, "it is no file."
            with path.open("rb") as opened:
                before = _stamp(os.fstat(opened.fileno()))
                content = opened.read(LARGEST + 1)
                same = before == _stamp(os.fstat(opened.fileno()))
            if len(content) > LARGEST:
                return "", None, f"it is larger than {LARGEST:,} bytes."
            if same and not 0 <= time.time() - before[0] / 1e9 < settles:
                return content.decode(), before, ""
        except UnicodeDecodeError:
            return "", None, "it is not text in UTF-8."
        except OSError as error:
            return "", None, f"it cannot be read: {error.strerror}."
        if time.monotonic() > until:
            return "", None, "somebody is writing it."
        time.sleep(min(settles / 3, 0.1))


def _stamp_of(path: Path) -> Stamp | None:
    try:
        return _stamp(path.stat())
    except OSError:
        return None


def _stamp(found: os.stat_result) -> Stamp:
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_dev, found.st_ino


def _of_no_database(file: "PolicyFile", databases: Sequence[str]) -> Iterator[str]:
    """A slip in a database's name leaves the one that was meant without any rule. It may have been removed too, so nothing is refused."""
    for policy in file.policies if databases else ():
        if policy.database not in databases:
            yield f"line {policy.line}: policy `{policy.name}` is of a database `{policy.database}`, which there is not: it holds nowhere."


def _judged(file: "PolicyFile", catalog: Catalog) -> _Fit:
    from analytics_agent.semantic.access.policy_check import problems_with

    return _Fit(file, catalog, tuple(problems_with(file, catalog)))


def _kept_policy(fit: _Fit, who: _Who) -> Policy:
    from analytics_agent.semantic.access.policy_file import policy_for_models, policy_of

    if who not in fit.policies:
        if len(fit.policies) >= MOST_KEPT:
            fit.policies.clear()
        made = policy_for_models(fit.file, fit.catalog) if who is None else policy_of(fit.file, who[0], fit.catalog, who[1])
        fit.policies[who] = made
    return fit.policies[who]


def _among(asked: Sequence[TableName], catalog: Catalog, policy: Policy) -> Policy:
    """Of the tables that were asked about; open where that is everything."""
    granted = set(policy.tables or ())
    tables = tuple(table for table in dict.fromkeys(asked) if table in granted)
    among = frozenset(tables)
    rules = tuple(rule for rule in policy.rules if rule.table in among)
    if not rules and len(tables) == len(set(asked)) and len(granted) == len(catalog.tables):
        return Policy(hash_key=policy.hash_key)
    return Policy(tables, rules, policy.hash_key)


def _refused(message: str, problems: Sequence[str]) -> RightsUnknown:
    """For whoever asks: where it is wrong and not what, which would name what they may not know of."""
    lines = dict.fromkeys(found.group(1) for problem in problems if (found := _LINE.match(problem)))
    where = f" See line {', '.join(list(lines)[:MOST_TOLD])}." if lines else ""
    return RightsUnknown(f"{message}{where}", hint="`analytics-agent doctor` tells an operator what is wrong with it.")
