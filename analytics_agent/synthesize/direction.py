"""Whether the words beside a change ("rose", "fewer") agree with its sign. A careful first reading: in doubt it says nothing."""

import re

from analytics_agent.synthesize.lexicon import DOWN_DE, UP_DE, course

_UP = "rose rise rises risen rising increased increase increases increasing grew grow grows growing grown gained gain gains climbed climbs"
_DOWN = "fell fall falls fallen falling decreased decrease decreases decreasing dropped drop drops declined decline declines shrank shrinks"
UP = frozenset(f"{_UP} climb climbing higher more greater larger above exceeded exceeds exceed jumped surged added".split())
DOWN = frozenset(f"{_DOWN} shrink shrinking lower fewer less smaller below lost sank slumped dipped reduced reduction".split())

_ADVERBS = {"up": 1, "down": -1}
"""Read only beside the figure itself: "up 5.0 min", not "made up of"."""

_GERMAN_UP = UP_DE | frozenset(["mehr", "höher", "größer", "länger", "häufiger", "über", "plus"])
_GERMAN_DOWN = DOWN_DE | frozenset(["weniger", "niedriger", "kleiner", "kürzer", "seltener", "geringer", "unter", "minus"])
_WORDS = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_CLAUSE = re.compile(r"[,;:.!?()–—]|\b(?:while|whereas|but|although|though|and|während|aber|und)\b", re.IGNORECASE)
_BOUND = re.compile(r"\b(?:more|less|fewer|higher|lower|larger|smaller|greater|up|down)\s+(?:than|to)\s*$", re.IGNORECASE)
_NEGATED = frozenset(
    {
        "not",
        "no",
        "never",
        "without",
        "neither",
        "nor",
        "hardly",
        "didn't",
        "doesn't",
        "wasn't",
        "isn't",
        "nicht",
        "kein",
        "keine",
        "nie",
        "ohne",
    }
)
_SEPARABLE = ("nahm", "nehm", "nimm", "ging", "geh", "legt", "wich")
"""Verbs whose second part, at the end of the clause, says the direction: "nahm um … zu"."""


def direction(before: str, after: str) -> int | None:
    """1 when the words around a figure say that something rose or is more, −1 for the reverse, None when they do not tell.

    `before` and `after` are the prose up to the neighboring figures. Only the figure's own clause is read; opposite words in
    it, or a negation, leave the direction open.
    """
    left = _BOUND.sub("", _CLAUSE.split(before)[-1])
    words = [word.casefold() for word in _WORDS.findall(left)]
    right = [word.casefold() for word in _WORDS.findall(_CLAUSE.split(after)[0])]
    if _NEGATED & {*words, *right}:
        return None
    if touching := [_ADVERBS[word] for word in (*words[-1:], *right[:1]) if word in _ADVERBS]:
        return touching[0]
    if (separated := course((*words, *right))) and separated[1].startswith(_SEPARABLE):
        return separated[0]
    return _single(words) if _said(words) else _single(right)


def _said(words: list[str]) -> set[int]:
    return {1 for word in words if word in UP or word in _GERMAN_UP} | {-1 for word in words if word in DOWN or word in _GERMAN_DOWN}


def _single(words: list[str]) -> int | None:
    said = _said(words)
    return said.pop() if len(said) == 1 else None
