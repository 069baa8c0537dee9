"""A long conversation: old results are left out in strides, everything else is sent as it was said."""

import json
from dataclasses import replace
from itertools import pairwise
from typing import Any

from fakes.records import tool_result, turn

from analytics_agent.activities import history
from analytics_agent.activities.conversation import Conversation
from analytics_agent.domain.conversation import Message, Reply, Usage
from analytics_agent.domain.models import PROFILES

FAT = 9_000
FIRST = "How late were flights?"
COLUMNS = [{"name": "carrier", "type": "text"}, {"name": "delay", "type": "number"}]


def said(*texts: str, tool: str = "run_sql", calls: int = 1) -> Conversation:
    """A conversation in which each turn made so many calls, which all gave this text."""
    turns, replies, results = [], [], {}
    for number, text in enumerate(texts, 1):
        ids = [f"c{number}.{place}" for place in range(calls)]
        thought = {"type": "thinking", "thinking": "", "signature": f"s{number}" * 20}
        made = tuple({"type": "tool_use", "id": name, "name": tool, "input": {"sql": f"select {name}"}} for name in ids)
        turns.append(turn(number))
        replies.append(Reply((thought, *made), "tool_use", Usage(), "claude-opus-4-7"))
        results |= {(number, name): (tool_result(number, name, name=tool), text) for name in ids}
    return Conversation(tuple(turns), tuple(replies), results)


def stored(number: int, size: int = FAT) -> str:
    return json.dumps({"id": f"r{number}", "rows": 120, "columns": COLUMNS, "preview": ["x" * size]})


def fat(turns: int, **given: Any) -> Conversation:
    return said(*(stored(number) for number in range(1, turns + 1)), **given)


def wire(messages: tuple[Message, ...]) -> str:
    return "".join(json.dumps([message.role, message.content]) for message in messages)


def left_out(conversation: Conversation) -> list[int]:
    """The turns whose results are not in what is sent."""
    texts = [block["content"] for message in conversation.messages(FIRST) for block in message.content if block["type"] == "tool_result"]
    return [number for number, text in enumerate(texts, 1) if text.startswith("Left out")]


def test_a_short_conversation_is_sent_whole() -> None:
    assert left_out(fat(12)) == []


def test_forty_fat_turns_stay_under_the_limit_and_without_it_would_not() -> None:
    sizes = [len(wire(fat(turns).messages(FIRST))) for turns in range(1, 41)]
    assert max(sizes) < 1.1 * history.CHARACTERS
    assert sum(len(text) for _, text in fat(40).results.values()) > 2.5 * history.CHARACTERS


def test_between_two_strides_the_conversation_only_grows() -> None:
    sent = [wire(fat(turns).messages(FIRST)) for turns in range(1, 41)]
    broken = [later for later, (one, next) in enumerate(pairwise(sent), 2) if not next.startswith(one)]
    assert 2 <= len(broken) <= 6


def test_the_same_conversation_is_sent_the_same_twice() -> None:
    assert wire(fat(30).messages(FIRST)) == wire(fat(30).messages(FIRST))


def test_the_newest_results_are_never_left_out() -> None:
    huge = said(*["y" * history.CHARACTERS] * 5)
    assert left_out(huge) == [1, 2, 3]


def test_every_call_has_its_result_and_thoughts_are_passed_back_unchanged() -> None:
    conversation = fat(40, calls=3)
    messages = conversation.messages(FIRST)
    for asked, answered in pairwise(messages[1:]):
        if asked.role == "assistant":
            called = [block["id"] for block in asked.content if block["type"] == "tool_use"]
            assert called == [block["tool_use_id"] for block in answered.content]
    assert [message.content for message in messages if message.role == "assistant"] == [reply.content for reply in conversation.replies]
    assert left_out(conversation)


def test_a_stored_result_that_is_left_out_can_still_be_cited() -> None:
    text = history.stand_in("run_sql", stored(3))
    assert text.startswith("Left out to save space: result r3, 120 rows, columns carrier, delay, which can still be cited.")
    assert history.stand_in("describe", "z" * 1_000).startswith("Left out to save space: what describe gave (1,000 characters).")


def test_what_a_person_said_and_what_is_short_stays() -> None:
    assert history.stand_in("ask_person", "a" * 2_000) == "a" * 2_000
    assert history.stand_in("run_sql", "Unknown column.") == "Unknown column."


def test_a_call_whose_result_was_left_out_may_be_made_again() -> None:
    conversation = fat(20)
    gone = left_out(conversation)[-1]
    seen = [call["id"] for call in conversation.answered(before=21)]
    assert f"c{gone}.0" not in seen and f"c{gone + 1}.0" in seen


def test_a_failed_call_stays_what_it_was() -> None:
    conversation = said(*["e" * FAT] * 30)
    failed = {key: (replace(result, is_error=True), text) for key, (result, text) in conversation.results.items()}
    told = replace(conversation, results=failed).messages(FIRST)
    assert all(block["is_error"] for message in told for block in message.content if block["type"] == "tool_result")


def test_the_limit_is_a_quarter_of_the_smallest_context() -> None:
    smallest = min(profile.context_tokens for profile in PROFILES.values())
    assert smallest >= 4 * history.CHARACTERS / 3.5
