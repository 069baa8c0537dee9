"""Relationships between datasets: declared keys first, then found ones, none by which a dataset would be reached in two ways."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from analytics_agent.catalog.restrict import name_of
from analytics_agent.domain.catalog import ForeignKey, Table, TableName
from analytics_agent.semantic.compiler.joins import paths
from analytics_agent.semantic.drafting.keys import FoundKey
from analytics_agent.semantic.drafting.naming import Names
from analytics_agent.semantic.drafting.things import Thing
from analytics_agent.semantic.drafting.ways import MOST_WAYS, Way, ways_of
from analytics_agent.semantic.model import Bridge, Dataset, Relationship, SemanticModel


@dataclass
class Joins:
    """Relationships between datasets, which are here with their keys."""

    datasets: dict[str, tuple[str, ...]]
    relationships: list[Relationship] = field(default_factory=list)

    def add(self, one: Relationship) -> bool:
        """False, and it is left out, where some dataset would be reached in two ways."""
        tried = SemanticModel(
            "tried", tuple(Dataset(n, n, primary_key=key) for n, key in self.datasets.items()), (*self.relationships, one)
        )
        is_clear = not any(paths(tried, fact).ambiguous for fact in self._reaching(one))
        if is_clear:
            self.relationships.append(one)
        return is_clear

    def _reaching(self, one: Relationship) -> set[str]:
        """The datasets whose ways may lead over it."""
        near: dict[str, set[str]] = {}
        for each in (*self.relationships, one):
            near.setdefault(each.one, set()).add(each.many)
            near.setdefault(each.many, set()).add(each.one)
        found, new = set[str](), {one.many}
        while new:
            found |= new
            new = {other for name in new for other in near.get(name, ())} - found
        return found


def joined(
    things: Mapping[TableName, Thing],
    names: Mapping[TableName, str],
    keys: Mapping[TableName, Sequence[ForeignKey]],
    role_names: Names,
    free: Names,
) -> tuple[list[Relationship], dict[str, Way]]:
    """Relationships, and datasets for the ways to tables by which several keys of one table lead: of two keys to airports each leads to
    a dataset of its own. A found key that would make two ways over different tables is left out."""
    kept = Joins({names[name]: thing.key for name, thing in things.items()})
    roles: dict[str, Way] = {}
    several = dict(_several(things, keys))
    for name, key in _all_keys(things, keys):
        target = _target(name, key)
        if target not in names or set(things[target].key) != set(key.to_columns):
            continue
        many, one = names[name], names[target]
        if way := several.get((name, key.columns)):
            one = role_names.free(f"{way.name}_{one}", f"{many}_{way.name}_{one}")
            roles[one], kept.datasets[one] = way, things[target].key
        called = free.free(f"{many}_to_{one}", f"{many}_{'_'.join(key.columns)}_to_{one}")
        made = Relationship(called, many, one, key.columns, key.to_columns)
        if not kept.add(made) and key in things[name].table.foreign_keys:
            one = role_names.free(f"{many}_{one}", f"{many}_{'_'.join(key.columns)}_{one}")
            roles[one], kept.datasets[one] = Way(target, things[name].one, many, is_second=True), things[target].key
            kept.add(replace(made, one=one))
    _behind(kept, things, names, roles, role_names, free)
    return kept.relationships, roles


def _several(
    things: Mapping[TableName, Thing], keys: Mapping[TableName, Sequence[ForeignKey]]
) -> Iterator[tuple[tuple[TableName, tuple[str, ...]], Way]]:
    """The ways by which one table leads to another more than once, by its columns."""
    for name, thing in things.items():
        by_target: dict[TableName, dict[tuple[str, ...], ForeignKey]] = {}
        for key in keys[name]:
            target = _target(name, key)
            if target in things and set(things[target].key) == set(key.to_columns):
                by_target.setdefault(target, {}).setdefault(key.columns, key)
        for target, own in by_target.items():
            if len(own) > 1:
                yield from (((name, key.columns), way) for key, way in ways_of(thing, things[target], [*own.values()]))


def _behind(
    kept: Joins, things: Mapping[TableName, Thing], names: Mapping[TableName, str], roles: dict[str, Way], role_names: Names, free: Names
) -> None:
    """What a table leads to it leads to in each way: the state of the origin airport is not that of the destination."""
    plain, open_, seen = {way.table: names[way.table] for way in roles.values()}, [*roles], {one: {roles[one].table} for one in roles}
    while open_ and len(roles) < MOST_WAYS:
        here = open_.pop(0)
        for each in [one for one in kept.relationships if one.many == plain[roles[here].table]]:
            further = roles.get(each.one)
            table = further.table if further else next(name for name, called in names.items() if called == each.one)
            if table in seen[here]:
                continue
            way = roles[here].further(things[roles[here].table].one, table, further)
            one = role_names.free(f"{way.name}_{names[table]}", f"{here}_{each.one}")
            roles[one], kept.datasets[one], plain[table] = way, kept.datasets[each.one], names[table]
            kept.add(replace(each, name=free.free(f"{here}_to_{one}"), many=here, one=one))
            seen[one] = {*seen[here], table}
            open_.append(one)


def _target(name: TableName, key: ForeignKey) -> TableName:
    return TableName(key.table_schema or name.schema, key.table)


def _all_keys(things: Mapping[TableName, Thing], keys: Mapping[TableName, Sequence[ForeignKey]]) -> Iterator[tuple[TableName, ForeignKey]]:
    """Declared ones first; one that is declared twice once."""
    found: dict[tuple[TableName, TableName, tuple[str, ...]], tuple[TableName, ForeignKey]] = {}
    for is_declared in (True, False):
        for name, thing in things.items():
            for key in keys[name]:
                if (key in thing.table.foreign_keys) == is_declared:
                    found.setdefault((name, _target(name, key), key.columns), (name, key))
    yield from found.values()


def as_keys(table: Table, found: Sequence[FoundKey]) -> Iterator[ForeignKey]:
    for one in found:
        if one.table == name_of(table):
            yield ForeignKey((one.column,), one.target.schema, one.target.name, (one.target_column,))


def pairs_in(thing: Thing, dataset: str, relationships: Sequence[Relationship]) -> tuple[Relationship, Relationship] | None:
    """The two things of which a table holds pairs and nothing besides; None for any other table."""
    out = [one for one in relationships if one.many == dataset]
    keys = {column for one in out for column in one.many_columns}
    others = {column.name for column in thing.table.columns} - keys - set(thing.key)
    is_told_apart_by_one = len(thing.key) == 1 and set(thing.key) <= keys
    return (out[0], out[1]) if len(out) == 2 and out[0].one != out[1].one and not others and not is_told_apart_by_one else None


@dataclass(frozen=True)
class Bridged:
    """A dataset that lets each `bridge.fact` have many of `bridge.to`. `of` is the dataset with the same table and its words; it may be
    this one."""

    dataset: str
    of: str
    bridge: Bridge
    relationships: tuple[Relationship, ...]


def bridges(
    pairs: Mapping[str, tuple[Relationship, Relationship]],
    keys: Mapping[str, tuple[str, ...]],
    relationships: Sequence[Relationship],
    role_names: Names,
    relation_names: Names,
) -> list[Bridged]:
    """Each table of pairs as two bridges, for each of its two things may have many of the other; one by which something would be reached
    in two ways is left out. Those between things that have most to say of themselves come first."""
    kept: list[Bridged] = []
    out = Counter(one.many for one in relationships)
    for name in sorted(pairs, key=lambda each: (-sum(out[one.one] for one in pairs[each]), each)):
        one, other = pairs[name]
        second = role_names.free(f"{name}_of_{other.one}", f"{name}_reversed")
        again = tuple(replace(each, name=relation_names.free(f"{second}_to_{each.one}"), many=second) for each in pairs[name])
        for tried in (Bridged(name, name, Bridge(one.one, other.one), ()), Bridged(second, name, Bridge(other.one, one.one), again)):
            if not _reached_twice([*kept, tried], keys, relationships, set(pairs)):
                kept.append(tried)
    return kept


def _reached_twice(
    tried: Sequence[Bridged], keys: Mapping[str, tuple[str, ...]], relationships: Sequence[Relationship], pairs: set[str]
) -> bool:
    """Of what is counted; pairs need not be."""
    return bool(unclear(tried, keys, relationships, set(keys) - pairs))


def unclear(
    over: Iterable[Bridged], keys: Mapping[str, tuple[str, ...]], relationships: Sequence[Relationship], facts: Iterable[str]
) -> set[str]:
    """Of these facts those from which something is reached in two ways: nothing of them can be counted."""
    bridged = {one.dataset: one for one in over}
    names = dict.fromkeys((*keys, *bridged))
    datasets = (Dataset(n, n, primary_key=keys.get(n, ()), bridge=bridged[n].bridge if n in bridged else None) for n in names)
    added = (each for one in bridged.values() for each in one.relationships)
    model = SemanticModel("tried", tuple(datasets), (*relationships, *added))
    return {fact for fact in facts if paths(model, fact).ambiguous}


def as_document(one: Relationship) -> dict[str, Any]:
    columns = {"from_columns": list(one.many_columns), "to_columns": list(one.one_columns)}
    return {"name": one.name, "from": one.many, "to": one.one, **columns}
