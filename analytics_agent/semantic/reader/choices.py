"""Which readings are offered, and which of them an answer means."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from analytics_agent.semantic.reader.reading import Ask, Outcome, Reading, Refuse
from analytics_agent.semantic.reader.words import tokens

_POLITE = r"(?:please|thanks|the|i mean|i meant|rather|take|use|choose)"
_NUMBER = re.compile(
    rf"(?:{_POLITE}\W+)*(?:(?:number|option|reading|no|choice)\W*)?(\d{{1,2}}|[a-z]+)(?:(?<=\d)(?:st|nd|rd|th))?"
    rf"(?:\W+(?:one|option|reading|of them))?(?:\W+{_POLITE})*",
    re.IGNORECASE,
)
_COUNTED = {"one": 1, "two": 2, "three": 3, "four": 4, "first": 1, "second": 2, "third": 3, "fourth": 4, "former": 1, "latter": 2}


def answerable(asked: Ask, attempt: Callable[[str], Outcome]) -> Outcome:
    """Only readings that lead to an answer are offered: a choice that is refused afterwards is worse than a refusal now. Those that
    lead to the same figures are one."""
    outcomes = {reading: attempt(reading.partition(":")[0]) for reading in asked.readings}
    kept = {reading: outcome for reading, outcome in outcomes.items() if not isinstance(outcome, Refuse)}
    apart = {_figures(outcome) or reading: reading for reading, outcome in reversed(kept.items())}
    if len(kept) > 1 and len(apart) == 1 and isinstance(one := next(iter(kept.values())), Reading):
        return one
    if len(apart) > 1:
        return Ask(asked.question, tuple(reading for reading in kept if reading in apart.values()))
    if kept:
        label = next(iter(kept)).partition(":")[0]
        return Refuse(f"Of what this may mean, only “{label}” can be answered here: ask for it by that name.", instead=(label,))
    refused = sorted((outcome for outcome in outcomes.values() if isinstance(outcome, Refuse)), key=lambda o: not o.instead)
    return refused[0] if refused else Refuse(f"{asked.question} No measure here decides it. Name a measure, and what it is to be split by.")


def _figures(outcome: Outcome) -> str:
    """What would be queried, but for its title; nothing where that is not known yet."""
    return str(replace(outcome.request, purpose="")) + str(outcome.drivers) if isinstance(outcome, Reading) else ""


def chosen(answer: str, readings: Sequence[str]) -> str:
    """The first words of the reading that is meant, which decide the question; the answer itself where none is, or several are."""
    heads = [reading.partition(":")[0].strip() for reading in readings]
    if (place := _place(answer, len(heads))) is not None:
        return heads[place]
    said = _words(answer)
    whole = [head for head, reading in zip(heads, readings, strict=True) if said in (_words(head), _words(reading))]
    held = [head for head in heads if _holds(said, _words(head))]
    longest = [head for head in held if not any(_holds(_words(other), _words(head)) for other in held if other != head)]
    begun = [head for head, reading in zip(heads, readings, strict=True) if said and _words(reading)[: len(said)] == said]
    return next((found[0] for found in (whole, longest, begun) if len(set(found)) == 1), answer.partition(":")[0])


def _place(answer: str, count: int) -> int | None:
    """2 for "the third one"; "the last" is the last, and the latter is the second of two."""
    match = _NUMBER.fullmatch(answer.strip(" \t\n.,;:!?()#\"'“”"))
    if match is None:
        return None
    said = match[1].lower()
    if said == "last" or (said == "latter" and count != 2):
        return count - 1 if said == "last" else None
    number = int(said) if said.isdigit() else _COUNTED.get(said, 0)
    return number - 1 if 1 <= number <= count else None


def _words(text: str) -> tuple[str, ...]:
    return tuple(token.lower for token in tokens(text))


def _holds(words: tuple[str, ...], part: tuple[str, ...]) -> bool:
    return bool(part) and any(words[at : at + len(part)] == part for at in range(len(words) - len(part) + 1))
