"""When the conversation of a step goes on, is nudged or stops. Pure functions over what was said so far."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analytics_agent.domain.conversation import Block, Reply
from analytics_agent.domain.orders import Ending
from analytics_agent.explore.tools import ASK_PERSON

CALL_A_TOOL = "Nothing was called. Continue with a tool, or end the step with the tool that ends it; text alone reaches nobody."
CUT = "Your last reply was cut off at the length limit and its tool calls were not run. Say less and call one tool."
LAST_TURN = "This is the last turn of this step. End it now with what is known."
SAME_CALL = "This very call was made before and its result stands above. Use that result, or change the input."
ONE_QUESTION = "Another question of this reply is put to the person first. Ask again when it is answered, if it still matters."

MOST_CALLS = 12
"""Tool calls of one reply that are run. More is a flood on the warehouse, not a line of inquiry."""

TOO_MANY = f"At most {MOST_CALLS} calls are run in one turn. See what the others gave, then make this one if it is still needed."

SILENT_TURNS = 3
"""Turns without a tool call, in a row, after which a conversation is held to be lost."""

CIRCLES = 3
"""Turns in a row that only repeat earlier calls, after which a conversation is held to be lost."""


@dataclass(frozen=True)
class Verdict:
    """`ends` stops the step before anything is spent; `nudge` is said to the model with the next turn."""

    ends: Ending | None = None
    nudge: str = ""


def decide(replies: Sequence[Reply], *, turns: int) -> Verdict:
    """Judge a step before its next turn. `turns` is the most a step may take."""
    if len(replies) >= turns or _silent(replies) >= SILENT_TURNS or _circling(replies) >= CIRCLES:
        return Verdict(ends="exhausted")
    return Verdict(nudge=LAST_TURN if len(replies) == turns - 1 and turns > 1 else "")


def fingerprint(call: Block) -> str:
    """Two calls with one fingerprint are the same call."""
    return json.dumps([call.get("name"), call.get("input")], sort_keys=True, default=str)


def before(call: Block, reply: Reply) -> tuple[Block, ...]:
    """The calls that stand before this one in its own reply."""
    calls = reply.tool_calls()
    return calls[: [made["id"] for made in calls].index(call["id"])]


def repeats(call: Block, earlier: Iterable[Block]) -> bool:
    """Is this one of the earlier calls, made again?"""
    return fingerprint(call) in {fingerprint(made) for made in earlier}


def second_question(call: Block, reply: Reply) -> bool:
    """Does a question to the person stand before this one in the reply? A run waits for one answer at a time."""
    questions = [made["id"] for made in reply.tool_calls() if made["name"] == ASK_PERSON.name]
    return call["id"] in questions[1:]


def _calls(replies: Sequence[Reply]) -> set[str]:
    return {fingerprint(call) for reply in replies for call in reply.tool_calls()}


def _silent(replies: Sequence[Reply]) -> int:
    """How many turns at the end called nothing that could be run."""
    length = 0
    for reply in reversed(replies):
        if reply.tool_calls() and reply.stop_reason == "tool_use":
            break
        length += 1
    return length


def _circling(replies: Sequence[Reply]) -> int:
    """How many turns at the end made only calls that had been made before."""
    length = 0
    for position in range(len(replies) - 1, 0, -1):
        made, before = _calls(replies[position : position + 1]), _calls(replies[:position])
        if not made or not made <= before:
            break
        length += 1
    return length
