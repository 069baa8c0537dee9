"""Dates and periods of the calendar in words: days, months, quarters, halves, years, weeks by number, seasons, fiscal years."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise

from analytics_agent.domain.period import MONTHS as MONTH_NAMES
from analytics_agent.domain.period import shifted
from analytics_agent.semantic.reader.figures import no_day, two_ways
from analytics_agent.semantic.reader.spans import Edge, Hit, NoDay, NoPeriod, Span, day_span, fiscal_span, in_words, unclear, unit_span
from analytics_agent.semantic.reader.words import Token, closed, ordinal

_NAMES = """january,jan february,feb march,mar april,apr may june,jun july,jul august,aug september,sep,sept october,oct
    november,nov december,dec"""
MONTHS = {name: number for number, names in enumerate(_NAMES.split(), start=1) for name in names.split(",")}
ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4}
_LEADS = closed("in during of on for from to until till since before after between and than versus by through mid early late end beginning")
_SHORT = closed("may march mar jan jun dec sep oct nov")
_EDGES: dict[str, Edge] = {"mid": "middle", "middle": "middle", "end": "end", "beginning": "beginning", "start": "beginning"}
_THRESHOLDS = closed("over above under below exceeding exceeds exceed least most than about nearly top bottom")
_FOLLOWS = closed("in by for and or to versus vs compared on at from per with")
_FISCAL = ("fiscal", "financial")
_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_BEFORE_A_YEAR = ("in", "since", "before", "after", "until", "till", "from", "during", "between", "through")
_THIS_YEAR = {"last": 1, "previous": 1, "prior": 1, "this": 0, "current": 0, "same": None}


def number_of(token: Token) -> int | None:
    """3 for "third" and "3rd"; not for "3"."""
    return ORDINALS.get(token.lower) or ordinal(token)


class Calendar:
    """Reads one complete date or period. `today` is the last day the data knows; without it only what has its year can be read."""

    def __init__(self, today: date | None, fiscal_start: int = 1, seasons: Mapping[str, Sequence[int]] | None = None) -> None:
        self._today, self.fiscal_start = today, fiscal_start
        self._seasons = {name.lower(): list(months) for name, months in (seasons or {}).items()}

    @property
    def today(self) -> date:
        if self._today is None:
            raise NoDay
        return self._today

    def at(self, tokens: Sequence[Token], at: int) -> Hit | None:
        """The date or period that begins here, after an article."""
        at = _skipped(tokens, at)
        if at >= len(tokens):
            return None
        rules: tuple[Callable[[Sequence[Token], int], Hit | None], ...] = (
            self._iso, self._edge, self._fiscal, self._date, self._quarter,
            self._half, self._week, self._month, self._season, self._year_of, _decade,
        )  # fmt: skip
        return next((hit for rule in rules if (hit := rule(tokens, at))), None)

    # days

    def _iso(self, tokens: Sequence[Token], at: int) -> Hit | None:
        day = tokens[at].day
        if day is None:
            two_ways(tokens, at)
            no_day(tokens, at)
        return (day_span(day), at) if day else None

    def _date(self, tokens: Sequence[Token], at: int) -> Hit | None:
        """December 25; 25 December; the 25th of December 2013; July the fourth."""
        has_of = _is(tokens, at + 1, "of")
        day_first = day_number(tokens[at], in_words=has_of)
        if day_first is not None:
            month_at = at + 2 if has_of else at + 1
            return self._day_of(tokens, month_at, day_first, month_at)
        has_the = _is(tokens, at + 1, "the")
        last = at + 1 + has_the
        if tokens[at].lower in MONTHS and last < len(tokens) and (day := day_number(tokens[last], in_words=has_the)) is not None:
            return self._day_of(tokens, at, day, last)
        return None

    def _day_of(self, tokens: Sequence[Token], month_at: int, day: int, last: int) -> Hit | None:
        if month_at >= len(tokens) or tokens[month_at].lower not in MONTHS:
            return None
        month = MONTHS[tokens[month_at].lower]
        year, last, dated = self._year_after(tokens, last, month, day)
        try:
            found = date(year, month, day)
        except ValueError:
            said = f"{day} {MONTH_NAMES[month - 1]}"
            reason = f"There is no {said}." if day > _LONGEST[month - 1] else f"There is no {said} {year}."
            raise NoPeriod(f"{reason} Name a day that there is.") from None
        return Span(found, found + timedelta(days=1), "day", dated), last

    # months and what is made of them

    def _month(self, tokens: Sequence[Token], at: int) -> Hit | None:
        if tokens[at].lower not in MONTHS or not _is_month(tokens, at):
            return None
        return self._months(tokens, at, MONTHS[tokens[at].lower], 1, "month")

    def _months(self, tokens: Sequence[Token], last: int, month: int, count: int, unit: str) -> Hit:
        """So many months from one on, in the year that follows or in the latest one in which they had begun."""
        year, last, dated = self._year_after(tokens, last, month, 1)
        start = date(year, month, 1)
        return Span(start, shifted(start, "month", count), unit, dated), last

    def _quarter(self, tokens: Sequence[Token], at: int) -> Hit | None:
        number, last = _numbered(tokens, at, "q", "quarter", 4)
        return self._months(tokens, last, number * 3 - 2, 3, "quarter") if number else self._year_first(tokens, at, self._quarter)

    def _half(self, tokens: Sequence[Token], at: int) -> Hit | None:
        """H1 2024; the first half of 2024, of May."""
        number, last = _numbered(tokens, at, "h", "half", 2)
        if not number:
            return self._year_first(tokens, at, self._half)
        if tokens[last].lower == "half" and _is(tokens, last + 1, "of", "in") and (whole := self.at(tokens, last + 2)):
            return self._half_of(tokens, at, whole, number)
        return self._months(tokens, last, number * 6 - 5, 6, "half")

    def _half_of(self, tokens: Sequence[Token], at: int, whole: Hit, number: int) -> Hit:
        span, last = whole
        if span.unit == "year":
            middle = shifted(span.start, "month", 6)
        elif span.unit == "month":
            middle = span.start + timedelta(days=15)
        else:
            raise NoPeriod(f"Half of “{_said(tokens, at, last)}” has no fixed days. Name the first and the last day.")
        return (Span(span.start, middle, "half", span.dated) if number == 1 else Span(middle, span.end, "half", span.dated)), last

    def _year_first(self, tokens: Sequence[Token], at: int, rule: Callable[[Sequence[Token], int], Hit | None]) -> Hit | None:
        """2013 Q3."""
        if _year(tokens[at]) is None or at + 1 >= len(tokens) or _year(tokens[at + 1]):
            return None
        if not re.fullmatch(r"[qh]\d|w\d\d?", tokens[at + 1].lower):
            return None
        turned = [*tokens[:at], tokens[at + 1], tokens[at], *tokens[at + 2 :]]
        hit = rule(turned, at)
        return hit if hit and hit[1] == at + 1 else None

    def _week(self, tokens: Sequence[Token], at: int) -> Hit | None:
        """Week 23 of 2013, W23: as ISO 8601 counts them. The week of 3 June."""
        words = [token.lower for token in tokens[at : at + 3]]
        if (
            words[:1] == ["week"]
            and words[1:2] in (["of"], ["beginning"], ["starting"], ["commencing"])
            and (day := self.at(tokens, at + 2))
        ):
            return (unit_span(day[0].start, "week", 0), day[1]) if day[0].unit == "day" else None
        first = at + 1 if words[:1] in (["calendar"], ["iso"], ["cw"]) else at
        number, last = _week_number(tokens, first)
        if number is None:
            return self._year_first(tokens, at, self._week)
        follow = last + 2 if _is(tokens, last + 1, "of", "in") else last + 1
        said = _year(tokens[follow]) if follow < len(tokens) else None
        try:
            start = date.fromisocalendar(said or self.today.year, number, 1)
            start = start if said or start <= self.today else date.fromisocalendar(self.today.year - 1, number, 1)
        except ValueError:
            raise NoPeriod(f"There is no week {number} in that year.") from None
        return Span(start, start + timedelta(days=7), "week", bool(said)), follow if said else last

    def _season(self, tokens: Sequence[Token], at: int) -> Hit | None:
        """Summer 2013 by the model's months. Without a year it is every summer, which is no period; winter 2013 may be two."""
        months = self._seasons.get(tokens[at].lower)
        if not months or any((b - a) % 12 != 1 for a, b in pairwise(months)):
            return None
        follow = at + 2 if _is(tokens, at + 1, "of", "in") else at + 1
        year = _year(tokens[follow]) if follow < len(tokens) else None
        if year is None:
            return None
        span = _from(date(year, months[0], 1), len(months), "season")
        if months[-1] >= months[0]:
            return span, follow
        before = span.moved(-1)
        raise unclear(tokens, at, follow, [(in_words(one), one) for one in (before, span)])

    def _edge(self, tokens: Sequence[Token], at: int) -> Hit | None:
        """mid May; the end of 2013: a day where something begins or ends."""
        edge = _EDGES.get(tokens[at].lower)
        if edge is None:
            return None
        follow = at + 2 if _is(tokens, at + 1, "of") else at + 1
        hit = self._current(tokens, follow) or self.at(tokens, follow)
        if hit is None or hit[0].unit not in ("month", "quarter", "year", "fiscal_year", "fiscal_quarter", "half") or hit[0].edge:
            return None
        if edge == "middle" and hit[0].unit != "month":
            raise NoPeriod(f"“{_said(tokens, at, hit[1])}” is no fixed day. Name the day.")
        whole = hit[0]
        day = {"beginning": whole.start, "middle": whole.start + timedelta(days=14), "end": whole.end - timedelta(days=1)}[edge]
        return Span(day, day + timedelta(days=1), "day", whole.dated, edge), hit[1]

    def _current(self, tokens: Sequence[Token], at: int) -> Hit | None:
        """ "the year" in "since the beginning of the year"."""
        unit = tokens[at + 1].lower if _is(tokens, at, "the") and at + 1 < len(tokens) else ""
        follows = tokens[at + 2].lower if at + 2 < len(tokens) and not tokens[at + 2].breaks else ""
        if unit not in ("month", "quarter", "year") or follows[:1].isdigit() or follows in ("of", "in", "before", "after", *MONTHS):
            return None
        return unit_span(self.today, unit, 0), at + 1

    # years

    def _year_of(self, tokens: Sequence[Token], at: int) -> Hit | None:
        year = _year(tokens[at])
        if year is None and at and tokens[at - 1].lower in _BEFORE_A_YEAR and re.fullmatch(r"1[5-8]\d\d", tokens[at].lower):
            year = int(tokens[at].lower)
        if year is None or _counts(tokens, at):
            return None
        return Span(date(year, 1, 1), date(year + 1, 1, 1), "year"), at

    def _year_after(self, tokens: Sequence[Token], last: int, month: int, day: int) -> tuple[int, int, bool]:
        """(the year that follows, or else the latest one in which that day is not after today; the last token; whether it was said)."""
        at = last + 1
        while at < len(tokens) and tokens[at].lower in ("of", "in", "the", "year") and at - last < 4:
            at += 1
        if at < len(tokens) and not any(t.breaks for t in tokens[last + 1 : at + 1]):
            if (year := _year(tokens[at])) is not None and (at == last + 1 or not _counts(tokens, at)):
                return year, at, True
            back = _THIS_YEAR.get(tokens[at].lower)
            if back is not None and _is(tokens, at + 1, "year") and tokens[at - 1].lower != "the":
                return self.today.year - back, at + 1, True
        today = self.today
        return (today.year if (month, min(day, 28)) <= (today.month, today.day) else today.year - 1), last, False

    # fiscal

    def _fiscal(self, tokens: Sequence[Token], at: int) -> Hit | None:
        """FY25; fiscal year 2025; Q3 FY25; FY25 Q3; fiscal Q3 2025; third fiscal quarter of 2025."""
        quarter, next_at = self._fiscal_quarter(tokens, at)
        year, last = _fiscal_year(tokens, next_at)
        if year is None:
            return None
        if not quarter and last + 1 < len(tokens) and (behind := _numbered(tokens, last + 1, "q", "quarter", 4))[0]:
            quarter, last = behind
        self.must_be_fiscal()
        begun = _said_start(tokens, last)
        spans = [self._fiscal_of(first, quarter) for first in (year - 1, year)]
        if begun:
            return next((s for s, first in zip(spans, (year - 1, year), strict=True) if first == begun[0]), spans[-1]), begun[1]
        readings = [(f"{_as_said(year, quarter)} starting {first}", s) for s, first in zip(spans, (year - 1, year), strict=True)]
        raise unclear(tokens, at, last, readings)

    def _fiscal_quarter(self, tokens: Sequence[Token], at: int) -> tuple[int, int]:
        number, last = _numbered(tokens, at, "q", "quarter", 4)
        if number:
            return number, last + 2 if _is(tokens, last + 1, "of") else last + 1
        if number_of(tokens[at]) and _is(tokens, at + 1, *_FISCAL) and _is(tokens, at + 2, "quarter"):
            return number_of(tokens[at]) or 0, at + 3
        number, last = _numbered(tokens, at + 1, "q", "quarter", 4) if tokens[at].lower in _FISCAL else (0, at)
        return (number, last + 1) if number else (0, at)

    def _fiscal_of(self, first: int, quarter: int) -> Span:
        start = date(first, self.fiscal_start, 1)
        return _from(shifted(start, "month", quarter * 3 - 3), 3, "fiscal_quarter") if quarter else _from(start, 12, "fiscal_year")

    def must_be_fiscal(self) -> None:
        if self.fiscal_start == 1:
            raise NoPeriod("No fiscal calendar is defined for this data. Name the months, or the calendar year.")

    def fiscal(self, unit: str, back: int) -> Span:
        self.must_be_fiscal()
        return fiscal_span(self.today, unit, back, self.fiscal_start)


