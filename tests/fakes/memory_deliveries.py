"""The part of ports.Store that keeps deliveries and destinations, in dictionaries."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from analytics_agent.domain.audit import AuditEntry, sent_for
from analytics_agent.domain.delivery import Delivery, DeliveryState, Destination, RecipientKind
from analytics_agent.errors import UnknownDestination, UnknownResult


class MemoryDeliveries:
    def __init__(self) -> None:
        super().__init__()
        self._deliveries: dict[str, Delivery] = {}
        self._destinations: dict[tuple[RecipientKind, str], Destination] = {}

    def _kept(self, run_id: str) -> Any:
        raise NotImplementedError

    def _note(self, entry: AuditEntry, key: str) -> None:
        raise NotImplementedError

    async def add_delivery(self, delivery: Delivery) -> Delivery:
        self._kept(delivery.run_id)
        return self._deliveries.setdefault(delivery.id, _dated(delivery))

    async def delivery(self, delivery_id: str) -> Delivery:
        if delivery_id not in self._deliveries:
            raise UnknownResult("There is no such delivery.")
        return self._deliveries[delivery_id]

    async def deliveries(self, run_id: str) -> tuple[Delivery, ...]:
        return await self.deliveries_of([run_id])

    async def deliveries_of(self, run_ids: Sequence[str]) -> tuple[Delivery, ...]:
        found = [one for one in self._deliveries.values() if one.run_id in run_ids]
        return tuple(sorted(found, key=lambda one: (str(one.recipient), one.changed_at, one.id)))

    async def move_delivery(self, delivery: Delivery, *, before: DeliveryState) -> bool:
        kept = self._deliveries.get(delivery.id)
        if kept is None or kept.state != before:
            return False
        self._deliveries[delivery.id] = _dated(delivery)
        entry = sent_for(self._kept(delivery.run_id).question, datetime.now(UTC), delivery)
        if entry:
            self._note(entry, f"{delivery.state}:{delivery.id}:{delivery.attempts}")
        return True

    async def forgotten_deliveries(self, *, older_than: timedelta) -> tuple[str, ...]:
        old = datetime.now(UTC) - older_than
        waiting = [one for one in self._deliveries.values() if one.state == "waiting" and one.changed_at and one.changed_at < old]
        return tuple(sorted({one.run_id for one in waiting}))

    async def save_destination(self, destination: Destination) -> None:
        key = (destination.kind, destination.name)
        earlier = self._destinations.get(key)
        added_at = earlier.added_at if earlier else destination.added_at or datetime.now(UTC)
        self._destinations[key] = replace(destination, added_at=added_at)

    async def destination(self, kind: RecipientKind, name: str) -> Destination:
        if (kind, name) not in self._destinations:
            known = ", ".join(one.name for one in await self.destinations(kind))
            raise UnknownDestination(f"There is no {kind} {name!r}.", hint=f"Known: {known}.")
        return self._destinations[kind, name]

    async def destinations(self, kind: RecipientKind) -> tuple[Destination, ...]:
        return tuple(self._destinations[key] for key in sorted(self._destinations) if key[0] == kind)

    async def remove_destination(self, kind: RecipientKind, name: str) -> None:
        self._destinations.pop((kind, name), None)


def _dated(delivery: Delivery) -> Delivery:
    return delivery if delivery.changed_at else replace(delivery, changed_at=datetime.now(UTC))
