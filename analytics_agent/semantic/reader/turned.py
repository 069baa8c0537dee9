""" "Which ones?" after a number of members, and "how many?" after a list of them: the same condition, asked the other way round."""

import re
from collections.abc import Sequence
from dataclasses import replace

from analytics_agent.semantic.reader.frames import plain
from analytics_agent.semantic.reader.read import Reader
from analytics_agent.semantic.reader.reading import Reading
from analytics_agent.semantic.reader.words import SILENT, closed, tokens
from analytics_agent.semantic.request import Filter, MetricRequest

_PLAIN = closed("number count altogether total name show list ok okay but then")
_LINKS = r"^\W*(?:(?:and|but|so|ok|okay|then|please)\b[\s,]*)*"
_THESE = r"(?:they|these|those|there)"
_WHICH = re.compile(
    rf"{_LINKS}(?:which|who|which (?:ones?|\w+)|which of (?:them|those|these)|(?:which|what|who) (?:ones )?(?:are|were) {_THESE}|"
    rf"which (?:\w+ )?(?:are|were) {_THESE}|(?:list|name|show)(?: me| us)? (?:them|those|these)(?: all)?)\W*$",
    re.IGNORECASE,
)
_MANY = re.compile(
    rf"{_LINKS}(?:how many(?: \w+)?|how many (?:\w+ )?(?:are|were|is|was) (?:{_THESE}|it|that)|how many of (?:them|those|these)|"
    r"count (?:them|those|these)|what is their number)(?: in all| altogether| in total)?\W*$",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"\b(?:how many(?: different| distinct)?|(?:the )?number of(?: different| distinct)?|(?:the )?count of)\b", re.IGNORECASE
)
_ASKED = re.compile(r"\b(?:which|what)\b|^\W*(?:list|name|show)(?: me| us)?(?: all)?(?: the)?\b", re.IGNORECASE)


def turned_round(reader: Reader, question: str, asked: str, before: MetricRequest, answers: Sequence[str]) -> Reading | None:
    """The earlier question `asked` with its members listed, or counted; None where the words ask for no such thing, or where it would
    not keep the condition as it was."""
    text = plain(asked)
    if not _is_of_these(question, text):
        return None
    if before.counted is not None and _WHICH.match(question):
        found, changed = reader.read(_NUMBER.sub("which", text, count=1), answers), "that they are listed"
    elif before.counted is None and before.having and before.dimensions and _MANY.match(question):
        counted = _ASKED.sub("how many", text, count=1) if _ASKED.search(text) else f"how many {text}"
        found, changed = reader.read(counted, answers), "that they are counted"
    else:
        return None
    turned = isinstance(found, Reading) and (found.request.counted is None) == (before.counted is not None)
    if not isinstance(found, Reading) or not turned or not _same_condition(before, found.request):
        return None
    return replace(found, notes=(*found.notes, f"Goes on from: “{asked}”; kept: its condition; changed: {changed}."))


def _is_of_these(question: str, asked: str) -> bool:
    """ "Which days?" after a number of days; "which stores?" after one of days is another question."""
    nouns = {token.stem for token in tokens(question) if token.lower not in SILENT | _PLAIN}
    return nouns <= {token.stem for token in tokens(asked)}


def _same_condition(before: MetricRequest, now: MetricRequest) -> bool:
    kept = [(r.metrics[:1], r.having, r.time, r.members, r.fill, r.top, r.share_of, _chosen(r)) for r in (before, now)]
    return kept[0] == kept[1]


def _chosen(request: MetricRequest) -> frozenset[Filter]:
    """Which rows; that a name is known goes without saying."""
    return frozenset(item for item in request.filters if item.op != "not_null")
