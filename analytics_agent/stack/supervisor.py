"""Our side of supervisord: start it, tell it what to run, ask what runs. One per state folder, over a private socket."""

import http.client
import subprocess
import sys
import time
import xmlrpc.client
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from analytics_agent.errors import StackError
from analytics_agent.stack import supervisor_config
from analytics_agent.stack.program import MARKER, ending, inherited
from analytics_agent.stack.service import Service
from analytics_agent.stack.state import State, write_private

_GONE = (OSError, http.client.HTTPException, xmlrpc.client.ProtocolError)
_NOTHING_TO_DO = {60, 70}
"""Faults ALREADY_STARTED and NOT_RUNNING."""


@dataclass(frozen=True)
class Process:
    """What supervisord knows of one service. `state` is its word: RUNNING, BACKOFF, FATAL and so on; `pid` is 0 when none runs."""

    state: str
    pid: int
    restarts: int
    since: float
    """Unix time of the start."""
    trouble: str


@dataclass(frozen=True)
class Supervisor:
    """The supervisord of one state folder, running or not."""

    state: State

    def alive(self) -> bool:
        try:
            self._call("supervisor.getState")
        except StackError:
            return False
        return True

    def launch(self, services: Sequence[Service]) -> None:
        """Start supervisord in the background; its services wait to be started one by one."""
        self._write(services)
        command = [sys.executable, "-m", "supervisor.supervisord", "-c", str(supervisor_config.path(self.state))]
        environment = {**inherited(), MARKER: self.state.marker}
        done = subprocess.run(command, env=environment, cwd="/", capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)  # noqa: S603
        if done.returncode:
            raise StackError(f"The supervisor did not start:\n{ending(done.stdout + done.stderr)}")
        self._wait(alive=True)

    def apply(self, services: Sequence[Service]) -> set[str]:
        """Make a running supervisord run these services: changed ones are stopped, and all that are new await their start."""
        self._write(services)
        added, changed, removed = self._call("supervisor.reloadConfig")[0]
        self.stop([*changed, *removed])
        for name in (*changed, *removed):
            self._call("supervisor.removeProcessGroup", name)
        for name in (*changed, *added):
            self._call("supervisor.addProcessGroup", name)
        return {*added, *changed, *removed}

    def processes(self) -> dict[str, Process]:
        """Every service that supervisord was told of; empty when it does not run."""
        try:
            known = self._call("supervisor.getAllProcessInfo")
            restarts = self._call("restarts.counts")
        except StackError:
            return {}
        return {
            one["name"]: Process(one["statename"], one["pid"], restarts.get(one["name"], 0), float(one["start"]), one["spawnerr"])
            for one in known
        }

    def start(self, name: str) -> None:
        """Ask for a start; one that waits for its next try is started now. Returns before the service is ready."""
        if self.processes()[name].state == "BACKOFF":
            self.stop([name])
        self._call("supervisor.startProcess", name, False)

    def stop(self, names: Iterable[str]) -> None:
        """Stop these together and wait until they are gone; supervisord itself kills those that do not listen."""
        asked = set(names)
        for name in asked:
            self._call("supervisor.stopProcess", name, False)
        while any(process.pid for name, process in self.processes().items() if name in asked):
            time.sleep(0.05)

    def shutdown(self) -> None:
        with suppress(StackError):
            self._call("supervisor.shutdown")
            self._wait(alive=False)
        supervisor_config.path(self.state).unlink(missing_ok=True)

    def _write(self, services: Sequence[Service]) -> None:
        write_private(supervisor_config.path(self.state), supervisor_config.render(self.state, services))

    def _wait(self, *, alive: bool, seconds: float = 20.0) -> None:
        deadline = time.monotonic() + seconds
        while self.alive() is not alive:
            if time.monotonic() > deadline:
                wanted = "answer" if alive else "stop"
                raise StackError(f"The supervisor did not {wanted}.", hint=f"Its log is {self.state.logs / 'supervisord.log'}.")
            time.sleep(0.05)

    def _call(self, method: str, *arguments: object) -> Any:
        from supervisor.xmlrpc import SupervisorTransport

        transport = SupervisorTransport(None, None, serverurl=f"unix://{supervisor_config.socket(self.state)}")
        proxy = xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport)
        try:
            return getattr(proxy, method)(*arguments)
        except xmlrpc.client.Fault as fault:
            if fault.faultCode in _NOTHING_TO_DO:
                return None
            raise StackError(f"The supervisor refused {method.partition('.')[2]}: {fault.faultString}.") from fault
        except _GONE as error:
            raise StackError("The supervisor does not run.", hint="Start it with `analytics-agent up`.") from error
        finally:
            transport.close()
