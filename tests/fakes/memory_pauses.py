"""The part of ports.Store that holds workers off a model whose provider said "later", in a dictionary."""

import time


class MemoryPauses:
    def __init__(self) -> None:
        super().__init__()
        self._pauses: dict[str, float] = {}

    async def pause_model(self, model: str, seconds: float) -> None:
        self._pauses[model] = max(self._pauses.get(model, 0.0), time.monotonic() + seconds)

    async def model_pause(self, model: str) -> float:
        return max(0.0, self._pauses.get(model, 0.0) - time.monotonic())

    async def begin_call(self, apart_seconds: float) -> float:
        if left := await self.model_pause("*"):
            return left
        await self.pause_model("*", apart_seconds)
        return 0.0
