"""Which tables of a catalog join with which: by their foreign keys, and where those are not declared by key columns of one name."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from analytics_agent.catalog.restrict import name_of
from analytics_agent.domain.catalog import Catalog, Table, TableName

_SHORTEST_NAME_OF_A_THING = 4
"""Letters. A shorter column name (`aid`, `cid`) is an abbreviation, which is how old schemas call their keys."""
_MOST_SHARED = 14
"""Tables with a column of one name. What more of them have (`id`, `code`) says nothing about any two."""
_KEYS = ("id", "code", "key", "_name", "_no", "_nr")
_ANY_KEY = {"id", "code", "key", "no", "nr"}

Related = Mapping[TableName, Mapping[TableName, float]]


def related(catalog: Catalog) -> Related:
    """For each table those that join with it, and how surely: 1 by a foreign key; by a column's name the less the more tables have it."""
    found: dict[TableName, dict[TableName, float]] = defaultdict(dict)
    for one, other, weight in (*_by_names(catalog), *_by_keys(catalog)):
        if one != other:
            found[one][other] = max(weight, found[one].get(other, 0.0))
            found[other][one] = found[one][other]
    return found


def _by_keys(catalog: Catalog) -> Iterator[tuple[TableName, TableName, float]]:
    known = {name_of(table) for table in catalog.tables}
    for table in catalog.tables:
        for key in table.foreign_keys:
            target = TableName(key.table_schema or table.schema, key.table)
            if target in known:
                yield name_of(table), target, 1.0


def _by_names(catalog: Catalog) -> Iterator[tuple[TableName, TableName, float]]:
    having: dict[tuple[str | None, str], list[Table]] = defaultdict(list)
    for table in catalog.tables:
        for name in {column.name.lower() for column in table.columns}:
            if _is_like_a_key(name):
                having[table.schema, name].append(table)
    for tables in having.values():
        if len(tables) <= _MOST_SHARED:
            names = [name_of(table) for table in tables]
            pairs = ((one, other) for place, one in enumerate(names) for other in names[place + 1 :])
            yield from ((one, other, len(tables) ** -0.5) for one, other in pairs)


def _is_like_a_key(name: str) -> bool:
    return name not in _ANY_KEY and (name.endswith(_KEYS) or len(name) < _SHORTEST_NAME_OF_A_THING)
