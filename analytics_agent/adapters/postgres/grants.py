"""What a PostgreSQL login could change, in sentences, and the exact statements that make a login which cannot."""

from typing import Any

from psycopg import AsyncConnection
from psycopg.sql import Identifier

_POWERS = """
SELECT r.rolsuper::text, r.rolcreaterole::text, r.rolcreatedb::text,
       pg_has_role('pg_write_all_data', 'MEMBER')::text,
       (pg_has_role('pg_execute_server_program', 'MEMBER') OR pg_has_role('pg_write_server_files', 'MEMBER'))::text,
       pg_has_role('pg_read_server_files', 'MEMBER')::text,
       has_database_privilege(current_database(), 'CREATE')::text, current_database()
FROM pg_roles r WHERE r.rolname = current_user
"""
_TABLES = """
SELECT count(*) FILTER (WHERE has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE'))::text,
       count(*) FILTER (WHERE pg_has_role(c.relowner, 'MEMBER'))::text,
       (SELECT string_agg(DISTINCT s.nspname, E'\\n') FROM pg_namespace s WHERE s.nspname !~ '^pg_' AND s.nspname <> 'information_schema'
           AND has_schema_privilege(s.oid, 'CREATE')),
       string_agg(DISTINCT n.nspname, E'\\n')
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'f') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND (%(schema)s::text IS NULL OR n.nspname = %(schema)s)
"""
_SENTENCES = (
    "The login is a superuser: it can change and read everything, files of the server included.",
    "The login can create roles.",
    "The login can create databases.",
    "The login may write to every table (pg_write_all_data).",
    "The login can write files or start programs on the server.",
    "The login can read files of the server.",
    "The login can create schemas in this database.",
)


async def what_it_can_write(connection: AsyncConnection[Any], schema: str | None) -> tuple[str, ...]:
    """A sentence for each thing the login could change, and last the statements for one that only reads. Empty when it only reads."""
    powers = await (await connection.execute(_POWERS)).fetchone()
    tables = await (await connection.execute(_TABLES, {"schema": schema})).fetchone()
    if powers is None or tables is None:
        return ()
    *flags, database = powers
    written, owned, creatable, schemas = tables
    found = [sentence for sentence, flag in zip(_SENTENCES, flags, strict=True) if flag == "true"]
    found += [f"The login can write to {written} tables."] * (written != "0")
    found += [f"The login owns {owned} tables and could change or drop them."] * (owned != "0")
    found += [f"The login can create tables in: {', '.join(creatable.splitlines())}."] if creatable else []
    return (*found, _read_only_login(database, (schemas or schema or "public").splitlines())) if found else ()


def _read_only_login(database: str, schemas: list[str]) -> str:
    role = _quoted("analytics_reader")
    lines = [
        f"CREATE ROLE {role} LOGIN PASSWORD 'choose one' NOSUPERUSER NOCREATEDB NOCREATEROLE;",
        f"ALTER ROLE {role} SET default_transaction_read_only = on;",
        f"GRANT CONNECT ON DATABASE {_quoted(database)} TO {role};",
    ]
    for schema in schemas:
        lines.append(f"GRANT USAGE ON SCHEMA {_quoted(schema)} TO {role};")
        lines.append(f"GRANT SELECT ON ALL TABLES IN SCHEMA {_quoted(schema)} TO {role};")
        lines.append(f"ALTER DEFAULT PRIVILEGES IN SCHEMA {_quoted(schema)} GRANT SELECT ON TABLES TO {role};")
    return "A login that can only read is made with:\n" + "\n".join(lines)


def _quoted(name: str) -> str:
    return Identifier(name).as_string(None)