def _skipped(tokens: Sequence[Token], at: int) -> int:
    while at + 1 < len(tokens) and tokens[at].lower in ("the", "month", "year", "calendar") and not tokens[at + 1].breaks:
        if tokens[at].lower == "calendar" and tokens[at + 1].lower == "week":
            return at
        if tokens[at].lower in ("month", "year") and _is_split(tokens, at):
            return at
        has_of = tokens[at].lower in ("month", "year") and tokens[at + 1].lower == "of"
        if has_of and tokens[at].lower == "month" and not (at + 2 < len(tokens) and tokens[at + 2].lower in MONTHS):
            return at  # "which month of 2025" asks for one, "the month of May" is one
        at += 1 + has_of
    return at


def _is_split(tokens: Sequence[Token], at: int) -> bool:
    """ "per month 2025" and "by year, 2024 and 2025" have figures by it, and "month 2025" is no name of a year."""
    before = tokens[at - 1].lower if at else ""
    names = tokens[at].lower == "year" or tokens[at + 1].lower in ("of", *MONTHS)
    return before in ("by", "per", "each", "every", "a") or tokens[at + 1].comma or not names


def _is(tokens: Sequence[Token], at: int, *words: str) -> bool:
    return at < len(tokens) and tokens[at].lower in words and not tokens[at].breaks


