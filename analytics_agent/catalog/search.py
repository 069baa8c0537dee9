"""Finding tables and columns by the words of a question, in catalogs of any size.

Tantivy ranks each word of the question by BM25 (Robertson and Zaragoza, 2009) over a table's name, its columns' names and comments. What
is made of that here: a table whose whole name is asked for goes before one that shares a word with it; a table counts for more where
those that join with it have the other words; and tables that join with the best ones are found though nothing of them was said.
The index is kept as long as the very record of the catalog lives: what somebody may not see is in no index of theirs.
"""

import re
import weakref
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

import tantivy

from analytics_agent.catalog.related import related
from analytics_agent.catalog.restrict import name_of
from analytics_agent.domain.catalog import Catalog, Table, TableColumn, TableName

_FIELDS = {"name": 4.0, "columns": 2.0, "comments": 1.0}
_PART_OF_A_WORD, _MISSPELLED = 0.5, 0.4
_WHOLE_NAME = 3.0
"""How much more a table counts whose whole name is asked for."""
_AROUND, _NEIGHBOR = 0.5, 0.7
"""How much the words count that a table has together with its neighbors, and of those a word that only a neighbor has."""
_FIRST, _JOINING = 6, 4
"""The first tables by their words; then as many that join with them; then the others by their words."""
_HITS = 60
"""Tables that one word finds. A word of more of them tells nothing."""
_MOST_MEANINGS = 8
_SHORTEST_MISSPELLED = 5
"""Letters. In a shorter word one wrong letter makes another word."""
_INDEX_BYTES = 15_000_000
_WORD = re.compile(r"[^\W_]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[^\W\d_])(?=\d)")
NOT_SEARCHED = """
    a an any and are as at be by did do does each every for from give had has have how in is it its list many me most much of on or
    our per show tell than that the their them there these this to was we were what when where which who whose why with
"""
"""Words of every question, which say nothing about tables."""
_OF_THE_ANSWER = """
    all average both database find first highest last least less lowest maximum minimum more name number percentage please provide
    ratio return sum total
"""
"""Words of how the answer is to look: searched only where a question says nothing else."""
_SORTED = re.compile(
    r"\b(?:in )?(?:ascending|descending|alphabetical) order\b|\b(?:order|ordered|sorted) (?:by|in|alphabetically)\b", re.IGNORECASE
)
"""How the answer is to be sorted, which is not about a table of orders."""


@dataclass(frozen=True)
class Match:
    """A table that fits, the columns of it that fit (best first), and a score that only orders matches of one search. With `joins`
    it has little or nothing of what was asked for, and joins with that table, which has."""

    table: Table
    columns: tuple[TableColumn, ...]
    score: float
    joins: Table | None = None


def search(catalog: Catalog, words: str, limit: int = 10) -> tuple[Match, ...]:
    """The tables that fit the words best, best first; empty when no word is found anywhere."""
    return _index_of(catalog).search(words, limit) if catalog.tables else ()


@lru_cache(maxsize=65_536)
def split(text: str) -> tuple[str, ...]:
    """The stemmed words of a name or sentence: "lateDepartures_2013" is late, departure, 2013."""
    return tuple(_stem(part.lower()) for word in _WORD.findall(text) for part in _CAMEL.split(word) if part)


