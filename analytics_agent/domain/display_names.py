"""Columns that say the same twice: a code beside its display name, a season beside its month. Told from the rows themselves."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations
from typing import Any

from analytics_agent.domain.evidence import ResultColumn

_NAMES = ("name", "title", "label")
_MANY = 4
"""Values from which on two columns that pair off do so hardly by chance."""
_CODES = ("id", "code", "key", "number", "no", "zip")


@dataclass(frozen=True)
class Dimension:
    """A column that tells rows apart, with its values. `ordered`: a time, an hour, a month."""

    column: ResultColumn
    values: Sequence[Any]
    ordered: bool = False

    @property
    def name(self) -> str:
        return self.column.name


def display_names(dimensions: Sequence[Dimension]) -> dict[str, str]:
    """Code column → name column, where every code has one name and every name one code, in two rows or more."""
    found: dict[str, str] = {}
    for one, other in combinations([dimension for dimension in dimensions if not dimension.ordered], 2):
        if _decides(one, other) and _decides(other, one) and len(_keys(one)) > 1 and (pair := _code_and_name(one, other)):
            found.setdefault(pair[0].name, pair[1].name)
    return found


def implied(dimensions: Sequence[Dimension]) -> frozenset[str]:
    """Columns that another one decides, row by row: of "July" and "summer", "summer"; of two that decide each other, the later."""
    gone: set[str] = set()
    for one, other in permutations(dimensions, 2):
        later = dimensions.index(other) > dimensions.index(one)
        if not gone & {one.name, other.name} and _decides(one, other) and (later or not _decides(other, one)):
            gone.add(other.name)
    return frozenset(gone)


def shown_for(values: Sequence[Any], names: Sequence[Any]) -> Mapping[Hashable, Any]:
    """What stands for each value of a column: the value beside it in the other."""
    return {_key(value): name for value, name in zip(values, names, strict=True)}


def _decides(one: Dimension, other: Dimension) -> bool:
    return len(set(zip(map(_key, one.values), map(_key, other.values), strict=True))) == len(_keys(one))


def _keys(dimension: Dimension) -> set[Hashable]:
    return set(map(_key, dimension.values))


def _key(value: Any) -> Hashable:
    return value if isinstance(value, Hashable) else repr(value)


def _code_and_name(one: Dimension, other: Dimension) -> tuple[Dimension, Dimension] | None:
    """Which is which: by what the columns are called, else by how their values look. None where nothing tells."""
    looks = (_reads_as_a_name,) if len(_keys(one)) >= _MANY else ()
    for tell in (_is_called_a_name, _is_no_code, *looks):
        if tell(one) != tell(other):
            return (other, one) if tell(one) else (one, other)
    return None


def _is_called_a_name(dimension: Dimension) -> bool:
    return dimension.column.type == "text" and _last_word(dimension) in _NAMES


def _is_no_code(dimension: Dimension) -> bool:
    return dimension.column.type == "text" and _last_word(dimension) not in _CODES


def _reads_as_a_name(dimension: Dimension) -> bool:
    """Most of its values hold small letters or blanks: "La Guardia", and not "LGA"."""
    words = [value for value in dimension.values if isinstance(value, str) and value.strip()]
    return sum(any(sign.islower() or sign == " " for sign in word.strip()) for word in words) * 2 > len(words)


def _last_word(dimension: Dimension) -> str:
    return dimension.name.lower().rpartition("_")[2]
