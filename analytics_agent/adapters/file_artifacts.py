"""ports.Artifacts on any fsspec filesystem: a folder by default, an object store by its URL. Files are named by their SHA-256."""

import asyncio
import errno
import hashlib
import io
import os
import re
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem

from analytics_agent.adapters.record_json import from_json_bytes, to_bytes
from analytics_agent.domain.artifact import Artifact
from analytics_agent.domain.readable import readable
from analytics_agent.errors import OperatorError, StorageFull

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

T = TypeVar("T")

JSON = "application/json"
PARQUET = "application/vnd.apache.parquet"
_DIGEST = re.compile(r"[0-9a-f]{64}")
_DRAFT = "analytics-agent-draft-"
_FORGOTTEN_SECONDS = 86_400
_FULL = {errno.ENOSPC, errno.EDQUOT}
_ASK_AGAIN = "Ask the question again, or restore the artifacts folder (ANALYTICS_AGENT_ARTIFACTS_URL) from a backup."


class FileArtifacts:
    """Writes are atomic: a reader sees the whole file or none. Reads are verified against the name."""

    def __init__(self, url: str) -> None:
        """`url` as fsspec takes it: file:///var/lib/analytics-agent/artifacts, s3://bucket/prefix."""
        try:
            self._files, self._root = url_to_fs(url)
        except (ValueError, ImportError) as error:
            raise OperatorError(f"ANALYTICS_AGENT_ARTIFACTS_URL cannot be used: {error}", hint="Use file:///a/folder.") from None

    async def put_record(self, record: object) -> Artifact:
        return await self.put_file(to_bytes(record), JSON)

    async def get_record(self, artifact: Artifact, kind: type[T]) -> T:
        return from_json_bytes(await self.get_file(artifact), kind)

    async def put_table(self, table: "pa.Table") -> Artifact:
        return await self.put_file(await asyncio.to_thread(_parquet, table), PARQUET)

    @contextmanager
    def draft(self) -> Iterator[Path]:
        """Beside the stored files where those are in a folder; drafts that a process left behind when it died are removed."""
        folder = Path(self._root) / "drafts" if isinstance(self._files, LocalFileSystem) else Path(tempfile.gettempdir())
        with _write_errors():
            folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            folder.mkdir(exist_ok=True, mode=0o700)
        _clear(folder)
        path = folder / f"{_DRAFT}{uuid.uuid4().hex}"
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)

    async def put_parquet(self, path: Path) -> Artifact:
        return await asyncio.to_thread(self._take, path)

    async def get_table(self, artifact: Artifact, *, rows: int | None = None) -> "pa.Table":
        return await asyncio.to_thread(_table, await self.get_file(artifact), rows)

    async def put_file(self, content: bytes, media_type: str) -> Artifact:
        artifact = Artifact(hashlib.sha256(content).hexdigest(), len(content), media_type)
        await asyncio.to_thread(self._write, self._path(artifact), content)
        return artifact

    async def get_file(self, artifact: Artifact) -> bytes:
        """Raises OperatorError when the file is missing or is not what its name says."""
        return await asyncio.to_thread(self._read, self._path(artifact))

    async def written(self, *, since: datetime, until: datetime) -> tuple[str, ...]:
        return await asyncio.to_thread(self._written, since, until)

    async def remove(self, digest: str, *, unless_after: datetime) -> bool:
        path = self._path(Artifact(digest, 0, ""))
        return await asyncio.to_thread(_remove_locally if self._is_local else self._remove, path, unless_after)

    @property
    def _is_local(self) -> bool:
        return isinstance(self._files, LocalFileSystem)

    def _written(self, since: datetime, until: datetime) -> tuple[str, ...]:
        """Only what is named as we name files: whatever else lies there is not ours."""
        with _write_errors(), suppress(FileNotFoundError):
            found = self._files.find(self._root, maxdepth=2, detail=True)
            kept = {path.rpartition("/")[2]: _changed(about) for path, about in found.items() if path.endswith(_own_place(path))}
            return tuple(sorted(digest for digest, at in kept.items() if since <= at <= until))
        return ()

    def _remove(self, path: str, unless_after: datetime) -> bool:
        """An object store shows what is stored again under the same name as changed later."""
        with _write_errors(), suppress(FileNotFoundError):
            if _changed(self._files.info(path)) <= unless_after:
                self._files.rm_file(path)
                return True
        return False

    def _take(self, path: Path) -> Artifact:
        with path.open("rb") as file:
            artifact = Artifact(hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size, PARQUET)
            os.fsync(file.fileno())
        target = self._path(artifact)
        if self._is_kept(target):
            path.unlink()
            return artifact
        with _write_errors():
            if self._is_local:
                _make_folders(Path(target))
                path.replace(target)
            else:
                self._files.put_file(str(path), target)
                path.unlink()
        return artifact

    def _path(self, artifact: Artifact) -> str:
        """A digest is checked before it becomes part of a path: records cross networks."""
        if not _DIGEST.fullmatch(artifact.sha256):
            raise OperatorError("A stored reference is not a SHA-256 digest.", hint=_ASK_AGAIN)
        return f"{self._root}/{artifact.sha256[:2]}/{artifact.sha256}"

    def _read(self, path: str) -> bytes:
        try:
            content: bytes = self._files.cat_file(path)
        except FileNotFoundError:
            raise OperatorError(f"The stored file {_short(path)} is missing.", hint=_ASK_AGAIN) from None
        except OSError as error:
            raise OperatorError(f"The stored file {_short(path)} cannot be read: {error.strerror or 'input/output error'}.") from None
        if hashlib.sha256(content).hexdigest() != path.rpartition("/")[2]:
            raise OperatorError(f"The stored file {_short(path)} is damaged: its content does not match its name.", hint=_ASK_AGAIN)
        return content

    def _write(self, path: str, content: bytes) -> None:
        """A file that is there and whole is not written again; a damaged one is mended."""
        if self._is_kept(path):
            return
        with _write_errors():
            if self._is_local:
                _write_locally(Path(path), content)
            else:
                self._files.pipe_file(path, content)  # object stores show a new object only when it is complete

    def _is_kept(self, path: str) -> bool:
        """Whether it is there and whole. It is stored anew then, as far as its time goes: whoever removes what nobody refers to sees that
        somebody is about to. Object stores change the time with the content only, so there it is written again."""
        if not self._is_local:
            return False
        with suppress(OperatorError, FileNotFoundError):
            self._read(path)
            os.utime(path)
            return True
        return False


