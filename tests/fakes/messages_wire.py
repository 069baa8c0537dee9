"""What the scripted Messages API counts, refuses and streams: the wire, without a socket."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

Body = dict[str, Any]

_SAMPLING = ("temperature", "top_p", "top_k")
_NEVER_FORCED = ("claude-opus-5-5", "claude-sonnet-5-5", "claude-fable-5-1")
_WITHOUT_EFFORT = ("claude-haiku-4-5", "claude-sonnet-4-5")
_SMALL_OUTPUT = ("claude-haiku-4-5", "claude-opus-4-5", "claude-sonnet-4-5")
_TAKEN = {"text", "tool_use", "tool_result", "thinking", "redacted_thinking", "image"}


def refused(body: Body, headers: dict[str, str], issued: "set[str] | None" = None) -> str | None:
    """What the API would not take, in the order in which it looks. `issued` are the thinking blocks that were given out."""
    named = {name.lower(): value for name, value in headers.items()}
    if not named.get("authorization", "").startswith("Bearer "):
        return "no key"
    if not named.get("anthropic-version"):
        return "no version"
    return shape_problem(body) or _block_problem(body) or _thought_problem(body, issued or set()) or _unpaired(body["messages"])


def shape_problem(body: Body) -> str | None:
    missing = [name for name in ("model", "max_tokens", "messages") if not body.get(name)]
    if missing:
        return f"{missing[0]} is missing"
    sampled = [name for name in _SAMPLING if name in body]
    if sampled:
        return f"{sampled[0]} is not taken"
    if json.dumps(body).count('"cache_control"') > 4:
        return "more than four cache marks"
    model = body["model"]
    if (body.get("tool_choice") or {}).get("type") in ("any", "tool") and model.startswith(_NEVER_FORCED):
        return "tool_choice may not be forced"
    if (body.get("output_config") or {}).get("effort") and model.startswith(_WITHOUT_EFFORT):
        return "this model does not know effort"
    if (body.get("thinking") or {}).get("type") == "adaptive" and model.startswith(_WITHOUT_EFFORT):
        return "this model does not know adaptive thinking"
    if body["max_tokens"] > (64_000 if model.startswith(_SMALL_OUTPUT) else 128_000):
        return "max_tokens is more than the model gives"
    return None if body["messages"][0]["role"] == "user" else "the first message is not the user's"


def _block_problem(body: Body) -> str | None:
    for message in body["messages"]:
        blocks = _blocks(message)
        if not blocks:
            return "a message without content"
        for block in blocks:
            if block["type"] not in _TAKEN:
                return f"unknown block {block['type']}"
            if block["type"] == "text" and not block["text"].strip():
                return "an empty text block"
        kinds = [block["type"] for block in blocks]
        if "tool_result" in kinds and kinds != sorted(kinds, key=lambda kind: kind != "tool_result"):
            return "tool results do not come first"
    return None


def _thought_problem(body: Body, issued: set[str]) -> str | None:
    """Thinking is bound to the model that thought it, and may not be edited."""
    for block in (block for message in body["messages"] for block in _blocks(message) if block["type"] == "thinking"):
        if not block.get("signature", "").endswith(f":{body['model']}"):
            return "thinking of another model"
        if json.dumps({name: block.get(name) for name in ("thinking", "signature")}) not in issued:
            return "thinking that was changed"
    return None


def _blocks(message: Body) -> list[Body]:
    content = message["content"]
    return content if isinstance(content, list) else [{"type": "text", "text": content}]


def _unpaired(messages: list[Body]) -> str | None:
    seen: set[str] = set()
    for message, following in zip(messages, [*messages[1:], None], strict=True):
        called = [block["id"] for block in _blocks(message) if block["type"] == "tool_use"]
        if len(set(called)) < len(called) or seen & set(called):
            return "tool_use ids are not unique"
        seen |= set(called)
        answered = {block["tool_use_id"] for block in _blocks(following) if block["type"] == "tool_result"} if following else set()
        if set(called) != answered:
            return "tool_use and tool_result do not pair"
    return None


def tokens(value: Any) -> int:
    """Our own rule: four characters a token."""
    return max(1, len(json.dumps(value)) // 4)


class Cache:
    """A prompt cache that never forgets: prefixes by what they hold, written at the marks and read wherever they begin a request."""

    def __init__(self) -> None:
        self._known: set[str] = set()

    def count(self, body: Body) -> Body:
        """The input's part of `usage`; what is marked is in the cache afterwards."""
        parts = [(body.get("tools"), None), *((_bare(block), _mark(block)) for block in _system(body))]
        parts += [(_bare(block), _mark(block)) for message in body["messages"] for block in _blocks(message)]
        total, digest, read, written, hour = 0, hashlib.sha256(body["model"].encode()), 0, 0, 0
        for part, mark in parts:
            total += tokens(part)
            digest.update(json.dumps(part).encode())
            if digest.hexdigest() in self._known:
                read = written = hour = total
            if mark:
                written, hour = total, total if mark == "1h" else hour
                self._known.add(digest.hexdigest())
        for_an_hour = max(0, hour - read)
        return {
            "input_tokens": total - written,
            "cache_read_input_tokens": read,
            "cache_creation_input_tokens": written - read,
            "cache_creation": {"ephemeral_1h_input_tokens": for_an_hour, "ephemeral_5m_input_tokens": written - read - for_an_hour},
        }