def _said(tokens: Sequence[Token], first: int, last: int) -> str:
    return " ".join(token.surface for token in tokens[first : last + 1])


def _from(start: date, months: int, unit: str) -> Span:
    return Span(start, shifted(start, "month", months), unit)


def _numbered(tokens: Sequence[Token], at: int, letter: str, word: str, most: int) -> tuple[int, int]:
    """(3, last token) for "Q3", "third quarter", "3rd quarter", "quarter 3"; (0, at) for anything else."""
    text = tokens[at].lower if at < len(tokens) else ""
    number = int(text[1]) if re.fullmatch(rf"{letter}\d", text) else None
    last = at
    if number is None and _is(tokens, at + 1, word):
        number, last = number_of(tokens[at]), at + 1
    if number is None and text == word and at + 1 < len(tokens) and re.fullmatch(r"\d", tokens[at + 1].lower):
        number, last = int(tokens[at + 1].lower), at + 1
    return (number, last) if number and number <= most else (0, at)


def _week_number(tokens: Sequence[Token], at: int) -> tuple[int | None, int]:
    text = tokens[at].lower if at < len(tokens) else ""
    if short := re.fullmatch(r"(?:w|cw|kw)(\d{1,2})", text):
        return int(short[1]), at
    follow = at + 2 if _is(tokens, at + 1, "number", "no") else at + 1
    if text in ("week", "cw") and follow < len(tokens) and re.fullmatch(r"\d{1,2}", tokens[follow].lower):
        return int(tokens[follow].lower), follow
    return None, at


