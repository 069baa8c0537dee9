"""Webhooks and folders over HTTP: where an administrator lets reports go. Addresses and secrets go in and never come out whole."""

import json
import secrets
from base64 import b64encode
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator
from typing_extensions import TypedDict

from analytics_agent.api.auditing import acted_on
from analytics_agent.api.authentication import Admin
from analytics_agent.api.problems import FieldProblem, InvalidRequest
from analytics_agent.api.services import Given, Services
from analytics_agent.domain import addresses
from analytics_agent.domain.delivery import Destination, RecipientKind
from analytics_agent.domain.iso_time import moment
from analytics_agent.domain.quoting import checked_name
from analytics_agent.domain.tenant import DEFAULT
from analytics_agent.errors import UnknownDatabase

routes = APIRouter(prefix="/v1", tags=["destinations"])

Names = Annotated[
    list[Annotated[str, Field(max_length=63)]] | None,
    Field(max_length=200, description="Databases whose reports may go there. Without it: all, but no report of a person of Superset."),
]


class WebhookBody(BaseModel):
    """A webhook to add. Whoever adds it answers for who reads there."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(description="At most 63 lower-case letters, digits, - and _, beginning with a letter.")]
    url: Annotated[SecretStr, Field(max_length=2_000, description="https://…; http:// for this machine only.")]
    databases: Names = None

    @field_validator("name")
    @classmethod
    def usable(cls, name: str) -> str:
        return checked_name(name, "webhook")


class FolderBody(BaseModel):
    """A folder or bucket to add. Whoever adds it answers for who reads there."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(description="At most 63 lower-case letters, digits, - and _, beginning with a letter.")]
    url: Annotated[SecretStr, Field(max_length=2_000, description="As fsspec takes it: file:///srv/reports, s3://bucket/prefix.")]
    databases: Names = None
    options: Annotated[dict[str, str], Field(max_length=30, description="Options of the filesystem: key, secret, endpoint_url …")] = {}

    @field_validator("name")
    @classmethod
    def usable(cls, name: str) -> str:
        return checked_name(name, "folder")


class DestinationView(TypedDict):
    """`url` is shortened to what tells it from others. `databases` is null for all."""

    name: str
    url: str
    databases: list[str] | None
    added_at: str | None


class NewWebhook(DestinationView):
    """`secret` verifies the signatures (Standard Webhooks). It is shown here and never again."""

    secret: str


class WebhookList(TypedDict):
    webhooks: list[DestinationView]


class FolderList(TypedDict):
    folders: list[DestinationView]


@routes.get("/webhooks")
async def list_webhooks(asker: Admin, services: Given) -> WebhookList:
    """The webhooks that were added."""
    return {"webhooks": [_view(one) for one in await services.store.destinations("webhook")]}


@routes.post("/webhooks", status_code=201)
async def add_webhook(body: WebhookBody, request: Request, asker: Admin, services: Given) -> NewWebhook:
    """Add a webhook, or replace the one of that name: it gets a new secret."""
    url = body.url.get_secret_value().strip()
    await _check(services, "url", addresses.webhook_problems(url) or _problems_of_tenant(services, url), body.databases)
    acted_on(request, f"webhook:{body.name}")
    secret = f"whsec_{b64encode(secrets.token_bytes(32)).decode()}"
    return {**await _add(services, Destination("webhook", body.name, url, secret, _names(body.databases))), "secret": secret}


@routes.delete("/webhooks/{name}", status_code=204)
async def remove_webhook(name: str, asker: Admin, services: Given) -> Response:
    """Forget a webhook. Reports on their way to it are held."""
    return await _remove(services, "webhook", name)


@routes.get("/folders")
async def list_folders(asker: Admin, services: Given) -> FolderList:
    """The folders and buckets that were added."""
    return {"folders": [_view(one) for one in await services.store.destinations("folder")]}


@routes.post("/folders", status_code=201)
async def add_folder(body: FolderBody, request: Request, asker: Admin, services: Given) -> DestinationView:
    """Add a folder or bucket, or replace the one of that name. It is opened when the first report goes there."""
    url = body.url.get_secret_value().strip()
    problems = addresses.folder_problems(url) or await services.folder_problems(url)
    problems += addresses.option_problems(body.options)
    await _check(services, "url", problems, body.databases)
    acted_on(request, f"folder:{body.name}")
    options = json.dumps(body.options) if body.options else None
    return await _add(services, Destination("folder", body.name, url, options, _names(body.databases)))


@routes.delete("/folders/{name}", status_code=204)
async def remove_folder(name: str, asker: Admin, services: Given) -> Response:
    """Forget a folder. Files in it stay; reports on their way to it are held."""
    return await _remove(services, "folder", name)


async def _check(services: Services, field: str, problems: list[str], databases: list[str] | None) -> None:
    found = [FieldProblem(field=field, message=problem) for problem in problems]
    for name in dict.fromkeys(databases or ()):
        try:
            await services.store.database(name)
        except UnknownDatabase as unknown:
            found.append(FieldProblem(field="databases", message=str(unknown)))
    if found:
        raise InvalidRequest(found)


def _problems_of_tenant(services: Services, url: str) -> list[str]:
    """This machine is its operator's. Where a name leads is looked at when a report is sent."""
    is_here = services.tenant != DEFAULT and addresses.is_loopback(urlsplit(url).hostname or "")
    return ["This leads to the machine that the agent runs on. Reports of a tenant do not go there."] if is_here else []


async def _add(services: Services, destination: Destination) -> DestinationView:
    await services.store.save_destination(destination)
    return _view(await services.store.destination(destination.kind, destination.name))


async def _remove(services: Services, kind: RecipientKind, name: str) -> Response:
    await services.store.destination(kind, name)
    await services.store.remove_destination(kind, name)
    return Response(status_code=204)


def _names(databases: list[str] | None) -> tuple[str, ...] | None:
    return None if databases is None else tuple(dict.fromkeys(databases))


def _view(one: Destination) -> DestinationView:
    return {
        "name": one.name,
        "url": addresses.shown(one.address),
        "databases": None if one.databases is None else list(one.databases),
        "added_at": moment(one.added_at) if one.added_at else None,
    }
