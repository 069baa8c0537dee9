"""What passes between us and a model. Content blocks have the Messages API's wire form, for every adapter.

A block is one of
    {"type": "text", "text"}
    {"type": "tool_use", "id", "name", "input"}
    {"type": "tool_result", "tool_use_id", "content", "is_error"?}
    or a block of the provider's own (thinking), which is passed back unchanged.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

Block = dict[str, Any]
MOST_KEPT, LONGEST_NAME = 100, 128
"""Tool calls of one reply, and characters of the id or name of one."""

_ODD = re.compile(r"[^A-Za-z0-9_-]")
Effort = Literal["low", "medium", "high", "xhigh", "max"]
StopReason = Literal["end_turn", "tool_use", "max_tokens", "refusal", "pause_turn", "other"]


@dataclass(frozen=True)
class Message:
    """`model` is who said it, where a model did: what it thought is sent back to it and to no other."""

    role: Literal["user", "assistant"]
    content: tuple[Block, ...]
    model: str = ""


@dataclass(frozen=True)
class Tool:
    """A tool as the model sees it. `input_schema` is JSON Schema."""

    name: str
    description: str
    input_schema: dict[str, Any]


@dataclass(frozen=True)
class Usage:
    """Tokens by kind, and dollars at the price of the day. `input_tokens` are those not read from or written to a cache;
    `cache_write_1h_tokens` are the part of `cache_write_tokens` that is kept for an hour, at a price of its own."""

    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    cost_usd: float = 0.0
    cache_write_1h_tokens: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.cache_read_tokens + other.cache_read_tokens,
            self.cache_write_tokens + other.cache_write_tokens,
            self.cost_usd + other.cost_usd,
            self.cache_write_1h_tokens + other.cache_write_1h_tokens,
        )

    @property
    def tokens(self) -> int:
        """All tokens together, as a budget counts them."""
        return self.input_tokens + self.output_tokens + self.cache_read_tokens + self.cache_write_tokens


@dataclass(frozen=True)
class ModelRequest:
    """One turn. `system` and `tools` are byte-stable for a database; only `messages` grows."""

    model: str
    system: str
    tools: tuple[Tool, ...]
    messages: tuple[Message, ...]
    max_tokens: int = 8_192
    effort: Effort | None = None
    """How hard the model is to think; None is its own default. Models without it are not told."""


@dataclass(frozen=True)
class Reply:
    """What came back. Tool calls are to be run only when `stop_reason` is tool_use."""

    content: tuple[Block, ...]
    stop_reason: StopReason
    usage: Usage
    model: str
    request_id: str | None = None
    seconds: float = 0.0

    def tool_calls(self) -> tuple[Block, ...]:
        return tuple(block for block in self.content if block.get("type") == "tool_use")

    def text(self) -> str:
        return "\n".join(block["text"] for block in self.content if block.get("type") == "text")


def told_apart(content: Iterable[Block]) -> tuple[Block, ...]:
    """The blocks, no two tool calls of one id: a result belongs to one call, and a provider refuses a conversation in which it does not.

    Ids and names become what the API takes back, and calls beyond MOST_KEPT are dropped: each is an activity of its own."""
    seen: set[str] = set()
    apart: list[Block] = []
    for place, block in enumerate(content):
        if block.get("type") == "tool_use":
            if len(seen) == MOST_KEPT:
                continue
            given = _plain(block["id"], "call")
            name = given if given not in seen else f"{given}_{place}"
            while name in seen:
                name += "_"
            seen.add(name)
            block = {**block, "id": name, "name": _plain(block["name"], "unnamed")}
        apart.append(block)
    return tuple(apart)


def _plain(name: str, otherwise: str) -> str:
    """Letters, digits, _ and -: a name goes into keys of the store and back to the provider."""
    return _ODD.sub("_", name[:LONGEST_NAME]) or otherwise
