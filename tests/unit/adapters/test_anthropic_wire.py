"""What is sent to Claude, model by model."""

import json
from dataclasses import replace
from typing import Any

import pytest
from fakes.messages_wire import refused

from analytics_agent.adapters.anthropic.wire import arguments
from analytics_agent.domain.conversation import Block, Message, ModelRequest, Tool
from analytics_agent.domain.models import OFFLINE, PROFILES

TOOL = Tool("run_sql", "Run a query.", {"type": "object", "properties": {"sql": {"type": "string"}}})
CLAUDE = sorted(set(PROFILES) - {OFFLINE})
HEADERS = {"Authorization": "Bearer k", "anthropic-version": "2026-10-21"}
MARKS = ({"type": "ephemeral", "ttl": "1h"}, {"type": "ephemeral"})


def user(*blocks: Block) -> Message:
    return Message("user", blocks)


def text(words: str) -> Block:
    return {"type": "text", "text": words}


def use(name: str) -> Block:
    return {"type": "tool_use", "id": name, "name": "run_sql", "input": {}}


def result(name: str) -> Block:
    return {"type": "tool_result", "tool_use_id": name, "content": "r1"}


def thought(by: str) -> Block:
    return {"type": "thinking", "thinking": "hm", "signature": f"s:{by}"}


def sent(model: str = "claude-opus-4-7", messages: tuple[Message, ...] = (user(text("How many?")),), **given: Any) -> dict[str, Any]:
    return arguments(replace(ModelRequest(model, "Be right.", (TOOL,), messages), **given), PROFILES[model])


@pytest.mark.parametrize("model", CLAUDE)
@pytest.mark.parametrize("effort", [None, "low", "high", "xhigh"])
def test_what_is_sent_is_taken_by_the_api_for_every_model(model: str, effort: Any) -> None:
    assert refused(sent(model, effort=effort, max_tokens=500_000), HEADERS) is None


@pytest.mark.parametrize("model", CLAUDE)
def test_no_tool_is_forced_and_no_sampling_is_named(model: str) -> None:
    assert not {"tool_choice", "temperature", "top_p", "top_k"} & set(sent(model))


@pytest.mark.parametrize(
    ("model", "thinking"),
    [("claude-opus-4-7", {"type": "adaptive"}), ("claude-opus-5-5", None), ("claude-haiku-4-5", None), ("claude-opus-4-5", None)],
)
def test_thinking_is_asked_for_where_a_model_thinks_only_then(model: str, thinking: Any) -> None:
    assert sent(model).get("thinking") == thinking


@pytest.mark.parametrize(
    ("model", "effort", "told"),
    [
        ("claude-opus-4-7", "xhigh", {"effort": "xhigh"}),
        ("claude-opus-4-6", "xhigh", None),
        ("claude-haiku-4-5", "low", None),
        ("claude-opus-4-7", None, None),
    ],
)
def test_effort_is_told_to_a_model_that_knows_it(model: str, effort: Any, told: Any) -> None:
    assert sent(model, effort=effort).get("output_config") == told


def test_tools_and_system_are_kept_for_an_hour_and_the_conversation_for_a_while() -> None:
    given = sent(messages=(user(text("a")), Message("assistant", (use("t1"),)), user(result("t1"), text("go on"))))
    assert given["system"][-1]["cache_control"] == MARKS[0]
    assert given["messages"][-1]["content"][-1]["cache_control"] == MARKS[1]
    assert json.dumps(given).count("cache_control") == 2


def test_marking_leaves_the_conversation_as_it_was() -> None:
    first = user(text("How many?"))
    sent(messages=(first,))
    assert "cache_control" not in first.content[-1]


def test_each_turn_begins_with_the_bytes_of_the_turn_before() -> None:
    said = [user(text("How many?"))]
    before = ""
    for turn in range(5):
        given = sent(messages=tuple(said))
        for message in given["messages"]:
            for block in message["content"]:
                block.pop("cache_control", None)
        now = json.dumps([given["tools"], given["system"]]) + json.dumps(given["messages"])[:-1]
        assert now.startswith(before)
        before = now
        said += [Message("assistant", (thought("claude-opus-4-7"), use(f"t{turn}")), "claude-opus-4-7"), user(result(f"t{turn}"))]


def test_thinking_goes_back_unchanged_to_the_model_that_thought_it() -> None:
    block = thought("claude-opus-4-7")
    given = sent(messages=(user(text("a")), Message("assistant", (block, use("t1")), "claude-opus-4-7"), user(result("t1"))))
    assert given["messages"][1]["content"][0] == block


def test_thinking_of_another_model_is_not_sent() -> None:
    block = thought("claude-sonnet-5")
    given = sent(messages=(user(text("a")), Message("assistant", (block, use("t1")), "claude-sonnet-5"), user(result("t1"))))
    assert [kept["type"] for kept in given["messages"][1]["content"]] == ["tool_use"]


def test_a_dated_id_is_the_same_model() -> None:
    said = Message("assistant", (thought("x"), use("t1")), "claude-haiku-4-5-20251001")
    given = sent("claude-haiku-4-5", (user(text("a")), said, user(result("t1"))))
    assert given["messages"][1]["content"][0]["type"] == "thinking"


def test_empty_text_and_blocks_that_nobody_knows_are_not_sent_back() -> None:
    odd = Message("assistant", (text(""), text(" \n"), {"type": "hologram", "data": 1}, text("Yes."), use("t1")))
    given = sent(messages=(user(text("a")), odd, user(result("t1"))))
    assert [block["type"] for block in given["messages"][1]["content"]] == ["text", "tool_use"]
    assert refused(given, HEADERS) is None
