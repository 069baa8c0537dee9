"""API keys: one part of PostgresStore.

A key is 256 random bits, so a plain SHA-256 of it is enough: nobody can guess the input of the hash, and a slow salted hash,
which protects passwords that people choose, would only cost time on every request. The hash is looked up by an index, and not
compared in constant time: what the time of a look-up tells is at most how far two hashes agree, and nobody can make a key whose hash
is near another one's.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from analytics_agent.adapters.record_json import from_json, to_json
from analytics_agent.adapters.store.engine import StorePart
from analytics_agent.adapters.store.models import KeyRow
from analytics_agent.domain.api_key import ApiKey
from analytics_agent.domain.iso_time import moment
from analytics_agent.domain.quota import Quota
from analytics_agent.domain.tenant import KEY_PREFIX
from analytics_agent.errors import NotAuthenticated

USED_AGAIN = timedelta(minutes=1)
"""A key's last use is written at most that often."""


class KeyTables(StorePart):
    """`api_keys`."""

    key_prefix = KEY_PREFIX

    async def create_key(
        self,
        name: str,
        scopes: Sequence[str],
        *,
        expires_at: datetime | None = None,
        databases: Sequence[str] | None = None,
        reads_as: str = "",
        quota: Quota | None = None,
    ) -> tuple[ApiKey, str]:
        key = self.key_prefix + secrets.token_urlsafe(32)
        record = ApiKey(
            f"k{secrets.token_hex(5)}",
            name,
            tuple(scopes),
            datetime.now(UTC),
            expires_at=expires_at,
            databases=None if databases is None else tuple(databases),
            reads_as=reads_as,
            quota=quota or Quota(),
        )
        await self._insert(record, key)
        return record, key

    async def ensure_key(self, name: str, scopes: Sequence[str], key: str) -> None:
        """Make a key that the stack generated valid. One that is there already, revoked or not, is left as it is."""
        await self._insert(ApiKey(f"k{hashed(key)[:10]}", name, tuple(scopes), datetime.now(UTC)), key)

    async def _insert(self, record: ApiKey, key: str) -> None:
        values = {
            "id": record.id,
            "name": record.name,
            "scopes": list(record.scopes),
            "created_at": record.created_at,
            "expires_at": record.expires_at,
            "databases": None if record.databases is None else list(record.databases),
            "reads_as": record.reads_as,
            "quota": None if record.quota == Quota() else to_json(record.quota),
        }
        async with self.transaction() as connection:
            await connection.execute(insert(KeyRow).values(**values, hash=hashed(key)).on_conflict_do_nothing())

    async def authenticate(self, key: str) -> ApiKey | None:
        """The key's record; None when it is unknown or revoked. Raises NotAuthenticated for one that ran out."""
        wanted, now = select(KeyRow.__table__).where(KeyRow.hash == hashed(key), KeyRow.revoked_at.is_(None)), datetime.now(UTC)
        async with self.alone() as connection:
            row = (await connection.execute(wanted)).one_or_none()
            if row is None:
                return None
            record = _record(row)
            if record.has_run_out(now):
                raise ran_out(record)
            if record.last_used_at is None or record.last_used_at < now - USED_AGAIN:
                await connection.execute(update(KeyRow).where(KeyRow.id == record.id).values(last_used_at=now))
        return record

    async def key(self, key_id: str) -> ApiKey | None:
        async with self.alone() as connection:
            row = (await connection.execute(select(KeyRow.__table__).where(KeyRow.id == key_id))).one_or_none()
        return None if row is None else _record(row)

    async def keys(self) -> tuple[ApiKey, ...]:
        async with self.transaction() as connection:
            rows = (await connection.execute(select(KeyRow.__table__).order_by(KeyRow.created_at, KeyRow.id))).all()
        return tuple(_record(row) for row in rows)

    async def revoke_key(self, key_id: str) -> None:
        """A key that is revoked already, or not there, is left as it is."""
        revoked = update(KeyRow).where(KeyRow.id == key_id, KeyRow.revoked_at.is_(None)).values(revoked_at=datetime.now(UTC))
        async with self.transaction() as connection:
            await connection.execute(revoked)


def ran_out(record: ApiKey) -> NotAuthenticated:
    """Told to nobody but who holds the key."""
    at = moment(record.expires_at) if record.expires_at else "some time ago"
    return NotAuthenticated(f"This key ran out at {at}.", hint="An administrator makes another one: `analytics-agent keys create NAME`.")


def hashed(key: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def _record(row: Any) -> ApiKey:
    record = ApiKey(row.id, row.name, tuple(row.scopes), row.created_at, row.revoked_at, row.expires_at, reads_as=row.reads_as)
    return replace(
        record,
        databases=None if row.databases is None else tuple(row.databases),
        quota=Quota() if row.quota is None else from_json(row.quota, Quota),
        last_used_at=row.last_used_at,
    )
