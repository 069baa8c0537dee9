"""What every chart of a report has: the frame it is drawn for, its words, and what it says of rows that it leaves out."""

import math
from dataclasses import dataclass
from datetime import date
from typing import Any

from analytics_agent.domain.evidence import ResultColumn
from analytics_agent.report.bars import Bar
from analytics_agent.report.document import Chart
from analytics_agent.report.numbers import count, is_number, units
from analytics_agent.report.themes import Theme, theme

FULL, SIDE, NARROW = 640.0, 440.0, 380.0
"""Pixels: the whole text width of the page, the column beside the evidence, a telephone."""
MOST_BARS = 20


@dataclass(frozen=True)
class Frame:
    """What a chart is drawn for: its width, its look, and the day after which periods are still open. Charts that stand beside
    their evidence have the width `side`. `said` is what the answer says, the most telling first: who it names is the subject;
    `told` are the results and columns of its figures."""

    width: float = FULL
    until: date | None = None
    look: Theme | None = None
    side: float = SIDE
    said: tuple[str, ...] = ()
    told: frozenset[tuple[str, str]] = frozenset()

    @property
    def theme(self) -> Theme:
        return self.look or theme()


def described(kind: str, measure: ResultColumn, subtitle: str, alt: str, bars: list[Bar], drawing: dict[str, Any]) -> Chart:
    """A chart of bars with its words: the measure, unit and population, and one sentence that lists the largest."""
    return Chart(kind, measure.label, sentence(subtitle, unit_words(measure)), f"{alt}: {_listed(bars)}.", drawing, bars=_told(bars))


def drawable(value: Any) -> bool:
    return is_number(value) and math.isfinite(value)


def unit_words(column: ResultColumn) -> str:
    before, after = units(column)
    return {"%": "percent", "min": "minutes", "mi": "miles", "h": "hours", "s": "seconds"}.get(after, after) or before


def sentence(*parts: str) -> str:
    """Parts as short sentences: "By carrier. Minutes." """
    return " ".join(f"{part[:1].upper()}{part[1:]}." for part in parts if part)


def _listed(bars: list[Bar], most: int = 5) -> str:
    named = ", ".join(_told(bars[:most]))
    return f"{named} and {len(bars) - most} more" if len(bars) > most else named


def _told(bars: list[Bar]) -> tuple[str, ...]:
    return tuple(f"{bar.name} {bar.value}" for bar in bars)


def left_out(beyond: int, empty: int, lacking: str = "a value") -> tuple[str, ...]:
    """What a chart does not show, and why."""
    notes = (
        f"{count(beyond, 'more is', 'more are')} in the table." if beyond else "",
        f"{count(empty, 'is', 'are')} left out for lack of {lacking}." if empty else "",
    )
    return tuple(note for note in notes if note)
