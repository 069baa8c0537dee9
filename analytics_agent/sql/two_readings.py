"""Text that sqlglot reads one way and an engine another: refused by its tokens, before there is a tree in which nothing shows any more."""

import re
from collections.abc import Iterator, Sequence
from itertools import chain, pairwise

from sqlglot.parser import Parser
from sqlglot.tokenizer_core import Token, TokenType

from analytics_agent.domain.catalog import Dialect
from analytics_agent.domain.evidence import SqlFinding
from analytics_agent.sql.verdict import error, quoted
from analytics_agent.sql.words import words

_STRINGS = frozenset(
    {
        TokenType.STRING,
        TokenType.NATIONAL_STRING,
        TokenType.RAW_STRING,
        TokenType.HEREDOC_STRING,
        TokenType.BYTE_STRING,
        TokenType.UNICODE_STRING,
    }
)
_BEFORE = _STRINGS | {TokenType.NUMBER, TokenType.INTERVAL, TokenType.ARROW, TokenType.DARROW}
"""What can run into the token after it."""
_BITS = frozenset({TokenType.HEX_STRING, TokenType.BIT_STRING})
_ALONE = _BITS | {TokenType.AMP, TokenType.INTERVAL, TokenType.DECIMAL, TokenType.ISNULL, TokenType.NOTNULL}
_ALONE_IN: dict[Dialect, frozenset[TokenType]] = {"bigquery": frozenset({TokenType.STRING}), "clickhouse": frozenset({TokenType.VALUES})}
_TYPES = frozenset(Parser.TYPE_TOKENS) | {TokenType.INTERVAL}
_QUOTED = _STRINGS | {TokenType.IDENTIFIER}
_BEGINNINGS = words(
    """
    ALTER BACKUP BEGIN BREAK CHECKPOINT CLOSE COMMIT CONTINUE CREATE DBCC DEALLOCATE DECLARE DELETE DENY DROP EXEC EXECUTE GOTO
    GRANT IF INSERT KILL MERGE OPEN PRINT RAISERROR READTEXT RECONFIGURE RESTORE RETURN REVERT REVOKE ROLLBACK SAVE SETUSER SHUTDOWN
    TRUNCATE UPDATE UPDATETEXT USE WAITFOR WHILE WRITETEXT
    """
)
"""Words that begin a statement in T-SQL, which needs no semicolon before it; all of them are reserved."""
_FIELDS: dict[Dialect, frozenset[str]] = {
    "postgres": words("YEAR MONTH DAY HOUR MINUTE SECOND"),
    "duckdb": words(
        "YEAR YEARS MONTH MONTHS DAY DAYS HOUR HOURS MINUTE MINUTES SECOND SECONDS WEEK WEEKS QUARTER QUARTERS DECADE DECADES CENTURY "
        "CENTURIES MILLENNIUM MILLENNIA MILLISECOND MILLISECONDS MICROSECOND MICROSECONDS"
    ),
}
"""Words after INTERVAL '…' that are its unit. Any other is an alias there, and a unit for sqlglot."""
_LIKE_FIELDS = _FIELDS["duckdb"]
_LIKE_A_PATH = re.compile(r"[^$/].*[.\[\]*]|[.\[*]", re.DOTALL)
_ORDINARY_BLANKS = re.compile(r"[ \t\r\n]*")
_NO_ESCAPE = re.compile(r"""(?:[^\\]|\\[abfnrtvxXuU0-7\\?"'`])*\\[^abfnrtvxXuU0-7\\?"'`]""", re.DOTALL)
_COMMENT = re.compile(r"--[^\n]*|#[^\n]*|//[^\n]*|/\*.*?\*/", re.DOTALL)
_OTHER_BLANK = re.compile(r"[^\S \t\r\n]")
_INTERVAL = re.compile(
    r"\s*(P[0-9.YMWDTHS]+|[-+]?\d+(\.\d+)?\s*(?!ago)[a-z]*(\s+[-+]?\d+(\.\d+)?\s+(?!ago)[a-z]+)*|\d+:\d+(:\d+(\.\d+)?)?)\s*", re.IGNORECASE
)


def readings(tokens: Sequence[Token], statement: str, dialect: Dialect) -> Iterator[SqlFinding]:
    """Every place that has two readings, each kind once."""
    seen: set[str] = set()
    found = (
        _alone(tokens, statement, dialect),
        _in_pairs(tokens, statement, dialect),
        _typed_texts(tokens) if "::" in statement else (),
        _counts(tokens) if "fetch" in statement.lower() else (),
        _comments(tokens, statement, dialect),
    )
    for finding in chain.from_iterable(found):
        if finding.message not in seen:
            seen.add(finding.message)
            yield finding


