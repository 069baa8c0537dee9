"""The API on a real socket over a real PostgreSQL. Tests write to the store from their own connections, as workers do."""

import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from integration.api.server import Server

from analytics_agent.adapters.store.migrate import migrate
from analytics_agent.adapters.store.postgres_store import PostgresStore
from analytics_agent.domain.database import Database


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def server(postgres_database: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Iterator[Server]:
    # The end of the server's process ends open event streams with an error that nobody needs to read.
    caplog.set_level(logging.CRITICAL, "uvicorn.error")
    migrate(postgres_database)
    running = Server(postgres_database, Fernet.generate_key().decode(), f"file://{tmp_path}/artifacts")
    running.start()
    yield running
    running.stop()


@pytest.fixture
async def store(server: Server) -> AsyncIterator[PostgresStore]:
    """The workers' connection to the same store; the database flights is known."""
    worker = PostgresStore(server.url, server.encryption_key)
    await worker.save_database(Database("flights", "postgresql://reader@host/flights"))
    yield worker
    await worker.close()


@pytest.fixture
async def key(store: PostgresStore) -> str:
    """A key that may ask."""
    return (await store.create_key("asker", ["ask"]))[1]
