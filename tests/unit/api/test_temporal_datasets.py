"""What is read of Superset for a model names people: its file is gone as soon as it was taken, whatever came of it."""

import pytest
from fakes.memory_artifacts import MemoryArtifacts
from fakes.memory_store import MemoryStore
from fakes.superset_datasets import flights

from analytics_agent.activities.superset_datasets import DatasetActivities
from analytics_agent.api.temporal_datasets import TemporalDatasets
from analytics_agent.domain.artifact import Artifact
from analytics_agent.domain.database import Database
from analytics_agent.domain.orders import DatabaseOrder, DatasetsOrder
from analytics_agent.domain.superset_dataset import DatasetEdit, SupersetDataset
from analytics_agent.errors import SupersetUnavailable

pytestmark = pytest.mark.anyio
EDIT = DatasetEdit(3, "flights", "", {"extra": '{"certification": {"certified_by": "Ada Able"}}'})


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class InSuperset:
    """superset_ports.Datasets, with one dataset that somebody owns; it fails where it is told to."""

    def __init__(self) -> None:
        self.edits: list[DatasetEdit] = []
        self.is_away = False

    async def read(self, database: Database, wanted: object) -> tuple[SupersetDataset, ...]:
        return (flights(),)

    async def edit(self, database: Database, edits: tuple[DatasetEdit, ...]) -> tuple[str, ...]:
        if self.is_away:
            raise SupersetUnavailable("Superset does not answer.")
        self.edits += edits
        return ("dataset `flights`: left",)


class InOneProcess(TemporalDatasets):
    """The worker's activities called where Temporal would have them called."""

    def __init__(self, artifacts: MemoryArtifacts, activities: DatasetActivities) -> None:
        self._artifacts, self._activities = artifacts, activities

    async def _done(self, act: str, order: DatabaseOrder | DatasetsOrder, seconds: float = 0) -> Artifact:
        done: Artifact = await getattr(self._activities, act)(order)
        return done


@pytest.fixture
async def place() -> tuple[InOneProcess, InSuperset, MemoryArtifacts]:
    artifacts, there, store = MemoryArtifacts(), InSuperset(), MemoryStore()
    await store.save_database(Database("flights", "postgresql://reader:geheim@host/flights"))
    return InOneProcess(artifacts, DatasetActivities(store, artifacts, lambda: there)), there, artifacts


async def test_nothing_is_kept_of_what_was_read(place: tuple[InOneProcess, InSuperset, MemoryArtifacts]) -> None:
    datasets, _, artifacts = place
    assert await datasets.read("flights") == (flights(),)
    assert artifacts.files == {}


async def test_nothing_is_kept_of_what_was_written_also_where_superset_went_away(
    place: tuple[InOneProcess, InSuperset, MemoryArtifacts],
) -> None:
    datasets, there, artifacts = place
    assert await datasets.edit("flights", (EDIT,)) == ("dataset `flights`: left",)
    assert there.edits == [EDIT] and not any(b"Ada Able" in content for content in artifacts.files.values())
    there.is_away = True
    with pytest.raises(SupersetUnavailable):
        await datasets.edit("flights", (EDIT,))
    assert not any(b"Ada Able" in content for content in artifacts.files.values())
