"""Prose as the checks read it: words, marks, and what stands for a name, a date or a figure of the results, clause by clause."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from analytics_agent.synthesize.evaluate import Value
from analytics_agent.synthesize.references import Call, Cells, Expression

_TOKEN = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\d[\d.,]*|[^\w\s]")
_ENDS = frozenset(".!?")
_BREAKS = frozenset(",;:()–—") | _ENDS
_JOINS = frozenset(["while", "whereas", "but", "although", "though", "aber", "während", "jedoch", "sondern"])
_SIZES = frozenset(
    [
        "large",
        "larger",
        "big",
        "bigger",
        "major",
        "small",
        "smaller",
        "große",
        "großen",
        "größere",
        "größeren",
        "kleine",
        "kleinen",
        "kleineren",
    ]
)
_AMONG = frozenset(["among", "amongst", "of", "unter", "von"])
_WITH = frozenset(["with", "having", "above", "over", "below", "mit", "über", "unter"])


@dataclass(frozen=True)
class Word:
    text: str

    @property
    def folded(self) -> str:
        return self.text.casefold()


@dataclass(frozen=True)
class Mark:
    text: str


@dataclass(frozen=True)
class Place:
    """A cell that prose names."""

    result: str
    row: int
    column: str


@dataclass(frozen=True)
class Slot:
    """A reference with its value."""

    value: Value
    expression: Expression
    source: str

    @property
    def is_name(self) -> bool:
        """A name, a date, or a number that names a row, such as an hour."""
        return isinstance(self.expression, Cells) and (isinstance(self.value.cell, (str, date)) or self._is_key)

    @property
    def _is_key(self) -> bool:
        return isinstance(self.expression, Cells) and bool(self.value.column.dimension) and isinstance(self.value.cell, Fraction)

    @property
    def is_figure(self) -> bool:
        return isinstance(self.value.cell, Fraction) and not self._is_key

    @property
    def is_cell(self) -> bool:
        """A figure that is one stored cell."""
        return self.is_figure and isinstance(self.expression, Cells) and self.value.row is not None

    @property
    def function(self) -> str:
        return self.expression.function if isinstance(self.expression, Call) else ""

    @property
    def value_cells(self) -> tuple[Cells, ...]:
        """The cells that a function is applied to, where all its arguments are cells."""
        arguments = self.expression.arguments if isinstance(self.expression, Call) else ()
        cells = tuple(argument for argument in arguments if isinstance(argument, Cells))
        return cells if len(cells) == len(arguments) else ()

    @property
    def places(self) -> tuple[Place, ...]:
        value = self.value
        return () if value.row is None or value.name is None else (Place(value.result, value.row, value.name),)


@dataclass(frozen=True)
class Mention:
    """A name from the data that was typed. It may stand in several results."""

    text: str
    places: tuple[Place, ...]
    is_name: bool = True
    is_figure: bool = False


Token = Word | Mark | Slot | Mention
Name = Slot | Mention


@dataclass(frozen=True)
class Sentence:
    """The tokens between two full stops. `question` is what was asked, in small letters, with how it was read. A heading is so short
    that its words do not tell which column it speaks of."""

    tokens: tuple[Token, ...]
    language: str
    question: str = ""
    is_heading: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(token.folded for token in self.tokens if isinstance(token, Word))

    @property
    def names(self) -> tuple[Name, ...]:
        return tuple(token for token in self.tokens if isinstance(token, (Slot, Mention)) and token.is_name)

    @property
    def figures(self) -> tuple[Slot, ...]:
        return tuple(token for token in self.tokens if isinstance(token, Slot) and token.is_figure)

    @property
    def of_part(self) -> bool:
        """Whether it speaks of a part of the rows that it describes in words: the larger ones, those with more than so many."""
        words = set(self.words)
        return bool(_SIZES & words) or bool(_AMONG & words and _WITH & words)

    def word(self, at: int) -> str:
        """The word at a place in small letters; empty for anything else, or outside of the sentence."""
        token = self.tokens[at] if 0 <= at < len(self.tokens) else None
        return token.folded if isinstance(token, Word) else ""

    def clause(self, at: int) -> range:
        """The places between the breaks around one place."""
        start, end = at, at
        while start > 0 and not _breaks(self.tokens[start - 1]):
            start -= 1
        while end < len(self.tokens) - 1 and not _breaks(self.tokens[end + 1]):
            end += 1
        return range(start, end + 1)

    def names_in(self, places: range) -> tuple[Name, ...]:
        return tuple(token for at in places if isinstance(token := self.tokens[at], (Slot, Mention)) and token.is_name)

    def figures_in(self, places: range) -> tuple[Slot, ...]:
        return tuple(token for at in places if isinstance(token := self.tokens[at], Slot) and token.is_figure)


def _breaks(token: Token) -> bool:
    return (isinstance(token, Mark) and token.text in _BREAKS) or (isinstance(token, Word) and token.folded in _JOINS)


def tokens(text: str) -> Iterator[Word | Mark]:
    for match in _TOKEN.finditer(text):
        found = match.group()
        yield Word(found) if found[0].isalnum() else Mark(found)


def sentences(parts: Sequence[Token], language: str, question: str, is_heading: bool = False) -> Iterator[Sentence]:
    """Split at full stops; "U.S." splits too early, which loses a connection and invents none."""
    gathered: list[Token] = []
    for token in parts:
        if isinstance(token, Mark) and token.text in _ENDS:
            yield Sentence(tuple(gathered), language, question, is_heading)
            gathered = []
        else:
            gathered.append(token)
    if gathered:
        yield Sentence(tuple(gathered), language, question, is_heading)
