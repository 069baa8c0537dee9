"""Student's t distribution for whole degrees of freedom: what an interval around a slope needs, without SciPy."""

import math


def within(t: float, freedom: int) -> float:
    """The probability that |T| is below `t`. Abramowitz and Stegun (1964), 26.7.3 and 26.7.4: exact finite series."""
    angle = math.atan(t / math.sqrt(freedom))
    sine, cosine = math.sin(angle), math.cos(angle)
    odd = freedom % 2
    term = cosine if odd else 1.0
    total = term if freedom > 1 else 0.0
    for step in range(3 if odd else 2, freedom - 1, 2):
        term *= cosine * cosine * (step - 1) / step
        total += term
    return 2 / math.pi * (angle + sine * total) if odd else sine * total


def quantile_95(freedom: int) -> float:
    """The t with 95 % of the distribution between −t and t (2.228 for 10 degrees of freedom), by bisection."""
    low, high = 0.0, 13.0
    while high - low > 1e-12 * high:
        middle = (low + high) / 2
        if within(middle, freedom) < 0.95:
            low = middle
        else:
            high = middle
    return high
