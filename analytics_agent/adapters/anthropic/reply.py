"""A reply put together from its events, as far as it came. What was counted before it broke is kept: it is charged."""

import json
from typing import Any, cast

from analytics_agent.adapters.anthropic.errors import of_event
from analytics_agent.domain.conversation import LONGEST_NAME, Block, Reply, StopReason, Usage, told_apart
from analytics_agent.domain.models import ModelProfile, profile_of
from analytics_agent.errors import ModelUnavailable

_STOPS: dict[str, StopReason] = {
    "end_turn": "end_turn",
    "stop_sequence": "end_turn",
    "tool_use": "tool_use",
    "max_tokens": "max_tokens",
    "model_context_window_exceeded": "max_tokens",
    "refusal": "refusal",
    "pause_turn": "pause_turn",
}
LONGEST = 4_000_000
"""Characters of a reply, ten times what any model may say: an endpoint that goes on beyond that has lost its way."""

TOO_LONG = "The model's reply is longer than any that was asked for."

MOST_TOKENS = 1_000_000_000
"""Of a count. Whatever is above, below zero or no number is no count."""

DEEPEST = 60
"""Lists and objects within one another, in the input of a tool. None of ours has ten."""

_DELTAS = {"text_delta": "text", "thinking_delta": "thinking", "signature_delta": "signature", "input_json_delta": "partial_json"}


class Reading:
    """`take` each event in turn; `reply` when they have ended."""

    def __init__(self, profile: ModelProfile, *, batched: bool = False) -> None:
        self.request_id: str | None = None
        self.ended = False
        self._profile = profile
        self._batched = batched
        self._usage: dict[str, Any] = {}
        self._stop: str | None = None
        self._model = profile.id
        self._blocks: dict[int, Block] = {}
        self._parts: dict[tuple[int, str], list[str]] = {}
        self._length = 0

    def take(self, event: dict[str, Any]) -> None:
        """One event. Raises what an error event says. Events that we do not know are passed over."""
        kind = event.get("type")
        if kind == "message_start":
            self._begin(event["message"])
        elif kind == "content_block_start":
            self._blocks[event["index"]] = _block(event["content_block"])
        elif kind == "content_block_delta":
            self._add(event["index"], event["delta"])
        elif kind == "message_delta":
            self._stop = event["delta"].get("stop_reason") or self._stop
            self._count(event.get("usage"))
        elif kind == "message_stop":
            self.ended = True
        elif kind == "error":
            raise of_event(event.get("error") or {}, self.spent, self.request_id)

    def take_whole(self, message: Any) -> None:
        """A reply that came in one piece, from an endpoint that does not stream. Anything else is no message."""
        if not isinstance(message, dict) or not isinstance(message.get("content"), list) or not isinstance(message.get("usage"), dict):
            raise ModelUnavailable("The endpoint answered with something that is no message.", request_id=self.request_id)
        self._begin(message)
        self._blocks = {place: _block(block) for place, block in enumerate(message["content"])}
        self._stop = message.get("stop_reason")
        self.ended = True

    @property
    def spent(self) -> Usage | None:
        """What was counted until now; None before anything was."""
        if not self._usage:
            return None
        counted = {name: _tokens(self._usage.get(name)) for name in ("input_tokens", "output_tokens", *_CACHE)}
        written, parts = counted["cache_creation_input_tokens"], self._usage.get("cache_creation")
        kept = parts.get("ephemeral_1h_input_tokens") if isinstance(parts, dict) else None
        return (profile_of(self._model) or self._profile).usage(
            input=counted["input_tokens"],
            output=counted["output_tokens"],
            read=counted["cache_read_input_tokens"],
            write=written,
            write_1h=written if kept is None else min(_tokens(kept), written),  # where it is not said, the dearer of the two
            batched=self._batched,
        )

    def broken(self, sentence: str) -> ModelUnavailable:
        """The reply did not come to its end."""
        return ModelUnavailable(sentence, spent=self.spent, request_id=self.request_id)

    def reply(self, seconds: float) -> Reply:
        """The whole reply. Raises ModelUnavailable where it is not whole."""
        if not self.ended or self._stop is None:
            raise self.broken("The model's reply ended early.")
        stop = _STOPS.get(str(self._stop), "other")
        content = told_apart(self._whole(place, stop) for place in sorted(self._blocks))
        return Reply(content, stop, self.spent or Usage(), self._named(), self.request_id, round(seconds, 3))

    def _named(self) -> str:
        known = profile_of(self._model)
        return known.id if known else self._model

    def _begin(self, message: dict[str, Any]) -> None:
        self._model = str(message.get("model") or self._model)[:LONGEST_NAME]
        self._count(message.get("usage"))

    def _count(self, usage: dict[str, Any] | None) -> None:
        """Counts of a later event go before those of an earlier one: they are cumulative."""
        self._usage |= {name: value for name, value in (usage or {}).items() if value is not None}

    def _add(self, place: int, delta: dict[str, Any]) -> None:
        name = _DELTAS.get(str(delta.get("type")))
        if name:
            said = str(delta[name])
            self._length += len(said)
            if self._length > LONGEST:
                raise self.broken(TOO_LONG)
            self._parts.setdefault((place, name), []).append(said)

    def _whole(self, place: int, stop: StopReason) -> Block:
        block = self._blocks[place]
        for name in ("text", "thinking", "signature"):
            if parts := self._parts.get((place, name)):
                block = {**block, name: str(block.get(name) or "") + "".join(parts)}
        if block["type"] != "tool_use":
            return block
        return self._with_input(block, "".join(self._parts.get((place, "partial_json"), ())), stop)

    def _with_input(self, block: Block, text: str, stop: StopReason) -> Block:
        """A call that was cut off keeps no part of its input: half a statement is none. It is not run anyway."""
        if stop != "tool_use":
            return {**block, "input": block.get("input") or {} if not text else _object(text) or {}}
        given = _object(text) if text else block.get("input")
        if not isinstance(given, dict) or not isinstance(block.get("id"), str) or not isinstance(block.get("name"), str):
            raise self.broken("A tool call of the model could not be read.")
        return {**block, "input": given if _is_shallow(given) else {"nested_too_deeply": True}}


_CACHE = ("cache_creation_input_tokens", "cache_read_input_tokens")


def _block(given: Any) -> Block:
    if not isinstance(given, dict) or not isinstance(given.get("type"), str):
        raise ValueError("a content block without a type")
    if given["type"] == "text" and not isinstance(given.get("text"), str):
        raise ValueError("a text that is none")
    return cast(Block, {name: value for name, value in given.items() if value is not None})


def _object(text: str) -> Any:
    """Of JSON that is nested beyond what Python reads, an object that no tool takes: its call comes back to the model as an error."""
    try:
        return json.loads(text)
    except ValueError:
        return None
    except RecursionError:
        return {"nested_too_deeply": True}


def _tokens(count: Any) -> int:
    """A count that is none is zero: what is wrong with it must not lose a reply that was paid for."""
    is_count = isinstance(count, int | float) and 0 <= count <= MOST_TOKENS
    return int(count) if is_count else 0


def _is_shallow(value: Any) -> bool:
    """Level by level: looking must not meet the limit that it looks for."""
    level = [value]
    for _ in range(DEEPEST):
        held = [each.values() if isinstance(each, dict) else each for each in level if isinstance(each, dict | list)]
        level = [item for items in held for item in items]
        if not level:
            return True
    return False