def _system(body: Body) -> list[Body]:
    system = body.get("system") or []
    return [{"type": "text", "text": system}] if isinstance(system, str) else system


def _bare(block: Body) -> Body:
    return {name: value for name, value in block.items() if name != "cache_control"}


def _mark(block: Body) -> str | None:
    mark = block.get("cache_control")
    return (mark.get("ttl") or "5m") if mark else None


Event = tuple[str, Body]


def events(message: Body) -> Iterator[Event]:
    """The streaming form of a message."""
    yield "message_start", {"message": {**message, "content": [], "stop_reason": None, "usage": {**message["usage"], "output_tokens": 1}}}
    yield "ping", {}
    for index, block in enumerate(message["content"]):
        yield from block_events(index, block)
    delta = {"stop_reason": message["stop_reason"], "stop_sequence": None, "stop_details": message.get("stop_details")}
    yield "message_delta", {"delta": delta, "usage": {"output_tokens": message["usage"]["output_tokens"]}}
    yield "message_stop", {}


def block_events(index: int, block: Body) -> Iterator[Event]:
    empty, deltas = _deltas(block)
    yield "content_block_start", {"index": index, "content_block": empty}
    for delta in deltas:
        yield "content_block_delta", {"index": index, "delta": delta}
    yield "content_block_stop", {"index": index}


def _deltas(block: Body) -> tuple[Body, list[Body]]:
    kind = block["type"]
    if kind == "tool_use":
        text = json.dumps(block["input"])
        return {**block, "input": {}}, [{"type": "input_json_delta", "partial_json": piece} for piece in ("", *_pieces(text))]
    if kind == "thinking":
        thought = [{"type": "thinking_delta", "thinking": piece} for piece in _pieces(block["thinking"])]
        empty = {**block, "thinking": "", "signature": ""}
        return empty, [*thought, {"type": "signature_delta", "signature": block["signature"]}]
    if kind == "text":
        return {**block, "text": ""}, [{"type": "text_delta", "text": piece} for piece in _pieces(block["text"])]
    return block, []


def _pieces(text: str, size: int = 40) -> list[str]:
    return [text[start : start + size] for start in range(0, len(text), size)]


def encoded(event: Event) -> bytes:
    name, data = event
    return f"event: {name}\ndata: {json.dumps({'type': name, **data})}\n\n".encode()
