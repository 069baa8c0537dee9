"""The one edge to sqlglot's parser and generator: text in, a tree or findings out; a tree in, text out. No exception passes it."""

import logging
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel, ParseError, SqlglotError, TokenError

from analytics_agent.domain.catalog import Dialect
from analytics_agent.domain.evidence import SqlFinding
from analytics_agent.sql.text import text_findings, token_findings
from analytics_agent.sql.verdict import error, quoted

DEEPEST_TREE = 300
MOST_NODES = 12_000
_LINE_BREAK_MARK = "__SQLGLOT__"
_TOO_DEEP = error("too-deep", "The statement nests too deeply to be checked.", "Use CTEs (WITH) instead of nesting.")

# sqlglot warns when it falls back to an opaque Command; for us that is a refusal with a finding, not a line in a log.
logging.getLogger("sqlglot").addHandler(logging.NullHandler())
logging.getLogger("sqlglot").propagate = False


@dataclass(frozen=True)
class Parsed:
    """Exactly one of the two: the tree of the one statement, or what is wrong with the text."""

    tree: exp.Expr | None
    findings: tuple[SqlFinding, ...] = ()


def parse(statement: str, dialect: Dialect) -> Parsed:
    """The tree of a single statement. Bounds on text, tokens and tree are findings, as is everything that does not parse."""
    if findings := tuple(text_findings(statement)):
        return Parsed(None, findings)
    try:
        tokens = sqlglot.tokenize(statement, read=dialect)
        if findings := tuple(token_findings(tokens)):
            return Parsed(None, findings)
        trees = [tree for tree in sqlglot.Dialect.get_or_raise(dialect).parser().parse(tokens, statement) if tree is not None]
        return _single(trees)
    except ParseError as problem:
        return Parsed(None, (_not_parsed(problem, dialect),))
    except TokenError:
        return Parsed(None, (error("syntax", "A string, comment or quoted name is not closed.", "Close every quote and comment."),))
    except SqlglotError as problem:
        return Parsed(None, (error("syntax", f"Not understood as {dialect} SQL: {quoted(str(problem))}"),))
    except (RecursionError, ValueError, TypeError, AttributeError, KeyError, IndexError) as problem:
        # The parser is not written for hostile text: some of it makes it stumble over its own tree. That is a refusal, never a crash.
        return Parsed(None, (_TOO_DEEP if isinstance(problem, RecursionError) else error("syntax", f"Not understood as {dialect} SQL."),))


def generate(tree: exp.Expr, dialect: Dialect) -> str | None:
    """The statement's text, laid out for people, without comments; None when the tree cannot be said in this dialect unchanged."""
    try:
        return tree.sql(dialect=dialect, pretty=_can_be_laid_out(tree), comments=False, unsupported_level=ErrorLevel.RAISE)
    except (SqlglotError, RecursionError, ValueError, TypeError, AttributeError):
        return None


def _can_be_laid_out(tree: exp.Expr) -> bool:
    """Indenting changes a name that holds a line break, and a text that holds sqlglot's own mark for one."""
    names = tree.find_all(exp.Identifier, exp.Literal)
    return not any(_LINE_BREAK_MARK in str(name.this) or ("\n" in str(name.this) and isinstance(name, exp.Identifier)) for name in names)


def pretty(sql: str, dialect: Dialect) -> str:
    """The statement laid out for people; unchanged when it cannot be parsed."""
    parsed = parse(sql, dialect)
    if parsed.tree is None:
        return sql
    return parsed.tree.sql(dialect=dialect, pretty=True, comments=False)


def _single(trees: list[exp.Expr]) -> Parsed:
    if not trees:
        return Parsed(None, (error("empty", "There is no statement.", "Write one SELECT."),))
    if len(trees) > 1:
        message = f"There are {len(trees)} statements; one is allowed."
        return Parsed(None, (error("one-statement", message, "Write a single SELECT; combine steps with WITH."),))
    if findings := _size_findings(trees[0]):
        return Parsed(None, findings)
    return Parsed(_without_dollar_quotes(trees[0]))


def _size_findings(tree: exp.Expr) -> tuple[SqlFinding, ...]:
    """Depth and number of nodes, measured without recursion: everything after this may recurse safely."""
    level, depth, nodes = [tree], 0, 0
    while level:
        depth, nodes = depth + 1, nodes + len(level)
        if depth > DEEPEST_TREE:
            return (_TOO_DEEP,)
        if nodes > MOST_NODES:
            return (error("too-long", f"The statement has more than {MOST_NODES:,} parts.", "Split the question."),)
        level = [child for node in level for child in node.iter_expressions()]
    return ()


def _without_dollar_quotes(tree: exp.Expr) -> exp.Expr:
    """$$text$$ as an ordinary literal, whose quoting has one reading."""
    for raw in list(tree.find_all(exp.RawString)):
        raw.replace(exp.Literal.string(raw.this))
    return tree


def _not_parsed(problem: ParseError, dialect: Dialect) -> SqlFinding:
    first = problem.errors[0] if problem.errors else {}
    where = (
        f" at line {first['line']}, column {first['col']}, near {quoted(str(first.get('highlight', '')), 30)!r}"
        if first.get("line")
        else ""
    )
    return error(
        "syntax", f"Not understood as {dialect} SQL{where}.", f"Write one complete {dialect} SELECT; check commas and parentheses there."
    )
