"""What one person is given for one statement: by SQL Lab, by a chart, and by us. Rows, or a refusal and why."""

import asyncio
import secrets
from collections.abc import Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Self, TypeVar

import duckdb
import httpx2
from e2e.superset_page import Login
from fakes.memory_artifacts import MemoryArtifacts
from fakes.memory_store import MemoryStore
from fakes.records import question
from matrix.superset.asked import DATASETS, Dataset
from matrix.superset.judging import Row, Told
from superset_people import Session

from analytics_agent.activities.explore import ExploreActivities
from analytics_agent.activities.rights import Readable
from analytics_agent.adapters.superset.rights import SupersetRights
from analytics_agent.adapters.warehouses import open_warehouse
from analytics_agent.domain.database import Database
from analytics_agent.domain.orders import RunOrder
from analytics_agent.domain.rights import GRANT, Grant
from analytics_agent.errors import AgentError
from analytics_agent.ports import Warehouse
from analytics_agent.settings import Settings

T = TypeVar("T")

AT_ONCE = 4
"""Requests of one person."""


def told(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> Told:
    return Told(tuple(sorted((tuple(row[column] for column in columns) for row in rows), key=repr)))


class Anonymous:
    """Whoever has not logged in."""

    def __init__(self, url: str) -> None:
        self._client = httpx2.Client(base_url=url, timeout=60, headers={"Referer": url})

    def post(self, path: str, body: Any) -> httpx2.Response:
        found = self._client.get("/api/v1/security/csrf_token/")
        return self._client.post(path, json=body, headers={"X-CSRFToken": found.json()["result"]}) if found.is_success else found

    def close(self) -> None:
        self._client.close()


class InSuperset:
    """One person's session, opened once."""

    def __init__(self, url: str, login: Login | None, database_id: int) -> None:
        self._session: Session | Anonymous = Anonymous(url) if login is None else Session(url, login)
        if isinstance(self._session, Session):
            assert self._session.csrf
        self._database = database_id

    def lab(self, sql: str) -> Told:
        body = {"database_id": self._database, "sql": sql, "schema": "public", "runAsync": False, "client_id": secrets.token_hex(5)}
        answer = self._session.post("/api/v1/sqllab/execute/", body)
        if not answer.is_success:
            return Told(None, _why(answer))
        found = answer.json()
        return told([column["name"] for column in found["columns"]], found["data"])

    def chart(self, dataset: int, columns: Sequence[str]) -> Told:
        """Every row of a dataset that a chart of it shows."""
        query = {"columns": list(columns), "metrics": [], "row_limit": 1000}
        body = {"datasource": {"id": dataset, "type": "table"}, "queries": [query], "force": True, "result_type": "full"}
        answer = self._session.post("/api/v1/chart/data", body)
        if not answer.is_success:
            return Told(None, _why(answer))
        return told(columns, answer.json()["result"][0]["data"])

    def close(self) -> None:
        self._session.client.close() if isinstance(self._session, Session) else self._session.close()


def _why(answer: httpx2.Response) -> str:
    with suppress(ValueError, KeyError, IndexError, TypeError):
        return f"{answer.status_code} {answer.json()['errors'][0]['message']}"
    return f"{answer.status_code} {answer.text[:200]}"


class Charts:
    """Statements over copies of what charts show one person of each table: what can be drawn, were there a dataset of the statement.
    The copies are DuckDB's, which knows of no rule."""

    def __init__(self, person: InSuperset, datasets: Mapping[str, int]) -> None:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            shown = pool.map(lambda key: person.chart(datasets[key], DATASETS[key].names), datasets)
        self.shown = dict(zip(datasets, shown, strict=True))
        self._copy = duckdb.connect()
        self._copy.execute("CREATE SCHEMA public; CREATE SCHEMA archive; SET schema = 'public'")
        for key, shown in self.shown.items():
            if shown.rows is not None and not DATASETS[key].sql and key != "twice again":
                self._fill(DATASETS[key], shown.rows)

    def _fill(self, dataset: Dataset, rows: Sequence[Row]) -> None:
        name = f'{dataset.schema or "public"}."{dataset.table.replace(chr(34), chr(34) * 2)}"'
        self._copy.execute(f"CREATE TABLE {name} ({dataset.columns})")
        if rows:
            self._copy.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(dataset.names))})", [list(row) for row in rows])

    def rows(self, sql: str) -> Told:
        try:
            found = self._copy.execute(sql)
        except (duckdb.CatalogException, duckdb.BinderException):
            return Told(None, "A table of it has no chart that this person may see.")
        return Told(tuple(sorted(found.fetchall(), key=repr)))

    def close(self) -> None:
        self._copy.close()


class Ours:
    """Runs of this process over the real rights and the real warehouse: what a statement of a model goes through, without the model."""

    def __init__(self, settings: Settings, database: Database, url: str | None = None) -> None:
        assert settings.superset_url and settings.superset_password
        self._loop = asyncio.Runner()
        self._store, self._database = MemoryStore(), database
        self._opened: Warehouse | None = None
        given = (url or settings.superset_url, settings.superset_username, settings.superset_password.get_secret_value())
        self._rights = SupersetRights(*given, catalog_of=self._store.catalog)
        limits = {"row_cap": 1_000, "timeout_seconds": 30.0, "catalog_age_seconds": 3_600.0}
        artifacts = MemoryArtifacts()
        self._warehouse = ExploreActivities(self._store, artifacts, self._open, self._rights, **limits).warehouse  # type: ignore[arg-type]
        self._run(self._store.save_database(database))

    def _open(self, database: Database) -> Warehouse:
        self._opened = self._opened or open_warehouse(database)
        return self._opened

    def _run(self, what: Coroutine[Any, Any, T]) -> T:
        return self._loop.run(what)

    def begin(self, reader: str) -> "OurRun":
        """A question of this reader, its rights asked for."""
        asked = question(database=self._database.name, owner=reader)
        self._run(self._store.create_run(asked))
        try:
            self._run(self._warehouse.begin(asked))
        except AgentError as error:
            return OurRun(self, asked.run_id, str(error))
        return OurRun(self, asked.run_id)

    def grant(self, run_id: str) -> Grant | None:
        return self._run(self._store.document(run_id, GRANT, Grant))

    def let_grant_end(self, run_id: str) -> None:
        """As if its time had passed."""
        kept = self.grant(run_id)
        assert kept is not None
        self._run(self._store.save_document(run_id, GRANT, replace(kept, until=datetime.now(UTC))))

    async def rows(self, run_id: str, sql: str) -> Told:
        try:
            view: Readable = await self._warehouse.readable(RunOrder(run_id))
            fetched = await self._warehouse.looked_up(view, sql)
        except AgentError as error:
            return Told(None, f"{type(error).__name__}: {error}")
        return told(fetched.table.column_names, fetched.table.to_pylist())

    def close(self) -> None:
        async def closed() -> None:
            if self._opened is not None:
                await self._opened.close()
            await self._rights.close()

        self._run(closed())
        self._loop.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *about: object) -> None:
        self.close()


@dataclass(frozen=True)
class OurRun:
    """`refused`: nothing of the database may be read, and why."""

    ours: Ours
    id: str
    refused: str = ""

    def rows(self, sql: str) -> Told:
        return Told(None, self.refused) if self.refused else self.ours._run(self.ours.rows(self.id, sql))

    def let_grant_end(self) -> None:
        if not self.refused:
            self.ours.let_grant_end(self.id)

    @property
    def withheld(self) -> int:
        grant = None if self.refused else self.ours.grant(self.id)
        return grant.withheld if grant else 0
