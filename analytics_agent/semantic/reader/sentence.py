"""A covered question under interpretation: which segments have been accounted for, and what stands around each."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

from analytics_agent.semantic.reader.cover import Cover, Segment
from analytics_agent.semantic.reader.lexicon import Lexicon, Metric
from analytics_agent.semantic.reader.words import SKIPPED, Token, closed

_ARTICLES = closed("the a an its their our all of is are was were did do does have had has there be been some any one")
_NOUN_CUES = closed("in during of for between and or versus vs than to from this last") | {""}
EACH = frozenset({"by", "per", "each", "every", "across", "among"})
GROUPING = EACH | {"which", "what"}


Way = Literal["plain", "members", "rows"]
"""How a question is read: as it stands; as one about members that pass a condition (tally.py); or with limits of single rows
(row_limits.py)."""


class Sentence:
    """Every content word must be used by some part of the reading; what is left at the end is a reason to refuse.

    `chosen` is the metric that the asker named when asked which is meant, `fields` are those whose values the asker said are meant."""

    def __init__(self, tokens: Sequence[Token], cover: Cover, lexicon: Lexicon, chosen: Metric | None = None) -> None:
        self.tokens = tuple(tokens)
        self.segments = [self._settled(segment, cover.segments) for segment in cover.segments]
        self.unknown = set(cover.unknown)
        self.lexicon = lexicon
        self.chosen = chosen
        self.listed: frozenset[int] = frozenset()
        self.way: Way = "plain"
        self.spelled: tuple[tuple[str, str], ...] = ()
        self.fields: Mapping[str, str] = {}
        self._used: set[int] = set()

    def _settled(self, segment: Segment, segments: Sequence[Segment]) -> Segment:
        """ "fall" is a season after "in", and a verb where a change is asked for."""
        if not (segment.is_operator("change") and segment.of("value")):
            return segment
        asked = any(s.is_operator("why", "trend") or (s.period is not None and s.period.pair) for s in segments)
        asked = asked or any(token.lower in ("did", "does", "do", "has", "have") for token in self.tokens[: segment.first])
        verb = (asked and self.cue(segment) not in _NOUN_CUES) or self._is_other_way(segment, segments)
        return replace(segment, meanings=tuple(m for m in segment.meanings if (m.kind == "operator") == verb))

    def _is_other_way(self, segment: Segment, segments: Sequence[Segment]) -> bool:
        """In "rise or fall" it is the other way that a figure can go."""
        return self.cue(segment) == "or" and any(s.is_operator("change") and s.last + 2 == segment.first for s in segments)

    def use(self, *segments: Segment) -> None:
        self._used.update(segment.first for segment in segments)

    def used(self, segment: Segment) -> bool:
        return segment.first in self._used

    def free(self) -> list[Segment]:
        return [segment for segment in self.segments if not self.used(segment)]

    def operators(self, *names: str) -> list[Segment]:
        """Free segments that are one of these operators."""
        return [s for s in self.free() if s.is_operator(*names)]

    def has(self, *names: str) -> bool:
        return any(s.is_operator(*names) for s in self.segments)

    def take(self, *names: str) -> bool:
        """True, and they are used up, when such operators stand in the question."""
        found = self.operators(*names)
        self.use(*found)
        return bool(found)

    def text(self, segment: Segment) -> str:
        return " ".join(token.surface for token in self.tokens[segment.first : segment.last + 1])

    def words(self, segment: Segment) -> tuple[Token, ...]:
        return self.tokens[segment.first : segment.last + 1]

    def content(self, segment: Segment) -> frozenset[str]:
        return frozenset(t.stem for t in self.words(segment) if t.lower not in SKIPPED)

    def cue(self, segment: Segment) -> str:
        """The nearest word before that is no article: "by" in "by the carrier"."""
        at = segment.first - 1
        while at >= 0 and self.tokens[at].lower in _ARTICLES:
            at -= 1
        return self.tokens[at].lower if at >= 0 else ""

    def before(self, segment: Segment) -> Segment | None:
        """The segment right before, with nothing but articles between."""
        place = self.segments.index(segment)
        return self._adjacent(self.segments[place - 1], segment) if place else None

    def after(self, segment: Segment) -> Segment | None:
        place = self.segments.index(segment)
        return self._adjacent(segment, self.segments[place + 1], back=True) if place + 1 < len(self.segments) else None

    def _adjacent(self, left: Segment, right: Segment, back: bool = False) -> Segment | None:
        between = self.tokens[left.last + 1 : right.first]
        if any(t.lower not in _ARTICLES or t.breaks for t in between):
            return None
        return right if back else left

    def ranked_by(self, thing: Segment) -> Segment | None:
        """The measure of "top 10 routes by cancellations", given the routes; "by route" would be one more split."""
        left, place = self.before(thing), self.segments.index(thing) + 1
        if left is None or not (left.number is not None or left.is_operator("top", "bottom")) or not self.has("top", "bottom"):
            return None
        after = self.segments[place] if place < len(self.segments) else None
        if after is None or not after.of("metric") or self.between(thing, after) != {"by"}:
            return None
        return after if self.plural(after) or not after.of("dimension") else None

    @property
    def in_percent(self) -> bool:
        """ "grew most in percent": of a change, and no share of a total."""
        said = any(t.lower in ("percent", "percentage") for s in self.segments if s.is_operator("share") for t in self.words(s))
        return said and self.has("change", "growth")

    def limits(self, number: Segment) -> bool:
        """Whether a number is one to compare with: "at least one week", "two weeks or more", "between 5 and 10 days"."""
        place = self.segments.index(number)
        before = next((s for s in reversed(self.segments[:place]) if s.number is None), None)
        after = self.segments[place + 1 : place + 3]
        is_first = before is not None and before.is_operator("over", "under", "at_least", "at_most", "exactly", "within")
        return is_first or any(s.is_operator("or_more", "or_less") for s in after)

    def is_unit_of_limit(self, at: int) -> bool:
        """ "minutes" in "more than 15 minutes" says nothing of the measure: "delays over 15 minutes" are no delay minutes."""
        return any(s.number is not None and s.last == at - 1 and self.limits(s) for s in self.segments)

    def between(self, left: Segment, right: Segment) -> frozenset[str]:
        return frozenset(t.lower for t in self.tokens[left.last + 1 : right.first])

    def plural(self, segment: Segment) -> bool:
        word = self.tokens[segment.last].lower
        return word.endswith("s") and not word.endswith(("ss", "us"))

    def start(self, segment: Segment) -> int:
        """Where the word is that stands right before it, but for articles and "me"; -1 where none does."""
        at = segment.first - 1
        while at >= 0 and not self.tokens[at].breaks and (self.tokens[at].lower in _ARTICLES or self.tokens[at].lower in ("me", "us")):
            at -= 1
        return at

    def clause_start(self, segment: Segment) -> bool:
        """Nothing but silent openers stands before it in its clause."""
        at = segment.first
        while at > 0 and not self.tokens[at].breaks:
            at -= 1
            if self.tokens[at].lower not in _ARTICLES and self.tokens[at].lower not in ("show", "me", "list", "give", "please", "only"):
                return False
        return True
