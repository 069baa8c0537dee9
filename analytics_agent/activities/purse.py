"""Whether a call of a model may be made, judged before anything is spent."""

from dataclasses import dataclass

from analytics_agent.domain.conversation import ModelRequest, Usage
from analytics_agent.domain.orders import Ending, TurnOrder
from analytics_agent.domain.question import Budget
from analytics_agent.domain.run import Run
from analytics_agent.ports import Store


@dataclass(frozen=True)
class Permit:
    """`ends` stops the step before anything is spent; `nudge` is said to the model with this turn."""

    ends: Ending | None = None
    nudge: str = ""


class Purse:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def permit(self, run: Run, order: TurnOrder, request: ModelRequest) -> Permit:
        return Permit(ends="over_budget") if _over(run.usage, run.question.budget) else Permit()


def _over(spent: Usage, budget: Budget) -> bool:
    tokens = budget.tokens is not None and spent.tokens >= budget.tokens
    dollars = budget.usd is not None and spent.cost_usd >= budget.usd
    return tokens or dollars
