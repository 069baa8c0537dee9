"""Superset's own environment and metadata: installed from its lock, made ready once, and again when something it depends on changed."""

import json
import re
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from analytics_agent.errors import StackError
from analytics_agent.resources import resource
from analytics_agent.stack import panel, program
from analytics_agent.stack.credentials import ADMINISTRATOR, SERVICE_ACCOUNT, Credentials
from analytics_agent.stack.program import OUTBOUND, inherited
from analytics_agent.stack.state import State, write_private

PYTHON = "3.11"
_INSTALLER = (
    *("UV_CACHE_DIR", "UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS", "UV_LINK_MODE"),
    *("UV_NATIVE_TLS", "UV_SYSTEM_CERTS", "UV_OFFLINE", "UV_HTTP_TIMEOUT", "XDG_CACHE_HOME", "XDG_DATA_HOME"),
)


def environment(state: State) -> dict[str, str]:
    """What superset_config.py needs to find everything else. SUPERSET_CONFIG_PATH must never be missing: without it Superset
    silently takes its defaults."""
    return {
        "SUPERSET_CONFIG_PATH": str(_source("superset_config.py")),
        "ANALYTICS_AGENT_SUPERSET_ENV": str(state.superset_env.absolute()),
        "SUPERSET_HOME": str(state.folder.absolute() / "superset-home"),
        "HOME": str(state.folder.absolute()),
        "FLASK_APP": "superset.app:create_app()",
        "SUPERSET_BUILD": _digest([_source("uv.lock"), _source("superset_config.py"), _source("single_tables.py"), *_extensions(state)]),
    }


def write_env(state: State, metadata_url: str, secret: Credentials, api_url: str) -> None:
    values = {
        "SUPERSET_SECRET_KEY": secret.superset_secret,
        "SUPERSET_DATABASE_URI": metadata_url,
        "SUPERSET_EXTENSIONS_PATH": str(state.folder.absolute() / "extensions"),
        "ANALYTICS_AGENT_API_URL": api_url,
        "ANALYTICS_AGENT_SIGNING_KEY": secret.superset_signing,
    }
    text = "".join(f"{name}='{value}'\n" for name, value in values.items())
    write_private(state.superset_env, f"# Written by `analytics-agent up`; read by superset_config.py. Holds secrets.\n{text}")


def version() -> str:
    """The version that the lock pins."""
    pinned = re.search(r'name = "apache-superset"\nversion = "([^"]+)"', _source("uv.lock").read_text())
    return pinned.group(1) if pinned else ""


def install(state: State) -> None:
    """Make the environment as its lock says; nothing to do when it is there. Needs Python 3.11, be it not the one that runs us."""
    stamp = state.superset_environment / ".installed"
    digest = _digest([_source("uv.lock"), _source("pyproject.toml")])
    if _is(stamp, digest) and (state.superset_environment / "bin" / "python").exists():
        return
    state.require_space(1_500)
    _require_python(state)
    command = [_uv(), "sync", "--frozen", "--no-dev", "--no-progress", "--project", str(resource("superset_config"))]
    program.run(state, command, environment={**_installer(), "UV_PROJECT_ENVIRONMENT": str(state.superset_environment.absolute())})
    write_private(stamp, digest)


def initialize(state: State, secret: Credentials) -> None:
    """Bring Superset's database, roles and two accounts up to date, in one process because each start of Superset costs 15 s."""
    stamp = state.folder / ".superset-initialized"
    script = _source("initialize.py")
    sources = [_source("uv.lock"), _source("superset_config.py"), script, state.secrets]
    digest = _digest(sources, panel.backend(_extensions(state)))
    if _is(stamp, digest):
        return
    python = str(state.superset_environment.absolute() / "bin" / "python")
    accounts = {
        "administrator": {"username": ADMINISTRATOR, "password": secret.superset_administrator},
        "service": {"username": SERVICE_ACCOUNT, "password": secret.superset_service},
    }
    said = program.run(state, [python, str(script)], environment={**inherited(), **environment(state)}, stdin=json.dumps(accounts))
    (state.logs / "superset-initialize.log").write_text(said)
    write_private(stamp, digest)


def _require_python(state: State) -> None:
    try:
        program.run(state, [_uv(), "python", "find", PYTHON], environment=_installer())
    except StackError:
        raise StackError(
            f"Superset {version()} needs Python {PYTHON} and none was found on this machine.",
            hint=f"Install it (Debian 12: `apt-get install python{PYTHON}`), or run `analytics-agent up --no-superset`.",
        ) from None


def _uv() -> str:
    from uv import find_uv_bin

    return str(find_uv_bin())


def _installer() -> dict[str, str]:
    return {**inherited(), **inherited(OUTBOUND), **inherited(_INSTALLER), "UV_PYTHON_DOWNLOADS": "never"}


def _source(name: str) -> Path:
    return resource("superset_config") / name


def _extensions(state: State) -> list[Path]:
    """Superset reads extensions at its start, and their permissions only when it is initialized."""
    return sorted((state.folder / "extensions").glob("*.supx"))


def _digest(paths: Iterable[Path], more: Iterable[bytes] = ()) -> str:
    about = sha256(b"".join(more))
    for path in paths:
        about.update(path.name.encode() + b"\0" + path.read_bytes())
    return about.hexdigest()[:16]


def _is(stamp: Path, digest: str) -> bool:
    return stamp.is_file() and stamp.read_text() == digest
