"""A weekday or weekend in the singular: "on Monday" may be the latest one or all that there are."""

from collections.abc import Sequence
from dataclasses import replace

from analytics_agent.semantic.reader.relative import WEEKDAYS, Relative
from analytics_agent.semantic.reader.spans import NoDay, Unclear, in_full
from analytics_agent.semantic.reader.words import Token, closed

_COMPARING = closed("compare compared versus vs against than or and to through until till between busiest most least which what each every")
"""Beside these a weekday is one of several kinds of days."""


def one_of_many(tokens: Sequence[Token], calendar: Relative) -> None:
    """Where no period is named. Raises Unclear."""
    words = [token.lower for token in tokens]
    for at, word in enumerate(words):
        several = set(words[max(at - 2, 0) : at + 2]) & _COMPARING or sum(w in WEEKDAYS for w in words) > 1
        is_day = word in WEEKDAYS and words[at - 1 : at] in (["on"], ["by"])
        is_weekend = word == "weekend" and (words[max(at - 2, 0) : at] == ["over", "the"] or words[at - 1 : at] == ["this"])
        if several or not (is_day or is_weekend) or words[at + 1 : at + 2] in (["is"], ["morning"], ["evening"]):
            continue
        try:
            hit = calendar.at([*_last(tokens, at), tokens[at]], 0)
        except NoDay:
            return
        if hit is not None:
            name = tokens[at].surface
            readings = (f"{name}s: all of them", f"last {name}: {in_full(hit[0])}")
            raise Unclear(at - (not is_day and words[at - 1] != "the"), at, f"Which days does “{name}” mean?", readings)


def _last(tokens: Sequence[Token], at: int) -> list[Token]:
    return [replace(tokens[at], surface="last", lower="last", stem="last")]
