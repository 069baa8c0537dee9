"""What is joined and is not of one kind: all conditions of a request hold at once, so "on Mondays or in July" is refused; and of "rainy
hours vs hours without rain" the first may be a measure and the second none."""

from analytics_agent.semantic.reader.cover import Segment
from analytics_agent.semantic.reader.reading import Refuse, Stop
from analytics_agent.semantic.reader.sentence import Sentence
from analytics_agent.semantic.reader.words import SILENT, closed

_OPEN = closed("after since from starting later before until till up through prior earlier")
_WAYS = (closed("to into"), closed("from"))
_JOINTS = closed("and or")
_AGAINST = closed("vs versus")


def no_either(sentence: Sentence) -> None:
    """Stops at "on Mondays or in July", "before June or after August", "to and from JFK"."""
    for at, token in enumerate(sentence.tokens):
        if token.lower in _JOINTS and (said := _both_ways(sentence, at)):
            raise Stop(_refused(said))
        left, right = _beside(sentence, at) if token.lower == "or" else (None, None)
        if left is not None and right is not None and _differ(sentence, left, right):
            raise Stop(_refused(f"“{sentence.text(left)}” or “{sentence.text(right)}”"))
        if token.lower in _AGAINST:
            _of_one_kind(sentence, at)


def _of_one_kind(sentence: Sentence, at: int) -> None:
    """ "delay vs hour" may be a figure by hour; where a measure was named before, it is one of two sides, and both must be such."""
    measures = [s for s in sentence.segments if s.last < at and s.of("metric")]
    right = next((s for s in sentence.segments if s.first > at), None)
    is_side = len(measures) > 1 and not any(measures[-1].last < s.first < at for s in sentence.segments if not s.is_operator("compare"))
    if right is not None and is_side and not right.of("metric") and right.period is None and not measures[-1].of("value"):
        said = f"“{sentence.text(measures[-1])}” and “{sentence.text(right)}”"
        raise Stop(Refuse(f"{said} are not two of one kind here. Name two values of one field, two periods or two measures."))


def _refused(said: str) -> Refuse:
    return Refuse(f"{said}: rows that fulfill either of two conditions cannot be chosen here. Ask for each of the two by itself.")


def _beside(sentence: Sentence, at: int) -> tuple[Segment | None, Segment | None]:
    """What stands right before and behind a word, with nothing between but words that have no meaning of their own."""
    left = next((s for s in reversed(sentence.segments) if s.last < at), None)
    right = next((s for s in sentence.segments if s.first > at), None)
    between = sentence.tokens[left.last + 1 : right.first] if left is not None and right is not None else ()
    return (left, right) if between and all(token.lower in SILENT for token in between) else (None, None)


def _differ(sentence: Sentence, left: Segment, right: Segment) -> bool:
    """A time and a value, or two times of which one has no beginning or no end."""
    if left.period is not None and right.period is not None:
        return any(sentence.tokens[one.first].lower in _OPEN for one in (left, right))
    return (left.period is not None and bool(right.of("value"))) or (bool(left.of("value")) and right.period is not None)


def _both_ways(sentence: Sentence, at: int) -> str:
    """ "to and from JFK": of one place only one of the two is ever read."""
    if not 0 < at < len(sentence.tokens) - 1:
        return ""
    before, after = sentence.tokens[at - 1], sentence.tokens[at + 1]
    is_both = any(before.lower in one and after.lower in other for one, other in (_WAYS, _WAYS[::-1]))
    place = next((s for s in sentence.segments if s.first > at + 1), None)
    if not is_both or place is None or not place.of("value"):
        return ""
    return f"“{before.surface} {sentence.tokens[at].surface} {after.surface} {sentence.text(place)}”"
