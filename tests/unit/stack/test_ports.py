"""Ports: the usual one, else a free one, then always that one."""

import json
import socket
from contextlib import ExitStack
from pathlib import Path

import pytest

from analytics_agent.stack import ports
from analytics_agent.stack.state import State


def choose(state: State) -> dict[str, int]:
    with ExitStack() as claims:
        return ports.choose(state, claims)


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
    moved = choose(state)
    assert taken < moved["api"] < taken + 200
    assert ports.is_free(moved["api"])
    assert ports.remembered(state) == moved
    assert choose(state) == moved


def test_two_services_never_get_one_port(tmp_path: Path) -> None:
    state = State(tmp_path)
    state.ports.write_text(json.dumps(dict.fromkeys(ports.USUAL, 47111)))
    assert len(set(choose(state).values())) == len(ports.USUAL)


def test_two_stacks_that_start_at_once_get_different_ports(tmp_path: Path) -> None:
    one, other = State(tmp_path / "one"), State(tmp_path / "other")
    for state in (one, other):
        state.folder.mkdir()
        state.ports.write_text(json.dumps({name: 47_200 + usual % 100 for name, usual in ports.USUAL.items()}))
    with ExitStack() as claims:
        first = ports.choose(one, claims)
        assert not set(first.values()) & set(choose(other).values())
    assert choose(one) == first, "a claim ends with its `up`"


@pytest.mark.parametrize("damage", ["", "[]", '{"api": "x"}'])
def test_a_damaged_memory_means_the_usual_ports(tmp_path: Path, damage: str) -> None:
    state = State(tmp_path)
    state.ports.write_text(damage)
    assert ports.remembered(state) == dict(ports.USUAL)
