"""Bodies that people and our service account send, checked before anything is done with them. Knows nothing of Superset."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from .grants import MOST_TABLES, Table
from .problems import invalid

LARGEST_BODY = 256 * 1024
LARGEST_QUESTION = 96 * 1024
LARGEST_LIST = 8 * 1024 * 1024
_NAMESPACE = UUID("d3a5a5f4-3c59-5c55-9d0c-7a3b8f0a9c21")
_ASKED = ("question", "database", "continue", "schema", "publish", "formats", "as_of", "budget", "recipients")


@dataclass(frozen=True)
class RightsRequest:
    """Whose rights, by Superset's number, mail address or username, on which tables of which database. Without a database it is only
    asked who that is."""

    user: int | None
    mail: str | None
    database_uuid: UUID | None
    tables: tuple[Table, ...]
    username: str | None = None


def connection_uuid(database: str) -> UUID:
    """Under which uuid Superset knows our database of this name."""
    return uuid5(_NAMESPACE, f"database:{database}")


def json_object(body: bytes, *, largest: int = LARGEST_BODY) -> dict[str, Any]:
    """The body as an object; an empty one is an empty object. Raises Refused."""
    if len(body) > largest:
        raise invalid("The body is too large.")
    try:
        found = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        raise invalid("The body is not JSON.") from None
    if not isinstance(found, dict):
        raise invalid("The body must be a JSON object.")
    return found


def question(body: bytes) -> tuple[str, bytes]:
    """The name of the database, and the question as our API takes it: fields that are a person's to choose, and no others."""
    sent = json_object(body, largest=LARGEST_QUESTION)
    database = sent.get("database")
    if not isinstance(database, str) or not database:
        raise invalid("Say which database the question is about.")
    return database, json.dumps({name: sent[name] for name in _ASKED if name in sent}).encode()


def rights_request(body: bytes) -> RightsRequest:
    """Raises Refused."""
    sent = json_object(body, largest=LARGEST_LIST)
    user, mail, username = sent.get("user"), sent.get("mail"), sent.get("username")
    by_number = isinstance(user, int) and not isinstance(user, bool)
    if sum(value is not None for value in (user, mail, username)) != 1 or not (by_number or _is_name(mail) or _is_name(username)):
        raise invalid('Send one of "user", a number, "mail", an address, and "username".')
    database = _uuid(sent["database_uuid"]) if "database_uuid" in sent else None
    return RightsRequest(user, mail, database, _tables(sent.get("tables", [])), username)


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _uuid(value: Any) -> UUID:
    try:
        return UUID(str(value))
    except ValueError:
        raise invalid('Send "database_uuid".') from None


def _tables(value: Any) -> tuple[Table, ...]:
    if not isinstance(value, list) or len(value) > MOST_TABLES:
        raise invalid(f'Send "tables", a list of at most {MOST_TABLES:,}.')
    return tuple(_table(one) for one in value)


def _table(value: Any) -> Table:
    schema, name = (value.get("schema"), value.get("name")) if isinstance(value, dict) else (None, None)
    if not isinstance(name, str) or not (schema is None or isinstance(schema, str)):
        raise invalid('Each table is {"schema": …, "name": …}.')
    return Table(schema, name)
