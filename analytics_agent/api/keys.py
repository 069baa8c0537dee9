"""API keys over HTTP: what each may do, and until when. A key is shown once, in the answer that makes it."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field, field_validator
from typing_extensions import TypedDict

from analytics_agent.api.asking import checked_text
from analytics_agent.api.auditing import acted_on
from analytics_agent.api.authentication import ADMIN, Admin
from analytics_agent.api.problems import FieldProblem, InvalidRequest
from analytics_agent.api.reading_as import LONGEST_NAME, reader_named
from analytics_agent.api.services import Given, Services
from analytics_agent.domain.api_key import ApiKey
from analytics_agent.domain.iso_time import moment
from analytics_agent.domain.quota import Quota
from analytics_agent.domain.quoting import quoted
from analytics_agent.errors import Conflict, UnknownDatabase, UnknownPerson, UnknownResult

routes = APIRouter(prefix="/v1", tags=["account"])

Scope = Literal["read", "ask", "schedule", "admin"]
_SCOPES = "read: runs of its own; ask: read, and ask; schedule: read, and make schedules; admin: everything."


class QuotaBody(BaseModel):
    """What a key may ask. What is left out is as the settings say."""

    model_config = ConfigDict(extra="forbid")

    requests_per_minute: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    questions_per_day: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    questions_at_once: Annotated[int, Field(ge=1, le=10_000)] | None = None


class KeyBody(BaseModel):
    """A key to make."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=100, description="Whose key it is.")]
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=4, description=_SCOPES)] = ["ask", "schedule"]
    expires_at: Annotated[datetime | None, Field(description="When it runs out; with a time zone. Left out: never.")] = None
    databases: Annotated[
        list[Annotated[str, Field(max_length=63)]] | None,
        Field(min_length=1, max_length=200, description="The only databases that there are for it. Left out: all."),
    ] = None
    reads_as: Annotated[
        str | None,
        Field(
            alias="as",
            max_length=LONGEST_NAME,
            description="The login name of a person with whose rights it reads. Left out: an operator's.",
        ),
    ] = None
    quota: QuotaBody = QuotaBody()

    @field_validator("name")
    @classmethod
    def readable(cls, text: str) -> str:
        return " ".join(checked_text(text, "name", most=100).split())


class QuotaFields(TypedDict):
    """None is without limit, or as the settings say."""

    requests_per_minute: int | None
    questions_per_day: int | None
    questions_at_once: int | None


class KeyView(TypedDict):
    """`databases` is null for all, `reads_as` for an operator's rights."""

    id: str
    name: str
    scopes: list[str]
    created_at: str
    revoked_at: str | None
    expires_at: str | None
    last_used_at: str | None
    databases: list[str] | None
    reads_as: str | None
    quota: QuotaFields


class NewKey(KeyView):
    """`key` is shown here and never again."""

    key: str


class KeyList(TypedDict):
    keys: list[KeyView]


@routes.get("/keys")
async def list_keys(asker: Admin, services: Given) -> KeyList:
    """Every key, without the keys themselves."""
    return {"keys": [_view(one) for one in await services.store.keys()]}


@routes.post("/keys", status_code=201)
async def create_key(body: KeyBody, request: Request, asker: Admin, services: Given) -> NewKey:
    """Make a key. The answer is the only place where it is shown."""
    scopes = tuple(dict.fromkeys(body.scopes))
    reads_as, problems = await _reader(body, services)
    problems = [*_problems(body), *await _unknown_databases(body, services), *problems]
    if problems:
        raise InvalidRequest(problems)
    limited_to = None if body.databases is None else tuple(dict.fromkeys(body.databases))
    quota = Quota(body.quota.requests_per_minute, body.quota.questions_per_day, body.quota.questions_at_once)
    record, secret = await services.store.create_key(
        body.name, scopes, expires_at=body.expires_at, databases=limited_to, reads_as=reads_as, quota=quota
    )
    acted_on(request, f"key:{record.id} {','.join(scopes)}")
    return {**_view(record), "key": secret}


@routes.delete("/keys/{key_id}", status_code=204)
async def revoke_key(key_id: str, asker: Admin, services: Given) -> Response:
    """Make a key useless at once. The last key that may administer stays: without it nobody could make another."""
    if await services.store.key(key_id) is None:  # an operator who mistyped shall not take the key for revoked
        raise UnknownResult(f"There is no key {quoted(key_id)}.", hint="`analytics-agent keys list` shows them by their ids.")
    now = datetime.now(UTC)
    admins = [one for one in await services.store.keys() if ADMIN in one.scopes and one.is_valid(now)]
    lasting = [one.id for one in admins if one.expires_at is None] or [one.id for one in admins]
    if lasting == [key_id]:
        raise Conflict("This is the last key with the scope admin.", hint="Make another one first, which does not run out.")
    await services.store.revoke_key(key_id)
    return Response(status_code=204)


def _problems(body: KeyBody) -> list[FieldProblem]:
    problems = []
    if body.expires_at is not None and body.expires_at.tzinfo is None:
        problems.append(FieldProblem(field="expires_at", message="Say which time zone: 2026-11-23T10:00:00Z."))
    elif body.expires_at is not None and body.expires_at <= datetime.now(UTC):
        problems.append(FieldProblem(field="expires_at", message="This is in the past: nobody could use the key."))
    if ADMIN in body.scopes and (body.databases is not None or body.reads_as is not None):
        told = "A key with the scope admin may do everything: it cannot be limited to databases, nor to a person's rights."
        problems.append(FieldProblem(field="scopes", message=told))
    return problems


async def _unknown_databases(body: KeyBody, services: Services) -> list[FieldProblem]:
    problems = []
    for name in dict.fromkeys(body.databases or ()):
        try:
            await services.store.database(name)
        except UnknownDatabase as unknown:
            problems.append(FieldProblem(field="databases", message=str(unknown)))
    return problems


async def _reader(body: KeyBody, services: Services) -> tuple[str, list[FieldProblem]]:
    """Whose rights are meant. Raises SupersetUnavailable."""
    if body.reads_as is None:
        return "", []
    try:
        return await reader_named(body.reads_as, services), []
    except UnknownPerson as unknown:
        return "", [FieldProblem(field="as", message=str(unknown))]


def quota_fields(quota: Quota) -> QuotaFields:
    return {
        "requests_per_minute": quota.requests_per_minute,
        "questions_per_day": quota.questions_per_day,
        "questions_at_once": quota.questions_at_once,
    }


def _view(key: ApiKey) -> KeyView:
    return {
        "id": key.id,
        "name": key.name,
        "scopes": list(key.scopes),
        "created_at": moment(key.created_at),
        "revoked_at": moment(key.revoked_at) if key.revoked_at else None,
        "expires_at": moment(key.expires_at) if key.expires_at else None,
        "last_used_at": moment(key.last_used_at) if key.last_used_at else None,
        "databases": None if key.databases is None else list(key.databases),
        "reads_as": key.reads_as or None,
        "quota": quota_fields(key.quota),
    }
