"""Time phrases: "in July", "December 25", "between 10 and 20 November", "last month", "since March", by the day in `as_of`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from analytics_agent.semantic.reader.words import Token, closed, ordinal

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sep sept",
            "october oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
UNITS = ("day", "week", "month", "quarter", "year")
_LEADS = closed("in during of on for from to until till since before after between and than versus")
_QUARTERS = {"q1": 1, "q2": 2, "q3": 3, "q4": 4}
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4}


@dataclass(frozen=True)
class Span:
    """[start, end) and the unit it was said in ("July 2013" is a month)."""

    start: date
    end: date
    unit: str


@dataclass(frozen=True)
class Found:
    """A time phrase: the tokens it covers, the spans it names, and whether two spans were set side by side ("from May to June")."""

    first: int
    last: int
    spans: tuple[Span, ...]
    pair: bool = False

    @property
    def whole(self) -> Span:
        return Span(self.spans[0].start, self.spans[-1].end, "range" if len(self.spans) > 1 else self.spans[0].unit)


class NoDay(Exception):
    """A relative or incomplete date, and no day to count from."""


class Periods:
    """Finds time phrases. `as_of` is the last day the data knows; without it only complete dates can be read."""

    def __init__(self, as_of: date | None) -> None:
        self._as_of = as_of

    def find(self, tokens: Sequence[Token]) -> tuple[Found, ...]:
        """Every time phrase, left to right. Raises NoDay."""
        found: list[Found] = []
        at = 0
        while at < len(tokens):
            phrase = self._phrase(tokens, at)
            if phrase is None:
                at += 1
                continue
            found.append(phrase)
            at = phrase.last + 1
        return tuple(found)

    def _phrase(self, tokens: Sequence[Token], at: int) -> Found | None:
        rules: tuple[Callable[[Sequence[Token], int], Found | None], ...] = (
            self._days_of_month,
            self._range,
            self._open,
            self._relative,
            self._single,
        )
        return next((found for rule in rules if (found := rule(tokens, at))), None)

    def _single(self, tokens: Sequence[Token], at: int) -> Found | None:
        hit = self._span(tokens, at)
        return Found(at, hit[1], (hit[0],)) if hit else None

    def _range(self, tokens: Sequence[Token], at: int) -> Found | None:
        """between X and Y; from X to Y; X to Y; X through Y."""
        opener = tokens[at].lower if tokens[at].lower in ("between", "from") else ""
        begin = at + 1 if opener else at
        left = self._span(tokens, begin)
        if left is None or left[1] + 2 >= len(tokens) + 0:
            return None
        joint = tokens[left[1] + 1].lower
        if joint not in (("and",) if opener == "between" else ("to", "through", "until", "till")):
            return None
        right = self._span(tokens, left[1] + 2)
        if right is None:
            return None
        first, second = self._aligned(left[0], right[0])
        return Found(at, right[1], (first, second), pair=opener != "between" or first.unit != "day")

    def _aligned(self, left: Span, right: Span) -> tuple[Span, Span]:
        """ "From November to February": the left one lies before the right one."""
        if left.start <= right.start:
            return left, right
        back = left.start.replace(year=left.start.year - 1)
        return Span(back, back + (left.end - left.start), left.unit), right

    def _days_of_month(self, tokens: Sequence[Token], at: int) -> Found | None:
        """between 10 and 20 November 2013; from 10 to 20 November; 10 to 20 November."""
        words = tokens[at:]
        skip = 1 if words[0].lower in ("between", "from") else 0
        if len(words) < skip + 4 or words[skip + 1].lower not in ("and", "to", "through"):
            return None
        first, last = _day_number(words[skip]), _day_number(words[skip + 2])
        month = self._month_year(tokens, at + skip + 3)
        if first is None or last is None or month is None:
            return None
        start, end = _day(month[0], first), _day(month[0], last)
        if start is None or end is None or end < start:
            return None
        return Found(at, month[1], (Span(start, end + timedelta(days=1), "day"),))

    def _open(self, tokens: Sequence[Token], at: int) -> Found | None:
        """since X, after X: up to the last day of the data; before X, until X need a beginning that we do not know."""
        word = tokens[at].lower
        if word not in ("since", "after") or at + 1 >= len(tokens):
            return None
        hit = self._span(tokens, at + 1)
        if hit is None:
            return None
        start = hit[0].start if word == "since" else hit[0].end
        return Found(at, hit[1], (Span(start, self._today() + timedelta(days=1), "range"),))

    def _relative(self, tokens: Sequence[Token], at: int) -> Found | None:
        words = [token.lower for token in tokens[at : at + 4]]
        if words[0] in ("today", "yesterday"):
            day = self._today() - timedelta(days=words[0] == "yesterday")
            return Found(at, at, (Span(day, day + timedelta(days=1), "day"),))
        if words[0] not in ("last", "previous", "past", "this", "current") or len(words) < 2:
            return None
        if words[1] in UNITS:
            back = 0 if words[0] in ("this", "current") else 1
            return Found(at, at + 1, (unit_span(self._today(), words[1], back),))
        number, unit = tokens[at + 1].number, words[2].rstrip("s") if len(words) > 2 else ""
        if number is None or unit not in UNITS or words[0] in ("this", "current") or not 1 <= number <= 1000:
            return None
        return Found(at, at + 2, (_last(self._today(), int(number), unit),))

    def _span(self, tokens: Sequence[Token], at: int) -> tuple[Span, int] | None:
        """One complete phrase that begins here: (span, index of its last token)."""
        while at < len(tokens) and tokens[at].lower in ("the", "month", "year") and at + 1 < len(tokens):
            at += 1
        if at >= len(tokens):
            return None
        return (
            self._iso(tokens, at)
            or self._date(tokens, at)
            or self._quarter(tokens, at)
            or self._plain_month(tokens, at)
            or _year(tokens, at)
        )

    def _iso(self, tokens: Sequence[Token], at: int) -> tuple[Span, int] | None:
        day = tokens[at].day
        return (Span(day, day + timedelta(days=1), "day"), at) if day else None

    def _date(self, tokens: Sequence[Token], at: int) -> tuple[Span, int] | None:
        """December 25; 25 December; the 25th of December 2013."""
        day_first = _day_number(tokens[at])
        if day_first is not None:
            month_at = at + 2 if at + 1 < len(tokens) and tokens[at + 1].lower == "of" else at + 1
            month = self._month_year(tokens, month_at)
            found = _day(month[0], day_first) if month else None
            return (Span(found, found + timedelta(days=1), "day"), month[1]) if month and found else None
        if tokens[at].lower in MONTHS and at + 1 < len(tokens) and (day := _day_number(tokens[at + 1])) is not None:
            last = at + 1
            year, last = self._year_after(tokens, last, MONTHS[tokens[at].lower], day)
            found = _day(date(year, MONTHS[tokens[at].lower], 1), day)
            return (Span(found, found + timedelta(days=1), "day"), last) if found else None
        return None

    def _plain_month(self, tokens: Sequence[Token], at: int) -> tuple[Span, int] | None:
        hit = self._month_year(tokens, at)
        return (unit_span(hit[0], "month", 0), hit[1]) if hit else None

    def _month_year(self, tokens: Sequence[Token], at: int) -> tuple[date, int] | None:
        """(first day of the month, index of the last token)."""
        if at >= len(tokens) or tokens[at].lower not in MONTHS or not _is_month(tokens, at):
            return None
        month = MONTHS[tokens[at].lower]
        year, last = self._year_after(tokens, at, month, 1)
        return date(year, month, 1), last

    def _year_after(self, tokens: Sequence[Token], at: int, month: int, day: int) -> tuple[int, int]:
        """The year that follows, or the latest one in which that day is not after `as_of`."""
        follow = at + 2 if at + 1 < len(tokens) and tokens[at + 1].lower in ("of", "in") else at + 1
        if follow < len(tokens) and (year := _year(tokens, follow)):
            return year[0].start.year, year[1]
        today = self._today()
        return (today.year if (month, min(day, 28)) <= (today.month, today.day) else today.year - 1), at

    def _quarter(self, tokens: Sequence[Token], at: int) -> tuple[Span, int] | None:
        number = _QUARTERS.get(tokens[at].lower)
        last = at
        if number is None and at + 1 < len(tokens) and tokens[at + 1].lower == "quarter":
            number, last = _ORDINALS.get(tokens[at].lower), at + 1
        if number is None:
            return None
        year, last = self._year_after(tokens, last, number * 3 - 2, 1)
        return unit_span(date(year, number * 3 - 2, 1), "quarter", 0), last

    def _today(self) -> date:
        if self._as_of is None:
            raise NoDay
        return self._as_of


def _year(tokens: Sequence[Token], at: int) -> tuple[Span, int] | None:
    text = tokens[at].lower
    if not (len(text) == 4 and text.isdigit() and 1900 <= int(text) <= 2100):
        return None
    return Span(date(int(text), 1, 1), date(int(text) + 1, 1, 1), "year"), at


def _is_month(tokens: Sequence[Token], at: int) -> bool:
    """ "may" and "march" are verbs too: they are months when they are written with a capital or follow a preposition."""
    if tokens[at].lower not in ("may", "march", "mar", "jan", "jun", "dec", "sep", "oct", "nov"):
        return True
    return (tokens[at].surface[0].isupper() and at > 0) or (at > 0 and tokens[at - 1].lower in _LEADS)


def _day_number(token: Token) -> int | None:
    number = ordinal(token)
    if number is None and token.lower.isdigit() and len(token.lower) <= 2:
        number = int(token.lower)
    return number if number and 1 <= number <= 31 else None


def _day(month: date, day: int) -> date | None:
    try:
        return month.replace(day=day)
    except ValueError:
        return None


def unit_span(day: date, unit: str, back: int) -> Span:
    """The day's week, month, quarter or year, `back` of them earlier."""
    if unit == "day":
        start = day - timedelta(days=back)
        return Span(start, start + timedelta(days=1), unit)
    if unit == "week":
        start = day - timedelta(days=day.weekday() + 7 * back)
        return Span(start, start + timedelta(days=7), unit)
    size = {"month": 1, "quarter": 3, "year": 12}[unit]
    months = (day.year * 12 + day.month - 1) // size * size - size * back
    return Span(_from_months(months), _from_months(months + size), unit)


def _from_months(months: int) -> date:
    return date(months // 12, months % 12 + 1, 1)


def _last(today: date, number: int, unit: str) -> Span:
    """The last N days end today; the last N weeks, months, … are the complete ones before the current one."""
    if unit == "day":
        return Span(today - timedelta(days=number - 1), today + timedelta(days=1), "range")
    return Span(unit_span(today, unit, number).start, unit_span(today, unit, 1).end, "range")
