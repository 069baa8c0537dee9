"""The client against the real API: ask and wait, lose the connection, take it up again."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from fakes.records import ANSWER, EVIDENCE, query
from integration.api.server import Server

from analytics_agent.adapters.file_artifacts import FileArtifacts
from analytics_agent.adapters.store.postgres_store import PostgresStore
from analytics_agent.client import AsyncClient, Client
from analytics_agent.domain.report import Report
from analytics_agent.domain.run import Clarification
from analytics_agent.errors import NotAllowed, NotAuthenticated, ServiceUnreachable, UnknownDatabase

pytestmark = pytest.mark.anyio


@pytest.fixture
def client(server: Server, key: str) -> Iterator[Client]:
    with Client(server.address, key) as asking:
        yield asking


async def _work(store: PostgresStore, server: Server, *, asks: bool = False, pause: float = 0.1) -> None:
    """What the workers do with the next run that is started."""
    while not server.runner.started:
        await asyncio.sleep(0.02)
    run_id = server.runner.started[-1]
    await _status(store, run_id, "running", key="running")
    if asks:
        await store.ask_person(run_id, Clarification("Which summer?", ("2013", "both")))
        await _status(store, run_id, "needs_input", key="needs_input")
        while not server.runner.answered:
            await asyncio.sleep(0.02)
        await _status(store, run_id, "running", key="running again")
    await _answer(store, FileArtifacts(server.artifacts), run_id, pause)
    await _status(store, run_id, "succeeded", key="succeeded")


async def _status(store: PostgresStore, run_id: str, status: Any, *, key: str) -> None:
    await store.append_event(run_id, "run", None, {"status": status}, key=key)
    await asyncio.sleep(0.05)
    await store.set_status(run_id, status)


async def _answer(store: PostgresStore, artifacts: FileArtifacts, run_id: str, pause: float) -> None:
    for step in ("explore", "synthesize"):
        await store.append_event(run_id, "step", step, {"state": "started"}, key=step)  # type: ignore[arg-type]
        await asyncio.sleep(pause)
    rows = await artifacts.put_table(pa.table({"carrier": ["F9", "EV"], "delay": [20.2, 19.9]}))
    await store.add_query(run_id, query(artifact=rows), key="q")
    pdf = await artifacts.put_file(b"%PDF-1.7", "application/pdf")
    for name, record in {"evidence": EVIDENCE, "answer": ANSWER, "report": Report(pdf=pdf)}.items():
        await store.save_document(run_id, name, record)


async def _while(working: Any, call: Callable[[], Any]) -> Any:
    """Run the blocking client in a thread while the workers work here."""
    done, _ = await asyncio.gather(asyncio.to_thread(call), working)
    return done


async def test_ask_waits_shows_progress_and_gives_everything(client: Client, store: PostgresStore, server: Server, tmp_path: Path) -> None:
    seen: list[dict[str, Any]] = []
    run = await _while(_work(store, server), lambda: client.ask("How late?", "flights", progress=seen.append))
    assert (run.status, str(run.answer)) == ("succeeded", "Frontier was 20.2 min late.")
    assert [event["seq"] for event in seen] == [1, 2, 3, 4, 5]
    assert run["r1"].df["carrier"].tolist() == ["F9", "EV"]
    assert run.report.pdf.save(tmp_path / "late.pdf").read_bytes() == b"%PDF-1.7"


async def test_a_question_to_the_asker_is_answered_and_the_run_goes_on(client: Client, store: PostgresStore, server: Server) -> None:
    asked: list[dict[str, Any]] = []

    def answer(clarification: dict[str, Any]) -> str:
        asked.append(clarification)
        return "both"

    run = await _while(_work(store, server, asks=True), lambda: client.ask("How late?", "flights", answer=answer))
    assert (run.status, run.document["clarification"]["answer"]) == ("succeeded", "both")
    assert [one["question"] for one in asked] == ["Which summer?"]


async def test_without_anybody_to_answer_the_waiting_run_comes_back(client: Client, store: PostgresStore, server: Server) -> None:
    working = asyncio.create_task(_work(store, server, asks=True))
    run = await asyncio.to_thread(lambda: client.ask("How late?", "flights"))
    assert run.status == "needs_input"
    await asyncio.to_thread(lambda: client.answer(run.id, "2013"))
    await working
    assert (await asyncio.to_thread(run.refresh)).status == "succeeded"


async def test_an_api_that_restarts_while_somebody_waits_is_not_noticed(client: Client, store: PostgresStore, server: Server) -> None:
    def restart() -> None:
        time.sleep(0.5)
        server.stop()
        time.sleep(0.5)
        server.start()

    restarting = threading.Thread(target=restart)
    restarting.start()
    seen: list[int] = []
    run = await _while(
        _work(store, server, pause=1.2), lambda: client.ask("How late?", "flights", progress=lambda event: seen.append(event["seq"]))
    )
    restarting.join()
    assert run.status == "succeeded"
    assert seen == [1, 2, 3, 4, 5]


async def test_what_is_awaited_does_not_notice_a_restart_either(server: Server, store: PostgresStore, key: str) -> None:
    async def restart() -> None:
        await asyncio.sleep(0.5)
        await asyncio.to_thread(server.stop)
        await asyncio.sleep(0.5)
        await asyncio.to_thread(server.start)

    async with AsyncClient(server.address, key) as client:
        run, *_ = await asyncio.gather(client.ask("How late?", "flights"), _work(store, server, pause=1.2), restart())
    assert (run.status, len(await store.runs(owner=None))) == ("succeeded", 1)
    assert run["r1"].df["carrier"].tolist() == ["F9", "EV"]


async def test_asking_while_the_engine_is_away_says_so_and_keeps_the_question(client: Client, store: PostgresStore, server: Server) -> None:
    server.runner.away = True
    with pytest.raises(ServiceUnreachable, match="analytics-agent up"):
        await asyncio.to_thread(lambda: client.submit("How late?", "flights"))
    (run,) = await store.runs(owner=None)
    assert run.status == "queued"


async def test_refusals_arrive_as_errors(client: Client, server: Server) -> None:
    with pytest.raises(UnknownDatabase, match="flights"):
        await asyncio.to_thread(lambda: client.submit("How late?", "flight"))
    with pytest.raises(NotAllowed):
        await asyncio.to_thread(client.keys)
    with pytest.raises(NotAuthenticated):
        await asyncio.to_thread(Client(server.address, "wrong").runs)


async def test_an_administrator_manages_keys_and_databases(server: Server, store: PostgresStore, key: str) -> None:
    admin = Client(server.address, (await store.create_key("admin", ["admin"]))[1])

    def manage() -> None:
        made = admin.create_key("laptop", scopes=["ask"])
        assert Client(server.address, made["key"]).me()["id"] == made["id"]
        admin.revoke_key(made["id"])
        known = admin.keys()
        assert {key["name"]: key["revoked_at"] is None for key in known} == {"asker": True, "admin": True, "laptop": False}
        assert admin.add_database("shop", "postgresql://u:geheim@h/shop")["name"] == "shop"
        assert [view["name"] for view in admin.databases()] == ["flights", "shop"]
        assert admin.refresh_database("shop")["tables"] == 1
        assert admin.catalog("shop")["tables"][0]["name"] == "flights"
        admin.remove_database("shop")
        with pytest.raises(UnknownDatabase):
            admin.remove_database("shop")
        assert admin.costs(by="model")["costs"] == []

    await asyncio.to_thread(manage)


async def test_runs_are_listed_and_cancelled(client: Client, store: PostgresStore, server: Server) -> None:
    ids = [await asyncio.to_thread(lambda: client.submit("How late?", "flights")) for _ in range(3)]
    documents = await asyncio.to_thread(lambda: client.runs(limit=2))
    older = await asyncio.to_thread(lambda: client.runs(before=documents[-1]["asked_at"]))
    assert [document["id"] for document in documents + older] == ids[::-1]
    await asyncio.to_thread(lambda: client.cancel(ids[0]))
    assert server.runner.cancelled == [ids[0]]
