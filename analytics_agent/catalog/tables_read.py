"""Which tables a run has read: asked of a run that is over, before what it found is told, opened, sent or compared."""

from analytics_agent.catalog.restrict import name_of
from analytics_agent.domain.catalog import Catalog, TableName
from analytics_agent.domain.rights import TablesRead
from analytics_agent.domain.run import Run


def tables_read(run: Run, kept: TablesRead | None, catalog: Catalog | None) -> tuple[TableName, ...] | None:
    """Every table that the run read, for a result or to look at values; None when one of them is not known any more.

    `kept` is the run's own list, which operators' runs do not have, nor those of versions that kept none. `catalog` is the whole one.
    """
    names = {name for query in run.queries for name in query.tables}
    meant = [_meant(name, catalog) for name in names] if catalog else []
    known = {name_of(table) for table in catalog.tables} if catalog else set()
    own = kept.tables if kept else ()
    if (names and not (meant and all(meant))) or not known.issuperset(own):
        return None
    used = {table for tables in (*meant, own) for table in tables}
    return tuple(sorted(used, key=lambda table: (table.schema or "", table.name)))


def _meant(name: str, catalog: Catalog) -> tuple[TableName, ...]:
    """Every table that a name stored with a result can mean. For a person the catalog was smaller, so a bare name may have meant
    another one than it does now: all of them count.
    """
    bare = [table for table in catalog.tables if table.name == name and (table.schema is None or table.schema in catalog.search_path)]
    full = [table for table in catalog.tables if table.schema is not None and f"{table.schema}.{table.name}" == name]
    return tuple(name_of(table) for table in (*bare, *full))
