"""Semantic models and Superset's datasets over HTTP: what people described there comes here, and what a model says goes there."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from analytics_agent.api.auditing import acted_on
from analytics_agent.api.authentication import Admin, check_database
from analytics_agent.api.services import Given, Services, Superset
from analytics_agent.domain.database import FILES, IN_SUPERSET, Database
from analytics_agent.errors import Conflict, PublishRejected, UnknownResult

routes = APIRouter(prefix="/v1/databases", tags=["databases"])
_REVIEW = (
    "Imported from Superset; what is not certified there nobody has reviewed. Correct names, descriptions and synonyms, and set\n"
    "`certification` to reviewed."
)


class ImportedModel(TypedDict):
    """A semantic model as YAML, made of `datasets` datasets that people made in Superset; `left` names what could not be carried."""

    semantic_model: str
    datasets: int
    metrics: int
    left: list[str]


class ExportBody(BaseModel):
    """How a model is written to Superset."""

    model_config = ConfigDict(extra="forbid")

    dry_run: Annotated[bool, Field(description="Only say what would be written.")] = False


class ExportStep(TypedDict):
    """`dataset` is one of Superset's, `what` the part of it that is made (`is_new`) or changed, `text` what is written."""

    dataset: str
    what: str
    is_new: bool
    text: str


class Export(TypedDict):
    """`written` is false for a dry run, and where there is nothing to do. `left` names what was not written, and why."""

    steps: list[ExportStep]
    left: list[str]
    written: bool


@routes.get("/{name}/superset-model")
async def import_model(name: str, asker: Admin, services: Given) -> ImportedModel:
    """The datasets that people made in Superset over this database, as a semantic model to review. Nothing is changed."""
    from analytics_agent.semantic.exchange.superset import imported
    from analytics_agent.semantic.ossie.writer import written

    await check_database(asker, services.store, name)
    superset = _superset(services, await services.store.database(name))
    catalog = await services.databases.catalog(name)
    found = await asyncio.to_thread(imported, await superset.read(name), catalog, name)
    text = await asyncio.to_thread(written, found.model, _REVIEW)
    return {"semantic_model": text, "datasets": len(found.model.datasets), "metrics": len(found.model.metrics), "left": list(found.left)}


@routes.post("/{name}/superset-model")
async def export_model(name: str, request: Request, asker: Admin, services: Given, body: ExportBody | None = None) -> Export:
    """Write the semantic model by which a database is asked into Superset's datasets of its tables: metrics, calculated columns, labels,
    descriptions, who vouches for them. A table that has no dataset gets one. What people made, changed or emptied there by hand stays so;
    the second time there is nothing to do."""
    from analytics_agent import semantic
    from analytics_agent.semantic.exchange.superset_out import planned

    acted_on(request, "semantic model to Superset" + (" (dry run)" if body and body.dry_run else ""), database=name)
    await check_database(asker, services.store, name)
    database = await services.store.database(name)
    text = database.semantic_model
    if not text:
        raise UnknownResult("This database has no semantic model.", hint="`analytics-agent semantic draft` makes a first one.")
    superset = _superset(services, database)
    model = await asyncio.to_thread(semantic.load, text)
    plan = await asyncio.to_thread(planned, model, await superset.read(name), await services.databases.catalog(name))
    is_written = bool(plan.edits) and not (body and body.dry_run)
    refused = await superset.edit(name, plan.edits) if is_written else ()
    steps: list[ExportStep] = [{"dataset": s.dataset, "what": s.what, "is_new": s.is_new, "text": s.text} for s in plan.steps]
    return {"steps": steps, "left": [*plan.left, *refused], "written": is_written}


def _superset(services: Services, database: Database) -> Superset:
    """Raises Conflict for a database that Superset cannot read, PublishRejected where there is no Superset."""
    if database.dialect not in IN_SUPERSET:
        raise Conflict(
            f"{database.name} is {FILES.get(database.dialect, database.dialect)}, which Superset cannot read: it has no datasets there.",
            hint="Load the data into PostgreSQL or MariaDB and add that database. `analytics-agent semantic export dbt "
            f"{database.name}` takes the model to dbt.",
        )
    if services.superset is None:
        raise PublishRejected("No Superset is set up here.", hint="Set ANALYTICS_AGENT_SUPERSET_URL, and its account's password.")
    return services.superset
