"""What is on the wire over whole runs: tools and system are the same bytes for every turn, run and question on a database, and each turn
begins with the bytes of the turn before. That is what a prompt cache lives on."""

import json
from itertools import pairwise
from typing import Any

import pytest
from fakes.messages_api import Body, turn_of
from integration.claude.conversations import SCENARIOS, step_of
from integration.claude.seen import Seen

STEPS = ("explore", "analyze", "synthesize")


def head(body: Body) -> bytes:
    """As it is sent, up to the conversation."""
    return json.dumps([body["tools"], body["system"]], ensure_ascii=False).encode()


def unmarked(value: Any) -> Any:
    if isinstance(value, list):
        return [unmarked(each) for each in value]
    return {name: unmarked(each) for name, each in value.items() if name != "cache_control"} if isinstance(value, dict) else value


def conversation(body: Body) -> bytes:
    return json.dumps(unmarked(body["messages"]), ensure_ascii=False).encode()[:-1]


@pytest.mark.parametrize("step", STEPS)
def test_tools_and_system_are_the_same_bytes_in_every_turn_run_and_question(seen: Seen, step: str) -> None:
    heads = {head(body) for body in seen.api.requests if step_of(body) == step}
    assert len(heads) == 1
    assert len({json.dumps(body["messages"][0]) for body in seen.api.requests if step_of(body) == step}) > 20


def test_the_conversation_comes_last_and_nothing_else_changes_between_turns(seen: Seen) -> None:
    for body in seen.api.requests:
        assert body["system"][-1]["cache_control"] == {"type": "ephemeral", "ttl": "1h"}
        assert json.dumps(body).count('"cache_control"') == 2
        assert "What is the total" not in head(body).decode()


@pytest.mark.parametrize("name", SCENARIOS)
def test_each_turn_begins_with_the_bytes_of_the_turn_before(seen: Seen, name: str) -> None:
    """Whatever went wrong on the way: a nudge, a cut reply, an error, a second model."""
    for step in STEPS:
        turns = sorted((body for body in seen.requests(name) if step_of(body) == step), key=turn_of)
        for before, after in pairwise(turns):
            same = before["model"] == after["model"] or not any("thinking" in str(message) for message in after["messages"])
            if same and turn_of(before) < turn_of(after):
                assert conversation(after).startswith(conversation(before))


def turns(seen: Seen, name: str, step: str) -> list[dict[str, Any]]:
    return [event.data for event in seen.events[name] if event.kind == "turn" and event.step == step]


@pytest.mark.parametrize("name", ["plain one", "parallel", "unknown block"])
def test_most_of_what_is_read_after_the_first_turn_is_read_from_the_cache(seen: Seen, name: str) -> None:
    """By the endpoint's own count, which goes by the marks and the bytes."""
    _, second = turns(seen, name, "explore")
    assert second["cache_read_tokens"] >= 0.8 * second["input_tokens"]


def test_a_question_reads_what_an_earlier_one_on_the_database_had_written(seen: Seen) -> None:
    firsts = [turns(seen, name, "explore")[0] for name in SCENARIOS if turns(seen, name, "explore")]
    of_opus = [first for first in firsts if first["model"] == "claude-opus-4-7"]
    assert sum(first["cache_read_tokens"] > 0.6 * first["input_tokens"] for first in of_opus) >= len(of_opus) - 1
