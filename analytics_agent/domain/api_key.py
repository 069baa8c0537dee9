"""A key to the HTTP API, without the key."""

from dataclasses import dataclass
from datetime import datetime


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
