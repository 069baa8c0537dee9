"""Which port each service listens on: the usual one, else the next free one, and then the same one at every start."""

import json
import socket
from collections.abc import Mapping

from analytics_agent.errors import StackError
from analytics_agent.stack.state import State, write_private

HOST = "127.0.0.1"
USUAL: Mapping[str, int] = {"postgres": 5433, "temporal": 7233, "temporal-http": 7243, "superset": 8088, "api": 8321}
_TRIES = 200


def remembered(state: State) -> dict[str, int]:
    """The ports of the last start; the usual ones before the first."""
    try:
        known = json.loads(state.ports.read_text())
    except (OSError, ValueError):
        known = {}
    kept = known if isinstance(known, dict) else {}
    return {name: port if isinstance(port := kept.get(name), int) else usual for name, usual in USUAL.items()}


def choose(state: State) -> dict[str, int]:
    """A free port for every service, remembered. Call it only while nothing of this stack runs. Raises StackError."""
    chosen: dict[str, int] = {}
    for name, wanted in remembered(state).items():
        chosen[name] = _first_free(wanted, taken=set(chosen.values()))
    write_private(state.ports, json.dumps(chosen))
    return chosen


def is_free(port: int) -> bool:
    """Whether a service could listen on this port now."""
    with socket.socket() as probe:
        # As servers do: connections of the last run that are still closing do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def _first_free(wanted: int, taken: set[int]) -> int:
    for port in range(wanted, min(wanted + _TRIES, 65536)):
        if port not in taken and is_free(port):
            return port
    raise StackError(f"No free port between {wanted} and {wanted + _TRIES - 1} on {HOST}.")
