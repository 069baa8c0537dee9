"""What is said of a database beside its catalog, as plain texts to search in: other names of tables and columns, and values they hold.

Where the texts come from (a semantic model, kept profiles), and whether they may be seen, is their makers' business.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Generic, NamedTuple, TypeVar

from analytics_agent.catalog.words import NOT_SEARCHED, split
from analytics_agent.domain.catalog import TableName
from analytics_agent.domain.profile import TableProfile

Name = TypeVar("Name")
LONGEST_VALUE = 6
"""Words of a value that are looked for in a question."""
_SHORTEST_MISSPELLED = 5
"""Letters. In a shorter word one wrong letter makes another word."""
_MOST_MISSPELLED = 4
_CLOSE = 86
"""Of 100: as alike as a misspelled value must be."""


@dataclass(frozen=True)
class SaidOfTable:
    """`called` are other names of the table, `columns` other names of its columns, `about` descriptions of either, and `values` the
    stored values of columns, each with the words that people use for it."""

    called: tuple[str, ...] = ()
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    about: tuple[str, ...] = ()
    values: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Said:
    tables: Mapping[TableName, SaidOfTable] = field(default_factory=dict)


def values_of(profile: TableProfile) -> dict[str, dict[str, tuple[str, ...]]]:
    """The values that a profile knows its columns to hold."""
    return {column.name: {value: () for value, _ in column.common} for column in profile.columns if column.common}


class Holder(NamedTuple, Generic[Name]):
    """A place that holds a value: a column of a table, or of whatever else has values. A large catalog has a hundred thousand."""

    name: Name
    column: str
    value: str


class Values(Generic[Name]):
    """Stored values by the words of them, to be found in a question whole: "New York" is not found in "new customers"."""

    def __init__(self, held: Iterable[tuple[Name, Mapping[str, Mapping[str, tuple[str, ...]]]]]) -> None:
        self._holders: dict[tuple[str, ...], dict[Holder[Name], None]] = defaultdict(dict)
        unsaid = frozenset(split(NOT_SEARCHED))
        for name, columns in held:
            for column, values in columns.items():
                for value, words in values.items():
                    for text in (value, *words):
                        key = split(text[:200])
                        if 0 < len(key) <= LONGEST_VALUE and len(text) > 1 and not unsaid.issuperset(key):
                            self._holders[key][Holder(name, column, value)] = None

    def found(self, text: str, strange: Iterable[str] = ()) -> Iterator[tuple[tuple[str, ...], tuple[Holder[Name], ...]]]:
        """Values that the text has, the longest first at each place, with the words of it; then those that it may have misspelled, by its
        `strange` words: those that nothing is called by."""
        if not self._holders:
            return
        words, at, found = split(text), 0, set()
        while at < len(words):
            size = next((n for n in range(min(LONGEST_VALUE, len(words) - at), 0, -1) if words[at : at + n] in self._holders), 0)
            if size:
                found |= {*words[at : at + size]}
                yield words[at : at + size], tuple(self._holders[words[at : at + size]])
            at += size or 1
        misspelled = [word for word in strange if len(word) >= _SHORTEST_MISSPELLED and word.isalpha() and word not in found]
        for word in misspelled[:_MOST_MISSPELLED]:
            if near := self._nearest(word):
                yield (word,), tuple(self._holders[near])

    def _nearest(self, word: str) -> tuple[str, ...] | None:
        from rapidfuzz import process  # late: few questions hold a word that nothing is called by
        from rapidfuzz.fuzz import ratio

        best = process.extractOne(word, self._single, scorer=ratio, score_cutoff=_CLOSE)
        return (best[0],) if best else None

    @cached_property
    def _single(self) -> list[str]:
        return [key[0] for key in self._holders if len(key) == 1]
