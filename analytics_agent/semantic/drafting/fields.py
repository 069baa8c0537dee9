"""The fields of a dataset: label, description, other words, and what Ossie has no place for."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from analytics_agent.domain.catalog import Dialect, Table, TableColumn
from analytics_agent.semantic.drafting.descriptions import MONEY, of_values
from analytics_agent.semantic.drafting.naming import Names, label, parts, plural, singular
from analytics_agent.semantic.drafting.ossie_text import context, expression, extension, quoted
from analytics_agent.semantic.drafting.things import MOST_VALUES, NO, YES, Kind, Thing, kind_of, time_written, unit_of

_ENDS = ("name", "code", "type", "kind", "category", "class")
_BARE = ("name", "names", "id", "ids")
"""Words that many columns of a database have."""
_HAS = ("has", "have", "is", "are", "was", "allows", "allow", "includes", "include", "with")
_FLAGS = ("flag", "yn", "ind", "indicator")
_LATE = frozenset(
    [
        "updated",
        "modified",
        "changed",
        "deleted",
        "loaded",
        "ingested",
        "synced",
        "expires",
        "expiry",
        "expired",
        "expiration",
        "closed",
        "ended",
        "end",
        "until",
        "to",
        "due",
        "birth",
        "dob",
        "born",
        "death",
        "birthdate",
        "birthday",
        "valid",
    ]
)
_TYPES = {"integer": "Whole number", "number": "Number", "text": "Text", "boolean": "Yes or no", "date": "Date", "timestamp": "Time"}


def fields_of(
    thing: Thing, dataset: str, targets: dict[str, Thing], taken: frozenset[str], shared: frozenset[str], dialect: Dialect
) -> Iterator[dict[str, Any]]:
    """`targets` are the things whose key a column holds; `taken` what other things are called, which is no other word for a column;
    `shared` are names of columns that several tables have."""
    wished = field_names(thing.table)
    words = _words_of_all(thing, targets, taken, shared)
    for column in thing.table.columns:
        kind, called = kind_of(thing, column), _called(thing, column, targets)
        text = as_time(thing, column, dialect) if kind == "time" else quoted(column.name)
        document: dict[str, Any] = {"name": wished[column.name], "label": label(called), **expression(text)}
        if kind == "time":
            document["dimension"] = {"is_time": True}
        document["description"] = _described(column)
        document |= context(words[column.name], besides=called)
        told = _told(thing, column, kind)
        if column.name in thing.key and len(thing.key) == 1 and thing.shown and thing.shown != column.name:
            told["display"] = f"{dataset}.{wished[thing.shown]}"
        yield document | extension(told)


def field_names(table: Table) -> dict[str, str]:
    """What each column is called in the model."""
    names = Names()
    return {column.name: names.free(column.name) for column in table.columns}


def as_time(thing: Thing, column: TableColumn, dialect: Dialect) -> str:
    """SQL for a time. SQLite keeps every time as a text, and compares these."""
    written = time_written(thing, column)
    return quoted(column.name) if written is None or dialect == "sqlite" else f"CAST({quoted(column.name)} AS {written.upper()})"


def _words_of_all(thing: Thing, targets: dict[str, Thing], taken: frozenset[str], shared: frozenset[str]) -> dict[str, list[str]]:
    """The other words for each column. One that two columns would have is that of the column whose name says it, or of none."""
    kinds = {column.name: kind_of(thing, column) for column in thing.table.columns}
    found = {
        c.name: [*dict.fromkeys(_synonyms(thing, c, kinds[c.name], _called(thing, c, targets), taken, shared))] for c in thing.table.columns
    }
    said = Counter(word for words in found.values() for word in words)
    named = {c.name: set(_forms(thing.words(c), kinds[c.name], taken)) for c in thing.table.columns}
    by_name = Counter(word for words in named.values() for word in words)
    return {
        column: [word for word in words if word not in _BARE and (said[word] == 1 or (word in named[column] and by_name[word] == 1))]
        for column, words in found.items()
    }


def _called(thing: Thing, column: TableColumn, targets: dict[str, Thing]) -> str:
    """A row's name is called as the row is ("restaurant"), a key by what it is a key of ("conference id" for "cid")."""
    if column.name == thing.shown:
        return thing.one if thing.one in thing.words(column) else f"{thing.one} {thing.words(column)}"
    words = thing.words(column)
    own = thing.one if thing.key == (column.name,) else ""
    target = targets[column.name].one if column.name in targets else own
    if kind_of(thing, column) == "key" and target and not set(target.split()) & set(words.split()):
        return f"{target} id"
    return words


