"""Which table of the catalog a reference means, by the engine's search rules; for one that means none, what to write instead."""

from sqlglot import exp

from analytics_agent.catalog.names import nearest, shown_name
from analytics_agent.domain.catalog import Catalog, Dialect, Table
from analytics_agent.domain.evidence import SqlFinding
from analytics_agent.sql.identifiers import ascii_lower, fold_name, folded, identifier
from analytics_agent.sql.scope import Resolution
from analytics_agent.sql.verdict import error, quoted
from analytics_agent.sql.vocabulary import SYSTEM_PREFIXES, SYSTEM_SCHEMAS


def find(node: exp.Table, catalog: Catalog, dialect: Dialect) -> Table | None:
    """The table meant: in the schema named, or in the first schema of the search path that has it."""
    name, schema = folded(node.this, dialect), folded(node.args.get("db"), dialect)
    named = [table for table in catalog.tables if fold_name(table.name, dialect) == name]
    if schema:
        return next((table for table in named if _schema(table, dialect) == schema), None)
    for place in catalog.search_path:
        for table in named:
            if _schema(table, dialect) == fold_name(place, dialect):
                return table
    return next((table for table in named if table.schema is None), None)


def is_system(node: exp.Table, dialect: Dialect) -> bool:
    """Whether the name is one the engine keeps for itself. DuckDB also reads a file when a table's name looks like one."""
    schema, name = ascii_lower(node.text("db")), ascii_lower(node.name)
    looks_like_a_file = dialect == "duckdb" and any(mark in name for mark in "./*\\:")
    return (
        schema in SYSTEM_SCHEMAS
        or schema.startswith(("pg_toast", "pg_temp"))
        or name.startswith(SYSTEM_PREFIXES[dialect])
        or looks_like_a_file
    )


def system_table(node: exp.Table) -> SqlFinding:
    return error("system-catalog", f"{_shown(node)} is the engine's own.", "Only the database's own tables can be read.")


def unknown(node: exp.Table, catalog: Catalog, dialect: Dialect) -> SqlFinding:
    """The finding for a reference that `find` does not know."""
    if is_system(node, dialect):
        return system_table(node)
    elsewhere = [shown_name(catalog, table) for table in catalog.tables if ascii_lower(table.name) == ascii_lower(node.name)]
    close = elsewhere or list(nearest(node.name, (table.name for table in catalog.tables)))
    hint = f"Nearest: {', '.join(close)}." if close else "Search the catalog for the right name."
    return error("unknown-table", f"There is no table {_shown(node)}.", hint)


def make_explicit(result: Resolution) -> None:
    """Name every table of the catalog with its schema, exactly: what was found is what the engine reads."""
    for node, table in result.references:
        if table is None:
            continue
        if not node.args.get("alias") and node.name != table.name:
            # References by the name as it was written must still find it.
            node.set("alias", exp.TableAlias(this=identifier(node.name)))
        node.set("this", identifier(table.name))
        node.set("db", identifier(table.schema) if table.schema else None)


def _schema(table: Table, dialect: Dialect) -> str:
    """SQLite's one schema has a name too."""
    return fold_name(table.schema or ("main" if dialect == "sqlite" else ""), dialect)


def _shown(node: exp.Table) -> str:
    return quoted(".".join(part for part in (node.text("db"), node.name) if part))
