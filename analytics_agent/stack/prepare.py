"""Make an application store ready: its tables, and the key of our own client. `up` does this; a container runs this module first."""

import asyncio
import logging
import sys

from analytics_agent import tenants
from analytics_agent.domain.tenant import DEFAULT
from analytics_agent.errors import AgentError
from analytics_agent.settings import Settings, load

log = logging.getLogger(__name__)


def prepare(settings: Settings) -> None:
    """Migrate the store, then make ANALYTICS_AGENT_API_KEY valid where it is set; then the tenants' stores. Safe to repeat."""
    from analytics_agent import bootstrap

    async def run() -> None:
        await bootstrap.migrate(settings)
        if settings.api_key is not None:
            await bootstrap.ensure_client_key(settings, settings.api_key.get_secret_value())
        for name, tenant in tenants.everyone(settings).items():
            if name != DEFAULT:
                await _migrated(tenant)

    asyncio.run(run())


async def _migrated(tenant: Settings) -> None:
    """One whose store is broken is named in the log and does not keep the others from starting."""
    from analytics_agent import bootstrap

    try:
        await bootstrap.migrate(tenant)
    except AgentError as error:
        log.error("the store of the tenant %s was not brought up to date: %s", tenant.tenant, error)


if __name__ == "__main__":
    try:
        prepare(load())
    except AgentError as error:
        sys.exit(str(error))
