"""Replies of a model, kept in the order in which they came for a question, and given again in that order. Prompts are not kept.

As a program it turns what a model desk kept (a folder of files {"request", "reply"}) and the lines of that evaluation into recordings:

    python tests/suites/recorded.py DESK/done LINES.jsonl --suite defog_classic
"""

import argparse
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TESTS))

from fakes.messages_api import Body, Fault, turn_of  # noqa: E402  as a program it is run by path

from analytics_agent.domain.markup import tag  # noqa: E402
from analytics_agent.evals import results, suite  # noqa: E402
from analytics_agent.evals.score import Answered  # noqa: E402
from analytics_agent.evals.suite import Case  # noqa: E402

RECORDINGS = TESTS / "recordings"
SUITES = {
    "defog_classic": TESTS / "suites" / "defog_classic" / "questions.jsonl",
    "flights": TESTS.parent / "sql_fixtures" / "flights" / "questions.jsonl",
    "shop": TESTS.parent / "sql_fixtures" / "shop" / "questions.jsonl",
}
Replies = dict[str, list[list[Body]]]


@dataclass(frozen=True)
class Recording:
    """A question, what came of it, and the replies of each of its conversations: a step's, or that of a line of inquiry in it."""

    suite: str
    id: str
    question: str
    model: str
    status: str
    outcome: str
    sql: str | None
    replies: Replies

    @property
    def file(self) -> Path:
        return RECORDINGS / self.suite / f"{self.id}.json"

    def save(self) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n")


def recordings() -> list[Recording]:
    return [Recording(**json.loads(file.read_text())) for file in sorted(RECORDINGS.glob("*/*.json"))]


class Replayed:
    """A step of the scripted Messages API: each question gets its replies, each conversation in order, however many run at a time."""

    def __init__(self, recorded: Sequence[Recording], cases: Iterable[Case]) -> None:
        by_id = {case.id: case for case in cases}
        self._recorded = {marked(by_id[one.id]): one for one in recorded}

    def __call__(self, body: Body) -> "list[Body] | Fault":
        opening = opening_of(body)
        found = next((one for mark, one in self._recorded.items() if mark in opening), None)
        replies = found.replies.get(conversation_of(body), []) if found else []
        turn = turn_of(body)
        return replies[turn - 1] if turn <= len(replies) else Fault(400, "invalid_request_error", details={"why": "no reply is recorded"})


def marked(case: Case) -> str:
    """How a question stands in the opening of each of its conversations."""
    return tag("question", case.text)


def opening_of(body: Body) -> str:
    content = body["messages"][0]["content"]
    return content if isinstance(content, str) else "\n".join(block.get("text", "") for block in content)


def conversation_of(body: Body) -> str:
    """The step, told by its tools; of a line of inquiry with what it asks."""
    tools = {tool["name"] for tool in body["tools"]}
    if "write_answer" in tools:
        return "synthesize"
    line = re.search(r"<line>\s*(.*?)\s*</line>", opening_of(body), re.DOTALL)
    return f"explore: {line[1]}" if line else "explore" if "run_sql" in tools else "analyze"


def from_desk(folder: Path, lines: Iterable[Answered], cases: Iterable[Case], name: str) -> list[Recording]:
    """A recording of each question that the desk was asked. A question that was asked again is the last one; errors are left out."""
    cases = {case.id: case for case in cases}
    said = _said(folder, {case.id: marked(case) for case in cases.values()})
    return [
        Recording(name, line.id, line.question, line.model or "", line.status, line.outcome, line.sql, _in_order(said[line.id]))
        for line in lines
        if line.id in said
    ]


def _said(folder: Path, marks: dict[str, str]) -> dict[str, dict[str, dict[int, Any]]]:
    """Question → conversation → turn → reply."""
    said: dict[str, dict[str, dict[int, Any]]] = defaultdict(lambda: defaultdict(dict))
    for file in sorted(folder.glob("[0-9]*.json")):
        exchange = json.loads(file.read_text())
        body, reply = exchange["request"], exchange["reply"]
        found = next((name for name, mark in marks.items() if mark in opening_of(body)), None)
        if found is None or not isinstance(reply, list):
            continue
        conversation, turn = conversation_of(body), turn_of(body)
        if turn == 1 and conversation == "explore":
            said[found].clear()
        said[found][conversation][turn] = reply
    return said


def _in_order(conversations: dict[str, dict[int, Any]]) -> Replies:
    return {name: [replies[turn] for turn in sorted(replies)] for name, replies in conversations.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("desk", type=Path, help="the folder with the desk's exchanges")
    parser.add_argument("lines", type=Path, help="what `eval --out` wrote")
    parser.add_argument("--suite", choices=SUITES, required=True)
    given = parser.parse_args()
    made = from_desk(given.desk, results.read(given.lines), suite.read(SUITES[given.suite]), given.suite)
    for one in made:
        one.save()
        print(f"{one.file.relative_to(TESTS.parent)}: {one.outcome}, {sum(map(len, one.replies.values()))} replies")


if __name__ == "__main__":
    main()
