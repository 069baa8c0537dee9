"""api.services.Runner without Temporal: remembers what it was told, and can be away."""

from analytics_agent.errors import ServiceUnreachable


class MemoryRunner:
    """`away`: every call fails as if Temporal were down. `lost`: runs that Temporal has ended or forgotten."""

    def __init__(self) -> None:
        self.started: list[str] = []
        self.again: list[str] = []
        self.cancelled: list[str] = []
        self.answered: list[str] = []
        self.delivered: list[str] = []
        self.erased: list[str] = []
        self.lost: set[str] = set()
        self.away = False

    async def start(self, run_id: str, *, again: bool = False) -> bool:
        self._reach()
        if again:
            self.again.append(run_id)
            self.lost.discard(run_id)
        if run_id not in self.started:
            self.started.append(run_id)
        return run_id not in self.lost

    async def goes_on(self, run_id: str) -> bool:
        self._reach()
        return run_id not in self.lost

    async def cancel(self, run_id: str) -> bool:
        known = await self.goes_on(run_id) and run_id in self.started
        if known:
            self.cancelled.append(run_id)
        return known

    async def answer(self, run_id: str) -> bool:
        if goes_on := await self.goes_on(run_id):
            self.answered.append(run_id)
        return goes_on

    async def deliver(self, run_id: str) -> None:
        self._reach()
        self.delivered.append(run_id)

    async def erase(self, erasure_id: str) -> None:
        self._reach()
        self.erased.append(erasure_id)

    async def check(self) -> None:
        self._reach()

    def _reach(self) -> None:
        if self.away:
            raise ServiceUnreachable("Temporal does not answer.", hint="Start it with `analytics-agent up`.", retry_after=7)
