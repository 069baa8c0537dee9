"""Which words of a question a catalog has names for: how a question that one database cannot answer finds another."""

from collections.abc import Iterable

from analytics_agent.catalog.words import NOT_SEARCHED, split
from analytics_agent.domain.catalog import Catalog

_OF_EVERY_DATABASE = """
    amount average base code column count daily data database date day detail entry field figure group history id info information item
    kind list mean measure metric missing month monthly name no none not number per percent quantity rate record row share source sum
    table time total type value week weekly year yearly
"""
"""Words that say nothing of what a database is about."""


def telling(text: str) -> tuple[str, ...]:
    """The stemmed words of a text that could tell one database from another, in their order."""
    empty = {stem for word in (*NOT_SEARCHED.split(), *_OF_EVERY_DATABASE.split()) for stem in (word, *split(word))}
    return tuple(dict.fromkeys(word for word in split(text) if word not in empty and len(word) > 2 and not word.isdigit()))


def names_for(words: Iterable[str], names: Iterable[str]) -> dict[str, str]:
    """For each word the name that holds it as a whole word; the one that holds most of the words, else the first."""
    wanted = set(words)
    held = [(name, wanted.intersection(split(name))) for name in names]
    found: dict[str, str] = {}
    for name, words_held in sorted((pair for pair in held if pair[1]), key=lambda pair: -len(pair[1])):
        for word in words_held:
            found.setdefault(word, name)
    return found


def names_of(catalog: Catalog) -> list[str]:
    """Tables first, then columns with their table."""
    columns = [f"{table.name}.{column.name}" for table in catalog.tables for column in table.columns]
    return [*(table.name for table in catalog.tables), *columns]
