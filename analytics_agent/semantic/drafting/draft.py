"""A first semantic model for a database that has none, from its catalog and what its columns hold: for a person to review.

Keys are those that are declared, and those that were found: a column whose values are all in another table's unique column. A number is
summed or averaged by what it is called and what its description says, an identifier is counted. Nothing here reads the database:
profiles and found keys are given; the parts are in `drafting`.
"""

from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import yaml

from analytics_agent.catalog.restrict import name_of
from analytics_agent.domain.catalog import Catalog, Table, TableColumn, TableName
from analytics_agent.domain.profile import TableProfile
from analytics_agent.semantic.compiler.types import find_table
from analytics_agent.semantic.drafting.fields import fields_of, is_late, newest_of
from analytics_agent.semantic.drafting.keys import FoundKey, is_own_key
from analytics_agent.semantic.drafting.measures import count_metric, measures_of, metrics_of
from analytics_agent.semantic.drafting.naming import Names, label, parts
from analytics_agent.semantic.drafting.ossie_text import context, extension
from analytics_agent.semantic.drafting.relations import Bridged, as_document, as_keys, bridges, joined, pairs_in, unclear
from analytics_agent.semantic.drafting.things import Thing, shown_column, thing_called
from analytics_agent.semantic.drafting.ways import in_way
from analytics_agent.semantic.model import UNDATED, Relationship

_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
"""libyaml's where it is there: a large model is written ten times as fast."""


def draft(catalog: Catalog, profiles: Mapping[TableName, TableProfile], found: Sequence[FoundKey] = ()) -> str:
    """The model as Ossie YAML. It loads and fits the catalog; what it says of meaning is a guess, and it says that too.

    A table whose name no source can be written for (a quote or a dot in it) is left out.
    """
    usable = tuple(table for table in catalog.tables if find_table(catalog, _source(table)) is table)
    model = _Draft(replace(catalog, tables=usable), profiles, found).model()
    head = (
        "# Drafted from the database's names, descriptions, keys and values; nobody has reviewed it. Correct names, descriptions and\n"
        "# synonyms, take away what nobody asks for, and set `certification` to reviewed.\n"
    )
    document = {"version": "0.2.0.dev0", "semantic_model": [model]}
    return head + yaml.dump(document, Dumper=_DUMPER, sort_keys=False, allow_unicode=True, width=140)


