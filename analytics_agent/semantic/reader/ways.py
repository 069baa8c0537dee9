"""Fields that are one field, reached in several ways: the state of the origin airport and that of the destination. Which is meant is
asked, unless the words of the question name one."""

from collections.abc import Sequence

from analytics_agent.semantic.reader.cover import Segment
from analytics_agent.semantic.reader.lexicon import Lexicon
from analytics_agent.semantic.reader.reading import Refuse, Stop
from analytics_agent.semantic.reader.sentence import Sentence
from analytics_agent.semantic.reader.spans import Unclear
from analytics_agent.semantic.reader.words import stems

MOST_WAYS = 4


def in_ways(paths: Sequence[str]) -> bool:
    """Whether two of them are the field of one name, of two datasets."""
    names = [path.partition(".")[2] for path in paths]
    return len(set(paths)) > 1 and len(set(names)) < len(set(paths))


def typed_alone(sentence: Sentence, segment: Segment, paths: Sequence[str]) -> str | None:
    """The one of them that is called by the very words: "citing" and "cited" are one word to the lexicon."""
    typed = [token.lower for token in sentence.words(segment)]
    exact = {m.name for m in segment.of("dimension") if m.name in paths and _are_same(m.words, typed)}
    return exact.pop() if len(exact) == 1 else None


def _are_same(words: Sequence[str], typed: Sequence[str]) -> bool:
    return [word.rstrip("s") for word in words] == [word.rstrip("s") for word in typed]


def which_way(sentence: Sentence, segment: Segment, fact: str, paths: Sequence[str]) -> Unclear | Stop:
    """What is raised where a phrase may be any of these: a question, where each of them has words that are its alone."""
    said, lexicon = sentence.text(segment), sentence.lexicon
    called = [_called(lexicon, fact, path, plural=sentence.plural(segment)) for path in paths]
    if all(called) and len(paths) <= MOST_WAYS:
        asked = f"Which “{said}” {'are' if sentence.plural(segment) else 'is'} meant?"
        return Unclear(segment.first, segment.last, asked, tuple(filter(None, called)))
    fields = [(path.partition(".")[0].replace("_", " "), lexicon.dimensions[path].label) for path in paths]
    names = tuple(label if label.lower().startswith(thing) else f"{thing} {_small(label)}" for thing, label in fields)
    whose = " or ".join(f"that of {thing}" for thing in dict.fromkeys(thing for thing, _ in fields))
    return Stop(Refuse(f"“{said}” may be {whose} here. Say whose is meant, as in “{names[0]}”.", missing=said))


def _called(lexicon: Lexicon, fact: str, path: str, *, plural: bool) -> str | None:
    """The shortest words for a field that mean nothing else of this fact; in the plural, where that was typed."""
    dimension = lexicon.dimensions[path]
    words = [_small(text) for text in (*dimension.synonyms, dimension.label) if _is_alone(lexicon, fact, path, text)]
    words = [text for text in words if (text.endswith("s") and not text.endswith(("ss", "us"))) == plural] or words
    shortest = min((len(text.split()) for text in words), default=0)
    return next((text for text in words if len(text.split()) == shortest), None)


def _is_alone(lexicon: Lexicon, fact: str, path: str, text: str) -> bool:
    meanings = lexicon.lookup(stems(text))
    reached = {m.name for m in meanings if m.kind == "dimension" and lexicon.reaches(fact, m.name)}
    exact = {m.name for m in meanings if m.name in reached and _are_same(m.words, text.lower().split())}
    return path in reached and (exact or reached) == {path} and not any(m.kind in ("metric", "value", "not_covered") for m in meanings)


def _small(text: str) -> str:
    return text[:1].lower() + text[1:] if text[1:2].islower() else text
