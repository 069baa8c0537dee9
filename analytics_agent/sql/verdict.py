"""What the rules say of one statement: the verdict, and the context that every rule is given."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from sqlglot import exp
from sqlglot.tokenizer_core import Token

from analytics_agent.domain.catalog import Catalog, Dialect
from analytics_agent.domain.evidence import SqlFinding
from analytics_agent.sql.nodes import Nodes
from analytics_agent.sql.rulebook import Rulebook

_MOST_SHOWN = 60


@dataclass(frozen=True)
class Verdict:
    """`sql` is what may run: regenerated from the checked tree, with the row cap in it; empty when the statement is refused.

    `tables` are the shortest names that mean them, `columns` are "table.column", `functions` are in lower case, `predicates` are
    the conditions of WHERE, HAVING, QUALIFY and JOIN as text, `output_columns` are the names of the result's columns in order,
    as far as they can be known without running it. `shown` is `sql` without what a policy put into it: it may be shown and kept,
    and where there is a policy it is never to be run, for it reads everything.
    """

    ok: bool
    sql: str
    findings: tuple[SqlFinding, ...] = ()
    tables: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    predicates: tuple[str, ...] = ()
    output_columns: tuple[str, ...] = ()
    shown: str = ""


@dataclass(frozen=True)
class Context:
    """What a rule may know. `nodes` are those of the statement's tree, `tokens` those of its text; `allowed_functions` are people's
    own, listed for this database."""

    book: Rulebook
    nodes: Nodes
    catalog: Catalog | None = None
    allowed_functions: frozenset[str] = frozenset()
    tokens: Sequence[Token] = ()

    @property
    def dialect(self) -> Dialect:
        return self.book.dialect

    def has_function(self, name: str) -> bool:
        """Whether a function may be called by this name: the engine's, or one that somebody listed."""
        return self.book.has_function(name) or name.lower() in self.allowed_functions

    def has_columns_of(self, native_type: str) -> bool:
        """Whether a column of the catalog has this type, in any case: an enum, a domain."""
        tables = self.catalog.tables if self.catalog else ()
        return any(column.native_type.lower() == native_type for table in tables for column in table.columns)


def error(rule: str, message: str, hint: str = "") -> SqlFinding:
    return SqlFinding(rule, "error", message, hint)


def warning(rule: str, message: str, hint: str = "") -> SqlFinding:
    return SqlFinding(rule, "warning", message, hint)


def shown(node: exp.Expr, dialect: Dialect) -> str:
    """A part of a statement, for a message. Of a large one the kind, since only its beginning would be read."""
    if next(islice(node.walk(), _MOST_SHOWN, None), None) is not None:
        return f"{node.key.upper()} (…)"
    return quoted(node.sql(dialect=dialect, comments=False))


def quoted(text: str, longest: int = 60) -> str:
    """Hostile text made fit for a message: one line, bounded, without control characters."""
    clean = "".join(char if char.isprintable() else " " for char in text)
    return clean if len(clean) <= longest else clean[: longest - 1] + "…"
