"""A last look at a reading that stands, as in `passed_over`: superlatives of another measure, periods within what the answer is split by,
and things that were to be counted and are not."""

from collections.abc import Iterator
from itertools import pairwise

from analytics_agent.semantic.reader.groups import Group
from analytics_agent.semantic.reader.lexicon import Metric, direction_word
from analytics_agent.semantic.reader.reading import Reading
from analytics_agent.semantic.reader.sentence import Sentence
from analytics_agent.semantic.reader.spans import UNITS
from analytics_agent.semantic.reader.words import stems


def out_of_place(sentence: Sentence, reading: Reading, metrics: tuple[Metric, ...], found: tuple[Group, ...]) -> Iterator[str]:
    """What is wrong with the reading, in sentences for a refusal."""
    yield from _by_another_measure(sentence, reading, metrics)
    yield from _within_one(sentence, found)
    yield from _things_to_count(sentence, reading, found)
    yield from _said_twice(sentence, reading, metrics)
    yield from _against(sentence, reading)


def _against(sentence: Sentence, reading: Reading) -> Iterator[str]:
    """ "rainy hours vs hours without rain": two sides, which must be two measures or two of what is told apart."""
    if reading.kind in ("comparison", "growth", "why"):
        return
    for segment in sentence.segments:
        if not segment.is_operator("compare") or not set(sentence.text(segment).lower().split()) & {"vs", "versus", "against"}:
            continue
        sides = [s for s in (sentence.before(segment), sentence.after(segment)) if s is not None]
        measured = [s for s in sides if any(m.name in reading.request.metrics for m in s.of("metric"))]
        if len(measured) < 2:
            yield f"The two sides of “{sentence.text(segment)}” are not both understood. Name two values of one kind, or two measures."


def _by_another_measure(sentence: Sentence, reading: Reading, metrics: tuple[Metric, ...]) -> Iterator[str]:
    """ "the mean delay of the busiest airport": the busiest is so by its flights, and not by the delay."""
    for segment in sentence.segments if reading.kind == "ranking" and len(metrics) == 1 else ():
        names = {m.name for m in segment.of("metric")}
        other = names and metrics[0].name not in names and not set(stems(metrics[0].label)) & sentence.content(segment)
        if other and direction_word(sentence.words(segment)):
            said = sentence.text(segment)
            yield f"“{said}” is so by another measure than {metrics[0].label}. Ask first which it is, and then for that one."


def _within_one(sentence: Sentence, found: tuple[Group, ...]) -> Iterator[str]:
    """ "orders in May by year": one May lies within one year, and those of the other years are wanted."""
    grains = [group.key.partition(":")[2] for group in found if ":" in group.key]
    for segment in sentence.segments:
        whole = segment.period.whole if segment.period is not None and segment.period.spans and not segment.period.earlier else None
        if whole is not None and whole.unit in UNITS and any(g in UNITS and UNITS.index(g) > UNITS.index(whole.unit) for g in grains):
            said = sentence.text(segment)
            yield f"“{said}” is read as one period, and lies within one of those to be told apart. Ask for one “{said}”, with its year."


def _things_to_count(sentence: Sentence, reading: Reading, found: tuple[Group, ...]) -> Iterator[str]:
    """ "the number of stores with more than 1,000 orders" counts stores; "destinations by number of airlines" counts neither alone."""
    for segment in sentence.segments:
        thing = sentence.after(segment) if segment.is_operator("count") else None
        if thing is None or not (thing.of("dataset") or thing.of("dimension")):
            continue
        named = {m.name for m in thing.of("metric")} & set(reading.request.metrics)
        if reading.request.having and reading.request.counted is None and not named:
            said = sentence.text(thing)
            yield f"How many {said} there are with this limit was not understood. Ask “how many {said} had …”."
        if reading.request.counted is not None and segment.first and sentence.tokens[segment.first - 1].lower == "by":
            yield f"“by {sentence.text(segment)} {sentence.text(thing)}” would split by a figure. Ask for “{sentence.text(thing)} by …”."


def _said_twice(sentence: Sentence, reading: Reading, metrics: tuple[Metric, ...]) -> Iterator[str]:
    """ "flights to Miami and flights from JFK" are two figures, and not one of what is both."""
    named = [s for s in sentence.segments if any(m.name == metrics[0].name for m in s.of("metric"))]
    for left, right in pairwise(named):
        between = [token.lower for token in sentence.tokens[left.last + 1 : right.first]]
        values = any(s.of("value") or s.period for s in sentence.segments if left.last < s.first < right.first)
        if len(metrics) == 1 and values and between[-1:] in (["and"], ["plus"]) and reading.kind != "comparison":
            yield f"“{sentence.text(right)}” is asked for twice, each with something of its own. Ask for one after the other."
