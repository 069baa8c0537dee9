"""Every phrase that a semantic model gives a meaning to, by stems; and the operators of English questions, by words."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

from analytics_agent.semantic.reader.operators import CALENDAR, GRAINS, HIGH_WORDS, LOW_WORDS, OPERATORS, UNIT_WORDS
from analytics_agent.semantic.reader.words import SILENT, Token, stem, stems, tokens

OWN_TIME = "time"
"""In place of a field: the time of each metric's own."""
Kind = Literal["metric", "dimension", "value", "dataset", "not_covered", "operator", "grain"]


@dataclass(frozen=True)
class Meaning:
    """What a phrase can stand for. `name` is a metric, a dimension's path, a dataset or an operator; `value` a stored value.

    `rank` is 0 for a label, 1 for a synonym, 2 for a technical name: a lower rank wins where a phrase has several meanings.
    `code`: the phrase is a short code such as JFK, which is only meant when it is typed as one ("as" is not Alaska's AS).
    """

    kind: Kind
    name: str
    value: str = ""
    rank: int = 1
    words: tuple[str, ...] = ()
    code: bool = False


_ADVERBS = frozenset(stem(words) for phrases in GRAINS.values() for words in phrases.split("|") if words.endswith("ly"))


@dataclass(frozen=True)
class Metric:
    """A metric as the overview shows it."""

    name: str
    label: str
    fact: str
    description: str = ""
    unit: str | None = None
    format: str = "number"
    additivity: str = "non_additive"
    higher_is: str | None = None
    weight: str | None = None
    caveats: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    bag: frozenset[str] = frozenset()
    phrases: frozenset[tuple[str, ...]] = frozenset()
    status: str = "reviewed"
    vouched_by: str = ""

    @property
    def is_share(self) -> bool:
        return self.format == "percent"

    @property
    def is_mean(self) -> bool:
        words = set(f"{self.name.replace('_', ' ')} {self.label} {self.unit or ''}".lower().split())
        return bool(words & {"mean", "average", "avg", "median", "per", "a"}) and self.additivity != "additive"

    @property
    def is_count(self) -> bool:
        """A number of things, additive or distinct: not minutes, not a mean, not a share."""
        return bool(self.unit) and self.unit not in UNIT_WORDS and not self.is_mean and not self.is_share


@dataclass(frozen=True)
class Dimension:
    """A dimension as the overview shows it."""

    path: str
    label: str
    role: str = "dimension"
    type: str = ""
    grains: tuple[str, ...] = ()
    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    order: tuple[str, ...] = ()
    display: str | None = None
    column: str | None = None
    synonyms: tuple[str, ...] = ()
    unit: str | None = None

    @property
    def dataset(self) -> str:
        return self.path.partition(".")[0]

    @property
    def is_calendar(self) -> bool:
        """Days of the week, months, seasons: of its own dataset's dates."""
        return bool({word.lower() for value, words in self.values.items() for word in (value, *words)} & CALENDAR)

    @property
    def numeric(self) -> bool:
        return self.type in ("integer", "float", "number", "decimal", "double", "numeric")


