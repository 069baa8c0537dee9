"""Keys that nobody declared: which columns may hold another table's key, by name, by description, by what they hold."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from analytics_agent.catalog.restrict import name_of
from analytics_agent.catalog.words import split
from analytics_agent.domain.catalog import Catalog, Table, TableColumn, TableName
from analytics_agent.domain.profile import TableProfile
from analytics_agent.semantic.drafting.descriptions import said

_MOST_TARGETS = 3
_OF_ANY_TABLE = ("id", "name", "code", "key", "title", "description")


@dataclass(frozen=True)
class FoundKey:
    """A key that nobody declared: every value of `column` that was looked at is one of `target`'s."""

    table: TableName
    column: str
    target: TableName
    target_column: str


def candidate_keys(catalog: Catalog, profiles: Mapping[TableName, TableProfile]) -> Iterator[FoundKey]:
    """Pairs of columns that may be a key nobody declared: of one type, the target's values unique, and alike by name or by what a
    description says. Whether every value is there is to be asked of the database."""
    declared = {(name_of(table), key.columns) for table in catalog.tables for key in table.foreign_keys}
    targets = [(table, column) for table in catalog.tables for column in table.columns if is_key_of(table, column, profiles)]
    for table in catalog.tables:
        for column in table.columns:
            if (name_of(table), (column.name,)) not in declared and not _is_empty(table, column, profiles):
                yield from _targets_of(table, column, targets)


def is_key_of(table: Table, column: TableColumn, profiles: Mapping[TableName, TableProfile]) -> bool:
    profile = profiles.get(name_of(table))
    is_unique = table.primary_key == (column.name,) or (profile is not None and profile.is_unique(column.name))
    return is_unique and column.type in ("integer", "text")


def _is_empty(table: Table, column: TableColumn, profiles: Mapping[TableName, TableProfile]) -> bool:
    """No value proves nothing: all of none are anywhere."""
    profile = profiles.get(name_of(table))
    found = profile.column(column.name) if profile else None
    return found is not None and found.filled == 0


def _targets_of(table: Table, column: TableColumn, targets: Sequence[tuple[Table, TableColumn]]) -> Iterator[FoundKey]:
    """The likeliest first: the table that the description names, customers before invoices for "customer_id", then where the column
    stands first, as keys do. The thing's own table has no such key elsewhere."""
    same = [(t, c) for t, c in targets if t is not table and t.schema == table.schema and c.type == column.type]
    told = said(column.comment)
    meant = [(t, c) for t, c in same if told.refers_to and _is_called(told.refers_to, t) and is_own_key(t, c)]
    if _is_of(column.name, table) or (is_own_key(table, column) and (told.is_key or column is table.columns[0]) and not meant):
        return
    if told.refers_to and _is_called(told.refers_to, table):
        meant = []  # "ID of the publication" in publication: its own
    alike = [(t, c) for t, c in same if _is_like(column, t, c)]
    ranked = sorted(alike, key=lambda one: (not _is_of(column.name, one[0]), not _says_key(one[1]), one[0].columns[0] is not one[1]))
    own = [one for one in ranked if _is_of(column.name, one[0])]
    for target, key in (meant or own or ranked)[:_MOST_TARGETS]:
        yield FoundKey(name_of(table), column.name, name_of(target), key.name)


def _is_called(name: str, table: Table) -> bool:
    return split(name) == split(table.name)


def _says_key(column: TableColumn) -> bool:
    return said(column.comment).is_key


def is_own_key(table: Table, column: TableColumn) -> bool:
    """The column that tells the rows of its table apart: by declaration, by its name, or as "unique identifier for each author"."""
    if table.primary_key:
        return table.primary_key == (column.name,)
    told = said(column.comment)
    by_words = told.is_key and (told.refers_to is None or _is_called(told.refers_to, table))
    return by_words or _is_of(column.name, table) or column.name.lower() == "id"


def _is_of(key: str, table: Table) -> bool:
    """Whether a key is called by this table: "customer_id" by customers, "paperid" by paper."""
    words, name = split(key), "".join(split(table.name))
    return "".join(words[:-1]) == name or (len(words) == 1 and words[0] == f"{name}id")


def _is_like(column: TableColumn, target: Table, key: TableColumn) -> bool:
    """ "customer_id" is the key of customers, whether it is called so there too or only "id"; and so is "customer" alone."""
    if column.name.lower() == key.name.lower():
        return column.name.lower() not in _OF_ANY_TABLE
    words, key_words = split(column.name), split(key.name)
    if words == split(target.name) and (key_words[-1:] == ("id",) or _is_of(key.name, target)):
        return True
    thing = words[: -len(key_words)]
    return words[-len(key_words) :] == key_words and bool(thing) and split(target.name)[-len(thing) :] == thing
