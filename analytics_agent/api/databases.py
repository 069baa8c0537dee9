"""Databases over HTTP. Their addresses go in and never come out."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import uuid4

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator
from typing_extensions import TypedDict

from analytics_agent.api.auditing import acted_on
from analytics_agent.api.authentication import ADMIN, Admin, Operator, Viewer, check_database, may
from analytics_agent.api.model_notes import Note
from analytics_agent.api.services import Given, Services
from analytics_agent.domain.approval import OverLimit
from analytics_agent.domain.catalog import Catalog
from analytics_agent.domain.database import DatabaseView, ModelSees
from analytics_agent.domain.model_version import ModelChange
from analytics_agent.domain.profile import KeptProfile
from analytics_agent.domain.quoting import checked_name
from analytics_agent.domain.rights import Principal
from analytics_agent.domain.statement import InLine

routes = APIRouter(prefix="/v1/databases", tags=["databases"])


_SEES = "What a model outside is shown: everything (full), rows with their values masked (masked), or no values at all (schema)."


class DatabaseBody(BaseModel):
    """A database to add."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(description="At most 63 lower-case letters, digits, - and _, beginning with a letter.")]
    uri: Annotated[SecretStr, Field(max_length=4_000, description="postgresql://…, mariadb://…, duckdb:///…, sqlite:///…, or a file.")]
    schema_name: Annotated[str | None, Field(alias="schema", max_length=200, description="Only this schema.")] = None
    semantic_model: Annotated[str | None, Field(description="The text of an Apache Ossie YAML file.")] = None
    model_sees: Annotated[ModelSees | None, Field(description=_SEES + " Left out: as it was, full for a new one.")] = None
    sql_lab: Annotated[bool, Field(description="Let people find it in Superset's SQL Lab too.")] = True

    @field_validator("name")
    @classmethod
    def usable(cls, name: str) -> str:
        return checked_name(name, "database")


class DatabaseChange(BaseModel):
    """What is to be changed of a database."""

    model_config = ConfigDict(extra="forbid")

    model_sees: Annotated[ModelSees, Field(description=_SEES)] = "full"
    at_once: Annotated[
        int | None,
        Field(ge=1, le=100, strict=True, description="Most statements that run in it at the same time; null: as the settings say."),
    ] = None

    rows_limit: Annotated[
        int | None,
        Field(
            ge=0,
            le=10**15,
            strict=True,
            description="Most rows that a statement may be expected to go through; 0 is no limit, null as the settings say.",
        ),
    ] = None
    over_limit: Annotated[
        OverLimit | None, Field(description="A statement over that: refuse it, ask its asker, or an admin; null: as the settings say.")
    ] = None
    profiled: Annotated[
        bool,
        Field(description="Whether what its columns hold is counted and kept; false removes what is kept."),
    ] = True
    semantic_model: Annotated[
        str | None, Field(description="The text of an Apache Ossie YAML file, held against the tables first; null takes it away.")
    ] = None
    semantic_model_note: Note = ""
    semantic_model_source: Annotated[
        Literal["set", "draft", "import"], Field(description="From where: `draft` and `import` for one that serves unread.")
    ] = "set"

    def given(self) -> dict[str, Any]:
        """What was said, and nothing that was left out."""
        return self.model_dump(exclude_unset=True, exclude={"semantic_model_note", "semantic_model_source"})


class Description(BaseModel):
    """What a data dictionary says of a table, or of a column of it."""

    model_config = ConfigDict(extra="forbid")

    table: Annotated[str, Field(max_length=400, description="With its schema or without.")]
    column: Annotated[str, Field(max_length=200, description="Empty where the table itself is described.")] = ""
    text: Annotated[str, Field(max_length=2_000)]


class DraftBody(BaseModel):
    """What is known besides of the database that a model is drafted for."""

    model_config = ConfigDict(extra="forbid")

    descriptions: Annotated[list[Description], Field(max_length=50_000)] = []
    tables: Annotated[
        list[Annotated[str, Field(max_length=400)]], Field(max_length=1_000, description="Only these; none: as many as fit.")
    ] = []


class Draft(TypedDict):
    """A semantic model that nobody has reviewed, as YAML; `left` are tables that were not looked at, `strange` names that were described
    and are none of this database's, `without` tables for which one model had no room."""

    semantic_model: str
    tables: int
    left: list[str]
    strange: list[str]
    without: list[str]


class Line(TypedDict):
    """Statements that run in a database, and those that wait for their turn."""

    statements: list[InLine]


class Profiles(TypedDict):
    """One of each table that was looked at."""

    profiles: list[KeptProfile]


class DatabaseList(TypedDict):
    databases: list[DatabaseView]


