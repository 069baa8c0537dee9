"""Shown figures that visibly disagree: 18.3 and 13.4 beside a difference of 5.0, which unrounded is 4.954."""

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import combinations

from analytics_agent.domain.answer import Figure
from analytics_agent.domain.month_names import ENGLISH
from analytics_agent.synthesize.large import power_of
from analytics_agent.synthesize.locale import in_english

CAVEAT = "Differences are computed from unrounded values, so a rounded one can differ in its last digit from what the rounded figures give."
_NUMERAL = re.compile(r"([-−]?)[$€£¥₹]?(\d[\d,]*(?:\.\d+)?)(?:[ \u00a0](?!×)|%|$)")
_EXACT = 1e-9
_SIGNS = ((-1, -1), (-1, 1), (1, -1), (1, 1))


def disagrees(figures: Sequence[Figure], language: str = ENGLISH) -> bool:
    """Whether three figures of a claim add up unrounded, and do not as they are shown."""
    pairs = [pair for figure in figures if (pair := _numbers(figure, language)) is not None]
    return any(_adds_up_unseen(*three) for three in combinations(pairs, 3))


def _adds_up_unseen(*three: tuple[float, Decimal]) -> bool:
    exact, shown = zip(*three, strict=True)
    largest = max(abs(value) for value in exact)
    return largest > 0 and any(
        abs(exact[0] + a * exact[1] + b * exact[2]) <= _EXACT * largest and shown[0] + a * shown[1] + b * shown[2] != 0 for a, b in _SIGNS
    )


def _numbers(figure: Figure, language: str) -> tuple[float, Decimal] | None:
    """The unrounded value on the scale on which it is shown, and what is shown; None for what is no plain number."""
    match = _NUMERAL.match(in_english(figure.shown, language))
    if match is None or isinstance(figure.value, (bool, str)) or figure.value is None:
        return None
    shown = Decimal(f"{'-' if match[1] else ''}{match[2].replace(',', '')}")
    scale = power_of(following[0]) if (following := figure.shown[match.end(2) :].split()) else 0
    return float(figure.value) * (100 if figure.unit == "%" else 1), shown * 10**scale
