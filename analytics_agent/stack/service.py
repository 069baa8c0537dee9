"""What a service of the stack is, as data: the supervisor runs it, probes look at it, `up` waits for it in the order of `needs`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Answer:
    """What a probe learned. A service that answers but is not ready says why in `detail`."""

    healthy: bool
    version: str = ""
    detail: str = ""


Probe = Callable[[int], Answer]
"""Takes the process id, because a worker has no address to ask."""


@dataclass(frozen=True)
class Service:
    """One supervised process."""

    name: str
    command: tuple[str, ...]
    probe: Probe
    address: str = ""
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    user: str | None = None
    umask: int | None = None
    """What its new files are for, where not for their owner alone."""
    stop_signal: str = "TERM"
    stop_seconds: int = 15
    start_seconds: int = 60
    needs: tuple[str, ...] = ()
    """Names of other services or of the preparations in start.py."""
