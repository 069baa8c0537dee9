"""What somebody may see of a database's semantic model: told, and as a picture. What they may not read is not in it."""

import asyncio
from hashlib import sha256
from typing import TYPE_CHECKING, Annotated, Literal, cast

from fastapi import APIRouter, Header, Response
from fastapi import Query as Parameter
from typing_extensions import TypedDict

from analytics_agent.api.authentication import Viewer, check_database
from analytics_agent.api.file_response import SAFE, Conditions, is_unchanged, unchanged
from analytics_agent.api.services import Given, Services
from analytics_agent.domain.database import FILES, IN_SUPERSET, Database
from analytics_agent.domain.rights import Grant, Principal, is_person
from analytics_agent.errors import NotAllowed, NotShownHere, UnknownResult

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics_agent.domain.catalog import TableName
    from analytics_agent.semantic.model import SemanticModel

routes = APIRouter(prefix="/v1/databases", tags=["databases"])

SVG = "image/svg+xml"
Theme = Annotated[Literal["light", "dark"], Parameter(description="The background it is drawn for.")]


class ModelDataset(TypedDict):
    """`source` is its table, or a query. `time` is the field by which its metrics are dated; `fields` counts its fields."""

    name: str
    source: str
    description: str
    grain: str
    key: list[str]
    time: str | None
    fields: int
    owners: list[str]
    is_bridge: bool


class ModelRelationship(TypedDict):
    """Each row of `many` has at most one of `one`."""

    name: str
    many: str
    one: str


class ModelMetric(TypedDict):
    """`status` is certified, reviewed or unreviewed; `by` and `details` say who vouches for it, and for what."""

    name: str
    label: str
    dataset: str
    text: str
    formula: str
    synonyms: list[str]
    unit: str | None
    status: str
    by: str
    details: str
    owners: list[str]
    caveats: list[str]


class Split(TypedDict):
    """A field by which metrics can be split."""

    name: str
    label: str
    dataset: str


class ModelPage(TypedDict):
    """`splits` says of each dataset with metrics what these can be split by."""

    name: str
    description: str
    owners: list[str]
    status: str
    by: str
    details: str
    datasets: list[ModelDataset]
    relationships: list[ModelRelationship]
    metrics: list[ModelMetric]
    splits: dict[str, list[Split]]


class ModelOverview(TypedDict):
    """`model` is null where the database has none. `in_part`: what the asker may not read is left out of it."""

    database: str
    in_part: bool
    model: ModelPage | None


@routes.get("/{name}/semantic-model/overview")
async def overview(name: str, asker: Viewer, services: Given) -> ModelOverview:
    """The semantic model as far as you may read its tables: datasets, metrics, who vouches for them, what they can be split by."""
    from analytics_agent.semantic.picture.page import told

    model, in_part = await _seen(name, asker, services)
    page = cast(ModelPage, await asyncio.to_thread(told, model)) if model else None
    return {"database": name, "in_part": in_part, "model": page}


@routes.get("/{name}/semantic-model/picture.svg", response_class=Response, responses={200: {"content": {SVG: {}}}})
async def picture(
    name: str,
    asker: Viewer,
    services: Given,
    theme: Theme = "light",
    if_none_match: Annotated[str | None, Header(description="The ETag of the copy you have.")] = None,
) -> Response:
    """The same as a picture: datasets with keys, times and metrics, and how they belong together."""
    from analytics_agent.semantic.picture.picture import picture as drawn

    model, _ = await _seen(name, asker, services)
    if model is None:
        raise UnknownResult("This database has no semantic model.", hint="`analytics-agent semantic draft` makes a first one.")
    svg = (await asyncio.to_thread(drawn, model, theme)).encode()
    tag = sha256(svg).hexdigest()
    if is_unchanged(Conditions(if_none_match), tag):
        return unchanged(tag)
    headers = SAFE | {"Content-Disposition": f'inline; filename="{name}-model.svg"', "ETag": f'"{tag}"'}
    return Response(svg, media_type=SVG, headers=headers)


async def _seen(name: str, asker: Principal, services: Services) -> "tuple[SemanticModel | None, bool]":
    """The model, and whether something is left out of it. Raises UnknownDatabase; NotAllowed for who may not read a table of it."""
    from analytics_agent import semantic
    from analytics_agent.activities.rights import NOTHING_TO_READ, readable
    from analytics_agent.domain.catalog import TableName

    await check_database(asker, services.store, name)
    database = await services.store.database(name)
    if not database.semantic_model:
        return None, False
    whole = await asyncio.to_thread(semantic.load, database.semantic_model)
    if not asker.sees_a_part:
        return whole, False
    catalog = await services.databases.catalog(name)
    tables = [TableName(table.schema, table.name) for table in catalog.tables]
    grant = await _granted(asker.reads_as or asker.id, database, tables, services)
    if grant.policy.tables == ():
        raise NotAllowed(NOTHING_TO_READ, hint="An administrator can grant more.")
    part = (await asyncio.to_thread(readable, database, catalog, grant)).model
    return part, part is not None and _names(part) != _names(whole)


async def _granted(reader: str, database: Database, tables: "Sequence[TableName]", services: Services) -> Grant:
    """Raises NotAllowed, or NotShownHere of a file: Superset cannot read it, and could allow nobody to."""
    try:
        return await services.rights.grant(reader, database, tables)
    except NotAllowed:
        if database.dialect in IN_SUPERSET or not is_person(reader):
            raise
    raise NotShownHere(
        f"{database.name} is {FILES.get(database.dialect, database.dialect)}, which Superset cannot read: nobody has rights to it there.",
        hint=f"Whoever runs the agent sees its model with `analytics-agent semantic picture {database.name} --out model.svg`.",
    )


def _names(model: "SemanticModel") -> set[str]:
    return {*(dataset.name for dataset in model.datasets), *(field.path for field in model.fields()), *(m.name for m in model.metrics)}
