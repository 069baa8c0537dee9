"""The store of a tenant that asks the model through the installation's account.

A provider counts calls by account, so what it says to one of those who share it holds for all: pauses, and calls a minute, are kept in
the installation's store. Nothing else is: a pause names a model and a time, and neither a tenant nor what was asked.
"""

from analytics_agent.adapters.store.engine import create_engine
from analytics_agent.adapters.store.known import AtOneMoment
from analytics_agent.adapters.store.pauses import PauseTables
from analytics_agent.adapters.store.postgres_store import PostgresStore
from analytics_agent.domain.event import Step


class Account(PauseTables):
    """The pauses of an account, and no other table of the store that keeps them."""

    def __init__(self, url: str) -> None:
        self.engine = create_engine(url, kept=1)


class BorrowingStore(PostgresStore):
    """All of the tenant's own but the pauses."""

    def __init__(self, url: str, encryption_key: str, tenant: str, account: Account) -> None:
        super().__init__(url, encryption_key, tenant)
        self._account = account

    async def pause_model(self, model: str, seconds: float) -> None:
        await self._account.pause_model(model, seconds)

    async def model_pause(self, model: str) -> float:
        return await self._account.model_pause(model)

    async def begin_call(self, apart_seconds: float) -> float:
        return await self._account.begin_call(apart_seconds)

    async def known(self, run_id: str, step: Step) -> AtOneMoment:
        return _ThroughAccount.of(await super().known(run_id, step))

    async def close(self) -> None:
        await super().close()
        await self._account.engine.dispose()


class _ThroughAccount(AtOneMoment):
    """What was read in the tenant's store knows nothing of the account's pauses."""

    @classmethod
    def of(cls, moment: AtOneMoment) -> "_ThroughAccount":
        return cls(moment._store, moment._row, moment._step)

    async def model_pause(self, model: str) -> float:
        return await self._store.model_pause(model)