def _described(column: TableColumn) -> str:
    """Nothing of what the column holds: who sees a part of the rows reads this too."""
    return column.comment or f"{_TYPES.get(column.type, 'Value')}."


def _synonyms(thing: Thing, column: TableColumn, kind: Kind, called: str, taken: frozenset[str], shared: frozenset[str]) -> Iterator[str]:
    said = thing.said(column)
    if kind == "key" and column.name in thing.foreign:
        return  # the thing that it points to has these words
    if kind == "name" or (thing.shown is None and thing.key == (column.name,)):
        yield from (thing.one, thing.many, f"{thing.one} name", f"name of the {thing.one}")
    if kind == "name":
        own = thing.words(column)
        yield from (own, f"{own} of the {thing.one}", *(() if thing.one in own else (f"{thing.one} {own}",)))
    if column.name in shared and thing.one not in called:
        yield f"{thing.one} {called}"
    for text in (thing.words(column), called, *said.phrases, *said.also):
        if kind in ("category", "code", "flag", "part", "time") or text not in taken:
            yield from _forms(text, kind, taken)


def _forms(text: str, kind: Kind, taken: frozenset[str]) -> Iterator[str]:
    """ "city name" is the city, "food type" the type of food; what another table is called is not taken from it."""
    yield text
    if kind in ("category", "code", "key", "name"):
        yield plural(text)
    head, _, end = text.rpartition(" ")
    if not head or end not in _ENDS or kind not in ("category", "code"):
        return
    yield f"{end} of {head}"
    if end == "name" or not {head, singular(head)} & taken:
        yield from (head, plural(head))


def _told(thing: Thing, column: TableColumn, kind: Kind) -> dict[str, Any]:
    """Its role, and the values where they are few."""
    if kind == "time":
        grains = ["day", "week", "month", "quarter", "year"]
        is_day = "date" in (column.type, time_written(thing, column))
        return {"role": "time", "grains": grains if is_day else ["hour", *grains]}
    if kind == "number":
        unit = unit_of(thing, column)
        return {"role": "attribute"} | ({"unit": unit} if unit else {}) | ({"format": "currency"} if unit in MONEY else {})
    if kind in ("text", "key"):
        return {"role": "dimension" if thing.shown is None and thing.key == (column.name,) else "attribute", "format": "text"}
    told: dict[str, Any] = {"role": "dimension", "format": "text"}
    if kind != "part" and (values := _values(thing, column, kind)):
        told["values"] = values
    return told


def _values(thing: Thing, column: TableColumn, kind: Kind) -> dict[str, list[str]]:
    if kind == "flag":
        return _of_flag(thing, column)
    profile, codes = thing.of(column), thing.said(column).codes
    if profile is None or not profile.distinct or profile.distinct > MOST_VALUES:
        return {}
    held = [value for value, _ in profile.common] or ([code for code, _ in codes] if column.type == "integer" else [])
    return of_values(codes, held)


def _of_flag(thing: Thing, column: TableColumn) -> dict[str, list[str]]:
    """ "has_exams": with exams, without exams. A stored yes or no is not a word that anybody asks with."""
    profile, words = thing.of(column), thing.words(column).split()
    has = words[0] in _HAS[:2]
    words = words[:-1] if len(words) > 1 and words[-1] in _FLAGS else words
    body = " ".join(words[1:] if words[0] in _HAS and len(words) > 1 else words)
    yes = [f"with {body}", f"with a {body}", f"has {body}"] if has else [body]
    no = [f"without {body}", f"without a {body}", f"no {body}"] if has else [f"not {body}"]
    if column.type == "boolean":
        return {"true": yes, "false": no}
    stored = [value for value, _ in profile.common] if profile else []
    return {value: yes if value.strip().lower() in YES else no for value in stored if value.strip().lower() in (*YES, *NO)}


def is_late(name: str) -> bool:
    """Whether a time says when something ended or was changed, or when somebody was born: any other one dates the rows."""
    return bool(_LATE & set(parts(name)))


def newest_of(thing: Thing, dataset: dict[str, Any], dialect: Dialect) -> tuple[int, str] | None:
    """(rows, "dataset.field") of the time field that dates the dataset, where its profile knows a newest value."""
    times = sorted((one for one in dataset["fields"] if one.get("dimension", {}).get("is_time")), key=lambda one: is_late(one["name"]))
    if not times or thing.profile is None:
        return None
    column = next(c.name for c in thing.table.columns if expression(as_time(thing, c, dialect))["expression"] == times[0]["expression"])
    known = thing.profile.column(column)
    return (thing.profile.rows, f"{dataset['name']}.{times[0]['name']}") if known and known.greatest is not None else None
