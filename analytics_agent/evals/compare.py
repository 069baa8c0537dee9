"""Is a result the right one? Decided by its rows, not by its SQL.

The rule is that of execution accuracy (Zhong, Yu, Klein: "Semantic Evaluation for Text-to-SQL with Distilled Test Suites", EMNLP
2020, section 3) as the sql-eval suite of Defog (2023) widens it for people's questions: rows and columns in any order, names of columns
do not count, columns that were not asked for are allowed. Rows that are there twice count twice. Numbers with fractions are equal
within 1e-4 of the larger one; columns of whole numbers are equal exactly, so that a count may not be off by one. Where order was asked
for, the values that the rows are ordered by must come in the same order; rows that tie in them may stand in any.

Columns are chosen row by row, not each by itself: with two columns swapped in some rows every column still holds the right values
and the result is wrong. The choice is a backtracking search that checks the rows with each column that it adds.
"""

import math
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field

from analytics_agent.evals.cells import Cell, Column, Grid

RELATIVE = 1e-4
ABSOLUTE = 1e-9
"""For numbers around zero, where a relative tolerance is none."""
_WORK = 40_000_000
"""Cells looked at before we give up: some twenty seconds."""

Pair = tuple[Column, Column]
Vector = tuple[float, ...]
Spend = Callable[[int], None]
"""Is told how many cells were looked at; raises when it is too much."""


class TooMuchToCompare(Exception):
    """Wide results whose columns are so alike that the right choice of columns was not found within the work we do for it."""


def same(found: Grid, gold: Grid, *, by: Sequence[int] | None = None) -> bool:
    """Whether `found` holds the gold's rows. `by`: the places of the gold's columns whose order counts; None where none does.

    Two results without rows are the same when `found` has columns enough. Raises TooMuchToCompare.
    """
    if found.height != gold.height or len(found.columns) < len(gold.columns):
        return False
    return not gold.height or _Search(found.columns, gold.columns, tuple(by or ())).succeeds()


@dataclass
class _Search:
    """Which found column is which of the gold's."""

    found: Sequence[Column]
    gold: Sequence[Column]
    by: tuple[int, ...]
    work: int = field(default_factory=lambda: _WORK)
    chosen: dict[int, int] = field(default_factory=dict)

    def succeeds(self) -> bool:
        candidates = [[at for at, column in enumerate(self.found) if self._alike((wanted, column))] for wanted in self.gold]
        if not all(candidates):
            return False
        # The least choice first, then the column that tells rows apart best: wrong turns show early.
        order = sorted(range(len(self.gold)), key=lambda at: (len(candidates[at]), -len(set(self.gold[at].cells))))
        return self._extend(order, candidates)

    def _extend(self, order: Sequence[int], candidates: Sequence[Sequence[int]]) -> bool:
        if len(self.chosen) == len(order):
            return self._is_ordered()
        wanted = order[len(self.chosen)]
        tried: set[Column] = set()
        for at in candidates[wanted]:
            if at in self.chosen.values() or self.found[at] in tried:
                continue
            tried.add(self.found[at])
            self.chosen[wanted] = at
            if self._rows_agree() and self._extend(order, candidates):
                return True
            del self.chosen[wanted]
        return False

    def _alike(self, pair: Pair) -> bool:
        """Whether the two hold the same values, in any order."""
        self._spend(len(pair[0].cells))
        return _rows_match([pair], self._spend)

    def _rows_agree(self) -> bool:
        pairs = [(self.gold[wanted], self.found[at]) for wanted, at in self.chosen.items()]
        if len(pairs) == 1:
            return True  # it is a candidate
        self._spend(len(pairs) * len(pairs[0][0].cells))
        return _rows_match(pairs, self._spend)

    def _is_ordered(self) -> bool:
        pairs = [(self.gold[at], self.found[self.chosen[at]]) for at in self.by]
        return all(_cell_match(a, b, loose=_is_loose(pair)) for pair in pairs for a, b in zip(pair[0].cells, pair[1].cells, strict=True))

    def _spend(self, cells: int) -> None:
        self.work -= cells
        if self.work < 0:
            raise TooMuchToCompare


