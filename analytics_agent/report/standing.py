"""Which bar of a ranking carries the accent: the one that the answer is about; and which rest on too few records to carry it."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from analytics_agent.domain.evidence import Query
from analytics_agent.domain.run import Run
from analytics_agent.domain.small_groups import is_count, passed_over
from analytics_agent.report.numbers import full, is_number
from analytics_agent.report.shape import Field, Shape, shape_of

if TYPE_CHECKING:
    import pyarrow as pa

SHORTEST_NAME = 3
"""Characters from which on a name is looked for in prose; a shorter one would be found in any sentence."""
_MOST_SAID = 3


def said_of(run: Run) -> tuple[str, ...]:
    """What the answer says, the most telling first."""
    answer = run.answer
    return (answer.headline, *(text for claim in answer.claims for text in (claim.heading, claim.text))) if answer else ()


def told_of(run: Run) -> frozenset[tuple[str, str]]:
    """Results with the columns of which the answer tells figures."""
    figures = (figure for claim in run.answer.claims for figure in claim.figures) if run.answer else ()
    return frozenset((figure.result, figure.column) for figure in figures if figure.column)


def told_first(shape: Shape, result: str, told: Collection[tuple[str, str]]) -> Shape:
    """The measure that the answer speaks of leads: of population, area and their ratio, the ratio."""
    return replace(shape, measures=tuple(sorted(shape.measures, key=lambda field: (result, field.column.name) not in told)))


def few_records(query: Query, table: "pa.Table", name: str, measure: str) -> Mapping[Any, str]:
    """Rows whose mean or share rests on few records, by name, with how many: "6 departures". Nobody knows where rows are missing."""
    shape = shape_of(query, table)
    named, weight = shape.field(name), _weight(shape, measure)
    if named is None or weight is None or query.truncated or named.distinct < shape.rows:
        return {}
    weights = [float(value) if is_number(value) else 0.0 for value in weight.values]
    return {named.values[row]: full(weight.values[row], weight.column, 0) for row in sorted(passed_over(weights))}


def _weight(shape: Shape, measure: str) -> Field | None:
    """The number of records behind each row, fetched with its mean or share."""
    measured = shape.field(measure)
    if measured is None or is_count(measured.column.type, measured.column.unit):
        return None
    return next((one for one in shape.measures if one is not measured and is_count(one.column.type, one.column.unit)), None)


def subject(names: Sequence[str], said: Sequence[str], few: Collection[int]) -> int:
    """The place of the first name that is spoken of, else of the leader. Rows with few records are no subject where the same words speak
    of others too."""
    able = [place for place in range(len(names)) if place not in few] or list(range(len(names)))
    for text in said:
        for places in (able, sorted(few)):
            found = [(at, -len(names[place]), place) for place in places if (at := _place_in(text, names[place])) is not None]
            if found:
                return min(found)[2]
    return able[0]


def _place_in(text: str, name: str) -> int | None:
    is_short = len(name) < SHORTEST_NAME
    if name.isdigit() or (is_short and not (len(name) > 1 and name.isupper())):
        return None
    found = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.NOFLAG if is_short else re.IGNORECASE)  # IT, and no "it"
    return found.start() if found else None


def told_few(few: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """ "Far fewer records stand behind SkyWest (6 departures) and 2 more." """
    if not few:
        return ()
    listed = ", ".join(f"{name} ({behind})" for name, behind in few[:_MOST_SAID])
    more = f" and {len(few) - _MOST_SAID} more" if len(few) > _MOST_SAID else ""
    return (f"Far fewer records stand behind {listed}{more}.",)