@routes.get("")
async def list_databases(asker: Viewer, services: Given) -> DatabaseList:
    """The databases that can be asked. People of Superset see their names and nothing of what is in them, and so does a key that reads
    with a person's rights; a key that is limited to some sees those."""
    views = [view for view in await services.databases.views() if asker.may_ask(view.name)]
    if asker.sees_a_part:
        return {"databases": [_for_people(view, examples=await _may_be_told(view.name, asker, services)) for view in views]}
    return {"databases": [view if may(asker, ADMIN) else replace(view, can_write=None, model_problems=()) for view in views]}


@routes.post("", status_code=201)
async def add(body: DatabaseBody, request: Request, asker: Admin, services: Given) -> DatabaseView:
    """Add a database, or replace the one of that name. It is opened and its catalog is read before it is kept."""
    acted_on(request, "", database=body.name)
    address = body.uri.get_secret_value()
    return await services.databases.add(
        body.name,
        address,
        body.schema_name,
        body.semantic_model,
        model_sees=body.model_sees,
        sql_lab=body.sql_lab,
        said=ModelChange(asker.id, "add"),
    )


@routes.patch("/{name}")
async def change(name: str, body: DatabaseChange, request: Request, asker: Admin, services: Given) -> DatabaseView:
    """Change what is said. Runs under way of which a model was shown more than it may see now are stopped."""
    said = {field: "replaced" if field == "semantic_model" else value for field, value in body.given().items()}
    acted_on(request, " ".join(f"{field}={value}" for field, value in said.items()), database=name)
    about_model = ModelChange(asker.id, body.semantic_model_source, body.semantic_model_note)
    return await services.databases.change(name, body.given(), about_model)


@routes.delete("/{name}", status_code=204)
async def remove(name: str, asker: Admin, services: Given) -> Response:
    """Forget a database. Its runs stay."""
    await services.databases.remove(name)
    return Response(status_code=204)


@routes.post("/{name}/refresh")
async def refresh(name: str, asker: Admin, services: Given) -> DatabaseView:
    """Read the database's catalog again."""
    return await services.databases.refresh(name)


@routes.post("/{name}/draft")
async def draft(name: str, asker: Admin, services: Given, body: DraftBody | None = None) -> Draft:
    """Draft a semantic model from the database's names, keys and values, and from descriptions. It takes up to two minutes, and nothing
    is changed: review it, then set it as `semantic_model`."""
    given = [one.model_dump() for one in body.descriptions] if body else []
    # A file of its own, even where two send the same: it may name people, nothing leads to it later, and so it goes.
    told = json.dumps({"of": uuid4().hex, "descriptions": given}).encode()
    stored = await services.artifacts.put_file(told, "application/json") if given else None
    try:
        drafted = await services.databases.draft(name, stored, tuple(body.tables) if body else ())
    finally:
        if stored is not None:
            await services.artifacts.remove(stored.sha256, unless_after=datetime.now(UTC))
    text = (await services.artifacts.get_file(drafted.text)).decode()
    return {
        "semantic_model": text,
        "tables": drafted.tables,
        "left": list(drafted.left),
        "strange": list(drafted.strange),
        "without": list(drafted.without),
    }


@routes.get("/{name}/queue")
async def queue(name: str, asker: Operator, services: Given) -> Line:
    """The statements that run in a database now, then those that wait for their turn, each by its run; never their text."""
    await check_database(asker, services.store, name)
    return {"statements": list(await services.databases.in_line(name))}


@routes.get("/{name}/catalog")
async def catalog(name: str, asker: Operator, services: Given) -> Catalog:
    """Tables, columns and keys, as last read."""
    await check_database(asker, services.store, name)
    return await services.databases.catalog(name)


@routes.get("/{name}/profiles")
async def profiles(name: str, asker: Operator, services: Given) -> Profiles:
    """What the columns hold of the tables that were looked at: rows, values, nulls, ranges. Values of confidential columns are not kept."""
    await check_database(asker, services.store, name)
    return {"profiles": list(await services.databases.profiles(name))}


async def _may_be_told(name: str, asker: Principal, services: Services) -> bool:
    """Whether examples go to who may read a part: the extension shows them to those who may read all in Superset, and it knows nothing of
    the file of policies."""
    return asker.kind == "person" and not await services.rights.governs(name)


def _for_people(view: DatabaseView, *, examples: bool) -> DatabaseView:
    """Without what tells of tables that not everybody may read."""
    shown = DatabaseView(view.name, view.dialect, governed=view.governed, superset_uuid=view.superset_uuid)
    return replace(shown, examples=view.examples if examples else (), model_sees=view.model_sees)
