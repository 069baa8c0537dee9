"""Semantic models over HTTP, as they are stored."""

from fastapi import APIRouter
from typing_extensions import TypedDict

from analytics_agent.api.authentication import Admin, check_database
from analytics_agent.api.services import Given

routes = APIRouter(prefix="/v1/databases", tags=["databases"])


class Model(TypedDict):
    """The text of an Apache Ossie YAML file as it serves; null where the database has none."""

    semantic_model: str | None


@routes.get("/{name}/semantic-model")
async def show(name: str, asker: Admin, services: Given) -> Model:
    """The semantic model by which a database is asked. `PATCH` on the database sets another."""
    await check_database(asker, services.store, name)
    return {"semantic_model": (await services.store.database(name)).semantic_model}