def _alone(tokens: Sequence[Token], statement: str, dialect: Dialect) -> Iterator[SqlFinding]:
    alone = _ALONE | _ALONE_IN.get(dialect, frozenset())
    places = range(len(tokens)) if dialect == "tsql" else [at for at, token in enumerate(tokens) if token.token_type in alone]
    for at in places:
        token, kind = tokens[at], tokens[at].token_type
        if kind in _BITS and statement[token.start] == "0" and dialect != "tsql":
            yield error("two-readings", "Numbers like 0x1F and 0b11 are not the same in all engines.", "Write the number in digits.")
        elif kind == TokenType.AMP and _is_an_escaped_name(tokens[max(at - 1, 0) : at + 2]):
            yield error("two-readings", 'Names with escapes (U&"…") can be read in two ways.', "Write the character itself.")
        elif kind == TokenType.INTERVAL and dialect in _FIELDS and _has_no_unit(tokens[at + 1 : at + 3], dialect):
            hint = "Write the unit inside the text, INTERVAL '5 days', and AS before an alias."
            yield error("two-readings", "The word after this interval is an alias for the engine, not a unit.", hint)
        elif at and dialect == "tsql" and token.text.upper() in _BEGINNINGS and kind not in _QUOTED:
            hint = "Write one SELECT; a name that is a word of the language stands in [brackets]."
            yield error("one-statement", f"{token.text.upper()} begins another statement here.", hint)
        elif dialect == "tsql" and token.text.upper() == "REAL" and _is_of_a_cast(tokens, at):
            yield error("two-readings", "REAL would be sent as FLOAT, which is longer.", "Write FLOAT(24), or FLOAT.")
        elif dialect == "bigquery" and kind == TokenType.STRING and _NO_ESCAPE.match(statement[token.start : token.end + 1]):
            yield error("two-readings", "A backslash in a text begins nothing that BigQuery knows.", r"Write \\, or r'…' for a pattern.")
        elif dialect == "clickhouse" and kind == TokenType.VALUES and at and tokens[at - 1].token_type == TokenType.L_PAREN:
            yield error("two-readings", "VALUES is a function here.", "Write FROM values('a Int32, b String', (1, 'x'), (2, 'y')).")
        elif dialect == "trino" and kind == TokenType.DECIMAL and _is_a_text(tokens[at + 1 : at + 2]):
            hint = "Write the number itself, or CAST('1.50' AS DECIMAL(3, 2))."
            yield error("two-readings", "The digits of a DECIMAL '…' literal would be lost.", hint)
        elif dialect == "mysql" and kind in {TokenType.ISNULL, TokenType.NOTNULL} and statement[token.end + 1 :].lstrip()[:1] != "(":
            yield error("two-readings", f"{token.text.upper()} is an alias here, not a condition.", "Write IS NULL or IS NOT NULL.")


def _is_an_escaped_name(around: Sequence[Token]) -> bool:
    """U, & and a quoted name, with nothing between them."""
    if len(around) != 3 or around[0].text.upper() != "U" or around[2].token_type not in _QUOTED:
        return False
    return around[0].end + 1 == around[1].start and around[1].end + 1 == around[2].start


def _is_of_a_cast(tokens: Sequence[Token], at: int) -> bool:
    """CAST(x AS this) or CONVERT(this, x)."""
    around = (tokens[at - 1].token_type, tokens[at + 1].token_type) if 0 < at < len(tokens) - 1 else ()
    return around in {(TokenType.ALIAS, TokenType.R_PAREN), (TokenType.L_PAREN, TokenType.COMMA)}


def _is_a_text(after: Sequence[Token]) -> bool:
    return any(token.token_type == TokenType.STRING for token in after)


def _has_no_unit(after: Sequence[Token], dialect: Dialect) -> bool:
    """A text and a word that is no field of an interval in this engine: m, which sqlglot would send as minutes."""
    if len(after) != 2 or after[0].token_type != TokenType.STRING:
        return False
    word = after[1].text.upper()
    may_be_a_unit = after[1].token_type == TokenType.VAR and not any(letter.isalpha() for letter in after[0].text)
    return word not in _FIELDS[dialect] and (may_be_a_unit or word in _LIKE_FIELDS)


