"""The small language of references: text such as difference(r1[1].delay, r1[0].delay) becomes a tree. Nothing is evaluated here.

expression = call | cells
call       = function "(" expression { "," expression } ")"  |  ("rank(" | "low_rank(") cells "," conditions ")"
cells      = result [ "[" ( row | conditions ) "]" ] [ "." column ]
conditions = column ( "=" | "!=" | "<" | "<=" | ">" | ">=" ) value { "," … }
column     = a word, or any text in double quotes;  value = text up to , ] or ), or any text in quotes
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

DEEPEST = 4
LONGEST = 600
FUNCTIONS = ("difference", "ratio", "percent_change", "share", "sum", "count", "max", "min", "mean", "rank", "low_rank", "abs")

_RESULT = re.compile(r"[A-Za-z]\w*")
_COLUMN = re.compile(r"[^\W\d][\w$]*")
_ROW = re.compile(r"\d{1,9}(?=\s*\])")
_OPERATOR = re.compile(r"!=|<=|>=|=|<|>")
_BARE_VALUE = re.compile(r"[^,\])\"]+")
_QUOTED = re.compile(r"\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)'")


class BadReference(ValueError):
    """A reference that names nothing or cannot be computed; the text tells the model what to write instead."""


@dataclass(frozen=True)
class Condition:
    column: str
    operator: str
    value: str


@dataclass(frozen=True)
class Cells:
    """One cell, a column, or rows of a result: what is not given is None or empty."""

    result: str
    row: int | None = None
    conditions: tuple[Condition, ...] = ()
    column: str | None = None


@dataclass(frozen=True)
class Call:
    function: str
    arguments: tuple["Expression", ...]


Expression = Cells | Call


@dataclass(frozen=True)
class Reference:
    """What stood between {{ and }}."""

    source: str


def pieces(text: str) -> Iterator[str | Reference]:
    """Prose and references in turn, beginning and ending with prose (possibly empty). Raises BadReference on lone braces."""
    position = 0
    while (start := text.find("{{", position)) >= 0:
        end = _end(text, start + 2)
        if end < 0:
            raise BadReference("“{{” is never closed: write {{r1[0].column}}.")
        yield _prose(text[position:start])
        yield Reference(text[start + 2 : end].strip())
        position = end + 2
    yield _prose(text[position:])


def _prose(text: str) -> str:
    if "}}" in text:
        raise BadReference("“}}” closes nothing: write {{r1[0].column}}.")
    return text


def _end(text: str, start: int) -> int:
    """Where }} stands outside of double quotes; a quote that is never closed is a letter like any other."""
    position = start
    while position < len(text):
        if text.startswith("}}", position):
            return position
        quoted = _QUOTED.match(text, position) if text[position] == '"' else None
        position = quoted.end() if quoted else position + 1
    return text.find("}}", start)


def parse(source: str) -> Expression:
    """The tree of one reference. Raises BadReference."""
    if len(source) > LONGEST:
        raise BadReference("The reference is too long: refer to fewer cells at once.")
    reader = _Reader(source)
    expression = reader.expression(1)
    if not reader.at_end():
        raise BadReference(f"{source!r} has something left over at {reader.rest()!r}: write one expression such as r1[0].column.")
    return expression


class _Reader:
    """A position in the text of one reference."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._position = 0

    def at_end(self) -> bool:
        return not self.rest()

    def rest(self) -> str:
        return self._text[self._position :].strip()

    def expression(self, depth: int) -> Expression:
        if depth > DEEPEST:
            raise BadReference(f"{self._text!r} is nested too deep: use a finding for it, or fewer functions.")
        name = self._match(_RESULT)
        if name is None:
            raise BadReference(f"{self._text!r} should begin with a result such as r1, or a function: {', '.join(FUNCTIONS)}.")
        return self._call(name, depth) if self._take("(") else self._cells(name)

    def _call(self, name: str, depth: int) -> Expression:
        if name not in FUNCTIONS:
            raise BadReference(f"There is no function {name!r}. Functions: {', '.join(FUNCTIONS)}.")
        arguments = [self.expression(depth + 1)]
        while self._take(","):
            if name in ("rank", "low_rank") and isinstance(arguments[0], Cells):
                first = arguments[0]
                arguments[0] = Cells(first.result, first.row, first.conditions + self._conditions(), first.column)
            else:
                arguments.append(self.expression(depth + 1))
        self._need(")")
        return Call(name, tuple(arguments))

    def _cells(self, result: str) -> Cells:
        row: int | None = None
        conditions: tuple[Condition, ...] = ()
        if self._take("["):
            digits = self._match(_ROW)
            if digits:
                row = int(digits)
            else:
                conditions = self._conditions()
            self._need("]")
        column = self._column() if self._take(".") else None
        return Cells(result, row, conditions, column)

    def _conditions(self) -> tuple[Condition, ...]:
        found = [self._condition()]
        while self._take(","):
            found.append(self._condition())
        return tuple(found)

    def _condition(self) -> Condition:
        column = self._column()
        operator = self._match(_OPERATOR)
        if operator is None:
            raise BadReference(f"After {column!r} in {self._text!r} comes = and a value, as in r1[carrier=WN].column.")
        return Condition(column, operator, self._value())

    def _column(self) -> str:
        name = self._quoted() if self.rest().startswith('"') else self._match(_COLUMN)
        if not name:
            raise BadReference(f"A column name is missing at {self.rest()!r} in {self._text!r}; put odd names in double quotes.")
        return name

    def _value(self) -> str:
        value = self._quoted() if self.rest().startswith(('"', "'")) else self._match(_BARE_VALUE)
        if value is None:
            raise BadReference(f"A value is missing at {self.rest()!r} in {self._text!r}; put values with , ] or ) in double quotes.")
        return value.strip()

    def _quoted(self) -> str | None:
        quoted = self._match(_QUOTED)
        return None if quoted is None else re.sub(r"\\(.)", r"\1", quoted[1:-1])

    def _match(self, pattern: re.Pattern[str]) -> str | None:
        self._skip_blanks()
        match = pattern.match(self._text, self._position)
        if match is None:
            return None
        self._position = match.end()
        return match.group()

    def _take(self, sign: str) -> bool:
        self._skip_blanks()
        found = self._text.startswith(sign, self._position)
        self._position += len(sign) if found else 0
        return found

    def _need(self, sign: str) -> None:
        if not self._take(sign):
            raise BadReference(f"{sign!r} is missing at {self.rest()!r} in {self._text!r}.")

    def _skip_blanks(self) -> None:
        while self._position < len(self._text) and self._text[self._position].isspace():
            self._position += 1
