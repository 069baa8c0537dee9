"""api.services.Runner without Temporal: remembers what it was told, and can be away."""

from analytics_agent.errors import ServiceUnreachable


class MemoryRunner:
    """`away`: every call fails as if Temporal were down."""

    def __init__(self) -> None:
        self.started: list[str] = []
        self.cancelled: list[str] = []
        self.answered: list[str] = []
        self.away = False

    async def start(self, run_id: str) -> None:
        self._reach()
        if run_id not in self.started:
            self.started.append(run_id)

    async def cancel(self, run_id: str) -> bool:
        self._reach()
        if run_id in self.started:
            self.cancelled.append(run_id)
        return run_id in self.started

    async def answer(self, run_id: str) -> None:
        self._reach()
        self.answered.append(run_id)

    async def check(self) -> None:
        self._reach()

    def _reach(self) -> None:
        if self.away:
            raise ServiceUnreachable("Temporal does not answer.", hint="Start it with `analytics-agent up`.", retry_after=7)
