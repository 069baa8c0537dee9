"""What keys, quotas and the audit log cost a request, in one run: `python benchmarks/limits.py postgresql://…` over an empty database.

Each pair is measured in turns, so that a busy machine slows both; the medians and their difference are printed, in milliseconds.
"""

import asyncio
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from cryptography.fernet import Fernet

from analytics_agent.adapters.store.migrate import migrate
from analytics_agent.adapters.store.postgres_store import PostgresStore
from analytics_agent.domain.audit import AuditEntry
from analytics_agent.domain.question import Question
from analytics_agent.domain.quota import Quota

TIMES = 400
Call = Callable[[int], Awaitable[object]]


async def milliseconds(call: Call, number: int) -> float:
    begun = time.perf_counter()
    await call(number)
    return 1000 * (time.perf_counter() - begun)


async def compared(name: str, without: Call, with_it: Call) -> None:
    taken: tuple[list[float], list[float]] = ([], [])
    for number in range(-20, TIMES):
        for kept, call in zip(taken, (without, with_it), strict=True):
            took = await milliseconds(call, number)
            if number >= 0:
                kept.append(took)
    before, after = (statistics.median(each) for each in taken)
    sys.stdout.write(f"{name:52} {before:6.2f} {after:6.2f} {after - before:+6.2f}\n")


async def main(url: str) -> None:
    migrate(url)
    store = PostgresStore(url, Fernet.generate_key().decode())
    _, key = await store.create_key("bench", ["ask"])

    def question(kind: str, number: int) -> Question:
        return Question(f"{kind}{number}", "How many?", "shop", kind, "offline", datetime.now(UTC))

    async def authenticated(_: int) -> None:
        await store.authenticate(key)

    async def counted(_: int) -> None:
        await store.authenticate(key)
        await store.count_request("k1")

    async def asked(number: int) -> None:
        await store.create_run(question("free", number))

    async def asked_within(number: int) -> None:
        await store.create_run(question("limited", number), quota=Quota(None, 10**6, 10**4))

    async def nothing(_: int) -> None:
        return None

    async def line(number: int) -> None:
        await store.record_act(AuditEntry(datetime.now(UTC), "k1", "changed", about="x"), key=f"x{number}")

    async def read(number: int) -> None:
        await store.record_read("free0", ["public.orders"], policy="abc", key=f"r{number}")

    await store.create_run(question("free", 0))
    sys.stdout.write(f"{'':52} {'before':>6} {'after':>6} {'ms':>6}\n")
    await compared("a request, its key looked up; and counted", authenticated, counted)
    await compared("a question stored; within a day's and at once", asked, asked_within)
    await compared("a line of the audit log", nothing, line)
    await compared("a statement's line of the audit log", nothing, read)
    await store.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
