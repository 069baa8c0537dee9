"""Ports: the usual one, else a free one, then always that one."""

import json
import socket
from pathlib import Path

import pytest

from analytics_agent.stack import ports
from analytics_agent.stack.state import State


@pytest.fixture
def taken() -> int:
    """A port of the upper range that somebody listens on until the test ends."""
    with socket.socket() as listener:
        listener.bind(("0.0.0.0", 0))  # noqa: S104 - as a careless service would
        listener.listen()
        yield listener.getsockname()[1]


def test_a_port_that_somebody_listens_on_is_not_free(taken: int) -> None:
    assert not ports.is_free(taken)


def test_a_taken_port_moves_to_a_free_one_and_stays_there(tmp_path: Path, taken: int) -> None:
    state = State(tmp_path)
    state.ports.write_text(json.dumps({"api": taken}))
    moved = ports.choose(state)
    assert taken < moved["api"] < taken + 200
    assert ports.is_free(moved["api"])
    assert ports.remembered(state) == moved
    assert ports.choose(state) == moved


def test_two_services_never_get_one_port(tmp_path: Path) -> None:
    state = State(tmp_path)
    state.ports.write_text(json.dumps(dict.fromkeys(ports.USUAL, 47111)))
    assert len(set(ports.choose(state).values())) == len(ports.USUAL)


@pytest.mark.parametrize("damage", ["", "[]", '{"api": "x"}'])
def test_a_damaged_memory_means_the_usual_ports(tmp_path: Path, damage: str) -> None:
    state = State(tmp_path)
    state.ports.write_text(damage)
    assert ports.remembered(state) == dict(ports.USUAL)
