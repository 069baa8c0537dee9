"""Store and engine agree on every schedule: the store is written first, the engine follows, and what came apart is settled later.

They come apart when the API dies between the two, or when the engine loses its data. The store is right then. A schedule in the
engine that the store never heard of is left alone: it may be another installation's.
"""

import logging
import uuid
from contextlib import suppress
from dataclasses import replace
from itertools import count

from analytics_agent.api.services import Services
from analytics_agent.domain.schedule import Schedule, pause_mark
from analytics_agent.errors import Conflict, Unavailable, UnknownSchedule

log = logging.getLogger(__name__)


async def create(services: Services, wanted: Schedule) -> tuple[Schedule, bool]:
    """The schedule as it is kept, and whether it is new. Raises Conflict for an id (from an Idempotency-Key) that means another one."""
    await services.schedules.check()
    kept = await _added(services, wanted)
    is_new = kept.created_at == wanted.created_at
    if not is_new and _asked(kept) != _asked(wanted):
        raise Conflict("This idempotency key was used for another schedule.", hint="Send a new key with a new schedule.")
    try:
        await services.schedules.put(kept)
    except Unavailable:
        if is_new:
            await services.store.remove_schedule(kept.id)
        raise
    return kept, is_new


async def change(services: Services, kept: Schedule, changed: Schedule) -> Schedule:
    """Changed in both, or in neither."""
    await services.schedules.check()
    await services.store.save_schedule(changed)
    try:
        await services.schedules.put(changed)
    except Unavailable:
        await services.store.save_schedule(kept)
        raise
    return changed


async def delete(services: Services, schedule_id: str) -> None:
    """Deleted when the store says so: no report is made of it any more, even while the engine is away and still has it."""
    await services.store.remove_schedule(schedule_id)
    try:
        await services.schedules.remove(schedule_id)
    except Unavailable:
        log.warning("schedule %s is deleted; the engine hears of it when it is back", schedule_id)


async def settle(services: Services) -> None:
    """Bring the engine to what the store says. Read in this order, what is being made meanwhile is not taken for a stray."""
    known = await services.schedules.known()
    kept = {one.id: one for one in await services.store.schedules(owner=None)}
    for one in kept.values():
        if one.id not in known or known[one.id] != pause_mark(one):
            with suppress(UnknownSchedule):
                await services.schedules.put(await services.store.schedule(one.id))
    for schedule_id in await services.store.deleted_schedules(known.keys() - kept.keys()):
        await services.schedules.remove(schedule_id)


async def _added(services: Services, wanted: Schedule) -> Schedule:
    """The id that a key gives may have been deleted since: then it gives the next one."""
    for number in count():
        again = uuid.uuid5(uuid.NAMESPACE_OID, f"{wanted.id} {number}").hex[:10] if number else wanted.id
        kept = await services.store.add_schedule(replace(wanted, id=again))
        if kept is not None:
            return kept
    raise AssertionError("count() does not end")


def _asked(schedule: Schedule) -> Schedule:
    """What was asked for, without what came of it."""
    return replace(schedule, created_at=schedule.created_at.min, paused=None)