def _in_pairs(tokens: Sequence[Token], statement: str, dialect: Dialect) -> Iterator[SqlFinding]:
    may_hold_blanks = not statement.isascii() and _OTHER_BLANK.search(statement) is not None
    pairs = ((before, token) for before, token in pairwise(tokens) if may_hold_blanks or before.token_type in _BEFORE)
    for before, token in pairs:
        kind = token.token_type
        if before.token_type == TokenType.NUMBER and token.start == before.end + 1 and (token.text[:1].isalnum() or token.text[:1] == "_"):
            shown = quoted(statement[before.start : token.end + 1], 20)
            yield error("two-readings", f"{shown} can be read as a number and a name.", "Write digits only, and a blank before a name.")
        if kind in _STRINGS and before.token_type in _STRINGS:
            is_quote = token.start == before.end + 1
            hint = r"A quote inside a text is written \'." if is_quote else "Join them with ||, or write one text."
            yield error("two-readings", "Two texts stand beside one another without an operator.", hint)
        if kind == TokenType.STRING and before.token_type == TokenType.INTERVAL and not _is_plain_interval(token, dialect):
            hint = "Write CAST('…' AS INTERVAL), or add intervals of one unit each."
            yield error("two-readings", f"The interval '{quoted(token.text, 30)}' would lose a part of it.", hint)
        follows_an_arrow = kind == TokenType.STRING and before.token_type in {TokenType.ARROW, TokenType.DARROW}
        if follows_an_arrow and dialect == "duckdb" and _LIKE_A_PATH.match(token.text):
            shown = quoted(token.text, 30)
            hint = f"Write '$.\"{shown}\"' for a key of that name, '$.a.b' for a path."
            yield error("two-readings", f"'{shown}' is a key for DuckDB, and may be meant as a path.", hint)
        if follows_an_arrow and not token.text:
            yield error("two-readings", "A path into JSON is empty.", "Name the key.")
        if may_hold_blanks and _has_other_blank(statement[before.end + 1 : token.start]):
            yield error("hidden-characters", "The statement holds a blank that is none for the engine.", "Use ordinary spaces.")


def _typed_texts(tokens: Sequence[Token]) -> Iterator[SqlFinding]:
    """DATE '2024-01-01'::timestamp casts the date for the engine, and the text for sqlglot."""
    for at, token in enumerate(tokens):
        is_cast_text = token.token_type == TokenType.DCOLON and at > 1 and tokens[at - 1].token_type == TokenType.STRING
        if is_cast_text and tokens[at - 2].token_type in _TYPES:
            hint = "Write CAST(CAST('…' AS date) AS timestamp)."
            yield error("two-readings", "A text after the word of a type is cast once more with ::, which binds either way.", hint)


def _counts(tokens: Sequence[Token]) -> Iterator[SqlFinding]:
    """FETCH FIRST n ROWS: what stands for n may become the name of a column, or be lost."""
    for at, token in enumerate(tokens):
        if token.token_type == TokenType.FETCH:
            words = [after.text.upper() for after in tokens[at + 1 : at + 3]]
            is_plain = len(words) == 2 and words[0] in {"FIRST", "NEXT"} and (words[1] in {"ROW", "ROWS"} or words[1].isdigit())
            if not is_plain:
                yield error("two-readings", "FETCH does not say how many rows as a number.", "Write FETCH FIRST 10 ROWS ONLY, or LIMIT 10.")


def _is_plain_interval(token: Token, dialect: Dialect) -> bool:
    return dialect not in {"postgres", "duckdb"} or _INTERVAL.fullmatch(token.text) is not None


def _has_other_blank(gap: str) -> bool:
    return _ORDINARY_BLANKS.fullmatch(gap) is None and _OTHER_BLANK.search(_COMMENT.sub(" ", gap)) is not None


def _comments(tokens: Sequence[Token], statement: str, dialect: Dialect) -> Iterator[SqlFinding]:
    marked = tokens if "/*" in statement else ()  # other comments neither run nor hint
    for comment in (comment for token in marked for comment in token.comments):
        if dialect == "mysql" and comment.startswith(("!", "M!")):
            yield error("executable-comment", "MySQL and MariaDB run what stands in comments like /*! … */.", "Leave the comment out.")
        elif comment.startswith("+"):
            yield error("not-allowed", "Not allowed: optimizer hints are not accepted.", "Leave the comment out.")
