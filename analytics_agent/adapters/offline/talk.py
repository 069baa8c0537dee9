"""What the offline model takes out of a conversation: the question, what was called, what came back. It sees what Claude sees."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from html import unescape
from typing import Any

from analytics_agent.domain.conversation import Block, Message


@dataclass(frozen=True)
class Call:
    """One tool call that was run, and what it gave."""

    name: str
    input: dict[str, Any]
    text: str
    is_error: bool

    @cached_property
    def data(self) -> Any:
        """The result as JSON, None where it is none."""
        try:
            return json.loads(self.text)
        except ValueError:
            return None


@dataclass(frozen=True)
class Earlier:
    """An earlier question, and the request of query_metrics that answered it; `without` says why there is none."""

    question: str
    request: dict[str, Any] | None
    without: str = ""


class Talk:
    """A conversation, read once."""

    def __init__(self, messages: Sequence[Message]) -> None:
        self._messages = messages
        self.turn = sum(message.role == "assistant" for message in messages)
        self.calls = tuple(_calls(messages))

    @cached_property
    def opening(self) -> str:
        return "\n".join(_texts(self._messages[0])) if self._messages else ""

    @cached_property
    def question(self) -> str:
        return _tagged(self.opening, "question") or ""

    @cached_property
    def earlier(self) -> "Earlier | None":
        """The question that this one goes on from."""
        told = _tagged(self.opening, "earlier")
        return _earlier(told) if told is not None else None

    @cached_property
    def as_of(self) -> date | None:
        text = (_tagged(self.opening, "as_of") or "").strip()
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            return None

    @cached_property
    def evidence(self) -> dict[str, Any]:
        found = re.search(r"<evidence>(.*)</evidence>", self.opening, re.DOTALL)
        data = json.loads(found[1]) if found else {}
        return data if isinstance(data, dict) else {}

    @cached_property
    def clarifications(self) -> tuple[str, ...]:
        """The asker's answers, in order: in the result of ask_person, or in the opening where a run goes on."""
        texts = [self.opening, *(call.text for call in self.made("ask_person"))]
        found = (match for text in texts for match in re.findall(r"<clarification>(.*?)</clarification>", text, re.DOTALL))
        return tuple(unescape(match).strip() for match in found)

    def made(self, name: str) -> tuple[Call, ...]:
        return tuple(call for call in self.calls if call.name == name)


def _earlier(told: str) -> Earlier:
    """As explore's opening tells it, in lines."""
    question = re.match(r"Question: (.*?)(?=\n(?:Read as|Metric request|SQL|Answer): |\nIt ended as |\Z)", told, re.DOTALL)
    request = re.search(r"^Metric request: (\{.*\})$", told, re.MULTILINE)
    without = ""
    if request is None:
        written = re.search(r"^SQL: ", told, re.MULTILINE)
        by_sql = "The earlier question was answered by SQL that was written for it, not from metrics."
        without = by_sql if written else "The earlier question has no answer from metrics."
    return Earlier(question[1] if question else "", json.loads(request[1]) if request else None, without)


def _tagged(text: str, name: str) -> str | None:
    found = re.search(rf"<{name}>(.*?)</{name}>", text, re.DOTALL)
    return unescape(found[1]).strip() if found else None


def _texts(message: Message) -> Iterator[str]:
    yield from (block["text"] for block in message.content if block.get("type") == "text")


def _calls(messages: Sequence[Message]) -> Iterator[Call]:
    results: dict[str, Block] = {}
    for message in messages:
        results |= {block["tool_use_id"]: block for block in message.content if block.get("type") == "tool_result"}
    for message in messages:
        for block in message.content:
            if block.get("type") == "tool_use" and block["id"] in results:
                result = results[block["id"]]
                yield Call(block["name"], block["input"], _content(result.get("content")), bool(result.get("is_error")))


def _content(content: Any) -> str:
    """A tool result's content is a text, or a list of text blocks."""
    if isinstance(content, str):
        return content
    return "\n".join(block.get("text", "") for block in content or () if isinstance(block, dict))