def remove_all(url: str) -> None:
    """Everything that is stored there. For a whole tenant that goes. Raises OperatorError."""
    files, root = url_to_fs(url)
    try:
        if files.exists(root):
            files.rm(root, recursive=True)
    except OSError as error:
        raise OperatorError(f"The stored files could not be removed: {error.strerror or 'input/output error'}.") from None


def _write_locally(path: Path, content: bytes) -> None:
    """Through a file beside it, renamed when complete; a file that could not be completed is removed."""
    _make_folders(path)
    unfinished = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        with unfinished.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _remove_locally(path: str, unless_after: datetime) -> bool:
    """Taken aside first: whoever stores it again from then on finds none and writes it anew, and one that was just stored is put back."""
    file = Path(path)
    aside = file.with_name(f".{file.name}.{uuid.uuid4().hex}")
    with _write_errors(), suppress(FileNotFoundError):
        if _changed_locally(file) > unless_after:
            return False
        file.rename(aside)
        if _changed_locally(aside) > unless_after:
            aside.replace(file)
            return False
        aside.unlink()
        return True
    return False


def _changed_locally(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _changed(about: dict[str, Any]) -> datetime:
    """When fsspec says that a file was changed: each filesystem has a name of its own for it."""
    found = next((about[name] for name in ("mtime", "LastModified", "last_modified", "updated", "created") if about.get(name)), None)
    if isinstance(found, int | float):
        return datetime.fromtimestamp(found, UTC)
    if isinstance(found, str):
        found = datetime.fromisoformat(found)
    if not isinstance(found, datetime):
        return datetime.max.replace(tzinfo=UTC)  # not known: such a file is left alone
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _own_place(path: str) -> str:
    """How the path of a file of that name ends, where we put it; a text that no path ends with for a name that is not ours."""
    name = path.rpartition("/")[2]
    return f"/{name[:2]}/{name}" if _DIGEST.fullmatch(name) else "\0"


def _make_folders(path: Path) -> None:
    for folder in (path.parent.parent, path.parent):  # one by one: `mode` is for the last folder of a path only
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)


def _clear(folder: Path) -> None:
    for left in folder.glob(f"{_DRAFT}*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _FORGOTTEN_SECONDS:
                left.unlink()


@contextmanager
def _write_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFull(
                "The disk that keeps results and reports is full.", hint="Free space in the state folder, then ask again."
            ) from None
        reason = error.strerror or "input/output error"
        raise OperatorError(f"Results cannot be stored: {reason}.", hint="Check the folder in ANALYTICS_AGENT_ARTIFACTS_URL.") from None


def _parquet(table: "pa.Table") -> bytes:
    import pyarrow.parquet as pq

    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd")
    return buffer.getvalue()


def _table(content: bytes, rows: int | None) -> "pa.Table":
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(pa.BufferReader(content))
        return readable(file.read() if rows is None else first_rows(file, rows))
    except pa.ArrowInvalid:
        raise OperatorError("A stored result is not a Parquet file.", hint=_ASK_AGAIN) from None


def first_rows(file: "pq.ParquetFile", rows: int) -> "pa.Table":
    """Of a file that may have many more: whole groups of them are left unread."""
    groups: list[int] = []
    found = 0
    while found < rows and len(groups) < file.num_row_groups:
        found += file.metadata.row_group(len(groups)).num_rows
        groups.append(len(groups))
    return file.read_row_groups(groups).slice(0, rows) if groups else file.schema_arrow.empty_table()


def _short(path: str) -> str:
    return f"{path.rpartition('/')[2][:12]}…"
