"""A step's conversation, rebuilt from what was stored: the model's replies and what its tool calls gave."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from analytics_agent.activities import history
from analytics_agent.domain.conversation import Block, Message, Reply
from analytics_agent.domain.event import Step
from analytics_agent.domain.models import OFFLINE
from analytics_agent.domain.tier import TIER, Tier
from analytics_agent.domain.turn import ToolResult, Turn
from analytics_agent.explore import loop
from analytics_agent.ports import Artifacts
from analytics_agent.store_ports import Known


@dataclass(frozen=True)
class Conversation:
    """What was said in a step before turn `len(replies) + 1`."""

    turns: tuple[Turn, ...]
    replies: tuple[Reply, ...]
    results: dict[tuple[int, str], tuple[ToolResult, str]]

    def messages(self, first: str, nudge: str = "") -> tuple[Message, ...]:
        """The whole conversation for the next turn. `first` opens it, `nudge` is said last."""
        said = [Message("user", ({"type": "text", "text": first},))]
        short = self._shortened(len(self.turns))
        for position, (turn, reply) in enumerate(zip(self.turns, self.replies, strict=True)):
            said[-1] = with_words(said[-1], turn.nudges)
            said += self._exchange(turn.number, reply, short=position < short)
        said[-1] = with_words(said[-1], (nudge,) if nudge else ())
        return tuple(said)

    def answered(self, *, before: int) -> list[Block]:
        """The calls of turns before `before` that were run and gave no error, and whose results the model could still see then."""
        earlier = [(turn.number, reply) for turn, reply in zip(self.turns, self.replies, strict=True) if turn.number < before]
        short = self._shortened(len(earlier))
        seen = []
        for position, (number, reply) in enumerate(earlier):
            made = [(call, *self.results[number, call["id"]]) for call in reply.tool_calls() if (number, call["id"]) in self.results]
            answered = [(call, text) for call, result, text in made if not result.is_error and not result.ends]
            seen += [call for call, text in answered if position >= short or not history.is_left_out(call["name"], text)]
        return seen

    def failed(self) -> list[set[str]]:
        """Of each reply, the ids of the calls that gave an error."""
        wrong = {key for key, (result, _) in self.results.items() if result.is_error}
        return [{call_id for number, call_id in wrong if number == turn.number} for turn in self.turns]

    def _shortened(self, length: int) -> int:
        """How many of the first `length` exchanges were shortened before the turn after them was asked."""
        return history.shortened([self._whole(*pair) for pair in zip(self.turns[:length], self.replies[:length], strict=True)])

    def _whole(self, turn: Turn, reply: Reply) -> history.Exchange:
        found = {call["id"]: self.results.get((turn.number, call["id"])) for call in reply.tool_calls()}
        return history.Exchange(reply, {name: (one[0].name, one[1]) for name, one in found.items() if one})

    def _exchange(self, turn: int, reply: Reply, *, short: bool) -> list[Message]:
        """One reply and our answer to it. Calls that were not run are left out: a call without its result is refused by the API."""
        if reply.stop_reason == "tool_use" and reply.tool_calls():
            answers = tuple(self._result(turn, call, short=short) for call in reply.tool_calls())
            return [Message("assistant", reply.content, reply.model), Message("user", answers)]
        kept = tuple(block for block in reply.content if block.get("type") == "text" and block.get("text"))
        text = loop.CUT if reply.stop_reason == "max_tokens" else loop.CALL_A_TOOL
        told = Message("user", ({"type": "text", "text": text},))
        return [Message("assistant", kept or ({"type": "text", "text": "…"},), reply.model), told]

    def _result(self, turn: int, call: Block, *, short: bool) -> Block:
        result, text = self.results[turn, call["id"]]
        block: Block = {"type": "tool_result", "tool_use_id": call["id"], "content": history.stand_in(result.name, text) if short else text}
        return block | ({"is_error": True} if result.is_error else {})


def with_words(message: Message, words: Sequence[str]) -> Message:
    """With these said after it."""
    return replace(message, content=(*message.content, *({"type": "text", "text": text} for text in words)))


async def read(store: Known, artifacts: Artifacts, run_id: str, step: Step, line: str = "", *, before: int) -> Conversation:
    """The conversation of `step` (of one line of inquiry) up to, and without, turn `before`. A model that took over from the offline one
    is not told of its turns."""
    turns = tuple(turn for turn in await store.turns(run_id, step) if turn.line == line and turn.number < before)
    if (tier := await store.document(run_id, TIER, Tier)) and not tier.stands:
        turns = tuple(turn for turn in turns if turn.model != OFFLINE)
    replies = await asyncio.gather(*(artifacts.get_record(turn.reply, Reply) for turn in turns))
    results = [result for result in await store.tool_results(run_id, step) if result.line == line and result.turn < before]
    texts = await _texts(artifacts, results)
    return Conversation(turns, tuple(replies), {(r.turn, r.call_id): (r, t) for r, t in zip(results, texts, strict=True)})


async def _texts(artifacts: Artifacts, results: Sequence[ToolResult]) -> list[str]:
    files = await asyncio.gather(*(artifacts.get_file(result.content) for result in results))
    return [content.decode() for content in files]
