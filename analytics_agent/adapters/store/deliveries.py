"""Deliveries, and the destinations they may go to: one part of PostgresStore. A destination's address and secret are encrypted."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from analytics_agent.adapters.store.audit import question_of, write_entry
from analytics_agent.adapters.store.engine import StorePart, locked
from analytics_agent.adapters.store.models import DeliveryRow, DestinationRow
from analytics_agent.domain.audit import sent_for
from analytics_agent.domain.delivery import Delivery, DeliveryState, Destination, Recipient, RecipientKind
from analytics_agent.domain.quoting import quoted
from analytics_agent.errors import OperatorError, UnknownDestination, UnknownResult


class DeliveryTables(StorePart):
    """`deliveries`, `destinations`."""

    cipher: Fernet

    async def add_delivery(self, delivery: Delivery) -> Delivery:
        """Raises UnknownRun."""
        row = insert(DeliveryRow).values(id=delivery.id, **_values(delivery)).on_conflict_do_nothing()
        async with self.transaction() as connection:
            await locked(connection, delivery.run_id)
            await connection.execute(row)
            return _delivery((await connection.execute(_of([DeliveryRow.id == delivery.id]))).one())

    async def delivery(self, delivery_id: str) -> Delivery:
        async with self.transaction() as connection:
            row = (await connection.execute(_of([DeliveryRow.id == delivery_id]))).one_or_none()
        if row is None:
            raise UnknownResult("There is no such delivery.")
        return _delivery(row)

    async def deliveries(self, run_id: str) -> tuple[Delivery, ...]:
        return await self.deliveries_of([run_id])

    async def deliveries_of(self, run_ids: Sequence[str]) -> tuple[Delivery, ...]:
        async with self.transaction() as connection:
            rows = (await connection.execute(_of([DeliveryRow.run_id.in_(run_ids)]))).all()
        return tuple(_delivery(row) for row in rows)

    async def move_delivery(self, delivery: Delivery, *, before: DeliveryState) -> bool:
        """One UPDATE decides between two workers that hold the same delivery; what was sent or held is in the audit log with it."""
        moved = update(DeliveryRow).where(DeliveryRow.id == delivery.id, DeliveryRow.state == before).values(**_values(delivery))
        async with self.transaction() as connection:
            if (await connection.execute(moved.returning(DeliveryRow.id))).scalar_one_or_none() is None:
                return False
            entry = sent_for(await question_of(connection, delivery.run_id), datetime.now(UTC), delivery)
            if entry:
                await write_entry(connection, entry, key=f"{delivery.state}:{delivery.id}:{delivery.attempts}")
            return True

    async def forgotten_deliveries(self, *, older_than: timedelta) -> tuple[str, ...]:
        old = datetime.now(UTC) - older_than
        waiting = select(DeliveryRow.run_id).where(DeliveryRow.state == "waiting", DeliveryRow.changed_at < old)
        async with self.transaction() as connection:
            return tuple((await connection.execute(waiting.distinct().order_by(DeliveryRow.run_id).limit(100))).scalars())

    async def save_destination(self, destination: Destination) -> None:
        secret = destination.secret
        values = {
            "address": self.cipher.encrypt(destination.address.encode()),
            "secret": None if secret is None else self.cipher.encrypt(secret.encode()),
            "databases": None if destination.databases is None else list(destination.databases),
        }
        added_at = destination.added_at or datetime.now(UTC)
        row = insert(DestinationRow).values(kind=destination.kind, name=destination.name, added_at=added_at, **values)
        async with self.transaction() as connection:
            await connection.execute(row.on_conflict_do_update(index_elements=["kind", "name"], set_=values))

    async def destination(self, kind: RecipientKind, name: str) -> Destination:
        of_kind = select(DestinationRow.__table__).where(DestinationRow.kind == kind)
        async with self.transaction() as connection:
            row = (await connection.execute(of_kind.where(DestinationRow.name == name))).one_or_none()
            if row is not None:
                return self._destination(row)
            names = select(DestinationRow.name).where(DestinationRow.kind == kind).order_by(DestinationRow.name)
            known = (await connection.execute(names)).scalars().all()
        raise unknown_destination(kind, name, known)

    async def destinations(self, kind: RecipientKind) -> tuple[Destination, ...]:
        wanted = select(DestinationRow.__table__).where(DestinationRow.kind == kind).order_by(DestinationRow.name)
        async with self.transaction() as connection:
            rows = (await connection.execute(wanted)).all()
        return tuple(self._destination(row) for row in rows)

    async def remove_destination(self, kind: RecipientKind, name: str) -> None:
        """Nothing happens when there is none of that name. What was delivered there stays known."""
        async with self.transaction() as connection:
            await connection.execute(delete(DestinationRow).where(DestinationRow.kind == kind, DestinationRow.name == name))

    def _destination(self, row: Any) -> Destination:
        try:
            address = self.cipher.decrypt(row.address).decode()
            secret = None if row.secret is None else self.cipher.decrypt(row.secret).decode()
        except InvalidToken:
            raise OperatorError(
                f"The stored address of the {row.kind} {row.name} cannot be decrypted.",
                hint="ANALYTICS_AGENT_ENCRYPTION_KEY is not the key it was stored with: set that one again, or add it again.",
            ) from None
        databases = None if row.databases is None else tuple(row.databases)
        return Destination(cast(RecipientKind, row.kind), row.name, address, secret, databases, row.added_at)


def unknown_destination(kind: RecipientKind, name: str, known: Sequence[str]) -> UnknownDestination:
    hint = f"Known: {', '.join(known[:10])}." if known else f"An administrator adds one: `analytics-agent {kind}s add`."
    return UnknownDestination(f"There is no {kind} {quoted(name)}.", hint=hint)


def _of(conditions: Sequence[Any]) -> Any:
    """In an order that does not change while states do, as far as one recipient goes."""
    return select(DeliveryRow.__table__).where(*conditions).order_by(DeliveryRow.recipient, DeliveryRow.changed_at, DeliveryRow.id)


def _values(delivery: Delivery) -> dict[str, Any]:
    return {
        "run_id": delivery.run_id,
        "recipient": str(delivery.recipient),
        "version": delivery.version,
        "state": delivery.state,
        "reason": delivery.reason,
        "attempts": delivery.attempts,
        "changed_at": delivery.changed_at or datetime.now(UTC),
    }


def _delivery(row: Any) -> Delivery:
    kind, _, name = row.recipient.partition(":")
    recipient = Recipient(cast(RecipientKind, kind), name)
    return Delivery(row.id, row.run_id, recipient, row.version, row.state, row.reason, row.attempts, row.changed_at)
