"""ports.Store on PostgreSQL. The methods are in the parts, one file for each group of tables; docs/store.md lists the tables."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from analytics_agent.adapters.store.audit import AuditTables
from analytics_agent.adapters.store.batches import BatchTables
from analytics_agent.adapters.store.catalogs import CatalogTables
from analytics_agent.adapters.store.databases import DatabaseTables, cipher
from analytics_agent.adapters.store.deliveries import DeliveryTables
from analytics_agent.adapters.store.engine import create_engine
from analytics_agent.adapters.store.erasure import ErasureTables
from analytics_agent.adapters.store.keys import KeyTables
from analytics_agent.adapters.store.known import KnownTables
from analytics_agent.adapters.store.loop import LoopTables
from analytics_agent.adapters.store.model_versions import ModelVersionTables
from analytics_agent.adapters.store.pauses import PauseTables
from analytics_agent.adapters.store.reopening import Reopening
from analytics_agent.adapters.store.requests import RequestTables
from analytics_agent.adapters.store.runs import RunTables
from analytics_agent.adapters.store.schedules import ScheduleTables
from analytics_agent.adapters.store.spending import SpendingTables
from analytics_agent.adapters.store.statements import StatementTables
from analytics_agent.domain.tenant import DEFAULT, key_prefix


class PostgresStore(
    KnownTables,
    RunTables,
    Reopening,
    LoopTables,
    SpendingTables,
    BatchTables,
    PauseTables,
    StatementTables,
    DatabaseTables,
    CatalogTables,
    ModelVersionTables,
    DeliveryTables,
    ScheduleTables,
    KeyTables,
    RequestTables,
    AuditTables,
    ErasureTables,
):
    """Nothing is connected until the first call. Every call is one transaction and may raise StoreUnavailable or StorageFull."""

    def __init__(self, url: str, encryption_key: str, tenant: str = DEFAULT) -> None:
        """Of one tenant: which one its URL says, by the schema and the login in it. Raises OperatorError when the URL or the encryption
        key cannot be used."""
        self.cipher = cipher(encryption_key)
        self.key_prefix = key_prefix(tenant)
        # Many tenants are quiet most of the time, and the server counts connections.
        self.engine: AsyncEngine = create_engine(url) if tenant == DEFAULT else create_engine(url, kept=1)
        self.catalogs = {}
        self.known_profiles = {}

    async def ping(self) -> None:
        """Raises StoreUnavailable, or OperatorError when the tables are not there."""
        async with self.transaction() as connection:
            await connection.execute(text("SELECT 1 FROM runs LIMIT 1"))

    async def close(self) -> None:
        await self.engine.dispose()
