"""What a tool tells of a database, made to fit into a turn: long lists by pages, long texts cut, and what is left out is said.

A turn is sent again with each later one, and names, comments and definitions may be of any length.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

MOST_BYTES = 24_000
"""Of what is told at once: 8,000 tokens of three bytes."""
LONGEST_TEXTS = (2_000, 300, 120, 64, 20)
"""Characters of one text, from rich to bare; the richest that fits is taken."""
COLUMNS = 60
"""Of a long list, as the columns of a table, what is told at once."""
T = TypeVar("T")


@dataclass(frozen=True)
class Page:
    """A part of a list that is too long to be shown whole; `number` counts from 1."""

    number: int
    size: int

    @classmethod
    def of(cls, given: dict[str, Any], size: int) -> "Page":
        return cls(given.get("page", 1), size)

    @property
    def start(self) -> int:
        return (self.number - 1) * self.size

    @property
    def end(self) -> int:
        return self.start + self.size

    def part(self, items: Sequence[T]) -> Sequence[T]:
        return items[self.start : self.end]

    def more(self, known: int) -> str:
        """What to ask for next, where more than this page is known of."""
        return f"page {self.number + 1}" if known > self.end else ""


def as_json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def size(told: object) -> int:
    return len(as_json(told).encode())


def page_of(document: dict[str, Any], page: Page) -> dict[str, Any]:
    """A document with one page of each long list or table in it. How many there are stands beside it, and which page comes next."""
    long = {name: value for name, value in document.items() if isinstance(value, list | dict) and len(value) > page.size}
    if not long:
        return document
    shown: dict[str, Any] = {}
    for name, value in document.items():
        if name in long:
            shown[name] = dict(page.part(list(value.items()))) if isinstance(value, dict) else page.part(value)
            shown[f"of_{name}"] = len(value)
        else:
            shown[name] = value
    return shown | ({"more": more} if (more := page.more(max(map(len, long.values())))) else {})


def in_short(document: dict[str, Any], most: int) -> dict[str, Any]:
    """A document of many items: of each item's own lists and tables the first `most` entries. How many there are stands beside them."""
    items = {name: value for name, value in document.items() if isinstance(value, list)}
    short = {name: [_in_short(item, most) if isinstance(item, dict) else item for item in value] for name, value in items.items()}
    return document | short


def _in_short(item: dict[str, Any], most: int) -> dict[str, Any]:
    first = page_of(item, Page(1, most))
    return {name: value for name, value in first.items() if name != "more"}


def cut(text: str, longest: int) -> str:
    """No longer than that; a text that is cut ends in "…"."""
    return text if len(text) <= longest else text[:longest].rstrip() + "…"


def _shortened(told: Any, longest: int) -> Any:
    if isinstance(told, str):
        return cut(told, longest)
    if isinstance(told, dict):
        names = {name: cut(name, longest) for name in told}
        differ = len(set(names.values())) == len(names)  # two that are alike when they are cut would become one
        return {names[name] if differ else name: _shortened(value, longest) for name, value in told.items()}
    return [_shortened(each, longest) for each in told] if isinstance(told, list | tuple) else told


def fitted(document: dict[str, Any], most: int = MOST_BYTES) -> dict[str, Any]:
    """The document with its texts cut as far as it must be to fit, which is said in it."""
    if size(document) <= most:
        return document
    for longest in LONGEST_TEXTS:
        short: dict[str, Any] = _shortened(document, longest) | {"cut": f"texts longer than {longest} characters are cut"}
        if size(short) <= most:
            break
    return short


def first_that_fit(items: Sequence[T], most: int = MOST_BYTES) -> Sequence[T]:
    """As many of the items as fit, one at least."""
    total = 0
    for place, item in enumerate(items):
        total += size(item) + 1
        if place and total > most:
            return items[:place]
    return items
