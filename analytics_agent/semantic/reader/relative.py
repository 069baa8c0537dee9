"""Periods that are counted from the last day of the data, or from another period: "last 3 months", "the week before 3 June", "YTD"."""

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import cast

from analytics_agent.domain.period import shifted
from analytics_agent.domain.schedule import PeriodUnit
from analytics_agent.semantic.reader.dates import Calendar, number_of
from analytics_agent.semantic.reader.spans import UNITS, Hit, NoPeriod, Span, day_span, in_words, unclear, unit_span
from analytics_agent.semantic.reader.words import Token

_BACK = {"last": 1, "previous": 1, "past": 1, "prior": 1, "this": 0, "current": 0, "trailing": 1, "rolling": 1}
_WHOLE = ("full", "complete", "calendar", "whole", "entire")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_TO_DATE = {"ytd": "year", "mtd": "month", "qtd": "quarter", "wtd": "week", "fytd": "fiscal_year"}
_MOST = 1000


class Relative(Calendar):
    """Dates and periods, also those that are said from where one stands."""

    def at(self, tokens: Sequence[Token], at: int) -> Hit | None:
        if at >= len(tokens):
            return None
        first = at + 1 if tokens[at].lower == "the" and at + 1 < len(tokens) else at
        rules: tuple[Callable[[Sequence[Token], int], Hit | None], ...] = (
            self._to_date, self._nth_weekday, self._day, self._ago, self._beside, self._ending, self._part, self._newest,
            self._of_last_year, self._counted, self._unit,
        )  # fmt: skip
        hit = next((hit for rule in rules if (hit := rule(tokens, first))), None)
        return hit or super().at(tokens, at)

    # from today

    def _day(self, tokens: Sequence[Token], at: int) -> Hit | None:
        word, after = tokens[at].lower, _lower(tokens, at + 1)
        if word == "now" and at and tokens[at - 1].lower in ("until", "till", "to", "through", "thru"):
            return day_span(self.today), at
        if word in ("today", "yesterday"):
            return day_span(self.today - timedelta(days=word == "yesterday")), at
        if [word, after, *_words(tokens, at + 2, 1)] == ["day", "before", "yesterday"]:
            return day_span(self.today - timedelta(days=2)), at + 2
        if word in ("last", "past", "previous") and after in WEEKDAYS:
            back = (self.today.weekday() - WEEKDAYS.index(after) - 1) % 7 + 1
            return day_span(self.today - timedelta(days=back)), at + 1
        if word in ("last", "past", "previous") and after == "weekend":
            sunday = self.today - timedelta(days=(self.today.weekday() + 1) % 7 or 7)
            return Span(sunday - timedelta(days=1), sunday + timedelta(days=1), "weekend"), at + 1
        return None

    def _to_date(self, tokens: Sequence[Token], at: int) -> Hit | None:
        """YTD; month to date; this year so far; so far this quarter."""
        words = _words(tokens, at, 5)
        if words[0] in ("last", "previous", "prior") and words[1:2] and words[1] in _TO_DATE:
            so_far = _TO_DATE[words[1]].replace("_", " ")
            raise NoPeriod(f"Say it as “{so_far} to date compared with the same period last year”, or name the first and the last day.")
        if words[0] in _TO_DATE:
            return self._so_far(_TO_DATE[words[0]]), at
        fiscal = "fiscal_" if words[0] in ("fiscal", "financial") else ""
        rest = words[1:] if fiscal else words
        if rest[:1] and rest[0] in UNITS and rest[1:3] == ["to", "date"]:
            return self._so_far(fiscal + rest[0]), at + 2 + bool(fiscal)
        if words[0] in ("this", "current") and (unit := _unit_of(words[1:])) and words[1 + unit[1] : 3 + unit[1]] == ["so", "far"]:
            return self._so_far(unit[0]), at + 2 + unit[1]
        if words[:3] in (["so", "far", "this"], ["thus", "far", "this"]) and (unit := _unit_of(words[3:])):
            return self._so_far(unit[0]), at + 2 + unit[1]
        return None

    def _so_far(self, unit: str) -> Span:
        return Span(self._whole(unit, 0).start, self.today + timedelta(days=1), "range")

    def _whole(self, unit: str, back: int) -> Span:
        return self.fiscal(unit.removeprefix("fiscal_"), back) if unit.startswith("fiscal_") else unit_span(self.today, unit, back)

    def _ago(self, tokens: Sequence[Token], at: int) -> Hit | None:
        """3 days ago: that day. Two months ago: that month, as far as it is not said since when."""
        words = _words(tokens, at, 3)
        number = 1 if words[0] in ("a", "an", "one") else _number(tokens[at])
        if number is None or words[2:] != ["ago"] or _singular(words[1]) not in UNITS:
            return None
        unit = _singular(words[1])
        since = at and tokens[at - 1].lower in ("since", "from", "after", "before", "until")
        span = day_span(_back(self.today, unit, number)) if since else unit_span(self.today, unit, number)
        return span, at + 2

    def _unit(self, tokens: Sequence[Token], at: int) -> Hit | None:
        """last month, this fiscal quarter. "The past month" may be the calendar's or the 30 days that are past."""
        word, unit = tokens[at].lower, _unit_of(_words(tokens, at + 1, 3))
        if word not in _BACK or unit is None or unit[2]:
            return None
        name, last = unit[0], at + unit[1]
        span = self._whole(name, _BACK[word])
        if word in ("trailing", "rolling") or (word == "past" and name in ("week", "month", "quarter", "year") and not unit[3]):
            rolling = self._rolling(1, name)
            if word != "past":
                return rolling, last
            raise unclear(tokens, at, last, [(f"last {name}", span), (in_words(rolling), rolling)])
        return span, last

    def _counted(self, tokens: Sequence[Token], at: int) -> Hit | None:
        """last 3 months: the complete ones before this one. Trailing 12 months end today, and so do days."""
        word = tokens[at].lower
        if _BACK.get(word) != 1 or at + 2 >= len(tokens):
            return None
        number = _number(tokens[at + 1])
        unit = _unit_of(_words(tokens, at + 2, 3))
        if number is None or unit is None or not 1 <= number <= _MOST:
            return None
        name, last = unit[0], at + 1 + unit[1]
        if name == "day" or (word in ("trailing", "rolling") and not name.startswith("fiscal_")):
            return self._rolling(number, name), last
        return Span(self._whole(name, number).start, self._whole(name, 1).end, "range"), last

    def _rolling(self, number: int, unit: str) -> Span:
        end = self.today + timedelta(days=1)
        return Span(_back(end, unit, number), end, "range")

    def _newest(self, tokens: Sequence[Token], at: int) -> Hit | None:
        """The last month of the data; the latest quarter. Where that one is not complete, the one before it may be meant."""
        words = _words(tokens, at, 7)
        skip = 2 if words[:2] == ["most", "recent"] else 1 if words[0] in ("latest", "newest", "last") else 0
        unit = _unit_of(words[skip:]) if skip else None
        if unit is None or unit[2]:
            return None
        last = at + skip + unit[1] - 1
        of_data = _of_the_data(_words(tokens, last + 1, 4))
        if words[0] == "last" and not of_data:
            return None
        span = self._whole(unit[0], 0)
        if of_data or span.end <= self.today + timedelta(days=1):
            return span, last + of_data
        readings = [(f"this {unit[0].replace('_', ' ')}", span), (f"last {unit[0].replace('_', ' ')}", self._whole(unit[0], 1))]
        raise unclear(tokens, at, last, readings)

    def _of_last_year(self, tokens: Sequence[Token], at: int) -> Hit | None:
        """Last year's June; last June."""
        words = _words(tokens, at, 2)
        if words in (["last", "year"], ["this", "year"], ["previous", "year"]) and at + 2 < len(tokens):
            hit = super().at(tokens, at + 2) if tokens[at + 2].lower not in ("the", "of", "in") else None
            if hit and not hit[0].dated and hit[0].unit in ("month", "quarter", "half", "day"):
                year = self.today.year - (words[0] != "this")
                return _in_year(hit[0], year), hit[1]
        if words[0] in ("last", "this") and (hit := super().at(tokens, at + 1)) and not hit[0].dated and hit[0].unit == "month":
            return self._last_named(tokens, at, hit, words[0])
        return None

    def _last_named(self, tokens: Sequence[Token], at: int, hit: Hit, word: str) -> Hit:
        of_this_year = _in_year(hit[0], self.today.year)
        if word == "this":
            return of_this_year, hit[1]
        before = of_this_year.moved(-1)
        if of_this_year.end > self.today:
            return before, hit[1]
        raise unclear(tokens, at, hit[1], [(in_words(one), one) for one in (of_this_year, before)])

    def _nth_weekday(self, tokens: Sequence[Token], at: int) -> Hit | None:
        """The first Monday of June; the last Friday of May 2025."""
        nth = -1 if tokens[at].lower in ("last", "final") else number_of(tokens[at])
        words = _words(tokens, at, 3)
        if not nth or len(words) < 3 or words[1] not in WEEKDAYS or words[2] not in ("of", "in") or at + 3 >= len(tokens):
            return None
        month = super().at(tokens, at + 3)
        if month is None or month[0].unit != "month" or month[0].edge:
            return None
        days = [month[0].start + timedelta(days=i) for i in range((month[0].end - month[0].start).days)]
        fits = [day for day in days if day.weekday() == WEEKDAYS.index(words[1])]
        if nth > len(fits):
            raise NoPeriod(f"“{_said(tokens, at, month[1])}” is a day that there is not.")
        return day_span(fits[nth if nth < 0 else nth - 1]), month[1]

    # from another period

    def _beside(self, tokens: Sequence[Token], at: int) -> Hit | None:
        """The 3 months before June 2025; the week after 3 June."""
        number = _number(tokens[at])
        start = at + 1 if number is not None else at
        unit = _unit_of(_words(tokens, start, 2))
        if unit is None or unit[0].startswith("fiscal_"):
            return None
        joint = start + unit[1]
        way = _beside(_words(tokens, joint, 2))
        if not way or joint + way[1] >= len(tokens):
            return None
        anchor = self.at(tokens, joint + way[1])
        return (self._next_to(tokens, at, anchor, unit[0], number, way[0]), anchor[1]) if anchor else None

    def _ending(self, tokens: Sequence[Token], at: int) -> Hit | None:
        """12 months to June 2025; the year ending June 2025; the week ending 7 June: the last day or month is one of them."""
        number = _number(tokens[at])
        start = at + 1 if number is not None else at
        unit = _unit_of(_words(tokens, start, 3))
        joint = start + unit[1] if unit else start
        words = _words(tokens, joint, 2)
        by = at and tokens[at - 1].lower in ("by", "per", "each", "every", "a")
        if unit is None or unit[0].startswith("fiscal_") or by or (number is None and unit[2]) or not words or number == 0:
            return None
        if words[0] not in ("to", "ending", "ended") or joint + 1 >= len(tokens):
            return None
        anchor = self.at(tokens, joint + (2 if words[1:] in (["in"], ["on"], ["with"]) else 1))
        if anchor is None or anchor[0].edge or anchor[0].unit not in ("day", "month", "quarter", "year"):
            return None
        end = anchor[0].end
        return Span(_back(end, unit[0], number or 1), end, "range"), anchor[1]

    def _next_to(self, tokens: Sequence[Token], at: int, anchor: Hit, unit: str, number: int | None, way: int) -> Span:
        edge, count = (anchor[0].start if way < 0 else anchor[0].end), number or 1
        other = shifted(edge, cast(PeriodUnit, unit), way * count)
        counted = Span(min(edge, other), max(edge, other), unit if count == 1 else "range")
        whole = unit_span(anchor[0].start if way < 0 else anchor[0].end - timedelta(days=1), unit, -way)
        if number is not None or unit == "day" or counted == whole:
            return counted
        raise unclear(tokens, at, anchor[1], [(in_words(one), one) for one in (counted, whole)])

    def _part(self, tokens: Sequence[Token], at: int) -> Hit | None:
        """The first 10 days of June; the last quarter of 2013; the second week of May."""
        nth = -1 if tokens[at].lower in ("last", "final") else number_of(tokens[at])
        count = _number(tokens[at + 1]) if nth in (1, -1) and at + 1 < len(tokens) else None
        place = at + 1 + (count is not None)
        unit = _unit_of(_words(tokens, place, 1))
        if not nth or unit is None or _lower(tokens, place + 1) not in ("of", "in"):
            return None
        whole = super().at(tokens, place + 2) if place + 2 < len(tokens) else None
        if whole is None or whole[0].unit == "day" or (unit[0] == "quarter" and nth != -1 and count is None):
            return None
        span = self._weeks(tokens, at, whole, nth, count) if unit[0] == "week" else _piece(whole[0], unit[0], nth, count or 1)
        if span.start < whole[0].start or span.end > whole[0].end:
            raise NoPeriod(f"“{_said(tokens, at, whole[1])}” is longer than the period it is taken from.")
        return span, whole[1]

    def _weeks(self, tokens: Sequence[Token], at: int, whole: Hit, nth: int, count: int | None) -> Span:
        """The first week may be the first seven days, or the calendar's week with the first day in it."""
        days = _piece(whole[0], "week", nth, count or 1)
        if count is not None:
            return days
        if nth not in (1, -1):
            raise NoPeriod(f"Which days “{_said(tokens, at, whole[1])}” has is not fixed. Name the first and the last one.")
        monday = unit_span(whole[0].start if nth == 1 else whole[0].end - timedelta(days=1), "week", 0)
        if monday == days:
            return days
        raise unclear(tokens, at, whole[1], [(in_words(one), one) for one in (days, monday)])


