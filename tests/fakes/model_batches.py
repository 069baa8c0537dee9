"""ports.ModelBatches in memory: a test says when a batch ends and what it gives."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from analytics_agent.domain.batch import BatchFailure, BatchState
from analytics_agent.domain.conversation import ModelRequest, Reply, Usage
from analytics_agent.errors import NoBatches, RequestRejected

Answering = Callable[[str, ModelRequest], Reply | BatchFailure]


def replied(custom_id: str, request: ModelRequest) -> Reply:
    """Every request is answered, at the price of batches."""
    call = {"type": "tool_use", "id": f"toolu_{custom_id[:6]}", "name": "finish", "input": {}}
    return Reply((call,), "tool_use", Usage(100, 10, cost_usd=0.001), request.model, f"req_{custom_id[:6]}")


@dataclass
class MemoryBatches:
    """`ends`: a batch has ended as soon as it is looked at. `fail` is raised by the next `create`: before the batch is made, or after
    it with `lost`, as when the connection breaks while the answer is on its way. `refuses` says of which requests a batch is refused for
    what it holds; `refused` counts these."""

    answer: Answering = replied
    refuses: Callable[[Mapping[str, ModelRequest]], bool] = lambda requests: False
    ends: bool = True
    fail: BaseException | None = None
    lost: bool = False
    made: dict[str, tuple[BatchState, dict[str, ModelRequest]]] = field(default_factory=dict)
    cancelled: list[str] = field(default_factory=list)
    refused: int = 0

    async def create(self, requests: Mapping[str, ModelRequest]) -> str:
        failure, self.fail = self.fail, None
        if failure and not self.lost:
            raise failure
        if self.refuses(requests):
            self.refused += 1
            raise RequestRejected("The provider refused the request (400 invalid_request_error).")
        name = f"batch{len(self.made) + 1}"
        self.made[name] = (BatchState(name, datetime.now(UTC), len(requests), False), dict(requests))
        if failure:
            raise failure
        return name

    async def state(self, batch_id: str) -> BatchState:
        if batch_id not in self.made:
            raise NoBatches("There is no such batch.")
        return replace(self.made[batch_id][0], ended=self.ends)

    async def recent(self, *, since: datetime) -> tuple[BatchState, ...]:
        states = [await self.state(name) for name in self.made]
        return tuple(state for state in states if state.created_at >= since)

    async def results(self, batch_id: str) -> AsyncIterator[tuple[str, Reply | BatchFailure]]:
        for custom_id, request in self.made[batch_id][1].items():
            yield custom_id, self.answer(custom_id, request)

    async def cancel(self, batch_id: str) -> None:
        self.cancelled.append(batch_id)

    @property
    def sent(self) -> list[str]:
        """Custom ids of every request of every batch."""
        return [custom_id for _, requests in self.made.values() for custom_id in requests]
