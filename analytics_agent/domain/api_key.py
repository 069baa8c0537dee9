"""A key to the HTTP API, without the key."""

from dataclasses import dataclass
from datetime import datetime

from analytics_agent.domain.quota import NO_LIMIT, Quota


@dataclass(frozen=True)
class ApiKey:
    """What is kept of a key: never the key itself."""

    id: str
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    revoked_at: datetime | None = None
    expires_at: datetime | None = None
    databases: tuple[str, ...] | None = None
    """The only databases that it may ask; None is all of them."""

    reads_as: str = ""
    """Whose rights it reads with, as domain.rights writes people; empty is an operator's, who reads what the databases' logins may."""

    quota: Quota = NO_LIMIT
    """What it may ask where that is not what the settings say."""

    last_used_at: datetime | None = None
    """To the minute, or thereabouts."""

    def is_valid(self, now: datetime) -> bool:
        return self.revoked_at is None and not self.has_run_out(now)

    def has_run_out(self, now: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now

    def may_ask(self, database: str) -> bool:
        return self.databases is None or database in self.databases
