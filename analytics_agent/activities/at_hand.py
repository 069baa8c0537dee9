"""What a call works on, read once at its beginning and lent to whatever it calls. What the call itself writes is not in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from analytics_agent.ports import Store
from analytics_agent.store_ports import Known

_KNOWN: ContextVar[Known | None] = ContextVar("known", default=None)


def at_hand(store: Store) -> Known:
    """What was read when the call began; the store itself where nothing was."""
    return _KNOWN.get() or store


@contextmanager
def having(known: Known) -> Iterator[Known]:
    token = _KNOWN.set(known)
    try:
        yield known
    finally:
        _KNOWN.reset(token)