class Lexicon:
    """The model's vocabulary. Built from `overview(model)`, the only thing that the offline model knows of a database."""

    def __init__(self, overview: Mapping[str, Any]) -> None:
        self.overview = overview
        self.metrics = {m["name"]: _metric(m) for m in overview.get("metrics", ())}
        self.dimensions = {d["name"]: _dimension(d) for d in overview.get("dimensions", ())}
        self.facts: dict[str, dict[str, Any]] = dict(overview.get("facts", {}))
        self.keys: dict[str, str] = {d["name"]: d["key"] for d in overview.get("datasets", ()) if d.get("key")}
        self.leads: dict[str, list[str]] = {d["name"]: d.get("leads_to", []) for d in overview.get("datasets", ())}
        self.seasons: dict[str, list[int]] = dict(overview.get("seasons", {}))
        self._phrases: dict[tuple[str, ...], list[Meaning]] = {}
        for phrase, meaning in self._meanings():
            self.add(phrase, meaning)
        self._without_adverbs()
        self._without_counting()
        self._abbreviated()
        self._operators = {tuple(p.split()): (kind, name) for kind, name, p in _closed_phrases()}
        self.longest = max((len(p) for p in self._phrases), default=1)

    def add(self, phrase: str, meaning: Meaning) -> None:
        key = stems(phrase)
        says_nothing = all(word in SILENT for word in phrase.lower().split())
        if not any(part.isalnum() for part in key) or (says_nothing and not (meaning.kind == "value" and is_code(phrase))):
            return
        known = self._phrases.setdefault(key, [])
        complete = Meaning(meaning.kind, meaning.name, meaning.value, meaning.rank, tuple(phrase.lower().split()), is_code(phrase))
        if not any((m.kind, m.name, m.value) == (complete.kind, complete.name, complete.value) for m in known):
            known.append(complete)

    def _without_adverbs(self) -> None:
        """ "daily flights" is flights by day, even where a model lists it as a synonym of a mean: the adverb is read on its own."""
        for key in [k for k in self._phrases if k[0] in _ADVERBS and k[1:] in self._phrases]:
            self._phrases[key] = [m for m in self._phrases[key] if m.kind != "metric"]

    def _without_counting(self) -> None:
        """ "how many flights" is an operator and a metric: read apart, "how many flights were flown" can still be another metric."""
        for words in (("how", "many"), ("number", "of")):
            key = stems(" ".join(words))
            for phrase in [k for k in self._phrases if k[: len(key)] == key and k[len(key) :] in self._phrases]:
                rest = {m.name for m in self._phrases[phrase[len(key) :]] if m.kind == "metric"}
                self._phrases[phrase] = [m for m in self._phrases[phrase] if m.name not in rest]

    def _abbreviated(self) -> None:
        """ "avg order value" is called as "average order value" is."""
        for key in [k for k in self._phrases if k[0] == stem("average") and len(k) > 1]:
            if ("avg", *key[1:]) not in self._phrases:
                short = [replace(m, words=("avg", *m.words[1:])) for m in self._phrases[key]]
                self._phrases["avg", *key[1:]] = short

    def lookup(self, key: tuple[str, ...]) -> list[Meaning]:
        return self._phrases.get(key, [])

    def completes(self, word: str, others: frozenset[str]) -> bool:
        """Whether a phrase of the model is made of this word and of some of the others, by stems: "placed" with "orders"."""
        return any(word in key and others.issuperset(part for part in key if part != word) for key in self._phrases)

    def operator(self, words: tuple[str, ...]) -> tuple[str, str] | None:
        """("operator", name) or ("grain", unit)."""
        return self._operators.get(words)

    @cached_property
    def longest_operator(self) -> int:
        return max(len(words) for words in self._operators)

    @cached_property
    def is_directional(self) -> bool:
        """Whether there are places that things come from or go to."""
        return any(way_of(dimension) for dimension in self.dimensions.values())

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Every word that a phrase of the model or of English questions is made of."""
        own = {word for meanings in self._phrases.values() for meaning in meanings for word in meaning.words}
        return frozenset(own | {word for words in self._operators for word in words})

    @cached_property
    def described(self) -> frozenset[str]:
        """Words of definitions, which may explain a word of a question."""
        items = [*self.overview.get("metrics", ()), *self.overview.get("dimensions", ()), *self.overview.get("datasets", ())]
        return frozenset(token.lower for item in items for token in tokens(item.get("description", "")))

    def reaches(self, fact: str, path: str) -> bool:
        """Refunds of summer are not the refunds of what was ordered in summer: a calendar goes with the fact's own time."""
        about, dataset = self.facts.get(fact, {}), path.partition(".")[0]
        dimension = self.dimensions.get(path)
        other_dates = dimension is not None and dimension.is_calendar and dataset != str(about.get("time") or "").partition(".")[0]
        return dataset in about.get("datasets", ()) and not other_dates

    def joint(self, facts: Sequence[str]) -> str:
        """One name for several facts that are asked for together: what all of them reach, and the time of each."""
        if len(facts) == 1:
            return facts[0]
        name, about = "+".join(facts), [self.facts.get(fact, {}) for fact in facts]
        shared = [dataset for dataset in about[0].get("datasets", ()) if all(dataset in each.get("datasets", ()) for each in about)]
        times = {each.get("time") for each in about}
        self.facts[name] = {"datasets": shared} | ({"time": times.pop() if len(times) == 1 else OWN_TIME} if None not in times else {})
        return name

    def base(self, fact: str) -> Metric | None:
        """The metric that counts the fact's rows: the one that carries the fact's own name, else its first additive count."""
        own = [m for m in self.metrics.values() if m.fact == fact and m.additivity == "additive"]
        named = [m for m in own if stems(m.label) == stems(fact) or m.name == fact]
        return named[0] if named else None

    def code_of(self, path: str) -> str:
        """The field whose display this is ("flights.carrier" for "airlines.name"), or the field itself."""
        return next((d.path for d in self.dimensions.values() if d.display == path), path)

    def _meanings(self) -> Iterator[tuple[str, Meaning]]:
        for thing, words in self.overview.get("not_covered", {}).items():
            yield from ((word, Meaning("not_covered", thing)) for word in (thing, *words))
        for m in self.overview.get("metrics", ()):
            yield from _named("metric", m)
        for d in self.overview.get("dimensions", ()):
            if d.get("role") != "key":
                yield from _named("dimension", d)
            for value, words in d.get("values", {}).items():
                shown = () if value.isdigit() or value in ("true", "false") else (value,)
                yield from ((word, Meaning("value", d["name"], value)) for word in (*shown, *words))
        for dataset in self.overview.get("datasets", ()):
            yield from _named("dataset", dataset)


