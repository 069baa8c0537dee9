"""Dates as people write them in figures, put into words that the grammar of time knows: 3/4/2025, Q3'24, Jan–Mar; and then other signs."""

import re
from datetime import date

from analytics_agent.semantic.reader.dates import MONTHS
from analytics_agent.semantic.reader.signs import spoken

_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_ATOM = rf"(?:(?:{_MONTH})\.?(?: \d{{4}})?|Q[1-4](?: \d{{4}})?|H[12](?: \d{{4}})?|FY ?\d{{2,4}}|(?:19|20)\d\d)"
_DASH = r"\s*[-–—]\s*"
_FIGURES = re.compile(r"(?<![\w./-])(\d{1,4})([./-])(\d{1,2})\2(\d{4}|\d{2})(?![\w/-]|\.\d)")
_YEAR_MONTH = re.compile(r"(?<![\w./-])((?:19|20)\d\d)[-/](\d{1,2})(?![\w/-]|\.\d)")
_MONTH_YEAR = re.compile(r"(?<![\w./-])(\d{1,2})/((?:19|20)\d\d)(?![\w/-])")
_ISO_WEEK = re.compile(r"\b((?:19|20)\d\d)-?W(\d{2})\b", re.IGNORECASE)
_TURNED = re.compile(r"\b(?:([1-4])Q|([12])H) ?['’]?(\d\d|(?:19|20)\d\d)\b")
_JOINED = re.compile(r"\b([QH][1-4]) ?FY ?(\d{2}|\d{4})\b", re.IGNORECASE)
_SHORT_YEAR = re.compile(rf"\b({_MONTH}|Q[1-4]|H[12]|FY|summer|winter|spring|autumn|fall)\.? ?['’](\d\d)\b", re.IGNORECASE)
_GLUED_YEAR = re.compile(rf"\b({_MONTH}|Q[1-4]|H[12])-((?:19|20)\d\d)\b", re.IGNORECASE)
_STUCK = re.compile(r"\b([QH][1-4])((?:19|20)\d\d)\b", re.IGNORECASE)
_YEAR_FIRST = re.compile(r"\b((?:19|20)\d\d)([QH][1-4])\b", re.IGNORECASE)
_SHORT_ALONE = re.compile(r"\b(in|of|since|before|after|until|from|to|and|during) ['’](\d\d)\b", re.IGNORECASE)
_MONTH_SHORT = re.compile(rf"\b({_MONTH})-(\d\d)\b(?![-/])", re.IGNORECASE)
_YEAR_BEHIND_COMMA = re.compile(r"(?<=\d),(?=(?:19|20)\d\d\b)")
_ALWAYS = re.compile(
    r"\b(?:(?:of|for|over|in|across) all[- ]time|historically|(?:since|from) the (?:very )?(?:beginning|start)(?=\s*(?:$|[?.!,])))",
    re.IGNORECASE,
)
_RANGE = re.compile(rf"\b({_ATOM}){_DASH}(?={_ATOM}(?!\w))", re.IGNORECASE)
_DAYS = re.compile(rf"\b(\d{{1,2}}(?:st|nd|rd|th)?){_DASH}(\d{{1,2}}(?:st|nd|rd|th)?)(?= (?:of )?(?:{_MONTH})\b)", re.IGNORECASE)
_DAYS_AFTER = re.compile(rf"\b((?:{_MONTH})\.? \d{{1,2}}){_DASH}(?=\d{{1,2}}\b)", re.IGNORECASE)
_ISO_RANGE = re.compile(r"(\d{4}-\d\d-\d\d)\s*(?:[–—]|-(?=\s)|\.\.+)\s*(?=\d{4}-\d\d-\d\d)")


