"""Metrics, dimensions and verified queries by the words of a question, best first, over what their model says of them.

The words of a model are read once and kept as long as that very record of it lives.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log
from typing import Literal

from analytics_agent.catalog.kept import Kept
from analytics_agent.catalog.said import Values
from analytics_agent.catalog.words import NOT_SEARCHED, split
from analytics_agent.semantic.model import SemanticModel, VerifiedQuery

_WORD = re.compile(r"[^\W_]+")
_WHOLE, _DESCRIBED, _VALUE = 2.0, 0.1, 2.5
_ALIKE = 0.4
"""How like its question must be, of 1."""
_LIKE = 3
_OF_A_RANKING = "top bottom best worst highest lowest largest smallest first last average total number count sum"


@dataclass(frozen=True)
class Hit:
    """`name` is a metric's, or dataset.field of a dimension. `values` are those of it that were asked for."""

    kind: Literal["metric", "dimension"]
    name: str
    label: str
    description: str
    score: float
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Likely:
    """A verified query whose question is like the one that was asked; of 1 it is the same, but for words that say nothing."""

    query: VerifiedQuery
    likeness: float


def search(model: SemanticModel, words: str, limit: int = 10, *, values: bool = True) -> tuple[Hit, ...]:
    """Nothing that shares no word is listed. `values` is false for a reader who may see none."""
    return _WORDS.of(model).search(words, limit, values=values)


def verified(model: SemanticModel, words: str, limit: int = _LIKE) -> tuple[Likely, ...]:
    """Verified queries for a question like this one."""
    return _WORDS.of(model).verified(words, limit) if model.verified_queries else ()


@dataclass(frozen=True)
class _Item:
    kind: Literal["metric", "dimension"]
    name: str
    label: str
    description: str
    names: tuple[frozenset[str], ...]
    told: frozenset[str]

    def score(self, wanted: frozenset[str]) -> float:
        """A whole name or synonym inside the words counts most, shared words of names next, of the description least."""
        whole = max((len(name) for name in self.names if name <= wanted), default=0)
        telling = wanted - _unsaid()
        shared = max((len(name & telling) / len(name) for name in self.names), default=0.0)
        return whole * _WHOLE + shared + _DESCRIBED * len(self.told & telling)


class _Words:
    """What a model says of its metrics and fields, by words."""

    def __init__(self, model: SemanticModel) -> None:
        self._items = tuple(_items(model))
        self._values = Values((f.path, {"": f.values}) for f in model.fields())
        self._own = {word for item in self._items for name in item.names for word in name}
        self._verified = [(query, self._concepts(query.question)) for query in model.verified_queries]
        self._held_by = Counter(concept for _, concepts in self._verified for concept in concepts)

    def search(self, words: str, limit: int, *, values: bool) -> tuple[Hit, ...]:
        wanted = frozenset(stems(words))
        held = self._held(words, wanted) if values else {}
        hits = [(item.score(wanted) + _VALUE * (item.name in held), item) for item in self._items]
        ranked = sorted(((score, item) for score, item in hits if score > 0), key=lambda hit: (-hit[0], hit[1].kind, hit[1].name))
        return tuple(_hit(item, score, tuple(held.get(item.name, ()))) for score, item in ranked[:limit])

    def _held(self, text: str, wanted: frozenset[str]) -> dict[str, dict[str, None]]:
        """The values that the text speaks of, by the dimension that has them."""
        strange = [word for word in split(text) if stem(word) not in self._own and stem(word) not in _unsaid()]
        found: dict[str, dict[str, None]] = {}
        for _, holders in self._values.found(text, strange):
            for holder in holders:
                found.setdefault(holder.name, {})[holder.value] = None
        return found

    def verified(self, words: str, limit: int) -> tuple[Likely, ...]:
        asked = self._concepts(words)
        alike = [Likely(query, self._likeness(asked, concepts)) for query, concepts in self._verified]
        ranked = sorted((one for one in alike if one.likeness >= _ALIKE), key=lambda one: -one.likeness)
        return tuple(ranked[:limit])

    def _concepts(self, text: str) -> frozenset[str]:
        """The words of a question that say something, and what of the model they name, by whatever synonym."""
        empty = _unsaid() | {stem(word) for word in _OF_A_RANKING.split()}
        words = frozenset(stems(text))
        named = [item.name for item in self._items if any(name <= words for name in item.names)]
        return frozenset(words - empty) | frozenset(f"#{name}" for name in named)

    def _likeness(self, asked: frozenset[str], concepts: frozenset[str]) -> float:
        """How much of the verified question was asked, and a little how much of what was asked is in it."""
        shared = asked & concepts
        if not shared:
            return 0.0
        return self._weight(shared) / self._weight(concepts) * (1 + len(shared) / len(asked)) / 2

    def _weight(self, concepts: Iterable[str]) -> float:
        """Words that few verified questions have tell them apart."""
        return sum(log(1 + (len(self._verified) + 1) / (1 + self._held_by[each])) for each in concepts)


@lru_cache(maxsize=1)
def _unsaid() -> frozenset[str]:
    """Words of every question."""
    return frozenset(stem(word) for word in NOT_SEARCHED.split())


def _items(model: SemanticModel) -> Iterator[_Item]:
    for metric in model.metrics:
        names = (metric.name, metric.label, *metric.synonyms)
        yield _Item("metric", metric.name, metric.label, metric.description, _named(names), frozenset(stems(metric.description)))
    for field in model.fields():
        names = (field.path, field.label, *field.synonyms)
        yield _Item("dimension", field.path, field.label, field.description, _named(names), frozenset(stems(field.description)))


def _named(names: Sequence[str]) -> tuple[frozenset[str], ...]:
    return tuple(dict.fromkeys(found for text in names if (found := frozenset(stems(text)))))


def _hit(item: _Item, score: float, values: tuple[str, ...]) -> Hit:
    return Hit(item.kind, item.name, item.label, item.description, round(score, 3), values)


def stems(text: str) -> list[str]:
    return [stem(word) for word in _WORD.findall(text.lower())]


def stem(word: str) -> str:
    """Light: plural and the commonest endings only, so that "delays", "delayed" and "delay" meet."""
    for ending, stump in (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("s", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            return word[: len(word) - len(ending)] + stump
    return word


_WORDS = Kept(_Words)
