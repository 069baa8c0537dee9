"""A first semantic model for a database that has none, from its catalog and what its columns hold: for a person to review.

Keys are those that are declared, and those that were found: a column whose values are all in another table's unique column. A number is
summed or averaged by what it is called, an identifier is counted. Nothing here reads the database: profiles and found keys are given.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import yaml

from analytics_agent.catalog.restrict import name_of
from analytics_agent.catalog.search import split
from analytics_agent.domain.catalog import Catalog, ForeignKey, Table, TableColumn, TableName
from analytics_agent.domain.profile import TableProfile
from analytics_agent.semantic.joins import paths
from analytics_agent.semantic.model import VENDOR, Dataset, Relationship, SemanticModel
from analytics_agent.semantic.types import find_table
from analytics_agent.sql.reserved import is_reserved

MOST_VALUES = 30
"""Different values of a text that is listed with all of them."""
_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")
_NO_LETTER = re.compile(r"[^a-z0-9]+")
_IDENTIFIERS = {"id", "key", "code", "no", "nr", "num", "number", "uuid", "guid", "zip", "phone", "index", "hash", "version"}
_OF_A_TIME = {"year", "month", "day", "hour", "minute", "week", "quarter", "decade"}
_PLACES = {"latitude", "longitude", "lat", "lon", "lng"}
_AVERAGED = {
    "rate", "ratio", "percent", "percentage", "pct", "share", "score", "rating", "price", "temperature", "temp", "age", "duration", "speed",
    "height", "width", "depth", "elevation", "altitude", "length", "average", "avg", "mean", "median", "level", "rank", "grade", "gpa",
    "density", "humidity", "pressure", "stars", "delay",
}  # fmt: skip
"""Words of numbers whose sum says nothing."""
_SHARES = {"rate", "ratio", "percent", "percentage", "pct", "share"}


@dataclass(frozen=True)
class FoundKey:
    """A key that nobody declared: every value of `column` that was looked at is one of `target`'s."""

    table: TableName
    column: str
    target: TableName
    target_column: str


@dataclass
class _Names:
    """Names that are not taken yet, letters, digits and underscores only."""

    taken: set[str] = field(default_factory=set)

    def free(self, *wishes: str) -> str:
        for wish in (*wishes, *(f"{wishes[-1]}_{number}" for number in range(2, 10_000))):
            name = _NO_LETTER.sub("_", wish.lower()).strip("_") or "unnamed"
            name = f"n_{name}" if name[0].isdigit() else name
            if name not in self.taken:
                self.taken.add(name)
                return name
        raise ValueError(f"no free name like {wishes[0]!r}")


def draft(catalog: Catalog, profiles: Mapping[TableName, TableProfile], found: Sequence[FoundKey] = ()) -> str:
    """The model as Ossie YAML. It loads and fits the catalog; what it says of meaning is a guess, and it says that too.

    A table whose name no source can be written for (a quote or a dot in it) is left out.
    """
    usable = tuple(table for table in catalog.tables if find_table(catalog, _source(table)) is table)
    model = _Draft(replace(catalog, tables=usable), profiles, found).model()
    head = (
        "# Drafted from the database's names, keys and values; nobody has reviewed it. Correct names, descriptions and synonyms,\n"
        "# take away what nobody asks for, and set `certification` to reviewed.\n"
    )
    return head + yaml.safe_dump({"version": "0.2.0.dev0", "semantic_model": [model]}, sort_keys=False, allow_unicode=True, width=140)


def candidate_keys(catalog: Catalog, profiles: Mapping[TableName, TableProfile]) -> Iterator[FoundKey]:
    """Pairs of columns that may be a key nobody declared: of one type, the target's values unique, and alike by name. Whether every value
    is there is to be asked of the database."""
    declared = {(name_of(table), key.columns) for table in catalog.tables for key in table.foreign_keys}
    targets = [(table, column) for table in catalog.tables for column in table.columns if _is_key_of(table, column, profiles)]
    for table in catalog.tables:
        for column in table.columns:
            if (name_of(table), (column.name,)) not in declared and not _is_empty(table, column, profiles):
                yield from _targets_of(table, column, targets)


