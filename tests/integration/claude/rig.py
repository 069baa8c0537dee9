"""Every worker but report and deliver in this process, on a real Temporal server and a real PostgreSQL, with Claude scripted behind a
real socket. Retries wait for milliseconds instead of seconds; everything else is as in production."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from fakes.messages_api import MessagesApi
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

from analytics_agent import bootstrap, worker
from analytics_agent.adapters.store.migrate import migrate
from analytics_agent.domain.database import Database
from analytics_agent.domain.models import ModelChoice, step_models
from analytics_agent.domain.orders import Queue, RunOrder
from analytics_agent.domain.question import Question
from analytics_agent.domain.run import FINISHED, Run
from analytics_agent.ports import Store
from analytics_agent.settings import Settings
from analytics_agent.stack.services import _script
from analytics_agent.workflows import calls

QUEUES: tuple[Queue, ...] = ("workflow", "model", "warehouse")


@dataclass
class Rig:
    client: Client
    store: Store
    settings: Settings

    async def ask(self, text: str, model: str, **options: object) -> str:
        """Start a run and give its id."""
        models = step_models(model, ModelChoice("offline"))
        run_id = f"q{abs(hash((text, model, datetime.now(UTC)))):x}"[:12]
        asked = Question(run_id, text, "tiny", "k1", model, datetime.now(UTC), publish=False, formats=(), models=models)
        await self.store.create_run(replace(asked, **options))  # type: ignore[arg-type]
        await self.client.start_workflow("AnswerQuestion", RunOrder(run_id), id=f"run-{run_id}", task_queue="workflow")
        return run_id

    async def finished(self, run_id: str, seconds: float = 90) -> Run:
        async with asyncio.timeout(seconds):
            while (await self.store.owner_and_status(run_id))[1] not in FINISHED:
                await asyncio.sleep(0.1)
        return await self.store.run(run_id)


def tiny_database(folder: Path) -> Database:
    path = folder / "tiny.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE sales (region TEXT, product TEXT, amount INTEGER)")
        rows = [(region, product, 10 * n + len(region)) for n, region in enumerate(("north", "south", "east")) for product in ("a", "b")]
        connection.executemany("INSERT INTO sales VALUES (?, ?, ?)", rows)
    return Database("tiny", f"sqlite:///{path}", "sqlite")


@asynccontextmanager
async def rig(folder: Path, store_url: str, api: MessagesApi, patch: pytest.MonkeyPatch, **changes: object) -> AsyncIterator[Rig]:
    quick = {"first_retry": timedelta(milliseconds=20), "longest_retry": timedelta(milliseconds=100)}
    patch.setattr(calls, "MODEL_TURN", replace(calls.MODEL_TURN, **quick))  # type: ignore[arg-type]
    migrate(store_url)
    given: dict[str, object] = {
        "state": folder,
        "store_url": store_url,
        "encryption_key": Fernet.generate_key().decode(),
        "anthropic_api_key": "sk-test",
        "anthropic_base_url": api.url,
        "model_stall_seconds": 3.0,  # on a busy machine a whole second may pass between two pieces of a reply
        "turns": 5,
    }
    settings = Settings(**(given | changes))  # type: ignore[arg-type]
    store, claude = bootstrap.store(settings), bootstrap._anthropic_client(settings)
    # One of each for all workers, so that they can be closed: a process that ends does not.
    patch.setattr(bootstrap, "store", lambda _: store)
    patch.setattr(bootstrap, "_anthropic_client", lambda _: claude)
    await store.save_database(tiny_database(folder))
    tuning = ["--dynamic-config-value", "history.transferProcessorMaxPollRPS=2000"]
    async with AsyncExitStack() as opened:
        opened.push_async_callback(store.close)
        opened.push_async_callback(claude.close)
        env = await WorkflowEnvironment.start_local(
            dev_server_existing_path=str(_script("temporal")), dev_server_extra_args=tuning, data_converter=pydantic_data_converter
        )
        await opened.enter_async_context(env)
        for queue in QUEUES:
            await opened.enter_async_context(worker.build(env.client, settings, queue))
        # A second worker takes model turns, as a second process would: what is shared is shared over both.
        other = await Client.connect(env.client.service_client.config.target_host, data_converter=pydantic_data_converter)
        await opened.enter_async_context(worker.build(other, settings, "model"))
        yield Rig(env.client, store, settings)
