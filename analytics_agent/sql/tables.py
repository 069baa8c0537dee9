"""Which table of the catalog a reference means, by the engine's search rules; for one that means none, what to write instead."""

from sqlglot import exp

from analytics_agent.catalog.names import is_slip, nearest, shown_name
from analytics_agent.domain.catalog import Catalog, Dialect, Table
from analytics_agent.domain.evidence import SqlFinding
from analytics_agent.sql.catalog_index import CatalogIndex
from analytics_agent.sql.dialects import BOOKS
from analytics_agent.sql.elsewhere import table_text
from analytics_agent.sql.identifiers import folded, identifier, written
from analytics_agent.sql.scope import Ctes, Edit, Resolution
from analytics_agent.sql.verdict import error, quoted


def find(node: exp.Table, index: CatalogIndex, result: Resolution) -> Table | None:
    """The table meant: in the schema named, or in the first schema of the search path that has it."""
    database = node.args.get("catalog")
    if database is not None and not result.is_database(database):
        return None
    return index.find(folded(node.this, result.dialect, "table"), folded(node.args.get("db"), result.dialect, "table"))


def is_system(node: exp.Table, dialect: Dialect) -> bool:
    """Whether the name is one the engine keeps for itself, or reads as a file or an address."""
    return BOOKS[dialect].is_system(node.text("db"), node.name, node.text("catalog"))


def system_table(node: exp.Table) -> SqlFinding:
    if node.name.lower() == "dual":
        return error("system-catalog", "DUAL is no table.", "Leave FROM DUAL out.")
    return error("system-catalog", f"{_shown(node)} is the engine's own.", "Only the database's own tables can be read.")


def unknown(node: exp.Table, index: CatalogIndex, ctes: Ctes, result: Resolution) -> tuple[SqlFinding, tuple[Edit, ...], Table | None]:
    """The finding for a reference that `find` does not know, the edit that mends it, and the table that is then meant."""
    catalog = result.catalog
    if catalog is None or is_system(node, result.dialect):
        return system_table(node), (), None
    if result.has_enough:
        return error("unknown-table", f"There is no table {_shown(node)}."), (), None
    shown = [table_text(table, result) for table in _alike(node, index, catalog)]
    if not node.args.get("db"):
        shown = [*nearest(node.name, ctes, limit=1), *shown]
    hint = f"Nearest: {', '.join(shown[:5])}." if shown else "Search the catalog for the right name."
    if (database := node.args.get("catalog")) is not None and not result.is_database(database):
        hint = f"Only {quoted(catalog.database)} is read here, not {quoted(database.name)}. {hint}"
        return error("unknown-table", f"There is no table {_shown(node)}.", hint), (), None
    return error("unknown-table", f"There is no table {_shown(node)}.", hint), *_mended(node, ctes, result)


def _alike(node: exp.Table, index: CatalogIndex, catalog: Catalog) -> list[Table]:
    """Tables of that name elsewhere or in another case, else those with a name like it; those of the schema named come first."""
    schema = node.text("db").lower()
    by_name: dict[str, list[Table]] = {}
    for table in catalog.tables:
        by_name.setdefault(table.name, []).append(table)
    close = index.namesakes(node.name)
    if not close or (schema and not any((table.schema or "").lower() == schema for table in close)):
        alike = [table for name in nearest(node.name, by_name) for table in by_name[name] if table not in close]
        close = [*close, *(alike if not close else [table for table in alike if (table.schema or "").lower() == schema])]
    return sorted(close, key=lambda table: (table.schema or "").lower() != schema) if schema else close


def _mended(node: exp.Table, ctes: Ctes, result: Resolution) -> tuple[tuple[Edit, ...], Table | None]:
    """The one table of which the name is a slip, or that has it in another schema or another case."""
    tables = result.catalog.tables if result.catalog else ()
    same = [table for table in tables if table.name.lower() == node.name.lower()]
    slips = same or [table for table in tables if is_slip(node.name, table.name)]
    if node.args.get("db") and len(slips) == 1 and _is_like_one_beside(node, slips[0], tables):
        return (), None
    if not same and not node.args.get("db") and any(is_slip(node.name, name) for name in ctes):
        return (), None
    start, end = (node.args.get("db") or node.this).meta.get("start"), node.this.meta.get("end")
    if len(slips) != 1 or start is None or end is None or result.catalog is None or node.args.get("catalog"):
        return (), None
    table = slips[0]
    is_in_path = shown_name(result.catalog, table) == table.name
    parts = [table.name] if is_in_path or not table.schema else [table.schema, table.name]
    text = ".".join(written(part, result.dialect) for part in parts)
    has_alias = bool(node.args.get("alias")) or (len(parts) == 1 and parts[0].lower() == node.name.lower())
    return (Edit(start, end, text if has_alias else f"{text} AS {written(node.name, result.dialect)}"),), table


def _is_like_one_beside(node: exp.Table, found: Table, tables: tuple[Table, ...]) -> bool:
    """Whether the schema that is named has another table of which the name may be a slip: sales.order is no order outside of sales."""
    schema = node.text("db").lower()
    is_elsewhere = (found.schema or "").lower() != schema
    return is_elsewhere and bool(nearest(node.name, [table.name for table in tables if (table.schema or "").lower() == schema]))


def make_explicit(result: Resolution) -> None:
    """Name every table of the catalog with its schema, exactly: what was found is what the engine reads."""
    for node, table in result.references:
        if table is None:
            continue
        if not node.args.get("alias") and node.name != table.name:
            # References by the name as it was written must still find it.
            node.set("alias", exp.TableAlias(this=identifier(node.name, result.dialect)))
        node.set("this", identifier(table.name, result.dialect))
        node.set("db", identifier(table.schema, result.dialect) if table.schema else None)
        node.set("catalog", None)


def _shown(node: exp.Table) -> str:
    return quoted(".".join(part for part in (node.text("catalog"), node.text("db"), node.name) if part))