def _piece(whole: Span, unit: str, nth: int, count: int) -> Span:
    step = cast(PeriodUnit, unit)
    if nth < 0:
        return Span(shifted(whole.end, step, -count), whole.end, unit if count == 1 else "range")
    start = shifted(whole.start, step, nth - 1)
    return Span(start, shifted(start, step, count), unit if count == 1 else "range")


def _in_year(span: Span, year: int) -> Span:
    moved = span.moved(year - span.start.year)
    return Span(moved.start, moved.end, moved.unit, True, moved.edge)


def _back(day: date, unit: str, number: int) -> date:
    return shifted(day, cast(PeriodUnit, unit), -number)


def _number(token: Token) -> int | None:
    return int(token.number) if token.number is not None and token.number == int(token.number) and token.day is None else None


def _unit_of(words: Sequence[str]) -> tuple[str, int, bool, bool] | None:
    """(unit, how many words it takes, whether it is more than one, whether it was called complete): "full months", "fiscal quarter"."""
    taken = 0
    whole = bool(words[:1] and words[0] in _WHOLE)
    taken += whole
    fiscal = bool(words[taken : taken + 1] and words[taken] in ("fiscal", "financial"))
    taken += fiscal
    if taken >= len(words) or _singular(words[taken]) not in UNITS or (fiscal and _singular(words[taken]) not in ("quarter", "year")):
        return None
    return ("fiscal_" if fiscal else "") + _singular(words[taken]), taken + 1, words[taken].endswith("s"), whole


def _singular(word: str) -> str:
    return word.removesuffix("s")


def _beside(words: Sequence[str]) -> tuple[int, int] | None:
    """(before or after, how many words that takes)."""
    pair = " ".join(words)
    if pair in ("prior to", "leading to", "up to"):
        return -1, 2
    one = words[0] if words else ""
    return (-1, 1) if one in ("before", "preceding") else (1, 1) if one in ("after", "following") else None


def _of_the_data(words: Sequence[str]) -> int:
    """How many words "of the data", "in the data" or "on record" take here."""
    found = re.match(r"(?:(?:of|in) (?:the |our )?data(?: set)?|with data|on record)\b", " ".join(words))
    return len(found[0].split()) if found else 0


def _words(tokens: Sequence[Token], at: int, most: int) -> list[str]:
    """The next words of the clause."""
    found: list[str] = []
    for place in range(at, min(at + most, len(tokens))):
        if place > at and tokens[place].breaks:
            break
        found.append(tokens[place].lower)
    return found


def _lower(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].lower if at < len(tokens) and not tokens[at].breaks else ""


def _said(tokens: Sequence[Token], first: int, last: int) -> str:
    return " ".join(token.surface for token in tokens[first : last + 1])
