"""One worker process and its tenants: those that come, change, fail and go."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from analytics_agent import bootstrap, worker
from analytics_agent.activities.shares import Threads
from analytics_agent.errors import InvalidSettings, ServiceUnreachable
from analytics_agent.settings import Settings, load

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Working:
    """A worker of Temporal's."""

    def __init__(self, tenant: str) -> None:
        self.tenant = tenant
        self.asked_to_stop, self.failure = asyncio.Event(), None

    async def run(self) -> None:
        await self.asked_to_stop.wait()
        if self.failure:
            raise self.failure

    async def shutdown(self) -> None:
        self.asked_to_stop.set()


@dataclass
class World:
    """`now` is what the roster gives; `away` are tenants whose Temporal does not answer."""

    now_served: dict[str, Settings]
    away: set[str] = field(default_factory=set)
    made: list[Working] = field(default_factory=list)

    def now(self) -> Mapping[str, Settings]:
        return self.now_served

    def names(self) -> list[str]:
        return [one.tenant for one in self.made]

    async def temporal(self, settings: Settings) -> None:
        if settings.tenant in self.away:
            raise ServiceUnreachable("Temporal does not answer.")

    def build(self, client: None, settings: Settings, queue: str, machine: Any) -> Working:
        self.made.append(Working(settings.tenant))
        return self.made[-1]


def of(tmp_path: Path, name: str, **changed: Any) -> Settings:
    made = load(state=tmp_path, **changed)
    made._tenant = name
    return made


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    found = World({name: of(tmp_path, name) for name in ("default", "acme")})
    monkeypatch.setattr(bootstrap, "temporal", found.temporal)
    monkeypatch.setattr(worker, "build", found.build)
    monkeypatch.setattr(worker, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(worker, "TROUBLE_SECONDS", 0.02)
    return found


def serving(world: World, stop: asyncio.Event, needed: str = "default") -> "asyncio.Task[None]":
    return asyncio.create_task(worker.Serving("report", Threads(1, "report"), needed=needed).serve(world, stop))  # type: ignore[arg-type]


async def test_a_tenant_is_worked_for_from_when_it_comes_until_it_goes(world: World, tmp_path: Path) -> None:
    stop = asyncio.Event()
    task = serving(world, stop)
    await asyncio.sleep(0.05)
    world.now_served["beta"] = of(tmp_path, "beta")
    await asyncio.sleep(0.05)
    del world.now_served["acme"]
    await asyncio.sleep(0.05)
    assert world.names() == ["default", "acme", "beta"]
    assert [one.asked_to_stop.is_set() for one in world.made] == [False, True, False]
    stop.set()
    await asyncio.wait_for(task, 2)
    assert all(one.asked_to_stop.is_set() for one in world.made)


async def test_one_whose_settings_change_is_worked_for_with_the_new_ones(world: World, tmp_path: Path) -> None:
    stop = asyncio.Event()
    task = serving(world, stop)
    await asyncio.sleep(0.05)
    world.now_served["acme"] = of(tmp_path, "acme", turns=3)
    await asyncio.sleep(0.05)
    assert world.names() == ["default", "acme", "acme"] and world.made[1].asked_to_stop.is_set()
    stop.set()
    await asyncio.wait_for(task, 2)


async def test_one_that_fails_is_tried_again_and_holds_up_nobody(world: World, caplog: pytest.LogCaptureFixture) -> None:
    stop = asyncio.Event()
    world.away.add("acme")
    task = serving(world, stop)
    await asyncio.sleep(0.05)
    assert world.names() == ["default"] and "of the tenant acme failed" in caplog.text
    world.away.clear()
    await asyncio.sleep(0.1)
    assert world.names() == ["default", "acme"]
    world.made[1].failure = RuntimeError("its namespace is gone")  # type: ignore[assignment]
    world.made[1].asked_to_stop.set()
    await asyncio.sleep(0.1)
    assert world.names() == ["default", "acme", "acme"] and not task.done()
    stop.set()
    await asyncio.wait_for(task, 2)


async def test_a_watch_over_profiles_that_ends_is_started_again(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    begun: list[str] = []

    async def scrubbing(settings: Settings, *, after: float = 0.0) -> None:
        begun.append(settings.tenant)
        await asyncio.sleep(after)
        if begun.count(settings.tenant) < 3:
            raise ValueError("with somebody's value in it")
        await asyncio.Event().wait()

    monkeypatch.setattr(worker, "_scrubbing", scrubbing)
    world.now_served["default"] = of(tmp_path, "default", policies=tmp_path / "policies.yaml")
    stop = asyncio.Event()
    task = asyncio.create_task(worker.Serving("warehouse", Threads(1, "warehouse"), needed="default").serve(world, stop))  # type: ignore[arg-type]
    while len(begun) < 3:
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.05)
    assert begun == ["default"] * 3 and world.names() == ["default", "acme"]
    assert "of the tenant default ended and is started again: ValueError" in caplog.text and "somebody" not in caplog.text
    stop.set()
    await asyncio.wait_for(task, 2)


async def test_without_the_installations_own_the_process_ends_to_be_started_anew(world: World) -> None:
    world.away.add("default")
    with pytest.raises(ServiceUnreachable):
        await asyncio.wait_for(serving(world, asyncio.Event()), 2)
    world.away.clear()
    task = serving(world, asyncio.Event())
    await asyncio.sleep(0.05)
    world.made[0].failure = RuntimeError("lost")  # type: ignore[assignment]
    world.made[0].asked_to_stop.set()
    with pytest.raises(RuntimeError, match="lost"):
        await asyncio.wait_for(task, 2)
    assert world.made[1].asked_to_stop.is_set()


async def test_a_process_for_one_tenant_needs_that_one_and_no_other(world: World) -> None:
    stop, only = asyncio.Event(), World({"acme": world.now_served["acme"]}, made=world.made)
    task = serving(only, stop, needed="acme")
    await asyncio.sleep(0.05)
    assert world.names() == ["acme"]
    only.now_served.clear()
    with pytest.raises(InvalidSettings, match="no tenant 'acme'"):
        await asyncio.wait_for(task, 2)
