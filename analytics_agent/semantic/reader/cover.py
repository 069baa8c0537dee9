"""A question cut into phrases that mean something: the cut that explains the most words with the fewest phrases."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from analytics_agent.semantic.reader.codes import is_small_code
from analytics_agent.semantic.reader.lexicon import Lexicon, Meaning
from analytics_agent.semantic.reader.periods import Found
from analytics_agent.semantic.reader.words import MOVING, SILENT, SKIPPED, Token, ordinal


@dataclass(frozen=True)
class Segment:
    """Tokens first..last and what they can mean. A `period` has no meanings; a `number` stands alone."""

    first: int
    last: int
    meanings: tuple[Meaning, ...] = ()
    period: Found | None = None
    number: float | None = None

    def of(self, kind: str) -> tuple[Meaning, ...]:
        return tuple(m for m in self.meanings if m.kind == kind)

    def is_operator(self, *names: str) -> bool:
        return any(m.kind == "operator" and m.name in names for m in self.meanings)


@dataclass(frozen=True)
class Cover:
    segments: tuple[Segment, ...]
    unknown: tuple[int, ...]
    """Tokens that nothing explains."""


def cover(tokens: Sequence[Token], lexicon: Lexicon, periods: Sequence[Found], *, whole: bool = True) -> Cover:
    """With `whole` False, no phrase that is all of the tokens."""
    taken = {i: p for p in periods for i in range(p.first, p.last + 1)}
    best: list[tuple[float, tuple[Segment, ...]]] = [(0.0, ())] * (len(tokens) + 1)
    for at in range(len(tokens) - 1, -1, -1):
        best[at] = max(_choices(tokens, lexicon, taken, best, at, whole=whole), key=lambda choice: choice[0])
    segments = best[0][1]
    held = {i for s in segments for i in range(s.first, s.last + 1)}
    unknown = tuple(i for i, token in enumerate(tokens) if i not in held and not _says_nothing(tokens, i, lexicon))
    return Cover(segments, unknown)


def apart(tokens: Sequence[Token], lexicon: Lexicon, segment: Segment) -> Cover:
    """The phrases within one phrase, where it is not taken for one."""
    within = tokens[segment.first : segment.last + 1]
    found = cover(within, lexicon, (), whole=False)
    moved = (replace(s, first=s.first + segment.first, last=s.last + segment.first) for s in found.segments)
    return Cover(tuple(moved), tuple(at + segment.first for at in found.unknown))


def _says_nothing(tokens: Sequence[Token], at: int, lexicon: Lexicon) -> bool:
    word = tokens[at].lower
    return word in SILENT or (word in MOVING and lexicon.is_directional)


Choice = tuple[float, tuple[Segment, ...]]


def _choices(
    tokens: Sequence[Token], lexicon: Lexicon, taken: dict[int, Found], best: list[Choice], at: int, *, whole: bool
) -> list[Choice]:
    if at in taken:
        found = taken[at]
        score, rest = best[found.last + 1]
        return [(score + 10 * (found.last - at + 1), (Segment(at, found.last, period=found), *rest))]
    choices = [best[at + 1] if _says_nothing(tokens, at, lexicon) else (best[at + 1][0] - 5, best[at + 1][1])]
    for segment, weight in _segments(tokens, lexicon, taken, at):
        if not whole and segment.last - segment.first + 1 == len(tokens):
            continue
        score, rest = best[segment.last + 1]
        choices.append((score + weight, (segment, *rest)))
    return choices


def _segments(tokens: Sequence[Token], lexicon: Lexicon, taken: dict[int, Found], at: int) -> list[tuple[Segment, float]]:
    """Phrases that begin here. Longer ones weigh more than the same words apart; the model's own more than English's."""
    found: list[tuple[Segment, float]] = []
    words: list[str] = []
    stems: list[str] = []
    for last in range(at, min(len(tokens), at + lexicon.longest + 6)):
        token = tokens[last]
        if last in taken or (last > at and token.breaks):
            break
        words.append(token.lower)
        if token.lower in SKIPPED and last > at:
            skip = True
        else:
            stems.append(token.stem)
            skip = False
        if len(stems) > lexicon.longest:
            break
        if len(words) <= lexicon.longest_operator and (hit := lexicon.operator(tuple(words))) and not _is_unit(tokens, at, last):
            kind, name = hit
            meaning = Meaning("grain" if kind == "grain" else "operator", name)
            found.append((Segment(at, last, (meaning,)), 8 * len(words) + len(words) ** 2 - 1.0))
        if _is_loud(tokens, at, last):
            continue
        if not skip and (meanings := _usable(lexicon.lookup(tuple(stems)), tokens, at, last)):
            found.append((Segment(at, last, meanings), 9 * len(stems) + len(stems) ** 2 - 1.0))
    found = _merged(found)
    is_number = tokens[at].number is not None and ordinal(tokens[at]) is None and not _is_pronoun(tokens, at)
    if is_number and not any(s.last == at for s, _ in found):
        found.append((Segment(at, at, number=tokens[at].number), 5.0))
    return found


def _is_loud(tokens: Sequence[Token], at: int, last: int) -> bool:
    """ "OR" in "CA OR NY", and any such word where everything is in capitals, is the word and no code; "US flights" names a carrier."""
    if at != last or tokens[at].lower not in SILENT or not tokens[at].surface.isupper():
        return False
    around = [tokens[i] for i in (at - 1, at + 1) if 0 <= i < len(tokens)]
    joins = tokens[at].lower in ("and", "or") and len(around) == 2 and all(token.named for token in around)
    return joins or not any(c.islower() for token in tokens for c in token.surface)


def _is_unit(tokens: Sequence[Token], at: int, last: int) -> bool:
    """ "15 min" are minutes, and no minimum."""
    return at == last and tokens[at].lower in ("min", "max") and at > 0 and tokens[at - 1].number is not None


def _is_pronoun(tokens: Sequence[Token], at: int) -> bool:
    """ "How many can one reach": somebody, and no number."""
    beside = {tokens[i].lower for i in (at - 1, at + 1) if 0 <= i < len(tokens)}
    return tokens[at].lower == "one" and bool(beside & {"can", "could", "may", "might", "should", "would", "does", "which"})


def _merged(found: list[tuple[Segment, float]]) -> list[tuple[Segment, float]]:
    """One segment for each stretch, with every meaning it has."""
    by_last: dict[int, tuple[Segment, float]] = {}
    for segment, weight in found:
        if segment.last in by_last:
            other, heavier = by_last[segment.last]
            segment = Segment(segment.first, segment.last, (*other.meanings, *segment.meanings))
            weight = max(weight, heavier)
        by_last[segment.last] = (segment, weight)
    return list(by_last.values())


def _usable(meanings: Sequence[Meaning], said: Sequence[Token], at: int, last: int) -> tuple[Meaning, ...]:
    """Codes count only when typed as codes; where some meanings match the words as typed, those that merely share stems go.

    A comma parts everything but the names of values ("Portland, Maine").
    """
    tokens, coded = said[at : last + 1], at == last and is_small_code(said, at)
    listed = any(token.comma for token in tokens[1:])
    kept = [m for m in meanings if not _is_mere_word(m, tokens, coded=coded) and (m.kind == "value" or not listed)]
    kept = [m for m in kept if m.kind != "not_covered" or _said_so(m, tokens)]
    typed = tuple(t.lower for t in tokens if t.lower not in SKIPPED)
    exact = [m for m in kept if tuple(w for w in " ".join(m.words).replace("-", " ").split() if w not in SKIPPED) == typed]
    metrics = [m for m in exact if m.kind == "metric"]
    if metrics:
        kept = [m for m in kept if m.kind != "metric" or m in metrics]
    return tuple(kept)


def _said_so(meaning: Meaning, tokens: Sequence[Token]) -> bool:
    """What the data does not hold is said by its noun: "fees that were paid" is not about ways of payment."""
    typed = [t.lower.removesuffix("s") for t in tokens if t.lower not in SKIPPED]
    return typed == [w.removesuffix("s") for w in " ".join(meaning.words).replace("-", " ").split() if w not in SKIPPED]


def _is_mere_word(meaning: Meaning, tokens: Sequence[Token], *, coded: bool) -> bool:
    """ "as" is not Alaska's code AS, and "flights have no" is not "flight no."."""
    if tokens[-1].surface == "no" and meaning.kind != "value":
        return True
    if meaning.kind != "value" and meaning.words[-1].rstrip("s").endswith("ing") and tokens[-1].lower.endswith("ed"):
        return True  # "courses offered" are no course offerings
    return meaning.code and meaning.kind == "value" and not coded and tokens[0].surface != meaning.words[0].upper()
