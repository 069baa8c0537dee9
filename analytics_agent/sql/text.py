"""Bounds on the text and its tokens, looked at before anything is parsed: a parser is only as safe as what it is fed."""

import unicodedata
from collections.abc import Iterator, Sequence

from sqlglot.parser import Parser
from sqlglot.tokenizer_core import Token, TokenType

from analytics_agent.domain.catalog import Dialect
from analytics_agent.domain.evidence import SqlFinding
from analytics_agent.sql.two_readings import readings
from analytics_agent.sql.verdict import error

LONGEST_STATEMENT = 20_000
"""Characters. The longest statement of the public analytics suites has a quarter of that."""
MOST_TOKENS = 6_000
DEEPEST_NESTING = 40
"""Brackets and CASE inside one another; also signs and NOT in a row, which the parser handles by recursion as well."""
DEEPEST_TYPES = 5
"""Brackets after the word of a type inside one another, as in ARRAY[ARRAY[…: the parser tries each as a type and then as a value, so that
every level doubles its time. Thirty of them would keep it busy for hours."""

_TYPES = frozenset(Parser.TYPE_TOKENS) | frozenset(Parser.NESTED_TYPE_TOKENS)
_OPENING = frozenset({TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE, TokenType.CASE})
_CLOSING = frozenset({TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE, TokenType.END})
_OPENING_BRACKETS = frozenset({TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE})
_CLOSING_BRACKETS = frozenset({TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE})
_BEFORE_AN_INDEX = frozenset({TokenType.VAR, TokenType.IDENTIFIER, TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.STRING})
_PREFIXES = frozenset({TokenType.NOT, TokenType.DASH, TokenType.PLUS, TokenType.TILDE, TokenType.INTERVAL})
_LAYOUT = frozenset("\t\n\r")
_JOINERS = frozenset("\u200c\u200d")


def text_findings(statement: str) -> Iterator[SqlFinding]:
    """Emptiness, length, and characters that are not what they look like."""
    if not statement.strip():
        yield error("empty", "There is no statement.", "Write one SELECT.")
    if len(statement) > LONGEST_STATEMENT:
        yield error(
            "too-long",
            f"The statement has {len(statement):,} characters; {LONGEST_STATEMENT:,} is the limit.",
            "Aggregate in fewer steps, or filter by a subquery instead of a long list of values.",
        )
    hidden = sorted(char for char in set(statement) if _is_hidden(char))
    if hidden:
        shown = ", ".join(f"U+{ord(char):04X}" for char in hidden[:5])
        yield error("hidden-characters", f"The statement holds invisible or control characters: {shown}.", "Remove them.")


def token_findings(tokens: Sequence[Token], statement: str, dialect: Dialect) -> Iterator[SqlFinding]:
    """How many tokens, how deep they nest, and what has two readings."""
    if len(tokens) > MOST_TOKENS:
        yield error("too-long", f"The statement has {len(tokens):,} tokens; {MOST_TOKENS:,} is the limit.", "Split the question.")
    if _deepest_types(tokens) > DEEPEST_TYPES:
        yield error(
            "too-deep", f"Types, arrays or structs nest deeper than {DEEPEST_TYPES} levels.", "Build them in steps, with CTEs (WITH)."
        )
    depth = _deepest(tokens)
    if depth > DEEPEST_NESTING:
        yield error(
            "too-deep", f"The statement nests {depth} levels deep; {DEEPEST_NESTING} is the limit.", "Use CTEs (WITH) instead of nesting."
        )
    yield from readings(tokens, statement, dialect)


def _is_hidden(char: str) -> bool:
    """Control and format characters: NUL, bidirectional overrides, zero-width space. Joiners are part of words and emoji."""
    return char not in _LAYOUT and char not in _JOINERS and unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co"}


def _deepest(tokens: Sequence[Token]) -> int:
    level = deepest = run = 0
    previous: TokenType | None = None
    for token in tokens:
        kind = token.token_type
        if kind in _OPENING:
            level += 1
        elif kind in _CLOSING:
            level = max(0, level - 1)
        run = run + 1 if kind == previous and kind in _PREFIXES else 0
        previous = kind
        if level + 2 * run > deepest:
            deepest = level + 2 * run  # brackets are put between signs, which nest again
    return deepest


def _deepest_types(tokens: Sequence[Token]) -> int:
    """The most brackets open at once that follow the word of a type, and bare ones of arrays, which are written with that word."""
    open_: list[bool] = []
    level = deepest = 0
    previous: TokenType | None = None
    for token in tokens:
        kind = token.token_type
        if kind in _OPENING_BRACKETS:
            open_.append(previous in _TYPES or (kind == TokenType.L_BRACKET and previous not in _BEFORE_AN_INDEX))
            level += open_[-1]
            deepest = max(deepest, level)
        elif kind in _CLOSING_BRACKETS and open_:
            level -= open_.pop()
        previous = kind
    return deepest
