"""Which port each service listens on: the usual one, else the next free one, and then the same one at every start."""

import json
import socket
from collections.abc import Mapping
from contextlib import ExitStack

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


def choose(state: State, claims: ExitStack) -> dict[str, int]:
    """A free port for every service, remembered. Call it only while nothing of this stack runs. Raises StackError.

    No other `up` on this machine chooses these ports until `claims` is closed: a service listens some time after it got its port.
    """
    chosen: dict[str, int] = {}
    for name, wanted in remembered(state).items():
        chosen[name] = _first_free(wanted, claims)
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


def _first_free(wanted: int, claims: ExitStack) -> int:
    for port in range(wanted, min(wanted + _TRIES, 65536)):
        if is_free(port) and _claimed(port, claims):
            return port
    raise StackError(f"No free port between {wanted} and {wanted + _TRIES - 1} on {HOST}.")


def _claimed(port: int, claims: ExitStack) -> bool:
    """Whether the port is ours to give. A claim is a name in the kernel (unix(7), abstract), gone with the process that made it."""
    claim = socket.socket(socket.AF_UNIX)
    try:
        claim.bind(f"\0analytics-agent-port-{port}")
    except OSError:
        claim.close()
        return False
    claims.enter_context(claim)
    return True
