"""The connection Superset gets to one of our databases: which URI, with which limits, and which engines it cannot have."""

import json
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from analytics_agent.domain.database import Database, superset_uuid
from analytics_agent.errors import PublishRejected

_PUBLISHABLE = {"postgres"}
_NAMES = {"duckdb": "DuckDB", "sqlite": "SQLite"}


def connection_uuid(database: Database) -> str:
    return superset_uuid(database.name)


def connection_name(database: Database) -> str:
    return f"analytics_agent · {database.name}"


def is_publishable(database: Database) -> bool:
    return database.dialect in _PUBLISHABLE


def refuse_engine(database: Database) -> None:
    """Raises PublishRejected for an engine that Superset's own environment cannot or should not reach."""
    if is_publishable(database):
        return
    name = _NAMES.get(database.dialect, database.dialect)
    raise PublishRejected(
        f"{name} databases are not published: Superset cannot connect to {database.name} safely.",
        hint="The answer and the report are complete; load the data into PostgreSQL to get dashboards.",
    )


def connection_body(database: Database, timeout_seconds: float) -> dict[str, Any]:
    """The definition of the connection: our read-only login, a session that cannot write, a statement timeout."""
    uri, options = superset_uri(database.uri)
    limits = f"-c default_transaction_read_only=on -c statement_timeout={int(timeout_seconds * 1000)}"
    arguments = {"options": f"{options} {limits}".strip()}
    return {
        "database_name": connection_name(database),
        "sqlalchemy_uri": uri,
        "extra": json.dumps({"engine_params": {"connect_args": arguments}}),
        "expose_in_sqllab": True,
        "allow_dml": False,
        "allow_ctas": False,
        "allow_cvas": False,
        "allow_file_upload": False,
    }


def superset_uri(uri: str) -> tuple[str, str]:
    """The URI for the one PostgreSQL driver Superset has, and the libpq options it held, which must go elsewhere."""
    parts = urlsplit(uri)
    query = parse_qsl(parts.query, keep_blank_values=True)
    options = " ".join(value for name, value in query if name == "options")
    rest = urlencode([(name, value) for name, value in query if name != "options"])
    login, at, host = parts.netloc.rpartition("@")
    # Superset's SQLAlchemy (1.4) writes the address out and reads it again, and forgets to quote the percent sign.
    netloc = f"{login.replace('%25', '%2525')}{at}{host}"
    return urlunsplit(parts._replace(scheme="postgresql+psycopg2", netloc=netloc, query=rest)), options


def secrets_of(database: Database) -> tuple[str, ...]:
    """What must not be repeated of a URI, longest first."""
    parts = urlsplit(database.uri)
    password = parts.password or ""
    found = {database.uri, superset_uri(database.uri)[0], parts.netloc, parts.hostname or "", password, unquote(password)} - {""}
    return tuple(sorted(found, key=len, reverse=True))
