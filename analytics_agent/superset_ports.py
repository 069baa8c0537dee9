"""What semantic models need of Superset: its datasets, read and described. Beside `ports.Publisher`, which makes dashboards there."""

from collections.abc import Callable, Sequence
from typing import Protocol

from analytics_agent.domain.database import Database
from analytics_agent.domain.superset_dataset import DatasetEdit, SupersetDataset


class Datasets(Protocol):
    """The datasets that people made in Superset over its connection to a database of ours.

    Both raise SupersetUnavailable (retry) or PublishRejected (do not): an engine that Superset cannot reach, a connection it does not
    know, a service account that may not.
    """

    async def read(self, database: Database, wanted: Callable[[str, str], bool]) -> tuple[SupersetDataset, ...]:
        """Those of which `wanted(uuid, name)` says so, whole."""
        ...

    async def edit(self, database: Database, edits: Sequence[DatasetEdit]) -> tuple[str, ...]:
        """Make the changes of each dataset, all of one or none, and the datasets that are new. What is not named in an edit stays as it
        is; doing it twice is doing it once. Gives a sentence for each that was left: changed since it was read, gone, or refused by
        Superset."""
        ...
