"""Words that say no more than the definitions do: "restaurants located in Miami", where the description of the city says that
restaurants are located there. A word is explained by the field beside it, never by one that the question does not use."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from analytics_agent.semantic.reader.cover import Segment
from analytics_agent.semantic.reader.lexicon import Metric
from analytics_agent.semantic.reader.reading import Refuse, Stop
from analytics_agent.semantic.reader.sentence import Sentence
from analytics_agent.semantic.reader.words import closed, stem, tokens

_SAME_ROOT = 5
"""Letters in which a verb and the noun of a thing agree at least: publications are published."""
_LINKING = closed("associated connected linked related belong belongs belonging assigned attached corresponding")
"""Words that say no more than that two things belong together, which the model says already."""
_PASSIVE = closed("was were is are been being be got get gets has have had")
_LEFT_OUT = re.compile(r"\b(?:without|less|except|excluding|not|no|minus|but|rather than|instead of)\b", re.IGNORECASE)
"""What a definition says behind these is what it leaves out."""
_NEVER = closed("times not no never without except only ever more less most least first last new old former other another different same")


def explain(sentence: Sentence, metrics: Sequence[Metric]) -> None:
    """Takes out of the unknown words those that a definition beside them has."""
    facts = {m.fact for m in metrics}
    _done_to(sentence, metrics)
    for at in sorted(sentence.unknown):
        token = sentence.tokens[at]
        if token.named or token.number is not None or token.lower in _NEVER or len(token.lower) < 4 or _is_more(sentence, at):
            continue
        if _is_a_place(sentence, at):
            continue
        links = token.lower in _LINKING and facts and _stands_between(sentence, at)
        if links or _is_of_the_thing(token.stem, facts) or any(token.stem in words for words in _beside(sentence, at, facts)):
            sentence.unknown.discard(at)


def _is_more(sentence: Sentence, at: int) -> bool:
    """ "net sales and shipping", "sales without tax": something beside what is explained, or taken from it."""
    before = [token.lower for token in sentence.tokens[max(0, at - 2) : at] if token.lower not in ("the", "all", "any")][-1:]
    return before in ([word] for word in ("and", "plus", "or", "minus", "less", "without", "with", "including", "excluding", "after"))


def _is_a_place(sentence: Sentence, at: int) -> bool:
    """ "planes in the register": a noun that rows may be in or not, though a definition has its verb."""
    before = [token.lower for token in sentence.tokens[max(0, at - 2) : at]]
    return len(before) == 2 and before[0] in ("in", "on", "from", "within", "outside") and before[1] in ("the", "our", "a", "an", "this")


def _done_to(sentence: Sentence, metrics: Sequence[Metric]) -> None:
    """ "How many tickets were reopened" counts tickets, and a number of reopens is another figure. Raises Stop, where no name of the
    measure has the word as it stands. Of members it says how often it was done: "tickets that were reopened more than once"."""
    if sentence.way == "members":
        return
    for metric in metrics:
        told: Mapping[str, Any] = next((m for m in sentence.lexicon.overview.get("metrics", ()) if m["name"] == metric.name), {})
        named = {token.lower for text in (metric.label, metric.description, *told.get("synonyms", ())) for token in tokens(text)}
        for segment in sentence.segments:
            verb = sentence.tokens[segment.last].lower
            before = {token.lower for token in sentence.tokens[max(0, segment.last - 2) : segment.last]}
            is_said = any(m.name == metric.name for m in segment.of("metric")) and verb.endswith("ed") and verb not in named
            if is_said and before & _PASSIVE and not metric.is_mean:
                reason = (
                    f"“{verb}” is said of something that is counted, and {metric.label[:1].lower()}{metric.label[1:]} is another figure."
                )
                raise Stop(Refuse(f"{reason} Ask for it by this name if it is meant.", missing=verb, instead=(metric.label,)))


def _stands_between(sentence: Sentence, at: int) -> bool:
    """ "keyphrases associated with each paper", "authors associated with them"."""
    behind = [token.lower for token in sentence.tokens[at + 1 : at + 3]]
    named = any(s.first <= at + 3 and s.last > at and (s.of("dimension") or s.of("value")) for s in sentence.segments)
    return behind[:1] in (["with"], ["to"]) and (named or behind[1:] == ["them"]) and any(s.last == at - 1 for s in sentence.segments)


def _is_of_the_thing(word: str, facts: set[str]) -> bool:
    """ "publications published": what is counted is called by the verb."""
    nouns = {part for fact in facts for part in fact.lower().split("_")}
    return any(len(noun) > _SAME_ROOT and len(word) > _SAME_ROOT and word[:_SAME_ROOT] == noun[:_SAME_ROOT] for noun in nouns)


def _beside(sentence: Sentence, at: int, facts: set[str]) -> Iterator[frozenset[str]]:
    """The words of the definitions next to the word: of the field or the measure there, and of the keys that lead to it."""
    before = [s for s in sentence.segments if s.last < at][-1:]
    after = [s for s in sentence.segments if s.first > at][:1]
    for segment in (*before, *after):
        for meaning in segment.meanings:
            if meaning.kind in ("dimension", "value"):
                yield _words(_described(sentence.lexicon.overview, "dimensions", meaning.name))
            elif meaning.kind == "metric":
                yield _words(_LEFT_OUT.split(_described(sentence.lexicon.overview, "metrics", meaning.name))[0])
        yield from _keys_to(sentence, segment, facts)
    if any(segment.of("grain") or segment.period for segment in sentence.segments):
        times = [about["time"] for fact, about in sentence.lexicon.facts.items() if fact in facts and about.get("time")]
        yield from (_words(_described(sentence.lexicon.overview, "dimensions", time)) for time in times)


def _keys_to(sentence: Sentence, segment: Segment, facts: set[str]) -> Iterator[frozenset[str]]:
    """ "the journal where it was published": a key of the fact whose description speaks of the thing that is named."""
    things = {m.name.partition(".")[0] for m in segment.of("dimension") + segment.of("value")} - facts
    named = {frozenset(stem(part) for part in thing.lower().split("_")) for thing in things}
    for dimension in sentence.lexicon.overview.get("dimensions", ()):
        if dimension["name"].partition(".")[0] not in facts or dimension.get("role") not in ("key", "attribute"):
            continue
        words = _words(dimension.get("description", ""))
        if any(thing <= words for thing in named):
            yield words


def _described(overview: Mapping[str, Any], kind: str, name: str) -> str:
    found: Mapping[str, Any] = next((item for item in overview.get(kind, ()) if item["name"] == name), {})
    return f"{found.get('label', '')} {found.get('description', '')}"


@lru_cache(maxsize=4_096)
def _words(text: str) -> frozenset[str]:
    return frozenset(token.stem for token in tokens(text))
