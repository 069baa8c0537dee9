"""Every error leaves as problem+json, says what to do, and holds no secret."""

import re
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fakes.api import Api
from fakes.memory_store import MemoryStore

from analytics_agent import errors
from analytics_agent.api.app import create_app, openapi_text
from analytics_agent.api.problems import STATUS, Problem, problem_of
from analytics_agent.errors import AgentError, StorageFull, StoreUnavailable

pytestmark = pytest.mark.anyio

OPENAPI = Path(__file__).parents[3] / "docs" / "openapi.json"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def api() -> Api:
    return await Api().prepare()


def _is_problem(answer: httpx2.Response) -> dict[str, Any]:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    problem = Problem.model_validate(answer.json())
    assert problem.status == answer.status_code
    assert problem.type.startswith("urn:analytics-agent:")
    assert problem.detail
    body: dict[str, Any] = answer.json()
    return body


def _routes(api: Api) -> list[tuple[str, str]]:
    paths = create_app(api.services()).openapi()["paths"]
    return [(method.upper(), path) for path, methods in paths.items() for method in methods]


def _address(path: str) -> str:
    return re.sub(r"\{\w+\}", "none", path)


async def test_every_route_but_health_needs_a_key(api: Api) -> None:
    client = api.client()
    for method, path in _routes(api):
        if path in {"/healthz", "/readyz"}:
            continue
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic eDp5"}, {"Authorization": "Bearer"}):
            answer = await client.request(method, _address(path), headers=headers)
            assert _is_problem(answer)["status"] == 401, (method, path)
            assert answer.headers["www-authenticate"] == "Bearer"


async def test_what_is_not_there_is_a_problem_on_every_route(api: Api) -> None:
    body = {"question": "x", "database": "none", "text": "x", "name": "", "uri": ""}
    for method, path in _routes(api):
        if "{" in path and "keys" not in path:
            answer = await api.client(api.admin).request(method, _address(path), json=body)
            assert _is_problem(answer)["status"] in {404, 422}, (method, path)


async def test_every_route_declares_the_problems(api: Api) -> None:
    paths = create_app(api.services()).openapi()["paths"]
    for path, methods in paths.items():
        for method, described in methods.items():
            for status in ("400", "401", "403", "404", "409", "413", "422", "429", "503"):
                content = described["responses"][status]["content"]
                assert list(content) == ["application/problem+json"], (method, path, status)


async def test_a_store_that_is_down_is_a_problem_that_says_when_to_come_back(api: Api) -> None:
    class Down(MemoryStore):
        async def authenticate(self, key: str) -> None:
            raise StoreUnavailable("The application store does not answer.", hint="Start it.", retry_after=2.5)

    api.store = Down()
    answer = await api.client("x").get("/v1/me")
    assert _is_problem(answer)["status"] == 503
    assert answer.headers["retry-after"] == "3"


async def test_a_full_disk_is_a_problem(api: Api) -> None:
    class Full(MemoryStore):
        async def create_run(self, *_: Any, **__: Any) -> Any:
            raise StorageFull("The disk is full.", hint="Free space.")

    api.store = Full()
    await api.prepare()
    answer = await api.client(api.ask).post("/v1/analyses", json={"question": "How late?", "database": "flights"})
    assert (_is_problem(answer)["hint"], answer.status_code) == ("Free space.", 503)


async def test_an_unforeseen_error_says_nothing_of_itself(api: Api) -> None:
    class Broken(MemoryStore):
        async def runs(self, **_: Any) -> Any:
            raise RuntimeError("password=geheim")

    api.store = Broken()
    await api.prepare()
    answer = await api.client(api.ask).get("/v1/analyses")
    assert _is_problem(answer)["status"] == 500
    assert "geheim" not in answer.text


@pytest.mark.parametrize("path", ["/", "/v1", "/v1/analyses/", "/v2/analyses", "/docs", "/v1/analyses/x/results/r1.exe"])
async def test_an_address_that_is_not_there_is_a_problem(api: Api, path: str) -> None:
    assert _is_problem(await api.client(api.ask).get(path))["status"] == 404


async def test_a_wrong_method_is_a_problem(api: Api) -> None:
    assert _is_problem(await api.client(api.ask).put("/v1/analyses", json={}))["status"] == 405


@pytest.mark.parametrize("query", ["limit=x", "limit=0", "limit=501", "before=yesterday", "before=2026-01-01T00:00:00"])
async def test_wrong_parameters_are_problems(api: Api, query: str) -> None:
    problem = _is_problem(await api.client(api.ask).get(f"/v1/analyses?{query}"))
    assert problem["errors"][0]["field"] == query.partition("=")[0]


# the size of bodies


async def test_a_large_body_is_refused_unread(api: Api) -> None:
    answer = await api.client(api.ask).post("/v1/analyses", content=b" " * 70_000)
    assert _is_problem(answer)["status"] == 413


async def test_a_large_body_of_unknown_length_is_refused_too(api: Api) -> None:
    async def endless() -> Any:
        for _ in range(100):
            yield b" " * 10_000

    answer = await api.client(api.ask).post("/v1/analyses", content=endless())
    assert _is_problem(answer)["status"] == 413


async def test_a_semantic_model_may_be_larger(api: Api) -> None:
    body = {"name": "shop", "uri": "postgresql://x", "semantic_model": "x" * 200_000}
    assert (await api.client(api.admin).post("/v1/databases", json=body)).status_code == 201
    body["semantic_model"] = "x" * 1_100_000
    assert _is_problem(await api.client(api.admin).post("/v1/databases", json=body))["status"] == 413


# errors → problems


def _all_errors(kind: type[AgentError] = AgentError) -> list[type[AgentError]]:
    return [kind, *(deeper for below in kind.__subclasses__() for deeper in _all_errors(below))]


def test_every_error_has_a_status() -> None:
    for kind in _all_errors():
        if kind.__module__ == errors.__name__:
            error = kind.__new__(kind)
            AgentError.__init__(error, "what", hint="do")
            problem = problem_of(error)
            assert (problem.detail, problem.hint) == ("what", "do")
            assert 400 <= problem.status < 600


def test_errors_of_the_asker_are_never_blamed_on_us() -> None:
    assert all(STATUS[kind] < 500 for kind in STATUS if issubclass(kind, errors.AskerError))
    assert all(STATUS[kind] == 503 for kind in STATUS if issubclass(kind, errors.Unavailable))


async def test_the_committed_openapi_document_is_the_one_that_is_served(api: Api) -> None:
    """When this fails on purpose: python -m analytics_agent.api.openapi > docs/openapi.json"""
    assert OPENAPI.read_text() == openapi_text(create_app(api.services()))


async def test_the_openapi_document_resolves_and_names_what_is_sent(api: Api) -> None:
    text = openapi_text(create_app(api.services()))
    document = create_app(api.services()).openapi()
    for name in set(re.findall(r'"#/components/schemas/([^"]+)"', text)):
        assert name in document["components"]["schemas"], name
    assert set(document["components"]["schemas"]["AskBody"]["properties"]) >= {"question", "database", "continue", "as_of"}
