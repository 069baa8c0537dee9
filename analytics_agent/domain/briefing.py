"""What is fixed for a run when explore begins: the day that relative dates count from, and which catalog was read."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Briefing:
    """`as_of` is the day that relative dates count from; None when neither asker nor model says so and the data has no time."""

    as_of: date | None
    catalog_fingerprint: str