def _is_empty(table: Table, column: TableColumn, profiles: Mapping[TableName, TableProfile]) -> bool:
    """No value proves nothing: all of none are anywhere."""
    profile = profiles.get(name_of(table))
    found = profile.column(column.name) if profile else None
    return found is not None and found.filled == 0


def _targets_of(table: Table, column: TableColumn, targets: Sequence[tuple[Table, TableColumn]]) -> Iterator[FoundKey]:
    """The likeliest first: customers before invoices for "customer_id", then where the column stands first, as keys do. The thing's own
    table has no such key elsewhere."""
    alike = [(t, c) for t, c in targets if t is not table and t.schema == table.schema and c.type == column.type and _is_like(column, t, c)]
    if _is_of(column.name, table):
        return
    ranked = sorted(alike, key=lambda one: (not _is_of(column.name, one[0]), one[0].columns[0] is not one[1]))
    own = [one for one in ranked if _is_of(column.name, one[0])]
    for target, key in (own or ranked)[:3]:
        yield FoundKey(name_of(table), column.name, name_of(target), key.name)


def _is_of(key: str, table: Table) -> bool:
    """Whether a key is called by this table: "customer_id" by customers, "paperid" by paper."""
    words, name = split(key), "".join(split(table.name))
    return "".join(words[:-1]) == name or (len(words) == 1 and words[0] == f"{name}id")


def _is_key_of(table: Table, column: TableColumn, profiles: Mapping[TableName, TableProfile]) -> bool:
    profile = profiles.get(name_of(table))
    is_unique = table.primary_key == (column.name,) or (profile is not None and profile.is_unique(column.name))
    return is_unique and column.type in ("integer", "text")


def _is_like(column: TableColumn, target: Table, key: TableColumn) -> bool:
    """ "customer_id" is the key of customers, whether it is called so there too or only "id"."""
    if column.name.lower() == key.name.lower():
        return column.name.lower() not in ("id", "name", "code", "key", "title", "description")
    words, key_words = split(column.name), split(key.name)
    thing = words[: -len(key_words)]
    return words[-len(key_words) :] == key_words and bool(thing) and split(target.name)[-len(thing) :] == thing


