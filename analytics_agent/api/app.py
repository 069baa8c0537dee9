"""The application: routes, errors, limits, and the OpenAPI document that docs/openapi.json keeps."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI

from analytics_agent.api import (
    account,
    analyses,
    approvals,
    audit,
    budgets,
    charts,
    databases,
    deliveries,
    destinations,
    downloads,
    erasures,
    events,
    health,
    keys,
    model_pages,
    model_versions,
    policies,
    problems,
    schedules,
    searching,
    semantic_models,
    superset_models,
)
from analytics_agent.api.auditing import Auditing
from analytics_agent.api.body_limit import BodyLimit
from analytics_agent.api.rate_limit import RateLimitHeaders
from analytics_agent.api.services import Services
from analytics_agent.api.tenants import Tenants, only

DESCRIPTION = """Questions in plain language, answered with checked SQL, computed statistics and grounded figures.

Every request but the health checks needs `Authorization: Bearer KEY`. Errors are `application/problem+json` (RFC 9457)."""


class _Application(FastAPI):
    """Describes itself as it is: with the bodies that routes read by themselves, and errors as problems only."""

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            schema = super().openapi()
            _add_bodies(schema["components"]["schemas"])
            for path in schema["paths"].values():
                for operation in path.values():
                    _only_problems(operation["responses"])
        return super().openapi()


def _add_bodies(schemas: dict[str, Any]) -> None:
    for model in (*analyses.SCHEMAS, *schedules.SCHEMAS):
        described = model.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas.update(described.pop("$defs", {}))
        schemas[model.__name__] = described
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)


def _only_problems(responses: dict[str, Any]) -> None:
    """The framework describes a declared model under its own media type too."""
    for status, response in responses.items():
        if status >= "400":
            response["content"] = {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}


def create_app(services: Services | Tenants) -> FastAPI:
    """An application that serves with these services, or with those of each tenant. Nothing is connected until the first request."""
    app = _Application(
        title="analytics-agent",
        version=version("analytics-agent"),
        description=DESCRIPTION,
        lifespan=_lifespan,
        responses=problems.RESPONSES,
        redirect_slashes=False,
        docs_url=None,
        redoc_url=None,
        openapi_url="/v1/openapi.json",
    )
    app.state.tenants = services if isinstance(services, Tenants) else only(services)
    app.add_middleware(BodyLimit)
    app.add_middleware(Auditing)
    app.add_middleware(RateLimitHeaders)
    problems.install(app)
    for group in (health, analyses, approvals, budgets, events, deliveries, destinations, downloads, charts, schedules, databases, account):
        app.include_router(group.routes)
    for group in (keys, audit, policies, erasures, searching, semantic_models, model_versions, model_pages, superset_models):
        app.include_router(group.routes)
    return app


def openapi_text(app: FastAPI) -> str:
    """The OpenAPI document as docs/openapi.json holds it."""
    return json.dumps(app.openapi(), indent=1, ensure_ascii=False) + "\n"


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settling = asyncio.create_task(app.state.tenants.keep_settling())
    yield
    settling.cancel()
    await asyncio.wait([settling])
