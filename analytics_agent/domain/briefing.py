"""What is fixed for a run when explore begins: the day that relative dates count from, which catalog was read, what a model may see."""

from dataclasses import dataclass
from datetime import date

from analytics_agent.domain.database import ModelSees


@dataclass(frozen=True)
class Briefing:
    """`as_of` is the day that relative dates count from; None when neither asker nor model says so and the data has no time.
    `from_data`: that day was read from the data."""

    as_of: date | None
    catalog_fingerprint: str
    model_sees: ModelSees = "full"
    from_data: bool = False
