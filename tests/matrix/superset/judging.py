"""Whether what we gave somebody is what Superset gives that person. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

Row = tuple[Any, ...]
Mark = Literal["equal", "strictest", "fewer", "looser", "needless", "refused", "LEAK"]


@dataclass(frozen=True)
class Told:
    """What one way gives: `rows` in the order of their values, None for a refusal."""

    rows: tuple[Row, ...] | None
    why: str = ""


@dataclass(frozen=True)
class Cell:
    """One person and one statement: what we gave, and what the ways of Superset gave, SQL Lab first."""

    mark: Mark
    ours: Told
    ways: tuple[Told, ...]

    @property
    def given(self) -> tuple[tuple[Row, ...], ...]:
        return tuple(way.rows for way in self.ways if way.rows is not None)


def judged(ours: Told, ways: Sequence[Told], *, counts: bool = False) -> Cell:
    """A way that refuses is no other opinion on the rows: the right to the way may lack, not that to the rows.

    `equal`: all ways and we give the same rows. `strictest`: as one of them, and no row more than any. `fewer`: less than all.
    `looser`: no row more than one of them, but than another. `needless`: we refuse what Superset gives. `refused`: nobody gives rows.
    `LEAK`: a row that no way gives.
    """
    given = [way.rows for way in ways if way.rows is not None]
    return Cell(_mark(ours.rows, given, counts), ours, tuple(ways))


def _mark(ours: Sequence[Row] | None, given: Sequence[Sequence[Row]], counts: bool) -> Mark:
    if ours is None:
        return "needless" if given else "refused"
    inside = [within(ours, rows, counts=counts) for rows in given]
    if not any(inside):
        return "LEAK"
    if not all(inside):
        return "looser"
    same = [ours == rows for rows in given]
    return "equal" if all(same) else "strictest" if any(same) else "fewer"


def within(some: Sequence[Row], all_rows: Sequence[Row], *, counts: bool = False) -> bool:
    """Whether no row is too many. Where rows are counted, no count is too high, and nothing is counted that is not there."""
    if not counts:
        return not Counter(some) - Counter(all_rows)
    most = {row[:-1]: row[-1] for row in all_rows}
    return all(row[:-1] in most and row[-1] <= most[row[:-1]] for row in some)
