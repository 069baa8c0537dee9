"""The parts of ports.Store that keep keys, count requests and hold the audit log, in dictionaries."""

import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from analytics_agent.adapters.store.keys import USED_AGAIN, ran_out
from analytics_agent.domain.api_key import ApiKey
from analytics_agent.domain.audit import AuditEntry, AuditFilter, AuditLine, read_for
from analytics_agent.domain.quota import Counted, Quota


class MemoryKeys:
    key_prefix = ""

    def __init__(self) -> None:
        super().__init__()
        self._keys: dict[str, ApiKey] = {}
        self._secrets: dict[str, str] = {}
        self._requests: Counter[tuple[str, datetime]] = Counter()
        self.lines: dict[str, AuditLine] = {}

    def _kept(self, run_id: str) -> Any:
        raise NotImplementedError

    # keys
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
        key, limited_to = self.key_prefix + secrets.token_urlsafe(32), None if databases is None else tuple(databases)
        record = ApiKey(f"k{len(self._keys) + 1}", name, tuple(scopes), datetime.now(UTC), None, expires_at, limited_to, reads_as)
        record = replace(record, quota=quota or Quota())
        self._keys[record.id], self._secrets[key] = record, record.id
        return record, key

    async def ensure_key(self, name: str, scopes: Sequence[str], key: str) -> None:
        if key not in self._secrets:
            record = ApiKey(f"k{len(self._keys) + 1}", name, tuple(scopes), datetime.now(UTC))
            self._keys[record.id], self._secrets[key] = record, record.id

    async def authenticate(self, key: str) -> ApiKey | None:
        record, now = self._keys.get(self._secrets.get(key, "")), datetime.now(UTC)
        if record is None or record.revoked_at is not None:
            return None
        if record.has_run_out(now):
            raise ran_out(record)
        if record.last_used_at is None or record.last_used_at < now - USED_AGAIN:
            self._keys[record.id] = replace(record, last_used_at=now)
        return record

    async def key(self, key_id: str) -> ApiKey | None:
        return self._keys.get(key_id)

    async def keys(self) -> tuple[ApiKey, ...]:
        return tuple(self._keys.values())

    async def revoke_key(self, key_id: str) -> None:
        record = self._keys.get(key_id)
        if record and record.revoked_at is None:
            self._keys[key_id] = replace(record, revoked_at=datetime.now(UTC))

    # requests
    async def count_request(self, owner: str) -> Counted:
        now = datetime.now(UTC)
        minute = now.replace(second=0, microsecond=0)
        self._requests[owner, minute] += 1
        return Counted(self._requests[owner, minute], 60 - (now - minute).total_seconds())

    # the audit log
    async def record_act(self, entry: AuditEntry, *, key: str) -> None:
        self._note(entry, key)

    async def record_read(self, run_id: str, tables: Sequence[str], *, policy: str, key: str) -> None:
        self._note(read_for(self._kept(run_id).question, datetime.now(UTC), tables, policy), f"read:{run_id}:{key}")

    def _note(self, entry: AuditEntry, key: str) -> None:
        self.lines.setdefault(key, AuditLine(len(self.lines) + 1, entry))

    async def audit(self, wanted: AuditFilter, *, limit: int = 100, before: int | None = None) -> tuple[AuditLine, ...]:
        newest_first = sorted(self.lines.values(), key=lambda line: -line.id)
        return tuple(line for line in newest_first if (before is None or line.id < before) and _meets(line.entry, wanted))[:limit]


def _meets(entry: AuditEntry, wanted: AuditFilter) -> bool:
    equal = (
        (wanted.actor, entry.actor),
        (wanted.act, entry.act),
        (wanted.database, entry.database),
        (wanted.run_id, entry.run_id),
    )
    return (
        all(value is None or value == found for value, found in equal)
        and (wanted.since is None or entry.at >= wanted.since)
        and (wanted.until is None or entry.at < wanted.until)
        and (wanted.table is None or any(f".{name}".endswith(f".{wanted.table}") for name in entry.tables))
    )
