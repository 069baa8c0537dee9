"""ports.Artifacts in a dictionary."""

import hashlib
import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from analytics_agent.adapters.record_json import from_json_bytes, to_bytes
from analytics_agent.domain.artifact import Artifact
from analytics_agent.domain.readable import readable
from analytics_agent.errors import OperatorError

T = TypeVar("T")


class MemoryArtifacts:
    """Tables are kept as Parquet: what is stored is bytes, as in the real ones."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self._stored: dict[str, datetime] = {}

    async def put_file(self, content: bytes, media_type: str) -> Artifact:
        digest = hashlib.sha256(content).hexdigest()
        self.files[digest] = content
        self._stored[digest] = datetime.now(UTC)
        return Artifact(digest, len(content), media_type)

    async def get_file(self, artifact: Artifact) -> bytes:
        if artifact.sha256 not in self.files:
            raise OperatorError("The stored file is missing.")
        return self.files[artifact.sha256]

    async def put_record(self, record: object) -> Artifact:
        return await self.put_file(to_bytes(record), "application/json")

    async def get_record(self, artifact: Artifact, kind: type[T]) -> T:
        return from_json_bytes(await self.get_file(artifact), kind)

    async def put_table(self, table: pa.Table) -> Artifact:
        buffer = io.BytesIO()
        pq.write_table(table, buffer)
        return await self.put_file(buffer.getvalue(), "application/vnd.apache.parquet")

    @contextmanager
    def draft(self) -> Iterator[Path]:
        with tempfile.TemporaryDirectory() as folder:
            yield Path(folder) / "draft"

    async def put_parquet(self, path: Path) -> Artifact:
        content = path.read_bytes()
        path.unlink()
        return await self.put_file(content, "application/vnd.apache.parquet")

    async def get_table(self, artifact: Artifact, *, rows: int | None = None) -> pa.Table:
        return readable(pq.ParquetFile(io.BytesIO(await self.get_file(artifact))).read().slice(0, rows))

    async def written(self, *, since: datetime, until: datetime) -> tuple[str, ...]:
        return tuple(sorted(digest for digest, at in self._stored.items() if since <= at <= until and digest in self.files))

    async def remove(self, digest: str, *, unless_after: datetime) -> bool:
        if digest not in self.files or self._stored.get(digest, unless_after) > unless_after:
            return False
        del self.files[digest]
        return True
