"""The one edge to sqlglot's parser and generator: text in, a tree or findings out; a tree in, text out. No exception passes it."""

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlglot import exp
from sqlglot.errors import ErrorLevel, ParseError, SqlglotError, TokenError
from sqlglot.tokenizer_core import Token

from analytics_agent.domain.catalog import Dialect
from analytics_agent.domain.evidence import SqlFinding
from analytics_agent.sql.as_written import HAS_NO_IS_TRUE, ORDERS_BY_ALL, sqlglot_dialect, unambiguous
from analytics_agent.sql.nodes import Nodes
from analytics_agent.sql.refusals import not_a_query
from analytics_agent.sql.text import text_findings, token_findings
from analytics_agent.sql.verdict import error, quoted

STUMBLES = (RecursionError, AssertionError, ValueError, TypeError, AttributeError, LookupError, ArithmeticError, NotImplementedError)
"""What sqlglot may raise over text that it was not written for, beside its own errors."""
DEEPEST_TREE = 300
MOST_NODES = 12_000
_LINE_BREAK_MARK = "__SQLGLOT__"
_TOO_DEEP = error("too-deep", "The statement nests too deeply to be checked.", "Use CTEs (WITH) instead of nesting.")

# sqlglot warns when it falls back to an opaque Command; for us that is a refusal with a finding, not a line in a log.
logging.getLogger("sqlglot").addHandler(logging.NullHandler())
logging.getLogger("sqlglot").propagate = False


@dataclass(frozen=True)
class Parsed:
    """Exactly one of the two: the tree of the one statement with all of its nodes, or what is wrong with the text."""

    tree: exp.Expr | None
    findings: tuple[SqlFinding, ...] = ()
    tokens: Sequence[Token] = ()
    nodes: Nodes | None = None


def parse(statement: str, dialect: Dialect) -> Parsed:
    """The tree of a single statement. Bounds on text, tokens and tree are findings, as is everything that does not parse."""
    if findings := tuple(text_findings(statement)):
        return Parsed(None, findings)
    tokens: Sequence[Token] = ()
    try:
        spoken = sqlglot_dialect(dialect)
        tokens = spoken.tokenize(statement)
        if findings := tuple(token_findings(tokens, statement, dialect)):
            return Parsed(None, findings)
        trees = [tree for tree in spoken.parser().parse(tokens, statement) if tree is not None and not isinstance(tree, exp.Semicolon)]
        return replace(_single(trees, dialect), tokens=tokens)
    except ParseError as problem:
        return Parsed(None, (_not_parsed(problem, statement, dialect),), tokens)
    except TokenError:
        return Parsed(None, (error("syntax", "A string, comment or quoted name is not closed.", "Close every quote and comment."),))
    except SqlglotError as problem:
        return Parsed(None, (error("syntax", f"Not understood as {dialect} SQL: {quoted(str(problem))}"),))
    except STUMBLES as problem:
        # The parser is not written for hostile text: some of it makes it stumble over its own tree. That is a refusal, never a crash.
        return Parsed(None, (_TOO_DEEP if isinstance(problem, RecursionError) else error("syntax", f"Not understood as {dialect} SQL."),))


def generate(tree: exp.Expr, dialect: Dialect, nodes: Nodes | None = None) -> str | None:
    """The statement's text, laid out for people, without comments; None when the tree cannot be said in this dialect unchanged.

    The tree is used up: the generator rewrites parts of it where the dialect has other words for them, and copying it costs more than
    all of the checks. `nodes` are those of the tree, where they were found already.
    """
    try:
        spoken = sqlglot_dialect(dialect)
        is_pretty = _can_be_laid_out(nodes or Nodes(tree))
        return spoken.generate(tree, copy=False, pretty=is_pretty, comments=False, unsupported_level=ErrorLevel.RAISE)
    except (SqlglotError, *STUMBLES):
        return None


def _can_be_laid_out(nodes: Nodes) -> bool:
    """Indenting changes a name that holds a line break, and a text that holds sqlglot's own mark for one."""
    names, texts = ("".join([str(node.this) for node in nodes.of(kind)]) for kind in (exp.Identifier, exp.Literal))
    return "\n" not in names and _LINE_BREAK_MARK not in names and _LINE_BREAK_MARK not in texts


def _single(trees: list[exp.Expr], dialect: Dialect) -> Parsed:
    if not trees:
        return Parsed(None, (error("empty", "There is no statement.", "Write one SELECT."),))
    if len(trees) > 1:
        message = f"There are {len(trees)} statements; one is allowed."
        return Parsed(None, (error("one-statement", message, "Write a single SELECT; combine steps with WITH."),))
    tree = trees[0]
    while isinstance(tree, exp.Subquery) and all(name == "this" or not value for name, value in tree.args.items()):
        tree = tree.this  # brackets around the whole statement
    nodes = Nodes(tree)
    leaves = len(nodes.of(exp.Identifier)) + len(nodes.of(exp.Literal))  # of which a branch has one at most
    if len(nodes.all) - leaves >= DEEPEST_TREE and (findings := _size_findings(tree)):
        return Parsed(None, findings)
    is_ordered = dialect in ORDERS_BY_ALL and bool(nodes.of(exp.Ordered))
    asks_for_truth = dialect in HAS_NO_IS_TRUE and bool(nodes.of(exp.Is))
    if dialect == "mysql" or is_ordered or asks_for_truth or nodes.of(exp.RawString, exp.BitwiseNot, exp.Neg, exp.Lambda):
        tree = unambiguous(tree, dialect)
        nodes = Nodes(tree)
    return Parsed(tree, nodes=nodes)


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


def _not_parsed(problem: ParseError, statement: str, dialect: Dialect) -> SqlFinding:
    word = re.match(r"\s*(\w*)", statement)
    if word and word[1] and word[1].upper() not in {"SELECT", "WITH", "FROM", "VALUES"}:
        return not_a_query(word[1], f"it begins with {quoted(word[1].upper(), 20)}")
    first = problem.errors[0] if problem.errors else {}
    where = (
        f" at line {first['line']}, column {first['col']}, near {quoted(str(first.get('highlight', '')), 30)!r}"
        if first.get("line")
        else ""
    )
    return error(
        "syntax", f"Not understood as {dialect} SQL{where}.", f"Write one complete {dialect} SELECT; check commas and parentheses there."
    )
