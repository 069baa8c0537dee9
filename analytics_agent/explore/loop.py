"""When the conversation of a step goes on, is nudged or stops. Pure functions over what was said so far."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from analytics_agent.domain.conversation import Block, Reply
from analytics_agent.domain.orders import Ending
from analytics_agent.explore.tools import ASK_PERSON, INVESTIGATE, QUERY_METRICS, RUN_SQL
from analytics_agent.sql.normal import normal

CALL_A_TOOL = "Nothing was called. Continue with a tool, or end the step with the tool that ends it; text alone reaches nobody."
CUT = "Your last reply was cut off at the length limit and its tool calls were not run. Say less and call one tool."
LAST_TURN = "This is the last turn of this step. End it now with what is known."
SAME_CALL = "This very call was made before and its result stands above{0}. Use that result, or change the input."
ONE_AT_A_TIME = "Another {0} of this reply goes first. Call it again when that one has its result, if it still matters."
NOT_IN_A_LINE = "A line of inquiry asks nobody and begins no lines. Take the likelier reading, say it in readings, and go on with queries."

MOST_CALLS = 12
"""Tool calls of one reply that are run. More is a flood on the warehouse, not a line of inquiry."""

TOO_MANY = f"At most {MOST_CALLS} calls are run in one turn. See what the others gave, then make this one if it is still needed."

SILENT_TURNS = 3
"""Turns without a tool call, in a row, after which a conversation is held to be lost."""

CIRCLES = 3
"""Turns in a row that only repeat earlier calls, after which a conversation is held to be lost. It is told before the last."""

CIRCLING = (
    "Your last turns only repeated earlier calls; nothing new can come of that. End the step with the results there are, look at "
    "something that was not looked at yet, or say what is missing."
)

FAILURES, TOLD_FAILURES = 6, 3
"""Turns in a row without a call that worked: after so many the conversation is held to be lost, and told of it after fewer."""

FAILING = (
    "{0} turns in a row nothing that you called has worked. Do not vary the same statement again: read the names with describe, look at "
    "values, start from a SELECT of one table and add one join at a time. If the data does not hold it, say what is missing."
)

_STATEMENTS = frozenset({QUERY_METRICS.name, RUN_SQL.name})
_ONE_IN_A_REPLY = {ASK_PERSON.name: "question", INVESTIGATE.name: "investigation"}
_WORDING = frozenset({"purpose", "why_not_metrics"})
"""Parts of an input that change nothing in what is run."""


@dataclass(frozen=True)
class Verdict:
    """`ends` stops the step before anything is spent; `nudge` is said to the model with the next turn."""

    ends: Ending | None = None
    nudge: str = ""


def decide(replies: Sequence[Reply], *, turns: int, failed: Sequence[Collection[str]] = ()) -> Verdict:
    """Judge a step before its next turn. `turns` is the most a step may take; `failed` are the ids of each reply's calls that did."""
    if len(replies) >= turns:
        return Verdict(ends="exhausted")
    if _silent(replies) >= SILENT_TURNS:
        return Verdict(ends="silent")
    circles, failures = _circling(replies), _failing(replies, failed)
    if circles >= CIRCLES:
        return Verdict(ends="circling")
    if failures >= FAILURES:
        return Verdict(ends="failing")
    told = [
        LAST_TURN if len(replies) == turns - 1 and turns > 1 else "",
        CIRCLING if circles == CIRCLES - 1 else "",
        FAILING.format(failures) if failures >= TOLD_FAILURES else "",
    ]
    return Verdict(nudge=" ".join(filter(None, told)))


def fingerprint(call: Block) -> str:
    """Two calls with one fingerprint are the same call: the order of an input, its title and the layout of SQL make no difference."""
    given = call.get("input")
    if isinstance(given, dict):
        given = {name: _same(name, value) for name, value in given.items() if name not in _WORDING}
    return json.dumps([call.get("name"), given], sort_keys=True, default=str)


def before(call: Block, reply: Reply) -> tuple[Block, ...]:
    """The calls that stand before this one in its own reply."""
    calls = reply.tool_calls()
    return calls[: [made["id"] for made in calls].index(call["id"])]


def repeated(call: Block, earlier: Iterable[Block]) -> Block | None:
    """The earlier call that this one is, made again."""
    wanted = fingerprint(call)
    return next((made for made in earlier if fingerprint(made) == wanted), None)


def makes_result(call: Block) -> bool:
    """Whether rows are stored for it, under an id by which they are found again."""
    return call.get("name") in _STATEMENTS


def out_of_turn(call: Block, reply: Reply) -> str:
    """Why a call must wait, where one of its kind stands before it: a run waits for one answer, or one set of lines, at a time."""
    kind = _ONE_IN_A_REPLY.get(call["name"])
    first = next(made["id"] for made in reply.tool_calls() if made["name"] == call["name"])
    return ONE_AT_A_TIME.format(kind) if kind and first != call["id"] else ""


def _same(name: str, value: Any) -> Any:
    return normal(value) if name == "sql" and isinstance(value, str) else value


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
    """How many turns at the end made only calls that had been made before: one call again and again, or two in turn."""
    length = 0
    for position in range(len(replies) - 1, 0, -1):
        made, before = _calls(replies[position : position + 1]), _calls(replies[:position])
        if not made or not made <= before:
            break
        length += 1
    return length


def _failing(replies: Sequence[Reply], failed: Sequence[Collection[str]]) -> int:
    """How many turns at the end ran no statement that worked. A turn that only looked, and saw something, counts neither way."""
    length = 0
    for reply, wrong in reversed(list(zip(replies, failed, strict=False))):
        calls = reply.tool_calls()
        statements = [call for call in calls if makes_result(call)]
        if any(call["id"] not in wrong for call in statements):
            break
        length += bool(calls) and all(call["id"] in wrong for call in statements or calls)
    return length
