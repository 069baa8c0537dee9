"""Which tool results of a long conversation are left out, and what stands in their place.

What was looked at long ago is sent, and paid for, with every later turn. Above a limit the oldest results are replaced by a line
each. It happens in strides, not with every turn: between two strides the conversation only grows, so that the provider's cache holds
what was sent before. It follows from what was said alone: a turn that is asked again sends the same bytes.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analytics_agent.domain.conversation import Reply
from analytics_agent.domain.models import CHARACTERS_A_TOKEN

CHARACTERS = int(40_000 * CHARACTERS_A_TOKEN)
"""40,000 tokens of replies and results: with system text and tools a quarter of the smallest context that we know."""

AFTER = CHARACTERS // 2
"""What a stride leaves: half, so that the next one is as far away."""

NEWEST = 2
"""Replies whose results are never left out: the model has not worked with them yet."""

WORTH = 600
"""Characters. A shorter result stays: what would stand in its place is hardly shorter."""

KEPT = frozenset({"ask_person", "investigate"})
"""Calls whose results stay: what a person said, and what lines of inquiry found at some cost."""


@dataclass(frozen=True)
class Exchange:
    """One reply and what its calls gave, by their ids, with the name of the tool."""

    reply: Reply
    results: Mapping[str, tuple[str, str]]

    def size(self, *, short: bool) -> int:
        said = len(json.dumps(self.reply.content, ensure_ascii=False))
        return said + sum(len(stand_in(name, text) if short else text) for name, text in self.results.values())


def shortened(exchanges: Sequence[Exchange]) -> int:
    """How many exchanges, from the oldest, stand with their results left out before the next turn."""
    short = 0
    whole, brief = [one.size(short=False) for one in exchanges], [one.size(short=True) for one in exchanges]
    for length in range(1, len(exchanges) + 1):
        size = sum(brief[:short]) + sum(whole[short:length])
        if size <= CHARACTERS:
            continue
        while short < length - NEWEST and size > AFTER:
            size -= whole[short] - brief[short]
            short += 1
    return short


def is_left_out(name: str, text: str) -> bool:
    """Whether a result of an exchange that is shortened is one that goes."""
    return len(text) > WORTH and name not in KEPT


def stand_in(name: str, text: str) -> str:
    """What stands in a result's place: what it was, and how to see it again. A result that stays is given as it is."""
    if not is_left_out(name, text):
        return text
    was = _stored(text) or f"what {name} gave ({len(text):,} characters)"
    return f"Left out to save space: {was}. Make the same call again to see it."


def _stored(text: str) -> str:
    """A stored result in short; nothing where the text is of another kind."""
    try:
        data = json.loads(text)
    except ValueError:
        return ""
    known = isinstance(data, dict) and isinstance(data.get("id"), str) and isinstance(data.get("columns"), list)
    return f"result {data['id']}, {data.get('rows')} rows, columns {_names(data['columns'])}, which can still be cited" if known else ""


def _names(columns: list[Any]) -> str:
    names = [str(column.get("name")) for column in columns if isinstance(column, dict)]
    return ", ".join(names[:20]) + (f" and {len(names) - 20} more" if len(names) > 20 else "")
