"""The stack's secrets: made once from the system's randomness, kept across `up` and `down`, in a file only its owner can read."""

import base64
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, fields

from analytics_agent.errors import StackError
from analytics_agent.stack.state import State, write_private

ADMINISTRATOR = "admin"
SERVICE_ACCOUNT = "analytics_agent"


def _fernet_key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def _client_key() -> str:
    return f"aa_{secrets.token_urlsafe(32)}"


# Hexadecimal: a password must pass through URLs, dotenv files and SQL without an escape.
_MAKERS: dict[str, Callable[[], str]] = {"encryption_key": _fernet_key, "client_key": _client_key}


@dataclass(frozen=True, repr=False)
class Credentials:
    """Every secret of one stack."""

    postgres: str
    store: str
    superset_metadata: str
    flights_owner: str
    flights_reader: str
    shop_owner: str
    shop_reader: str
    encryption_key: str
    client_key: str
    superset_secret: str
    superset_administrator: str
    superset_service: str
    superset_signing: str


def credentials(state: State) -> Credentials:
    """Read the secrets; make and keep the ones that are missing. Raises StackError when the file is damaged."""
    known = _read(state)
    complete = {field.name: known.get(field.name) or _make(field.name) for field in fields(Credentials)}
    if complete != known:
        write_private(state.secrets, json.dumps(complete, indent=1))
    return Credentials(**complete)


def superset_login(state: State) -> tuple[str, str]:
    """The name and password with which a person logs into the embedded Superset."""
    return ADMINISTRATOR, credentials(state).superset_administrator


def _make(name: str) -> str:
    return _MAKERS.get(name, lambda: secrets.token_hex(24))()


def _read(state: State) -> dict[str, str]:
    if not state.secrets.exists():
        return {}
    try:
        known = json.loads(state.secrets.read_text())
    except (ValueError, OSError) as error:
        raise StackError(
            f"The secrets in {state.secrets} cannot be read ({type(error).__name__}).",
            hint="Restore that file, or run `analytics-agent clean` to start anew without the data.",
        ) from error
    if not isinstance(known, dict) or not all(isinstance(value, str) for value in known.values()):
        raise StackError(f"The secrets in {state.secrets} are damaged.", hint="Restore that file, or run `analytics-agent clean`.")
    return known
