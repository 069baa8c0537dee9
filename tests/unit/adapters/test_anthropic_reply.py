"""Replies of odd shapes: what is too deep, too long, too many or no reply at all breaks nothing."""

import json
import re
from typing import Any

import pytest
from fakes.messages_api import Fault
from unit.adapters.test_anthropic_model import failed, run

from analytics_agent.adapters.anthropic.reply import Reading
from analytics_agent.adapters.record_json import from_json_bytes, to_bytes
from analytics_agent.domain.conversation import MOST_KEPT, Reply
from analytics_agent.domain.models import PROFILES
from analytics_agent.errors import ModelRejected, ModelUnavailable


def read_whole(content: list[Any], usage: Any = None, **given: Any) -> Reply:
    """A reply that came in one piece, stored and read again as the next turn does."""
    reading = Reading(PROFILES["claude-opus-4-7"])
    reading.take_whole({"content": content, "usage": usage or {}, "stop_reason": "tool_use", **given})
    return from_json_bytes(to_bytes(reading.reply(0.0)), Reply)


def streamed_input(text: str) -> Reply:
    reading = Reading(PROFILES["claude-opus-4-7"])
    reading.take({"type": "content_block_start", "index": 0, "content_block": {"type": "tool_use", "id": "a", "name": "b", "input": {}}})
    reading.take({"type": "content_block_delta", "index": 0, "delta": {"type": "input_json_delta", "partial_json": text}})
    reading.take({"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {"output_tokens": 3}})
    reading.take({"type": "message_stop"})
    return from_json_bytes(to_bytes(reading.reply(0.0)), Reply)


@pytest.mark.parametrize("depth", [100, 400, 900, 100_000])
def test_an_input_that_is_nested_too_deeply_reaches_no_tool_and_breaks_nothing(depth: int) -> None:
    assert streamed_input('{"a":' + "[" * depth + "]" * depth + "}").tool_calls()[0]["input"] == {"nested_too_deeply": True}


@pytest.mark.parametrize("count", ["many", -5, float("inf"), float("nan"), 10**40, [1], {"a": 1}])
def test_a_count_that_is_none_costs_nothing_and_loses_no_reply(count: Any) -> None:
    names = ("input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens", "cache_creation")
    assert read_whole([], dict.fromkeys(names, count) | {"output_tokens": 7}).usage.tokens == 7


def test_ids_and_names_of_calls_become_what_keys_and_the_api_take() -> None:
    odd = ["", "a/b:c d", "ü\0\ud800", "x" * 5_000_000, "x" * 5_000_000, "x" * 128 + "y", "call", ""]
    calls = read_whole([{"type": "tool_use", "id": each, "name": each, "input": {}} for each in odd]).tool_calls()
    ids = [made["id"] for made in calls]
    assert len(set(ids)) == len(odd)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,140}", name) for made in calls for name in (made["id"], made["name"]))


def test_a_flood_of_calls_is_cut() -> None:
    flood = [{"type": "tool_use", "id": f"a{n}", "name": "look", "input": {}} for n in range(10_000)]
    assert len(read_whole(flood).tool_calls()) == MOST_KEPT


@pytest.mark.parametrize(
    "odd",
    [
        {"type": "content_block_start", "index": "one", "content_block": {"type": "text", "text": "x"}},
        {"type": "content_block_start", "index": 1, "content_block": {"type": "text", "text": 5}},
        {"type": "content_block_start", "index": [], "content_block": {"type": "text", "text": "x"}},
        {"type": "message_delta", "delta": []},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": [1]},
        {"type": "error", "error": {"type": "x" * 100_000, "details": "none"}},
        {"type": "error", "error": "overloaded"},
        [3],
    ],
)
def test_events_of_another_shape_are_one_of_our_errors_in_a_short_sentence(odd: Any) -> None:
    said: list[Any] = [
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": "x"}},
        odd,
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}},
        {"type": "message_stop"},
    ]
    named = [(event["type"] if isinstance(event, dict) else "odd", event) for event in said]
    raw = "".join(f"event: {name}\ndata: {json.dumps(event)}\n\n" for name, event in named)
    with pytest.raises((ModelUnavailable, ModelRejected)) as raised:
        run(lambda body: Fault(200, raw=raw.encode(), content_type="text/event-stream"))
    assert len(str(raised.value)) < 300


def test_a_reply_without_end_is_broken_off() -> None:
    delta = json.dumps({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "x" * 100_000}})
    begun = {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
    raw = f"event: content_block_start\ndata: {json.dumps(begun)}\n\n" + f"event: content_block_delta\ndata: {delta}\n\n" * 100
    assert "longer" in failed(lambda body: Fault(200, raw=raw.encode(), content_type="text/event-stream")).message


def test_a_body_of_many_megabytes_is_not_read_to_its_end() -> None:
    whole = json.dumps({"content": [{"type": "text", "text": "x" * 9_000_000}], "usage": {}, "stop_reason": "end_turn"}).encode()
    assert "longer" in failed(lambda body: Fault(200, raw=whole)).message
