"""Errors as problem+json (RFC 9457): the API's edge, where an AgentError becomes a status and a sentence for people."""

import logging
import math
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from analytics_agent import errors
from analytics_agent.domain.said_of_values import ours
from analytics_agent.errors import AgentError

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 5

STATUS: Mapping[type[AgentError], int] = {
    errors.InvalidQuestion: 422,
    errors.InvalidSemanticModel: 422,
    errors.WarehouseRefused: 422,
    errors.UnknownDatabase: 404,
    errors.UnknownRun: 404,
    errors.UnknownResult: 404,
    errors.UnknownSchedule: 404,
    errors.UnknownDestination: 404,
    errors.UnknownPerson: 404,
    errors.TooMany: 429,
    errors.NotAuthenticated: 401,
    errors.NotAllowed: 403,
    errors.Conflict: 409,
    errors.AskerError: 400,
    errors.ModelError: 422,
    errors.Unavailable: 503,
    errors.StorageFull: 503,
    errors.OperatorError: 500,
}
"""The nearest class of an error's own line of classes decides."""


class FieldProblem(BaseModel):
    """One thing wrong with one field of a request. `field` is empty for the request as a whole."""

    field: str
    message: str


class Problem(BaseModel):
    """RFC 9457. `type` is `urn:analytics-agent:` and the error's name; `hint` says what to do next."""

    type: str
    title: str
    status: int
    detail: str
    hint: str = ""
    errors: list[FieldProblem] | None = None


class InvalidRequest(errors.AskerError):
    """Fields of a request are wrong; every problem is listed. `kind` is the error that all of them are, where they are one."""

    def __init__(self, problems: Sequence[FieldProblem], kind: str = "InvalidRequest") -> None:
        self.problems = tuple(problems)
        self.kind = kind
        named = kind != "InvalidRequest"  # its messages speak of the field by themselves
        super().__init__(" ".join(one.message if named or not one.field else f"{one.field}: {one.message}" for one in problems))


RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "content": {MEDIA_TYPE: {}}, "description": HTTPStatus(status).phrase}
    for status in (400, 401, 403, 404, 409, 413, 422, 429, 500, 503)
}
"""Declared on every route."""


def install(app: FastAPI) -> None:
    """Whatever goes wrong leaves as problem+json."""
    app.add_exception_handler(AgentError, _agent_error)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _unforeseen)


def answer(problem: Problem, headers: Mapping[str, str] | None = None, **more: Any) -> JSONResponse:
    body = problem.model_dump(exclude_none=True) | more
    return JSONResponse(body, problem.status, headers=dict(headers or {}), media_type=MEDIA_TYPE)


def problem_of(error: AgentError) -> Problem:
    """The error as a problem: its own words, which never hold a secret or a cell value."""
    if isinstance(error, InvalidRequest):
        return _problem(error.kind, 422, error.message, error.hint, list(error.problems))
    status = next(STATUS[kind] for kind in (*type(error).__mro__, errors.OperatorError) if kind in STATUS)
    return _problem(type(error).__name__, status, error.message, error.hint)


def field_problems(found: Sequence[Any]) -> list[FieldProblem]:
    """pydantic's errors as ours. What was sent is not repeated."""
    return [FieldProblem(field=".".join(map(str, one["loc"])), message=_sentence(one)) for one in found]


def _sentence(found: Any) -> str:
    if found["type"] in _SENTENCES:
        return _SENTENCES[found["type"]]
    return f"{ours(found['msg']).rstrip('.')}."


_SENTENCES = {
    "missing": "This field is needed.",
    "extra_forbidden": "This field is not known.",
    "model_attributes_type": "The body must be a JSON object.",
    "model_type": "This must be a JSON object.",
    "date_from_datetime_parsing": "Write a date, as 2013-12-31.",
    "date_parsing": "Write a date, as 2013-12-31.",
}


def _problem(kind: str, status: int, detail: str, hint: str = "", problems: list[FieldProblem] | None = None) -> Problem:
    words = "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in kind).removeprefix("-")
    title = words.replace("-", " ").capitalize()
    return Problem(type=f"urn:analytics-agent:{words}", title=title, status=status, detail=detail, hint=hint, errors=problems)


async def _agent_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, AgentError)  # noqa: S101  what it is registered for
    problem = problem_of(error)
    if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.warning("%s %s: %s", request.method, request.url.path, type(error).__name__)
    return answer(problem, headers_of(error, problem.status))


def headers_of(error: AgentError, status: int) -> dict[str, str]:
    """What the status asks for: how to authenticate, when to come back."""
    if status == HTTPStatus.UNAUTHORIZED:
        return {"WWW-Authenticate": "Bearer"}
    if isinstance(error, errors.Unavailable | errors.TooMany):
        return {"Retry-After": str(math.ceil(error.retry_after or RETRY_SECONDS))}
    return {}


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101  what it is registered for
    found = error.errors()
    if any(one["type"] == "json_invalid" for one in found):
        return answer(_problem("InvalidJson", 400, "The body is not JSON."))
    # The first place says where a field stood (body, query, path), which people need not know.
    problems = field_problems([one | {"loc": one["loc"][1:]} for one in found])
    return answer(problem_of(InvalidRequest(problems)))


async def _http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101  what it is registered for
    return answer(HTTP_PROBLEMS.get(error.status_code) or _http_problem(error.status_code, error.detail), error.headers)


def _http_problem(status: int, detail: str, hint: str = "") -> Problem:
    kind = HTTPStatus(status).phrase.title().replace(" ", "").replace("-", "")
    return _problem(kind, status, detail, hint)


HTTP_PROBLEMS = {
    404: _http_problem(404, "There is nothing at this address.", "/v1/openapi.json lists what there is."),
    405: _http_problem(405, "This address does not take that method.", "/v1/openapi.json lists what there is."),
    413: _http_problem(413, "The body is larger than this address takes."),
}


async def _unforeseen(request: Request, error: Exception) -> JSONResponse:
    """The log has the details: an unforeseen error's own words may quote data."""
    return answer(_problem("Unforeseen", 500, "Something went wrong on our side.", "`analytics-agent logs api` has the details."))