def _named(kind: Kind, item: Mapping[str, Any]) -> Iterator[tuple[str, Meaning]]:
    name = item["name"]
    if item.get("label"):
        yield item["label"], Meaning(kind, name, rank=0)
    for word in item.get("synonyms", ()):
        yield word, Meaning(kind, name, rank=1)
    if item.get("role") not in ("attribute", "time"):
        yield name.rpartition(".")[2].replace("_", " "), Meaning(kind, name, rank=2)


def _closed_phrases() -> Iterable[tuple[str, str, str]]:
    yield from (("operator", name, phrase) for name, phrases in OPERATORS.items() for phrase in phrases.split("|"))
    yield from (("grain", name, phrase) for name, phrases in GRAINS.items() for phrase in phrases.split("|"))


def _metric(data: Mapping[str, Any]) -> Metric:
    texts = [data.get("label", ""), *data.get("synonyms", ()), data["name"].replace("_", " ")]
    return Metric(
        name=data["name"],
        label=data.get("label", data["name"]),
        fact=data.get("fact", ""),
        description=data.get("description", ""),
        unit=data.get("unit"),
        format=data.get("format", "number"),
        additivity=data.get("additivity", "non_additive"),
        higher_is=data.get("higher_is"),
        weight=data.get("weight"),
        caveats=tuple(data.get("caveats", ())),
        conditions=tuple(data.get("conditions", ())),
        bag=frozenset(part for text in texts for part in stems(text)),
        phrases=frozenset(stems(text) for text in texts),
        status=data.get("certification", {}).get("status", "reviewed"),
        vouched_by=data.get("certification", {}).get("by", ""),
    )


def _dimension(data: Mapping[str, Any]) -> Dimension:
    return Dimension(
        path=data["name"],
        label=data.get("label", data["name"]),
        role=data.get("role", "dimension"),
        type=data.get("type", ""),
        grains=tuple(data.get("grains", ())),
        values=data.get("values", {}),
        order=tuple(data.get("order", ())),
        display=data.get("display"),
        column=data.get("column"),
        synonyms=tuple(data.get("synonyms", ())),
        unit=data.get("unit"),
    )


_TO_FIELD = frozenset(s for w in ("destination", "dest", "arrival", "target", "receiver") for s in stems(w))
_FROM_FIELD = frozenset(s for w in ("origin", "departure", "source", "sender") for s in stems(w))


def way_of(dimension: Dimension) -> str:
    """ "to" for a destination, "from" for an origin, "" for everything that lies nowhere."""
    words = set(stems(f"{dimension.path.partition('.')[2].replace('_', ' ')} {dimension.label}"))
    first = dimension.path.partition(".")[2].partition("_")[0]
    if first in ("to", "from"):
        return first
    if words & _TO_FIELD or set(stems(dimension.dataset.replace("_", " "))) & _TO_FIELD:
        return "to"
    return "from" if words & _FROM_FIELD else ""


def is_code(text: str) -> bool:
    """A short code such as JFK or 9E."""
    return len(text) <= 3 and text.upper() == text and any(c.isalpha() for c in text)


def direction_word(tokens: Sequence[Token]) -> str | None:
    """ "desc" for busiest, "asc" for coldest: the superlative inside a phrase of the model."""
    words = {token.lower for token in tokens}
    if words & LOW_WORDS:
        return "asc"
    return "desc" if words & HIGH_WORDS else None


__all__ = ["GRAINS", "UNIT_WORDS", "Dimension", "Lexicon", "Meaning", "Metric", "direction_word", "is_code"]
