"""What is kept of who did what, for whoever has to account for it: never a question's text, never a value of the data."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Act = Literal["asked", "read", "sent", "opened", "refused", "raised", "approved", "added", "changed", "removed", "revoked", "erased"]
"""`asked` a question; `read` tables for it; `sent` a report; `opened` another's run; what an operator does to keys, databases, people."""


@dataclass(frozen=True)
class AuditEntry:
    """One line. `actor` is an API key's id or a person, `reads_as` whose rights were used where these are others'; `tables` are those
    whose rows answered, under the policy with this hash. `about` names what was acted on where that is no run or database."""

    at: datetime
    actor: str
    act: Act
    run_id: str | None = None
    database: str | None = None
    tables: tuple[str, ...] = ()
    reads_as: str = ""
    policy: str = ""
    about: str = ""
