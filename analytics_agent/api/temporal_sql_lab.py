"""A database that was added is made known to Superset's SQL Lab by the deliver worker, which goes on trying while Superset is away."""

import asyncio
from datetime import timedelta
from uuid import uuid4

from temporalio.client import ActivityFailureError
from temporalio.common import RetryPolicy
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError

from analytics_agent.api.temporal_connection import TemporalConnection
from analytics_agent.domain.orders import DatabaseOrder

PATIENCE_SECONDS = 10.0
_LATER = "SQL Lab does not know {name} yet: Superset does not answer. It is told as soon as it does."
_REFUSED = "SQL Lab does not know {name}: {reason} Questions are answered all the same. Then: analytics-agent databases refresh {name}"


class TemporalSqlLab(TemporalConnection):
    """Called once for a database that was added or refreshed."""

    async def tell(self, name: str) -> str | None:
        """None when SQL Lab knows it, or cannot because of its engine; otherwise a sentence for people. Raises ServiceUnreachable."""
        client = await self._connected()
        try:
            told = await client.start_activity(
                "connect_database",
                DatabaseOrder(name),
                id=f"connect-{name}-{uuid4().hex}",  # each sees the address that was stored when it began
                task_queue="deliver",
                result_type=bool,
                start_to_close_timeout=timedelta(minutes=2),
                schedule_to_close_timeout=timedelta(hours=6),
                retry_policy=RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(seconds=30)),
            )
            async with asyncio.timeout(PATIENCE_SECONDS):
                await told.result()
        except TimeoutError:
            return _LATER.format(name=name)
        except ActivityFailureError as failure:
            return _REFUSED.format(name=name, reason=_words(failure.cause))
        except RPCError as error:
            raise self._lost(error) from None
        return None


def _words(cause: BaseException | None) -> str:
    words = cause.message if isinstance(cause, ApplicationError) else "its worker did not come to an end."
    return words if words.endswith(".") else f"{words}."
