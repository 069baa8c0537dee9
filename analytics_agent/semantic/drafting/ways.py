"""Several keys of one table to another: origin and destination airport, billing and shipping address. Each is a way of its own, and a
dataset of its own with words of its own; the words of the table alone are those of each way, so that who says no more is asked."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analytics_agent.domain.catalog import ForeignKey, TableName
from analytics_agent.semantic.drafting.naming import label, parts, plural, singular, spoken
from analytics_agent.semantic.drafting.ossie_text import context, extension
from analytics_agent.semantic.drafting.things import Thing

MOST_WAYS = 60
"""In one model; what lies behind further ones is not reached."""
_KEYS = {"id", "ids", "key", "code", "no", "nr", "num", "number", "fk", "sk", "pk", "ref", "uuid", "guid"}


@dataclass(frozen=True)
class Way:
    """The role in which a table is known: `said` before its words ("destination"), `name` before the dataset's ("dest"). `behind` is the
    thing of the table that it lies behind ("airport"); what `is_second` goes by the table's own words beside the table itself."""

    table: TableName
    said: str
    name: str
    behind: str = ""
    is_second: bool = False

    def further(self, thing: str, table: TableName, way: "Way | None") -> "Way":
        """What lies behind it: the state of the destination airport; behind a way of that table, by the words of both."""
        said, name = (f"{self.said} {way.said}", f"{self.name}_{way.name}") if way else (self.said, self.name)
        return Way(table, said, name, thing, self.is_second)


def ways_of(thing: Thing, target: Thing, keys: Sequence[ForeignKey]) -> Iterator[tuple[ForeignKey, Way]]:
    """Each of the keys with its way: what its columns are called, without what they point to. Where that leaves nothing, or the same of
    two, the columns are said in full."""
    short = [_short(thing, target, key) for key in keys]
    for key, (said, name) in zip(keys, short, strict=True):
        is_own = bool(said) and [other for other, _ in short].count(said) == 1
        whole = " ".join(_words(thing, key))
        yield key, Way(TableName(target.table.schema, target.table.name), *((said, name) if is_own else (whole, "_".join(key.columns))))


def _words(thing: Thing, key: ForeignKey) -> list[str]:
    by_name = {column.name: column for column in thing.table.columns}
    return [word for column in key.columns for word in (thing.words(by_name[column]) if column in by_name else spoken(column)).split()]


def _short(thing: Thing, target: Thing, key: ForeignKey) -> tuple[str, str]:
    """As it is said, and as it is written."""
    left_out = {*target.one.split(), *target.many.split(), *_KEYS}
    said = [word for word in _words(thing, key) if word not in left_out and singular(word) not in left_out]
    written = [part for column in key.columns for part in parts(column)]
    name = [part for part in written if not {part, singular(part), *spoken(part).split()} & left_out]
    is_glued = len(written) == len(key.columns) and " ".join(map(spoken, written)).split() != _words(thing, key)
    return " ".join(said), "_".join(said if is_glued else name or said)


def in_way(document: Mapping[str, Any], thing: Thing, name: str, way: Way) -> dict[str, Any]:
    """The dataset of a table as it is known in this way. `document` is that of the table itself."""
    one = f"{way.said} {thing.one}"
    fields = [_field(field, thing, document["name"], name, way) for field in document["fields"]]
    known = {"primary_key": document["primary_key"]} if "primary_key" in document else {}
    dated = str(_told(document).get("time_field", ""))
    told = {"time_field": _moved(dated, document["name"], name)} if dated else {}
    described = f"{label(plural(one))}: {str(document['description'])[:1].lower()}{str(document['description'])[1:]}"
    return {
        "name": name,
        "source": document["source"],
        "description": described,
        **known,
        **context([one, plural(one)], besides=name),
        **extension(told),
        "fields": fields,
    }


def _field(field: Mapping[str, Any], thing: Thing, dataset: str, name: str, way: Way) -> dict[str, Any]:
    called = str(field["label"])[:1].lower() + str(field["label"])[1:]
    own = called if thing.one in called else f"{thing.one} {called}"
    plain = [called, own, *field.get("ai_context", {}).get("synonyms", ())]
    told_apart = [word for word in plain if thing.one in word] if way.behind else plain  # the code of a state is no code of its airport
    told_apart += [f"{way.behind} {word}" for word in told_apart if way.behind]
    words = [*(f"{way.said} {word}" for word in told_apart), *plain, *told_apart]
    told = _told(field)
    told |= {"display": _moved(str(told["display"]), dataset, name)} if "display" in told else {}
    kept = {key: value for key, value in field.items() if key not in ("label", "ai_context", "custom_extensions")}
    told_own = called if way.is_second else f"{way.said} {own}"
    return {**kept, "label": label(told_own), **context(words, besides=told_own), **extension(told)}


def _told(document: Mapping[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(document["custom_extensions"][0]["data"]) if "custom_extensions" in document else {}
    return told


def _moved(path: str, dataset: str, name: str) -> str:
    """A field of the table as one of this way."""
    return f"{name}.{path.removeprefix(f'{dataset}.')}" if path.startswith(f"{dataset}.") else path
