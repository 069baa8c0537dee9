"""ports.Store on PostgreSQL. The methods are in the parts, one file for each group of tables; docs/store.md lists the tables."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from analytics_agent.adapters.store_audit import AuditTables
from analytics_agent.adapters.store_batches import BatchTables
from analytics_agent.adapters.store_catalogs import CatalogTables
from analytics_agent.adapters.store_databases import DatabaseTables, cipher
from analytics_agent.adapters.store_deliveries import DeliveryTables
from analytics_agent.adapters.store_engine import create_engine
from analytics_agent.adapters.store_erasure import ErasureTables
from analytics_agent.adapters.store_keys import KeyTables
from analytics_agent.adapters.store_known import KnownTables
from analytics_agent.adapters.store_loop import LoopTables
from analytics_agent.adapters.store_model_versions import ModelVersionTables
from analytics_agent.adapters.store_pauses import PauseTables
from analytics_agent.adapters.store_reopening import Reopening
from analytics_agent.adapters.store_requests import RequestTables
from analytics_agent.adapters.store_runs import RunTables
from analytics_agent.adapters.store_schedules import ScheduleTables
from analytics_agent.adapters.store_spending import SpendingTables
from analytics_agent.adapters.store_statements import StatementTables
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
