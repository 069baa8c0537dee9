"""The API in one process with everything behind it in memory."""

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import httpx2
from fakes.databases import StoredDatabases
from fakes.memory_artifacts import MemoryArtifacts
from fakes.memory_store import MemoryStore
from fakes.records import ANSWER, EVIDENCE, FINDINGS, RECEIPT, query, question, turn
from fakes.rights import MemoryRights
from fakes.runner import MemoryRunner
from fakes.schedules import MemoryClock, MonthlyPeriods
from fakes.superset_datasets import StoredDatasets
from fakes.superset_token import SIGNING_KEY, signed
from fastapi import FastAPI

from analytics_agent.api.app import create_app
from analytics_agent.api.services import Limits, Services
from analytics_agent.api.tenants import Tenants, only
from analytics_agent.domain.database import Database
from analytics_agent.domain.run import RunStatus
from analytics_agent.ports import Store


class _Behind:
    """The services of whom a request is for: one application serves every test, because its first request takes a fifth of a second."""

    now: ContextVar[Tenants] = ContextVar("now")

    def of(self, name: str) -> Services:
        return self.now.get().of(name)

    def all(self) -> Mapping[str, Services]:
        return self.now.get().all()

    def left_out(self) -> int:
        return self.now.get().left_out()


@cache
def _application() -> FastAPI:
    app = create_app(Api().services())
    app.state.tenants = _Behind()
    return app


@dataclass(frozen=True)
class _Served:
    """The application over these services."""

    behind: Tenants

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        before = _Behind.now.set(self.behind)
        try:
            await _application()(scope, receive, send)
        finally:
            _Behind.now.reset(before)


@dataclass
class Api:
    """`ask`, `admin` and `other` are keys; `other` may ask and owns nothing."""

    store: Store = field(default_factory=MemoryStore)
    artifacts: MemoryArtifacts = field(default_factory=MemoryArtifacts)
    runner: MemoryRunner = field(default_factory=MemoryRunner)
    clock: MemoryClock = field(default_factory=MemoryClock)
    periods: MonthlyPeriods = field(default_factory=MonthlyPeriods)
    rights: MemoryRights = field(default_factory=lambda: MemoryRights(everything=True))
    superset: StoredDatasets | None = field(default_factory=StoredDatasets)
    missing_driver: list[str] = field(default_factory=list)
    limits: Limits = field(default_factory=lambda: Limits("offline", models=frozenset({"offline", "claude-opus-4-7"})))
    ask: str = ""
    admin: str = ""
    other: str = ""
    owner: str = ""
    _served: tuple[tuple[int, ...], _Served] | None = field(default=None, init=False)

    async def prepare(self) -> "Api":
        record, self.ask = await self.store.create_key("asker", ["ask", "schedule"])
        _, self.admin = await self.store.create_key("admin", ["admin"])
        _, self.other = await self.store.create_key("other", ["ask", "schedule"])
        self.owner = record.id
        await self.store.save_database(Database("flights", "postgresql://reader:geheim@host/flights"))
        return self

    async def folder_problems(self, address: str) -> list[str]:
        return self.missing_driver

    def services(self) -> Services:
        checks = {"store": self.store.ping, "temporal": self.runner.check}
        return Services(
            self.store,
            self.artifacts,
            self.runner,
            StoredDatabases(self.store),
            self.limits,
            checks,
            SIGNING_KEY,
            schedules=self.clock,
            periods=self.periods,
            rights=self.rights,
            folder_problems=self.folder_problems,
            superset=self.superset,
        )

    def client(self, key: str | None = None, **options: Any) -> httpx2.AsyncClient:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        transport = httpx2.ASGITransport(self._application(), raise_app_exceptions=False)
        return httpx2.AsyncClient(transport=transport, base_url="http://api", headers=headers, **options)

    def _application(self) -> _Served:
        """With the same services for as long as nothing behind them is exchanged: they remember rights."""
        known = (self.store, self.artifacts, self.runner, self.limits, self.clock, self.periods, self.rights, self.superset)
        behind = tuple(id(one) for one in known)
        if self._served is None or self._served[0] != behind:
            self._served = (behind, _Served(only(self.services())))
        return self._served[1]

    def person(self, user: int = 7, **options: Any) -> httpx2.AsyncClient:
        """A client of somebody who comes through Superset."""
        return self.client(signed(user), **options)

    async def finished_run(self, *, owner: str | None = None, table: Any = None, status: RunStatus = "succeeded", **asked_with: Any) -> str:
        """A run with a result, an answer, reports and a dashboard; gives its id."""
        import pyarrow as pa

        asked = question(owner=owner or self.owner, **asked_with)
        run_id = asked.run_id
        await self.store.create_run(asked)
        await self.store.append_event(run_id, "run", None, {"status": "queued"}, key="queued")
        await self.store.set_status(run_id, "running")
        await self.store.save_turn(run_id, turn(1))
        rows = await self.artifacts.put_table(
            pa.table({"carrier": ["F9", "EV"], "delay": [20.215543, 19.955390]}) if table is None else table
        )
        await self.store.add_query(run_id, query(artifact=rows), key="q1")
        report = await self._report()
        for name, record in {"evidence": EVIDENCE, "findings": FINDINGS, "answer": ANSWER, "report": report, "receipt": RECEIPT}.items():
            await self.store.save_document(run_id, name, record)
        await self.store.append_event(run_id, "run", None, {"status": status}, key=status)
        await self.store.set_status(run_id, status)
        return run_id

    async def _report(self) -> Any:
        from analytics_agent.domain.report import Report

        html = await self.artifacts.put_file(b"<!doctype html><script>alert(1)</script>", "text/html")
        pdf = await self.artifacts.put_file(b"%PDF-1.7 report", "application/pdf")
        return replace(Report(), html=html, pdf=pdf)
