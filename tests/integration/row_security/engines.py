"""Sessions of the four engines: statements run, rows as values that can be compared, and whether a statement failed."""

import asyncio
import logging
import sqlite3
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import asyncmy
import asyncmy.errors
import duckdb
import psycopg
from mariadb_server import PASSWORD, MariaServer

SQL_MODE = "ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION"
"""As the product sets it."""
Answer = Counter[tuple[Any, ...]] | str
"""The rows in any order, or what the engine said when it failed."""


class Engine(ABC):
    failures: tuple[type[Exception], ...]

    @abstractmethod
    def rows(self, sql: str) -> list[tuple[Any, ...]]: ...

    @abstractmethod
    def empty(self) -> None:
        """Without tables again."""

    @abstractmethod
    def close(self) -> None: ...

    def prepare(self, statements: Iterable[str]) -> None:
        self.empty()
        for statement in statements:
            self.rows(statement)

    def answer(self, sql: str) -> Answer:
        try:
            return Counter(tuple(_plain(value) for value in row) for row in self.rows(sql))
        except self.failures as problem:
            return f"{getattr(problem, 'sqlstate', '') or ''} {problem}"

    def answer_after(self, changes: Iterable[str], sql: str) -> Answer:
        """What it would be after these statements, which are undone."""
        self.rows("BEGIN")
        try:
            for change in changes:
                self.rows(change)
            return self.answer(sql)
        finally:
            self.rows("ROLLBACK")


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, (Decimal, float)):
        return round(float(value), 9)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, (list, dict, set)):
        return repr(value)
    return value.isoformat() if isinstance(value, date) else value


class Duckdb(Engine):
    failures = (duckdb.Error,)

    def __init__(self) -> None:
        self._connection = duckdb.connect(config={"threads": 2})

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql).fetchall()

    def empty(self) -> None:
        self._connection.close()
        self._connection = duckdb.connect(config={"threads": 2})

    def close(self) -> None:
        self._connection.close()


class Sqlite(Engine):
    failures = (sqlite3.Error, OverflowError)

    def __init__(self) -> None:
        self._connection = sqlite3.connect(":memory:", isolation_level=None)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql).fetchall()

    def empty(self) -> None:
        self._connection.close()
        self._connection = sqlite3.connect(":memory:", isolation_level=None)

    def close(self) -> None:
        self._connection.close()


class Postgres(Engine):
    failures = (psycopg.Error,)

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True, prepare_threshold=None)
        self._connection.execute("SET timezone = 'UTC'; SET statement_timeout = '20s'; SET jit = off")

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        cursor = self._connection.execute(psycopg.sql.SQL(sql))  # type: ignore[arg-type]
        return cursor.fetchall() if cursor.description else []

    def empty(self) -> None:
        self._connection.execute("SET client_min_messages = error; DROP SCHEMA public CASCADE; CREATE SCHEMA public")

    def close(self) -> None:
        self._connection.close()


class Mariadb(Engine):
    failures = (asyncmy.errors.MySQLError,)

    def __init__(self, server: MariaServer, database: str) -> None:
        logging.getLogger("asyncmy").setLevel(logging.ERROR)  # it logs each warning of the server
        self.database = database
        self._runner = asyncio.Runner()
        self._connection = self._runner.run(self._opened(server))
        self.rows(f"SET sql_mode = '{SQL_MODE}'")

    async def _opened(self, server: MariaServer) -> Any:
        return await asyncmy.connect(
            host="127.0.0.1", port=server.port, user="root", password=PASSWORD, db=self.database, autocommit=True, charset="utf8mb4"
        )

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self._runner.run(self._rows(sql))

    async def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        async with self._connection.cursor() as cursor:
            await cursor.execute(sql)
            return [tuple(row) for row in await cursor.fetchall()] if cursor.description else []

    def empty(self) -> None:
        self.rows(f"DROP DATABASE {self.database}")
        self.rows(f"CREATE DATABASE {self.database} CHARACTER SET utf8mb4")
        self.rows(f"USE {self.database}")

    def close(self) -> None:
        self._runner.run(self._connection.ensure_closed())
        self._runner.close()
