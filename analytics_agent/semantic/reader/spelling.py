"""Misspelled words: "revnue" is revenue where nothing else is as near. Never so loose that another word is meant.

A word is taken for a slip only where it is no common word of English by itself ("county" is no misspelled "country"), begins like the
word that is meant or has two letters swapped, and where no second word of the model is within reach.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from analytics_agent.semantic.reader.english import is_common
from analytics_agent.semantic.reader.lexicon import Lexicon
from analytics_agent.semantic.reader.reading import Ask
from analytics_agent.semantic.reader.words import MOVING, SILENT, SKIPPED, Token, closed, stem

SHORTEST, LONG = 4, 8
MOST_WORDS = 3
"""A question with more unknown words than these is not misspelled but about something else."""
_MONTHS = closed("""january february march april june july august september october november december monday tuesday wednesday thursday
    friday saturday sunday yesterday""")


@dataclass(frozen=True)
class Corrected:
    """The words as they are read, and each correction as (typed, read). `doubtful` are words with several that are as near."""

    tokens: tuple[Token, ...]
    read: tuple[tuple[str, str], ...] = ()
    doubtful: tuple[tuple[str, tuple[str, ...]], ...] = ()


def corrected(tokens: Sequence[Token], unknown: Sequence[int], lexicon: Lexicon, said: frozenset[str] = frozenset()) -> Corrected:
    """`said` are words of an answer, which decides between several that are as near."""
    if len(unknown) > MOST_WORDS:
        return Corrected(tuple(tokens))
    words, read, doubtful = list(tokens), [], []
    for at in unknown:
        near = _near(tokens[at], lexicon)
        chosen = [word for word in near if word in said] or near
        if len(chosen) == 1:
            words[at] = replace(tokens[at], lower=chosen[0], stem=stem(chosen[0]), surface=_cased(tokens[at].surface, chosen[0]))
            read.append((tokens[at].surface, chosen[0]))
        elif len(chosen) > 1:
            doubtful.append((tokens[at].surface, tuple(chosen)))
    return Corrected(tuple(words), tuple(read), tuple(doubtful))


def which(doubtful: tuple[str, tuple[str, ...]]) -> Ask:
    typed, words = doubtful
    return Ask(f"What does “{typed}” mean here?", words)


def _near(token: Token, lexicon: Lexicon) -> list[str]:
    typed = token.lower
    if not typed.isalpha() or len(typed) < SHORTEST or typed in lexicon.described or is_common(typed) or _is_code(token):
        return []
    return _within(typed, lexicon)


def _is_code(token: Token) -> bool:
    return token.surface.isupper() and len(token.surface) <= 5


def _within(typed: str, lexicon: Lexicon) -> list[str]:
    """The nearest words within reach, one of each stem: a plural is no second word."""
    from rapidfuzz.distance import OSA  # late: most questions have no word that nobody knows

    allowed = 2 if len(typed) >= LONG else 1
    found: dict[str, tuple[int, str]] = {}
    for word in sorted(lexicon.vocabulary | _MONTHS | _CLOSED):
        if len(word) < SHORTEST or abs(len(word) - len(typed)) > allowed or not word.isalpha():
            continue
        far = OSA.distance(typed, word, score_cutoff=allowed)
        if far <= allowed and _alike(typed, word, far):
            key = stem(word)
            found[key] = min(found.get(key, (9, "")), (far, word), key=lambda each: each[0])
    least = min((far for far, _ in found.values()), default=0)
    return sorted(word for far, word in found.values() if far == least)


def _alike(typed: str, word: str, far: int) -> bool:
    """The first letter is hardly ever wrong. One other letter makes another word of a short one, and two of a long one, so there only
    letters that are missing, doubled or swapped count."""
    if typed[0] != word[0] and sorted(typed[:2]) != sorted(word[:2]):
        return False
    if len(typed) == SHORTEST and len(word) != len(typed) and word not in _CLOSED:
        return False
    another_letter = len(typed) == len(word) and sorted(typed) != sorted(word)
    return not (another_letter and (far > 1 or len(typed) <= 5))


def _cased(surface: str, word: str) -> str:
    return word.capitalize() if surface[:1].isupper() else word


_CLOSED = frozenset(word for word in SILENT | SKIPPED | MOVING if len(word) >= SHORTEST)
