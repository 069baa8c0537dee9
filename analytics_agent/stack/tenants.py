"""Tenants added and removed by whoever operates the installation: on this machine, with its state folder. No route of the API does it.

A tenant is there when its file is, which is written last and taken away first. The API and the workers look at the folder of these files
every second; nothing is restarted.
"""

import asyncio
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.fernet import Fernet

from analytics_agent import provision, tenants
from analytics_agent.domain.quoting import quoted
from analytics_agent.domain.tenant import DEFAULT
from analytics_agent.errors import AgentError, Conflict, InvalidSettings
from analytics_agent.settings import PREFIX, Settings
from analytics_agent.stack import databases, ports
from analytics_agent.stack.plan import plan
from analytics_agent.stack.state import State, write_private

REMOVING = ".removing"
BORROWED = timedelta(minutes=5)
"""A key that an operator was given for one command ends then, should the command not come to its end."""
NOTICED_SECONDS = 8.0
"""Until the workers of all processes have heard that a tenant is gone and have let go of what they had in hand."""

_PLACES = frozenset({"store_url", "artifacts_url", "temporal_namespace"})
_HEAD = """# The tenant {name}: written by `analytics-agent tenants add`, read by settings.py's rules. Holds secrets.
# Any setting can stand here; what does not is the installation's, or this tenant's own by its name. Noticed within seconds.
"""


@dataclass(frozen=True)
class Listed:
    name: str
    problem: str
    """Why it cannot work now; empty where it can."""

    file: str = ""


@dataclass(frozen=True)
class Added:
    name: str
    key: str
    """Of its administrator; not to be had again."""

    file: Path
    own_login: bool
    """Whether the store has a login for it alone."""


def add(settings: Settings, name: str) -> Added:
    """Make its place, then its file, then its first key. Raises Conflict for one that is there; one that was begun is finished."""
    path = tenants.file_of(settings, name)
    if path.exists() or _removing(path).exists():
        hint = "Finish its removal first: `analytics-agent tenants remove`." if _removing(path).exists() else "Choose another name."
        raise Conflict(f"There is a tenant {quoted(name)} already.", hint=hint)
    _require_store(settings)
    return asyncio.run(_added(settings, name, path))


async def _added(settings: Settings, name: str, path: Path) -> Added:
    administrator = _administrator(settings)
    own_login = await provision.makes_logins(administrator)
    said = {"encryption_key": Fernet.generate_key().decode()}
    if own_login:
        said["store_password"] = secrets.token_hex(24)
    made = tenants.of_tenant(settings, name, said)
    tenants.require_apart(made, tenants.everyone(settings).values())
    await provision.make(settings, made, administrator)
    _, key = await provision.make_key(made, "administrator", ("ask", "admin"))
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    made.state.mkdir(mode=0o700, parents=True, exist_ok=True)
    (made.state / "files").mkdir(mode=0o700, exist_ok=True)
    lines = "".join(f"{PREFIX}{field.upper()}={value}\n" for field, value in said.items())
    write_private(path, _HEAD.format(name=name) + lines)
    return Added(name, key, path, own_login)


def listed(settings: Settings) -> tuple[Listed, ...]:
    """Every tenant but the default one, and how it is."""
    return asyncio.run(_listed(settings))


async def _listed(settings: Settings) -> tuple[Listed, ...]:
    names = [*tenants.names(settings), *_half_removed(settings)]
    return tuple(await asyncio.gather(*(_look(settings, name) for name in sorted(names))))


async def _look(settings: Settings, name: str) -> Listed:
    path = tenants.file_of(settings, name)
    if not path.exists():
        return Listed(name, f"Its removal was interrupted. Finish it: analytics-agent tenants remove {name} --yes", str(_removing(path)))
    try:
        made = tenants.of_tenant(settings, name)
        others = (other for key, other in tenants.everyone(settings).items() if key != name)
        tenants.require_apart(made, others)
    except InvalidSettings as error:
        return Listed(name, str(error), str(path))
    return Listed(name, await provision.problem(made), str(path))


def remove(settings: Settings, name: str) -> tuple[str, ...]:
    """All of it: runs, results, schedules, keys, workflows, files. What was delivered or published elsewhere stays there, and what its
    file named as its own: a store, a namespace, a bucket may hold more than this tenant. Gives the variables that name such."""
    path = tenants.file_of(settings, name)
    aside = _removing(path)
    if not path.exists() and not aside.exists():
        raise InvalidSettings([f"there is no tenant {quoted(name)}; `analytics-agent tenants list` shows all"])
    if path.exists():
        path.replace(aside)
        time.sleep(NOTICED_SECONDS)
    _require_store(settings)
    said = tenants.read(aside)
    named = sorted(_PLACES & said.keys())
    made = tenants.of_tenant(settings, name, said)
    asyncio.run(provision.remove(settings, made, _administrator(settings), but=named))
    shutil.rmtree(made.state, ignore_errors=True)
    aside.unlink()
    return tuple(f"{PREFIX}{place.upper()}" for place in named)


@contextmanager
def borrowed_key(settings: Settings, name: str) -> Iterator[str]:
    """An administrator's key of a tenant for the time of the block, for an operator who has none."""
    _require_store(settings)
    made = tenants.of_tenant(settings, name)
    until = datetime.now(UTC) + BORROWED
    record, secret = asyncio.run(provision.make_key(made, "operator of the installation", ("admin",), expires_at=until))
    try:
        yield secret
    finally:
        asyncio.run(provision.revoke_key(made, record.id))


def bring_up_to_date(settings: Settings) -> tuple[str, ...]:
    """The tables and namespaces of all tenants, after an upgrade. Gives for each that could not be brought there a sentence."""

    async def run() -> tuple[str, ...]:
        every = tenants.everyone(settings)
        return tuple(filter(None, [await tried(made) for name, made in every.items() if name != DEFAULT]))

    async def tried(made: Settings) -> str:
        try:
            await provision.bring_up_to_date(settings, made)
        except AgentError as error:
            return f"The tenant {made.tenant} is not up to date: {error}"
        return ""

    return asyncio.run(run())


def _half_removed(settings: Settings) -> list[str]:
    return [path.name.removesuffix(REMOVING) for path in tenants.folder(settings).glob(f"*{REMOVING}")]


def _removing(path: Path) -> Path:
    return path.with_suffix(REMOVING)


def _require_store(settings: Settings) -> None:
    if settings.store_url is None:
        raise InvalidSettings([f"{PREFIX}STORE_URL: not set; `analytics-agent up` writes it"])


def _administrator(settings: Settings) -> str:
    """A login of the store that may make places in it: in the embedded stack PostgreSQL's own, elsewhere the one that is set."""
    url = settings.store_url.get_secret_value() if settings.store_url else ""
    state = State(settings.state.absolute())
    if state.exists() and state.secrets.exists():
        wanted = plan(settings, ports.remembered(state), superset=False)
        if wanted.addresses.store == url:
            return wanted.cluster.url(databases.STORE)
    return url
