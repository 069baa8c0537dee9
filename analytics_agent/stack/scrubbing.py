"""What was deleted is gone from the stack's own files too, not only from what its programs show.

PostgreSQL keeps the bytes of deleted rows in the pages of its files, and all that was ever written in its log, until it needs the room;
SQLite, in which the embedded Temporal keeps its histories, does the same. Here the files are written anew. Nobody needs to stop.
"""

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from analytics_agent.errors import StackError
from analytics_agent.settings import Settings
from analytics_agent.stack import databases, ports
from analytics_agent.stack.plan import Plan, plan
from analytics_agent.stack.state import State
from analytics_agent.stack.supervisor import Supervisor

if TYPE_CHECKING:
    from psycopg import Connection

_PATIENCE = "60s"
"""A table is written anew while nobody else uses it; whoever holds it for longer than this is not waited for."""
_TABLES = """
SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%' ORDER BY 1
"""


def is_here(settings: Settings) -> bool:
    """Whether the API that these settings lead to is the one of this state folder's stack, and runs."""
    state = State(settings.state.absolute())
    return state.exists() and Supervisor(state).alive() and settings.api_url == _planned(settings).url("api")


def scrub(settings: Settings) -> None:
    """Write anew what holds deleted rows: the store, Superset's own database, PostgreSQL's log, Temporal's file.

    Raises StackError where a table stays in use: nothing is lost then, and it can be done again.
    """
    import psycopg

    planned = _planned(settings)
    try:
        for name in (databases.STORE, databases.SUPERSET):
            with psycopg.connect(planned.cluster.url(name), autocommit=True, connect_timeout=10) as connection:
                _rewrite(connection)
        with psycopg.connect(planned.cluster.url(), autocommit=True, connect_timeout=10) as connection:
            # What was written so far stands in log files that are not needed after this, and goes with them.
            connection.execute("SELECT pg_switch_wal()")
            connection.execute("CHECKPOINT")
            connection.execute("CHECKPOINT")
        _rewrite_histories(State(settings.state.absolute()))
    except (psycopg.Error, sqlite3.Error) as error:
        raise StackError(
            f"The stack's files could not all be written anew ({type(error).__name__}).",
            hint="Deleted rows may still be in them, and no program shows them. Do it again: analytics-agent people scrub",
        ) from None


def _rewrite(connection: "Connection") -> None:
    from psycopg import sql

    connection.execute(sql.SQL("SET lock_timeout = {}").format(sql.Literal(_PATIENCE)))
    for (table,) in connection.execute(_TABLES).fetchall():
        connection.execute(f"VACUUM (FULL, ANALYZE) {table}")
    # What ANALYZE had found before, frequent values among it.
    connection.execute("VACUUM FULL pg_catalog.pg_statistic")


def _rewrite_histories(state: State) -> None:
    path = state.folder / "temporal" / "temporal.db"
    if path.exists():
        with closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as connection:
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _planned(settings: Settings) -> Plan:
    return plan(settings, ports.remembered(State(settings.state.absolute())), superset=settings.superset_url is not None)
