"""Run a blocking statement in a thread and stop it from outside: at its time limit, or when the task is cancelled."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from analytics_agent.errors import AgentError, StatementTimeout

T = TypeVar("T")
ASK_FOR_LESS = "Ask for less at once: bound the period in WHERE, aggregate before joining, join fewer tables, group more coarsely."


async def run_interruptibly(work: Callable[[], T], interrupt: Callable[[], None], timeout_seconds: float) -> T:
    """What `work` returns. `interrupt` must make it raise soon; it is waited for, so that nothing runs on behind our back.

    Raises StatementTimeout at the limit, and CancelledError when cancelled.
    """
    running = asyncio.create_task(asyncio.to_thread(work))
    try:
        done, _ = await asyncio.wait({running}, timeout=timeout_seconds)
    except asyncio.CancelledError:
        await _stop(running, interrupt)
        raise
    if not done:
        await _stop(running, interrupt)
        raise StatementTimeout(f"The statement was stopped after {timeout_seconds:g} seconds.", hint=ASK_FOR_LESS)
    return running.result()


async def _stop(running: "asyncio.Task[T]", interrupt: Callable[[], None]) -> None:
    """Interrupt again and again: a statement that had not yet begun does not notice the first one."""
    while not running.done():
        interrupt()
        await asyncio.wait({running}, timeout=0.05)
    failure = running.exception()
    if failure is not None and not isinstance(failure, AgentError):
        raise failure