def _fiscal_year(tokens: Sequence[Token], at: int) -> tuple[int | None, int]:
    """FY25, FY 2025, fiscal 2025, fiscal year 2025, financial year 2025; after "fiscal quarter" the year alone."""
    if at >= len(tokens):
        return None, at
    if joined := re.fullmatch(r"fy(\d{2}|\d{4})", tokens[at].lower):
        return _full(joined[1]), at
    place = at
    if tokens[place].lower in _FISCAL:
        place += 2 if _is(tokens, place + 1, "year") else 1
    elif tokens[place].lower == "fy":
        place += 1
    elif not any(token.lower in _FISCAL for token in tokens[max(0, at - 3) : at]) or not _after_quarter(tokens, at):
        return None, at
    place += _is(tokens, place, "of", "in")
    text = tokens[place].lower if place < len(tokens) else ""
    return (_full(text), place) if re.fullmatch(r"\d{4}", text) or (re.fullmatch(r"\d\d", text) and place > at) else (None, at)


def _after_quarter(tokens: Sequence[Token], at: int) -> bool:
    """Right after the quarter of a fiscal year, whose number the next word then is."""
    return bool(at) and bool(re.fullmatch(r"q\d|quarter|[1-4]", tokens[at - 1].lower))


def _full(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _said_start(tokens: Sequence[Token], last: int) -> tuple[int, int] | None:
    """FY2025 starting 2024: (2024, last token)."""
    follow = last + 2 if _is(tokens, last + 2, "in") else last + 1
    year = _year(tokens[follow + 1]) if _is(tokens, follow, "starting", "beginning") and follow + 1 < len(tokens) else None
    return (year, follow + 1) if year else None


def _as_said(year: int, quarter: int) -> str:
    return f"Q{quarter} FY{year}" if quarter else f"FY{year}"


def _decade(tokens: Sequence[Token], at: int) -> Hit | None:
    """The 1990s, the 90s. Of the 20s nobody can tell the century, and 90s may be seconds."""
    begins = at and tokens[at - 1].lower in ("the", *_BEFORE_A_YEAR)
    figures = re.fullmatch(r"((?:1[5-9]|20)\d|[3-9])0s", tokens[at].lower) if begins and not _counts(tokens, at) else None
    if figures is None:
        return None
    first = int(figures[1]) * 10 + (0 if len(figures[1]) == 3 else 1900)
    return Span(date(first, 1, 1), date(first + 10, 1, 1), "range"), at


def _year(token: Token) -> int | None:
    text = token.lower
    return int(text) if len(text) == 4 and text.isdigit() and 1900 <= int(text) <= 2100 else None


def _counts(tokens: Sequence[Token], at: int) -> bool:
    """ "more than 2000 flights", "between 2000 and 3000": a number of things, and no year."""
    before = tokens[at - 1].lower if at else ""
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if before == "between" and after is not None and after.lower == "and" and at + 2 < len(tokens):
        day_follows = at + 3 < len(tokens) and tokens[at + 3].lower in (*MONTHS, "of")
        return tokens[at + 2].number is not None and _year(tokens[at + 2]) is None and not day_follows
    if before in ("$", "€", "£"):
        return True
    return before in _THRESHOLDS and after is not None and not after.breaks and after.lower not in _FOLLOWS


def _is_month(tokens: Sequence[Token], at: int) -> bool:
    """ "may" and "march" are verbs too: they are months when they are written with a capital or follow a preposition."""
    if tokens[at].lower not in _SHORT:
        return True
    dated = at + 1 < len(tokens) and re.fullmatch(r"(?:19|20)\d\d", tokens[at + 1].lower) is not None
    beside = at > 0 and _is(tokens, at + 1 + _is(tokens, at + 1, "to", "and", "or", "through", "until", "vs"), *MONTHS)  # "jan to mar"
    return dated or beside or (tokens[at].surface[0].isupper() and at > 0) or (at > 0 and tokens[at - 1].lower in _LEADS)


_DAYS = """first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth
    seventeenth eighteenth nineteenth twentieth"""
_NTH = {name: number for number, name in enumerate(_DAYS.split(), start=1)}


def day_number(token: Token, *, in_words: bool = False) -> int | None:
    number = ordinal(token) or (_NTH.get(token.lower) if in_words else None)
    if number is None and token.lower.isdigit() and len(token.lower) <= 2:
        number = int(token.lower)
    return number if number and 1 <= number <= 31 else None
