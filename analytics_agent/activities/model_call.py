"""One call of a model: who is asked, the pause that a provider asked all of us for, how many may begin in a minute, and what a call
that broke had cost.

Temporal retries what fails here. Whatever makes a run wait is told to whoever watches it.
"""

import asyncio
import random
from datetime import UTC, datetime, timedelta
from typing import Any

from temporalio import activity

from analytics_agent.activities.at_hand import at_hand
from analytics_agent.domain.conversation import ModelRequest, Reply, Usage
from analytics_agent.domain.models import OFFLINE, PATIENCE, model_after
from analytics_agent.domain.orders import TurnOrder
from analytics_agent.domain.question import model_of
from analytics_agent.domain.run import Run
from analytics_agent.errors import CallInterrupted, ModelUnavailable
from analytics_agent.ports import Model, Store

LONGEST_PAUSE = 600.0
"""Seconds. A provider that asks for more is asked again after these."""

LONG_PAUSE = 60.0
"""Seconds. Longer is not waited for where another model may answer."""

PAUSES = 8
"""How many pauses in a row one turn waits for: others may meet the next one before it does."""

SAID_AFTER = 10.0
"""Seconds in which a turn waits for its place among the calls of a minute without a word to whoever watches."""

_SPREAD = 0.1
"""Those who waited together do not ask together: each waits up to a tenth longer, and not more than three seconds."""


class ModelCalls:
    """`model` knows every model by its id. `a_minute` is how many calls all workers together may begin; None is no limit."""

    def __init__(self, store: Store, model: Model, *, a_minute: float | None = None) -> None:
        self._store = store
        self._model = model
        self._apart = 60 / a_minute if a_minute else 0.0
        self._first_in_line = asyncio.Lock()

    async def chosen(self, run: Run, order: TurnOrder) -> str:
        """Who is asked: the model of the step, or its fallback while that one is overloaded."""
        first, fallback = _candidates(run, order)
        if fallback is None:
            return first
        known = at_hand(self._store)
        if await known.model_pause(first) > LONG_PAUSE and await known.model_pause(fallback) <= LONG_PAUSE:
            return fallback
        return model_after(await self._overloads(order), first, fallback)

    async def reply(self, run: Run, order: TurnOrder, request: ModelRequest) -> Reply:
        """Raises as Model does; what was charged until then is in the ledger."""
        try:
            return await self._model.reply(request)
        except ModelUnavailable as error:
            await self._lost(order, request.model, error.spent, error.request_id)
            first, fallback = _candidates(run, order)
            await self._heed(order, request.model, error, other=fallback is not None and request.model == first)
            raise
        except CallInterrupted as cut:
            await self._lost(order, request.model, cut.spent, cut.request_id)
            raise

    async def ready(self, order: TurnOrder, model: str) -> None:
        """Waits for the end of a pause that some other turn was told of, and for a place among the calls of a minute. Before anything is
        reserved: both may last longer than that holds, and what others spend meanwhile counts."""
        known = at_hand(self._store)
        for _ in range(PAUSES if model != OFFLINE else 0):
            seconds, known = await known.model_pause(model), self._store
            if not seconds and await self._has_its_place(order, model):
                return
            if not seconds:
                continue
            until = datetime.now(UTC) + timedelta(seconds=seconds)
            message = f"The provider of {model} asked for a pause. The question goes on by itself at {until:%H:%M:%S} UTC."
            await self._warn(order, {"message": message}, key=f"pause:{until:%H:%M}")
            await asyncio.sleep(seconds + random.uniform(0, min(3.0, seconds * _SPREAD)))  # noqa: S311  no secret depends on it

    async def _has_its_place(self, order: TurnOrder, model: str) -> bool:
        """Of a process only who is first in line asks for one, so that a cancelled turn leaves no gap and nobody is passed over. False
        where a pause has begun meanwhile."""
        if not self._apart:
            return True
        saying = asyncio.create_task(self._say_that_it_waits(order))
        try:
            async with self._first_in_line:
                while seconds := await self._store.begin_call(self._apart):
                    await asyncio.sleep(seconds)
                    if await self._store.model_pause(model):
                        return False
                return True
        finally:
            saying.cancel()

    async def _say_that_it_waits(self, order: TurnOrder) -> None:
        await asyncio.sleep(SAID_AFTER)
        message = f"No more than {60 / self._apart:g} calls of the model may begin in a minute. The question waits for its turn."
        await self._warn(order, {"message": message}, key="in line")

    async def _heed(self, order: TurnOrder, model: str, error: ModelUnavailable, *, other: bool) -> None:
        """Keep the others from asking before the provider's own time, and say how it goes on: with `other`, another model may answer."""
        attempt = _attempt()
        if error.retry_after:
            error.retry_after = min(error.retry_after, LONGEST_PAUSE)
            if error.overloaded:
                await self._store.pause_model(model, error.retry_after)
        is_long = other and (error.retry_after or 0) > LONG_PAUSE
        data: dict[str, Any] = {"message": f"{error.message} Trying again{_when(error, is_long=is_long)} (attempt {attempt})."}
        if error.overloaded:
            data |= {"turn": order.key, "overloads": PATIENCE if is_long else 1}
        await self._warn(order, data, key=f"{attempt}:{error.request_id or ''}")
        if is_long:
            error.retry_after = None  # the other model is asked at once

    async def _overloads(self, order: TurnOrder) -> int:
        """How often this turn was refused for overload. Only a turn that is tried again has been."""
        if _attempt() == 1:
            return 0
        found, after = 0, 0
        while events := await self._store.events(order.run_id, after=after):
            told = [event.data for event in events if event.kind == "warning" and event.data.get("turn") == order.key]
            found += sum(int(data.get("overloads", 0)) for data in told)
            after = events[-1].seq
        return found

    async def _lost(self, order: TurnOrder, model: str, spent: Usage | None, request_id: str | None) -> None:
        if spent is not None:
            await self._store.save_lost_call(order, model, spent, request_id=request_id)

    async def _warn(self, order: TurnOrder, data: dict[str, Any], *, key: str) -> None:
        await self._store.append_event(order.run_id, "warning", order.step, data, key=f"model:{order.key}:{key}")


def _candidates(run: Run, order: TurnOrder) -> tuple[str, str | None]:
    """The model of a step, and the one that takes over from it, if any."""
    first, models = model_of(run.question, order.step), run.question.models
    fallback = models.fallback if models and first != OFFLINE else None
    return first, fallback if fallback != first else None


def _when(error: ModelUnavailable, *, is_long: bool) -> str:
    if is_long:
        return " with another model"
    return f" in {error.retry_after:.0f} seconds, as it asked" if error.retry_after and error.retry_after >= 1 else ""


def _attempt() -> int:
    return activity.info().attempt if activity.in_activity() else 1
