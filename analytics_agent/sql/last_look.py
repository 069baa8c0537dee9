"""The last look: at the words of the text that is sent, after the tree has passed.

A tree is judged by what sqlglot calls things, an engine by what it is sent. Between the two stands the generator, which may write
one function as another. So every name before a bracket is looked up in the rulebook once more, as written, and nothing may be
there that only a text can hold: comments, parameters, a second statement, words that mean the session.
"""

from collections.abc import Iterator, Sequence

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

from analytics_agent.domain.evidence import SqlFinding
from analytics_agent.sql.refusals import instead_of, unknown_function
from analytics_agent.sql.verdict import Context, error, quoted
from analytics_agent.sql.words import words

_SYNTAX = words(
    """
    add against all and anti any apply array as asof at between binary by case cast collate columns cross cube current distinct div
    else end escape except exclude exclusive exists fetch filter final first following for from full glob global group grouping
    groups having ignore ilike in inner intersect interval is join keep last lateral like limit match_condition materialized mode
    natural nested next not null nulls offset on only option or order ordinality outer over overlaps partition path pivot placing
    preceding prewhere qualify range recursive regexp rename respect rlike rollup row rows safe_cast sample select semi separator
    set sets similar some sounds struct table then ties time to top totals try_cast tuple uescape unbounded union unnest unpivot
    using values view when where with within without xor zone
    """
)
"""Words of the language that may stand before a bracket; the functions among them (CAST, TRIM, EXTRACT) are harmless."""
_TYPES = words(
    """
    bignumeric binary bit bpchar bytea byteint bytes character date32 datetime2 datetime64 datetimeoffset dec decfloat decimal
    decimal128 decimal256 decimal32 decimal64 enum enum16 enum8 fixed fixedstring float float32 int128 int16 int256 int32 int4 int8
    integer jsonb long longtext lowcardinality mediumint mediumtext nchar nested nullable number numeric nvarchar real signed
    smalldatetime smallint timestamp_ltz timestamp_ntz timestamp_tz timestampltz timestampntz timestamptz timetz tinyint tinytext
    uint128 uint16 uint256 uint32 uint64 uint8 unsigned varbinary varchar variant vector
    """
)
"""Words of types that take a size or parts in brackets. Where an engine has a function of that name too, it casts."""
_SIZED = words("char datetime time timestamp string text blob")
"""Types that are functions elsewhere: with nothing but a number in their brackets they are types."""
_LANGUAGE = _SYNTAX | _TYPES
_COMMENT_MARKS = ("--", "/*", "#", "//", "{#")
"""No comment of any dialect begins without one of them."""
MOST_UNKNOWN = 10
"""Functions that are told of at once: finding the nearest names takes its time."""
_NEVER = {
    TokenType.SEMICOLON: "a second statement",
    TokenType.PARAMETER: "a parameter",
    TokenType.SESSION_PARAMETER: "a variable of the session",
    TokenType.PLACEHOLDER: "a parameter",
    TokenType.HINT: "an optimizer hint",
    TokenType.INTO: "INTO",
}


def last_look(sql: str, context: Context) -> Iterator[SqlFinding]:
    """What is wrong with the text made of a tree; nothing, as a rule."""
    try:
        tokens = sqlglot.tokenize(sql, read=context.dialect)
    except SqlglotError:
        tokens = []
    if not tokens:
        yield error("not-expressible", f"This cannot be written as {context.book.shown} SQL.", "Use simpler syntax.")
        return
    yield from _strange_tokens(sql, tokens, context)
    yield from unknown_names(tokens, context)


def unknown_names(tokens: Sequence[Token], context: Context, besides: frozenset[str] = frozenset()) -> Iterator[SqlFinding]:
    """Every name that is called in a text and is not on the list of functions."""
    named = frozenset(alias.name.lower() for alias in context.nodes.of(exp.TableAlias) if alias.args.get("columns"))
    opening = TokenType.L_PAREN
    called = [at for at, token in enumerate(tokens, -1) if token.token_type is opening and at >= 0]
    unknown = {_written(tokens, at): None for at in called if _is_unknown_call(tokens, at, named, context)}
    for name in [name.lower() for name in unknown if name.lower() not in besides][:MOST_UNKNOWN]:
        yield unknown_function(name, context)


