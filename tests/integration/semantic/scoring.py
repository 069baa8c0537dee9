"""Is a result the right one? Any order of rows and columns, floats within 1e-4 relative, extra columns allowed."""

import math
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import permutations
from typing import Any

Row = Sequence[Any]
RELATIVE = 1e-4


def same(found: Sequence[Row], gold: Sequence[Row]) -> bool:
    """Some choice and order of the found columns makes the rows equal to the gold's."""
    if len(found) != len(gold):
        return False
    if not gold:
        return True
    width = len(gold[0])
    return any(_equal([[row[i] for i in places] for row in found], gold) for places in permutations(range(len(found[0])), width))


def _equal(found: Iterable[Row], gold: Iterable[Row]) -> bool:
    left, right = (sorted((tuple(map(_plain, row)) for row in rows), key=_key) for rows in (found, gold))
    return all(_close(a, b) for x, y in zip(left, right, strict=True) for a, b in zip(x, y, strict=True))


def _plain(value: Any) -> Any:
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float | Decimal):
        return float(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


def _key(row: tuple[Any, ...]) -> tuple[tuple[str, Any], ...]:
    """Sorts mixed rows; floats by six digits, so that rounding noise does not change the order."""
    return tuple((type(v).__name__, f"{v:+.5e}" if isinstance(v, float) else str(v)) for v in row)


def _close(a: Any, b: Any) -> bool:
    if isinstance(a, float) and isinstance(b, float):
        return math.isclose(a, b, rel_tol=RELATIVE, abs_tol=1e-12)
    return bool(a == b)
