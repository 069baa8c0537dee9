"""The connection Superset gets to one of our databases: which URI, with which limits, and which engines it cannot have."""

import json
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from analytics_agent.adapters.mariadb.address import address_of
from analytics_agent.domain.database import IN_SUPERSET, Database, superset_uuid
from analytics_agent.errors import PublishRejected

_NAMES = {"duckdb": "DuckDB", "sqlite": "SQLite"}


def connection_uuid(database: Database) -> str:
    return superset_uuid(database.name)


def connection_name(database: Database) -> str:
    return f"analytics_agent · {database.name}"


def is_publishable(database: Database) -> bool:
    return database.dialect in IN_SUPERSET


def refuse_engine(database: Database) -> None:
    """Raises PublishRejected for an engine that Superset's own environment cannot or should not reach."""
    if is_publishable(database):
        return
    name = _NAMES.get(database.dialect, database.dialect)
    raise PublishRejected(
        f"{name} databases are not published: Superset cannot connect to {database.name} safely.",
        hint="The answer and the report are complete; load the data into PostgreSQL or MariaDB to get dashboards.",
    )


def connection_body(database: Database, timeout_seconds: float) -> dict[str, Any]:
    """The definition of the connection: our read-only login, a session that cannot write, a statement timeout."""
    if database.dialect == "mysql":
        uri, arguments = _for_mariadb(database.uri, timeout_seconds)
    else:
        uri, arguments = _for_postgres(database.uri, timeout_seconds)
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
    return urlunsplit(parts._replace(scheme="postgresql+psycopg2", netloc=_netloc(parts), query=rest)), options


def _for_postgres(uri: str, timeout_seconds: float) -> tuple[str, dict[str, Any]]:
    address, options = superset_uri(uri)
    limits = f"-c default_transaction_read_only=on -c statement_timeout={int(timeout_seconds * 1000)}"
    return address, {"options": f"{options} {limits}".strip()}


def _for_mariadb(uri: str, timeout_seconds: float) -> tuple[str, dict[str, Any]]:
    """The driver runs one statement at the start of a session. MariaDB reads the first comment of it, MySQL the second: each has names
    of its own for what is meant."""
    parts, address = urlsplit(uri), address_of(uri)
    seconds = f"{timeout_seconds:.3f}"
    begin = (
        "SET SESSION time_zone = '+00:00', SESSION sql_mode = 'STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION', "
        "SESSION div_precision_increment = 12"
        f" /*M!100108 , SESSION max_statement_time = {seconds}, SESSION tx_read_only = 1 */"
        f" /*!80003 , SESSION max_execution_time = {int(timeout_seconds * 1000)}, SESSION transaction_read_only = 1 */"
    )
    arguments: dict[str, Any] = {"init_command": begin, "charset": "utf8mb4", "connect_timeout": 10}
    arguments |= {"unix_socket": address.unix_socket} if address.unix_socket else {}
    if address.tls not in ("disabled", "preferred"):  # this driver encrypts always or never
        files = {name.removeprefix("ssl_"): file for name, file in address.files.items()}
        verify = {"check_hostname": address.tls == "verify_identity", "verify_mode": address.tls.startswith("verify")}
        arguments["ssl"] = files | verify
    return urlunsplit(parts._replace(scheme="mysql+pymysql", netloc=_netloc(parts), query="")), arguments


def _netloc(parts: SplitResult) -> str:
    login, at, host = parts.netloc.rpartition("@")
    # Superset's SQLAlchemy (1.4) writes the address out and reads it again, and forgets to quote the percent sign.
    return f"{login.replace('%25', '%2525')}{at}{host}"


def secrets_of(database: Database) -> tuple[str, ...]:
    """What must not be repeated of a URI, longest first."""
    parts = urlsplit(database.uri)
    password = parts.password or ""
    found = {
        database.uri,
        connection_body(database, 1.0)["sqlalchemy_uri"],
        parts.netloc,
        parts.hostname or "",
        password,
        unquote(password),
    } - {""}
    return tuple(sorted(found, key=len, reverse=True))
