"""Time phrases in a question: one date or period, two side by side, what begins or ends with one, and the same a year before."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

from analytics_agent.domain.period import shifted
from analytics_agent.semantic.reader.dates import MONTHS, day_number
from analytics_agent.semantic.reader.one_of_many import one_of_many
from analytics_agent.semantic.reader.relative import WEEKDAYS, Relative
from analytics_agent.semantic.reader.spans import (
    BEGINNING,
    UNITS,
    Found,
    Hit,
    NoDay,
    NoPeriod,
    Span,
    Unclear,
    day_span,
    in_words,
    unclear,
    unit_span,
)
from analytics_agent.semantic.reader.words import Token
from analytics_agent.semantic.request import Compared

__all__ = ["UNITS", "Found", "NoDay", "NoPeriod", "Periods", "Span", "Unclear", "unit_span"]

_THROUGH = ("to", "through", "thru", "until", "till")
_SAME = r"(?:the )?same (?:period|time|month|quarter|week|day|date|days|months|weeks) "
_EARLIER: tuple[tuple[str, Compared], ...] = (
    (_SAME + r"(?:of |in )?(?:the )?(?:last|previous|prior) year", "previous_year"),
    (_SAME + r"(?:of |in )?the year before", "previous_year"),
    (_SAME + r"(?:a|one) year (?:ago|earlier|before)", "previous_year"),
    (r"(?:a|one) year (?:earlier|before)", "previous_year"),
    (r"the year before", "previous_year"),
    (r"(?:the )?(?:previous|preceding|prior) period", "previous_period"),
    (r"the period before", "previous_period"),
)
_NOT_OF_A_DATE = rf"\b(?! (?:\d+|{'|'.join(MONTHS)})\b)"
"""The year before 2013 is 2012, and not the year before whatever was asked for."""
_UP_TO = (
    "before",
    "prior to",
    "earlier than",
    "up to and including",
    "until the end of",
    "by the end of",
    "by end of",
    "until",
    "till",
    "up to",
    "through",
)
_APART = frozenset(["compare", "compared", "comparison", "difference", "differ", "gap", "change", "vs", "versus", "against", "than", "why"])
_POINTING = frozenset(["the", "last", "this", "past", "previous", "today", "yesterday", "now"])
_FROM = ("since", "after", "later than", "starting with", "starting from", "starting in", "starting on", "starting")


class Periods:
    """Finds time phrases. `as_of` is the last day the data knows; without it only complete dates can be read."""

    def __init__(self, as_of: date | None, fiscal_start: int = 1, seasons: Mapping[str, Sequence[int]] | None = None) -> None:
        self._calendar = Relative(as_of, fiscal_start, seasons)

    def find(self, tokens: Sequence[Token]) -> tuple[Found, ...]:
        """Every time phrase, left to right. Raises NoDay, NoPeriod, Unclear."""
        found: list[Found] = []
        at = 0
        while at < len(tokens):
            phrase = self._phrase(tokens, at)
            if phrase is None:
                at += 1
                continue
            found.append(phrase)
            at = phrase.last + 1
        if not found:
            one_of_many(tokens, self._calendar)
        return tuple(_with_years(found, tokens))

    def _phrase(self, tokens: Sequence[Token], at: int) -> Found | None:
        rules: tuple[Callable[[Sequence[Token], int], Found | None], ...] = (
            _weekdays, self._earlier, self._days_of_month, self._days_after_month, self._range, self._since, self._until, self._onwards,
            self._edge_or_whole, self._single, self._so_far,
        )  # fmt: skip
        return next((found for rule in rules if (found := rule(tokens, at))), None)

    def _single(self, tokens: Sequence[Token], at: int) -> Found | None:
        hit = self._calendar.at(tokens, at)
        if hit and hit[0].edge:
            said = " ".join(token.surface for token in tokens[at : hit[1] + 1])
            raise NoPeriod(f"Which days “{said}” has is not fixed. Name the first and the last one.")
        return Found(at, hit[1], (hit[0],)) if hit else None

    def _earlier(self, tokens: Sequence[Token], at: int) -> Found | None:
        """The same period last year; the previous period."""
        text = " ".join(token.lower for token in _clause(tokens, at, 9))
        for pattern, kind in _EARLIER:
            if match := re.match(pattern + _NOT_OF_A_DATE, text):
                return Found(at, at + len(match[0].split()) - 1, (), earlier=kind)
        if match := re.match(r"(?:at |by )?this time (?:of )?last year\b", text):
            self._this_time_last_year(tokens, at, at + len(match[0].split()) - 1)
        return None

    def _this_time_last_year(self, tokens: Sequence[Token], at: int, last: int) -> None:
        today = day_span(self._calendar.today).moved(-1)
        month = unit_span(today.start, "month", 0)
        so_far = Span(unit_span(today.start, "year", 0).start, today.end, "range")
        raise unclear(tokens, at, last, [(in_words(one), one) for one in (today, month, so_far)])

    # from one to another

    def _range(self, tokens: Sequence[Token], at: int) -> Found | None:
        """between X and Y; from X to Y; X to Y; X through Y."""
        opener = tokens[at].lower if tokens[at].lower in ("between", "from") else ""
        left = self._calendar.at(tokens, at + bool(opener)) if at + bool(opener) < len(tokens) else None
        if left is None or left[1] + 2 >= len(tokens):
            return None
        joint = tokens[left[1] + 1].lower
        if tokens[left[1] + 1].breaks or joint not in (("and",) if opener == "between" else _THROUGH):
            return None
        right = self._calendar.at(tokens, left[1] + 2)
        if right is None:
            return None
        first, second = _aligned(left[0], right[0])
        if first.edge or second.edge or {first.unit, second.unit} > {"day"}:
            return Found(at, right[1], (Span(first.start, second.end, "range"),))
        pair = joint not in ("through", "thru") and (opener != "between" or first.unit != "day")
        return Found(at, right[1], (first, second), pair)

    def _days_of_month(self, tokens: Sequence[Token], at: int) -> Found | None:
        """between 10 and 20 November 2013; from 10 to 20 November; 10 to 20 November."""
        opener = tokens[at].lower if tokens[at].lower in ("between", "from") else ""
        words = [place for place in range(at + bool(opener), len(tokens)) if tokens[place].lower != "the"][:4]
        joints = ("and",) if opener == "between" else _THROUGH
        if len(words) < 4 or tokens[words[1]].lower not in joints or day_number(tokens[words[0]]) is None:
            return None
        last = self._calendar.at(tokens, words[2])
        if last is None or last[0].unit != "day" or tokens[words[2]].day or day_number(tokens[words[2]]) is None:
            return None
        return self._days(at, last[0].start, day_number(tokens[words[0]]) or 0, last)

    def _days_after_month(self, tokens: Sequence[Token], at: int) -> Found | None:
        """June 3 to 17; between June 3 and 17."""
        opener = tokens[at].lower if tokens[at].lower in ("between", "from") else ""
        begun = at + bool(opener)
        first = self._calendar.at(tokens, begun) if begun < len(tokens) and tokens[begun].lower.isalpha() else None
        if first is None or first[0].unit != "day" or first[0].edge or first[1] != begun + 1 or first[1] + 2 >= len(tokens):
            return None
        joints = ("and",) if opener == "between" else _THROUGH
        day = day_number(tokens[first[1] + 2])
        if tokens[first[1] + 1].lower not in joints or day is None or self._calendar.at(tokens, first[1] + 2):
            return None
        month = [*tokens[begun : begun + 1], *tokens[first[1] + 2 :]]
        last = self._calendar.at(month, 0) if tokens[begun].lower[:1].isalpha() else None
        if last is None or last[0].unit != "day":
            return None
        return self._days(at, last[0].start, first[0].start.day, (last[0], last[1] + first[1] + 1))

    def _days(self, at: int, month: date, first: int, last: Hit) -> Found | None:
        """Without a year it is the latest one in which the first of these days is not after today."""
        try:
            start = month.replace(day=first)
        except ValueError:
            return None
        end = last[0].end
        if not last[0].dated and shifted(start, "year", 1) <= self._calendar.today:
            start, end = shifted(start, "year", 1), shifted(end, "year", 1)
        if end <= start:
            raise NoPeriod("The period ends before it begins. Name its first day first.")
        return Found(at, last[1], (Span(start, end, "day"),))

    # from one on, or up to one

    def _since(self, tokens: Sequence[Token], at: int) -> Found | None:
        """since X, starting with X: up to the last day of the data; after X, from the day after."""
        opener = _opener(
            tokens, at, ("since", "after", "later than", "starting with", "starting from", "starting in", "starting on", "starting")
        )
        hit = self._calendar.at(tokens, at + opener[1]) if opener and at + opener[1] < len(tokens) else None
        if not opener or hit is None:
            return None
        return self._to_today(at, hit[1], hit[0].end if opener[0] in ("after", "later than") else hit[0].start)

    def _onwards(self, tokens: Sequence[Token], at: int) -> Found | None:
        """from March on; from March onwards."""
        hit = self._calendar.at(tokens, at + 1) if tokens[at].lower == "from" and at + 1 < len(tokens) else None
        ending = " ".join(token.lower for token in _clause(tokens, hit[1] + 1, 2)) if hit else ""
        match = re.match(r"(?:onwards?|forward|and later|on(?= |$))", ending)
        if hit is None or not match or re.match(r"on (?:the|a|an)?\s*\w", ending):
            return None
        return self._to_today(at, hit[1] + len(match[0].split()), hit[0].start)

    def _to_today(self, at: int, last: int, start: date) -> Found:
        end = self._calendar.today + timedelta(days=1)
        if start >= end:
            return Found(at, last, (Span(start, start + timedelta(days=1), "range"),))
        return Found(at, last, (Span(start, end, "range"),))

    def _until(self, tokens: Sequence[Token], at: int) -> Found | None:
        """before X; through X; until X, of which it has to be said whether X is part of it."""
        opener = _opener(tokens, at, _UP_TO)
        if opener is None or at + opener[1] >= len(tokens):
            return None
        if opener[0] in ("until the end of", "by the end of", "by end of"):
            opener = ("through", opener[1])
        hit = self._calendar.at(tokens, at + opener[1])
        if hit is None:
            return None
        before, through = (Span(BEGINNING, day, "range") for day in (hit[0].start, hit[0].end))
        if opener[0] in ("before", "prior to", "earlier than"):
            return Found(at, hit[1], (before,))
        by_now = hit[0].unit == "day" and hit[0].end >= self._known_day()
        if opener[0] in ("up to and including", "through") or hit[0].edge == "end" or by_now:
            return Found(at, hit[1], (through,))
        said = " ".join(token.surface for token in tokens[at + opener[1] : hit[1] + 1])
        raise unclear(tokens, at, hit[1], [(f"through {said}", through), (f"before {said}", before)])

    def _edge_or_whole(self, tokens: Sequence[Token], at: int) -> Found | None:
        """ "by March": up to its end, or in it? "from May": from its beginning on, or in it? Raises Unclear."""
        word, after = tokens[at].lower, tokens[at + 1] if at + 1 < len(tokens) else None
        if word not in ("by", "from") or after is None or after.breaks or after.lower in _POINTING or _APART & {t.lower for t in tokens}:
            return None
        hit = self._calendar.at(tokens, at + 1)
        if hit is None or hit[0].unit not in UNITS or hit[0].edge:
            return None
        said = " ".join(token.surface for token in tokens[at + 1 : hit[1] + 1])
        within = (f"{'on' if hit[0].unit == 'day' else 'in'} {said}", hit[0])
        if word == "by":
            raise unclear(tokens, at, hit[1], [(f"through {said}", Span(BEGINNING, hit[0].end, "range")), within])
        on = self._to_today(at, hit[1], hit[0].start)
        if on.whole.end <= hit[0].end:
            return None
        raise unclear(tokens, at, hit[1], [(f"since {said}", on.whole), within])

    def _so_far(self, tokens: Sequence[Token], at: int) -> Found | None:
        """Everything up to today."""
        words = [token.lower for token in _clause(tokens, at, 3)]
        if words[:2] not in (["so", "far"], ["thus", "far"], ["to", "date"]) or words[2:] in (["this"], ["in"]):
            return None
        return Found(at, at + 1, (Span(BEGINNING, self._calendar.today + timedelta(days=1), "range"),))

    def _known_day(self) -> date:
        """Today, where it is known."""
        try:
            return self._calendar.today
        except NoDay:
            return date.max


def _weekdays(tokens: Sequence[Token], at: int) -> Found | None:
    """Monday to Friday are five days and not two, which no condition here says. Raises NoPeriod."""
    words = [token.lower for token in _clause(tokens, at, 4)]
    if words[:1] == ["from"]:
        words = words[1:]
    between = words[:1] == ["between"] and not {token.lower for token in tokens} & _APART
    days = words[1::2] if between else words[:3:2]
    joint = words[2:3] if between else words[1:2]
    if len(days) < 2 or not set(days[:2]) <= set(WEEKDAYS) or joint not in ((["and"],) if between else (["to"], ["through"], ["thru"])):
        return None
    raise NoPeriod(
        f"“{days[0].capitalize()} to {days[1].capitalize()}” is no range that can be read here. Name each weekday that is meant."
    )


def _opener(tokens: Sequence[Token], at: int, openers: Sequence[str]) -> tuple[str, int] | None:
    text = " ".join(token.lower for token in _clause(tokens, at, 4)) + " "
    return next(((words, len(words.split())) for words in openers if text.startswith(words + " ")), None)


def _clause(tokens: Sequence[Token], at: int, most: int) -> list[Token]:
    found: list[Token] = []
    for place in range(at, min(at + most, len(tokens))):
        if place > at and tokens[place].breaks:
            break
        found.append(tokens[place])
    return found


def _aligned(left: Span, right: Span) -> tuple[Span, Span]:
    """Of two months of which one has its year the other takes it: "from November to February 2014" begins in 2013."""
    if left.dated and right.dated:
        if left.start > right.start:
            raise NoPeriod("The period ends before it begins. Name its beginning first.")
        return left, right
    if not left.dated:
        left = left.moved(right.start.year - left.start.year)
        return (left, right) if left.start <= right.start else (left.moved(-1), right)
    right = right.moved(left.start.year - right.start.year)
    return (left, right) if left.start <= right.start else (left, right.moved(1))


def _with_years(found: Sequence[Found], tokens: Sequence[Token]) -> list[Found]:
    """ "June and July 2013": what is listed before a year is of that year too."""
    done: list[Found] = []
    for phrase in reversed(found):
        after = done[0] if done else None
        if after is not None and _lends_year(phrase, after, tokens):
            one = phrase.spans[0].moved(after.spans[0].start.year - phrase.spans[0].start.year)
            phrase = Found(phrase.first, phrase.last, (one,), phrase.pair)
        done.insert(0, phrase)
    return done


def _lends_year(phrase: Found, after: Found, tokens: Sequence[Token]) -> bool:
    if len(phrase.spans) != 1 or len(after.spans) != 1 or phrase.spans[0].dated or not after.spans[0].dated:
        return False
    between = {token.lower for token in tokens[phrase.last + 1 : after.first]}
    return phrase.spans[0].unit == after.spans[0].unit and between <= {
        "and",
        "or",
        "versus",
        "vs",
        "with",
        "to",
        "than",
        "in",
        "compared",
        "the",
    }
