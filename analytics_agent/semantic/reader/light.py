"""Verbs that add nothing to a figure: "orders placed in May", "which month recorded the fewest". They are taken for that only where such a
verb stands: "recorded delays" and "those whose mail is recorded" may choose rows, and stay unknown."""

from collections.abc import Sequence

from analytics_agent.semantic.reader.cover import Cover, Segment
from analytics_agent.semantic.reader.lexicon import Lexicon
from analytics_agent.semantic.reader.words import Token, closed

_HAS_FIGURE = closed("""suffer suffers suffered suffering experience experiences experienced experiencing post posts posted achieve achieves
    achieved achieving record records recorded recording generate generates generated generating produce produces produced producing show
    shows showed shown exhibit exhibits exhibited register registers registered log logs logged yield yields yielded incur incurs incurred
    bring brings brought display displays displayed boast boasts boasted enjoy enjoys enjoyed attract attracts attracted""")
"""Said of what has a figure: "the airline that suffered the most cancellations", "what revenue did we generate"."""
_IS_THERE = closed("""recorded measured observed generated achieved placed reported logged noted posted incurred realized realised conducted
    produced experienced suffered attributed""")
"""Said of a figure that there is: "orders placed in May". None says which: not shipped, paid, returned, opened, closed or arrived."""
_BROUGHT = closed("bring brings brought")
_BETWEEN = closed("was were is are been being be has have had that which there got ever actually really in total so far")
_HELPS = closed("did does do has have had we they it i you our the each every company shop store team")
_BEHIND = closed("at in on during for by to from per since until till between within across over through each with and under via of so")
_PROPERTY = closed("whose where with having their its if unless his her")
"""What follows may be one of the thing's own: "flights whose delay was recorded" are those that have one."""
_ARTICLES = closed("the a an its their our how what which most more fewer less")


def says_nothing(tokens: Sequence[Token], covered: Cover, lexicon: Lexicon) -> frozenset[int]:
    """The words among the unknown ones that are such verbs, where they stand. One that makes a name of the model with other words of the
    question ("Orders placed") may mean what has that name."""
    said = frozenset(token.stem for token in tokens)
    light = (at for at in covered.unknown if _has_figure(tokens, covered, at) or _is_there(tokens, covered, at))
    return frozenset(at for at in light if not lexicon.completes(tokens[at].stem, said))


def _has_figure(tokens: Sequence[Token], covered: Cover, at: int) -> bool:
    """Behind what has it and before the figure; or behind "did we", where the figure was named before."""
    if tokens[at].lower not in _HAS_FIGURE or at == 0 or tokens[at].breaks:
        return False
    left, right = _before(covered, at), _after(covered, at)
    after = at + 2 if tokens[at].lower in _BROUGHT and [token.lower for token in tokens[at + 1 : at + 2]] == ["in"] else at + 1
    figure = right is not None and (bool(right.of("metric")) or right.is_operator("most", "least", "over", "under", "at_least", "at_most"))
    begins = after < len(tokens) and not tokens[after].breaks
    begins = begins and (tokens[after].lower in _ARTICLES or (right is not None and right.first == after))
    has_it = left is not None and left.last == at - 1 and _is_thing(left)
    has_it = has_it or tokens[at - 1].lower in ("that", "which", "who", "we", "did", "does", "has", "have", "had")
    if figure and begins and has_it:
        return True
    named = next((s for s in covered.segments if s.last < at and s.of("metric")), None)
    asks = named is not None and any(token.lower in ("did", "does", "do") for token in tokens[named.last + 1 : at])
    return asks and (has_it or tokens[at - 1].lower in _HELPS) and _ends(tokens, covered, after)


def _is_there(tokens: Sequence[Token], covered: Cover, at: int) -> bool:
    left = _before(covered, at)
    if tokens[at].lower not in _IS_THERE or left is None or not left.of("metric") or tokens[at].breaks:
        return False
    if {token.lower for token in tokens[:at]} & _PROPERTY or any(s.of("metric") for s in covered.segments if s.last < left.first):
        return False
    return all(token.lower in _BETWEEN and not token.breaks for token in tokens[left.last + 1 : at]) and _ends(tokens, covered, at + 1)


def _ends(tokens: Sequence[Token], covered: Cover, at: int) -> bool:
    """What follows tells when, where or by what; or nothing does."""
    follows = at < len(tokens) and not tokens[at].breaks and not tokens[at].comma
    period = any(s.period is not None and s.first == at for s in covered.segments)
    return not follows or period or tokens[at].lower in _BEHIND


def _is_thing(segment: Segment) -> bool:
    return bool(segment.of("dimension") or segment.of("dataset") or segment.of("value") or segment.of("grain") or segment.period)


def _before(covered: Cover, at: int) -> Segment | None:
    return next((s for s in reversed(covered.segments) if s.last < at), None)


def _after(covered: Cover, at: int) -> Segment | None:
    return next((s for s in covered.segments if s.first > at), None)
