"""The state folder: where the embedded stack keeps everything, and who may read it. What is in a file is its writer's affair."""

import errno
import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from analytics_agent.errors import StackError, StorageFull

_MARKER = "README.txt"
_ABOUT = """State of analytics-agent's embedded stack: data, logs, secrets. Only its owner can read the secrets.
`analytics-agent down` stops what runs from here, `analytics-agent clean` removes this folder.
"""
_MADE_BEFORE_UP = {"artifacts", "stack.env"}
_MEGABYTE = 1_000_000


@dataclass(frozen=True)
class State:
    """One state folder. Two folders are two stacks that know nothing of each other."""

    folder: Path

    @property
    def stack_env(self) -> Path:
        """What settings.py reads: addresses and secrets for the API, the workers and the command line."""
        return self.folder / "stack.env"

    @property
    def superset_env(self) -> Path:
        """What superset_config.py reads."""
        return self.folder / "superset.env"

    @property
    def secrets(self) -> Path:
        return self.folder / "secrets.json"

    @property
    def ports(self) -> Path:
        return self.folder / "ports.json"

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @property
    def run(self) -> Path:
        return self.folder / "run"

    @property
    def postgres(self) -> Path:
        return self.folder / "postgres"

    @property
    def superset_environment(self) -> Path:
        return self.folder / "superset-venv"

    @property
    def marker(self) -> str:
        """The environment value by which every process of this stack is known."""
        return str(self.folder.resolve())

    def exists(self) -> bool:
        path = self.folder / _MARKER
        return path.is_file() and path.read_text().startswith(_ABOUT[:40])

    def create(self) -> None:
        """Make the folder, under the lock. One with somebody else's files in it is refused, because `clean` removes the whole folder."""
        with disk(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            strangers = {entry.name for entry in self.folder.iterdir()} - _MADE_BEFORE_UP
            if strangers and not self.exists():
                raise StackError(
                    f"The folder {self.folder} is not empty and was not made by analytics-agent.",
                    hint="Set ANALYTICS_AGENT_STATE to a new folder.",
                )
            if not self.exists():
                (self.folder / _MARKER).write_text(_ABOUT)
            # Root's PostgreSQL runs as another user, who must pass through here to its own folder.
            self.folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
            for folder in (self.logs, self.run, self.folder / "extensions", self.folder / "temporal"):
                folder.mkdir(mode=0o700, exist_ok=True)

    def require_space(self, megabytes: int) -> None:
        """Refuse early rather than half-way. Raises StorageFull."""
        free = shutil.disk_usage(self.folder).free // _MEGABYTE
        if free < megabytes:
            raise _full(self.folder, f"{free:,} MB are free and about {megabytes:,} MB are needed.")

    @contextmanager
    def lock(self, announce: Callable[[str], None]) -> Iterator[None]:
        """One `up`, `down` or `clean` at a time; a second one waits for the first. The kernel frees it when its holder dies."""
        with disk(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                announce("  another command is working on this stack; waiting for it")
                fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


def write_private(path: Path, text: str) -> None:
    """Replace a file in one step, readable by its owner only from its first byte; a crash leaves the old or the new content."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    with disk(path.parent):
        fresh.unlink(missing_ok=True)
        try:
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
                handle.write(text)
                handle.flush()
                os.fsync(handle.fileno())
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)


@contextmanager
def disk(folder: Path) -> Iterator[None]:
    """Turn what the operating system says about a disk into what a person can act on."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise _full(folder, "Nothing more can be written.") from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR):
            hint = "Set ANALYTICS_AGENT_STATE to a folder that you can write."
            raise StackError(f"The state folder {folder} cannot be written: {error.strerror}.", hint=hint) from error
        raise


def _full(folder: Path, detail: str) -> StorageFull:
    hint = "Free some space, or set ANALYTICS_AGENT_STATE to a folder on another disk."
    return StorageFull(f"The disk of {folder} is full: {detail}", hint=hint)
