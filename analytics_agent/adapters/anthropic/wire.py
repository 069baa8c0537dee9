"""A request in the Messages API's form. What a model can keep in its cache comes first and is byte-stable: tools, system, then the
conversation, which only grows.

Never sent: a forced tool choice, which the 5.5 models refuse, and sampling parameters, which all of them refuse.
"""

from typing import Any

from analytics_agent.domain.conversation import Block, Message, ModelRequest
from analytics_agent.domain.models import ModelProfile, profile_of

_FOR_AN_HOUR: dict[str, Any] = {"cache_control": {"type": "ephemeral", "ttl": "1h"}}
_FOR_A_WHILE: dict[str, Any] = {"cache_control": {"type": "ephemeral"}}
_THOUGHT = frozenset({"thinking", "redacted_thinking"})
_TAKEN_BACK = frozenset({"text", "tool_use", "tool_result", "image", *_THOUGHT})
"""Blocks that the API takes. One of a kind that we do not know is kept with the reply, and not sent back."""


def arguments(request: ModelRequest, profile: ModelProfile) -> dict[str, Any]:
    """What is sent. Two cache marks: one behind tools and system, which every question on a database shares, and one at the end,
    which moves along with the conversation."""
    manner = profile.asked(request.max_tokens, request.effort)
    given: dict[str, Any] = {
        "model": request.model,
        "max_tokens": manner.max_tokens,
        "tools": [{"name": t.name, "description": t.description, "input_schema": t.input_schema} for t in request.tools],
        "system": [{"type": "text", "text": request.system, **_FOR_AN_HOUR}],
        "messages": _messages(request),
    }
    if manner.thinking:
        given["thinking"] = {"type": manner.thinking}
    if manner.effort:
        given["output_config"] = {"effort": manner.effort}
    return given


def _messages(request: ModelRequest) -> list[dict[str, Any]]:
    contents = [_content(message, request.model) for message in request.messages]
    _mark(contents[-1])
    return [{"role": message.role, "content": content} for message, content in zip(request.messages, contents, strict=True)]


def _content(message: Message, model: str) -> list[Block]:
    """What a model thought is bound to it: another one would refuse it. Empty text is refused by all."""
    foreign = bool(message.model) and not _same(message.model, model)
    return [
        dict(block)
        for block in message.content
        if block.get("type") in _TAKEN_BACK
        and not (foreign and block["type"] in _THOUGHT)
        and not (block["type"] == "text" and not block["text"].strip())
    ]


def _same(one: str, other: str) -> bool:
    return one == other or (profile_of(one) is not None and profile_of(one) == profile_of(other))


def _mark(content: list[Block]) -> None:
    """At the last block that can bear one: thinking cannot."""
    for block in reversed(content):
        if block["type"] not in _THOUGHT:
            block |= _FOR_A_WHILE
            return
