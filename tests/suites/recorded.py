"""Replies of a model, kept in the order in which they came for a question, and given again in that order. Prompts are not kept.

As a program it turns exchanges by hand (a folder of files {"request", "reply"}) and the lines of that evaluation into recordings:

    python tests/suites/recorded.py FOLDER LINES.jsonl --suite defog_classic
"""

import argparse
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import zip_longest
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
MAIN = "explore"
SHORTEST_LINE = 8
ID = re.compile(r"\b[rf]\d+\b")
OWN_ID = re.compile(r'"(?:id|finding)\\*": *\\*"([rf]\d+)\\*"')
TODAY = re.compile(r"\bcurrent_date\b", re.IGNORECASE)
NOT_RECORDED = Fault(400, "invalid_request_error", details={"why": "no reply is recorded"})
Replies = dict[str, list[list[Body]]]
Results = dict[str, list[list[str]]]
"""Of each conversation, for each call the results and findings that it was told of."""


@dataclass(frozen=True)
class Recording:
    """A question, what came of it, and the replies of each of its conversations: a step's, or that of a line of inquiry in it.

    `results` says which ids the calls of each conversation got, `evidence` under which titles the last one knew them all. Calls that
    run at the same time may get theirs in another order the next time. `day` is the one that counted as today.
    """

    suite: str
    id: str
    question: str
    model: str
    status: str
    outcome: str
    sql: str | None
    replies: Replies
    results: Results
    evidence: list[list[str]]
    day: str = ""

    @property
    def file(self) -> Path:
        return RECORDINGS / self.suite / f"{self.id}.json"

    def save(self) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n")


def recordings() -> list[Recording]:
    return [Recording(**json.loads(file.read_text())) for file in sorted(RECORDINGS.glob("*/*.json"))]


def on_its_day(case: Case, recorded: Recording) -> Case:
    """The case as on the day of the recording, where the recorded statement names that day: the next day is no reason to be wrong."""
    if not recorded.day or recorded.day not in (recorded.sql or ""):
        return case
    return replace(case, golds=tuple(TODAY.sub(f"DATE '{recorded.day}'", gold) for gold in case.golds))


class Replayed:
    """A step of the scripted Messages API: each question gets its replies, each conversation in order, however many run at a time."""

    def __init__(self, recorded: Sequence[Recording], cases: Iterable[Case]) -> None:
        self._recorded = {one.id: one for one in recorded}
        self._cases = [case for case in cases if case.id in self._recorded]
        self._now: dict[str, dict[str, str]] = defaultdict(dict)
        """Of each question, the ids of the recording and what they are now."""

    def __call__(self, body: Body) -> "list[Body] | Fault":
        case, turn = asked_in(body, self._cases), turn_of(body)
        if case is None:
            return NOT_RECORDED
        recorded = self._recorded[case.id]
        conversation = conversation_of(body, case, lines_of(recorded.replies.get(MAIN, [])))
        replies = recorded.replies.get(conversation, [])
        if turn > len(replies):
            return NOT_RECORDED
        for then, now in zip(recorded.results.get(conversation, []), results_in(body), strict=False):
            self._now[case.id].update(zip(then, now, strict=False))
        now_by_title = {title: name for name, title in evidence_in(body)}
        self._now[case.id] |= {name: now_by_title[title] for name, title in recorded.evidence if title in now_by_title}
        said: list[Body] = _renamed(replies[turn - 1], self._now[case.id])
        return said


def _renamed(value: Any, names: dict[str, str]) -> Any:
    """The reply with the ids of now."""
    if isinstance(value, str):
        return ID.sub(lambda found: names.get(found[0], found[0]), value)
    if isinstance(value, list):
        return [_renamed(each, names) for each in value]
    return {name: _renamed(each, names) for name, each in value.items()} if isinstance(value, dict) else value


def results_in(body: Body) -> list[list[str]]:
    """For each call of the conversation, in order, the ids that its result names as its own."""
    blocks = [block for message in body["messages"] if isinstance(message["content"], list) for block in message["content"]]
    told = {block["tool_use_id"]: json.dumps(block["content"]) for block in blocks if block["type"] == "tool_result"}
    return [OWN_ID.findall(told.get(block["id"], "")) for block in blocks if block["type"] == "tool_use"]


