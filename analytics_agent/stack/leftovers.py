"""Processes of this state folder that outlived their supervisor: found in /proc by what cannot be confused, and ended."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from analytics_agent.stack.program import MARKER
from analytics_agent.stack.state import State

_PROC = Path("/proc")
_PATIENCE = 20.0
_LAST_SECONDS = 5.0


def find(state: State) -> dict[int, int]:
    """Process id → parent id of everything that carries this stack's marker or works inside its PostgreSQL data folder.

    The second test is for PostgreSQL's own children, which overwrite their environment with a title.
    """
    marker = f"{MARKER}={state.marker}".encode()
    data = state.postgres.resolve()
    mine = os.getpid()
    return {pid: _parent(pid) for pid in _processes() if pid != mine and _alive(pid) and (_carries(pid, marker) or _works_in(pid, data))}


def end(state: State) -> int:
    """Stop every leftover, politely and then not, and say how many there were. PostgreSQL recovers from either."""
    seen: set[int] = set()
    asked: set[int] = set()
    deadline = time.monotonic() + _PATIENCE
    while (left := find(state)) and time.monotonic() < deadline + _LAST_SECONDS:
        seen |= left.keys()
        if time.monotonic() > deadline:
            for pid in left:
                _send(pid, signal.SIGKILL)
        # Parents first: they end their own children better than we can.
        for pid in {pid for pid, parent in left.items() if parent not in left} - asked:
            # PostgreSQL takes TERM as "wait for every client", INT as "stop now".
            _send(pid, signal.SIGINT if _works_in(pid, state.postgres.resolve()) else signal.SIGTERM)
            asked.add(pid)
        time.sleep(0.05)
    return len(seen)


def _processes() -> Iterator[int]:
    return (int(entry.name) for entry in _PROC.iterdir() if entry.name.isdigit())


def _carries(pid: int, marker: bytes) -> bool:
    with suppress(OSError):
        return marker in (_PROC / str(pid) / "environ").read_bytes().split(b"\0")
    return False


def _works_in(pid: int, folder: Path) -> bool:
    """Whether this is a PostgreSQL process on that data folder, and not a person's shell in it."""
    with suppress(OSError):
        process = _PROC / str(pid)
        return (process / "cwd").readlink() == folder and (process / "exe").readlink().name.startswith("postgres")
    return False


def _stat(pid: int) -> list[str]:
    """State, parent and so on: what follows the command's name, which may itself hold blanks and brackets."""
    with suppress(OSError):
        return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return []


def _alive(pid: int) -> bool:
    return _stat(pid)[:1] not in ([], ["Z"])


def _parent(pid: int) -> int:
    stat = _stat(pid)
    return int(stat[1]) if stat else 0


def _send(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)
