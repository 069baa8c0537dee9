"""What the rules say of one statement: the verdict, and the context that every rule is given."""

from dataclasses import dataclass

from analytics_agent.domain.catalog import Catalog, Dialect
from analytics_agent.domain.evidence import SqlFinding


@dataclass(frozen=True)
class Verdict:
    """`sql` is what may run: regenerated from the checked tree, with the row cap in it; empty when the statement is refused.

    `tables` are the shortest names that mean them, `columns` are "table.column", `functions` are in lower case, `predicates` are
    the conditions of WHERE, HAVING, QUALIFY and JOIN as text, `output_columns` are the names of the result's columns in order,
    as far as they can be known without running it.
    """

    ok: bool
    sql: str
    findings: tuple[SqlFinding, ...] = ()
    tables: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    predicates: tuple[str, ...] = ()
    output_columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Context:
    """What a rule may know."""

    dialect: Dialect
    catalog: Catalog | None = None

    def has_columns_of(self, native_type: str) -> bool:
        """Whether a column of the catalog has this type, in any case: an enum, a domain."""
        tables = self.catalog.tables if self.catalog else ()
        return any(column.native_type.lower() == native_type for table in tables for column in table.columns)


def error(rule: str, message: str, hint: str = "") -> SqlFinding:
    return SqlFinding(rule, "error", message, hint)


def warning(rule: str, message: str, hint: str = "") -> SqlFinding:
    return SqlFinding(rule, "warning", message, hint)


def quoted(text: str, longest: int = 60) -> str:
    """Hostile text made fit for a message: one line, bounded, without control characters."""
    clean = "".join(char if char.isprintable() else " " for char in text)
    return clean if len(clean) <= longest else clean[: longest - 1] + "…"
