"""Which of the readings that were offered an answer means."""

import re
from collections.abc import Sequence

from analytics_agent.semantic.reader.words import tokens

_NUMBER = re.compile(r"\W*(?:(?:number|option|reading|no)\W*)?(\d{1,2})\W*", re.IGNORECASE)


def chosen(answer: str, readings: Sequence[str]) -> str:
    """The first words of the reading that is meant, which decide the question; the answer itself where none is, or several are."""
    heads = [reading.partition(":")[0].strip() for reading in readings]
    number = _NUMBER.fullmatch(answer)
    if number and 1 <= int(number[1]) <= len(heads):
        return heads[int(number[1]) - 1]
    said = _words(answer)
    whole = [head for head, reading in zip(heads, readings, strict=True) if said in (_words(head), _words(reading))]
    held = [head for head in heads if _holds(said, _words(head))]
    longest = [head for head in held if not any(_holds(_words(other), _words(head)) for other in held if other != head)]
    begun = [head for head, reading in zip(heads, readings, strict=True) if said and _words(reading)[: len(said)] == said]
    return next((found[0] for found in (whole, longest, begun) if len(set(found)) == 1), answer.partition(":")[0])


def _words(text: str) -> tuple[str, ...]:
    return tuple(token.lower for token in tokens(text))


def _holds(words: tuple[str, ...], part: tuple[str, ...]) -> bool:
    return bool(part) and any(words[at : at + len(part)] == part for at in range(len(words) - len(part) + 1))