def evidence_in(body: Body) -> list[list[str]]:
    """The ids of all results and findings with their titles, where the opening tells them. What has another's title is left out."""
    found = re.search(r"<evidence>\s*(\{.*\})\s*</evidence>", opening_of(body), re.DOTALL)
    evidence = json.loads(found[1]) if found else {}
    told = [[str(one["id"]), str(one["title"])] for kind in ("results", "findings") for one in evidence.get(kind, [])]
    known = [(name[0], title) for name, title in told]
    return [[name, f"{name[0]} {title}"] for name, title in told if known.count((name[0], title)) == 1]


def day_of(body: Body) -> str:
    found = re.search(r"<as_of>\s*([\d-]+)\s*</as_of>", opening_of(body))
    return found[1] if found else ""


def asked_in(body: Body, cases: Iterable[Case]) -> Case | None:
    """Whose question stands in the opening; of several the longest, as one may hold another."""
    opening = opening_of(body)
    return max((case for case in cases if quiet(case.text) in opening), key=lambda case: len(case.text), default=None)


def opening_of(body: Body) -> str:
    content = body["messages"][0]["content"]
    return content if isinstance(content, str) else "\n".join(block.get("text", "") for block in content)


def quiet(text: str) -> str:
    """As text from outside stands in a prompt."""
    return tag("x", text).removeprefix("<x>\n").removesuffix("\n</x>")


def conversation_of(body: Body, case: Case, lines: Iterable[str]) -> str:
    """The step, told by its tools; of a line of inquiry with what it asks, as the model worded it."""
    tools = {tool["name"] for tool in body["tools"]}
    if "write_answer" in tools:
        return "synthesize"
    if "run_sql" not in tools:
        return "analyze"
    rest = opening_of(body).replace(quiet(case.text), "")
    return ": ".join([MAIN, *sorted(line for line in lines if quiet(line) in rest)])


def lines_of(replies: Iterable[Sequence[Body]]) -> set[str]:
    """Every text in the model's calls for lines of inquiry."""
    calls = [block["input"] for reply in replies for block in reply if block.get("name") == "investigate"]
    return {text for given in calls for text in _texts(given) if len(text) >= SHORTEST_LINE}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)


def from_exchanges(folder: Path, lines: Iterable[Answered], cases: Sequence[Case], name: str) -> list[Recording]:
    """A recording of each question that was answered there. A question that was asked again is the last one; errors are left out."""
    exchanges = [json.loads(file.read_text()) for file in sorted(folder.glob("[0-9]*.json"))]
    replied = [(each["request"], each["reply"]) for each in exchanges if isinstance(each["reply"], list)]
    by_case: dict[str, list[tuple[Body, list[Body]]]] = defaultdict(list)
    known = {case.id: case for case in cases}
    for body, reply in replied:
        if case := asked_in(body, cases):
            by_case[case.id].append((body, reply))
    return [_recording(name, line, known[line.id], by_case[line.id]) for line in lines if line.id in by_case]


def _recording(name: str, line: Answered, case: Case, exchanges: Sequence[tuple[Body, list[Body]]]) -> Recording:
    """The replies of each conversation of the last run, by turn, and the ids that its last request knew."""
    asked = lines_of(reply for _, reply in exchanges)
    said: dict[str, dict[int, list[Body]]] = defaultdict(dict)
    told: Results = {}
    evidence: list[list[str]] = []
    day = day_of(exchanges[-1][0])
    for body, reply in exchanges:
        conversation, turn = conversation_of(body, case, asked), turn_of(body)
        if (conversation, turn) == (MAIN, 1):
            said.clear()
            told.clear()
        said[conversation][turn] = reply
        evidence = evidence_in(body) or evidence
        # A long conversation leaves out its oldest results: what an earlier request had stands.
        both = zip_longest(told.get(conversation, []), results_in(body), fillvalue=[])
        told[conversation] = [before or now for before, now in both]
    replies = {spoken: [turns[turn] for turn in sorted(turns)] for spoken, turns in said.items()}
    results = {spoken: told[spoken] for spoken in replies}
    return Recording(name, line.id, line.question, line.model or "", line.status, line.outcome, line.sql, replies, results, evidence, day)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="the exchanges, a numbered file each")
    parser.add_argument("lines", type=Path, help="what `eval --out` wrote")
    parser.add_argument("--suite", choices=SUITES, required=True)
    given = parser.parse_args()
    made = from_exchanges(given.folder, results.read(given.lines), suite.read(SUITES[given.suite]), given.suite)
    for one in made:
        one.save()
        print(f"{one.file.relative_to(TESTS.parent)}: {one.outcome}, {sum(map(len, one.replies.values()))} replies")


if __name__ == "__main__":
    main()
