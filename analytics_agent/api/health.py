"""Is the process alive, and can it work? Neither needs a key, neither tells more than that."""

import asyncio

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from typing_extensions import TypedDict

from analytics_agent.api.problems import Problem, answer
from analytics_agent.api.services import Check, Given
from analytics_agent.errors import AgentError

routes = APIRouter(tags=["health"])

CHECK_SECONDS = 3.0


class Alive(TypedDict):
    status: str


class Ready(TypedDict):
    """`checks` says ok, or in a sentence what is wrong, for each service."""

    status: str
    checks: dict[str, str]


@routes.get("/healthz")
async def alive() -> Alive:
    """The process answers. It says nothing of the services behind it."""
    return {"status": "ok"}


@routes.get("/readyz", response_model=Ready)
async def ready(services: Given) -> JSONResponse:
    """Every service that a run needs answers; 503 says which does not."""
    results = await asyncio.gather(*(_result(check) for check in services.checks.values()))
    checks = dict(zip(services.checks, results, strict=True))
    failing = [name for name, result in checks.items() if result != "ok"]
    if not failing:
        return JSONResponse({"status": "ready", "checks": checks})
    problem = Problem(
        type="urn:analytics-agent:not-ready",
        title="Not ready",
        status=503,
        detail=f"Not usable now: {', '.join(failing)}.",
        hint="`analytics-agent status` shows every service, `analytics-agent up` starts them.",
    )
    return answer(problem, {"Retry-After": "5"}, checks=checks)


async def _result(check: Check) -> str:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            await check()
    except AgentError as error:
        return error.message
    except TimeoutError:
        return f"no answer in {CHECK_SECONDS:.0f} s"
    return "ok"
