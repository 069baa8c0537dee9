"""A model drafted over HTTP: what a data dictionary says goes to the worker, and stays nowhere."""

from typing import Any

import pytest
from fakes.api import Api
from fakes.databases import DRAFT, StoredDatabases
from fakes.memory_store import MemoryStore
from fakes.rights import MemoryRights

from analytics_agent.activities.drafting import DraftActivities
from analytics_agent.domain.artifact import Artifact
from analytics_agent.domain.orders import DraftedModel
from analytics_agent.errors import WarehouseUnavailable

pytestmark = pytest.mark.anyio
SAID = {"table": "orders", "column": "qty", "text": "Pieces ordered, says Ada"}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def api() -> Api:
    made = await Api().prepare()
    await made.artifacts.put_file(DRAFT, "application/yaml")
    return made


async def draft(api: Api, body: dict[str, Any] | None) -> Any:
    return await api.client(api.admin).post("/v1/databases/flights/draft", json=body)


async def test_the_worker_reads_the_descriptions_and_they_are_forgotten(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[tuple[str, str, str]] = []
    worker = DraftActivities(MemoryStore(), api.artifacts, lambda _: pytest.fail("nothing is opened"), MemoryRights())

    async def drafted(name: str, descriptions: Artifact | None = None, tables: tuple[str, ...] = ()) -> DraftedModel:
        read.extend((one.table, one.column, one.text) for one in await worker._descriptions(descriptions))
        return await before(name, descriptions, tables)

    before = StoredDatabases(api.store).draft
    monkeypatch.setattr(StoredDatabases, "draft", lambda _, *given: drafted(*given))
    assert (await draft(api, {"descriptions": [SAID]})).status_code == 200
    assert read == [tuple(SAID.values())]
    assert not any(b"Ada" in content for content in api.artifacts.files.values())


async def test_they_are_forgotten_where_nothing_was_drafted(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_: object) -> DraftedModel:
        raise WarehouseUnavailable("It does not answer.")

    monkeypatch.setattr(StoredDatabases, "draft", away)
    assert (await draft(api, {"descriptions": [SAID]})).status_code == 503
    assert not any(b"Ada" in content for content in api.artifacts.files.values())


async def test_without_descriptions_nothing_is_stored(api: Api) -> None:
    before = dict(api.artifacts.files)
    answer = await draft(api, None)
    assert answer.status_code == 200 and answer.json()["semantic_model"] == DRAFT.decode()
    assert api.artifacts.files == before
