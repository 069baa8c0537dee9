"""Versions of a database's semantic model over HTTP: who made what serve and when, what differs, and an earlier one made to serve again.

A version may speak of tables that the model that serves does not name. So its text is for administrators, and what changed for people
of Superset who may read the whole database, and for nobody who reads a part.
"""

import asyncio
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal, cast

from fastapi import APIRouter, Request
from fastapi import Path as InPath
from fastapi import Query as Parameter
from pydantic import BaseModel, ConfigDict
from typing_extensions import TypedDict

from analytics_agent.api.auditing import acted_on
from analytics_agent.api.authentication import ADMIN, Admin, Viewer, check_database, may
from analytics_agent.api.model_notes import Note
from analytics_agent.api.services import Given, Services
from analytics_agent.domain.catalog import TableName
from analytics_agent.domain.model_version import ModelChange, ModelSource, ModelVersion, model_digest
from analytics_agent.domain.rights import Principal
from analytics_agent.errors import NotAllowed, UnknownResult

if TYPE_CHECKING:
    from analytics_agent.semantic.model import SemanticModel

routes = APIRouter(prefix="/v1/databases", tags=["databases"])
_AT = "/{name}/semantic-model/versions"
Number = Annotated[int, InPath(ge=1, le=10**9, description="The number of a version.")]
Against = Annotated[int | None, Parameter(ge=1, le=10**9, description="The version it is compared with; without, what serves now.")]


class ModelVersionView(TypedDict):
    """`by` is what the key that set it is called, empty where nobody's did; `source` is from where it came: set, add (with its database),
    draft, import, restore, up (with a sample), before (it served when versions began to be kept). Without a `digest` the model was taken
    away. `serves`: questions are read by it now."""

    number: int
    serves: bool
    set_at: datetime
    by: str
    source: ModelSource
    note: str
    digest: str


class ModelVersionList(TypedDict):
    """The newest first, and 50 at most."""

    database: str
    versions: list[ModelVersionView]


class ModelVersionText(TypedDict):
    """`semantic_model` is null where the model was taken away."""

    number: int
    semantic_model: str | None


class ModelDifference(TypedDict):
    """`bears_on`: the same question may get another number (numbers), be read as another question (reading), or is told in other words
    (words)."""

    kind: Literal["added", "removed", "changed"]
    what: str
    part: str
    was: str
    now: str
    bears_on: Literal["numbers", "reading", "words"]


class ModelDifferences(TypedDict):
    """Those that bear on numbers first. `against` is null for what serves now."""

    number: int
    against: int | None
    changes: list[ModelDifference]


class RestoreBody(BaseModel):
    """Why an earlier version is to serve again."""

    model_config = ConfigDict(extra="forbid")

    note: Note = ""


@routes.get(_AT)
async def versions(name: str, asker: Viewer, services: Given) -> ModelVersionList:
    """The versions of a database's semantic model that are kept."""
    await _check_may_see(name, asker, services)
    return {"database": name, "versions": await _views(name, services)}


@routes.get(_AT + "/{number}")
async def version(name: str, number: Number, asker: Admin, services: Given) -> ModelVersionText:
    """The text of one version, as an Apache Ossie YAML file."""
    await check_database(asker, services.store, name)
    return {"number": number, "semantic_model": await services.store.model_text(name, number)}


@routes.get(_AT + "/{number}/changes")
async def compared(name: str, number: Number, asker: Viewer, services: Given, against: Against = None) -> ModelDifferences:
    """What is different in the version `against`, or in the model that serves now, from this version."""
    from analytics_agent.semantic.ossie.changes import changes

    await _check_may_see(name, asker, services)
    old, new = await _text(name, number, services), await _text(name, against, services)
    found = await asyncio.to_thread(lambda: changes(*map(_loaded, (old, new))))
    ordered = sorted(found, key=lambda one: ("numbers", "reading", "words").index(one.bears_on))
    return {"number": number, "against": against, "changes": [cast(ModelDifference, asdict(one)) for one in ordered]}


@routes.post(_AT + "/{number}/restore")
async def restore(
    name: str, number: Number, request: Request, asker: Admin, services: Given, body: RestoreBody | None = None
) -> ModelVersionView:
    """Make an earlier version serve again, as a new version. It is held against the tables first; where it does not fit nothing changes."""
    acted_on(request, f"semantic_model=version {number}", database=name)
    await check_database(asker, services.store, name)
    text = await _text(name, number, services)
    note = (body.note if body else "") or f"version {number} again"
    await services.databases.change(name, {"semantic_model": text}, ModelChange(asker.id, "restore", note))
    return (await _views(name, services))[0]


async def _check_may_see(name: str, asker: Principal, services: Services) -> None:
    """Raises UnknownDatabase, NotAllowed."""
    await check_database(asker, services.store, name)
    if may(asker, ADMIN):
        return
    if asker.kind == "person":
        database, catalog = await services.store.database(name), await services.databases.catalog(name)
        tables = [TableName(table.schema, table.name) for table in catalog.tables]
        if (await services.rights.grant(asker.id, database, tables)).policy.is_open:
            return
    raise NotAllowed("Versions of a semantic model are for its administrators.", hint="Use a key with the scope admin.")


async def _views(name: str, services: Services) -> list[ModelVersionView]:
    kept = await services.store.model_versions(name)
    called = await services.store.owner_names([one.by for one in kept if one.by])
    serving = model_digest((await services.store.database(name)).semantic_model)
    return [_view(one, called.get(one.by, one.by), serves=one is kept[0] and one.digest == serving != "") for one in kept]


def _view(version: ModelVersion, by: str, *, serves: bool) -> ModelVersionView:
    return {
        "number": version.number,
        "serves": serves,
        "set_at": version.set_at,
        "by": by,
        "source": version.source,
        "note": version.note,
        "digest": version.digest,
    }


async def _text(name: str, number: int | None, services: Services) -> str:
    """Of a version, or of what serves now. Raises UnknownResult where there is none."""
    if number is None:
        text, which = (await services.store.database(name)).semantic_model, "now"
    else:
        text, which = await services.store.model_text(name, number), f"in version {number}: it was taken away"
    if not text:
        raise UnknownResult(
            f"{name} has no semantic model {which}.", hint=f"`analytics-agent semantic history {name}` lists the versions that have one."
        )
    return text


def _loaded(text: str) -> "SemanticModel":
    from analytics_agent import semantic

    return semantic.load(text)
