"""The values that kept profiles know columns to hold, to be searched by who may see them: made once for a catalog under a policy."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass

from analytics_agent.activities.profiles_seen import seen_under
from analytics_agent.activities.rights import Readable
from analytics_agent.catalog.said import Values, values_of
from analytics_agent.domain.catalog import Catalog, TableName
from analytics_agent.domain.profile import KeptProfile
from analytics_agent.ports import Store

SECONDS = 60.0
"""For which values are searched that newer profiles may have changed: while a database is profiled, they change all the time."""
_MOST = 32


@dataclass(frozen=True)
class _Made:
    """`catalog` and `profiles` are kept alive, so that their ids are no other's."""

    catalog: Catalog
    profiles: Mapping[TableName, KeptProfile]
    values: Values[TableName]
    at: float


class KnownValues:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._made: dict[tuple[int, str], _Made] = {}

    async def of(self, view: Readable) -> Values[TableName] | None:
        """What the reader of a run may see of them; None where nothing was profiled."""
        profiles = await self._store.profiles(view.database.name)
        if not profiles:
            return None
        key = id(view.catalog), view.grant.policy.hash
        made = self._made.get(key)
        if made is None or made.catalog is not view.catalog or (made.profiles is not profiles and time.monotonic() > made.at + SECONDS):
            made = _Made(view.catalog, profiles, await asyncio.to_thread(_values, view, profiles), time.monotonic())
            if len(self._made) >= _MOST:
                self._made.clear()
            self._made[key] = made
        return made.values


def _values(view: Readable, profiles: Mapping[TableName, KeptProfile]) -> Values[TableName]:
    seen = seen_under(profiles, view.catalog, view.grant.policy)
    return Values((name, values_of(profile)) for name, profile in seen.items())
