"""API keys: one part of PostgresStore.

A key is 256 random bits, so a plain SHA-256 of it is enough: nobody can guess the input of the hash, and a slow salted hash,
which protects passwords that people choose, would only cost time on every request.
"""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from analytics_agent.adapters.store_engine import StorePart
from analytics_agent.adapters.store_models import KeyRow
from analytics_agent.domain.api_key import ApiKey

PREFIX = "aa_"
"""Marks our keys for secret scanners."""


class KeyTables(StorePart):
    """`api_keys`."""

    async def create_key(self, name: str, scopes: Sequence[str]) -> tuple[ApiKey, str]:
        key = PREFIX + secrets.token_urlsafe(32)
        record = ApiKey(f"k{secrets.token_hex(5)}", name, tuple(scopes), datetime.now(UTC))
        await self._insert(record, key)
        return record, key

    async def ensure_key(self, name: str, scopes: Sequence[str], key: str) -> None:
        """Make a key that the stack generated valid. One that is there already, revoked or not, is left as it is."""
        await self._insert(ApiKey(f"k{hashed(key)[:10]}", name, tuple(scopes), datetime.now(UTC)), key)

    async def _insert(self, record: ApiKey, key: str) -> None:
        values = {"id": record.id, "name": record.name, "scopes": list(record.scopes), "created_at": record.created_at}
        async with self.transaction() as connection:
            await connection.execute(insert(KeyRow).values(**values, hash=hashed(key)).on_conflict_do_nothing())

    async def authenticate(self, key: str) -> ApiKey | None:
        """The key's record; None when it is unknown or revoked."""
        wanted = select(KeyRow.__table__).where(KeyRow.hash == hashed(key), KeyRow.revoked_at.is_(None))
        async with self.transaction() as connection:
            row = (await connection.execute(wanted)).one_or_none()
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


def hashed(key: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def _record(row: Any) -> ApiKey:
    return ApiKey(row.id, row.name, tuple(row.scopes), row.created_at, row.revoked_at)
