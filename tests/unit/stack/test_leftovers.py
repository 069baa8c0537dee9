"""Leftover processes are found by their marker and nobody else is touched."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from analytics_agent.stack import leftovers
from analytics_agent.stack.program import MARKER
from analytics_agent.stack.state import State

Start = Callable[..., "subprocess.Popen[bytes]"]
STUBBORN = "import signal,time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); time.sleep(60)"
# The child says that it is ready: for a moment after exec a process has no environment to be found by.
CHILD = "import time; print('ready', flush=True); time.sleep(60)"
PARENT = f"import subprocess,sys; subprocess.run([sys.executable, '-c', {CHILD!r}])"


@pytest.fixture
def start() -> Iterator[Start]:
    made: list[subprocess.Popen[bytes]] = []

    def run(*command: str, marker: str = "", cwd: str = "/") -> subprocess.Popen[bytes]:
        environment = {**os.environ, **({MARKER: marker} if marker else {})}
        made.append(subprocess.Popen(command, env=environment, cwd=cwd, stdout=subprocess.PIPE, start_new_session=True))
        return made[-1]

    yield run
    for process in made:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def test_processes_of_this_stack_are_ended_with_their_children(tmp_path: Path, start: Start) -> None:
    state = State(tmp_path)
    parent = start(sys.executable, "-c", PARENT, marker=state.marker)
    assert parent.stdout is not None
    parent.stdout.readline()
    assert len(leftovers.find(state)) == 2
    assert leftovers.end(state) == 2
    assert leftovers.find(state) == {}


def test_one_that_ignores_the_polite_signal_is_killed(tmp_path: Path, start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leftovers, "_PATIENCE", 0.5)
    stubborn = start(sys.executable, "-c", STUBBORN, marker=State(tmp_path).marker)
    assert stubborn.stdout is not None
    stubborn.stdout.readline()
    leftovers.end(State(tmp_path))
    assert stubborn.wait(timeout=5) == -9


def test_another_stacks_processes_and_a_shell_in_our_data_folder_are_left_alone(tmp_path: Path, start: Start) -> None:
    state = State(tmp_path / "a")
    state.postgres.mkdir(parents=True)
    other = start("sleep", "60", marker=State(tmp_path / "ab").marker)
    shell = start("sleep", "60", cwd=str(state.postgres))
    assert leftovers.end(state) == 0
    assert (other.poll(), shell.poll()) == (None, None)
