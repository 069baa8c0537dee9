"""Periods that a text names ("June 2013", "in summer", "24–30 June", "2013-06"), moved with the data they speak of.

English; of other languages months with their year ("Juni 2013", "junio de 2013")."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from analytics_agent.domain.month_names import ABROAD, ENGLISH, NAMES, language_of, month_number
from analytics_agent.domain.period import MONTHS, Span, holding, shifted, shifted_end, shifted_span
from analytics_agent.domain.schedule import PeriodUnit

_ORDINALS = ("first", "second", "third", "fourth")
_MONTH = "|".join(f"{name}|{name[:3]}" for name in MONTHS) + "|Sept"
_TH = r"(?:st|nd|rd|th)?"
_YEAR = r"(?:19|20|21)\d\d"
_PATTERN = re.compile(
    rf"""\b(?:
    (?P<iso>{_YEAR}-\d\d-\d\d)(?!\d)
    | (?P<iso_month>{_YEAR}-(?:0[1-9]|1[0-2]))(?![-\d])
    | (?P<from>\d{{1,2}}){_TH}(?P<dash>\s*[–-]\s*|\s+(?:to|and|through)\s+)(?P<to>\d{{1,2}}){_TH}
      \s+(?:of\s+)?(?P<of>{_MONTH})\b(?:,?\s+(?P<y1>{_YEAR}))?
    | (?P<day>\d{{1,2}}){_TH}\s+(?:of\s+)?(?P<in>{_MONTH})\b(?:,?\s+(?P<y2>{_YEAR}))?
    | (?P<month_first>{_MONTH})\s+(?P<day_after>\d{{1,2}}){_TH}(?!\d)(?:,?\s+(?P<y3>{_YEAR}))?
    | (?<!\d\s)(?<!\d\.\s)(?P<abroad>{"|".join(ABROAD)})\s+(?:del?\s+)?(?P<y8>{_YEAR})
    | (?P<month>{_MONTH})\b(?:,?\s+(?:of\s+|in\s+)?(?P<y4>{_YEAR}))?
    | (?P<season>spring|summer|autumn|fall|winter)\b(?:\s+(?:of\s+|in\s+)?(?P<y5>{_YEAR}))?
    | q(?P<quarter>[1-4])\b(?:\s*(?:of\s+|/)?\s*(?P<y6>{_YEAR}))?
    | (?P<ordinal>first|second|third|fourth)\s+quarter\b(?:\s+(?:of\s+|in\s+)?(?P<y7>{_YEAR}))?
    | (?P<year>{_YEAR})(?![\d-]|[.,]\d)
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_BEFORE_A_TIME = (
    "in of for since until till and to from between during through versus vs than last this before after by against with compared"
)
_SEASONS_ABROAD = "frühling sommer herbst printemps été automne hiver primavera verano otoño invierno estate autunno inverno verão outono"
_ELSEWHERE = "|".join((*ABROAD, *_SEASONS_ABROAD.split()))
_UNKNOWN = re.compile(
    rf"\b(?:(?:\d{{1,2}}\.?\s+)?(?:{_ELSEWHERE})(?:\s+(?:del?\s+)?{_YEAR})?|\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}}|\d{{1,2}}/{_YEAR})\b",
    re.IGNORECASE,
)
"""Times in other languages and notations: seen, and not told."""
_AMBIGUOUS = ("may", "march", "mar", "jan", "jun", "dec", "sep", "oct", "nov", "feb", "apr", "aug", "jul", "fall", "spring")
_BEFORE_A_YEAR = re.compile(rf"(?:^|[^\w\s]\s*|\b(?:{'|'.join(_BEFORE_A_TIME.split())}|year|all|the|calendar|whole)\s+)$", re.IGNORECASE)
_LEADS = frozenset(_BEFORE_A_TIME.split())


@dataclass(frozen=True)
class Shift:
    """`before` and `after` are all the data's periods together; units and steps say how each of them was moved."""

    before: Span
    after: Span
    unit: PeriodUnit
    steps: int


class Unmovable(Exception):
    """A mention that has no counterpart: a year in a text whose data moves by weeks."""


def mentions(text: str) -> int:
    """How many periods a text names."""
    return len(_found(text))


def retold(text: str, shift: Shift, *, with_year: bool = False) -> str | None:
    """The text with every mention of the old period moved; None where one of them cannot be.

    Mentions of other times stay. `with_year` gives a month or season that stands alone its year.
    """
    found = _found(text)
    if shift.steps and (_holds_unknown(text, found) or language_of(text) is None):
        return None
    alone = with_year and len(found) == 1
    pieces, at = [], 0
    try:
        for match in found:
            pieces += [text[at : match.start()], _moved(match, shift, alone)]
            at = match.end()
    except (Unmovable, ValueError, OverflowError):
        return None
    return "".join((*pieces, text[at:]))


def cut(text: str) -> str:
    """The text with an ellipsis in place of every period that it names, known or not."""
    text = _UNKNOWN.sub("…", text)
    for match in reversed(_found(text)):
        text = f"{text[: match.start()]}…{text[match.end() :]}"
    return text


def _holds_unknown(text: str, found: Sequence[re.Match[str]]) -> bool:
    known = {match.span() for match in found if match["abroad"]}
    return any(match.span() not in known for match in _UNKNOWN.finditer(text))


def _found(text: str) -> list[re.Match[str]]:
    return [match for match in _PATTERN.finditer(text) if _is_time(text, match)]


def _is_time(text: str, match: re.Match[str]) -> bool:
    """ "may", "march", "fall" and "spring" are other words too; a digit before makes a year part of a number."""
    before = text[: match.start()]
    if before.endswith((".", ",", "-", "$", "€", "£")) and match["year"]:
        return False
    word = match["month"] or match["season"]
    if word is None or word.lower() not in _AMBIGUOUS or match["y4"] or match["y5"]:
        return True
    lead = re.findall(r"\w+", before.lower())[-1:]
    return bool(lead and lead[0] in _LEADS)


def _moved(match: re.Match[str], shift: Shift, alone: bool) -> str:
    kind = next(name for name in _RULES if match[name])
    return _RULES[kind](match, shift, alone)


def _year_of(written: str | None, month: int, shift: Shift, day: int = 1) -> int:
    """The year that is said, or the one in which it falls into the data's periods."""
    if written:
        return int(written)
    years = range(shift.before.start.year, shift.before.last.year + 1)
    fits = [year for year in years if _in(holding(date(year, month, 1), "month"), shift)]
    return fits[0] if fits else shift.before.last.year


def _in(span: Span, shift: Shift) -> bool:
    return span.overlaps(shift.before)


def _iso(match: re.Match[str], shift: Shift, alone: bool) -> str:
    day = date.fromisoformat(match["iso"])
    return _day_moved(day, shift).isoformat()


def _day_moved(day: date, shift: Shift) -> date:
    """A period's last day stays its last; a day of another time is left as it is."""
    if day == shift.before.end:
        return shifted(day, shift.unit, shift.steps)
    if not shift.before.start <= day <= shift.before.end:
        return day
    return shifted_end(day, shift.unit, shift.steps) if day == shift.before.last else shifted(day, shift.unit, shift.steps)


def _iso_month(match: re.Match[str], shift: Shift, alone: bool) -> str:
    moved = _whole_moved(holding(date.fromisoformat(match["iso_month"] + "-01"), "month"), "month", shift)
    return moved.start.isoformat()[:7]


def _whole_moved(span: Span, unit: PeriodUnit, shift: Shift) -> Span:
    """A whole unit moved; where the data moves by something smaller, the unit that the new period lies in."""
    if not _in(span, shift):
        return span
    moved = shifted_span(span, shift.unit, shift.steps)
    if moved == holding(moved.start, unit):
        return moved
    within = holding(shift.after.start, unit)
    if shift.after.end > within.end or not (span.start <= shift.before.start and shift.before.end <= span.end):
        raise Unmovable
    return within


def _range(match: re.Match[str], shift: Shift, alone: bool) -> str:
    month = _number(match["of"])
    year = _year_of(match["y1"], month, shift)
    first, last = (_day_moved(date(year, month, int(match[name])), shift) for name in ("from", "to"))
    ends = f"{last.day} {_named(last, match, match['of'])}{_said(match['y1'], last)}"
    if (first.year, first.month) != (last.year, last.month):
        return f"{first.day} {_named(first, match, match['of'])}{match['dash']}{ends}"
    return f"{first.day}{match['dash']}{ends}"


def _one_day(match: re.Match[str], shift: Shift, alone: bool) -> str:
    month = _number(match["in"])
    day = _day_moved(date(_year_of(match["y2"], month, shift), month, int(match["day"])), shift)
    return f"{day.day} {_named(day, match, match['in'])}{_said(match['y2'] or alone, day)}"


def _month_first(match: re.Match[str], shift: Shift, alone: bool) -> str:
    month = _number(match["month_first"])
    day = _day_moved(date(_year_of(match["y3"], month, shift), month, int(match["day_after"])), shift)
    return f"{_named(day, match, match['month_first'])} {day.day}{',' if match['y3'] or alone else ''}{_said(match['y3'] or alone, day)}"


def _month(match: re.Match[str], shift: Shift, alone: bool) -> str:
    month = _number(match["month"])
    span = holding(date(_year_of(match["y4"], month, shift), month, 1), "month")
    if not _in(span, shift):
        return match.group()
    moved = _whole_moved(span, "month", shift).start
    return f"{_named(moved, match, match['month'])}{_said(match['y4'] or alone, moved)}"


def _month_abroad(match: re.Match[str], shift: Shift, alone: bool) -> str:
    span = holding(date(int(match["y8"]), month_number(match["abroad"]), 1), "month")
    if not _in(span, shift):
        return match.group()
    moved = _whole_moved(span, "month", shift).start
    between = match.group()[len(match["abroad"]) : -len(match["y8"])]
    return f"{_named(moved, match, match['abroad'])}{between}{moved.year}"


def _season(match: re.Match[str], shift: Shift, alone: bool) -> str:
    """A season comes again each year, and is another one for every smaller unit."""
    if shift.unit != "year":
        if not shift.steps:
            return match.group()
        raise Unmovable
    if match["y5"]:
        year = int(match["y5"])
        return match.group().replace(match["y5"], str(year + shift.steps if _in(holding(date(year, 1, 1), "year"), shift) else year))
    return f"{match.group()} {shift.after.start.year}" if alone and shift.after.start.year == shift.after.last.year else match.group()


def _quarter(match: re.Match[str], shift: Shift, alone: bool) -> str:
    number = int(match["quarter"]) if match["quarter"] else _ORDINALS.index(match["ordinal"].lower()) + 1
    said = match["y6"] or match["y7"]
    span = holding(date(_year_of(said, number * 3 - 2, shift), number * 3 - 2, 1), "quarter")
    if not _in(span, shift):
        return match.group()
    moved = _whole_moved(span, "quarter", shift).start
    place = (moved.month + 2) // 3
    name = f"{match.group()[0]}{place}" if match["quarter"] else f"{_ORDINALS[place - 1]} quarter"
    between = " of" if re.search(r"\bof\b", match.group(), re.IGNORECASE) else ""
    return f"{name}{between if said else ''}{_said(said or alone, moved)}"


def _whole_year(match: re.Match[str], shift: Shift, alone: bool) -> str:
    span = holding(date(int(match["year"]), 1, 1), "year")
    if not _in(span, shift):
        return match.group()
    if shift.unit != "year" and not _BEFORE_A_YEAR.search(match.string[: match.start()]):
        raise Unmovable  # it belongs to a word that is not known here: "Advent 2013"
    if span.start <= shift.before.start and shift.before.end <= span.end and shift.after.start.year == shift.after.last.year:
        return str(shift.after.start.year)
    return str(_whole_moved(span, "year", shift).start.year)


_RULES: dict[str, Callable[[re.Match[str], Shift, bool], str]] = {
    "iso": _iso,
    "iso_month": _iso_month,
    "from": _range,
    "day": _one_day,
    "month_first": _month_first,
    "abroad": _month_abroad,
    "month": _month,
    "season": _season,
    "quarter": _quarter,
    "ordinal": _quarter,
    "year": _whole_year,
}


def _number(name: str) -> int:
    return next(number for number, month in enumerate(MONTHS, start=1) if month.lower().startswith(name.lower()[:3]))


def _named(day: date, match: re.Match[str], like: str) -> str:
    """The month's name in the language of the text, short and in capitals or not like the one that stood there."""
    language = language_of(match.string) or ENGLISH
    name = NAMES[language][day.month - 1]
    word = name[:3] if language == ENGLISH and len(like) <= 4 and like.lower() not in ("may", "june", "july") else name
    if like.isupper() and len(like) > 1:
        return word.upper()
    return word.lower() if like.islower() else word[:1].upper() + word[1:]


def _said(year: object, day: date) -> str:
    return f" {day.year}" if year else ""
