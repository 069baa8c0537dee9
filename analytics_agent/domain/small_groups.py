"""When a mean or a share rests on too few records to lead a list: one rule for answers, for what is looked up, and for what changed.

Owns the numbers and who is passed over; what is said of it is said where the sentences are.
"""

from collections.abc import Sequence

FEW = 0.2
"""A row with less than this part of the average row's weight is too small to lead by its mean or share."""
MANY = 1000
"""So many records are enough for any row."""
FEWEST = 30
"""So few records behind a mean or a share are said to be few, whatever stands behind the other rows."""
FEWEST_ROWS = 4
"""Of fewer rows none is small: there is no average to speak of."""
FEWEST_LARGER = 3
"""Only where so many larger rows remain is a smaller one passed over."""

_MEASURES = frozenset(("min", "mi", "mph", "km", "h", "s", "in", "°F", "°C", "%", "USD", "EUR"))
"""Units of measure; any other unit names a thing that is counted."""


def is_count(kind: str, unit: str | None) -> bool:
    """Whether a column of this type and unit is a number of things."""
    return kind == "integer" and bool(unit) and unit not in _MEASURES


def small_rows(weights: Sequence[float]) -> frozenset[int]:
    """Places of the rows with far fewer records behind them than the average row. The weights are of all rows there are."""
    if len(weights) < FEWEST_ROWS:
        return frozenset()
    least = min(FEW * sum(weights) / len(weights), MANY)
    return frozenset(place for place, weight in enumerate(weights) if weight < least)


def passed_over(weights: Sequence[float]) -> frozenset[int]:
    """Rows that may not lead: the small ones, where enough larger ones remain."""
    small = small_rows(weights)
    return small if len(weights) - len(small) >= FEWEST_LARGER else frozenset()
