"""How sure a figure is: intervals for rates and differences, and a test for paired right and wrong. No library is needed for these."""

import math
import random
from collections.abc import Callable, Sequence
from typing import TypeVar

Interval = tuple[float, float]
T = TypeVar("T")

_Z95 = 1.959963984540054
_RESAMPLES = 2_000


def wilson(successes: int, tries: int) -> Interval | None:
    """The 95 % score interval of a rate (Wilson 1927): right for small counts and near 0 and 1. None without a try."""
    if not tries:
        return None
    rate, squared = successes / tries, _Z95**2
    middle = (rate + squared / (2 * tries)) / (1 + squared / tries)
    half = _Z95 / (1 + squared / tries) * math.sqrt(rate * (1 - rate) / tries + squared / (4 * tries**2))
    return max(0.0, middle - half), min(1.0, middle + half)


def bootstrap(items: Sequence[T], figure: Callable[[Sequence[T]], float], *, seed: int = 0) -> Interval | None:
    """The 95 % percentile interval of a figure, items drawn anew with replacement (Efron 1979). None of fewer than two items.

    For several trials of a question the item is the question with all its trials, as trials of one question are alike.
    """
    if len(items) < 2:
        return None
    drawing = random.Random(seed)  # noqa: S311  drawn anew the same way each time, so that the interval can be checked
    figures = sorted(figure(drawing.choices(items, k=len(items))) for _ in range(_RESAMPLES))
    return figures[round(0.025 * (_RESAMPLES - 1))], figures[round(0.975 * (_RESAMPLES - 1))]


def mcnemar(better: int, worse: int) -> float:
    """The exact two-sided p-value of so many changes to the better and to the worse, when both were as likely (McNemar 1947)."""
    changes = better + worse
    tail, ways = 0, 1
    for count in range(min(better, worse) + 1):
        tail += ways
        ways = ways * (changes - count) // (count + 1)
    return min(1.0, 2 * tail / (1 << changes))


def percentile(values: Sequence[float], share: float) -> float | None:
    """By linear interpolation between the two nearest. None of no values."""
    ranked = sorted(values)
    if not ranked:
        return None
    place = share * (len(ranked) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ranked) - 1)
    return ranked[low] + (ranked[high] - ranked[low]) * (place - low)


def mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
