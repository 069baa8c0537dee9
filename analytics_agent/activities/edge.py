"""One of the two edges where errors are translated: our errors become ApplicationErrors that Temporal can act on.

Whatever was not foreseen is logged here by type and place and passed on by type alone: an engine's or a library's own
words may quote data, and a failure is kept in the workflow's history.
"""

import asyncio
import errno
import logging
import traceback
from contextlib import suppress
from datetime import timedelta
from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from analytics_agent.errors import AgentError, StorageFull, Unavailable

log = logging.getLogger(__name__)

LONGEST_WAIT = 600.0
"""Seconds that another side may make us wait between two attempts, whatever it asks for."""

UNFORESEEN_ATTEMPTS = 3
"""A mistake of ours is seldom cured by another try; a passing trouble that we have no name for may be."""


class Edge(Interceptor):
    """Given to every worker."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        return _Translate(next)


class _Translate(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        beat = asyncio.create_task(_beat())
        try:
            return await super().execute_activity(input)
        except AgentError as error:
            raise translate(error) from None
        except (ApplicationError, asyncio.CancelledError):
            raise
        except Exception as error:  # noqa: BLE001  the edge: nothing may pass untranslated
            raise _unforeseen(error) from None
        finally:
            beat.cancel()
            with suppress(asyncio.CancelledError):
                await beat


def translate(error: AgentError) -> ApplicationError:
    """Our error as Temporal's: its type by name, whether a retry can help, and the other side's own delay."""
    wait = error.retry_after if isinstance(error, Unavailable) else None
    return ApplicationError(
        str(error),
        type=type(error).__name__,
        non_retryable=not error.retryable,
        next_retry_delay=timedelta(seconds=min(wait, LONGEST_WAIT)) if wait else None,
    )


def _unforeseen(error: Exception) -> ApplicationError:
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return translate(StorageFull("The disk of the state folder is full.", hint="Free some space and ask again."))
    frames = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
    log.error("unforeseen %s in %s at %s", type(error).__name__, activity.info().activity_type, " < ".join(reversed(frames)))
    return ApplicationError(
        f"An unforeseen {type(error).__name__} in {activity.info().activity_type}. `analytics-agent logs` says where.",
        type="Unforeseen",
        non_retryable=activity.info().attempt >= UNFORESEEN_ATTEMPTS,
    )


async def _beat() -> None:
    """Heartbeat for as long as the activity runs, so that a killed worker is noticed and a cancellation is delivered."""
    timeout = activity.info().heartbeat_timeout
    while timeout:
        activity.heartbeat()
        await asyncio.sleep(timeout.total_seconds() / 3)