def _is_loose(pair: Pair) -> bool:
    return pair[0].fractional or pair[1].fractional


def _cell_match(a: Cell, b: Cell, *, loose: bool) -> bool:
    if loose and isinstance(a, int | float) and isinstance(b, int | float):
        return close(a, b)
    return a == b


def close(a: float, b: float) -> bool:
    return math.isclose(a, b, rel_tol=RELATIVE, abs_tol=ABSOLUTE)


def _rows_match(pairs: Sequence[Pair], spend: Spend) -> bool:
    """Whether the rows of the two sides, over these columns, are the same multiset."""
    loose = [_is_loose(pair) for pair in pairs]
    if not any(loose):
        return _rows(pairs, 0) == _rows(pairs, 1)
    ours, theirs = (_grouped(pairs, loose, side) for side in (0, 1))
    if ours.keys() != theirs.keys() or any(len(ours[key]) != len(theirs[key]) for key in ours):
        return False
    return all(_vectors_match(ours[key], theirs[key], spend) for key in ours)


def _rows(pairs: Sequence[Pair], side: int) -> Counter[tuple[Cell, ...]]:
    return Counter(zip(*(pair[side].cells for pair in pairs), strict=True))


def _grouped(pairs: Sequence[Pair], loose: Sequence[bool], side: int) -> dict[Hashable, list[Vector]]:
    """The rows by what must be equal exactly; of each its numbers that need not."""
    groups: dict[Hashable, list[Vector]] = {}
    for row in zip(*(pair[side].cells for pair in pairs), strict=True):
        near = [is_loose and isinstance(value, int | float) for is_loose, value in zip(loose, row, strict=True)]
        key = tuple("≈" if is_near else value for is_near, value in zip(near, row, strict=True))
        vector = tuple(float(value) for is_near, value in zip(near, row, strict=True) if is_near)
        groups.setdefault(key, []).append(vector)
    return groups


def _vectors_match(ours: list[Vector], theirs: list[Vector], spend: Spend) -> bool:
    """Whether each of ours can be paired with one of theirs that is near in every place.

    Sorted pairing finds it where there is one place, as nearness keeps order; with more places it nearly always does.
    """
    if all(_near(a, b) for a, b in zip(sorted(ours), sorted(theirs), strict=True)):
        return True
    return len(ours[0]) > 1 and _paired(ours, sorted(theirs), spend)


def _near(a: Vector, b: Vector) -> bool:
    return all(map(close, a, b))


def _paired(ours: list[Vector], theirs: list[Vector], spend: Spend) -> bool:
    """A perfect matching by augmenting paths (Kuhn), each of ours looking only at those of theirs near in the first place."""
    firsts = [vector[0] for vector in theirs]
    reach = []
    for vector in ours:
        window = _window(firsts, vector[0])
        spend(len(window))
        reach.append([at for at in window if _near(vector, theirs[at])])
    partner: dict[int, int] = {}
    return all(_augmented(start, reach, partner, spend) for start in range(len(ours)))


def _augmented(start: int, reach: Sequence[Sequence[int]], partner: dict[int, int], spend: Spend) -> bool:
    """Give `start` a partner, moving others where needed. Depth first without recursion: a path may be as long as the result."""
    seen: set[int] = set()
    path: list[tuple[int, int]] = []
    stack = [(start, iter(reach[start]))]
    while stack:
        mine, options = stack[-1]
        spend(1)
        at = next((each for each in options if each not in seen), None)
        if at is None:
            stack.pop()
            del path[-1:]
            continue
        seen.add(at)
        path.append((mine, at))
        if at not in partner:
            partner.update({taken: owner for owner, taken in path})
            return True
        stack.append((partner[at], iter(reach[partner[at]])))
    return False


def _window(firsts: Sequence[float], value: float) -> range:
    slack = 2 * max(RELATIVE * abs(value), ABSOLUTE)
    return range(bisect_left(firsts, value - slack), bisect_right(firsts, value + slack))
