"""Finding tables and columns by the words of a question, in catalogs of any size.

Tantivy ranks each word of the question by BM25 (Robertson and Zaragoza, 2009) over a table's name, its columns' names and comments. What
is made of that here: a table whose whole name is asked for goes before one that shares a word with it; a table counts for more where
those that join with it have the other words; and tables that join with the best ones are found though nothing of them was said.
What else is said of tables is searched with their names: what a semantic model calls them, and values that their columns hold.
The index is kept as long as the very records of catalog and texts live: what somebody may not see is in no index of theirs.
"""

import math
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

import tantivy

from analytics_agent.catalog.kept import Kept
from analytics_agent.catalog.related import related
from analytics_agent.catalog.restrict import name_of
from analytics_agent.catalog.said import Said, SaidOfTable, Values
from analytics_agent.catalog.words import NOT_SEARCHED, split
from analytics_agent.domain.catalog import Catalog, Table, TableColumn, TableName

_FIELDS = {"name": 4.0, "columns": 2.0, "comments": 1.0}
_PART_OF_A_WORD, _MISSPELLED = 0.5, 0.4
_VALUE = 2.5
"""How much a value counts that a column holds, against words of names and comments."""
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
_NOTHING = SaidOfTable()
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
    it has little or nothing of what was asked for, and joins with that table, which has. `values` are those of its columns that were
    asked for: (column, value)."""

    table: Table
    columns: tuple[TableColumn, ...]
    score: float
    joins: Table | None = None
    values: tuple[tuple[str, str], ...] = ()


def search(
    catalog: Catalog, words: str, limit: int = 10, *, said: Said | None = None, values: Values[TableName] | None = None
) -> tuple[Match, ...]:
    """The tables that fit the words best, best first; empty when no word is found anywhere. `said`, and `values` that columns are known to
    hold beside those that are said, must be of what may be seen."""
    return _INDEXES.of(catalog, said).search(words, limit, values) if catalog.tables else ()


@lru_cache(maxsize=1)
def _unsaid() -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(split(NOT_SEARCHED)), frozenset(split(_OF_THE_ANSWER))


class _Index:
    """A catalog's tables as documents: made once for each reading of a catalog."""

    def __init__(self, catalog: Catalog, said: Said | None = None) -> None:
        self._tables = {name_of(table): table for table in catalog.tables}
        self._names = tuple(self._tables)
        self._path = catalog.search_path
        self._near = related(catalog)
        self._said = said.tables if said else {}
        self._own = {name: tuple(frozenset(split(each)) for each in (name.name, *self._of(name).called)) for name in self._names}
        self._values = Values((name, self._of(name).values) for name in self._names)
        texts = [_texts(table, self._of(name)) for name, table in self._tables.items()]
        self._known = sorted({word for text in texts for field in text.values() for word in field})
        self._schema, self._index = _written(texts)
        self._searcher = self._index.searcher()

    def _of(self, name: TableName) -> SaidOfTable:
        return self._said.get(name, _NOTHING)

    def search(self, words: str, limit: int, values: Values[TableName] | None) -> tuple[Match, ...]:
        asked = _asked(words)
        meanings = {word: tuple(self._meanings(word)) for word in asked}
        strange = [word for word in asked if not meanings[word]]
        held = [*self._held(self._values, words, strange), *(self._held(values, words, strange) if values else ())]
        covered = {word for value, _ in held for word in value}
        misspelled = (self._misspelled(word) for word in asked if not meanings[word] and word not in covered)
        found = [each for each in (*(self._tables_with(meant) for meant in meanings.values() if meant), *misspelled) if each]
        scores = self._scores([*found, *(dict.fromkeys(holders, self._rarity(len(holders))) for _, holders in held)], set(asked))
        ranked = sorted(scores, key=lambda name: (-scores[name], name.schema not in self._path, name.schema or "", name.name))
        weights = {word: weight for each in meanings.values() for word, weight in each}
        joining = self._joining(ranked[:_FIRST], scores)
        order = dict.fromkeys((*ranked[:_FIRST], *joining, *ranked[_FIRST:]))
        pairs = {name: dict.fromkeys(pair for _, holders in held for pair in holders.get(name, ())) for name in list(order)[:limit]}
        return tuple(self._match(name, scores, joining, weights, tuple(pairs[name])) for name in pairs)

    def _held(
        self, values: Values[TableName], text: str, strange: list[str]
    ) -> list[tuple[tuple[str, ...], dict[TableName, list[tuple[str, str]]]]]:
        """The values that the text speaks of, by their words, and the columns that hold them. One of very many tables tells nothing."""
        found = []
        for words, holders in values.found(text, strange):
            tables: dict[TableName, list[tuple[str, str]]] = {}
            for holder in holders:
                if holder.name in self._tables:
                    tables.setdefault(holder.name, []).append((holder.column, holder.value))
            found += [(words, tables)] if len(tables) <= _HITS else []
        return found

    def _rarity(self, tables: int) -> float:
        """As BM25 weighs a word that so many of the tables have."""
        return _VALUE * math.log(1 + (len(self._names) - tables + 0.5) / (tables + 0.5))

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
        self,
        name: TableName,
        scores: Mapping[TableName, float],
        joining: Mapping[TableName, TableName],
        weights: Mapping[str, float],
        values: tuple[tuple[str, str], ...],
    ) -> Match:
        table, said, holding = self._tables[name], self._of(name).columns, {column for column, _ in values}
        fitting = [(_column_score(column, said, weights) + _VALUE * (column.name in holding), column) for column in table.columns]
        best = sorted((pair for pair in fitting if pair[0] > 0), key=lambda pair: -pair[0])
        joins = self._tables[joining[name]] if name in joining else None
        return Match(table, tuple(column for _, column in best[:8]), round(scores.get(name, 0.0), 4), joins, values)


def _asked(words: str) -> list[str]:
    unsaid, of_the_answer = _unsaid()
    said = [word for word in dict.fromkeys(split(_SORTED.sub(" ", words))) if word not in unsaid]
    return [word for word in said if word not in of_the_answer] or said


def _texts(table: Table, said: SaidOfTable) -> dict[str, list[str]]:
    """A word counts once in the names of a table's columns: forty columns named *_id do not make a table about ids. What else the table
    and its columns are called counts as their names do."""
    called = (*(column.name for column in table.columns), *(each for names in said.columns.values() for each in names), *said.called)
    columns = dict.fromkeys(word for each in called for word in split(each))
    comments = (table.comment or "", *(column.comment or "" for column in table.columns), *said.about)
    return {"name": list(split(table.name)), "columns": list(columns), "comments": [word for each in comments for word in split(each)]}


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


def _part_asked(names: tuple[frozenset[str], ...], asked: set[str]) -> float:
    """Of the name that is asked for most: how much of it."""
    return max((len(own & asked) / len(own) for own in names if own), default=0.0)


def _column_score(column: TableColumn, said: Mapping[str, tuple[str, ...]], weights: Mapping[str, float]) -> float:
    called = {word for name in (column.name, *said.get(column.name, ())) for word in split(name)}
    named = sum(weights.get(word, 0.0) for word in called)
    return _FIELDS["columns"] * named + sum(weights.get(word, 0.0) for word in set(split(column.comment or "")))


_INDEXES = Kept(_Index)
