"""Is the process alive, and can it work? Neither needs a key, neither tells more than that."""

import asyncio
import logging
from collections.abc import Mapping

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from typing_extensions import TypedDict

from analytics_agent.api.problems import Problem, answer
from analytics_agent.api.services import Check, Everyone, Services
from analytics_agent.domain.tenant import DEFAULT
from analytics_agent.errors import AgentError

log = logging.getLogger(__name__)
routes = APIRouter(tags=["health"])

CHECK_SECONDS = 3.0


class Alive(TypedDict):
    status: str


class Ready(TypedDict):
    """`checks` says ok, or in a sentence what is wrong, for each service; of tenants only how many cannot work, not which."""

    status: str
    checks: dict[str, str]


@routes.get("/healthz")
async def alive() -> Alive:
    """The process answers. It says nothing of the services behind it."""
    return {"status": "ok"}


@routes.get("/readyz", response_model=Ready)
async def ready(tenants: Everyone) -> JSONResponse:
    """Every service that a run needs answers; 503 says which does not. A file of policies that cannot be used is told of, and so is a
    tenant whose own services do not answer: neither takes the API from the others."""
    every = tenants.all()
    checked = dict(zip(every, await asyncio.gather(*map(_results, every.values())), strict=True))
    checks = checked.pop(DEFAULT)
    failing = [name for name, result in checks.items() if result != "ok" and name in every[DEFAULT].checks]
    if not failing:
        return JSONResponse({"status": "ready", "checks": {**checks, **_of_others(checked, tenants.left_out())}})
    problem = Problem(
        type="urn:analytics-agent:not-ready",
        title="Not ready",
        status=503,
        detail=f"Not usable now: {', '.join(failing)}.",
        hint="`analytics-agent status` shows every service, `analytics-agent up` starts them.",
    )
    return answer(problem, {"Retry-After": "5"}, checks=checks)


async def _results(services: Services) -> dict[str, str]:
    looked_at = {**services.checks, **services.told}
    results = await asyncio.gather(*(_result(check) for check in looked_at.values()))
    return dict(zip(looked_at, results, strict=True))


def _of_others(checked: Mapping[str, Mapping[str, str]], left_out: int) -> dict[str, str]:
    """Anybody may ask: who the tenants are is for the log."""
    if not checked and not left_out:
        return {}
    for name, results in checked.items():
        for what, result in results.items():
            if result != "ok":
                log.warning("the tenant %s cannot work, %s: %s", name, what, result)
    wrong = left_out + sum(any(result != "ok" for result in results.values()) for results in checked.values())
    return {"tenants": f"{wrong} of {left_out + len(checked)} cannot work" if wrong else "ok"}


async def _result(check: Check) -> str:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            await check()
    except AgentError as error:
        return error.message
    except TimeoutError:
        return f"no answer in {CHECK_SECONDS:.0f} s"
    return "ok"
