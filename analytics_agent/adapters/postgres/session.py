"""What a PostgreSQL session is set to before a statement runs in it: one reading of texts and times, and limits that the server holds."""

from typing import Any

from psycopg import AsyncConnection

_SETTINGS = """
SELECT set_config('statement_timeout', %(timeout)s, true), set_config('lock_timeout', %(timeout)s, true),
       set_config('idle_in_transaction_session_timeout', '60s', true), set_config('timezone', 'UTC', true),
       set_config('datestyle', 'ISO, YMD', true), set_config('intervalstyle', 'postgres', true),
       set_config('bytea_output', 'hex', true), set_config('standard_conforming_strings', 'on', true),
       set_config('extra_float_digits', '1', true), set_config('default_transaction_read_only', 'on', false),
       set_config('search_path', concat_ws(', ', 'pg_catalog', (SELECT string_agg(quote_ident(s), ', ') FROM unnest(CASE
           WHEN %(schema)s::text IS NULL THEN current_schemas(false) ELSE array[%(schema)s::name, 'public'] END) AS s), 'pg_temp'), true),
       set_config('tcp_keepalives_idle', '10', true), set_config('tcp_keepalives_interval', '5', true),
       set_config('tcp_keepalives_count', '3', true),
       -- A client that was killed is noticed while its statement runs; known to PostgreSQL from 14 on, and able to on Linux.
       (SELECT set_config(name, '1s', true) FROM pg_settings WHERE name = 'client_connection_check_interval' AND version() LIKE '%%linux%%')
"""


async def prepare(connection: AsyncConnection[Any], timeout_seconds: float, schema: str | None) -> None:
    """One round trip. The transaction must be read-only already: this takes its snapshot, after which none can make it write."""
    milliseconds = max(1, int(timeout_seconds * 1000))
    await connection.execute(_SETTINGS, {"timeout": f"{milliseconds}ms", "schema": schema})
