"""Numbers in words: "two dozen", "a million", "twenty-five hundred", "1.5 million". What a number is of is for others to say."""

import re
from collections.abc import Sequence

_FIGURES = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
_EITHER = re.compile(r"[1-9]\d{0,2}\.\d{3}")
""" "5.000" is five to some and five thousand to others."""
_SCALES = {"dozen": 12, "hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
_SMALL = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_UNITS = frozenset([*_SMALL.split(), *_TENS.split()])
_LARGE = frozenset(_SCALES) - {"dozen"}
LONGEST = 9


def figure(text: str) -> float | None:
    """1,234.5 as a number. None for what is none, and for what is a different one to different people: "2,5", "5.000"."""
    return float(text.replace(",", "")) if _FIGURES.fullmatch(text) and not _EITHER.fullmatch(text) else None


def is_of_two_readings(text: str) -> bool:
    """Whether it is written in figures, and not one number to everybody."""
    return re.fullmatch(r"\d[\d,]*(?:\.\d+)?", text) is not None and figure(text) is None


def spelled(words: Sequence[str], at: int) -> tuple[float, int] | None:
    """(number, how many words it takes) for a number of several words that begins here."""
    return _scaled(words, at) or _in_words(words, at)


def _scaled(words: Sequence[str], at: int) -> tuple[float, int] | None:
    """half a million, a dozen, 1.5 million, two dozen."""
    if words[at : at + 2] == ["half", "a"] and at + 2 < len(words) and words[at + 2] in _SCALES:
        return _SCALES[words[at + 2]] / 2, 3
    scale = words[at + 1] if at + 1 < len(words) else ""
    if scale not in _SCALES:
        return None
    if words[at] in ("a", "an"):
        return (float(_SCALES[scale]), 2) if words[at + 2 : at + 3] != ["and"] else None
    if (number := figure(words[at])) is not None:
        return number * _SCALES[scale], 2
    if scale == "dozen" and words[at] in _UNITS and (number := _read(words[at : at + 1])) is not None:
        return number * 12, 2
    return None


def _in_words(words: Sequence[str], at: int) -> tuple[float, int] | None:
    """The longest run of number words that is one number. "Between one hundred and two hundred" are two."""
    if words[at] not in _UNITS | _LARGE or (at and words[at - 1] in _UNITS | _LARGE):
        return None
    is_first_of_two = "between" in words[max(at - 2, 0) : at]
    end = at
    while end < len(words) and end - at < LONGEST and _continues(words, end, at, is_first_of_two):
        end += 1
    for last in range(end, at + 1, -1):
        if words[last - 1] != "and" and (number := _read(words[at:last])) is not None:
            return number, last - at
    return None


def _continues(words: Sequence[str], end: int, at: int, is_first_of_two: bool) -> bool:
    if words[end] == "and":
        return end > at and words[end - 1] in _LARGE and not is_first_of_two and words[end + 1 : end + 2] != []
    return words[end] in _UNITS | _LARGE


def _read(words: Sequence[str]) -> float | None:
    from text_to_num import text2num  # late: few questions spell a number out

    try:
        return float(text2num(" ".join(words), "en"))
    except ValueError:
        return None
