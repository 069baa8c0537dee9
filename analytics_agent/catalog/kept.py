"""What is made of records once and kept as long as those very records live: an index of a catalog, and the like."""

import weakref
from collections.abc import Callable
from typing import Any, Generic, TypeVar

Made = TypeVar("Made")
_Key = tuple[int, ...]


class Kept(Generic[Made]):
    """By the very records, not by what they say: another person's catalog has other tables, whatever it is called.

    What is made must not hold the records themselves, or they would live for ever.
    """

    def __init__(self, make: Callable[..., Made]) -> None:
        self._make = make
        self._made: dict[_Key, tuple[tuple[weakref.ref[Any] | None, ...], Made]] = {}

    def of(self, *records: object) -> Made:
        """What is made of these records, some of which may be None."""
        key = tuple(map(id, records))
        kept = self._made.get(key)
        if kept is not None and all((ref() if ref else None) is record for ref, record in zip(kept[0], records, strict=True)):
            return kept[1]
        made = self._make(*records)
        self._made[key] = tuple(self._ref(record, key) for record in records), made
        return made

    def _ref(self, record: object, key: _Key) -> "weakref.ref[Any] | None":
        return None if record is None else weakref.ref(record, lambda _: self._forget(key))

    def _forget(self, key: _Key) -> None:
        self._made.pop(key, None)
