"""150 sentences, half of them false in small ways, over results on flights (queried) and a shop (made up): how many are caught.

Half of the list ("heldout") was not tuned on: only its totals were read. The figures stand in docs/grounding.md.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

import pytest
from fakes.results import Stored, both, stored

from analytics_agent.domain.evidence import ResultColumn
from analytics_agent.errors import Ungrounded
from analytics_agent.resources import resource
from analytics_agent.synthesize.grounding import ground

HERE = Path(__file__).parent
PRECISION, RECALL = 0.9, 0.97
QUESTIONS = {
    "en": "Which came second in 2013, which had at least half, which sold more than a million?",
    "de": "Wer lag 2013 auf Platz zwei und wer im ersten Quartal vorn?",
}
Caught = Literal["refused", "marked", "accepted"]


@dataclass(frozen=True)
class Judged:
    kind: str
    part: str
    language: str
    is_true: bool
    caught: Caught


def results() -> Stored:
    given: dict[str, Any] = json.loads((HERE / "grounding_results.json").read_text())
    return both(*(one(name, result) for name, result in given.items()))


def one(name: str, given: dict[str, Any]) -> Stored:
    columns = [ResultColumn(**column) for column in given["columns"]]
    cells = {column: [cell(row[place], column) for row in given["rows"]] for place, column in enumerate(columns)}
    fields = {"sql": given.get("sql", ""), "predicates": tuple(given.get("predicates", ())), "source": given.get("source", "free")}
    return stored(cells, name, title=given["title"], **fields)


def cell(value: Any, column: ResultColumn) -> Any:
    return date.fromisoformat(value) if column.type == "date" else value


def sentences() -> list[dict[str, Any]]:
    return [json.loads(line) for line in (HERE / "grounding_sentences.jsonl").read_text().splitlines()]


def judge(text: str, language: str, tables: Stored) -> Caught:
    written = {"headline": "What was found", "claims": [{"text": text}]}
    try:
        answer = ground(written, *tables, [], question=QUESTIONS[language])
    except Ungrounded as refused:
        if refused.problems != (NOTHING_CITED,):
            return "refused"
        answer = ground(
            {**written, "claims": [{"text": text}, {"text": "{{sales[0].orders}}."}]}, *tables, [], question=QUESTIONS[language]
        )
    return "marked" if answer.claims[0].unchecked else "accepted"


NOTHING_CITED = "No claim refers to a result: write at least one reference such as {{r1[0].column}}."


@pytest.fixture(scope="module")
def judged() -> list[Judged]:
    tables = results()
    return [
        Judged(each["kind"], each["part"], each["language"], each["label"], judge(each["text"], each["language"], tables))
        for each in sentences()
    ]


def precision(judged: list[Judged]) -> float:
    """Of the sentences that were refused or marked, the part that is false."""
    caught = [each for each in judged if each.caught != "accepted"]
    return sum(not each.is_true for each in caught) / len(caught)


def recall(judged: list[Judged]) -> float:
    """Of the false sentences, the part that was refused or marked."""
    false = [each for each in judged if not each.is_true]
    return sum(each.caught != "accepted" for each in false) / len(false)


def test_there_are_150_sentences_half_of_them_false_and_half_held_out() -> None:
    listed = sentences()
    assert len(listed) == 150 == len({each["id"] for each in listed}) == len({each["text"] for each in listed})
    assert sum(not each["label"] for each in listed) == 75
    assert 70 <= sum(each["part"] == "heldout" for each in listed) <= 80
    assert sum(each["language"] == "de" for each in listed) >= 35


@pytest.mark.parametrize("part", ["dev", "heldout"])
def test_false_sentences_are_caught_and_true_ones_are_not(judged: list[Judged], part: str) -> None:
    ours = [each for each in judged if each.part == part]
    assert precision(ours) >= PRECISION, precision(ours)
    assert recall(ours) >= RECALL, recall(ours)


def test_few_sentences_are_caught_by_a_mark_alone(judged: list[Judged]) -> None:
    """A mark tells the reader; only a refusal keeps a false sentence from her."""
    marked = [each for each in judged if not each.is_true and each.caught == "marked"]
    assert len(marked) <= 8, marked


def test_the_published_figures_are_these(judged: list[Judged]) -> None:
    path = resource("docs") / "grounding.md"
    text = page(judged)
    if os.environ.get("UPDATE_DOCS"):
        Path(str(path)).write_text(text)
    assert path.read_text() == text, "run UPDATE_DOCS=1 .venv/bin/pytest tests/golden/test_grounding_sentences.py"


def page(judged: list[Judged]) -> str:
    head, _, tail = (resource("docs") / "grounding.md").read_text().partition(START)
    return f"{head}{START}\n\n{''.join(line + chr(10) for line in lines(judged))}\n{END}{tail.partition(END)[2]}"


START, END = "<!-- measured -->", "<!-- /measured -->"


def lines(judged: list[Judged]) -> Iterator[str]:
    yield "| sentences | true | false | precision | recall | refused | marked |"
    yield "|---|---|---|---|---|---|---|"
    groups = {"all": judged}
    groups |= {name: [e for e in judged if e.part == part] for part, name in (("dev", "seen while tuning"), ("heldout", "held out"))}
    groups |= {name: [e for e in judged if e.language == code] for code, name in (("en", "English"), ("de", "German"))}
    for name, group in groups.items():
        yield row(name, group)
    yield ""
    yield "| kind | sentences | false | caught | true ones refused or marked |"
    yield "|---|---|---|---|---|"
    for kind in sorted({each.kind for each in judged}):
        ours = [each for each in judged if each.kind == kind]
        false = [each for each in ours if not each.is_true]
        caught = sum(each.caught != "accepted" for each in false)
        wrongly = sum(each.caught != "accepted" for each in ours if each.is_true)
        yield f"| {kind} | {len(ours)} | {len(false)} | {caught} | {wrongly} |"


def row(name: str, group: list[Judged]) -> str:
    true = sum(each.is_true for each in group)
    refused, marked = (sum(each.caught == way for each in group) for way in ("refused", "marked"))
    return f"| {name} | {true} | {len(group) - true} | {precision(group):.3f} | {recall(group):.3f} | {refused} | {marked} |"