class _Draft:
    def __init__(self, catalog: Catalog, profiles: Mapping[TableName, TableProfile], found: Sequence[FoundKey]) -> None:
        self._catalog, self._profiles = catalog, profiles
        names = _Names()
        schemas = len({table.schema for table in catalog.tables}) > 1
        wishes = {name_of(table): (table.name, *((f"{table.schema}_{table.name}",) if schemas else ())) for table in catalog.tables}
        self._names = {name: names.free(*wish) for name, wish in wishes.items()}
        self._keys = {name_of(table): [*table.foreign_keys, *_as_keys(table, found)] for table in catalog.tables}
        self._metric_names = _Names()
        self._role_names = names
        self._tables = {name_of(table): table for table in catalog.tables}

    def model(self) -> dict[str, Any]:
        relationships, roles = self._joined()
        datasets = [self._dataset(table, self._names[name_of(table)]) for table in self._catalog.tables]
        datasets += [self._dataset(self._table(name), role) for role, name in roles.items()]
        metrics = [metric for table in self._catalog.tables for metric in self._metrics(table)]
        examples = [f"How many {_words_of(self._names[name_of(table)])} are there?" for table in self._catalog.tables[:3]]
        return {
            "name": _Names().free(self._catalog.database),
            "description": f"Drafted for the database {self._catalog.database}; not reviewed.",
            "custom_extensions": _extension({"certification": "unreviewed", "examples": examples}),
            "datasets": datasets,
            "relationships": list(map(_as_document, relationships)),
            "metrics": metrics,
        }

    def _dataset(self, table: Table, name: str) -> dict[str, Any]:
        fields = list(self._fields(table))
        times = [one["name"] for one in fields if one.get("dimension", {}).get("is_time")]
        told = {"time_field": f"{name}.{times[0]}"} if times else {}
        document: dict[str, Any] = {"name": name, "source": _source(table)}
        if key := self._unique(table):
            document["primary_key"] = list(key)
        document["description"] = table.comment or f"{_words_of(name).capitalize()}, one row each."
        document["ai_context"] = {"synonyms": _synonyms(name)}
        if told:
            document["custom_extensions"] = _extension(told)
        return document | {"fields": fields}

    def _unique(self, table: Table) -> tuple[str, ...]:
        """The declared key, or a column whose values are unique: its own key before others' keys."""
        if table.primary_key:
            return table.primary_key
        profile = self._profiles.get(name_of(table))
        unique = [
            column.name for column in table.columns if profile and profile.is_unique(column.name) and column.type in ("integer", "text")
        ]
        return tuple(sorted(unique, key=lambda name: not _is_identifier(name))[:1])

    def _fields(self, table: Table) -> Iterator[dict[str, Any]]:
        names = _Names()
        for column in table.columns:
            name = names.free(column.name)
            document: dict[str, Any] = {
                "name": name,
                "label": _words_of(name).capitalize(),
                "expression": {"dialects": [{"dialect": "ANSI_SQL", "expression": _quoted(column.name)}]},
            }
            if column.type in ("date", "timestamp"):
                document["dimension"] = {"is_time": True}
            if column.comment:
                document["description"] = column.comment
            yield document | {"custom_extensions": _extension(self._of_field(table, column))}

    def _of_field(self, table: Table, column: TableColumn) -> dict[str, Any]:
        """What Ossie has no place for: what it is for, and the values where they are few."""
        if column.type in ("date", "timestamp"):
            grains = ["day", "week", "month", "quarter", "year"]
            return {"role": "time", "grains": grains if column.type == "date" else ["hour", *grains]}
        if self._is_key(table, column):
            return {"role": "key", "format": "text"}
        if column.type == "number" or (column.type == "integer" and not _is_named(column.name, _OF_A_TIME)):
            return {"role": "attribute"}
        told: dict[str, Any] = {"role": "dimension", "format": "text"}
        if column.type not in ("text", "boolean", "integer"):
            told = {"role": "attribute"}
        profile = self._profiles.get(name_of(table))
        found = profile.column(column.name) if profile else None
        if column.type == "text" and found and found.common and found.distinct <= MOST_VALUES:
            told["values"] = {value: [] for value, _ in found.common}
        return told

    def _is_key(self, table: Table, column: TableColumn) -> bool:
        return (
            column.name in self._unique(table)
            or any(column.name in key.columns for key in self._keys[name_of(table)])
            or (column.type in ("integer", "text") and _is_identifier(column.name))
        )

    def _joined(self) -> tuple[list[Relationship], dict[str, TableName]]:
        """Relationships by which no dataset is reached in two ways, and datasets for second roles by the table that they show: of two
        declared keys to airports, the second leads to a dataset of its own. A found key that would make two ways is left out."""
        kept = _Joins({self._names[name_of(table)]: self._unique(table) for table in self._catalog.tables})
        roles: dict[str, TableName] = {}
        names = _Names()
        for table, key in self._all_keys():
            target = TableName(key.table_schema or table.schema, key.table)
            if target not in self._names or not self._is_whole_key(target, key):
                continue
            many, one = self._names[name_of(table)], self._names[target]
            made = Relationship(
                names.free(f"{many}_to_{one}", f"{many}_{'_'.join(key.columns)}_to_{one}"), many, one, key.columns, key.to_columns
            )
            if not kept.add(made) and key in table.foreign_keys:
                role = self._role_names.free(f"{'_'.join(key.columns)}_{one}", f"{many}_{'_'.join(key.columns)}_{one}")
                roles[role] = target
                kept.datasets[role] = self._unique(self._table(target))
                kept.add(replace(made, one=role))
        return kept.relationships, roles

    def _all_keys(self) -> Iterator[tuple[Table, ForeignKey]]:
        """Declared ones first."""
        tables = self._catalog.tables
        yield from ((table, key) for table in tables for key in table.foreign_keys)
        yield from ((table, key) for table in tables for key in self._keys[name_of(table)][len(table.foreign_keys) :])

    def _table(self, name: TableName) -> Table:
        return self._tables[name]

    def _is_whole_key(self, target: TableName, key: ForeignKey) -> bool:
        """One to join by: the unique key of the other table, all of it."""
        return set(self._unique(self._table(target))) == set(key.to_columns)

    def _metrics(self, table: Table) -> Iterator[dict[str, Any]]:
        dataset = self._names[name_of(table)]
        thing = _words_of(dataset)
        name = self._metric_names.free(f"{dataset}_count", f"number_of_{dataset}")
        words = [thing, f"number of {thing}", f"count of {thing}"]
        yield _metric(name, "COUNT(*)", f"Rows of {thing}.", words, {"dataset": dataset, "additivity": "additive", "decimals": 0})
        for column in table.columns:
            is_counted = self._is_key(table, column) or _is_named(column.name, _OF_A_TIME | _PLACES)
            if column.type in ("integer", "number") and not is_counted:
                yield from self._of_number(dataset, column)

    def _of_number(self, dataset: str, column: TableColumn) -> Iterator[dict[str, Any]]:
        words, path = _words_of(column.name), f"{dataset}.{_quoted(column.name)}"
        about = column.comment or f"{words} of {_words_of(dataset)}"
        if not _is_named(column.name, _AVERAGED):
            name = self._metric_names.free(f"total_{column.name}", f"total_{dataset}_{column.name}")
            told = {"dataset": dataset, "additivity": "additive"}
            yield _metric(name, f"SUM({path})", f"Total: {about}.", [f"total {words}", words], told)
        name = self._metric_names.free(f"average_{column.name}", f"average_{dataset}_{column.name}")
        yield _metric(name, f"AVG({path})", f"Average: {about}.", [f"average {words}", f"mean {words}"], {"dataset": dataset})


