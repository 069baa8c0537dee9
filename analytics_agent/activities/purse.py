"""Whether a call of a model may be made, judged and reserved before anything is spent. The rules are in domain/spending.py."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from analytics_agent.domain.conversation import Message, ModelRequest
from analytics_agent.domain.event import Step
from analytics_agent.domain.models import OFFLINE
from analytics_agent.domain.orders import Ending, TurnOrder
from analytics_agent.domain.question import Budget, model_of
from analytics_agent.domain.run import Run
from analytics_agent.domain.spending import (
    Allowances,
    Spending,
    Used,
    Verdict,
    judge,
    kept_for_synthesize,
    nearly_used,
    price_of,
    warned_in_words,
)
from analytics_agent.ports import Store

WRAP_UP: Mapping[Step, str] = {
    "explore": "The budget of this question is nearly used. End this step now with what is known; its caveats name what was left out.",
    "synthesize": "The budget of this question is nearly used. Write the answer now, in a few sentences.",
}
NO_ANALYSIS = "The budget is nearly used: nothing more is computed, and the answer is written with what is known."
WRAPS_UP = "The budget is nearly used: the question comes to its end with what is known."

BATCHED = timedelta(hours=27)
"""A batch is answered within a day; a turn in it is reserved a little longer."""

SLACK = timedelta(minutes=2)
"""From the reservation to the reply in the store, besides the time that the model may take."""


@dataclass(frozen=True)
class Permit:
    """`ends` stops the step before anything is spent; else the request is made with `max_tokens`, and `nudge` is said last."""

    ends: Ending | None = None
    nudge: str = ""
    max_tokens: int | None = None

    def applied(self, request: ModelRequest) -> ModelRequest:
        request = request if self.max_tokens is None else replace(request, max_tokens=min(request.max_tokens, self.max_tokens))
        if not self.nudge:
            return request
        last = request.messages[-1]
        nudged = Message("user", (*last.content, {"type": "text", "text": self.nudge}))
        return replace(request, messages=(*request.messages[:-1], nudged))


class Purse:
    """`person` and `installation` are budgets of a day; a run's own is in its question. `patience` is a model's time limit."""

    def __init__(
        self,
        store: Store,
        person: Budget | None = None,
        installation: Budget | None = None,
        *,
        patience: timedelta = timedelta(minutes=10),
    ) -> None:
        self._store = store
        self._person, self._installation = person or Budget(), installation or Budget()
        self._patience = patience

    async def permit(self, run: Run, order: TurnOrder, request: ModelRequest) -> Permit:
        """What is reserved holds until the turn is saved. A turn that is tried again is judged again, and reserved once."""
        allowances = Allowances(run.question.budget, self._person, self._installation)
        pools = allowances.limited()
        if not pools or request.model == OFFLINE:
            return Permit()
        judged = await self._judged(run, order, request, allowances)
        await self._warn(order, judged.used, allowances)
        return await self._permit(run, order, judged.verdict)

    async def _judged(self, run: Run, order: TurnOrder, request: ModelRequest, allowances: Allowances) -> "_Judged":
        batched = run.question.patient
        price, kept = price_of(request, batched=batched), _kept(run, order.step)
        judged = _Judged()

        def decide(used: Used) -> Spending | None:
            judged.used, judged.verdict = used, judge(price, request.max_tokens, kept, used, allowances)
            return None if _skipped(order, judged.verdict) else price.at(judged.verdict.max_tokens)

        lasts = BATCHED if batched else self._patience + SLACK
        await self._store.reserve(order, decide, pools=allowances.limited(), lasts=lasts)
        return judged

    async def _permit(self, run: Run, order: TurnOrder, verdict: Verdict) -> Permit:
        if _skipped(order, verdict):
            return await self._stopped(order, verdict)
        if not verdict.wraps_up or (order.step == "explore" and not run.queries):
            return Permit(max_tokens=verdict.max_tokens)
        await self._tell(order, WRAPS_UP, key="wraps up")
        return Permit(nudge=WRAP_UP[order.step], max_tokens=verdict.max_tokens)

    async def _stopped(self, order: TurnOrder, verdict: Verdict) -> Permit:
        """Without analysis there is still an answer; a line of inquiry ends with what it found."""
        if order.step == "analyze":
            await self._tell(order, NO_ANALYSIS, key="no analysis")
            return Permit(ends="exhausted")
        if not order.line:
            await self._store.save_document(order.run_id, "stopped", verdict.stop)
        return Permit(ends="over_budget")

    async def _warn(self, order: TurnOrder, used: Used, allowances: Allowances) -> None:
        for near in nearly_used(used, allowances):
            await self._tell(order, warned_in_words(near), key=f"{near.pool}:{near.unit}:{near.limit:g}")

    async def _tell(self, order: TurnOrder, message: str, *, key: str) -> None:
        await self._store.append_event(order.run_id, "warning", order.step, {"message": message}, key=f"budget:{key}")


@dataclass
class _Judged:
    """What was decided while the budgets were locked."""

    verdict: Verdict = field(default_factory=Verdict)
    used: Used = field(default_factory=dict)


def _kept(run: Run, step: Step) -> Spending:
    """Before there are results there is nothing to keep for writing an answer."""
    if step == "synthesize" or not run.queries:
        return Spending()
    return kept_for_synthesize(model_of(run.question, "synthesize"))


def _skipped(order: TurnOrder, verdict: Verdict) -> bool:
    """Analysis is left out already where it would have to be brief."""
    return verdict.stop is not None or (order.step == "analyze" and verdict.wraps_up)
