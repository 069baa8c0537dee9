"""What the database of a run does not hold and another one does: found by names alone, among those that its owner may read.

Only catalogs that are in the store are searched, and for a person of Superset only what Superset says that they may read: a name that
is not theirs to see is not told, to them or to the model.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from analytics_agent.activities.rights import Readable, granted, may_be_narrow, readable
from analytics_agent.catalog.coverage import names_for, names_of, telling
from analytics_agent.catalog.restrict import name_of
from analytics_agent.domain.catalog import Catalog
from analytics_agent.domain.database import Database
from analytics_agent.domain.question import Question
from analytics_agent.domain.rights import Grant, is_person
from analytics_agent.domain.run import Elsewhere
from analytics_agent.errors import AgentError
from analytics_agent.ports import Rights, Store

SECONDS = 5.0
MOST_OFFERED, MOST_ASKED = 2, 4
MOST_NAMES = 6


@dataclass(frozen=True)
class _Candidate:
    database: Database
    catalog: Catalog
    words: int


class OtherDatabases:
    def __init__(self, store: Store, rights: Rights) -> None:
        self._store = store
        self._rights = rights

    async def holding(self, question: Question, here: Readable, text: str) -> tuple[Elsewhere, ...]:
        """Databases with names for what `text` speaks of and this one has none for, the best first. Nothing where it takes too long."""
        words = telling(text)
        absent = [word for word in words if word not in names_for(words, _names(here))]
        if not absent:
            return ()
        try:
            async with asyncio.timeout(SECONDS):
                candidates = await self._candidates(question, here, words, absent)
                found = [await self._found(question, one, words, absent) for one in candidates]
        except (TimeoutError, AgentError):  # a refusal does not wait for Superset or for another database
            return ()
        ranked = sorted((one for one in found if one), key=lambda one: -one[0])
        return tuple(offer for _, offer in ranked[:MOST_OFFERED])

    async def _candidates(self, question: Question, here: Readable, words: Sequence[str], absent: Sequence[str]) -> list[_Candidate]:
        """Those that may hold it, seen whole: a cheap look, before anybody's rights are asked for. None that the asker's key is not for."""
        found = []
        key = None if is_person(question.owner) else await self._store.key(question.owner)
        for database in await self._store.databases():
            if key and not key.may_ask(database.name):
                continue
            catalog = await self._store.catalog(database.name) if database.name != here.database.name else None
            if catalog is None:
                continue
            names = [*names_of(catalog), database.semantic_model or ""]
            known = names_for(words, names)
            if _is_enough(known, words, absent):
                found.append(_Candidate(database, catalog, len(known)))
        return sorted(found, key=lambda one: -one.words)[:MOST_ASKED]

    async def _found(
        self, question: Question, one: _Candidate, words: Sequence[str], absent: Sequence[str]
    ) -> tuple[int, Elsewhere] | None:
        try:
            grant = await self._grant(question, one)
        except AgentError:  # not theirs to see, or not known whether it is: the two look alike
            return None
        known = names_for(words, _names(readable(one.database, one.catalog, grant)))
        if not _is_enough(known, words, absent):
            return None
        names = tuple(dict.fromkeys(known[word] for word in words if word in known))
        return len(known), Elsewhere(one.database.name, names[:MOST_NAMES], question.text)

    async def _grant(self, question: Question, one: _Candidate) -> Grant:
        if not may_be_narrow(question):
            return Grant()
        return await granted(self._rights, question, one.database, [name_of(table) for table in one.catalog.tables])


def _is_enough(known: dict[str, str], words: Sequence[str], absent: Sequence[str]) -> bool:
    """Something that is absent here, and half of what is spoken of."""
    return any(word in known for word in absent) and 2 * len(known) >= len(words)


def _names(view: Readable) -> list[str]:
    """What the governed model calls things, then tables and columns."""
    model = view.model
    if model is None:
        return names_of(view.catalog)
    metrics = [name for metric in model.metrics for name in (metric.name, metric.label, *metric.synonyms)]
    fields = [name for field in model.fields() for name in (field.path, field.label, *field.synonyms)]
    return [*metrics, *fields, *names_of(view.catalog)]
