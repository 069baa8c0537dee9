"""What the stack is doing: every service with its address, health, version, process and restarts."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from analytics_agent.settings import Settings
from analytics_agent.stack import ports
from analytics_agent.stack.plan import plan
from analytics_agent.stack.service import Service
from analytics_agent.stack.services import services
from analytics_agent.stack.state import State
from analytics_agent.stack.supervisor import Process, Supervisor

Health = Literal["healthy", "starting", "restarting", "failed", "stopped"]
_STARTS_FOR = 120.0


@dataclass(frozen=True)
class ServiceStatus:
    """One line of `status`. `restarts` counts the ends that nobody asked for since the supervisor started."""

    name: str
    address: str
    health: Health
    version: str
    pid: int | None
    restarts: int
    detail: str


@dataclass(frozen=True)
class StackStatus:
    services: tuple[ServiceStatus, ...]
    state: Path

    @property
    def healthy(self) -> bool:
        return bool(self.services) and all(service.health == "healthy" for service in self.services)

    def as_json(self) -> dict[str, object]:
        return {"services": [asdict(service) for service in self.services], "state": str(self.state)}


def status(settings: Settings) -> StackStatus:
    """Look at everything at once; takes a few seconds at most. Before the first `up` there are no services."""
    state = State(settings.state.absolute())
    if not state.secrets.exists():
        return StackStatus((), state.folder)
    wanted = plan(settings, ports.remembered(state), superset=state.superset_env.exists())
    return observe(state, services(wanted))


def observe(state: State, wanted: Sequence[Service]) -> StackStatus:
    """The status of these services."""
    processes = Supervisor(state).processes()
    with ThreadPoolExecutor(max_workers=len(wanted) or 1) as threads:
        seen = threads.map(lambda service: _look(service, processes.get(service.name)), wanted)
        return StackStatus(tuple(seen), state.folder)


def _look(service: Service, process: Process | None) -> ServiceStatus:
    if process is None or not process.pid:
        health, trouble, restarts = _absent(process)
        return ServiceStatus(service.name, service.address, health, "", None, restarts, trouble)
    answer = service.probe(process.pid)
    health = "healthy" if answer.healthy else _not_yet(process)
    return ServiceStatus(service.name, service.address, health, answer.version, process.pid, process.restarts, answer.detail)


def _absent(process: Process | None) -> tuple[Health, str, int]:
    if process is None:
        return "stopped", "", 0
    by_state: dict[str, Health] = {"STOPPED": "stopped", "FATAL": "failed"}
    return by_state.get(process.state, "restarting"), process.trouble, process.restarts


def _not_yet(process: Process) -> Health:
    return "starting" if time.time() - process.since < _STARTS_FOR else "failed"
