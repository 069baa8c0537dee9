"""Names of tables and columns as people say them: taken apart into words, abbreviations spelled out, one thing and several."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain

from analytics_agent.catalog.words import split

_PART = re.compile(r"[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NO_LETTER = re.compile(r"[^a-z0-9]+")
_SHORT = {
    "acct": "account", "addr": "address", "amt": "amount", "avg": "average", "bal": "balance", "birthdate": "birth date", "cd": "code",
    "cnt": "count",
    "comm": "commission", "cust": "customer", "dept": "department", "desc": "description", "descr": "description", "dest": "destination",
    "dob": "date of birth", "dt": "date", "emp": "employee", "fname": "first name", "grp": "group", "hrs": "hours", "lang": "language",
    "lat": "latitude", "lname": "last name", "lng": "longitude", "loc": "location", "lon": "longitude", "lvl": "level",
    "mfr": "manufacturer", "mgr": "manager", "mins": "minutes", "msg": "message", "mth": "month", "nbr": "number", "no": "number",
    "nm": "name",
    "nr": "number", "num": "number", "pct": "percent", "pmt": "payment", "prev": "previous", "prod": "product", "qty": "quantity",
    "secs": "seconds", "src": "source", "tel": "telephone", "tot": "total", "trx": "transaction", "txn": "transaction",
    "univ": "university", "uom": "unit of measure", "usr": "user", "wt": "weight", "yr": "year",
}  # fmt: skip
"""Abbreviations that mean one thing in whatever database; one that may mean several (min, org, temp) stays as it is."""
_JOINED = (
    "name",
    "date",
    "time",
    "code",
    "type",
    "number",
    "count",
    "first",
    "last",
    "birth",
    "zip",
    "user",
    "file",
    "phone",
    "home",
    "page",
)
_SAME = {
    "aircraft",
    "data",
    "equipment",
    "information",
    "media",
    "metadata",
    "news",
    "series",
    "sheep",
    "software",
    "species",
    "staff",
    "stuff",
}
_ODD = {"child": "children", "foot": "feet", "goose": "geese", "man": "men", "mouse": "mice", "person": "people", "tooth": "teeth"}
_ODD_BACK = {many: one for one, many in _ODD.items()} | {"woman": "women"}


@dataclass
class Names:
    """Names that are not taken yet, letters, digits and underscores only."""

    taken: set[str] = field(default_factory=set)

    def free(self, *wishes: str) -> str:
        for wish in chain(wishes, (f"{wishes[-1]}_{number}" for number in range(2, 10_000))):
            name = _NO_LETTER.sub("_", wish.lower()).strip("_") or "unnamed"
            name = f"n_{name}" if name[0].isdigit() else name
            if name not in self.taken:
                self.taken.add(name)
                return name
        raise ValueError(f"no free name like {wishes[0]!r}")


def parts(name: str) -> tuple[str, ...]:
    """The words a name is written with, small: "lateDepartures_2013" is late, departures, 2013."""
    return tuple(word.lower() for word in _PART.split(name) if word)


def spoken(name: str, known: Iterable[str] = ()) -> str:
    """A name as it is said: "order_qty" is "order quantity". `known` are words that a name without gaps may be made of: those of its
    description and of its tables."""
    words = (each for word in parts(name) for each in _apart(word, frozenset(known)))
    return " ".join(_SHORT.get(word, word) for word in words)


@lru_cache(maxsize=16_384)
def _apart(word: str, known: frozenset[str]) -> tuple[str, ...]:
    """ "venuename" is venue and name, where both are words that are known; else it is one word."""
    if word in known or word in _SHORT or len(word) < 6:
        return (word,)
    usable = sorted(
        {each for each in (*known, *_JOINED, "num", "id") if len(each) > 1 and each in word}, key=lambda each: (-len(each), each)
    )
    return _cut(word, usable) or (word,)


def _cut(word: str, usable: list[str]) -> tuple[str, ...]:
    """The words of which this one is made, the longest first; empty where it is not made of them alone."""
    if not word:
        return ()
    for each in usable:
        if word == each:
            return (each,)
        if word.startswith(each) and (rest := _cut(word[len(each) :], usable)):
            return (each, *rest)
    return ()


def singular(text: str) -> str:
    """The last word as one thing: "order lines" is "order line"."""
    head, _, last = text.rpartition(" ")
    last = _ODD_BACK.get(last, last if last in _SAME or last.endswith(("ss", "us", "is")) else split(last)[0] if split(last) else last)
    return f"{head} {last}".strip()


def plural(text: str) -> str:
    """The last word as several: "order line" is "order lines". What looks like several already stays."""
    head, _, last = text.rpartition(" ")
    return f"{head} {_several(last)}".strip()


def _several(word: str) -> str:
    if word in _ODD:
        return _ODD[word]
    if not word.isalpha() or word in _SAME or word in _ODD_BACK or singular(word) != word:
        return word
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(("s", "x", "z", "ch", "sh")) else f"{word}s"


def label(text: str) -> str:
    return text[:1].upper() + text[1:]
