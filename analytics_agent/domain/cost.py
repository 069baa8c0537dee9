"""What runs cost, summed over the usage ledger."""

from dataclasses import dataclass
from typing import Literal

from analytics_agent.domain.conversation import Usage

CostGroup = Literal["owner", "database", "model", "day"]


@dataclass(frozen=True)
class Cost:
    """One line of the ledger's sum. `group` is a key id, a database, a model or a day (ISO), whichever was asked for."""

    group: str
    runs: int
    turns: int
    usage: Usage
    seconds: float
