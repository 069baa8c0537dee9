"""What the services said, from their log files."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from analytics_agent.errors import StackError
from analytics_agent.settings import Settings
from analytics_agent.stack.state import State


def files(settings: Settings, service: str | None) -> list[Path]:
    """The log of one service, or every log. Raises StackError when there is none."""
    folder = State(settings.state.absolute()).logs
    known = {path.stem: path for path in sorted(folder.glob("*.log"))}
    if not known:
        raise StackError("There are no logs yet.", hint="Start the stack with `analytics-agent up`.")
    if service is not None and service not in known:
        raise StackError(f"No service {service!r} has a log.", hint=f"Known are {', '.join(known)}.")
    return [known[service]] if service else list(known.values())


def logs(settings: Settings, service: str | None = None, *, follow: bool = False, lines: int = 100) -> int:
    """Copy the end of the logs to our standard output, and what is added when `follow` is set. Gives tail's exit status."""
    return tail(files(settings, service), follow=follow, lines=lines)


def tail(paths: Sequence[Path], *, follow: bool, lines: int) -> int:
    command = ["tail", f"--lines={lines}", *(["--follow=name", "--retry"] if follow else []), "--", *map(str, paths)]
    try:
        return subprocess.run(command, check=False).returncode  # noqa: S603
    except KeyboardInterrupt:
        return 0


def ending_of(path: Path, size: int = 200_000) -> str:
    """The last part of a log as text."""
    with path.open("rb") as handle:
        handle.seek(max(0, path.stat().st_size - size))
        return handle.read().decode(errors="replace")
