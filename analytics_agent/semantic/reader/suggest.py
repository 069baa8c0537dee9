"""What could be asked instead: questions near the one that is refused, each of which was read and is answered here."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from analytics_agent.semantic.reader.hints import MOST_HINTS, by_nearness, content
from analytics_agent.semantic.reader.lexicon import Metric
from analytics_agent.semantic.reader.reading import LookUp, Reading

if TYPE_CHECKING:
    from analytics_agent.semantic.reader.read import Reader

MOST_TRIED = 24
"""Every one is read, which takes a few milliseconds."""


def suggestions(reader: "Reader", question: str, overview: Mapping[str, Any]) -> tuple[str, ...]:
    """At most three, the nearest first. Nothing is offered that would be refused or asked about in its turn."""
    found: list[str] = []
    for tried, text in enumerate(_candidates(reader, question, overview)):
        if len(found) == MOST_HINTS or tried == MOST_TRIED:
            break
        if text not in found and isinstance(reader.read(text, ()), Reading | LookUp):
            found.append(text)
    return tuple(found)


def _candidates(reader: "Reader", question: str, overview: Mapping[str, Any]) -> Iterator[str]:
    """The model's own examples, the nearest first; then its metrics by themselves and by what they can be split by."""
    yield from by_nearness(question, overview)
    asked = content(question)
    metrics = sorted(reader.lexicon.metrics.values(), key=lambda m: -len(m.bag & asked))
    for metric in metrics[:MOST_HINTS]:
        yield from _by_fields(reader, metric, asked)
    yield from (f"What is {_small(metric.label)}?" for metric in metrics)


def _by_fields(reader: "Reader", metric: Metric, asked: set[str]) -> Iterator[str]:
    fields = [
        d
        for d in reader.lexicon.dimensions.values()
        if d.role == "dimension" and not d.numeric and d.type != "boolean" and reader.lexicon.reaches(metric.fact, d.path)
    ]
    near = sorted(fields, key=lambda d: (-len(content(d.label) & asked), not d.values))
    yield from (f"{metric.label} by {_small(d.label)}" for d in near[:2])


def _small(text: str) -> str:
    return text[:1].lower() + text[1:] if text[1:2].islower() else text
