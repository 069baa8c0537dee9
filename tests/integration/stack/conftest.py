"""A small stack (PostgreSQL and Temporal: a second to start) in a folder of its own, removed after the test."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from analytics_agent.settings import Settings, load
from analytics_agent.stack import lifecycle
from analytics_agent.stack.status import StackStatus

SMALL = ("postgres", "temporal")


class Stack:
    """The commands of one state folder."""

    def __init__(self, folder: Path) -> None:
        self.settings: Settings = load(state=folder)
        self.folder = folder
        self.said: list[str] = []

    def up(self) -> StackStatus:
        return lifecycle.up(self.settings, superset=False, only=SMALL, echo=self.said.append)

    def down(self) -> None:
        lifecycle.down(self.settings, echo=self.said.append)

    def pids(self) -> dict[str, int | None]:
        return {service.name: service.pid for service in self.up().services}


@contextmanager
def folder_for_all() -> Iterator[Path]:
    """A folder that every user may pass through; pytest's own is closed to PostgreSQL's user."""
    made = Path(tempfile.mkdtemp(prefix="aa-stack-"))
    made.chmod(0o755)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


@contextmanager
def small_stack(folder: Path) -> Iterator[Stack]:
    made = Stack(folder / "state")
    try:
        yield made
    finally:
        lifecycle.clean(made.settings, echo=made.said.append)


@pytest.fixture
def folder() -> Iterator[Path]:
    with folder_for_all() as made:
        yield made


@pytest.fixture
def stack(folder: Path) -> Iterator[Stack]:
    with small_stack(folder) as made:
        yield made
