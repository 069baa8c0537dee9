"""ports.Folders on any fsspec filesystem: a local folder, an object store, a file server. A file appears whole or not at all."""

import asyncio
import errno
import json
import os
import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem
from fsspec.registry import get_filesystem_class, known_implementations

from analytics_agent.adapters.places import Places
from analytics_agent.domain.addresses import folder_problems
from analytics_agent.domain.delivery import Destination
from analytics_agent.errors import AgentError, DeliveryRejected, FolderUnavailable

T = TypeVar("T")

PATIENCE = 120.0
_NAME = re.compile(r"[^/\\\x00-\x1f]{1,200}")
_WHOLE_AT_ONCE = frozenset({"s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "oss", "oci", "adl", "memory"})
"""Object stores show a new object only when it is complete, and a rename there is a copy."""
_FULL = {errno.ENOSPC, errno.EDQUOT}


class FsspecFolders:
    def __init__(self, places: Places | None = None) -> None:
        """`places`: the only ones where something is put, whatever a destination says."""
        self._places = places

    async def put(self, destination: Destination, path: str, content: bytes) -> None:
        await self._patiently(destination, path, partial(_put, destination, path, content))

    async def remove(self, destination: Destination, path: str) -> bool:
        return await self._patiently(destination, path, partial(_remove, destination, path))

    async def _patiently(self, destination: Destination, path: str, act: Callable[[], T]) -> T:
        if not _NAME.fullmatch(path) or path in {".", ".."} or folder_problems(destination.address) or self._elsewhere(destination):
            raise DeliveryRejected(f"The folder {destination.name} has an address that cannot be used. Add it again.")
        try:
            return await asyncio.wait_for(asyncio.to_thread(act), PATIENCE)
        except TimeoutError:
            raise FolderUnavailable(f"The folder {destination.name} does not answer.") from None

    def _elsewhere(self, destination: Destination) -> bool:
        return self._places is not None and self._places.folder_problem(destination.address) != ""


def _put(destination: Destination, name: str, content: bytes) -> None:
    files, root = _opened(destination)
    with _told(destination.name):
        if isinstance(files, LocalFileSystem):
            _write_locally(Path(root) / name, content)
        elif destination.address.partition("://")[0].lower() in _WHOLE_AT_ONCE:
            files.pipe_file(f"{root.rstrip('/')}/{name}", content)
        else:
            _write_beside(files, root.rstrip("/"), name, content)


def _remove(destination: Destination, name: str) -> bool:
    files, root = _opened(destination)
    with _told(destination.name), suppress(FileNotFoundError):
        path = f"{root.rstrip('/')}/{name}"
        if files.exists(path):
            files.rm_file(path)
            return True
    return False


def _opened(destination: Destination) -> tuple[Any, str]:
    """Raises DeliveryRejected, naming the package where a filesystem's driver is not installed."""
    if problem := driver_problem(destination.address):
        raise DeliveryRejected(f"The folder {destination.name} cannot be opened. {problem}")
    with _told(destination.name):
        try:
            files, root = url_to_fs(destination.address, **_options(destination))
        except (TypeError, ValueError):
            raise DeliveryRejected(f"The folder {destination.name} cannot be opened with the options it has. Add it again.") from None
    return files, str(root)


def driver_problem(address: str) -> str:
    """Why no filesystem can be had for this address, naming the package that is missing; empty where there is one."""
    protocol = address.partition("://")[0].lower()
    try:
        get_filesystem_class(protocol)
    except ImportError:
        package = known_implementations.get(protocol, {}).get("err", f"Install the fsspec driver for {protocol}.")
        return f"For {protocol}:// a package is missing. {package.rstrip('.')}. It goes where the API and the workers run."
    except ValueError:
        return f"{protocol[:40]!r} is no filesystem that fsspec knows."
    return ""


def _options(destination: Destination) -> dict[str, Any]:
    """What was given with --option. A value that is JSON (true, 5, {…}) means what it says, any other is a text."""
    given: dict[str, str] = json.loads(destination.secret) if destination.secret else {}
    return {name: _value(text) for name, text in given.items()}


def _value(text: str) -> Any:
    try:
        return json.loads(text) if text in ("true", "false", "null") or text[:1] in "{[" else text
    except ValueError:
        return text


def _write_locally(path: Path, content: bytes) -> None:
    """Through a file beside it, renamed when complete and on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name[:100]}.{uuid.uuid4().hex}")
    try:
        with unfinished.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _write_beside(files: Any, root: str, name: str, content: bytes) -> None:
    unfinished, path = f"{root}/.{name[:100]}.{uuid.uuid4().hex}", f"{root}/{name}"
    files.makedirs(root, exist_ok=True)
    try:
        files.pipe_file(unfinished, content)
        if files.exists(path):
            files.rm_file(path)  # not every server renames over a file that is there
        files.mv(unfinished, path)
    finally:
        with suppress(OSError):
            files.rm_file(unfinished)


@contextmanager
def _told(name: str) -> Iterator[None]:
    """What the filesystem says, in our words: its own may hold keys and paths."""
    try:
        yield
    except OSError as error:
        raise _error(name, error) from None


def _error(name: str, error: OSError) -> AgentError:
    if isinstance(error, PermissionError) or error.errno in (errno.EROFS, errno.EACCES):
        return DeliveryRejected(f"The folder {name} may not be written.", hint="Give the workers the right to write there.")
    if isinstance(error, FileNotFoundError | NotADirectoryError | IsADirectoryError):
        return DeliveryRejected(f"The folder {name} is not there.", hint="Make it, or add it again with the right address.")
    if error.errno in _FULL:
        return FolderUnavailable(f"The disk of the folder {name} is full.", hint="Free some space.")
    return FolderUnavailable(f"The folder {name} does not answer.")
