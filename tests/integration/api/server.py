"""The API's process for tests: real uvicorn on a real socket, which can be stopped and started again on the same port."""

import asyncio
import socket
import threading
import time
from dataclasses import dataclass, field

import uvicorn
from fakes.databases import StoredDatabases
from fakes.rights import MemoryRights
from fakes.runner import MemoryRunner
from fakes.schedules import MemoryClock, MonthlyPeriods

from analytics_agent import bootstrap
from analytics_agent.adapters.file_artifacts import FileArtifacts
from analytics_agent.adapters.store.postgres_store import PostgresStore
from analytics_agent.api.app import create_app
from analytics_agent.api.services import Limits, Services
from analytics_agent.domain.quota import NO_LIMIT, Quota


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """One process' worth of API: it can be stopped and started again on the same port."""

    url: str
    encryption_key: str
    artifacts: str
    port: int = field(default_factory=_free_port)
    runner: MemoryRunner = field(default_factory=MemoryRunner)
    quota: Quota = NO_LIMIT

    def start(self) -> None:
        store = PostgresStore(self.url, self.encryption_key)
        checks = {"store": store.ping, "temporal": self.runner.check}
        limits = Limits("offline", quota=self.quota)
        behind = (store, FileArtifacts(self.artifacts), self.runner, StoredDatabases(store), limits, checks)
        services = Services(
            *behind,
            schedules=MemoryClock(),
            periods=MonthlyPeriods(),
            rights=MemoryRights(everything=True),
            folder_problems=bootstrap.folder_problems,
        )
        config = uvicorn.Config(create_app(services), port=self.port, log_config=None, timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._serve, args=(store,))
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)

    def _serve(self, store: PostgresStore) -> None:
        async def serving() -> None:
            await self._server.serve()
            await store.close()

        asyncio.run(serving())

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=20)
        assert not self._thread.is_alive()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"
