"""The provider's rate, kept by all workers together: the calls a minute of the settings, and a pause that one of them was told of."""

import asyncio
import threading
import time
from itertools import pairwise
from pathlib import Path

import psycopg
import pytest
from fakes.messages_api import Body, Fault, MessagesApi
from integration.claude.conversations import OPUS, Reply, right, step_of
from integration.claude.rig import rig

from analytics_agent.stack.postgres import Cluster

RUNS, CALLS_A_MINUTE, PAUSE = 4, 150, 2.0


class PausedOnce:
    """The first request is told to come later; all others are answered."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.paused_at = 0.0

    def __call__(self, body: Body) -> Reply:
        with self._lock:
            if not self.paused_at:
                self.paused_at = time.monotonic()
                return Fault(429, "rate_limit_error", headers={"retry-after": str(PAUSE)})
        return right(step_of(body), body)


def asked(postgres: Cluster, name: str, folder: Path, api: MessagesApi, patch: pytest.MonkeyPatch, **settings: object) -> list[str]:
    """So many questions at once; gives how they ended."""
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")

    async def all_of_them() -> list[str]:
        async with rig(folder, postgres.url(name), api, patch, **settings) as running:
            ids = [await running.ask(f"[run {n}] What is the total by region?", OPUS) for n in range(RUNS)]
            return [run.status for run in await asyncio.gather(*map(running.finished, ids))]

    return asyncio.run(all_of_them())


def test_all_workers_together_begin_no_more_turns_a_minute_than_the_settings_allow(
    postgres: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with MessagesApi(lambda body: right(step_of(body), body)) as api:
        ended = asked(postgres, "rate", tmp_path, api, monkeypatch, model_calls_per_minute=CALLS_A_MINUTE)
    assert ended == ["succeeded"] * RUNS
    took = api.asked_at[-1] - api.asked_at[0]
    apart = 60 / CALLS_A_MINUTE
    assert len(api.asked_at) == 4 * RUNS
    assert took >= 0.9 * (len(api.asked_at) - 1) * apart
    assert took <= 2 * len(api.asked_at) * apart, "the limit is used"


def test_nobody_asks_a_model_within_the_pause_that_one_was_told_of(
    postgres: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = PausedOnce()
    with MessagesApi(script) as api:
        ended = asked(postgres, "pause", tmp_path, api, monkeypatch)
    assert ended == ["succeeded"] * RUNS
    # Those that were on their way when it came may still arrive.
    on_their_way = script.paused_at + 0.3
    within = [at for at in api.asked_at if on_their_way < at < script.paused_at + PAUSE - 0.1]
    assert not within
    assert max(later - earlier for earlier, later in pairwise(api.asked_at)) >= PAUSE - 0.4
