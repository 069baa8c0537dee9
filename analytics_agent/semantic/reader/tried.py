"""Whether a question is put together in ways that were tried before.

A reader by rule is wrong without a sign where words that it knows stand together as no rule was made for: "counting also the closed ones".
So a question is reduced to its frame: what the model knows becomes its part in the reading (a measure, a group, a value), an operator its
name, and the words between stay. Each two neighbors of the frame are looked up among those of questions whose readings were checked
(tried.txt). Where a pair is new, the reading is told and confirmed before anything is answered.

That what is unseen in short sequences tells the unusual from the usual is from Forrest, Hofmeyr, Somayaji and Longstaff, "A Sense of Self
for Unix Processes", IEEE Symposium on Security and Privacy 1996.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from analytics_agent.semantic.reader.cover import Segment
from analytics_agent.semantic.reader.groups import Group
from analytics_agent.semantic.reader.lexicon import Metric
from analytics_agent.semantic.reader.sentence import Sentence
from analytics_agent.semantic.reader.words import closed

Frame = tuple[str, ...]
KEPT = Path(__file__).with_name("tried.txt")
START, END, BREAK = "^", "$", "."
_SILENT = closed("the a an my our their its your please kindly me us all")
"""Left out of a frame, with commas: they part nothing."""
_ALIKE = {
    **dict.fromkeys(closed("was were is are be been"), "be"),
    **dict.fromkeys(closed("did do does"), "do"),
    **dict.fromkeys(closed("has have had"), "have"),
    **dict.fromkeys(closed("what which"), "what"),
    **dict.fromkeys(closed("in during for"), "in"),
    **dict.fromkeys(closed("by per"), "by"),
    **dict.fromkeys(closed("we you i"), "we"),
}
_OPPOSITE = {"bottom": "top", "least": "most", "under": "over", "at_most": "over", "at_least": "over", "or_less": "or_more"}
"""What is read the same way, but for its direction."""
_PARTS = {"value": "VALUE", "dimension": "FIELD", "dataset": "THING", "grain": "UNIT", "metric": "OTHER"}


def is_tried(frame: Frame) -> bool:
    return not any(pair not in _tried() for pair in pairwise(frame))


def frame(sentence: Sentence, metrics: Sequence[Metric], groups: Sequence[Group]) -> Frame:
    """The question's parts in their order, between START and END: "how many MEASURE in PERIOD" in words of the frame."""
    return (START, *_parts(sentence, {metric.name for metric in metrics}, {group.segment.first for group in groups}), END)


def _parts(sentence: Sentence, metrics: set[str], groups: set[int]) -> Iterator[str]:
    segments = {segment.first: segment for segment in sentence.segments}
    covered = {at for segment in sentence.segments for at in range(segment.first, segment.last + 1)}
    for at, token in enumerate(sentence.tokens):
        if at and token.breaks:
            yield BREAK
        if at in segments:
            yield _part(sentence, segments[at], metrics, is_group=at in groups)
        elif at not in covered and token.lower not in _SILENT:
            yield _ALIKE.get(token.lower, token.lower)


def _part(sentence: Sentence, segment: Segment, metrics: set[str], *, is_group: bool) -> str:
    if segment.period is not None:
        return "PERIOD"
    if segment.number is not None:
        return "NUMBER"
    if is_group:
        return "GROUP"
    if any(meaning.name in metrics for meaning in segment.of("metric")):
        return "MEASURE"
    kinds = {meaning.kind for meaning in segment.meanings}
    named = sorted(_OPPOSITE.get(meaning.name, meaning.name) for meaning in segment.of("operator"))
    return next(
        (part for kind, part in _PARTS.items() if kind in kinds),
        f"<{named[0]}>" if named else sentence.text(segment).lower().replace(" ", "_"),
    )


@lru_cache(maxsize=1)
def _tried() -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(line.split(" ")) for line in KEPT.read_text(encoding="utf-8").splitlines())
