"""What the rules say of one statement: the verdict, and the context that every rule is given."""

from dataclasses import dataclass, field

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
    """What a rule may know. `types` are native types of the catalog's columns in lower case: casts to them are allowed."""

    dialect: Dialect
    catalog: Catalog | None = None
    types: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def of(cls, dialect: Dialect, catalog: Catalog | None) -> "Context":
        tables = catalog.tables if catalog else ()
        return cls(dialect, catalog, frozenset(column.native_type.lower() for table in tables for column in table.columns))


def error(rule: str, message: str, hint: str = "") -> SqlFinding:
    return SqlFinding(rule, "error", message, hint)


def warning(rule: str, message: str, hint: str = "") -> SqlFinding:
    return SqlFinding(rule, "warning", message, hint)


def quoted(text: str, longest: int = 60) -> str:
    """Hostile text made fit for a message: one line, bounded, without control characters."""
    clean = "".join(char if char.isprintable() else " " for char in text)
    return clean if len(clean) <= longest else clean[: longest - 1] + "…"
