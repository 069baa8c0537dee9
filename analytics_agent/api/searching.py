"""What a database, its semantic model and its profiles have for words of a question, over HTTP."""

import asyncio
from operator import is_
from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import APIRouter, Query
from typing_extensions import TypedDict

from analytics_agent.api.authentication import Operator, check_database
from analytics_agent.api.services import Given
from analytics_agent.catalog.names import shown_name
from analytics_agent.domain.catalog import Catalog, TableName
from analytics_agent.domain.profile import KeptProfile

if TYPE_CHECKING:
    from analytics_agent.catalog.said import Values
    from analytics_agent.catalog.search import Match
    from analytics_agent.semantic import Hit, VerifiedQuery

routes = APIRouter(prefix="/v1/databases", tags=["databases"])


class GovernedHit(TypedDict):
    """A metric, or a dimension with the values of it that were asked for."""

    kind: Literal["metric", "dimension"]
    name: str
    label: str
    description: str
    values: list[str]
    score: float


class VerifiedHit(TypedDict):
    """A question like the one that was asked, with the SQL that a person vouches for."""

    question: str
    sql: str
    by: str
    on: str


class TableHit(TypedDict):
    """A table with the columns that fit, and what of the words they hold ("column = value"). `joins` is another table that was found, where
    this one has little of the words itself. The score orders the tables of one search."""

    table: str
    columns: list[str]
    values: list[str]
    joins: str | None
    comment: str
    score: float


class Found(TypedDict):
    """What fits, the best first."""

    semantic_model: list[GovernedHit]
    verified: list[VerifiedHit]
    tables: list[TableHit]


@routes.get("/{name}/search")
async def search(
    name: str,
    asker: Operator,
    services: Given,
    words: Annotated[str, Query(min_length=1, max_length=2_000, description="A question, or its words.")],
    limit: Annotated[int, Query(ge=1, le=100, description="Tables at most, and metrics with dimensions.")] = 10,
) -> Found:
    """Metrics, dimensions, verified queries and tables that the words mean: by name, comment, synonym, or a value that a column holds."""
    await check_database(asker, services.store, name)
    catalog = await services.databases.catalog(name)
    model = (await services.store.database(name)).semantic_model
    profiles = await services.databases.profiles(name)
    return await asyncio.to_thread(_found, catalog, model, profiles, words, limit)


class HeldValues:
    """What profiles know columns to hold, to be searched: made once of the very profiles, a second's work where there are many. Of the
    databases that were searched last."""

    def __init__(self, most: int = 8) -> None:
        self._made: dict[str, tuple[tuple[KeptProfile, ...], Values[TableName]]] = {}
        self._most = most

    def of(self, database: str, profiles: tuple[KeptProfile, ...]) -> "Values[TableName]":
        from analytics_agent.catalog.said import Values, values_of

        known, made = self._made.pop(database, ((), None))
        if made is None or len(known) != len(profiles) or not all(map(is_, known, profiles)):
            made = Values((kept.table, values_of(kept.profile)) for kept in profiles)
        self._made[database] = profiles, made
        for oldest in list(self._made)[: -self._most]:
            self._made.pop(oldest, None)  # several threads may search
        return made


_HELD = HeldValues()


def _found(catalog: Catalog, text: str | None, profiles: tuple[KeptProfile, ...], words: str, limit: int) -> Found:
    from analytics_agent import semantic  # late: few ask the API itself
    from analytics_agent.catalog.search import search

    model = semantic.load(text) if text else None
    held = _HELD.of(catalog.database, profiles)
    matches = search(catalog, words, limit, said=semantic.said(catalog, model) if model else None, values=held)
    return {
        "semantic_model": [_governed(hit) for hit in semantic.search(model, words, limit)] if model else [],
        "verified": [_verified(one.query) for one in semantic.verified(model, words)] if model else [],
        "tables": [_table(catalog, match) for match in matches],
    }


def _governed(hit: "Hit") -> GovernedHit:
    return {
        "kind": hit.kind,
        "name": hit.name,
        "label": hit.label,
        "description": hit.description,
        "values": list(hit.values),
        "score": hit.score,
    }


def _verified(query: "VerifiedQuery") -> VerifiedHit:
    return {"question": query.question, "sql": query.sql, "by": query.by, "on": query.on}


def _table(catalog: Catalog, match: "Match") -> TableHit:
    return {
        "table": shown_name(catalog, match.table),
        "columns": [column.name for column in match.columns],
        "values": [f"{column} = {value}" for column, value in match.values],
        "joins": shown_name(catalog, match.joins) if match.joins else None,
        "comment": match.table.comment or "",
        "score": match.score,
    }
