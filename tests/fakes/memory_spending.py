"""The ledger, reservations and reopened runs of MemoryStore."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import reduce
from typing import Any

from analytics_agent.domain.conversation import Usage
from analytics_agent.domain.cost import Cost, CostGroup
from analytics_agent.domain.event import Event, News
from analytics_agent.domain.orders import TurnOrder
from analytics_agent.domain.question import Budget, Question, workflow_of
from analytics_agent.domain.spending import Decide, Pool, Spending, Used, day_begins
from analytics_agent.domain.turn import Turn


@dataclass(frozen=True)
class Line:
    """One call of a model."""

    at: datetime
    question: Question
    order: TurnOrder
    model: str
    usage: Usage
    seconds: float
    kind: str
    request_id: str | None


@dataclass(frozen=True)
class Reserved:
    owner: str
    spending: Spending
    until: datetime


class MemorySpending:
    def __init__(self) -> None:
        super().__init__()
        self.ledger: list[Line] = []
        self.reserved: dict[TurnOrder, Reserved] = {}

    def _kept(self, run_id: str) -> Any:
        raise NotImplementedError

    async def save_turn(self, run_id: str, turn: Turn, news: News | None = None) -> None:
        kept, order = self._kept(run_id), TurnOrder(run_id, turn.step, turn.number, turn.line)
        key = (turn.step, turn.line, turn.number)
        first = kept.turns.get(key)
        if first is None:
            kept.turns[key] = turn
            self._pay(order, turn.model, turn.usage, turn.seconds, "batch" if turn.batched else "turn", turn.request_id)
        elif turn.request_id is not None or (turn.usage.tokens and first.reply != turn.reply):
            self._pay(order, turn.model, turn.usage, turn.seconds, "lost", turn.request_id)
        self.reserved.pop(order, None)
        await self.tell(run_id, news)

    async def save_lost_call(self, order: TurnOrder, model: str, usage: Usage, request_id: str | None) -> None:
        self._pay(order, model, usage, 0.0, "lost", request_id)

    def _pay(self, order: TurnOrder, model: str, usage: Usage, seconds: float, kind: str, request_id: str | None) -> None:
        question = self._kept(order.run_id).question
        if request_id is None or (order, request_id) not in {(line.order, line.request_id) for line in self.ledger}:
            self.ledger.append(Line(datetime.now(UTC), question, order, model, usage, seconds, kind, request_id))

    async def reserve(self, order: TurnOrder, decide: Decide, *, pools: Collection[Pool], lasts: timedelta) -> None:
        owner = self._kept(order.run_id).question.owner
        self.reserved.pop(order, None)
        decided = decide(self._used(owner, pools, order.run_id))
        if decided is not None:
            self.reserved[order] = Reserved(owner, decided, datetime.now(UTC) + lasts)

    def release(self, run_id: str, status: str) -> None:
        if status != "cancelled":
            self.reserved = {order: one for order, one in self.reserved.items() if order.run_id != run_id}

    async def used(self, owner: str, *, pools: Collection[Pool]) -> Used:
        return self._used(owner, [pool for pool in pools if pool != "run"], "")

    def _used(self, owner: str, pools: Collection[Pool], run_id: str) -> Used:
        return {pool: self._of(pool, owner, run_id) for pool in pools}

    def _of(self, pool: Pool, owner: str, run_id: str) -> Spending:
        now = datetime.now(UTC)

        def counts(of_owner: str, of_run: str, at: datetime) -> bool:
            today = at >= day_begins(now)
            return {"run": of_run == run_id, "person": today and of_owner == owner, "installation": today}[pool]

        paid = [
            Spending(line.usage.tokens, line.usage.cost_usd)
            for line in self.ledger
            if counts(line.question.owner, line.order.run_id, line.at)
        ]
        paid += [one.spending for order, one in self.reserved.items() if one.until > now and counts(one.owner, order.run_id, now)]
        return reduce(Spending.__add__, paid, Spending())

    async def costs(self, *, by: CostGroup, owner: str | None = None, since: datetime | None = None) -> tuple[Cost, ...]:
        groups: dict[str, list[Line]] = {}
        for line in self.ledger:
            if (owner is None or line.question.owner == owner) and (since is None or line.at >= since):
                groups.setdefault(_group(line)[by], []).append(line)
        costs = [_cost(name, lines) for name, lines in groups.items()]
        if by == "day":
            return tuple(sorted(costs, key=lambda cost: cost.group, reverse=True))
        return tuple(sorted(costs, key=lambda cost: (-cost.usage.cost_usd, cost.group)))

    async def reopen(self, run_id: str, budget: Budget) -> bool:
        kept = self._kept(run_id)
        if kept.status != "over_budget":
            return False
        wrapped = kept.documents.get("wrapped_up")
        for name in ("report", "stopped", "wrapped_up", *(wrapped.made if wrapped else ())):
            kept.documents.pop(name, None)
        kept.events = {_again(key, event): event for key, event in kept.events.items()}
        kept.question = replace(kept.question, budget=budget)
        kept.status, kept.reason, kept.frozen, kept.finished_at = "queued", None, None, None
        kept.openings += 1
        await self.append_event(run_id, "run", None, {"status": "queued"}, key="queued")
        return True

    def _usage_of(self, run_id: str) -> Usage:
        return reduce(Usage.__add__, (line.usage for line in self.ledger if line.order.run_id == run_id), Usage())


def _again(key: str, event: Event) -> str:
    return f"{key} of {event.seq}" if event.kind in ("run", "step", "report", "warning") else key


def _group(line: Line) -> dict[CostGroup, str]:
    asked = line.question
    return {
        "user": asked.owner,
        "owner": asked.owner,
        "database": asked.database,
        "model": line.model,
        "workflow": workflow_of(asked),
        "step": line.order.step,
        "run": asked.run_id,
        "day": line.at.date().isoformat(),
    }


def _cost(name: str, lines: list[Line]) -> Cost:
    usage = reduce(Usage.__add__, (line.usage for line in lines), Usage())
    return Cost(name, len({line.order.run_id for line in lines}), len(lines), usage, sum(line.seconds for line in lines))
