"""A reference to stored bytes, named by their content."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Artifact:
    """Content-addressed bytes: `sha256` is the hex digest of the content and its only name."""

    sha256: str
    bytes: int
    media_type: str
