"""Make an application store ready: its tables, and the key of our own client. `up` does this; a container runs this module first."""

import asyncio
import sys

from analytics_agent.errors import AgentError
from analytics_agent.settings import Settings, load


def prepare(settings: Settings) -> None:
    """Migrate the store, then make ANALYTICS_AGENT_API_KEY valid where it is set. Safe to repeat."""
    from analytics_agent import bootstrap

    async def run() -> None:
        await bootstrap.migrate(settings)
        if settings.api_key is not None:
            await bootstrap.ensure_client_key(settings, settings.api_key.get_secret_value())

    asyncio.run(run())


if __name__ == "__main__":
    try:
        prepare(load())
    except AgentError as error:
        sys.exit(str(error))