@dataclass
class _Joins:
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


def _as_document(one: Relationship) -> dict[str, Any]:
    columns = {"from_columns": list(one.many_columns), "to_columns": list(one.one_columns)}
    return {"name": one.name, "from": one.many, "to": one.one, **columns}


def _metric(name: str, expression: str, description: str, synonyms: list[str], told: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "expression": {"dialects": [{"dialect": "ANSI_SQL", "expression": expression}]},
        "description": description,
        "ai_context": {"synonyms": list(dict.fromkeys(synonyms))},
        "custom_extensions": _extension(told),
    }


def _as_keys(table: Table, found: Sequence[FoundKey]) -> Iterator[ForeignKey]:
    for one in found:
        if one.table == name_of(table):
            yield ForeignKey((one.column,), one.target.schema, one.target.name, (one.target_column,))


def _extension(data: dict[str, Any]) -> list[dict[str, str]]:
    return [{"vendor_name": VENDOR, "data": json.dumps(data, ensure_ascii=False)}]


def _source(table: Table) -> str:
    return f"{table.schema}.{table.name}" if table.schema else table.name


def _quoted(name: str) -> str:
    """As ANSI SQL writes it."""
    return name if _PLAIN.fullmatch(name) and not is_reserved(name, "postgres") else '"' + name.replace('"', '""') + '"'


def _words_of(name: str) -> str:
    return " ".join(word for word in re.split(r"[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])", name) if word).lower()


def _synonyms(name: str) -> list[str]:
    words = _words_of(name)
    single = " ".join(split(words))
    return [word for word in dict.fromkeys((single, words)) if word != name]


def _is_named(name: str, words: set[str]) -> bool:
    return bool(words & set(split(name)) or words & {name.lower()})


def _is_identifier(name: str) -> bool:
    return bool(set(split(name)[-1:]) & _IDENTIFIERS) or name.lower().endswith("id")
