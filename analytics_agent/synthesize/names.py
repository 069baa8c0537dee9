"""Names from the data that prose types instead of referring to them: found, so that what is said of them can be checked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from analytics_agent.synthesize.rows import Stored
from analytics_agent.synthesize.sentence import Mark, Mention, Place, Token, Word

LONGEST = 6
"""Words of one name."""
_SHORTEST = 4
"""Letters of a first word that stands for the whole name: "Southwest" for "Southwest Airlines Co."."""
_MOST_ROWS = 5_000


@dataclass(frozen=True)
class Names:
    stored: Stored

    @cached_property
    def _whole(self) -> dict[tuple[str, ...], list[Place]]:
        found: dict[tuple[str, ...], list[Place]] = {}
        for result, query in self.stored.results.queries.items():
            if result not in self.stored.results.tables or query.rows > _MOST_ROWS:
                continue
            for column in query.columns:
                if column.type != "text":
                    continue
                for row, cell in enumerate(self.stored.results.values(result, column.name)):
                    words = _words(cell)
                    if words and len(words) <= LONGEST:
                        found.setdefault(words, []).append(Place(result, row, column.name))
        return found

    @cached_property
    def _by_first(self) -> dict[str, list[Place]]:
        """First words that only one name has."""
        owners: dict[str, set[tuple[str, ...]]] = {}
        for words in self._whole:
            owners.setdefault(words[0], set()).add(words)
        return {first: self._whole[next(iter(names))] for first, names in owners.items() if len(names) == 1 and len(first) >= _SHORTEST}

    def mentioned(self, words: Sequence[Word | Mark]) -> Iterator[Token]:
        at = 0
        while at < len(words):
            length, places = self._at(words, at)
            if places:
                yield Mention(" ".join(word.text for word in words[at : at + length]), tuple(places))
                at += length
            else:
                yield words[at]
                at += 1

    def _at(self, words: Sequence[Word | Mark], at: int) -> tuple[int, list[Place]]:
        first = words[at]
        # A name is written with a capital, or with digits; "west of" is none.
        if not isinstance(first, Word) or not (first.text[0].isupper() or first.text[0].isdigit()):
            return 1, []
        for length in range(min(LONGEST, len(words) - at), 0, -1):
            said = tuple(word.folded for word in words[at : at + length] if isinstance(word, Word))
            if len(said) == length and (places := self._whole.get(said)):
                return length, places
        return 1, self._by_first.get(first.folded, [])


def _words(cell: object) -> tuple[str, ...]:
    return tuple(str(cell).casefold().replace(".", " ").replace(",", " ").split()[: LONGEST + 1]) if cell is not None else ()
