"""What runs cost, summed over the usage ledger."""

from dataclasses import dataclass
from typing import Literal

from analytics_agent.domain.conversation import Usage

CostGroup = Literal["user", "owner", "database", "model", "workflow", "step", "run", "day"]
"""`user` and `owner` are the same: the id of a key, or a person of Superset."""


@dataclass(frozen=True)
class Cost:
    """One line of the ledger's sum. `group` is an owner, a database, a model, a kind of run, a step, a run's id or a day (ISO).

    `turns` counts calls: also those whose reply was lost on the way and that were charged all the same."""

    group: str
    runs: int
    turns: int
    usage: Usage
    seconds: float
