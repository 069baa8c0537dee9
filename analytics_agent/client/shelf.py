"""A run's tables and charts for a page that must show itself: what cannot be fetched is missing and said, and is not asked for again."""

import io
from typing import TYPE_CHECKING

from analytics_agent.client.run_files import RunFiles
from analytics_agent.domain.readable import readable
from analytics_agent.errors import AgentError

if TYPE_CHECKING:
    import pyarrow as pa


class Shelf:
    """`why` says what is missing, once something is."""

    def __init__(self, files: RunFiles) -> None:
        self._files = files
        self._tables: dict[str, pa.Table] = {}
        self.why = ""

    def file(self, name: str) -> bytes | None:
        """After one that the API did not give no other is waited for."""
        if self.why and name not in self._files:
            return None
        try:
            return self._files[name]
        except AgentError as error:
            self.why = f"The rows could not be fetched. {error.message}"
            return None

    def table(self, result: str) -> "pa.Table | None":
        name = f"results/{result}.parquet"
        if result not in self._tables and (content := self.file(name)) is not None:
            import pyarrow.parquet as pq

            self._tables[result] = readable(pq.ParquetFile(io.BytesIO(content)).read())
        return self._tables.get(result)
