"""Figures of one claim that would look the same and are not get as many more digits as tell them apart."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from analytics_agent.domain.evidence import ResultColumn
from analytics_agent.synthesize.evaluate import Value
from analytics_agent.synthesize.format import show
from analytics_agent.synthesize.references import BadReference

MOST_DIGITS = 3
"""Beyond those shown anyway; values that are still alike then differ by noise."""


def told_apart(values: Sequence[Value | BadReference]) -> list[Value | BadReference]:
    """The same values; the columns of those that look alike ask for more decimals. What has no value stays what it is."""
    told = list(values)
    groups: dict[tuple[str, str, str | None], list[int]] = {}
    for place, value in enumerate(values):
        if isinstance(value, Value) and isinstance(value.cell, Fraction) and not value.is_rank and value.column.format != "text":
            shown = show(value.cell, value.column)
            groups.setdefault((shown.figure, value.column.format, shown.unit), []).append(place)
    for (figure, _, _), places in groups.items():
        alike = [value for place in places if isinstance(value := values[place], Value)]
        if len({value.cell for value in alike}) > 1:
            more = _more(alike, len(figure.partition(".")[2]))
            for place, value, column in zip(places, alike, more, strict=True):
                told[place] = replace(value, column=column)
    return told


def _more(alike: Sequence[Value], decimals: int) -> list[ResultColumn]:
    columns = [value.column for value in alike]
    exact = len({value.cell for value in alike})
    for digits in range(decimals + 1, decimals + 1 + MOST_DIGITS):
        finer = [replace(column, decimals=digits) for column in columns]
        if len({show(value.cell, column).figure for value, column in zip(alike, finer, strict=True)}) == exact:
            return finer
    return columns
