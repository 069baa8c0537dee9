"""A report on its way to somebody: by mail, to a webhook, into a folder."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

RecipientKind = Literal["mail", "webhook", "folder"]
DeliveryState = Literal["waiting", "sent", "held", "failed", "uncertain"]
"""held: the recipient may not see the report. uncertain: a worker died while handing it over, so it is not sent again by itself."""


@dataclass(frozen=True)
class Recipient:
    """Written "mail:ops@example.com", "webhook:NAME" or "folder:NAME"; a bare mail address is a mail recipient."""

    kind: RecipientKind
    name: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}"


@dataclass(frozen=True)
class Delivery:
    """One report, in one version, to one recipient. `id` is derived from the three: a second one is the same one.

    `version` names the report's files by their content. `reason` is a sentence for people where it was not sent.
    """

    id: str
    run_id: str
    recipient: Recipient
    version: str
    state: DeliveryState = "waiting"
    reason: str | None = None
    attempts: int = 0
    changed_at: datetime | None = None


@dataclass(frozen=True)
class Destination:
    """A webhook or folder that an administrator added. `address` and `secret` are secrets, encrypted in the store.

    `databases` are those whose reports may go there; None is all. Whoever added it answers for who reads there.
    """

    kind: RecipientKind
    name: str
    address: str = field(repr=False)
    secret: str | None = field(default=None, repr=False)
    databases: tuple[str, ...] | None = None
    added_at: datetime | None = None
