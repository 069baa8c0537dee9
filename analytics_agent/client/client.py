"""The client that waits: one method for each thing the API can do. Nothing here talks to the database, the model or Temporal."""

import weakref
from collections import deque
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self

import httpx2

from analytics_agent.client.asking import file_of
from analytics_agent.client.calls import Calls
from analytics_agent.client.connection import Address, Connection
from analytics_agent.client.following import follow
from analytics_agent.client.steps import Steps, T, endpoint, kept


def address(url: str | Address | None, key: str | None) -> Address:
    """What is not given comes from the settings: environment, .env, the embedded stack. Its key goes to its own address only."""
    if isinstance(url, Address):
        return url
    if url is None or key is None:
        from analytics_agent import settings

        known = settings.load()
        is_known = url is None or url.rstrip("/") == known.api_url
        url = url or known.api_url
        key = key or (known.api_key.get_secret_value() if known.api_key and is_known else None)
    return Address(url, key)


class Client(Calls):
    """`url` and `key` come from the settings (environment, .env, the embedded stack) where they are not given.

    Every method waits, also inside a notebook's event loop; AsyncClient has the same methods to be awaited.
    """

    def __init__(self, url: str | Address | None = None, key: str | None = None, *, transport: httpx2.BaseTransport | None = None) -> None:
        self._connection = Connection(address(url, key), transport)
        weakref.finalize(self, self._connection.http.close)  # `Client().ask(…)` is how most people use it

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Client of {self._connection.address.url}>"

    def close(self) -> None:
        self._connection.http.close()

    def perform(self, steps: Steps[T]) -> T:
        return self._connection.perform(steps)

    @property
    def _source(self) -> "Client":
        return self

    def events(self, run_id: str, *, after: int = 0) -> Iterator[dict[str, Any]]:
        """Progress after that event until the run has finished or waits for a person. A lost connection is taken up again."""
        told: deque[dict[str, Any]] = deque()
        for _ in self._connection.each(kept(follow(run_id, told.append, after=after), [])):
            while told:
                yield told.popleft()

    follow = events

    @endpoint
    def file(self, run_id: str, name: str) -> Steps[bytes]:
        """A file of a run by its address below the run's: "results/r1.parquet", "charts/1.svg"."""
        content: bytes = yield file_of(run_id, name)
        return content
