"""An ordinary least squares line through points, with an honest uncertainty of its slope. Plain mathematics, no tables."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from analytics_agent.analyze.student import quantile_95

ENOUGH_FOR_HAC = 20
"""Below this many points the Newey–West estimate is too small more often than it helps."""


@dataclass(frozen=True)
class Slope:
    """Change per step, its standard error and the 95 % interval. `robust`: by Newey–West, else for independent deviations."""

    value: float
    intercept: float
    error: float
    low: float
    high: float
    robust: bool


def fit(places: Sequence[int], values: Sequence[float]) -> Slope:
    """The line through at least three points at different places, given in their order."""
    n = len(places)
    center, level = math.fsum(places) / n, math.fsum(values) / n
    spread = math.fsum((x - center) ** 2 for x in places)
    slope = math.fsum((x - center) * (y - level) for x, y in zip(places, values, strict=True)) / spread
    residuals = [y - level - slope * (x - center) for x, y in zip(places, values, strict=True)]
    robust = n >= ENOUGH_FOR_HAC
    scores = [(x - center) * residual for x, residual in zip(places, residuals, strict=True)]
    variance = _newey_west(scores) / spread**2 if robust else math.fsum(residual**2 for residual in residuals) / spread / n
    error = math.sqrt(max(variance, 0.0) * n / (n - 2))
    reach = quantile_95(n - 2) * error
    return Slope(slope, level - slope * center, error, slope - reach, slope + reach, robust)


def _newey_west(scores: Sequence[float]) -> float:
    """Newey and West (1987), Bartlett weights, lag 4·(n/100)^(2/9) as they advise in 1994."""
    n = len(scores)
    lags = int(4 * (n / 100) ** (2 / 9))
    total = math.fsum(score * score for score in scores)
    for lag in range(1, lags + 1):
        covariance = math.fsum(a * b for a, b in zip(scores[lag:], scores, strict=False))
        total += 2 * (1 - lag / (lags + 1)) * covariance
    return total
