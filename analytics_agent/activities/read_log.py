"""Lines of the audit log for what a run reads: one for each statement that answered, and one for tables of which it looked at values."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from analytics_agent.activities.rights import Readable
from analytics_agent.ports import Store
from analytics_agent.sql.verdict import Verdict

_MOST_LOOKED = 10_000


@dataclass(frozen=True)
class ReadLog:
    """Written before rows are told to anybody. A statement that is tried again is the same line."""

    store: Store
    seen: set[tuple[str, str]] = field(default_factory=set)

    async def answered(self, view: Readable, verdict: Verdict, key: str) -> None:
        if view.run_id and verdict.tables:
            await self.store.record_read(view.run_id, verdict.tables, policy=view.grant.policy.hash, key=key)

    async def looked(self, view: Readable, verdict: Verdict) -> None:
        await self.looked_at(view, verdict.tables)

    async def looked_at(self, view: Readable, tables: Sequence[str]) -> None:
        """A run looks at many values of a table: once is enough to say that it did."""
        key = _key(view, tables)
        if not view.run_id or not tables or (view.run_id, key) in self.seen:
            return
        await self.store.record_read(view.run_id, tables, policy=view.grant.policy.hash, key=key)
        if len(self.seen) > _MOST_LOOKED:
            self.seen.clear()
        self.seen.add((view.run_id, key))


def _key(view: Readable, tables: Sequence[str]) -> str:
    named = "\n".join([view.grant.policy.hash, *sorted(set(tables))])
    return f"looked:{hashlib.sha256(named.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"
