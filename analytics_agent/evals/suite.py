"""A suite: questions with what is expected of them, one JSON object a line."""

import json
import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from analytics_agent.errors import AskerError

Expect = Literal["answer", "refuse", "ask"]
EXPECTED: tuple[Expect, ...] = ("answer", "refuse", "ask")
_TEXTS = ("id", "db", "question")


@dataclass(frozen=True)
class Case:
    """One question. Each of `golds` is a check query whose result is right; without any, answers are counted and not judged.

    `evidence` is what somebody who asks would add to the question. `clarification` is what the person answers when asked back.
    """

    id: str
    db: str
    question: str
    golds: tuple[str, ...] = ()
    expect: Expect = "answer"
    ordered: bool = False
    evidence: str | None = None
    clarification: str | None = None
    tags: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What is asked."""
        return f"{self.question}\n\nWhat is known: {self.evidence}" if self.evidence else self.question


def read(path: Path) -> tuple[Case, ...]:
    """Raises AskerError, naming the first line that is wrong."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")  # JSON may hold the other ends of lines within a text
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not text in UTF-8"
        raise AskerError(f"The suite {path} cannot be read: {why}.") from None
    cases = [_case(line, f"{path}, line {number}") for number, line in enumerate(lines, 1) if line.strip()]
    ids = [case.id for case in cases]
    if twice := next((name for name in ids if ids.count(name) > 1), None):
        raise AskerError(f"The suite {path} has the id {twice!r} twice.")
    if not cases:
        raise AskerError(f"The suite {path} holds no question.")
    return tuple(cases)


def chosen(
    cases: Sequence[Case],
    *,
    ids: Collection[str] = (),
    tags: Collection[str] = (),
    sample: int | None = None,
    seed: int = 0,
    limit: int | None = None,
) -> tuple[Case, ...]:
    """The questions with these ids, with any of these tags; of them a random sample that a seed names, in the suite's order; the first.

    Raises AskerError for an id or tag that is not there.
    """
    for what, wanted, known in (("id", ids, {case.id for case in cases}), ("tag", tags, {tag for case in cases for tag in case.tags})):
        if missing := sorted(set(wanted) - known):
            raise AskerError(f"The suite has no question with the {what} {missing[0]!r}.")
    kept = [case for case in cases if (not ids or case.id in ids) and (not tags or set(tags) & set(case.tags))]
    if sample is not None and sample < len(kept):
        drawn = set(random.Random(seed).sample(sorted(case.id for case in kept), sample))  # noqa: S311  a sample, not a secret
        kept = [case for case in kept if case.id in drawn]
    return tuple(kept[:limit])


def _case(line: str, where: str) -> Case:
    try:
        given = json.loads(line)
    except (ValueError, RecursionError):
        raise AskerError(f"{where} is not JSON.") from None
    if problem := _problem(given):
        raise AskerError(f"{where}: {problem}", hint='Write {"id", "db", "question", "gold_sql"?, "expect"?, …}, one object a line.')
    golds = [gold for gold in (given.get("gold_sql"), *(given.get("gold_alternatives") or ())) if gold]
    return Case(
        given["id"],
        given["db"],
        _plain(given["question"]),
        tuple(dict.fromkeys(golds)),
        given.get("expect") or "answer",
        bool(given.get("ordered")),
        _plain(given.get("evidence")) or None,
        _plain(given.get("clarification")) or None,
        tuple(given.get("tags") or ()),
    )


def _plain(text: str | None) -> str:
    """As the API stores it: no space around it; and with the line ends of this world."""
    return "\n".join((text or "").split("\r\n")).strip()


def _problem(given: Any) -> str:
    """What is wrong with a line; nothing when it is right."""
    if not isinstance(given, dict):
        return "it is not an object."
    for name in _TEXTS:
        if not isinstance(given.get(name), str) or not given[name].strip():
            return f"{name} must be a text."
    for name in ("gold_sql", "evidence", "clarification"):
        if not isinstance(given.get(name), str | None):
            return f"{name} must be a text."
    for name in ("gold_alternatives", "tags"):
        if not _are_texts(given.get(name)):
            return f"{name} must be a list of texts."
    if (given.get("expect") or "answer") not in EXPECTED:
        return f"expect is one of {', '.join(EXPECTED)}."
    return ""


def _are_texts(value: Any) -> bool:
    return value is None or (isinstance(value, list) and all(isinstance(each, str) for each in value))