def told_of(tokens: Sequence[Token], context: Context) -> Iterator[SqlFinding]:
    """Of a text that is no tree: the functions in it for which there is something to say."""
    called = {_written(tokens, at - 1).lower() for at, token in enumerate(tokens) if token.token_type == TokenType.L_PAREN and at}
    for name in sorted(name for name in called if not context.has_function(name) and instead_of(name, context)):
        yield unknown_function(name, context)


def _strange_tokens(sql: str, tokens: Sequence[Token], context: Context) -> Iterator[SqlFinding]:
    kinds = [token.token_type for token in tokens]
    is_operator = {TokenType.PLACEHOLDER} if context.dialect == "postgres" else set()
    strange = {_NEVER[kind] for kind in (_NEVER.keys() & set(kinds)) - is_operator}
    if any(mark in sql for mark in _COMMENT_MARKS) and any(token.comments for token in tokens):
        strange.add("a comment")
    for why in sorted(strange):
        yield error("not-allowed", f"The statement as it would be sent holds {why}.", "Use simpler syntax.")
    lower = sql.lower()
    words_of_session = {word for word in context.book.session_words if word in lower}
    if not words_of_session:
        return
    said = [(at, word) for at, token in enumerate(tokens) if (word := token.text.lower()) in words_of_session]
    for name in sorted({word for at, word in said if _is_session_word(kinds, at)}):
        yield error(
            "session-value", f"{quoted(name)} is a value of the session, not of a table.", "Leave it out, or write the name in quotes."
        )


def _is_session_word(kinds: Sequence[TokenType], at: int) -> bool:
    is_plain = kinds[at] not in {TokenType.STRING, TokenType.IDENTIFIER}
    follows_a_name = at > 0 and kinds[at - 1] in {TokenType.DOT, TokenType.ALIAS, TokenType.COLON}
    return is_plain and not follows_a_name


def _is_unknown_call(tokens: Sequence[Token], at: int, named: frozenset[str], context: Context) -> bool:
    """Whether the word before a bracket, at this place, is neither a function on the list nor anything else that takes brackets."""
    token = tokens[at]
    if token.token_type in {TokenType.STRING, TokenType.NUMBER}:
        return False
    word = token.text.lower()
    if token.token_type != TokenType.IDENTIFIER and (not _is_word(word) or _LANGUAGE.issuperset(word.split())):
        return False
    given = TokenType.STRING if word == "datetime" and context.dialect == "clickhouse" else TokenType.NUMBER  # a time zone, a size
    if word in _SIZED and [each.token_type for each in tokens[at + 2 : at + 4]] == [given, TokenType.R_PAREN]:
        return False
    if word in named and _names_a_source(tokens, at):
        return False
    return not context.has_function(_written(tokens, at).lower().removeprefix("safe."))


_BEFORE_AN_ALIAS = frozenset({TokenType.ALIAS, TokenType.R_PAREN, TokenType.VAR, TokenType.IDENTIFIER, TokenType.ORDINALITY})


def _names_a_source(tokens: Sequence[Token], at: int) -> bool:
    """Whether the name before these brackets is followed by its columns: it stands after AS or a name, or AS follows the brackets."""
    if at and tokens[at - 1].token_type in _BEFORE_AN_ALIAS:
        return True
    closing = next((n for n in range(at + 1, len(tokens)) if tokens[n].token_type == TokenType.R_PAREN), len(tokens))
    return [token.token_type for token in tokens[closing + 1 : closing + 2]] == [TokenType.ALIAS]


def _is_word(text: str) -> bool:
    return text[:1].isalpha() or text[:1] in {"_", "$", "#", "@"}


def _written(tokens: Sequence[Token], at: int) -> str:
    """The name as written, with the names before its dots."""
    parts = [tokens[at].text]
    while at >= 2 and tokens[at - 1].token_type == TokenType.DOT:
        at -= 2
        parts.append(tokens[at].text)
    return ".".join(reversed(parts))
