"""A mail and what is attached to it."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Attachment:
    name: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Mail:
    """`id` becomes the Message-ID, the same each time this mail is tried."""

    id: str
    to: str
    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...] = ()
