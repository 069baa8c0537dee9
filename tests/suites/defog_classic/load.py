"""Makes the seven databases of defog-classic in a PostgreSQL server, and says where they are.

As a program it makes them in the embedded stack and writes the map that `analytics-agent eval --databases` takes.
"""

import json
import secrets
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

FOLDER = Path(__file__).parent
QUESTIONS = FOLDER / "questions.jsonl"
READER = "defog_reader"
NAMES = tuple(sorted(path.stem for path in (FOLDER / "databases").glob("*.sql")))


def database(name: str) -> str:
    """What a database of the suite is called on the server."""
    return f"defog_{name}"


def load(superuser: str) -> dict[str, str]:
    """Make them anew; gives the suite's names with the reader's addresses. `superuser` is the URL of any database of the server."""
    password = secrets.token_hex(16)
    with psycopg.connect(superuser, autocommit=True) as server:
        hashed = server.pgconn.encrypt_password(password.encode(), READER.encode(), b"scram-sha-256").decode()
        verb = "ALTER" if server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [READER]).fetchone() else "CREATE"
        server.execute(sql.SQL("{} ROLE {} LOGIN PASSWORD {}").format(sql.SQL(verb), sql.Identifier(READER), sql.Literal(hashed)))
        server.execute(f"ALTER ROLE {READER} SET default_transaction_read_only = on")
        for name in NAMES:
            server.execute(f"DROP DATABASE IF EXISTS {database(name)} WITH (FORCE)")
            server.execute(f"CREATE DATABASE {database(name)}")
    for name in NAMES:
        _fill(_address(superuser, database(name)), name)
    return {name: _address(superuser, database(name), f"{READER}:{password}") for name in NAMES}


def remove(superuser: str) -> None:
    with psycopg.connect(superuser, autocommit=True) as server:
        for name in NAMES:
            server.execute(f"DROP DATABASE IF EXISTS {database(name)} WITH (FORCE)")
        server.execute(f"DROP ROLE IF EXISTS {READER}")


def _fill(address: str, name: str) -> None:
    with psycopg.connect(address) as connection:
        connection.execute((FOLDER / "databases" / f"{name}.sql").read_bytes())
        connection.execute("SET LOCAL search_path TO public")
        described = json.loads((FOLDER / "databases" / f"{name}.json").read_text())["table_metadata"]
        for table, columns in described.items():
            _describe(connection, table, columns)
        connection.execute(f"REVOKE TEMPORARY ON DATABASE {database(name)} FROM PUBLIC")
        connection.execute(f"GRANT USAGE ON SCHEMA public TO {READER}")
        connection.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {READER}")
        connection.execute("ANALYZE")


def _describe(connection: "psycopg.Connection[tuple[object, ...]]", table: str, columns: list[dict[str, str]]) -> None:
    for column in columns:
        place = sql.SQL("{}.{}").format(sql.Identifier(table), sql.Identifier(column["column_name"]))
        text = sql.Literal(column["column_description"])
        connection.execute(sql.SQL("COMMENT ON COLUMN {} IS {}").format(place, text))


def _address(url: str, name: str, login: str | None = None) -> str:
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(scheme="postgresql", netloc=f"{login}@{place}" if login else parts.netloc, path=f"/{name}"))


def _stack() -> str:
    """The superuser's URL of the stack that the settings name."""
    from analytics_agent.settings import load as settings
    from analytics_agent.stack import ports
    from analytics_agent.stack.plan import plan
    from analytics_agent.stack.state import State

    known = settings()
    return plan(known, ports.remembered(State(known.state.absolute())), superset=False).cluster.url()


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.touch(mode=0o600)  # it holds a password
    target.write_text(json.dumps(load(_stack()), indent=1) + "\n")
    print(f"Made {len(NAMES)} databases of defog-classic; {target} says where.")