def _stem(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


@lru_cache(maxsize=1)
def _unsaid() -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(split(NOT_SEARCHED)), frozenset(split(_OF_THE_ANSWER))


class _Index:
    """A catalog's tables as documents: made once for each reading of a catalog."""

    def __init__(self, catalog: Catalog) -> None:
        self._tables = {name_of(table): table for table in catalog.tables}
        self._names = tuple(self._tables)
        self._path = catalog.search_path
        self._near = related(catalog)
        self._own = {name: frozenset(split(name.name)) for name in self._names}
        texts = [_texts(table) for table in catalog.tables]
        self._known = sorted({word for text in texts for field in text.values() for word in field})
        self._schema, self._index = _written(texts)
        self._searcher = self._index.searcher()

    def search(self, words: str, limit: int) -> tuple[Match, ...]:
        asked = _asked(words)
        meanings = {word: tuple(self._meanings(word)) for word in asked}
        found = [found for word in asked if (found := self._tables_with(meanings[word]) if meanings[word] else self._misspelled(word))]
        scores = self._scores(found, set(asked))
        ranked = sorted(scores, key=lambda name: (-scores[name], name.schema not in self._path, name.schema or "", name.name))
        weights = {word: weight for each in meanings.values() for word, weight in each}
        joining = self._joining(ranked[:_FIRST], scores)
        order = dict.fromkeys((*ranked[:_FIRST], *joining, *ranked[_FIRST:]))
        return tuple(self._match(name, scores, joining, weights) for name in list(order)[:limit])

    def _meanings(self, asked: str) -> Iterator[tuple[str, float]]:
        """Words of the catalog that a word of the question may be, and how surely: itself, or one that begins like it."""
        place = bisect_left(self._known, asked)
        if place < len(self._known) and self._known[place] == asked:
            yield asked, 1.0
        if len(asked) < 3:
            return
        longer = takewhile(lambda word: word.startswith(asked), self._known[place : place + _MOST_MEANINGS + 1])
        yield from ((word, _PART_OF_A_WORD) for word in longer if word != asked)
        shorter = (asked[:length] for length in range(len(asked) - 1, 2, -1))
        yield from ((word, _PART_OF_A_WORD) for word in shorter if self._knows(word))

    def _knows(self, word: str) -> bool:
        place = bisect_left(self._known, word)
        return place < len(self._known) and self._known[place] == word

    def _tables_with(self, meanings: tuple[tuple[str, float], ...]) -> dict[TableName, float]:
        """How well each table fits one word of the question."""
        parts = [
            (tantivy.Occur.Should, tantivy.Query.boost_query(tantivy.Query.term_query(self._schema, field, word), weight * boost))
            for word, weight in meanings
            for field, boost in _FIELDS.items()
        ]
        return self._hits(tantivy.Query.boolean_query(parts))

    def _hits(self, query: tantivy.Query) -> dict[TableName, float]:
        hits = self._searcher.search(query, _HITS, count=False).hits
        return {self._names[self._searcher.doc(address)["place"][0]]: float(score) for score, address in hits}

    def _misspelled(self, asked: str) -> dict[TableName, float]:
        if len(asked) < _SHORTEST_MISSPELLED:
            return {}
        distance = 1 if len(asked) < _SHORTEST_MISSPELLED + 3 else 2
        parts = [
            (tantivy.Occur.Should, tantivy.Query.boost_query(fuzzy, _MISSPELLED * boost))
            for field, boost in _FIELDS.items()
            for fuzzy in (tantivy.Query.fuzzy_term_query(self._schema, field, asked, distance=distance, transposition_cost_one=True),)
        ]
        return self._hits(tantivy.Query.boolean_query(parts))

    def _scores(self, found: list[dict[TableName, float]], asked: set[str]) -> dict[TableName, float]:
        whole = {name: 1 + _WHOLE_NAME * _part_asked(self._own[name], asked) ** 2 for each in found for name in each}
        weighed = [{name: score * whole[name] for name, score in each.items()} for each in found]
        around = {name: sum(self._around(name, each) for each in weighed) for name in whole}
        most = max(around.values(), default=1.0)
        own = {name: sum(each.get(name, 0.0) for each in weighed) for name in whole}
        return {name: (own[name] + _AROUND * around[name]) * (around[name] / most) ** 0.5 for name in whole}

    def _around(self, name: TableName, found: Mapping[TableName, float]) -> float:
        """How well a word is found in the table or in one that joins with it."""
        near = (found.get(other, 0.0) for other in self._near.get(name, ()))
        return max(found.get(name, 0.0), _NEIGHBOR * max(near, default=0.0))

    def _joining(self, first: list[TableName], scores: Mapping[TableName, float]) -> dict[TableName, TableName]:
        """Tables that join with the first ones, most of all with several of them, each with the best that it joins with."""
        best = scores[first[0]] if first else 1.0
        sums: dict[TableName, float] = defaultdict(float)
        joins: dict[TableName, TableName] = {}
        for name in first:
            for other, weight in self._near.get(name, {}).items():
                if other not in first:
                    sums[other] += weight * scores[name] / best
                    joins.setdefault(other, name)
        order = sorted(sums, key=lambda name: (-sums[name] - scores.get(name, 0.0) / best, name.schema or "", name.name))
        return {name: joins[name] for name in order[:_JOINING]}

    def _match(
        self, name: TableName, scores: Mapping[TableName, float], joining: Mapping[TableName, TableName], weights: Mapping[str, float]
    ) -> Match:
        table = self._tables[name]
        fitting = [(_column_score(column, weights), column) for column in table.columns]
        best = sorted((pair for pair in fitting if pair[0] > 0), key=lambda pair: -pair[0])
        joins = self._tables[joining[name]] if name in joining else None
        return Match(table, tuple(column for _, column in best[:8]), round(scores.get(name, 0.0), 4), joins)


def _asked(words: str) -> list[str]:
    unsaid, of_the_answer = _unsaid()
    said = [word for word in dict.fromkeys(split(_SORTED.sub(" ", words))) if word not in unsaid]
    return [word for word in said if word not in of_the_answer] or said


def _texts(table: Table) -> dict[str, list[str]]:
    """A word counts once in the names of a table's columns: forty columns named *_id do not make a table about ids."""
    columns = dict.fromkeys(word for column in table.columns for word in split(column.name))
    comments = [*split(table.comment or ""), *(word for column in table.columns for word in split(column.comment or ""))]
    return {"name": list(split(table.name)), "columns": list(columns), "comments": comments}


def _written(texts: Iterable[Mapping[str, list[str]]]) -> tuple[tantivy.Schema, tantivy.Index]:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("place", stored=True)
    for field in _FIELDS:
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
    schema = builder.build()
    index = tantivy.Index(schema)
    writer = index.writer(heap_size=_INDEX_BYTES, num_threads=1)
    for place, text in enumerate(texts):
        document = tantivy.Document()
        document.add_unsigned("place", place)
        for field, words in text.items():
            document.add_text(field, " ".join(words))
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    return schema, index


def _part_asked(own: frozenset[str], asked: set[str]) -> float:
    return len(own & asked) / len(own) if own else 0.0


def _column_score(column: TableColumn, weights: Mapping[str, float]) -> float:
    named = sum(weights.get(word, 0.0) for word in set(split(column.name)))
    return _FIELDS["columns"] * named + sum(weights.get(word, 0.0) for word in set(split(column.comment or "")))


_INDEXES: dict[int, tuple["weakref.ref[Catalog]", _Index]] = {}


def _forget(key: int) -> None:
    _INDEXES.pop(key, None)


def _index_of(catalog: Catalog) -> _Index:
    key = id(catalog)
    kept = _INDEXES.get(key)
    if kept is not None and kept[0]() is catalog:
        return kept[1]
    index = _Index(catalog)
    _INDEXES[key] = weakref.ref(catalog, lambda _: _forget(key)), index
    return index
