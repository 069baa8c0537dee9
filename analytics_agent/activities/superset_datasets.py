"""Superset's datasets read and described with the service account. What they hold is stored as files: the engine's history has names."""

import re
from collections.abc import Callable
from uuid import uuid4

from pydantic import TypeAdapter
from temporalio import activity

from analytics_agent.deliver.superset_addresses import address
from analytics_agent.domain.artifact import Artifact
from analytics_agent.domain.orders import DatabaseOrder, DatasetsOrder
from analytics_agent.domain.superset_dataset import DatasetEdits, DatasetsRead
from analytics_agent.ports import Artifacts, Store
from analytics_agent.superset_ports import Datasets

JSON = "application/json"
_OF_A_RUN = re.compile(r".*_(?P<run>[^_]+)_(?P<result>r\d+)")


class DatasetActivities:
    def __init__(self, store: Store, artifacts: Artifacts, datasets: Callable[[], Datasets]) -> None:
        self._store, self._artifacts, self._datasets = store, artifacts, datasets

    @activity.defn
    async def read_datasets(self, order: DatabaseOrder) -> Artifact:
        """Those that people made: what was published of answers is no definition."""
        found = await self._datasets().read(await self._store.database(order.name), is_of_people)
        return await self._artifacts.put_file(TypeAdapter(DatasetsRead).dump_json(DatasetsRead(uuid4().hex, found)), JSON)

    @activity.defn
    async def edit_datasets(self, order: DatasetsOrder) -> Artifact:
        """Gives sentences about what was left."""
        edits = TypeAdapter(DatasetEdits).validate_json(await self._artifacts.get_file(order.edits)).edits
        said = await self._datasets().edit(await self._store.database(order.name), edits)
        return await self._artifacts.put_file(TypeAdapter(tuple[str, ...]).dump_json(said), JSON)


def is_of_people(uuid: str, name: str) -> bool:
    """Whether a dataset is none that an answer was published as, told by its address."""
    found = _OF_A_RUN.fullmatch(name)
    return name != f"erased {uuid}" and not (found and address(found["run"], "dataset", found["result"]) == uuid)
