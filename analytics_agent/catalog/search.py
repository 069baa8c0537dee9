"""Finding tables and columns by the words of a question: names split into words, light stemming, rare words count more.

Ranking is BM25 (Robertson and Zaragoza, 2009) over three fields per table - its name, its columns' names, comments - with the
document's length left out: a wide table is not less relevant. No index is kept: a thousand tables are ranked in tens of milliseconds.
"""

import difflib
import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from analytics_agent.domain.catalog import Catalog, Table, TableColumn

_TABLE_NAME, _COLUMN_NAME, _COMMENT = 4.0, 2.0, 1.0
_PART_OF_A_WORD, _MISSPELLED = 0.5, 0.4
_WORD = re.compile(r"[^\W_]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[^\W\d_])(?=\d)")
NOT_SEARCHED = """
    a an and any are as at be by did do does each every for from give had has have how in is it its list many me most much of on or
    our per show tell than that the their them there these this to was we were what when where which who whose why with
"""
"""Words of every question, which say nothing about tables."""


@dataclass(frozen=True)
class Match:
    """A table that fits, the columns of it that fit (best first), and a score that only orders matches of one search."""

    table: Table
    columns: tuple[TableColumn, ...]
    score: float


def search(catalog: Catalog, words: str, limit: int = 10) -> tuple[Match, ...]:
    """The tables that fit the words best, best first; empty when no word is found anywhere."""
    pages = [_Page.of(table) for table in catalog.tables]
    terms = _terms(words, pages)
    matches = (_match(page, terms) for page in pages)
    return tuple(sorted((m for m in matches if m.score > 0), key=lambda m: (-m.score, m.table.schema or "", m.table.name))[:limit])


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


@dataclass(frozen=True)
class _Page:
    """One table as weighted words."""

    table: Table
    weights: dict[str, float]

    @classmethod
    def of(cls, table: Table) -> "_Page":
        weights: dict[str, float] = {}
        _raise(weights, split(table.name), _TABLE_NAME)
        _raise(weights, split(table.comment or ""), _COMMENT)
        for column in table.columns:
            _raise(weights, split(column.name), _COLUMN_NAME)
            _raise(weights, split(column.comment or ""), _COMMENT)
        return cls(table, weights)


def _raise(weights: dict[str, float], words: Iterable[str], weight: float) -> None:
    """A word counts once per table, where it weighs most: forty columns named *_id do not make a table about ids."""
    for word in words:
        weights[word] = max(weights.get(word, 0.0), weight)


def _terms(words: str, pages: list[_Page]) -> dict[str, float]:
    """Every word of the catalog that a word of the question means, with its weight: how sure the match is, times how rare it is."""
    spread = Counter(word for page in pages for word in page.weights)
    terms: dict[str, float] = {}
    empty = frozenset(NOT_SEARCHED.split())
    for asked in dict.fromkeys(split(words)):
        if asked not in empty:
            for word, certainty in _meanings(asked, spread):
                rarity = math.log(1 + (len(pages) + 0.5) / (spread[word] + 0.5))
                terms[word] = max(terms.get(word, 0.0), certainty * rarity)
    return terms


def _meanings(asked: str, known: Counter[str]) -> list[tuple[str, float]]:
    exact = [(asked, 1.0)] if asked in known else []
    partial = [(word, _PART_OF_A_WORD) for word in known if word != asked and _is_part(asked, word)]
    if exact or partial or len(asked) < 5:
        return exact + partial
    return [(word, _MISSPELLED) for word in difflib.get_close_matches(asked, known, n=3, cutoff=0.8)]


def _is_part(asked: str, word: str) -> bool:
    """One begins with the other ("dep" and "departure", "depart" and "departure"), three letters at least."""
    shorter, longer = sorted((asked, word), key=len)
    return len(shorter) >= 3 and longer.startswith(shorter)


def _match(page: _Page, terms: dict[str, float]) -> Match:
    score = sum(terms[word] * weight for word, weight in page.weights.items() if word in terms)
    if not score:
        return Match(page.table, (), 0.0)
    fitting = [(_column_score(column, terms), column) for column in page.table.columns]
    best = sorted((pair for pair in fitting if pair[0] > 0), key=lambda pair: -pair[0])
    return Match(page.table, tuple(column for _, column in best[:8]), round(score, 4))


def _column_score(column: TableColumn, terms: dict[str, float]) -> float:
    named = sum(terms.get(word, 0.0) for word in set(split(column.name)))
    return _COLUMN_NAME * named + sum(terms.get(word, 0.0) for word in set(split(column.comment or "")))