class _Draft:
    def __init__(self, catalog: Catalog, profiles: Mapping[TableName, TableProfile], found: Sequence[FoundKey]) -> None:
        self._catalog, self._profiles = catalog, profiles
        self._role_names = Names()
        schemas = len({table.schema for table in catalog.tables}) > 1
        wishes = {name_of(table): (table.name, *((f"{table.schema}_{table.name}",) if schemas else ())) for table in catalog.tables}
        self._names = {name: self._role_names.free(*wish) for name, wish in wishes.items()}
        self._keys = {name_of(table): [*table.foreign_keys, *as_keys(table, found)] for table in catalog.tables}
        numbers = Counter(column.name for table in catalog.tables for column in table.columns)
        self._shared = frozenset(name for name, times in numbers.items() if times > 1)
        self._tables = {name_of(table): table for table in catalog.tables}
        known = frozenset(
            word for table in catalog.tables for word in (*parts(table.name), *thing_called(table.name).split()) if len(word) > 2
        )
        self._things = {name_of(table): self._thing(table, thing_called(table.name), known) for table in catalog.tables}

    def _thing(self, table: Table, one: str, known: frozenset[str]) -> Thing:
        foreign = frozenset(column for key in self._keys[name_of(table)] for column in key.columns)
        key = self._unique(table)
        # A name that several rows may have does not tell them apart where nothing else does.
        shown = shown_column(table, one, foreign) if key else None
        return Thing(table, self._profiles.get(name_of(table)), one, key, foreign, shown, known)

    def model(self) -> dict[str, Any]:
        relation_names = Names()
        relationships, roles = joined(self._things, self._names, self._keys, self._role_names, relation_names)
        pairs = {name: each for name, each in self._pairs(relationships).items() if not {one.one for one in each} & set(roles)}
        keys = {self._names[name]: thing.key for name, thing in self._things.items()}
        keys |= {role: self._things[way.table].key for role, way in roles.items()}
        over = {one.dataset: one for one in bridges(pairs, keys, relationships, self._role_names, relation_names)}
        uncounted = unclear(over.values(), keys, relationships, pairs)
        relationships += [each for one in over.values() for each in one.relationships]
        datasets = [self._dataset(thing, self._names[name], over.get(self._names[name])) for name, thing in self._things.items()]
        datasets += [self._pairs_again(one, datasets) for one in over.values() if one.of != one.dataset]
        plain = {one["name"]: one for one in datasets}
        datasets += [in_way(plain[self._names[way.table]], self._things[way.table], role, way) for role, way in roles.items()]
        examples = [f"How many {thing.many} are there?" for thing in [*self._things.values()][:3]]
        return {
            "name": Names().free(self._catalog.database),
            "description": f"Drafted for the database {self._catalog.database}; not reviewed.",
            **extension({"certification": "unreviewed", "examples": examples} | self._as_of(datasets)),
            "datasets": datasets,
            "relationships": list(map(as_document, relationships)),
            "metrics": list(self._metrics(uncounted)),
        }

    def _as_of(self, datasets: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """ "Last month" is that of the data: of the largest table with a time that was looked at, up to its newest. Without one it is the
        clock's."""
        sources = {_source(thing.table): thing for thing in self._things.values()}
        newest = (newest_of(sources[one["source"]], one, self._catalog.dialect) for one in datasets if one["source"] in sources)
        _, path = max(filter(None, newest), default=(0, ""))
        return {"as_of": {"column": path}} if path else {}

    def _pairs(self, relationships: Sequence[Relationship]) -> dict[str, tuple[Relationship, Relationship]]:
        """The datasets that hold pairs of things."""
        held = {self._names[name]: pairs_in(thing, self._names[name], relationships) for name, thing in self._things.items()}
        return {name: pairs for name, pairs in held.items() if pairs}

    def _pairs_again(self, one: Bridged, datasets: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """The same pairs, the other way round; what they hold has its words already."""
        source = next(each["source"] for each in datasets if each["name"] == one.of)
        described = f"The pairs of {one.of} again: each {one.bridge.fact} with its {one.bridge.to}."
        return {"name": one.dataset, "source": source, "description": described, **extension({"bridge": _as_data(one)}), "fields": []}

    def _dataset(self, thing: Thing, name: str, bridge: Bridged | None = None) -> dict[str, Any]:
        taken = frozenset(each.one for each in self._things.values() if each is not thing)
        fields = list(fields_of(thing, name, self._targets(thing), taken, self._shared, self._catalog.dialect))
        times = sorted((one["name"] for one in fields if one.get("dimension", {}).get("is_time")), key=is_late)
        document: dict[str, Any] = {"name": name, "source": _source(thing.table)}
        if thing.key:
            document["primary_key"] = list(thing.key)
        document["description"] = thing.table.comment or f"{label(thing.many)}, one row each."
        document |= context([thing.one, thing.many], besides=name)
        own = f"{name}.{times[0]}" if times and not is_late(times[0]) else None if self._is_part(thing) else UNDATED
        document |= extension(({"time_field": own} if own else {}) | ({"bridge": _as_data(bridge)} if bridge else {}))
        return document | {"fields": fields}

    def _is_part(self, thing: Thing) -> bool:
        """Lines of an order are of its date; who lives in a town is not of the day that the town was founded."""
        words = set(thing.one.split())
        return any(set(target.one.split()) <= words and target.one != thing.one for target in self._targets(thing).values())

    def _targets(self, thing: Thing) -> dict[str, Thing]:
        """The thing that each column of a single key points to."""
        own = name_of(thing.table)
        keys = {key.columns[0]: TableName(key.table_schema or own.schema, key.table) for key in self._keys[own] if len(key.columns) == 1}
        return {column: self._things[target] for column, target in keys.items() if target in self._things}

    def _unique(self, table: Table) -> tuple[str, ...]:
        """The declared key, or a column whose values are unique: its own key, else a name, else the key of what each row adds to."""
        if table.primary_key:
            return table.primary_key
        profile = self._profiles.get(name_of(table))
        unique = [each for each in table.columns if profile and profile.is_unique(each.name) and each.type in ("integer", "text")]
        foreign = {column for key in self._keys[name_of(table)] for column in key.columns}
        own = [each for each in unique if each.name not in foreign and is_own_key(table, each)]
        added = [each for each in unique if each.name in foreign and _adds_to(table, each, foreign)]
        named = [each for each in unique if each.name not in foreign and (each.type == "text" or each is table.columns[0])]
        return tuple(each.name for each in (own or added or named)[:1])

    def _metrics(self, uncounted: Container[str]) -> Iterator[dict[str, Any]]:
        """Pairs from which something is reached over each of the two are not counted: each of the two is, beside the other."""
        names = Names()
        taken = frozenset(word for thing in self._things.values() for word in (thing.one, thing.many))
        said = Counter(thing.without_unit(column) for thing in self._things.values() for column in thing.table.columns)
        clashing = self._shared | {text for text, times in said.items() if times > 1}
        for name, thing in self._things.items():
            if self._names[name] not in uncounted:
                yield count_metric(thing, self._names[name], names)
            for measure in measures_of(thing, clashing, taken):
                yield from metrics_of(self._names[name], measure, thing, names)


def _as_data(one: Bridged) -> dict[str, str]:
    return {"fact": one.bridge.fact, "to": one.bridge.to}


def _adds_to(table: Table, key: TableColumn, foreign: set[str]) -> bool:
    """Whether each row says more of one other row: addresses of customers. Pairs of keys are unique in one of them by chance at most."""
    others = [each.name for each in table.columns if each.name not in foreign and not each.name.lower().endswith("id")]
    return bool(others) and (foreign == {key.name} or key is table.columns[0])


def _source(table: Table) -> str:
    return f"{table.schema}.{table.name}" if table.schema else table.name