def written(text: str, as_of: date | None) -> str:
    """The same question; dates in figures whose day and month cannot be told apart become one word, which the calendar asks about."""
    text = _YEAR_BEHIND_COMMA.sub(", ", _ALWAYS.sub("", text))
    text = _ISO_RANGE.sub(r"\1 to ", text)
    text = _ISO_WEEK.sub(lambda m: f"week {int(m[2])} of {m[1]}", text)
    text = _FIGURES.sub(lambda m: _day(m, as_of), text)
    text = _MONTH_YEAR.sub(lambda m: _month(int(m[2]), int(m[1])) or m[0], text)
    text = _YEAR_MONTH.sub(_year_and, text)
    text = _JOINED.sub(r"\1 FY\2", text)
    text = _TURNED.sub(lambda m: f"{'Q' + m[1] if m[1] else 'H' + m[2]} {_four(m[3], as_of)}", text)
    text = _SHORT_ALONE.sub(lambda m: f"{m[1]} {_full(int(m[2]), as_of)}", _YEAR_FIRST.sub(r"\2 \1", text))
    text = _MONTH_SHORT.sub(lambda m: _month_or_day(m, as_of), text)
    text = _SHORT_YEAR.sub(lambda m: f"{m[1]} {_full(int(m[2]), as_of)}", text)
    text = _STUCK.sub(r"\1 \2", _GLUED_YEAR.sub(r"\1 \2", text))
    text = _RANGE.sub(r"\1 to ", text)
    text = _DAYS.sub(r"\1 to \2", text)
    return spoken(_DAYS_AFTER.sub(r"\1 to ", text))


def _day(match: re.Match[str], as_of: date | None) -> str:
    """Day and month may stand either way round, but for points, which only those write who put the day first."""
    first, mark, second, last = match[1], match[2], int(match[3]), match[4]
    if len(first) == 4:
        return _iso(int(first), second, int(last)) or match[0]
    if len(first) == 3 or (mark == "-" and len(last) == 2):
        return match[0]
    year = int(last) if len(last) == 4 else _full(int(last), as_of)
    day_first, month_first = _iso(year, second, int(first)), _iso(year, int(first), second) if mark != "." else ""
    if day_first and month_first and day_first != month_first:
        return f"date{int(first):02}x{second:02}x{year}"
    none = f"{year:04}-{second:02}-{int(first):02}" if second > 0 and int(first) > 0 and len(last) == 4 and mark == "/" else match[0]
    return day_first or month_first or none


def _iso(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""


def _month_or_day(match: re.Match[str], as_of: date | None) -> str:
    """Jun-98 is of 1998; Jun-25 may be a day of June."""
    month, number = MONTHS[match[1].lower()], int(match[2])
    year, today = _full(number, as_of), as_of or date(2030, 12, 31)
    latest = today.year if _iso(today.year, month, number) <= today.isoformat() else today.year - 1
    return f"month{month:02}x{number:02}x{year}x{latest}" if _iso(latest, month, number) else f"{match[1]} {year}"


def _year_and(match: re.Match[str]) -> str:
    """2025-04 is a month, 2019-21 are years; 2011-12 may be both, and is left to be asked about."""
    year, number = int(match[1]), int(match[2])
    follows = number == (year + 1) % 100 or (number > year % 100 and len(match[2]) == 2)
    if match[0][4] == "/" and len(match[2]) == 2 and number == (year + 1) % 100:
        return f"years{year}x{number:02}"
    if 1 <= number <= 12:
        return f"years{year}x{number:02}" if follows and len(match[2]) == 2 and match[0][4] == "-" else _month(year, number)
    return f"{year} to {year // 100 * 100 + number}" if follows else match[0]


def _month(year: int, number: int) -> str:
    names = {value: name for name, value in MONTHS.items() if len(name) > 3 or name == "may"}
    return f"{names[number].capitalize()} {year}" if number in names else ""


def _four(digits: str, as_of: date | None) -> int:
    return int(digits) if len(digits) == 4 else _full(int(digits), as_of)


def _full(short: int, as_of: date | None) -> int:
    """A year of two digits is the one nearest before, or at most twenty years after, the last day of the data."""
    latest = (as_of.year if as_of else 2030) + 20
    return latest - (latest - short) % 100
