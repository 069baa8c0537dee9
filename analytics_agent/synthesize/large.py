"""Large numbers as a person says them: "12.4 million" for 12,412,338, "12,4 Mio. €". The unrounded value stays behind the figure.

How many digits are shown is chosen here: three, and more where figures of one claim would look alike and are not.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from analytics_agent.domain.evidence import ResultColumn
from analytics_agent.domain.month_names import ENGLISH
from analytics_agent.synthesize.evaluate import Value
from analytics_agent.synthesize.format import MINUS, NO_BREAK, SIGNIFICANT, SYMBOLS, Shown, is_plain, rounded
from analytics_agent.synthesize.references import BadReference

SMALLEST = 10**6
CENTS_UNTIL = 10**4
"""From here on an amount of money is told in whole units."""

LARGEST = 10**15
"""From here on powers of ten say more than names."""

MOST_DIGITS = 6
"""Who needs more is shown the number itself."""

_SCALES: dict[str, tuple[tuple[int, str, str], ...]] = {
    ENGLISH: ((12, "trillion", "trillion"), (9, "billion", "billion"), (6, "million", "million")),
    "de": ((12, "Billionen", "Bio."), (9, "Milliarden", "Mrd."), (6, "Millionen", "Mio.")),
}
"""Powers of ten by name: in words, and beside the sign of a currency."""

_POWERS = {name.rstrip("."): power for scales in _SCALES.values() for power, *names in scales for name in names}
_EXACTLY = re.compile(r"\b(?:exact(?:ly)?|precise(?:ly)?|genau\w*|exakt\w*|präzise\w*)\b", re.IGNORECASE)
_SWAPPED = str.maketrans({",": ".", ".": ","})


def asks_exactly(question: str) -> bool:
    return bool(_EXACTLY.search(question))


def without_cents(value: Value | BadReference) -> Value | BadReference:
    """Of 322,303.36 euros nobody remembers the cents; of 171.73 they count."""
    if not isinstance(value, Value) or not isinstance(value.cell, Fraction) or value.column.format != "currency":
        return value
    whole = CENTS_UNTIL <= abs(value.cell) < SMALLEST - 1 and value.column.decimals in (None, 2)
    return replace(value, column=replace(value.column, decimals=0)) if whole else value


def digits(values: Sequence[Value | BadReference], language: str) -> list[int | None]:
    """Significant digits of each reference of a claim that is told by the name of its size; None for every other."""
    found: list[int | None] = [SIGNIFICANT if language in _SCALES and _is_large(value) else None for value in values]
    for many in range(SIGNIFICANT, MOST_DIGITS + 1):
        for place in _alike(values, found, language):
            found[place] = many + 1 if many < MOST_DIGITS else None
    return found


def _alike(values: Sequence[Value | BadReference], found: Sequence[int | None], language: str) -> list[int]:
    """The places of different numbers that are told in the same words."""
    groups: dict[str, list[int]] = {}
    for place, many in enumerate(found):
        if many is not None and isinstance(value := values[place], Value):
            groups.setdefault(in_words(value.number, value.column, many, language).text, []).append(place)
    return [place for places in groups.values() if len({_cell(values[place]) for place in places}) > 1 for place in places]


def _cell(value: Value | BadReference) -> object:
    return value.cell if isinstance(value, Value) else None


def _is_large(value: Value | BadReference) -> bool:
    if not isinstance(value, Value) or not isinstance(value.cell, Fraction) or value.is_rank:
        return False
    return SMALLEST <= abs(value.cell) < LARGEST and (value.column.format == "currency" or is_plain(value.column))


def in_words(number: Fraction, column: ResultColumn, many: int, language: str) -> Shown:
    """At least a million, with so many significant digits."""
    sign, size = MINUS if number < 0 else "", abs(number)
    size = _to_digits(size, many)  # first: 999,999,999 is a billion, not a thousand million
    power, word, beside = next(scale for scale in _SCALES[language] if size >= 10 ** scale[0])
    mantissa = rounded(size / 10**power, max(many - len(str(int(size / 10**power))), 0))
    mantissa = mantissa if language == ENGLISH else mantissa.translate(_SWAPPED)
    unit, _, per = (column.unit or "").partition(" per ")
    if column.format != "currency":
        return Shown(f"{sign}{mantissa}{NO_BREAK}{word}", column.unit)
    suffix, symbol = f"per {per}" if per else None, SYMBOLS.get(unit)
    if symbol is None:
        return Shown(f"{sign}{mantissa}{NO_BREAK}{word}", " ".join(part for part in (unit, suffix) if part) or None)
    if language == ENGLISH:
        return Shown(f"{sign}{symbol}{mantissa}{NO_BREAK}{word}", suffix)
    return Shown(f"{sign}{mantissa}{NO_BREAK}{beside}{NO_BREAK}{symbol}", suffix)


def _to_digits(size: Fraction, many: int) -> Fraction:
    """Rounded half up to so many significant digits, where it has more before the point."""
    step = 10 ** max(len(str(int(size))) - many, 0)
    return Fraction(int(size / step + Fraction(1, 2)) * step) if step > 1 else size


def power_of(word: str) -> int:
    """6 for "million", "Millionen" or "Mio."; 0 for any other word."""
    return _POWERS.get(word.rstrip(".,"), 0)
