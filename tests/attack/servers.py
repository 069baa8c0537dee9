"""The worlds of servers: PostgreSQL as its superuser, MariaDB as its root."""

import asyncio
import logging
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
from attack.worlds import MOST_ROWS, Failed, Rows, World, files_of, plant, statements_of
from mariadb_server import PASSWORD, MariaServer

from analytics_agent.domain.catalog import Dialect
from analytics_agent.stack.postgres import Cluster


def state(name: str) -> dict[str, str]:
    """Questions by which a change is seen: a line with a name, a line with the query."""
    text = (Path(__file__).resolve().parent / f"state_{name}.sql").read_text(encoding="utf-8")
    return dict(re.findall(r"(?m)^-- (.+)\n(.+)$", text))


_COUNTERS = """
    insert update delete replace insert_select replace_select create_table drop_table alter_table create_temporary_table truncate
    set_option call_procedure lock_tables flush kill load grant do execute_sql prepare_sql begin
"""
_WRITES = frozenset(f"Com_{word}" for word in _COUNTERS.split())


class PostgresWorld(World):
    dialect: Dialect = "postgres"

    def __init__(self, url: str, folder: Path) -> None:
        """`folder` is the cluster's data folder: its files are counted, and a canary lies in it."""
        self._url, self.folder = url, folder
        self._connection = self._connect()
        self.backend = self._connection.info.backend_pid

    def _connect(self) -> "psycopg.Connection[Any]":
        connection = psycopg.connect(self._url, autocommit=True, prepare_threshold=None, client_encoding="utf8")
        connection.execute("SET standard_conforming_strings = on; SET timezone = 'UTC'; SET datestyle = 'ISO, YMD'")
        connection.execute("SET search_path = pg_catalog, public, pg_temp")
        connection.execute(f"SET statement_timeout = '{int(self.seconds * 1000)}ms'")
        for info in psycopg.adapters.types:
            connection.adapters.register_loader(info.oid, psycopg.types.string.TextLoader)
            connection.adapters.register_loader(info.array_oid, psycopg.types.string.TextLoader)
        return connection

    def rows(self, sql: str) -> Rows:
        try:
            cursor = self._connection.execute(psycopg.sql.SQL(sql))  # type: ignore[arg-type]
            return cursor.fetchmany(MOST_ROWS) if cursor.description else []
        except psycopg.Error as problem:
            if self._connection.closed:
                self._connection = self._connect()
                raise Failed(f"the session ended: {problem}") from None
            with suppress(psycopg.Error):
                self._connection.rollback()
            state = problem.sqlstate or ""
            is_syntax = state == "42601" and "syntax error" in str(problem)
            raise Failed(
                f"{state} {problem}".strip()[:300],
                is_syntax=is_syntax,
                is_missing=state in {"42P01", "42703", "3F000"},
                is_late=state == "57014",
            ) from None
        except (UnicodeError, ValueError) as problem:
            raise Failed(str(problem)) from None

    def execute(self, sql: str) -> None:
        self.rows(sql)

    def snapshot(self) -> dict[str, Any]:
        asked = {name: self.rows(sql) for name, sql in state("postgres").items()}
        for schema, name in asked["tables"]:
            with suppress(Failed):
                asked[f"rows of {schema}.{name}"] = self.rows(
                    f'SELECT count(*), md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM "{schema}"."{name}" AS t'
                )
        asked["files"] = [(name,) for name in files_of(self.folder, skip=("pg_wal", "base", "pg_stat", "pg_xact", "pg_subtrans", "log"))]
        return asked

    def close(self) -> None:
        self._connection.close()


SQL_MODE = "ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION"


class MariaWorld(World):
    dialect: Dialect = "mysql"

    def __init__(self, port: int, password: str, folder: Path) -> None:
        self.folder, self._port, self._password = folder, port, password
        self._runner = asyncio.Runner()
        self._database = "world"
        logging.getLogger("asyncmy").setLevel(logging.ERROR)  # it logs each warning of the server
        self._runner.run(self._open())
        self._kill = self._runner.run(self._connect(""))

    async def _connect(self, database: str) -> Any:
        import asyncmy

        return await asyncmy.connect(
            host="127.0.0.1", port=self._port, user="root", password=self._password, db=database or None, autocommit=True, charset="utf8mb4"
        )

    async def _open(self) -> None:
        self._connection = await self._connect(self._database)
        async with self._connection.cursor() as cursor:
            await cursor.execute(
                f"SET max_statement_time = {self.seconds}, time_zone = '+00:00', sql_mode = '{SQL_MODE}', div_precision_increment = 12"
            )

    def rows(self, sql: str) -> Rows:
        return self._runner.run(self._rows(sql))

    async def _rows(self, sql: str) -> Rows:
        import asyncmy.errors

        try:
            async with self._connection.cursor() as cursor:
                await cursor.execute(sql)
                return [tuple(row) for row in await cursor.fetchmany(MOST_ROWS)] if cursor.description else []
        except asyncmy.errors.MySQLError as problem:
            code = problem.args[0] if problem.args else 0
            if code in {2006, 2013}:
                await self._open()
            raise Failed(
                str(problem)[:300], is_syntax=code == 1064, is_missing=code in {1146, 1054, 1049}, is_late=code in {1969, 3024}
            ) from None
        except (UnicodeError, ValueError, OverflowError, RuntimeError, AttributeError, TypeError, IndexError) as problem:
            with suppress(Exception):
                self._connection.close()
            await self._open()
            raise Failed(f"the driver: {type(problem).__name__} {problem}") from None

    def execute(self, sql: str) -> None:
        self.rows(sql)

    def snapshot(self) -> dict[str, Any]:
        asked: dict[str, Any] = {name: sorted(self.rows(sql), key=repr) for name, sql in state("mysql").items()}
        asked["written"] = [row for row in self.rows("SHOW SESSION STATUS LIKE 'Com\\_%'") if row[0] in _WRITES]
        for schema, name in asked["tables"]:
            asked[f"rows of {schema}.{name}"] = self.rows(f"CHECKSUM TABLE `{schema}`.`{name}` EXTENDED")
        asked["files"] = [(name,) for name in files_of(self.folder, skip=("ib_", "ibtmp", "ibdata", "undo", "aria_log", "log"))]
        return asked

    def close(self) -> None:
        self._connection.close()
        self._kill.close()
        self._runner.close()


@contextmanager
def postgres_world(cluster: Cluster, name: str = "world") -> Iterator[PostgresWorld]:
    """A database of its own, dropped at the end. The canaries lie in the server's data folder."""
    folder = cluster.folder.resolve()
    plant(folder)
    with psycopg.connect(cluster.url(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
    world = PostgresWorld(cluster.url(name), folder)
    try:
        world.execute("SET search_path = public")
        for statement in statements_of("postgres"):
            world.execute(statement)
        world.execute("SET search_path = pg_catalog, public, pg_temp")
        yield world
    finally:
        world.close()
        with psycopg.connect(cluster.url(), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[arg-type]


@contextmanager
def maria_world(server: MariaServer) -> Iterator[MariaWorld]:
    data = server.folder / "data"
    plant(data)
    shutil.copy(data / "canary.csv", server.folder / "canary.csv")
    server.execute("CREATE DATABASE world CHARACTER SET utf8mb4")
    server.execute(*statements_of("mysql"), database="world")
    world = MariaWorld(server.port, PASSWORD, data)
    try:
        yield world
    finally:
        world.close()
        server.execute("DROP DATABASE world")
